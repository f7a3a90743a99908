# SPDX-License-Identifier: GPL-2.0-only
"""Asks any ICAP server about a body, and reads what it decided: from the
status, the headers and the page, and of what passed from the counters."""

import dataclasses
import re
import socket

import icap

# Of Glassgate's X-Response-Desc, which is the title of its page.
TITLES = {
    "This file could not be checked": "none",
    "This file is blocked by a rule": "clean, blocked",
    "A virus was found": "infected",
    "This file looks dangerous": "suspicious",
    "An unwanted program was found": "unwanted",
    "Documents with macros are blocked": "macro",
    "This file is protected by a password": "encrypted",
    "This file is damaged": "damaged",
    "This kind of file cannot be checked": "unsupported",
    "This file is too big to be checked": "too-big",
    "This file could not be checked completely": "too-deep",
    "The virus check took too long": "timeout",
    "The virus check failed": "engine-error",
    "The virus scanner is busy": "overload",
    "The virus scanner is starting": "loading",
    "Only a part of this file was sent": "partial",
    "This file was not checked": "skipped",
    "This is not allowed here": "forbidden",
}
COUNTER = re.compile(r'glassgate_outcomes_total\{outcome="([\w-]+)"\}\D*(\d+)')


@dataclasses.dataclass
class Verdict:
    passed: bool
    outcome: str        # "infected"; of what passed "clean" until it is named
    name: str = ""      # of the signature, or of the cause


def read(answer, body):
    """An answer of any server."""
    name = answer.get("X-Virus-ID") or answer.get("X-Infection-Found") or (
        answer.http("X-Virus-ID") or answer.http("X-Infection-Found") or "")
    title = answer.get("X-Response-Desc")
    if answer.status == 204:
        return Verdict(True, "clean")
    if answer.status != 200:
        return Verdict(False, "refused", answer.line)
    if title in TITLES:
        return Verdict(False, TITLES[title], name)
    if name or is_page(answer):
        return Verdict(False, "infected" if name else "blocked", name)
    if answer.complete and (answer.body or b"") == body:
        return Verdict(True, "clean")
    if b"VIRUS" in (answer.body or b"")[:4000].upper():
        return Verdict(False, "blocked", "page")
    return Verdict(False, "cut", "%d of %d bytes came" % (
        len(answer.body or b""), len(body)))


def is_page(answer):
    """An HTTP answer that refuses, or sends elsewhere. Of an upload there may
    be a request here, of a download its own status."""
    return re.match(r"HTTP/\S+ (403|307)\b", answer.http_line) is not None


class Server:
    """address: (host, port); service: its name in the ICAP URL."""

    def __init__(self, address, service, limit=150.0):
        self.address, self.service, self.limit = address, service, limit

    def ask(self, case, body):
        try:
            with icap.Icap(self.address, self.limit) as c:
                return read(self.request(c, case, body), body)
        except (icap.Closed, ConnectionError, socket.timeout,
                ValueError) as e:
            return Verdict(False, "no answer", type(e).__name__)

    def request(self, c, case, body):
        if case.upload:
            return c.reqmod(body, self.service, case.head(), **case.send)
        return c.respmod(body, self.service, case.head(), case.get(),
                         **case.send)

    def counters(self):
        """What Glassgate counted so far, by outcome; {} of another server."""
        try:
            with icap.Icap(self.address, 10) as c:
                answer = c.reqmod(
                    None, "info?view=text",
                    b"GET http://info/ HTTP/1.1\r\nHost: info\r\n\r\n")
        except (icap.Closed, OSError, ValueError):
            return {}
        text = (answer.body or b"").decode("latin-1")
        return {name: int(n) for name, n in COUNTER.findall(text)}

    def ask_alone(self, case, body):
        """As ask(), but what passes is told apart by the one counter that
        grew: nobody else may ask meanwhile."""
        before = self.counters()
        verdict = self.ask(case, body)
        after = self.counters()
        grown = [n for n in after if after[n] > before.get(n, 0)]
        if verdict.passed and len(grown) == 1:
            verdict.outcome = grown[0]
        return verdict

    def hears(self):
        try:
            with icap.Icap(self.address, 10) as c:
                answer = c.options(self.service)
        except (icap.Closed, OSError) as e:
            return str(e) or type(e).__name__
        return None if answer.status == 200 else answer.line
