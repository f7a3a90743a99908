#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What the engine's surroundings are worth: CPU time of one new body, by kind.

usage: surroundings.py [--build DIR] [--signatures DIR] [--rounds N]
                       [--bodies N] [--kinds WORD,...] [WAY...]

WAY: see worker_cost.c; the first one is what the others are told as a share of.
Default: libclamav's own loop with its default settings, our engine, a whole
worker. "9:engine" leaves as libclamav does it what 9 is the sum of (enum plain
of engine.h); the loop is measured in small pages and with both passes of the
matcher, as "24:loop". Every body is another one, rounds are interleaved, medians of
CPU time; page faults of one body stand behind it."""
import argparse
import os
import random
import statistics
import struct
import subprocess
import sys
import tempfile
import zipfile
import io
import zlib

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "integration"))

import gateway
import lab

WORDS = ("the of and to in is that for it as was with be by on not he his but "
         "at are this have from or had an they which one you were her all she "
         "there would their we him been has when who will more no if out so "
         "said what up its about into than them can only other new some could "
         "time these two may then do first any my now such like our over man "
         "me even most made after also did many before must through").split()


def prose(dice, size):
    out, have = [], 0
    while have < size:
        word = dice.choice(WORDS)
        if dice.random() < 0.3:
            word += "%x" % dice.getrandbits(24)
        out.append(word)
        have += len(word) + 1
    return " ".join(out)[:size]


def filled(size, head, tail, piece):
    out, have = [head], len(head) + len(tail)
    while have < size:
        out.append(piece())
        have += len(out[-1])
    return "".join(out + [tail]).encode()


def html(dice, size):
    def piece():
        return ('<div class="c%d"><a href="/p/%x.html">%s</a><p>%s</p></div>\n'
                % (dice.randrange(40), dice.getrandbits(32), prose(dice, 20),
                   prose(dice, 180)))
    return filled(size, "<!DOCTYPE html><html><head><title>%s</title><script>"
                  "var a=%d;</script></head><body>" % (
                      prose(dice, 30), dice.getrandbits(30)),
                  "</body></html>\n", piece)


def script(dice, size):
    def piece():
        return ("function f%x(a, b) { if (a.%s > %d) { return b['%s']; }\n"
                "  var x%d = a + '%s'; return x%d; }\n" % (
                    dice.getrandbits(32), dice.choice(WORDS),
                    dice.randrange(999), prose(dice, 12), dice.randrange(9),
                    prose(dice, 60), dice.randrange(9)))
    return filled(size, "(function () {\n", "})();\n", piece)


def json(dice, size):
    def piece():
        return '{"id":%d,"name":"%s","on":%s,"tags":["%s","%s"]},\n' % (
            dice.getrandbits(30), prose(dice, 24),
            dice.choice(("true", "false")), dice.choice(WORDS),
            prose(dice, 16))
    return filled(size, "[", '{"id":0}]\n', piece)


def chunk(kind, data):
    return (struct.pack(">I", len(data)) + kind + data
            + struct.pack(">I", zlib.crc32(kind + data)))


def png(dice, size):
    """Coloured noise with a smooth ground, so that it has about that size."""
    side = int((size / 3) ** 0.5)
    rows = b"".join(b"\0" + dice.randbytes(3 * side) for _ in range(side))
    return (b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0,
                                         0))
            + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))


def pdf(dice, size):
    """Pages with packed text."""
    out, offsets = io.BytesIO(b""), []

    def add(data):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (len(offsets), data))

    pages = max(1, size // 4000)
    out.write(b"%PDF-1.4\n")
    add(b"<< /Type /Catalog /Pages 2 0 R >>")
    add(b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, b" ".join(
        b"%d 0 R" % (3 + 2 * i) for i in range(pages))))
    for i in range(pages):
        text = zlib.compress(b"\n".join(
            b"BT /F1 12 Tf 72 %d Td (%s) Tj ET" % (
                720 - 9 * j, prose(dice, 70).encode()) for j in range(80)))
        add(b"<< /Type /Page /Parent 2 0 R /Contents %d 0 R >>" % (4 + 2 * i))
        add(b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (
            len(text), text))
    xref = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1))
    for offset in offsets:
        out.write(b"%010d 00000 n \n" % offset)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
              % (len(offsets) + 1, xref))
    return out.getvalue()


def packed(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in members:
            z.writestr(name, data)
    return out.getvalue()


def docx(dice, size):
    paragraphs = "".join(
        "<w:p><w:r><w:t>%s</w:t></w:r></w:p>" % prose(dice, 200)
        for _ in range(size // 120))
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return packed((
        ("[Content_Types].xml", head + '<Types xmlns="http://schemas.openxml'
         'formats.org/package/2006/content-types"><Default Extension="rels" '
         'ContentType="application/vnd.openxmlformats-package.relationships+'
         'xml"/></Types>'),
        ("_rels/.rels", head + '<Relationships xmlns="http://schemas.openxml'
         'formats.org/package/2006/relationships"></Relationships>'),
        ("word/document.xml", head + '<w:document xmlns:w="http://schemas.open'
         'xmlformats.org/wordprocessingml/2006/main"><w:body>' + paragraphs
         + "</w:body></w:document>"),
        ("word/styles.xml", head + "<w:styles>" + prose(dice, size // 4)
         + "</w:styles>")))


def noise(dice, size):
    return b"\x93binary\n" + dice.randbytes(size - 8)


def archive(dice, size):
    return packed([("%d.bin" % i, dice.randbytes(size // 8))
                   for i in range(8)])


# name, Content-Type, maker, bytes, how many bodies in a round
KINDS = (
    ("html10k", "text/html", html, 10 << 10, 40),
    ("js100k", "text/javascript", script, 100 << 10, 20),
    ("json10k", "application/json", json, 10 << 10, 40),
    ("png20k", "image/png", png, 20 << 10, 40),
    ("pdf20k", "application/pdf", pdf, 20 << 10, 20),
    ("docx30k", "application/vnd.openxmlformats-officedocument."
     "wordprocessingml.document", docx, 30 << 10, 20),
    ("binary1m", "application/octet-stream", noise, 1 << 20, 4),
    ("binary10m", "application/octet-stream", noise, 10 << 20, 1),
    ("binary100m", "application/octet-stream", noise, 100 << 20, 1),
    ("zip10m", "application/zip", archive, 10 << 20, 1),
)
WARM = 3


class Bodies:
    """New ones for each order; one maker of them for all ways, so that each
    way gets the same ones."""

    def __init__(self, place, kind, most):
        self.name, self.type, self.make, self.size, self.count = kind
        self.count = min(self.count, most)
        self.place, self.files = place, []

    def renew(self, number):
        dice = random.Random("%s %d" % (self.name, number))
        warm = WARM if self.size <= 1 << 20 else 1
        for old in self.files:
            os.unlink(old)
        self.files = [lab.write(os.path.join(self.place, "%s-%d" % (
            self.name, i)), self.make(dice, self.size))
            for i in range(self.count + warm)]
        return "%s %d %s" % (self.type, warm, " ".join(self.files))


class Tool:
    def __init__(self, args, place, *more):
        self.process = subprocess.Popen(
            [os.path.join(lab.options.build, "tests/bench/worker_cost"),
             args.signatures or gateway.signatures(), place, *more],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, way, order):
        self.process.stdin.write("%s %s\n" % (way, order))
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit("worker_cost ended")
        return tuple(float(word) for word in answer.split("\t"))

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def rounds(tools, bodies, ways, count):
    found = {way: [] for way in ways}
    for number in range(count):
        order = bodies.renew(number)
        for way in ways if number % 2 == 0 else ways[::-1]:
            plain, _, name = way.rpartition(":")
            found[way].append(tools[plain].ask(name, order))
    return {way: (statistics.median(us for us, _ in costs),
                  statistics.median(faults for _, faults in costs))
            for way, costs in found.items()}


def main():
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--build", default="build")
    p.add_argument("--signatures")
    p.add_argument("--rounds", type=int, default=9)
    p.add_argument("--bodies", type=int, default=1000)
    p.add_argument("--kinds", default="html10k,js100k,json10k,png20k,pdf20k,"
                   "docx30k,binary1m,binary10m,zip10m")
    p.add_argument("way", nargs="*")
    args = p.parse_args()
    lab.options.build = os.path.abspath(args.build)
    ways = args.way or ["24:loop", "engine", "worker"]
    with tempfile.TemporaryDirectory() as place, \
            tempfile.TemporaryDirectory(dir="/dev/shm") as scratch:
        tools = {plain: Tool(args, scratch, plain or "0")
                 for plain in {way.rpartition(":")[0] for way in ways}}
        for kind in KINDS:
            if kind[0] not in args.kinds.split(","):
                continue
            costs = rounds(tools, Bodies(place, kind, args.bodies), ways, args.rounds)
            base = costs[ways[0]][0]
            for way in ways:
                us, faults = costs[way]
                print("%-11s %-40s %10.1f us %6.3f  %8.1f faults" % (
                    kind[0], way, us, us / base, faults), flush=True)
        for tool in tools.values():
            tool.close()


if __name__ == "__main__":
    main()
