# SPDX-License-Identifier: GPL-2.0-only
"""As deep, as many and as big as it may be, and one more; files at the
borders of blocks; long names; and what grows without end."""

import bz2
import functools
import io
import lzma
import struct
import tarfile
import zipfile
import zlib

import archives
import bodies
from case import FOUND, NAMED, TWIN, Case, filtered
from documents import attached, filters
from codings import coded, repeated
from packed import gzipped, raw_deflate, zstd
from uploads import FORM, field, multipart, part
from wrapped import nested

MB = 1 << 20
BODY_MAX = 100 * MB             # body.max
SCAN_MAX = 400 * MB             # scan.max
DEEP = FOUND | {"too-deep", "too-big"}
BOMB = NAMED - FOUND


def deeper(pack, name, layers=1):
    """Up to beyond scan.recursion, which counts the body itself. layers: of
    each time."""
    for depth in 2, 5, 7, 8, 12, 14, 15, 16, 17, 18, 20, 40, 100:
        fits = depth * layers <= 14
        yield Case("nesting", "%s, %d deep" % (name, depth),
                   repeated(pack, depth), allowed=FOUND if fits else DEEP,
                   twin=fits)


def nesting():
    yield from deeper(lambda d: bodies.zipped([("a.zip", d)]), "zip")
    yield from deeper(gzipped, "gz")
    yield from deeper(lambda d: bodies.tarred([("a.tar", d)]), "tar")
    yield from deeper(lambda d: gzipped(bodies.tarred([("a", d)])), "tar.gz",
                      2)
    for depth in 3, 16:
        yield Case("nesting", "bz2, %d deep" % depth,
                   repeated(bz2.compress, depth), twin=depth < 14,
                   allowed=FOUND if depth < 14 else DEEP)
    for depth in 8, 9, 17, 40, 100:
        yield Case("nesting", "parts, %d deep" % depth, nested(depth),
                   kind=FORM, upload=True, allowed=DEEP, twin=False)
    for depth in 17, 18, 30, 100:
        yield coded("nesting", "gzip of gzip, %d layers" % depth,
                    repeated(gzipped, min(depth, 30)), *["gzip"] * depth,
                    allowed=DEEP, twin=False)


def folders(count):
    return lambda data: bodies.zipped([("%d/" % i, b"")
                                       for i in range(count)] + [("a", data)])


def many(count, each=b"x"):
    def make(data):
        return bodies.zipped([("%d" % i, each) for i in range(count)]
                             + [("a.com", data)], zipfile.ZIP_STORED)
    return make


def sized(size, first=False):
    """A zip of exactly so many bytes, with the file at its begin or end."""
    def make(data):
        def whole(filler):
            members = [("filler.bin", bytes(filler)), ("a.com", data)]
            return bodies.zipped(members[::-1] if first else members,
                                 zipfile.ZIP_STORED)
        return whole(size - len(whole(0)))
    return make


def sizes():
    g = "sizes"
    for border, name in ((16384, "a preview"), (65536, "64 KB"),
                         (131072, "128 KB"), (MB, "a small body"),
                         (2 * MB, "2 MB"), (5 * MB, "5 MB")):
        for size in border - 1, border, border + 1:
            yield Case(g, "%d bytes: %s" % (size, name), sized(size))
        yield Case(g, "%d bytes, uploaded" % (border + 1), sized(border + 1),
                   upload=True)
    yield Case(g, "6 MB, the file first", sized(6 * MB, True))
    yield Case(g, "30 MB", sized(30 * MB), clean=lambda: TWIN)
    yield Case(g, "as large as a body may be", sized(BODY_MAX))
    yield Case(g, "a byte larger", sized(BODY_MAX + 1),
               allowed=FOUND | {"too-big"}, twin=False)
    for count in 1000, 9000:
        yield Case(g, "a zip of %d files" % count, many(count))
    for count in 10001, 30000, 65536:
        yield Case(g, "a zip of %d files" % count, many(count),
                   allowed=DEEP, twin=False)
    yield Case(g, "a zip of 65000 empty files", many(65000, b""),
               allowed=DEEP, twin=False)
    yield Case(g, "a zip of 65000 folders and the file", folders(65000),
               allowed=DEEP, twin=False)
    for count in 900, 9000, 11000:
        yield Case(g, "a form of %d fields" % count,
                   lambda d, n=count: multipart([field(b"")] * n + [part(d)]),
                   kind=FORM, upload=True, twin=count < 1000,
                   allowed=FOUND if count < 1000 else DEEP)
    for size in 0, 1, 5, 6, 66, 67, 69, 100, 128:
        yield Case(g, "%d bytes behind the file" % size,
                   lambda d, n=size: d + b" " * n)


