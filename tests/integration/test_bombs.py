# SPDX-License-Identifier: GPL-2.0-only
"""Bodies that grow without end, and heads that go on and on: each has a name
in time, costs no more than the settings allow, and holds up nobody else."""

import os
import sys
import threading
import time

import bodies
import gateway
import lab
from suite import Case, alone, limit

sys.path.insert(1, os.path.join(lab.SOURCE, "tests/evasion"))

import judge        # noqa: E402
import known        # noqa: E402
import limits       # noqa: E402
from codings import coded   # noqa: E402
from case import NAMED, Case as Trick       # noqa: E402
from uploads import FORM, field, multipart      # noqa: E402

SECONDS = 6         # scan.small_seconds
SPARE = 4           # to get the body there, and the answer
MEMORY = 1 << 30    # scan.memory
SETTINGS = {"scan.small_seconds": str(SECONDS),
            "scan.big_seconds": str(2 * SECONDS), "icap.spare_threads": "0"}


def folder_size(path):
    """Bytes that lie in files of a folder; some come and go meanwhile."""
    size = 0
    for base, _, files in os.walk(path):
        for name in files:
            try:
                size += os.stat(os.path.join(base, name)).st_blocks * 512
            except OSError:
                pass
    return size


class Asked(threading.Thread):
    """One body, asked about while others do something else."""

    def __init__(self, server, case):
        super().__init__(daemon=True)
        self.server, self.case = server, case
        self.body = case.make(b"nothing")
        self.start()

    def run(self):
        begin = time.monotonic()
        self.verdict = self.server.ask(self.case, self.body)
        self.seconds = time.monotonic() - begin


@alone("time and memory are measured")
class Bombs(Case):
    def setUp(self):
        if lab.options.sanitized:
            self.skipTest("measures time and memory")

    def others_are_served(self, g, asked):
        """The longest wait of somebody else, while the bomb is looked at."""
        longest, page = 0.0, bodies.words(3000)
        while asked.is_alive():
            begin = time.monotonic()
            self.assertEqual(g.respmod(page).status, 204)
            longest = max(longest, time.monotonic() - begin)
            time.sleep(0.02)
        return longest

    def memory(self, g):
        """What the greediest worker has ever held, in bytes."""
        held = [0]
        for worker in g.workers():
            try:
                peak = lab.Process(worker["pid"]).status("VmHWM")
            except OSError:
                continue
            held.append(int(peak.split()[0]) * 1024)
        return max(held)

    @limit(180)
    def test_a_bomb_has_a_name_in_time_and_holds_up_nobody(self):
        with gateway.gateway(SETTINGS) as g:
            server = judge.Server(g.address, "glassgate")
            before = folder_size(g.runtime)
            keeper = g.status()["pids"]["keeper"]
            for case in limits.bombs():
                asked = Asked(server, case)
                with self.subTest(case.name):
                    waited = self.others_are_served(g, asked)
                    verdict = asked.verdict
                    if verdict.passed:
                        verdict = server.ask_alone(case, asked.body)
                    if case.title not in known.HOLES:
                        self.assertIn(verdict.outcome, case.allowed,
                                      verdict.name)
                    long = len(asked.body) > 1 << 20
                    self.assertLess(asked.seconds, SPARE + SECONDS * (
                        2 if long else 1))
                    self.assertLess(waited, 2.0)
                    self.assertLess(self.memory(g), MEMORY)
                    self.assertLess(folder_size(g.runtime) - before,
                                    64 << 20)
            self.assertEqual(g.status()["pids"]["keeper"], keeper)
            self.assertEqual(g.lines("worker died"), [])

    def seconds(self, case):
        asked = Asked(judge.Server(self.gateway.address, "glassgate"), case)
        asked.join()
        self.assertIn(asked.verdict.outcome, NAMED | {"clean"},
                      "%s: %s" % (case.name, asked.verdict.name))
        return asked.seconds

    def linear(self, case_of, count):
        """Four times as much takes no more than eight times as long."""
        less = min(self.seconds(case_of(count)) for _ in range(3))
        more = min(self.seconds(case_of(4 * count)) for _ in range(2))
        self.assertLess(more, 0.1 + 8 * less)
        self.assertLess(more, 5)

    @limit(120)
    def test_heads_and_parts_without_end_take_linear_time(self):
        data = b"x" * 500
        self.linear(lambda n: coded("bombs", "encodings", lambda d: data,
                                    ", ".join(["gzip"] * n)), 2500)
        self.linear(lambda n: Trick(
            "bombs", "a boundary", lambda d: multipart(
                [field(data)] * 20, b"b" * n), upload=True,
            kind="multipart/form-data; boundary=" + "b" * n), 2500)
        self.linear(lambda n: Trick(
            "bombs", "half boundaries", lambda d: multipart(
                [field(b"\r\n--" + b"b" * (n // 2)) * 20], b"b" * n),
            upload=True, kind="multipart/form-data; boundary=" + "b" * n),
            2500)
        self.linear(lambda n: Trick(
            "bombs", "parts", lambda d: multipart([field(b"")] * n),
            kind=FORM, upload=True), 25000)
