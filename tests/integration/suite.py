# SPDX-License-Identifier: GPL-2.0-only
"""Finds the tests, runs them with a limit each, one after another or in
lanes, and holds what those of a lane share: one gateway, one Squid before it,
one origin."""

import importlib
import os
import signal
import sys
import time
import traceback
import unittest

import gateway
import lab
import lanes
import origin
import squid

LIMIT = 90  # seconds for a test that sets no `limit` of its own


class Case(unittest.TestCase):
    """One topic. Each test's name is a sentence that can be false."""

    maxDiff = 2000
    valgrind = False  # this topic is part of the run under valgrind
    large = False  # gigabytes: only with --large
    alone = None  # why nothing may run beside it, if so; see alone()

    @property
    def gateway(self):
        return shared.gateway()

    @property
    def squid(self):
        return shared.squid()

    @property
    def origin(self):
        return shared.origin()

    def grows(self, **by):
        """Counters of the shared gateway grow by exactly so much while the
        block runs. Names: requests, blocked, or an outcome."""
        return Grows(self, self.gateway, by)


class Grows:
    def __init__(self, case, g, by):
        self.case, self.gateway = case, g
        self.by = {counter_name(n): v for n, v in by.items()}

    def __enter__(self):
        self.before = self.gateway.counters()
        return self

    def __exit__(self, kind, *_):
        if kind is not None:
            return
        want = {n: self.before[n] + v for n, v in self.by.items()}
        for _ in range(100):
            now = self.gateway.counters()
            have = {n: now[n] for n in want}
            if have == want:
                break
            time.sleep(0.02)
        self.case.assertEqual(
            {n: v - self.before[n] for n, v in have.items()}, self.by)


def counter_name(short):
    plain = ("requests", "blocked", "scans", "stalls", "cuts", "remembered",
             "clients_gone", "bad_messages", "scan_retries", "selfchecks",
             "keeper_starts", "icap_starts", "body_bytes")
    if short in plain:
        return "glassgate_%s_total" % short
    return 'glassgate_outcomes_total{outcome="%s"}' % short.replace("_", "-")


class Shared:
    def __init__(self):
        self.made, self.broken = {}, {}

    def once(self, name, make):
        """What could not be made once is not tried again."""
        if name in self.broken:
            raise AssertionError(self.broken[name])
        if name not in self.made:
            try:
                self.made[name] = make()
            except Exception as e:
                self.broken[name] = "no shared %s: %s" % (name, e)
                raise
        return self.made[name]

    def gateway(self):
        return self.once("gateway", gateway.Gateway)

    def origin(self):
        return self.once("origin", origin.Origin)

    def squid(self):
        def make():
            return squid.Squid("127.0.0.1:%d" % self.gateway().port)
        return self.once("squid", make)

    def stop(self):
        """Stops in the order of the traffic; the gateway's own checks come
        last and count as a test."""
        for name in ("squid", "origin"):
            if name in self.made:
                self.made.pop(name).stop()
        if "gateway" in self.made:
            self.made.pop("gateway").stop()


shared = Shared()


class TooLong(Exception):
    pass


def alarm(*_):
    raise TooLong("the test took too long")


def whole(case):
    """What a test made goes, however it ends: debug() alone leaves it there
    after a failure, and the next ones would suffer from it."""
    try:
        case.debug()
    finally:
        case.doCleanups()


class Topic:
    """Tests of a Case that run in a row. Those that must be alone are a topic
    of their own."""

    def __init__(self, file, kind, names, alone):
        self.file, self.kind = file, kind
        self.names, self.alone = names, alone
        self.title = file[5:].replace("_", " ")
        self.name = "%s.%s%s" % (file, kind.__name__, " alone" if alone else "")
        # How long it takes nobody knows, but who needs long has asked for it.
        self.size = max(limit_of(kind, n) for n in names), len(names)


