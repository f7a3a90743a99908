#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What the checks beside the engine's own scan cost a worker, in CPU time.

usage: checks.py [--build DIR] [--signatures DIR]... [--rounds N] [ARCHIVE...]

1. Bodies of the web as they are: judge() beside the engine alone.
2. The same packed for the way: what judge() takes beyond the engine's scan of
   the unpacked body, beside the time of the encoding's own library.
3. Archives, if some are named: judge() beside the engine alone, one line for
   each kind. Where the engine does not open a kind, all that is in it counts.

All of it with the five signatures of the tests, for which the engine takes
least, and once more with each folder of --signatures: make_signatures.py makes
one of a real size. In turn, in one process, medians. The scratch is in
/dev/shm, as a worker's is in memory."""

import argparse
import collections
import os
import random
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "integration"))

import bodies
import gateway
import lab
import packed


def text(size, form, seed):
    dice = random.Random(seed)
    out = bytearray()
    while len(out) < size:
        out += form % (dice.randrange(1 << 24), dice.randrange(1 << 12))
    return bytes(out[:size])


def web():
    """[(name, Content-Type, bytes)]"""
    page = b"<!DOCTYPE html><html><head><title>t</title></head><body>"
    script = b"function f%x(a) { return a.b[%d] + 'text'; }\n"
    return [
        ("html10k", "text/html", page + text(
            10 << 10, b"<p class='a'>%x %d</p>\n", 1)),
        ("html200k", "text/html", page + text(
            200 << 10, b"<p class='a'>%x %d</p>\n", 2)),
        ("js100k", "text/javascript", text(100 << 10, script, 3)),
        ("json10k", "application/json", b"[" + text(
            10 << 10, b'{"a%x":"word %d"},', 4) + b"0]"),
        ("css50k", "text/css", text(50 << 10, b".a%x { top: %dpx }\n", 5)),
        ("png20k", "image/png", bodies.png()[:-12] + bodies.noise(20 << 10)),
        ("pdf", "application/pdf", bodies.pdf()),
        ("docx", "application/octet-stream", bodies.docx()),
        ("binary1m", "application/octet-stream", bodies.noise(1 << 20, 6)),
        ("binary10m", "application/octet-stream", bodies.noise(10 << 20, 7)),
        ("zip10m", "application/zip", bodies.clean_zip(10 << 20)),
    ]


Cost = collections.namedtuple("Cost", "size alone judged decoder outcome")


def costs(args, signatures, place, bodies_of):
    """bodies_of: [(encoding, Content-Type, path)]"""
    done = lab.run(
        [os.path.join(lab.options.build, "tests/bench/judge_cost"),
         signatures, place, str(args.rounds)] +
        [word for body in bodies_of for word in body], limit=3600)
    if done.returncode != 0:
        raise SystemExit(done.stderr.decode())
    return [Cost(int(size), float(alone), float(judged), float(decoder), out)
            for _, size, alone, judged, decoder, out, _ in (
                line.split("\t")
                for line in done.stdout.decode().splitlines())]


def write_all(place):
    """[(name, (encoding, Content-Type, path))]"""
    out = []
    for name, kind, body in web():
        out.append((name, ("", kind, lab.write(
            os.path.join(place, name), body))))
    for name, kind, body in web()[:5]:
        for coding, pack in (("gzip", packed.gzipped), ("br", packed.brotli),
                             ("zstd", packed.zstd)):
            name_of = name + " " + coding
            out.append((name_of, (coding, kind, lab.write(
                os.path.join(place, name_of), pack(body)))))
    return out


def line(name, cost, extra, share):
    note = "" if cost.outcome == "clean" else "  " + cost.outcome
    print("%-16s %9d %10.1f %10.1f %10.1f %8s%s" % (
        name, cost.size, cost.alone, cost.judged, extra, share, note))


def plain(found):
    print("%-16s %9s %10s %10s %10s %8s" % (
        "as they are", "bytes", "engine us", "judge us", "more", "share"))
    for name, cost in found:
        line(name, cost, cost.judged - cost.alone, "%+.1f %%" % (
            100 * (cost.judged / cost.alone - 1)))


def encoded(found):
    print("\n%-16s %9s %10s %10s %10s %8s" % (
        "packed", "bytes", "engine us", "judge us", "decoder us", "more/lib"))
    for name, cost in found:
        line(name, cost, cost.decoder, "%.1f" % (
            (cost.judged - cost.alone) / cost.decoder))


def archives(paths, found):
    kinds = collections.defaultdict(list)
    for path, cost in zip(paths, found):
        kinds[path.rsplit(".", 1)[-1]].append(cost)
    kinds["together"] = list(found)
    print("\n%-16s %9s %10s %10s %10s %8s" % (
        "archives", "number", "engine ms", "judge ms", "", "share"))
    for kind, some in kinds.items():
        one, all_of = sum(c.alone for c in some), sum(
            c.judged for c in some)
        print("%-16s %9d %10.1f %10.1f %10s %8s  %s" % (
            kind, len(some), one / 1e3, all_of / 1e3, "",
            "%+.1f %%" % (100 * (all_of / one - 1)), " ".join(
                "%s %d" % pair for pair in sorted(collections.Counter(
                    c.outcome for c in some).items()))))


def tables(args, signatures, place):
    written = write_all(place)
    found = costs(args, signatures, place, [body for _, body in written] + [
        ("", "", path) for path in args.archive])
    named = list(zip([name for name, _ in written], found))
    plain(named[:len(web())])
    encoded(named[len(web()):])
    if args.archive:
        archives(args.archive, found[len(written):])


def main():
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--build", default="build")
    p.add_argument("--signatures", action="append", default=[])
    p.add_argument("--rounds", type=int, default=15)
    p.add_argument("archive", nargs="*")
    args = p.parse_args()
    lab.options.build = os.path.abspath(args.build)
    with tempfile.TemporaryDirectory(dir="/dev/shm") as place:
        tables(args, gateway.signatures(), place)
        for folder in args.signatures:
            print("\nwith the signatures in %s\n" % folder)
            tables(args, folder, place)


if __name__ == "__main__":
    main()
