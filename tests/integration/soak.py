#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Mixed traffic with random faults for as long as asked, then a report on what
grew. script/soak is its front."""

import argparse
import collections
import random
import re
import signal
import sys
import threading
import time

sys.dont_write_bytecode = True

import bodies
import chaos
import gateway
import lab
import leaks
import origin
import squid
import traffic

RECOVERY = 30  # seconds after a fault within which it must serve again
# Seconds. In less than that c-icap's children, which faults end, are not yet as
# large as they get, and kept sets of signatures not yet as many.
JUDGED = 600
REST = 30  # seconds without traffic in which what it took is given back
UNITS = {"s": 1, "m": 60, "h": 3600}
# Scans that hang end soon, so that a fault's end is seen before the next.
# Squid does without us for 30 s when nobody answers its OPTIONS, which no fault
# of ours may meet.
SETTINGS = {"icap.options_ttl": "86400", "scan.small_seconds": "3",
            "cache.size": "1M",  # what comes again, and what has to leave
            "scan.big_seconds": "6", "scan.queue_seconds": "4"}
# So does the scan of a machine that stood still for as long.
SLOW = (chaos.WORKER % "(deadline|abandoned)",)


def span(text):
    m = re.fullmatch(r"(\d+)([smh]?)", text)
    if not m or int(m.group(1)) == 0:
        raise argparse.ArgumentTypeError("%s: not like 90s, 10m or 1h" % text)
    return int(m.group(1)) * UNITS[m.group(2) or "s"]


def arguments():
    p = argparse.ArgumentParser(prog="soak", description=__doc__)
    p.add_argument("--for", dest="seconds", type=span, default=3600,
                   metavar="TIME", help="90s, 10m, 1h (default 1h)")
    p.add_argument("--seed", type=int, default=None,
                   help="the same faults and bodies again")
    p.add_argument("--rate", type=float, default=30,
                   help="requests a second (default 30)")
    p.add_argument("--pause", type=float, default=3,
                   help="seconds of peace after each fault (default 3)")
    p.add_argument("--no-faults", action="store_true",
                   help="traffic alone")
    p.add_argument("--build", default="build", help="the build tree")
    args = p.parse_args()
    if args.seed is None:
        args.seed = random.SystemRandom().randrange(10**6)
    return args


class Fault:
    """What one kind of fault did in all."""

    def __init__(self):
        self.times, self.longest = 0, 0.0


class Soak:
    def __init__(self, args):
        self.args, self.random = args, random.Random(args.seed)
        self.problems = []
        self.faults = collections.defaultdict(Fault)
        self.origin = origin.Origin()
        place = gateway.signature_folder(clam=False)
        self.squid = None
        self.gateway = gateway.Gateway(dict(
            SETTINGS, **{"signatures.folders": place}), ready=False,
            expect=SLOW)
        self.record = leaks.Record(self.gateway)
        self.load = None
        self.end = threading.Event()

    def set_up(self):
        args = self.args
        self.gateway.wait_ready()
        self.squid = squid.Squid("127.0.0.1:%d" % self.gateway.port)
        self.load = traffic.Traffic(self.squid.address, self.origin,
                                    rate=args.rate, seed=args.seed)
        lab.until(self.serves, "it serves", RECOVERY)
        self.record.take()

    def run(self):
        args = self.args
        watch = threading.Thread(target=self.watch, daemon=True)
        deadline = time.monotonic() + args.seconds
        with self.load:
            watch.start()
            if args.no_faults:
                self.end.wait(args.seconds)
            else:
                self.harm(deadline)
        self.end.set()
        watch.join()
        self.attempt(self.rest, lambda: lab.until(
            self.rest, "it holds no more than at its begin", REST))

    def rest(self):
        """Has what the traffic and the faults took been given back?"""
        first, now = self.record.samples[0][1], leaks.sample(self.gateway)
        return all(now[name] <= first[name] + leaks.LEAST[name]
                   for name in ("processes", "descriptors"))

    def watch(self):
        step = min(10.0, max(0.5, self.args.seconds / 300))
        while not self.end.wait(step):
            try:
                self.record.take()
            except Exception as e:
                self.problems.append("no sample: %r" % e)

    # Faults: one after another, each to its end.

    def harm(self, deadline):
        todo = []
        while time.monotonic() + 1 < deadline:
            if not todo:
                # All kinds before any a second time.
                todo = self.random.sample(list(chaos.FAULTS),
                                          len(chaos.FAULTS))
            if not self.one(todo.pop()):
                return
            self.end.wait(min(self.args.pause * 2 * self.random.random(),
                              max(0.0, deadline - time.monotonic())))

    def one(self, fault):
        """Whether it serves again."""
        self.gateway.expect(*chaos.FAULTS[fault])
        seen = self.faults[chaos.name(fault)]
        seen.times += 1
        self.attempt(fault, lambda: fault(self.gateway, self.random))
        mended = time.monotonic()
        served = self.attempt(fault, lambda: lab.until(
            self.serves, "it serves", RECOVERY))
        seen.longest = max(seen.longest, time.monotonic() - mended)
        return served

    def attempt(self, fault, call):
        try:
            call()
            return True
        except Exception as e:
            self.problems.append("%s, at %.0f s: %s: %s" % (
                chaos.name(fault), time.monotonic() - self.record.begin,
                type(e).__name__, e))
            return False

    def serves(self):
        """Decides both kinds through Squid, and calls itself ready."""
        nonce = b"%x" % self.random.getrandbits(60)
        status = self.gateway.status()
        return (status and status["state"] == "ready"
                and self.asked(bodies.eicar() + b" " + nonce) == 403
                and self.asked(b"harmless " + nonce) == 200)

    def asked(self, body):
        path = "/probe/%d" % self.random.getrandbits(60)
        try:
            reply = self.squid.get(self.origin.put(path, body))
        except OSError:
            return 0
        finally:
            self.origin.take(path)
        found = reply.get("x-infection-found") or "Type=0"
        return reply.status if found.startswith("Type=0") else 0

    # The end.

    def close(self):
        if self.squid:
            self.squid.stop()
        self.origin.stop()
        try:
            self.gateway.stop()
        except AssertionError as e:
            self.problems.append("at the stop: %s" % e)

    def judge(self):
        if self.load is None:
            self.problems.append("not set up")
            return
        self.problems += self.load.wrong
        seen = self.load.count()
        # Traffic that nobody decides would prove nothing.
        if seen["clean"] + seen["found"] < sum(seen.values()) / 2:
            self.problems.append("less than half of it was decided")
        if not seen["found"]:
            self.problems.append("nothing was found")
        if self.args.seconds >= JUDGED:
            self.problems += ["leak: " + t for t in self.record.leaks()]

    def report(self):
        if self.load is not None:
            self.tell_all(self.load, self.args)
        print("\n%d problems" % len(self.problems))
        for problem in self.problems[:40]:
            print("  " + problem)
        print("soak: " + ("FAILED" if self.problems else "passed"))

    def tell_all(self, load, args):
        seen = load.count()
        print("soak: seed %d, %d s, %g requests a second" % (
            args.seed, args.seconds, args.rate))
        print("\ntraffic: %d requests: %s" % (sum(seen.values()), ", ".join(
            "%d %s" % (n, what) for what, n in seen.most_common())))
        if load.latency(0.5):
            print("latency: half within %.0f ms, 99 %% within %.0f ms" % (
                1000 * load.latency(0.5), 1000 * load.latency(0.99)))
        print("\n%-34s%6s%22s" % ("fault", "times", "longest until served"))
        for fault, f in sorted(self.faults.items()):
            print("%-34s%6d%20.1f s" % (fault, f.times, f.longest))
        print("\nover time (memory: PSS):")
        print("\n".join(self.record.table()))
        print("\nsecond half: growth, median (%s)" % (
            "a leak: more than a tenth and more than the least that counts"
            if args.seconds >= JUDGED else
            "not judged: shorter than %d s" % JUDGED))
        for name in self.record.samples[0][1]:
            print("  %-24s%12s%12s" % ((name,) + tuple(
                leaks.shown(name, n) for n in self.record.growth(name))))


def main():
    args = arguments()
    lab.options.build = args.build
    print("soak: seed %d, for %d s" % (args.seed, args.seconds), flush=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    soak = Soak(args)
    try:
        soak.set_up()
        soak.run()
    except KeyboardInterrupt:
        soak.problems.append("ended early")
    finally:
        soak.close()
    soak.judge()
    soak.report()
    return 1 if soak.problems else 0


if __name__ == "__main__":
    sys.exit(main())