def offsets():
    """The file begins or ends at each border that something inside has."""
    for border in (512, 1024, 4096, 8192, 16384, 32768, 65536, 131072,
                   262144, MB):
        for shift in -68, -34, -1, 0, 1:
            yield Case("offsets", "%d%+d" % (border, shift),
                       at_offset(border + shift))


def at_offset(offset):
    """A zip in which the file itself begins at this byte."""
    def make(data):
        name = b"a.com"
        head = 30 + len(name)
        filler = bytes(offset - head - 30 - 1)
        first = archives.local(filler, name=b"f")
        second = archives.local(data, name=name)
        body = archives.by_hand(
            first + second, archives.central(filler, name=b"f")
            + archives.central(data, name=name, at=len(first)), count=2)
        assert body.find(data, offset) == offset
        return body
    return make


LONG = [
    ("255 bytes", "n" * 255), ("1000 bytes", "n" * 1000),
    ("30000 bytes", "n" * 30000), ("65000 bytes", "n" * 65000),
    ("a thousand folders", "n/" * 1000 + "a.com"), ("no name", ""),
    ("upwards", "../" * 40 + "etc/a.com"), ("absolute", "/etc/a.com"),
    ("a device", "C:\\CON"), ("a NUL", "a.txt\0.com"),
    ("line ends", "a\r\nX-A: b"), ("a right-to-left mark", "a\u202egnp.com"),
    ("no UTF-8", "\udcff\udcfe.com"), ("blanks", "   "), ("a dot", "."),
    ("markup", "<script>alert(1)</script>"), ("percent signs", "%s%n%s%n"),
]


def named_zip(name):
    raw = name.encode("utf-8", "surrogateescape")
    return lambda d: archives.by_hand(archives.local(d, name=raw),
                                      archives.central(d, name=raw))


def named_tar(name, form):
    def make(data):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=form,
                          errors="surrogateescape") as t:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            t.addfile(info, io.BytesIO(data))
        return out.getvalue()
    return make


def names():
    for what, name in LONG:
        yield Case("long and odd names", "zip, " + what, named_zip(name))
        if "\0" in name or not name:
            continue
        yield Case("long and odd names", "gnu tar, " + what,
                   named_tar(name, tarfile.GNU_FORMAT))
        yield Case("long and odd names", "pax tar, " + what,
                   named_tar(name, tarfile.PAX_FORMAT))
    for what, name in LONG[:2]:
        yield Case("long and odd names", "gz, " + what, lambda d, n=name:
                   b"\x1f\x8b\x08\x08" + bytes(5) + b"\xff" + n.encode()
                   + b"\0" + raw_deflate(d) + struct.pack(
                       "<II", zlib.crc32(d), len(d)))


# Each bomb carries nothing: it must have a name, in time, all the same. What
# is only large to show (a picture) is clean for all who do not show it.

@functools.lru_cache(None)
def zeros(pack, size=10 * MB):
    return pack(bytes(size))


def zip_42(data):
    body = bodies.zipped([("0", bytes(10 * MB))])
    for level in range(4):
        body = bodies.zipped([("%x.zip" % i, body) for i in range(16)])
    return body


def overlapping(data):
    """2000 members that are all the same 10 MB."""
    packed = archives.raw(bytes(10 * MB))
    first = archives.local(bytes(10 * MB), packed, b"0000", 8)
    one = archives.central(bytes(10 * MB), packed, b"0000", 8)
    middle = b"".join(one[:-4] + b"%04d" % i for i in range(2000))
    return first + middle + archives.end(2000, len(middle), len(first))


