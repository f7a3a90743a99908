# SPDX-License-Identifier: GPL-2.0-only
"""Large downloads through Squid, beside c-icap's echo: how fast 100 MB come,
and how soon the first byte does. No body came before: Squid keeps none, and
Glassgate has seen none."""

import contextlib
import itertools
import threading
import time

import crowd
import goals
import lab
import measure
import servers
import sizes
from measure import say

WORD = "downloads"  # for --only
KINDS = ("bin100m", "film100m")
TURNS = {1: 3, 4: 8}    # connections: how many in a round
MB = 1 << 20
SIZES = (("200 KB", 200 << 10), ("5 MB", 5 * MB), ("100 MB", 100 * MB))
SLOW = 10       # seconds that a slow origin takes
HELD = 3        # seconds that workers stand still, as in a long scan


CLEAN = 'glassgate_outcomes_total{outcome="clean"}'
INFECTED = 'glassgate_outcomes_total{outcome="infected"}'
KNOWN = "glassgate_cache_hits_total"


class Ours(servers.Glassgate):
    scanned = 1     # of each body


class Skipping(servers.Glassgate):
    name, looks, scanned = goals.SKIPS, False, 0

    def __init__(self, signatures):
        super().__init__(signatures, **{"types.media": "skip"})


class Stage(measure.Stage):
    def counts(self, load):
        for server in self.servers:
            self.once(load, server, load.connections, self.first())
        return {s.name: TURNS[load.connections] for s in self.servers}

    def finds(self, server, twin):
        """Large as it is, it may be cut instead of blocked."""
        gateway = server.server.gateway
        before = gateway.counter(INFECTED)
        got = self.ask(server, twin, 2, 1, self.first())
        gateway.wait_counter(INFECTED, before + 2)
        if got["wrong"] or got["altered"]:
            raise measure.Wrong(got["first_error"])
        return True

    def once(self, load, server, count, first):
        """What was to be scanned was, and what was to be skipped was not."""
        ours = isinstance(server.server, servers.Glassgate) and server.server
        before = ours and ours.gateway.counters()
        found = super().once(load, server, count, first)
        if ours:
            ours.gateway.wait_counter(
                CLEAN, before[CLEAN] + count * ours.scanned)
            assert ours.gateway.counter(KNOWN) == before[KNOWN], server.name
        return found


def behind(stack, server, without=(), name=None):
    proxied = measure.Proxied(server, without)
    stack.callback(proxied.stop)
    proxied.name = name or proxied.name
    return proxied


def started(stack, make, signatures):
    say("starting " + make.name)
    server = make(signatures)
    stack.callback(server.stop)
    return server


# How fast.

def fast(folder, those, floors, rounds, loads, into):
    origin = servers.Origin(folder)
    try:
        stage = Stage(folder, those, floors, None, origin)
        for load in loads:
            say(load.name)
            stage.run(load, rounds)
            into.update(stage.results)
    finally:
        origin.stop()


# How soon.

def standing_still(server):
    """A scan that takes long: its workers do not run."""
    return lab.stopped([w["pid"] for w in server.gateway.workers()])


class Firsts:
    """Seconds until the first byte, by (size, origin, server)."""

    def __init__(self, origin, those, into):
        self.origin, self.those, self.into = origin, those, into
        self.numbers = itertools.count()

    def one(self, key, proxied, size, seconds):
        last = b"%016d" % next(self.numbers)
        body = sizes.Body(size, tail=last)
        # Evenly, also the smallest.
        url = self.origin.put("/first/%s" % last.decode(), body, "length",
                              seconds, "video/mp4", min(65536, size // 200))
        got = sizes.fetch(proxied.squid.address, url, 0, 120)
        if (got.status, got.size) != (200, size):
            raise measure.Wrong("%s: %d, %d bytes of %d" % (
                key, got.status, got.size, size))
        self.into.setdefault(key, []).append(got.first)

    def all(self, how, seconds):
        threads, failed = [], []

        def run(*args):
            try:
                self.one(*args)
            except Exception as e:
                failed.append(e)
        for name, size in SIZES:
            for proxied in self.those:
                threads.append(threading.Thread(target=run, args=(
                    (name, how, proxied.name), proxied, size, seconds)))
                threads[-1].start()
        return threads, failed


def soon(those, rounds, into):
    origin = sizes.Server()
    firsts = Firsts(origin, those, into)
    ours = those[-1].server
    try:
        for _ in range(rounds):
            finish(*firsts.all(goals.SLOW_ORIGIN, SLOW))
            with standing_still(ours):
                threads = firsts.all(goals.SLOW_SCAN, 0)
                time.sleep(HELD)
            finish(*threads)
    finally:
        origin.stop()


def finish(threads, failed):
    for t in threads:
        t.join()
    if failed:
        raise failed[0]


def run(signatures, folder, rounds, into):
    """into: see goals.Downloads."""
    with contextlib.ExitStack() as stack:
        echo = behind(stack, started(stack, servers.Echo, signatures),
                      measure.NO_PREVIEW)
        ours = behind(stack, started(stack, Ours, signatures))
        none = behind(stack, None)
        engine = servers.Loop(signatures, "worker", folder)
        stack.callback(engine.stop)
        skipping = started(stack, Skipping, signatures)
        fast(folder, [none, echo, ours], [engine], rounds,
             measure.LARGE[:2], into.speed)
        fast(folder, [none, echo, behind(stack, skipping), behind(
            stack, skipping, measure.NO_PREVIEW, goals.RELAYS)], [], rounds,
            measure.LARGE[2:], into.speed)
        say("first bytes")
        soon([echo, ours], min(rounds, 3), into.first)
    if lab.root:
        into.crowd.update(crowd.run(signatures))
