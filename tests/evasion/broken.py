# SPDX-License-Identifier: GPL-2.0-only
"""Archives that one reader calls broken, or does not open at all, and another
takes apart: behind a script, a program, or in what only the engine opens, where
a mark alone need not begin one. So are archives that are cut."""

import base64
import struct
import zlib

import archives
import behind
import documents
import images
import readers
from case import NAMED, Case, packed_by

GROUP = "broken archives behind others"
FRONTS = [("nothing", lambda: b""), *behind.FRONTS]


def pdf(body):
    """With a file that is packed, and one that is not."""
    return documents.attached(documents.filters(b"FlateDecode"),
                              zlib.compress)(body)


def filtered7(*filters):
    return archives.seven("7z", *filters)


def changed(make, at, value):
    """One byte of a header is another."""
    def made(data):
        body = bytearray(make(data))
        body[at] = value if body[at] != value else value ^ 1
        return bytes(body)
    return made


lha = packed_by("a.lzh", "jlha", "-az", "{out}", "{in}")
cab = packed_by("a.cab", "gcab", "-nc", "{out}", "{in}")
xar = archives.TOOLED["bsdtar, xar"]


def lha2(data):
    """A header of level 2 with a wrong checksum of its own."""
    name = b"a.com"
    more = struct.pack("<HBH", 5, 0, 0x1234) + struct.pack(
        "<HB", 3 + len(name), 1) + name
    head = b"-lh0-" + struct.pack("<IIIBBHB", len(data), len(data), 0, 0x20,
                                  2, crc16(data), 0x55) + more + b"\0\0"
    return struct.pack("<H", 2 + len(head)) + head + data + b"\0"


def crc16(data):
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xa001 if crc & 1 else 0)
    return crc


def wrong_xar(data):
    """The checksum of its list, right behind it."""
    body = bytearray(xar(data))
    body[28 + struct.unpack(">Q", body[8:16])[0]] ^= 1
    return bytes(body)


def cut(make, part):
    return lambda d: make(d)[:int(len(make(d)) * part)]


BROKEN = [
    ("7z by delta and lzma", filtered7("-m0=Delta:4", "-m1=LZMA")),
    ("7z by bcj and ppc", filtered7("-m0=PPC", "-m1=BCJ", "-m2=LZMA2")),
    ("7z by swap4", filtered7("-m0=SWAP4", "-m1=LZMA2")),
    ("7z by copy and lzma2", filtered7("-m0=Copy", "-m1=LZMA2")),
    ("7z, an older version", changed(filtered7(), 7, 5)),
    ("cab, a name without letters", lambda d: cab(d).replace(
        b"file.com", b"\0ile.com")),
    ("cab, one folder more", changed(cab, 26, 2)),
    ("cab, a wrong checksum", changed(cab, 62, 9)),
    ("lha, a wrong checksum of its header", lha2),
    ("xar, a wrong checksum of its list", wrong_xar),
    ("an ISO whose volume is another one", images.without_volume(
        images.shell("genisoimage -quiet -o out in", "genisoimage"))),
]
CUT = [
    ("7z", cut(filtered7("-m0=Copy"), 0.8)),
    ("7z, packed", cut(filtered7(), 0.8)),
    ("cab", cut(cab, 0.8)), ("lha", cut(lha, 0.8)), ("xar", cut(xar, 0.9)),
]
# What is told by other readers than that one.
OTHERS = [
    ("arj, a zero in a name", readers.arj_nul),
    ("cpio, a name that busybox shortens", readers.cpio_name),
    ("arj, cut", cut(archives.TOOLED["arj, stored"], 0.8)),
]

# What has no mark, and is looked for right behind a program.
TAILS = [
    ("lzma, a dictionary of 4 GB", behind.wide(0xffffffff)),
    ("Intel HEX", lambda d: b"".join(images.hex_lines(d)) + images.HEX_END),
    ("base64", base64.b64encode),
]


def case(name, make):
    return Case(GROUP, name, make, allowed=NAMED, twin=False)


def cases():
    for name, make in BROKEN:
        for front, first in FRONTS:
            yield case(name + ", behind " + front, behind.behind(first, make))
        yield case(name + ", in a PDF", lambda d, m=make: pdf(m(d)))
    for name, make in CUT:
        for front, first in behind.FRONTS:
            yield case(name + ", cut, behind " + front,
                       behind.behind(first, make))
        yield case(name + ", cut, in a PDF", lambda d, m=make: pdf(m(d)))
    program = behind.FRONTS[1][1]
    for name, make in TAILS:
        yield Case(GROUP, name + ", behind a program",
                   behind.behind(program, make))
    for name, make in [OTHERS[0], (
            "lzma, two halves",
            lambda d: archives.halves(archives.lzma_alone, d))]:
        yield case(name + ", behind a program", behind.behind(program, make))
    for name, make in OTHERS:
        yield case(name + ", in a PDF", lambda d, m=make: pdf(m(d)))
