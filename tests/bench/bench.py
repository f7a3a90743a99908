#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Measures Glassgate beside Debian's virus_scan, c-icap's echo, a service that
only takes the body, and the engine alone; on loopback, in turn, round by round.

What is compared is what one run measured; times of two runs say little. Every
answer is checked: a wrong verdict, another body or none is counted in the
tables, and with one of Glassgate's no goal is met, and the exit status is 1. Each
server must find what is in an infected twin of each kind of body; where it does
not, as virus_scan with its settings does not look at PNG, PDF and what is larger
than 5 MB, the table says so, and it scans nothing there.

mix: shares and sizes of the web (Web Almanac 2024; corpus.py). new: no server
saw any of these bodies before. CPU: of all processes of the server, those that
ended too. Memory is told only as root."""

import argparse
import contextlib
import os
import signal
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE] + [os.path.join(HERE, "..", name)
                         for name in ("integration", "evasion")]

import corpus           # noqa: E402
import downloads        # noqa: E402
import gateway          # noqa: E402
import goals            # noqa: E402
import lab              # noqa: E402
import make_signatures  # noqa: E402
import measure          # noqa: E402
import preview          # noqa: E402
import reloads          # noqa: E402
import report           # noqa: E402
import servers          # noqa: E402
import smoke            # noqa: E402
from measure import say     # noqa: E402

# What --quick leaves out to be done in five minutes.
SLOW = ("js100k", "json10k", "png20k", "pdf", "office", "bin10m", "bin100m",
        "zip10m")
RESULTS = os.path.join(HERE, "RESULTS.md")


def arguments():
    p = argparse.ArgumentParser(
        description=__doc__, prog="script/bench",
        formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--quick", action="store_true",
                   help="in five minutes: the small set, fewer kinds of bodies")
    p.add_argument("--only", action="append", metavar="WORD",
                   help="loads whose name holds this word; reload: those, too;"
                   "\ndownloads: large ones, five minutes")
    p.add_argument("--set", choices=("small", "large"), action="append",
                   help="small: a few signatures; large: 3 million hashes, "
                   "80,000 body\nand 70,000 logical ones (default: both)")
    p.add_argument("--server", action="append", metavar="WORD",
                   help="servers whose name holds this word")
    p.add_argument("--rounds", type=int, help="default 5, --quick: 3")
    p.add_argument("--seconds", type=float,
                   help="of each server in a round, about (2; --quick: 0.5)")
    p.add_argument("--repeats", type=int, default=60, metavar="PERCENT",
                   help="of bodies that came before, in the mix that has them")
    p.add_argument("--tmpfs", action="store_true",
                   help="virus_scan with its temporary files on tmpfs with the "
                   "large set, too")
    p.add_argument("--signatures", metavar="FOLDER",
                   help="where the large set is, or is made and kept")
    p.add_argument("--write", action="store_true",
                   help="the results into tests/bench/RESULTS.md, too")
    p.add_argument("--preview", action="store_true",
                   help="only this: which icap.preview is best, through Squid")
    p.add_argument("--smoke", action="store_true",
                   help="measures nothing: looks in 20 seconds whether all of "
                   "this works")
    p.add_argument("--build", default="build", help=argparse.SUPPRESS)
    args = p.parse_args()
    args.rounds = args.rounds or (3 if args.quick else 5)
    args.seconds = args.seconds or (0.5 if args.quick else 2)
    args.set = args.set or (["small"] if args.quick else ["small", "large"])
    measure.LOADS[1].rules["repeats"] = args.repeats
    return args


def wanted(words, name):
    return not words or any(word in name for word in words)


def loads(args, those, which="small"):
    return [load for load in those if wanted(args.only, load.name)
            and not (args.quick and load.kind in SLOW)
            and not (which == "large" and load.kind in goals.HUGE)]


def large_set(args):
    """The made-up signatures, and those that find the twins."""
    folder = args.signatures or lab.new_folder("large")
    if not os.path.exists(folder + "/bench.ldb"):
        say("making the large set")
        make_signatures.make(folder)
    for name in os.listdir(gateway.signatures()):
        lab.write(os.path.join(folder, name), lab.read(
            os.path.join(gateway.signatures(), name)))
    return folder


def makers(args, which, signatures):
    """(name, how it is started) of all that this run wants."""
    peers = all(map(os.path.exists, servers.PACKAGES))
    if not peers:
        say("without virus_scan: libc-icap-mod-virus-scan and clamav-daemon "
            "are not installed")
    tmpfs = [False, True] if which == "small" or args.tmpfs else [False]
    yield servers.Echo.name, lambda: servers.Echo(signatures)
    yield servers.Plain.name, lambda: servers.Plain(signatures)
    for memory in tmpfs if peers else ():
        for name, engine in zip(
                goals.ON_TMPFS if memory else goals.AS_SHIPPED,
                ("clamav_mod", "clamd_mod")):
            yield name, lambda engine=engine, memory=memory: (
                servers.VirusScan(signatures, engine, memory))
    yield servers.Glassgate.name, lambda: servers.Glassgate(signatures)


def start(stack, args, which, signatures):
    started = []
    for name, make in makers(args, which, signatures):
        if wanted(args.server, name):
            say("starting " + name)
            started.append(make())
            stack.callback(started[-1].stop)
    return started


def start_floors(stack, args, signatures, folder):
    found = []
    for name, engine in ((goals.LIBCLAMAV, "libclamav"),
                         (goals.ENGINE, "worker")):
        if wanted(args.server, name):
            say("starting " + name)
            found.append(servers.Loop(signatures, engine, folder))
            stack.callback(found[-1].stop)
    return found


def run_stage(stage, args, those, into, which):
    for load in those:
        say("%s set, %s" % (which, load.name))
        stage.run(load, args.rounds)
        for server in stage.servers + stage.floors:
            if (load.name, server.name) in stage.results:
                into[which, load.name, server.name] = stage.result(
                    load, server)


def through_squid(args, folder, started, which, run):
    """Each behind a Squid of its own; only those as they are shipped."""
    those = loads(args, measure.THROUGH_SQUID)
    if not those:
        return set()
    with contextlib.ExitStack() as stack:
        origin = servers.Origin(folder)
        stack.callback(origin.stop)
        behind = []
        for server in [None] + [s for s in started
                                if s.name not in goals.ON_TMPFS]:
            behind.append(measure.Proxied(server))
            stack.callback(behind[-1].stop)
        stage = measure.Stage(folder, behind, [], args.seconds, origin)
        run_stage(stage, args, those, run.squid, which)
        return stage.unlooked


def one_set(args, which, folder, run):
    signatures = gateway.signatures() if which == "small" else large_set(args)
    with contextlib.ExitStack() as stack:
        started = start(stack, args, which, signatures)
        floors = start_floors(stack, args, signatures, folder)
        stage = measure.Stage(folder, started, floors, args.seconds)
        run_stage(stage, args, loads(args, measure.LOADS, which), run.results,
                  which)
        unlooked = stage.unlooked
        if lab.root:
            run.memory[which] = [(s.name, servers.pss(s.sids))
                                 for s in started]
            run.memory[which] += [(s.name, s.loaded) for s in floors]
        if which == "small":
            unlooked |= through_squid(args, folder, started, which, run)
        elif wanted(args.only, "reload") and floors:
            run.reloads[which] = reloads.measure(signatures, stage, floors[0])
        return unlooked


def wants_downloads(args):
    return wanted(args.only, downloads.WORD) and wanted(
        args.server, goals.OURS) and (args.only or not args.quick)


def wants(args, which):
    """Anything of a set."""
    return loads(args, measure.LOADS, which) or (
        loads(args, measure.THROUGH_SQUID) if which == "small" else
        wanted(args.only, "reload"))


def idle(args):
    """Words of --only and --server that pick nothing."""
    servers_of_all = [row.name for row in (
        servers.Echo, servers.Plain, servers.Glassgate)] + [
            *goals.AS_SHIPPED, *goals.ON_TMPFS, goals.LIBCLAMAV, goals.ENGINE]
    for word in args.only or ():
        one = argparse.Namespace(**dict(vars(args), only=[word]))
        if not (any(wants(one, which) for which in args.set)
                or wants_downloads(one)):
            yield "--only", word
    for word in args.server or ():
        if not any(word in name for name in servers_of_all):
            yield "--server", word


def bodies(args):
    folder = lab.new_folder("corpus")
    kinds = {load.kind for load in loads(
        args, measure.LOADS + measure.THROUGH_SQUID)}
    if wants_downloads(args):
        kinds.update(downloads.KINDS)
    say("making the bodies")
    corpus.make(folder, [k for k in corpus.KINDS if k in kinds] or ["html10k"])
    return folder


def measured(args, run):
    """What the servers do not look at, and what ended the run early: all that
    was measured until then is told."""
    unlooked = set()
    try:
        folder = bodies(args)
        for which in args.set:
            if wants(args, which):
                unlooked |= one_set(args, which, folder, run)
        if wants_downloads(args):
            downloads.run(gateway.signatures(), folder, args.rounds,
                          run.downloads)
    except (Exception, KeyboardInterrupt, SystemExit) as e:
        say("bench: ended early: %r" % e)
        return unlooked, "ended early: %s" % (str(e) or repr(e)).split("\n")[0]
    return unlooked, None


def main():
    args = arguments()
    lab.options.build = os.path.abspath(args.build)
    # Where Debian's c-icap has its own; /tmp may be in memory.
    os.environ.setdefault("TMPDIR", "/var/tmp")
    # So that what was started is ended.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if args.smoke:
        return smoke.run()
    if args.preview:
        folder = lab.new_folder("corpus")
        corpus.make(folder, preview.KINDS)
        print("\n".join(preview.run(gateway.signatures(), folder, args)))
        return 0
    for option, word in idle(args):
        say("bench: %s: nothing of this run holds that word: %s" % (
            option, word))
        return 2
    run = goals.Run()
    unlooked, early = measured(args, run)
    at = sys.argv.index("--build") if "--build" in sys.argv else len(sys.argv)
    command = " ".join(["script/bench"] + sys.argv[1:at] + sys.argv[at + 2:])
    text = "\n".join(report.whole(run, args, command, unlooked, early)) + "\n"
    print(text, end="")
    if args.write and not early:
        lab.write(RESULTS, text)
    return 1 if early or run.ours_wrong() else 0


if __name__ == "__main__":
    sys.exit(main())
