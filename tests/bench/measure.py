# SPDX-License-Identifier: GPL-2.0-only
"""What script/bench measures: loads, taken in turn with every server in every
round, and what is measured of a reload, of memory and through Squid."""

import collections
import json
import statistics
import sys
import time

import corpus
import servers
import squid

# name: in the tables. rules: those of load.c.
Load = collections.namedtuple("Load", "name kind connections rules")
SAME = 20
LOADS = [
    Load("mix, every body new", "mix", 8, {}),
    Load("mix, repeats", "mix", 8, {"repeats": 60}),
    Load("html10k, new", "html10k", 8, {}),
    Load("html10k, the same 20", "html10k", 8, {"same": SAME}),
] + [Load("%s, one by one" % kind, kind, 1, {}) for kind in (
    "html10k", "js100k", "json10k", "jpeg20k", "png20k", "pdf", "office",
    "bin1m", "bin10m", "bin100m", "zip10m")]
THROUGH_SQUID = [
    Load("html10k, new", "html10k", 8, {}),
    Load("mix60k, every body new", "mix60k", 8, {}),
    Load("html10k, the same 20, one by one", "html10k", 1, {"same": SAME}),
]
LARGE = [
    Load("100 MB, one by one", "bin100m", 1, {}),
    Load("100 MB, 4 at once", "bin100m", 4, {}),
    Load("film of 100 MB, one by one", "film100m", 1, {}),
]
# For Squid: c-icap's echo gives back every other body only, and says "204" to
# the previews of the others; without a preview it gives all back.
NO_PREVIEW = ("icap_preview_enable on", "icap_preview_enable off")
# How many at least and at most in one round; of a mix as many as make one.
FEWEST, FEWEST_MIX, MOST = 3, 200, 40000


def say(*words):
    print(*words, file=sys.stderr, flush=True)


class Wrong(Exception):
    """What is to be measured is not what it should be."""


class Result:
    """Of one server with one load: a list by round for each figure."""

    def __init__(self):
        self.rounds = collections.defaultdict(list)
        self.errors, self.first_error = 0, ""

    def add(self, **figures):
        for name, value in figures.items():
            if value is not None:
                self.rounds[name].append(value)

    def median(self, name):
        values = self.rounds.get(name)
        return statistics.median(values) if values else None

    def spread(self, name):
        values = self.rounds[name]
        return min(values), max(values)


def ratio(one, other, name):
    """Of each round, so that what the machine did meanwhile is in both."""
    if one is None or other is None:
        return None
    pairs = list(zip(one.rounds.get(name, ()), other.rounds.get(name, ())))
    return [a / b for a, b in pairs if b] or None


class Stage:
    """Servers that run beside each other with one set of signatures."""

    def __init__(self, corpus, started, floors, seconds, origin=None):
        self.corpus, self.seconds, self.origin = corpus, seconds, origin
        self.servers, self.floors = started, floors
        self.results = {}   # (load's name, server's name): Result
        self.next_first = 1
        self.unlooked = set()   # (kind, server's name, what)

    def result(self, load, server):
        return self.results.setdefault((load.name, server.name), Result())

    def first(self):
        """Where the numbers of a round begin: nobody saw them before."""
        self.next_first += 1
        return self.next_first << 32

    # What a server looks at: it must find what is in the twin.

    def prove(self, kind):
        for what, twin in corpus.twins(kind):
            for server in self.servers:
                if server.looks and not self.finds(server, twin):
                    self.unlooked.add((kind, server.name, what))
            for loop in self.floors:
                if loop.scan(twin, 1, self.first())[1]:
                    raise Wrong("%s does not find %s" % (loop.name, twin))

    def finds(self, server, twin):
        got = self.ask(server, twin, 2, 1, self.first())
        if server.name == servers.Glassgate.name and got["first_error"]:
            raise Wrong(got["first_error"])
        return not got["first_error"]

    # A load.

    def ask(self, server, kind, count, connections, first, **rules):
        if self.origin:
            rules.update(protocol="http", origin=self.origin.port)
        return json.loads(servers.ask(
            server, self.corpus, kind, count, connections=connections,
            first=first, **rules))

    def once(self, load, server, count, first):
        """Its figures. An answer that is not as it must be is counted."""
        before, worker = server.cpu(), server.worker_cpu()
        got = self.ask(server, load.kind, count, load.connections, first,
                       **load.rules)
        # Counters and logs are told after the answer.
        time.sleep(0.05)
        took = server.cpu() - before
        bad = got["wrong"] + got["altered"] + got["broken"]
        if bad:
            result = self.result(load, server)
            result.errors += bad
            result.first_error = result.first_error or got["first_error"]
            say("%s, %s: %s (%d wrong, %d altered, %d broken of %d)" % (
                load.name, server.name, got["first_error"], got["wrong"],
                got["altered"], got["broken"], got["requests"]))
        return dict(
            rate=got["rate"], p50=got["p50"], p99=got["p99"], max=got["max"],
            cpu=took * 1e6 / count, again=got["again"],
            worker=None if worker is None else
            (server.worker_cpu() - worker) * 1e6 / count)

    def warm(self, load, server):
        """Requests a second, of a few that do not count."""
        count = 2 if load.kind[-2:] in ("0m", "1m") else 40
        if load.rules.get("same"):
            count = 200
        return self.once(load, server, count, self.first_of(load))["rate"]

    def first_of(self, load):
        """Bodies that are the same again are so in every round."""
        return 7 << 56 if load.rules.get("same") else self.first()

    def counts(self, load):
        """How many for each. A mix is the same for all that scan it, and so
        slow as ours: else some would get the larger part of it."""
        rates = {s.name: self.warm(load, s) for s in self.servers}
        if load.kind.startswith("mix") and servers.Glassgate.name in rates:
            for server in self.servers:
                if server.looks:
                    rates[server.name] = rates[servers.Glassgate.name]
        fewest = FEWEST_MIX if load.kind.startswith("mix") else FEWEST
        return {name: max(fewest, min(MOST, int(rate * self.seconds)))
                for name, rate in rates.items()}

    def run(self, load, rounds):
        self.prove(load.kind)
        counts = self.counts(load)
        say("%s: %s" % (load.name, ", ".join(
            "%s %d" % pair for pair in counts.items())))
        floor_count = max(FEWEST, min(counts.values(), default=100) // 2)
        for number in range(rounds):
            first = self.first_of(load)
            turn = self.servers + self.floors
            for server in turn[number % len(turn):] + turn[:number % len(turn)]:
                if not server.floor:
                    self.result(load, server).add(**self.once(
                        load, server, counts[server.name], first))
                elif not load.rules:
                    us, wrong = server.scan(load.kind, floor_count, first)
                    if wrong:
                        raise Wrong("%s: %d wrong" % (server.name, wrong))
                    self.result(load, server).add(cpu=us)


class Proxied(servers.Server):
    """A server behind a Squid of its own."""

    def __init__(self, server, without=()):
        self.server = server
        self.name = server.name if server else "no ICAP"
        self.looks = server is not None and server.looks
        self.squid = squid.Squid(
            "127.0.0.1:%d" % server.port if server else None,
            service=server.service if server else "", without=without)
        self.port = self.squid.port
        self.sids = {self.squid.process.pid}
        if server:
            self.sids |= server.sids

    def worker_cpu(self):
        return self.server.worker_cpu() if self.server else None

    def stop(self):
        self.squid.stop()