class Runner:
    def __init__(self, only):
        self.only = only
        self.passed = self.failed = self.skipped = 0
        signal.signal(signal.SIGALRM, alarm)

    def find(self):
        here = os.path.dirname(os.path.abspath(__file__))
        for file in sorted(os.listdir(here)):
            if file.startswith("test_") and file.endswith(".py"):
                module = importlib.import_module(file[:-3])
                for value in list(vars(module).values()):
                    if (isinstance(value, type) and issubclass(value, Case)
                            and value.__module__ == module.__name__):
                        yield file[:-3], value

    def chosen(self, topic, name):
        return not self.only or any(
            word in topic + "." + name for word in self.only)

    def topics(self):
        for file, kind in self.find():
            if lab.options.valgrind and not kind.valgrind:
                continue
            if kind.large and not lab.options.large:
                continue
            names = [n for n in vars(kind) if n.startswith("test_")
                     and self.chosen(file, n)]
            for alone in (False, True):
                some = [n for n in names if is_alone(kind, n) == alone]
                if some:
                    yield Topic(file, kind, some, alone)

    def idle(self, topics):
        """The words that pick no test of this run."""
        names = [t.file + "." + n for t in topics for n in t.names]
        return [w for w in self.only or () if not any(w in n for n in names)]

    def run(self):
        topics = list(self.topics())
        for word in self.idle(topics):
            print("no test of this run holds that word: " + word,
                  file=sys.stderr)
            return 2
        if lab.options.jobs > 1:
            self.side_by_side(topics)
        else:
            for topic in topics:
                self.topic(topic)
            self.end()
        print("%d passed, %d failed, %d skipped" % (
            self.passed, self.failed, self.skipped))
        return 1 if self.failed or not self.passed else 0

    def side_by_side(self, topics):
        """The long ones first; then, one after another, those that must be
        alone."""
        topics = sorted(topics, key=lambda t: t.size, reverse=True)
        for alone, jobs in ((False, lab.options.jobs), (True, 1)):
            lanes.Lanes([t.name for t in topics if t.alone == alone], jobs,
                        self.found,
                        [sys.executable, *sys.argv, "--lane"]).run()

    def found(self, text, counts):
        sys.stdout.write(text)
        sys.stdout.flush()
        self.passed += counts[0]
        self.failed += counts[1]
        self.skipped += counts[2]

    def lane(self):
        """What Lanes starts and asks."""
        served = lanes.Served()
        topics = {t.name: t for t in self.topics()}
        for name in served.names():
            lab.options.beside = not topics[name].alone
            self.topic(topics[name])
            self.told(served)
        self.end()
        self.told(served)
        return 0

    def told(self, served):
        served.told([self.passed, self.failed, self.skipped])
        self.passed = self.failed = self.skipped = 0

    def end(self):
        """It can fail, but nothing has passed by it alone."""
        passed = self.passed
        self.report("whatever the tests shared stops without a trace",
                    shared.stop)
        self.passed = passed

    def topic(self, topic):
        print("# " + topic.title)
        kind = topic.kind
        try:
            kind.setUpClass()
        except Exception:
            self.failure(kind.__name__ + " can be set up")
            return
        for name in topic.names:
            case = kind(name)
            self.report(name[5:].replace("_", " "), lambda: whole(case),
                        limit_of(kind, name))
        self.report(None, kind.tearDownClass)

    def report(self, sentence, call, limit=LIMIT):
        begin = time.monotonic()
        signal.alarm(limit * lab.patience())
        try:
            call()
        except unittest.SkipTest as e:
            self.skipped += 1
            print("ok %s # skip %s" % (sentence, e))
            return
        except Exception:
            signal.alarm(0)
            self.failure(sentence or "the end of the topic")
            return
        finally:
            signal.alarm(0)
        if sentence is None:
            return
        self.passed += 1
        spent = time.monotonic() - begin
        print("ok %s%s" % (sentence, " (%.1f s)" % spent
                           if lab.options.verbose or spent > 5 else ""))
        sys.stdout.flush()

    def failure(self, sentence):
        self.failed += 1
        print("not ok " + sentence)
        print("\n".join("#   " + line for line in ours()))
        sys.stdout.flush()


def ours():
    """The exception at hand, with the lines of our own files only."""
    here = os.path.dirname(os.path.abspath(__file__))
    kind, value, trace = sys.exc_info()
    frames = [f for f in traceback.extract_tb(trace)
              if f.filename.startswith(here)
              and not f.filename.endswith("/suite.py")]
    lines = ["%s:%d %s" % (os.path.basename(f.filename), f.lineno, f.line)
             for f in frames]
    return lines + "".join(
        traceback.format_exception_only(kind, value)).splitlines()


def limit(seconds):
    def mark(method):
        method.limit = seconds
        return method
    return mark


def limit_of(kind, name):
    return getattr(getattr(kind, name), "limit", LIMIT)


def alone(why):
    """Marks a test, or all of a topic: it measures, or looks at the whole
    machine, and nothing may run beside it."""
    def mark(what):
        what.alone = why
        return what
    return mark


def is_alone(kind, name):
    return bool(kind.alone or getattr(getattr(kind, name), "alone", None))
