# SPDX-License-Identifier: GPL-2.0-only
"""Content-Encoding: each coding, stacked, broken in ways that browsers take,
and how the message itself is cut into pieces."""

import struct
import zlib

import bodies
from case import FOUND, NAMED, Case, filtered, packed_by
from packed import CODINGS, brotli, gzipped, raw_deflate, zstd


def called(coding, pack):
    """Both kinds of deflate go by one name."""
    return "raw " + coding if pack is raw_deflate else coding


LARGE_BR = packed_by("a.br", "brotli", "--large_window=30", "-o", "{out}",
                     "{in}")


def preset(data):
    """Only who has the dictionary can undo it."""
    pack = zlib.compressobj(zdict=data[:40])
    return pack.compress(data) + pack.flush()


def coded(group, name, make, *lines, **more):
    more.setdefault("kind", "text/plain")
    return Case(group, name, make,
                lines=tuple("Content-Encoding: " + l for l in lines), **more)


def deflated(level=9, strategy=zlib.Z_DEFAULT_STRATEGY, bits=-15, flush=None):
    def make(data):
        c = zlib.compressobj(level, zlib.DEFLATED, bits, 9, strategy)
        out = b""
        if flush is not None:
            for i in range(0, len(data), 7):
                out += c.compress(data[i:i + 7]) + c.flush(flush)
        else:
            out = c.compress(data)
        return out + c.flush()
    return make


def member(data, flags=0, extra=b"", method=8, crc=None, size=None):
    """A gzip member with whatever in its head and tail."""
    tail = struct.pack("<II", zlib.crc32(data) if crc is None else crc,
                       len(data) if size is None else size)
    return (b"\x1f\x8b" + bytes([method, flags]) + bytes(5) + b"\xff" + extra
            + raw_deflate(data) + tail)


def with_head_crc(data):
    head = b"\x1f\x8b\x08\x02" + bytes(5) + b"\xff"
    return member(data, 2, struct.pack("<H", zlib.crc32(head) & 0xffff))


def halves(pack, apart=b""):
    return lambda data: pack(data[:30]) + apart + pack(data[30:])


WRAPPINGS = [
    ("gzip, not compressed", "gzip", deflated(0, bits=31)),
    ("gzip, fixed codes", "gzip", deflated(9, zlib.Z_FIXED, 31)),
    ("gzip, no matches", "gzip", deflated(9, zlib.Z_HUFFMAN_ONLY, 31)),
    ("gzip, flushed each 7 bytes", "gzip",
     deflated(bits=31, flush=zlib.Z_FULL_FLUSH)),
    ("gzip with name and comment", "gzip",
     lambda d: member(d, 0x18, b"n\0" + b"c" * 300 + b"\0")),
    ("gzip with an extra field", "gzip",
     lambda d: member(d, 4, b"\x20\x03" + bytes(800))),
    ("gzip with a checksum of its head", "gzip", with_head_crc),
    ("gzip that calls itself text", "gzip", lambda d: member(d, 1)),
    ("gzip in two members", "gzip", halves(gzipped)),
    ("gzip behind an empty member", "gzip",
     lambda d: gzipped(b"") + gzipped(d)),
    ("gzip in 68 members", "gzip",
     lambda d: b"".join(gzipped(d[i:i + 1]) for i in range(len(d)))),
    ("zlib, not compressed", "deflate", deflated(0, bits=15)),
    ("zlib, small window", "deflate", deflated(9, bits=9)),
    ("raw, not compressed", "deflate", deflated(0)),
    ("raw, flushed each 7 bytes", "deflate",
     deflated(flush=zlib.Z_SYNC_FLUSH)),
    ("br, fastest", "br", filtered("brotli", "-q", "0", "-c")),
    ("br, smallest window", "br", filtered("brotli", "-w", "10", "-c")),
    ("br, largest window", "br", filtered("brotli", "-w", "24", "-c")),
    ("zstd, fastest", "zstd", filtered("zstd", "-q", "--fast=5", "-c")),
    ("zstd, best", "zstd", filtered("zstd", "-q", "--ultra", "-22", "-c")),
    ("zstd without checksum", "zstd",
     filtered("zstd", "-q", "--no-check", "-c")),
    ("zstd in two frames", "zstd", halves(zstd)),
    ("zstd frames with a skipped one between", "zstd",
     halves(zstd, b"\x50\x2a\x4d\x18\4\0\0\0skip")),
]
TOKENS = [
    ("in capitals", "%U"), ("identity before", "identity, %s"),
    ("identity behind", "%s, identity"), ("empty members", ", ,%s,,"),
    ("no blank before", "\t%s"), ("a tab behind", "%s\t"),
]


def plain_cases():
    for name, pack in CODINGS:
        kind = called(name, pack)
        yield coded("encodings", kind, pack, name)
        yield coded("encodings", kind + ", uploaded", pack, name,
                    upload=True)
        for what, form in TOKENS:
            token = form.replace("%U", name.upper()).replace("%s", name)
            yield coded("encodings", "%s, %s" % (kind, what), pack,
                        token)
    for name, token, pack in WRAPPINGS:
        yield coded("encodings", name, pack, token)
    for length in 16383, 16384, 65535, 65536, 131072:
        for name, pack in CODINGS[0], CODINGS[4], CODINGS[5]:
            yield coded(
                "encodings", "%s of a zip of %d bytes" % (name, length),
                lambda d, n=length, p=pack: p(bodies.infected_zip(n, what=d)),
                name, kind="application/zip")