def picture(data):
    rows = zeros(functools.partial(zlib.compress, level=9), 40 * MB)
    part_of = lambda kind, d: struct.pack(">I", len(d)) + kind + d + \
        struct.pack(">I", zlib.crc32(kind + d))
    return (b"\x89PNG\r\n\x1a\n" + part_of(b"IHDR", struct.pack(
        ">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0))
        + part_of(b"IDAT", rows) + part_of(b"IEND", b""))


BOMBS = [
    ("gz of 1 GB", lambda d: zeros(gzipped) * 100),
    ("bz2 of 1 GB", lambda d: zeros(bz2.compress) * 100),
    ("xz of 1 GB", lambda d: zeros(lzma.compress) * 100),
    ("tar.gz of a file of 8 GB", lambda d: gzipped(tarred_head(8 << 30))
     + zeros(gzipped) * 100),
    ("zip in zip in zip, 655360 times 10 MB", zip_42),
    ("a zip whose 2000 files are one", overlapping),
    ("gz, 1000 layers", repeated(gzipped, 1000)),
    ("8000 heads of a tar that never ends", lambda d: gzipped(gzipped(
        b"x" * 512 + tarred_head(0) * 8000 + tarred_head(10**9) + b"\1garbage"
        * 100))),
    ("8000 empty xz, and no end", lambda d: lzma.compress(b"") * 8000 + b"x"),
    ("8000 empty zstd, and no end", lambda d: zstd(b"") * 8000 + b"x"),
    ("zip, 200 layers", repeated(lambda d: bodies.zipped([("a", d)]), 200)),
    ("PDF, Flate of Flate of 500 MB", attached(
        filters(b"FlateDecode", b"FlateDecode"),
        lambda d: zlib.compress(zeros(zlib.compress, 500 * MB)))),
]
SHOWN = [
    ("a picture of 60000 by 60000", picture),
    ("XML that says itself a billion times", lambda d: b"<?xml version='1.0'"
     b"?><!DOCTYPE l [<!ENTITY a 'lol'>" + b"".join(
         b"<!ENTITY %c '%s'>" % (98 + i, b"&%c;" % (97 + i) * 10)
         for i in range(9)) + b"]><l>&j;</l>"),
    ("a page of 300000 open tags", lambda d: b"<html>" + b"<b>" * 300000),
    ("JSON, 100000 deep", lambda d: b"[" * 100000 + b"]" * 100000),
    ("RTF, 100000 deep", lambda d: b"{\\rtf1" + b"{" * 100000),
]


def tarred_head(size):
    info = tarfile.TarInfo("a")
    info.size = size
    return info.tobuf(tarfile.GNU_FORMAT)


def bombs():
    for name, make in BOMBS:
        yield Case("bombs", name, make, allowed=BOMB | FOUND, twin=False)
    for name, make in SHOWN:
        yield Case("bombs", name, make, allowed=BOMB | {"clean"}, twin=False)
    for name, pack in (
            ("gzip", lambda d: zeros(gzipped) * 100),
            ("zstd", lambda d: zeros(zstd) * 100),
            ("deflate", lambda d: zeros(zlib.compress, 500 * MB)),
            ("br", lambda d: zeros(filtered("brotli", "-q", "1", "-c"),
                                   500 * MB))):
        yield coded("bombs", name + " as encoding", pack, name, allowed=BOMB,
                    twin=False)
    yield coded("bombs", "gzip of gzip of 1 GB", lambda d: gzipped(
        zeros(gzipped) * 100), "gzip", "gzip", allowed=BOMB, twin=False)
    yield coded("bombs", "an encoding list of 10000 entries", lambda d: d,
                ", ".join(["gzip"] * 10000), allowed=NAMED, twin=False)
    yield Case("bombs", "a boundary of 10 KB", lambda d: multipart(
        [part(d)], b"b" * 10000), kind="multipart/form-data; boundary="
        + "b" * 10000, upload=True, allowed=NAMED, twin=False)
    yield Case("bombs", "100000 parts", lambda d: multipart(
        [field(b"")] * 100000 + [part(d)]), kind=FORM, upload=True,
        allowed=NAMED, twin=False)
    yield Case("bombs", "parts, 1000 deep", nested(1000), kind=FORM,
               upload=True, allowed=NAMED, twin=False)


def cases():
    yield from nesting()
    yield from sizes()
    yield from offsets()
    yield from names()
    yield from bombs()
