#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What a reload costs those who are being served.

usage: reload.py --signatures DIR [--build DIR] [--rate N] [--seconds N]
                 [--reloads N]

Requests come at a fixed rate, whether or not the last one was answered (each
is a page of 10 KB that nobody saw before), and each one's time counts from the
moment that it was due. First without a reload, then while `glassgate reload`
runs, as often as asked for. make_signatures.py makes a set of full size.
A virtual machine's host may take processors away meanwhile: "stolen" says how
much; times beside more than a few milliseconds of it say little.
Memory is PSS of keepers and workers; it needs root. Reading it disturbs those
that are read, so "with both" comes from one more reload that is not timed.
"""
import argparse
import atexit
import contextlib
import os
import queue
import re
import statistics
import sys
import threading
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "integration"))
sys.path.insert(0, HERE)

import gateway
import icap
import lab
from corpus import page

CLIENTS = 16


class Load:
    """Asks at `rate`; times: (due, seconds, was it right)."""

    def __init__(self, address, rate):
        self.address, self.rate = address, rate
        self.due, self.times = queue.Queue(), []
        self.lock, self.end = threading.Lock(), threading.Event()
        self.threads = [threading.Thread(target=self.ask, daemon=True)
                        for _ in range(CLIENTS)]
        self.threads.append(threading.Thread(target=self.pace, daemon=True))
        for t in self.threads:
            t.start()

    def pace(self):
        begin, number = time.monotonic(), 0
        while not self.end.is_set():
            due = begin + number / self.rate
            time.sleep(max(0, due - time.monotonic()))
            self.due.put((due, number))
            number += 1
        for _ in range(CLIENTS):
            self.due.put(None)

    def ask(self):
        while (job := self.due.get()) is not None:
            due, number = job
            try:
                with icap.Icap(self.address) as c:
                    right = c.respmod(page(number),
                                      preview=16384).status == 204
            except (OSError, icap.Closed):
                right = False
            with self.lock:
                self.times.append((due, time.monotonic() - due, right))

    def stop(self):
        self.end.set()
        for t in self.threads:
            t.join()

    def between(self, begin, end):
        with self.lock:
            return [t for t in self.times if begin <= t[0] < end]


def stolen():
    """Milliseconds, by all processors, since the machine started."""
    with open("/proc/stat") as f:
        return int(f.readline().split()[8]) * 1000 / os.sysconf("SC_CLK_TCK")


def pss(g):
    """MB of keepers and workers together."""
    total = 0
    for p in g.processes():
        if "glassgate-" not in p.title:
            continue
        with contextlib.suppress(ProcessLookupError, FileNotFoundError):
            with open("/proc/%d/smaps_rollup" % p.pid) as f:
                total += int(re.search(r"^Pss: +(\d+)", f.read(),
                                       re.M).group(1))
    return total / 1024


def show(name, times):
    ms = sorted(t[1] * 1000 for t in times)
    p99 = ms[int(len(ms) * 0.99)]
    wrong = sum(not t[2] for t in times)
    print("%-16s %5d requests, median %6.1f ms, p99 %6.1f ms, longest "
          "%6.1f ms, failed %d" % (name, len(ms), ms[len(ms) // 2], p99,
                                   ms[-1], wrong))
    return p99, ms[-1], wrong


def reload(g):
    """When the other generation served, and when the old one had left."""
    said = lab.run([gateway.program("glassgate"), "-r", g.runtime, "reload"],
                   limit=300)
    if said.returncode != 0:
        raise SystemExit(said.stderr.decode())
    return time.monotonic()


def left(g):
    # Each look starts a process: seldom, or it is that which is measured.
    lab.until(lambda: g.status()["second"]["state"] == "none",
              "the old keeper has left", 180, step=0.5)
    return time.monotonic()


def one_reload(g, load, number, p99):
    begin, lost = time.monotonic(), stolen()
    served = reload(g)
    times = load.between(begin, left(g))
    lost = stolen() - lost
    _, longest, wrong = show("reload %d" % number, times)
    due = max(times, key=lambda t: t[1])[0]
    print("%16s another generation serves after %.1f s; longest = %.2f x the "
          "p99 without reload, due %+.2f s from then; stolen %.0f ms" %
          ("", served - begin, longest / p99, due - served, lost))
    return longest / p99, wrong


def memory(g):
    """One more reload; its times count for nothing."""
    before = pss(g)
    reload(g)
    both = pss(g)
    end = left(g)
    print("memory: %.0f MB before, %.0f MB with both, %.0f MB %.1f s after "
          "the old keeper left" % (before, both, pss(g),
                                   time.monotonic() - end))


def main():
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--build", default=".")
    p.add_argument("--signatures", required=True)
    p.add_argument("--rate", type=float, default=50)
    p.add_argument("--seconds", type=float, default=30)
    p.add_argument("--reloads", type=int, default=3)
    args = p.parse_args()
    lab.options.build = os.path.abspath(args.build)
    if not lab.root:
        raise SystemExit("reload.py: needs root, to see the memory")
    g = gateway.Gateway({"signatures.folders": args.signatures,
                         "log.level": "warn"}, ready=False, expect=["."])
    atexit.register(g.kill)
    g.wait_ready(limit=180)
    load = Load(g.address, args.rate)
    time.sleep(5)
    begin = time.monotonic()
    time.sleep(args.seconds)
    p99, _, _ = show("without reload", load.between(begin, time.monotonic()))
    ratios, failed = [], 0
    for number in range(1, args.reloads + 1):
        time.sleep(5)
        ratio, wrong = one_reload(g, load, number, p99)
        ratios.append(ratio)
        failed += wrong
    print("%d reloads: longest request median %.2f x, worst %.2f x the p99 "
          "without; failed %d" % (len(ratios), statistics.median(ratios),
                                  max(ratios), failed))
    memory(g)
    load.stop()
    g.stop()


if __name__ == "__main__":
    main()