def stacked():
    for a, inner in CODINGS:
        for b, outer in CODINGS:
            make = lambda d, i=inner, o=outer: o(i(d))
            yield coded("stacked encodings", "%s, %s" % (
                called(a, inner), called(b, outer)), make, "%s, %s" % (a, b))
    two = lambda d: brotli(gzipped(d))
    yield coded("stacked encodings", "two header lines", two, "gzip", "br")
    yield coded("stacked encodings", "identity between", two,
                "gzip, identity, br")
    yield coded("stacked encodings", "three", lambda d: zstd(two(d)),
                "gzip, br, zstd")
    for depth in 4, 8, 16:
        yield coded("stacked encodings", "gzip %d times" % depth,
                    repeated(gzipped, depth), *["gzip"] * depth)


def repeated(pack, times):
    def make(data):
        for _ in range(times):
            data = pack(data)
        return data
    return make


def flipped(make, at):
    """One bit of the body is another one."""
    def broken(data):
        body = bytearray(make(data))
        body[at] ^= 0x10
        return bytes(body)
    return broken


def broken():
    """What is not as it should be: a browser shows it all the same."""
    g = "broken encodings"
    big = lambda d: d + bodies.noise(9000)
    yield coded(g, "gzip without its trailer", lambda d: gzipped(d)[:-8],
                "gzip", twin=False)
    yield coded(g, "gzip with half a trailer", lambda d: gzipped(d)[:-4],
                "gzip", twin=False)
    yield coded(g, "gzip, wrong checksum", lambda d: member(d, crc=1), "gzip",
                twin=False)
    yield coded(g, "gzip, wrong length", lambda d: member(d, size=1), "gzip",
                twin=False)
    yield coded(g, "gzip, reserved flags", lambda d: member(d, 0xe0), "gzip",
                allowed=NAMED, twin=False)
    yield coded(g, "gzip, another method", lambda d: member(d, method=7),
                "gzip", allowed=NAMED, twin=False)
    yield coded(g, "zlib, wrong checksum", flipped(zlib.compress, -1),
                "deflate", twin=False)
    yield coded(g, "zlib without checksum", lambda d: zlib.compress(d)[:-4],
                "deflate", twin=False)
    yield coded(g, "zlib with a dictionary", preset, "deflate",
                allowed=NAMED, twin=False)
    yield coded(g, "br with a large window", lambda d: LARGE_BR(
        d + bytes(100000)), "br", allowed=NAMED, twin=False)
    # The other codings, without a word of it, no browser would undo.
    yield coded(g, "gzip that says nothing of it", gzipped)
    for name, pack in CODINGS:
        kind = called(name, pack)
        yield coded(g, kind + ", bytes behind it",
                    lambda d, p=pack: p(d) + b"\r\n\r\n", name, twin=False)
        yield coded(g, kind + ", cut in its middle",
                    lambda d, p=pack: p(big(d))[:5000], name,
                    allowed=FOUND | {"damaged"}, twin=False)
        yield coded(g, kind + ", said twice", pack, name, name)
        yield coded(g, kind + ", said in the old way", pack,
                    "x-" + name.replace("x-", ""), allowed=NAMED, twin=False)
        for other in "gzip", "deflate", "br", "zstd":
            if other != name and not (other == "gzip" and name == "x-gzip"):
                yield coded(g, "%s that calls itself %s" % (
                    kind, other), pack, other, twin=False)
    for other in "gzip", "x-gzip", "deflate", "br", "zstd":
        yield coded(g, "not packed, calls itself " + other, lambda d: d,
                    other)
    for other in "none", "utf-8", "gzip;q=1", "compress", "dcb", "gzip br":
        yield coded(g, "plain, calls itself " + other, lambda d: d, other,
                    allowed=NAMED, twin=False)
        yield coded(g, "gzip, calls itself " + other, gzipped, other,
                    allowed=NAMED, twin=False)


def chunking():
    g = "chunking"
    files = [("the file", lambda d: d), ("a zip", lambda d: bodies.zipped(
        [("a.com", d)])), ("gzip", gzipped)]
    for what, make in files:
        lines = ("Content-Encoding: gzip",) if make is gzipped else ()
        for size in 1, 3, 67, 68, 69, 1024:
            yield Case(g, "%s in chunks of %d" % (what, size), make,
                       lines=lines, send={"size": size})
        for preview in 0, 1, 4, 30, 67, 68, 1024:
            yield Case(g, "%s, preview of %d" % (what, preview), make,
                       lines=lines, send={"preview": preview})
        yield Case(g, what + ", one byte a packet", make, lines=lines,
                   send={"piece": 1, "size": 5})
        for line in ("Transfer-Encoding: chunked", "Content-Length: 1",
                     "Content-Length: 99999999999999999999",
                     "Content-Length: -1",
                     "Content-Length: 1\r\nContent-Length: 2",
                     "Transfer-Encoding: gzip, chunked",
                     "Content-MD5: AAAA\r\nConnection: close"):
            yield Case(g, "%s, %s" % (what, line.replace("\r\n", ", ")), make,
                       lines=lines + tuple(line.split("\r\n")))
        yield Case(g, what + ", uploaded in chunks of 1", make, lines=lines,
                   upload=True, send={"size": 1})
        yield Case(g, what + ", uploaded, preview of 4", make, lines=lines,
                   upload=True, send={"preview": 4})


def cases():
    yield from plain_cases()
    yield from stacked()
    yield from broken()
    yield from chunking()
