#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Writes a made-up signature set of full size, the same one each time.

usage: make_signatures.py FOLDER [--hashes N] [--body N] [--logical N]

Defaults: 3,000,000 hash, 80,000 body and 70,000 logical signatures, of which
8 % have target 0 (any file). Patterns are random bytes, so nothing real is
found by them; what is measured with them is the engine's cost, not detection.
"""
import argparse
import os
import random

HASHES, BODY, LOGICAL = 3000000, 80000, 70000
# Share of each target type among the logical signatures, in percent:
# 0 any file, 1 PE, 2 OLE2, 3 HTML, 4 mail, 5 graphics, 6 ELF, 7 text,
# 10 PDF, 11 SWF.
TARGETS = ((0, 8), (1, 74), (2, 5), (3, 2), (4, 1), (5, 1), (6, 3), (7, 2),
           (10, 3), (11, 1))


def write_hashes(path, count, rng):
    with open(path, "w", encoding="ascii") as out:
        for start in range(0, count, 10000):
            lines = []
            for i in range(start, min(start + 10000, count)):
                digest = rng.getrandbits(128)
                size = rng.randrange(200, 2000000)
                lines.append(f"{digest:032x}:{size}:Bench.Hash-{i}\n")
            out.writelines(lines)


def pattern(rng, shortest=12, longest=40):
    """Random bytes in hex; every third with a gap in the middle."""
    text = rng.randbytes(rng.randrange(shortest, longest)).hex()
    if rng.randrange(3) == 0:
        half = len(text) // 4 * 2
        text = text[:half] + "{2-8}" + text[half:]
    return text


def write_body(path, count, rng):
    with open(path, "w", encoding="ascii") as out:
        for i in range(count):
            target = rng.choices((0, 1, 2, 3, 4, 6, 7),
                                 (30, 45, 5, 8, 4, 4, 4))[0]
            out.write(f"Bench.Body-{i}:{target}:*:{pattern(rng)}\n")


def logical_targets(count):
    """Exact shares, so that "8 %" is a fact and not an expectation."""
    targets = []
    for target, percent in TARGETS:
        targets += [target] * (count * percent // 100)
    return targets + [1] * (count - len(targets))


# An expression, and how many patterns it speaks of.
SHAPES = (("0&1", 2), ("0&1&2", 3), ("(0|1)&2", 3), ("0&(1|2)>1", 3),
          ("0>2", 1))


def write_logical(path, count, rng):
    targets = logical_targets(count)
    rng.shuffle(targets)
    with open(path, "w", encoding="ascii") as out:
        for i, target in enumerate(targets):
            shape, parts = rng.choice(SHAPES)
            subs = ";".join(pattern(rng) for _ in range(parts))
            out.write(f"Bench.Logical-{i};Engine:51-255,Target:{target};"
                      f"{shape};{subs}\n")


def make(folder, hashes=HASHES, body=BODY, logical=LOGICAL):
    os.makedirs(folder, exist_ok=True)
    rng = random.Random("glassgate bench 1")
    write_hashes(os.path.join(folder, "bench.hdb"), hashes, rng)
    write_body(os.path.join(folder, "bench.ndb"), body, rng)
    write_logical(os.path.join(folder, "bench.ldb"), logical, rng)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--hashes", type=int, default=HASHES)
    parser.add_argument("--body", type=int, default=BODY)
    parser.add_argument("--logical", type=int, default=LOGICAL)
    args = parser.parse_args()
    make(args.folder, args.hashes, args.body, args.logical)
    any_file = logical_targets(args.logical).count(0)
    print(f"{args.hashes} hash, {args.body} body, {args.logical} logical "
          f"signatures ({any_file} with target 0) in {args.folder}")


if __name__ == "__main__":
    main()
