# SPDX-License-Identifier: GPL-2.0-only
"""Asks a server about every case and its clean twin, and counts."""

import collections
import concurrent.futures
import dataclasses
import threading

import archives
import behind
import broken
import codings
import decoders
import documents
import events
import headers
import images
import known
import letters
import limits
import lzma_alone
import mails
import pages
import pdfs
import programs
import readers
import signed
import testfiles
import urls
import wrapped
from case import Missing
from judge import Verdict

MODULES = (archives, behind, broken, codings, decoders, documents, events,
           headers, images, letters, limits, lzma_alone, mails, pages, pdfs,
           programs, readers, signed, testfiles, urls, wrapped)


def all_cases(words=()):
    found = [c for m in MODULES for c in m.cases()]
    titles = collections.Counter(c.title for c in found)
    twice = [t for t, n in titles.items() if n > 1]
    if twice:
        raise RuntimeError("two cases of one name: " + ", ".join(twice))
    return [c for c in found if not words
            or any(w in c.title for w in words)]


def idle(words, cases):
    """The words that pick none of them."""
    return [w for w in words if not any(w in c.title for c in cases)]


@dataclasses.dataclass
class Result:
    case: object
    verdict: Verdict = None         # of the file
    twin: Verdict = None            # of the clean one, where there is one
    missing: str = ""               # a program that is not here
    applies: bool = True            # the server finds the file as it is

    @property
    def skipped(self):
        return bool(self.missing) or not self.applies

    @property
    def is_right(self):
        return self.verdict.outcome in self.case.allowed

    @property
    def is_miss(self):
        """It went through, and nothing says that it was not looked at."""
        return (self.verdict.passed and self.verdict.outcome == "clean"
                and "clean" not in self.case.allowed)

    @property
    def is_known(self):
        return self.is_miss and self.case.title in known.HOLES

    @property
    def is_known_alarm(self):
        return (self.twin_is_blocked
                and self.case.title in known.FALSE_ALARMS)

    @property
    def twin_is_blocked(self):
        return self.twin is not None and not self.twin.passed


def judge(server, case):
    result = Result(case)
    try:
        body = case.make(case.file())
        result.verdict = server.ask(case, body)
        if case.twin:
            result.twin = server.ask(case, case.make(case.clean()))
    except Missing as e:
        result.missing = str(e)
    except FileNotFoundError as e:  # of packed.py
        result.missing = str(e.filename)
    return result


def name_what_passed(server, results):
    """What passed may have a name that only the counters tell."""
    if not server.counters():
        return
    for r in results:
        if not r.skipped and r.verdict.passed:
            r.verdict = server.ask_alone(r.case, r.case.make(r.case.file()))


def precondition(server, results):
    """A test file that is not found as it is says nothing of its wrappings. Of
    one that was not chosen as it is, the server is asked."""
    found = {r.case.of: not r.verdict.passed for r in results
             if r.case.group == testfiles.PLAIN}
    for r in results:
        if r.case.of and r.case.of not in found:
            plain = testfiles.plain(r.case)
            found[r.case.of] = not server.ask(plain, plain.file()).passed
        r.applies = found.get(r.case.of, True)


def untested(results):
    """The test files that are not found as they are."""
    return sorted({r.case.of for r in results if not r.applies})


def run(server, cases, at_once=4, tell=lambda done, all: None):
    results, lock = [], threading.Lock()

    def one(case):
        result = judge(server, case)
        with lock:
            results.append(result)
            tell(len(results), len(cases))
        return result

    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        ordered = list(pool.map(one, cases))
    precondition(server, ordered)
    name_what_passed(server, ordered)
    return ordered


@dataclasses.dataclass
class Sum:
    cases: int = 0
    found: int = 0
    named: int = 0      # not found, but not called clean
    let: int = 0        # of both: with a name, and let through by policy
    known: int = 0      # passed as clean, in the list of known holes
    missed: int = 0     # passed as clean
    wrong: int = 0      # neither passed nor one of the allowed outcomes
    twins: int = 0
    blocked: int = 0    # twins that did not pass
    skipped: int = 0

    def add(self, r):
        if r.skipped:
            self.skipped += 1
            return
        self.cases += 1
        if r.is_known:
            self.known += 1
        elif r.is_miss:
            self.missed += 1
        elif not r.is_right and not r.is_known_alarm:
            self.wrong += 1
        elif r.verdict.outcome == "infected":
            self.found += 1
        else:
            self.named += 1
        self.let += r.verdict.passed and r.verdict.outcome != "clean"
        self.twins += r.twin is not None
        self.blocked += r.twin_is_blocked


def sums(results):
    by_group = {}
    for r in results:
        by_group.setdefault(r.case.group, Sum()).add(r)
    return by_group


def total(by_group):
    whole = Sum()
    for s in by_group.values():
        for field in dataclasses.fields(Sum):
            setattr(whole, field.name, getattr(whole, field.name)
                    + getattr(s, field.name))
    return whole


def stale(results):
    """Titles that stand in a list of known faults for nothing."""
    for r in results:
        if not r.skipped and (
                r.case.title in known.HOLES and not r.is_miss
                or r.case.title in known.FALSE_ALARMS
                and not r.twin_is_blocked):
            yield r.case.title


def faults(results):
    """[(what is wrong, result)]; none of them may be there."""
    for r in results:
        if r.skipped:
            continue
        if r.is_miss and not r.is_known:
            yield "passed as clean", r
        elif not r.is_miss and not r.is_right and not r.is_known_alarm:
            yield "%s: not what may become of it" % r.verdict.outcome, r
        if r.twin_is_blocked and not r.is_known_alarm:
            yield "the clean twin was blocked (%s %s)" % (
                r.twin.outcome, r.twin.name), r
