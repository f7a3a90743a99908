#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The figures that README and release notes give, measured in one run.

usage: figures.py [--build DIR] [--signatures DIR] [--requests N] [--rounds N]

1. CPU time of one 10 KB page: through Glassgate, through a plain c-icap service
   that reads the whole body (srv_plain), and in the engine alone
   (engine_floor); taken in turn, medians; what is left is ours, and how much
   of it is the keeper's, which hands over.
2. From the start to ready on a built tree, with the small set.
3. With --signatures (make_signatures.py makes a set of full size): private
   memory of each worker after the scans, and from the start to ready.
"""
import argparse
import atexit
import os
import statistics
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "integration"))

import gateway
import icap
import lab

SIZE = 10240


def page(number):
    """One page of SIZE bytes; every number gives another."""
    text = bytearray(b"<!DOCTYPE html><html><head><title>page %d</title>"
                     b"</head><body>" % number)
    word = number * 2654435761 & 0xffffffff
    while len(text) + 24 < SIZE:
        word = (word * 1103515245 + 12345) & 0xffffffff
        text += b"<p>%x %x" % (word >> 8, word >> 20)
    return bytes(text.ljust(SIZE))


def cpu_ns(session):
    """CPU time of all threads of all processes of a session."""
    total = 0
    for process in lab.session(session):
        base = "/proc/%d/task" % process.pid
        for thread in os.listdir(base):
            with open("%s/%s/schedstat" % (base, thread)) as f:
                total += int(f.read().split()[0])
    return total


def one_cpu_ns(pid):
    with open("/proc/%d/schedstat" % pid) as f:
        return int(f.read().split()[0])


def drive(address, session, service, first, count):
    """CPU microseconds per request, over one kept connection."""
    before = cpu_ns(session)
    for start in range(first, first + count, 500):
        with icap.Icap(address) as connection:
            for number in range(start, min(start + 500, first + count)):
                answer = connection.respmod(page(number), service=service,
                                            preview=16384)
                if answer.status != 204:
                    raise SystemExit("page %d: ICAP %d" % (
                        number, answer.status))
    return (cpu_ns(session) - before) / 1000 / count


class Plain:
    """c-icap as our supervisor runs it, with the plain service alone."""

    def __init__(self):
        home = lab.new_folder("plain", lab.ICAP_USER)
        self.port = lab.free_port()
        self.address = ("127.0.0.1", self.port)
        module = os.path.join(home, "srv_plain.so")
        lab.write(module, lab.read(os.path.join(
            lab.options.build, "tests/bench/.libs/srv_plain.so")), 0o755)
        conf = lab.write(home + "/conf", "".join(line + "\n" for line in (
            "PidFile %s/pid" % home,
            "CommandsSocket %s/ctl" % home,
            "Port 127.0.0.1:%d" % self.port,
            "ServerLog %s/log" % home,
            "TmpDir %s" % home,
            "StartServers 2", "MaxServers 2", "ThreadsPerChild 64",
            "MinSpareThreads 0", "MaxSpareThreads 1000",
            "MaxRequestsPerChild 0", "MaxKeepAliveRequests 1000",
            "Service plain %s" % module)))
        user = lab.ICAP_USER if lab.root else None
        self.process = lab.start(["c-icap", "-N", "-f", conf],
                                 home + "/out", user)
        # Also when the measuring fails half-way.
        atexit.register(lab.end_session, self.process.pid)
        lab.until(self.answers, "the plain service answers")

    def answers(self):
        try:
            with icap.Icap(self.address) as connection:
                return connection.options("plain").status == 200
        except OSError:
            return False

    def stop(self):
        lab.kill(self.process.pid, 15)
        self.process.wait(20)
        lab.end_session(self.process.pid)


def floor(signatures, count):
    scratch = lab.new_folder("floor")
    done = lab.run([os.path.join(lab.options.build, "tests/bench/engine_floor"),
                    signatures, scratch, str(count), str(SIZE)], limit=300)
    if done.returncode != 0:
        raise SystemExit(done.stderr)
    return float(done.stdout)


def show(name, values, unit):
    print("%-46s %8.1f %s  (%.1f to %.1f)" % (
        name, statistics.median(values), unit, min(values), max(values)))
    return statistics.median(values)


def measure_cpu(args):
    plain = Plain()
    ours = gateway.Gateway()
    engine, whole, bare, numbers = [], [], [], iter(range(1, 1000))
    keeper, handed = ours.status()["pids"]["keeper"], []
    for _ in range(args.rounds):
        first = next(numbers) * 100000
        engine.append(floor(gateway.signatures(), args.requests))
        bare.append(drive(plain.address, plain.process.pid, "plain", first,
                          args.requests))
        before = one_cpu_ns(keeper)
        whole.append(drive(ours.address, ours.sid, "glassgate", first,
                           args.requests))
        handed.append((one_cpu_ns(keeper) - before) / 1000 / args.requests)
    ours.stop()
    plain.stop()
    print("CPU of one new 10 KB page, %d x %d requests" % (
        args.rounds, args.requests))
    a = show("  Glassgate, all processes", whole, "us")
    b = show("  plain c-icap service that reads the body", bare, "us")
    c = show("  engine alone, in a loop", engine, "us")
    print("%-46s %8.1f us" % ("  ours beyond both", a - b - c))
    show("  of it the keeper, which hands jobs over", handed, "us")


def measure_start(settings, rounds, limit):
    times = []
    for _ in range(rounds):
        begin = time.monotonic()
        ours = gateway.Gateway(settings, ready=False)
        ours.wait_ready(limit)
        times.append(time.monotonic() - begin)
        ours.stop()
    return times


def private_kb(pid):
    total = 0
    with open("/proc/%d/smaps_rollup" % pid) as f:
        for line in f:
            if line.startswith(("Private_Clean:", "Private_Dirty:")):
                total += int(line.split()[1])
    return total


def measure_big(args):
    begin = time.monotonic()
    ours = gateway.Gateway({"signatures.folders": args.signatures},
                           ready=False)
    ours.wait_ready(120)
    print("with %s (%d signatures):" % (
        args.signatures, ours.status()["signatures"]["count"]))
    print("%-46s %8.1f s" % ("  from the start to ready",
                             time.monotonic() - begin))
    drive(ours.address, ours.sid, "glassgate", 0, args.big_requests)
    for worker in ours.workers():
        print("  private memory of worker %d (%s lane, %d scans): %.1f MB" % (
            worker["pid"], worker["lane"], worker["scans"],
            private_kb(worker["pid"]) / 1024))
    ours.stop()


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--build", default=".")
    parser.add_argument("--signatures")
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--big-requests", type=int, default=1000)
    args = parser.parse_args()
    lab.options.build = os.path.abspath(args.build)
    measure_cpu(args)
    show("from the start to ready, small set",
         measure_start({}, args.rounds, 20), "s ")
    if args.signatures:
        measure_big(args)


if __name__ == "__main__":
    main()
