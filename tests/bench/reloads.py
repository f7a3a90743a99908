# SPDX-License-Identifier: GPL-2.0-only
"""What a reload costs those who are being served, and what is in memory
meanwhile: constant rate, each latency counted from the planned moment."""

import contextlib
import os
import threading
import time

import gateway
import lab
import servers
from measure import say

RATE = 25
SECONDS = 30
RELOADS = 3
CONNECTIONS = 16
# That is "4 workers".
FOUR = {"scan.small_workers": "3", "scan.big_workers": "1"}


def reload(g):
    """Until the other generation serves."""
    said = lab.run([gateway.program("glassgate"), "-r", g.runtime, "reload"],
                   limit=300)
    if said.returncode != 0:
        raise SystemExit(said.stderr.decode())


def left(g):
    """When the old keeper had left."""
    # Each look starts a process: seldom, or it is that which is measured.
    lab.until(lambda: g.status()["second"]["state"] == "none",
              "the old keeper has left", 180, step=0.5)
    return time.monotonic()


class Rate:
    """Asks at a constant rate until it is stopped."""

    def __init__(self, server, corpus, first):
        self.path = os.path.join(lab.new_folder("rate"), "samples")
        self.process = servers.begin(
            server, corpus, "html10k", 10 ** 9, CONNECTIONS, first=first,
            rate=RATE, samples=self.path)

    def between(self, begin, end):
        """[(latency in ms, was it right)] of those that were due then."""
        found = []
        for line in lab.read(self.path).decode().splitlines():
            due, took, right = map(int, line.split())
            if begin <= due / 1e9 < end:
                found.append((took / 1e6, right == 1))
        return found

    def stop(self):
        self.process.kill()
        self.process.communicate()


def p99(times):
    ordered = sorted(took for took, _ in times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]


def latencies(server, stage):
    """{"p99", "longest": by reload, "failed", "asked"}"""
    rate = Rate(server, stage.corpus, stage.first())
    try:
        time.sleep(5)
        begin = time.monotonic()
        time.sleep(SECONDS)
        calm = rate.between(begin, time.monotonic())
        found = {"p99": p99(calm), "longest": [], "asked": len(calm),
                 "failed": sum(not right for _, right in calm)}
        for _ in range(RELOADS):
            time.sleep(5)
            begin = time.monotonic()
            reload(server.gateway)
            end = left(server.gateway)
            time.sleep(2)  # those that were due before the end
            times = rate.between(begin, end)
            found["longest"].append(max(took for took, _ in times))
            found["asked"] += len(times)
            found["failed"] += sum(not right for _, right in times)
        return found
    finally:
        rate.stop()


class Peak(threading.Thread):
    """The most that is in memory until it is stopped."""

    def __init__(self, sids, memory=servers.pss, nothing=0):
        super().__init__(daemon=True)
        self.sids, self.memory = sids, memory
        self.most, self.end = nothing, threading.Event()
        self.start()

    def run(self):
        while not self.end.wait(0.2):
            with contextlib.suppress(OSError):
                self.most = max(self.most, self.memory(self.sids))

    def stop(self):
        self.end.set()
        self.join()
        return self.most


def memory(signatures, stage, engine):
    """Bytes: of one loaded engine, at rest after some scans, and the most in a
    reload. Reading it disturbs those that are read: nothing is timed here.
    engine: a Loop that loaded the same set."""
    server = servers.Glassgate(signatures, **FOUR)
    try:
        servers.ask(server, stage.corpus, "mix", 1000, connections=8,
                    first=stage.first())
        time.sleep(3)
        rest = servers.pss(server.sids)
        peak = Peak(server.sids)
        reload(server.gateway)
        left(server.gateway)
        return {"engine": engine.loaded, "rest": rest,
                "peak": peak.stop()}
    finally:
        server.stop()


def measure(signatures, stage, engine):
    found = {}
    ours = next((s for s in stage.servers
                 if s.name == servers.Glassgate.name), None)
    if ours is None:
        return found
    say("reloads at %d requests a second" % RATE)
    found["latency"] = latencies(ours, stage)
    if lab.root:
        say("memory")
        found["memory"] = memory(signatures, stage, engine)
    return found
