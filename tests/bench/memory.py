#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Memory of the whole service against one loaded engine.

usage: memory.py [--build DIR] [--signatures DIR] [--plain N] [--requests N]

PSS of all processes at rest, after new pages were scanned and at the highest
point of a reload, against the same of one process that has loaded the same
signatures (worker_cost). 4 workers serve, spare ones and c-icap are counted,
too; beside it what each worker has to itself, and the time from the start to
ready. --plain: test.engine_plain."""
import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "integration")]

import corpus
import gateway
import icap
import lab


def mb(pids, *kinds):
    total = 0
    for pid in pids:
        try:
            with open("/proc/%d/smaps_rollup" % pid) as f:
                total += sum(int(line.split()[1]) for line in f
                             if line.startswith(kinds))
        except (OSError, ProcessLookupError):
            pass  # it ended meanwhile
    return total / 1024


def whole(ours):
    return mb((p.pid for p in lab.session(ours.sid)), "Pss:")


def scan(ours, count):
    with icap.Icap(ours.address) as connection:
        for number in range(count):
            answer = connection.respmod(corpus.page(number), preview=16384)
            if answer.status != 204:
                raise SystemExit("page %d: ICAP %d" % (number, answer.status))


def one_engine(signatures):
    with tempfile.TemporaryDirectory(dir="/dev/shm") as place, \
            subprocess.Popen(
                [os.path.join(lab.options.build, "tests/bench/worker_cost"),
                 signatures, place, "15"], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE) as process:
        process.stdin.write(b"engine - 0 /dev/null\n")
        process.stdin.flush()
        process.stdout.readline()
        time.sleep(2)  # until what answered has given back its share
        return mb([process.pid], "Pss:"), process.stdin.close()


def highest_in_a_reload(ours):
    done, highest = threading.Event(), [0.0]

    def watch():
        while not done.is_set():
            highest[0] = max(highest[0], whole(ours))
            time.sleep(0.2)

    thread = threading.Thread(target=watch)
    thread.start()
    lab.run([gateway.program("glassgate"), "-r", ours.runtime, "reload"],
            user=ours.user, limit=300)
    done.set()
    thread.join()
    return highest[0]


def main():
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--build", default="build")
    p.add_argument("--signatures")
    p.add_argument("--plain", default="0")
    p.add_argument("--requests", type=int, default=400)
    args = p.parse_args()
    lab.options.build = os.path.abspath(args.build)
    signatures = args.signatures or gateway.signatures()
    one, _ = one_engine(signatures)
    begin = time.monotonic()
    ours = gateway.Gateway({
        "signatures.folders": signatures, "scan.small_workers": "3",
        "scan.big_workers": "1", "test.engine_plain": args.plain},
        ready=False)
    ours.wait_ready(300)
    print("%-40s %8.1f s" % ("from the start to ready",
                             time.monotonic() - begin))

    def tell(what, megabytes):
        print("%-40s %8.1f MB  %5.3f" % (what, megabytes, megabytes / one),
              flush=True)

    tell("one engine", one)
    tell("ready", whole(ours))
    scan(ours, args.requests)
    tell("after %d pages" % args.requests, whole(ours))
    for worker in ours.workers():
        tell("of it worker %(pid)d's own, %(lane)s lane" % worker,
             mb([worker["pid"]], "Private_"))
    tell("at the most in a reload", highest_in_a_reload(ours))
    tell("after it", whole(ours))
    ours.stop()


if __name__ == "__main__":
    main()
