# SPDX-License-Identifier: GPL-2.0-only
"""Packed files behind a script or a program that unpacks them: whole, with
something right behind them, and cut, where their tools still give all that is
in them."""

import bz2
import gzip
import io
import lzma
import zipfile
import zlib

import archives
import bodies
import documents
from case import NAMED, Case, filtered
from packed import gzipped, zstd

GROUP = "packed files behind others"
FRONTS = [
    ("a script", lambda: b"#!/bin/sh\ntail -n +3 $0 | unpack | sh; exit\n"),
    ("a program", lambda: open("/bin/true", "rb").read()),
]
# Name, packer, how many bytes of its end nobody needs.
PACKERS = [
    ("gzip", gzipped, 8), ("bzip2", bz2.compress, 0), ("xz", lzma.compress, 9),
    ("lzma", archives.lzma_alone, 4), ("zstd", zstd, 4),
    ("zstd, long", filtered("zstd", "-q", "--long=31", "-c"), 4),
    ("lz4", filtered("lz4", "-q", "-c"), 8),
    ("lzip", filtered("lzip", "-c"), 20),
    ("Z", filtered("compress", "-f", "-c"), 0),
]


def wide(dictionary):
    """As lzma's header tells it: memory that the file itself needs not."""
    return lambda d: archives.lzma_alone(d)[:1] + dictionary.to_bytes(
        4, "little") + archives.lzma_alone(d)[5:]


WIDE = [("lzma, a dictionary of %d MB" % n, wide(n << 20))
        for n in (256, 512, 1536)]
# What the engine alone takes out.
CARRIERS = [
    ("a mail", documents.mail()), ("an RTF", documents.rtf),
    ("a PDF", documents.attached(documents.filters(b"FlateDecode"),
                                 zlib.compress)),
]
ARCHIVES = ["bsdtar, cpio", "bsdtar, newc", "bsdtar, ar", "bsdtar, xar",
            "bsdtar, warc", "bsdtar, pax and zstd", "lha, lh5"]


# By a method that the engine does not open, but for the last one.
MEMBERS = [
    ("lzma", archives.zip_by(zipfile.ZIP_LZMA)),
    ("ppmd", archives.seven("zip", "-mm=PPMd")),
    ("xz", archives.seven("zip", "-mm=xz")),
    ("bzip2", archives.zip_by(zipfile.ZIP_BZIP2)),
]


def alone(make):
    """What no directory names, as 7z takes it out of anything."""
    def made(data):
        whole = make(data + bytes(300))
        return whole[:whole.index(b"PK\1\2")]
    return made


class Pipe(io.BytesIO):
    """Who writes there has to tell lengths behind what they are of."""

    def seekable(self):
        return False

    def tell(self):
        raise OSError


def streamed(method):
    """All but its last byte."""
    def made(data):
        out = Pipe()
        with zipfile.ZipFile(out, "w", method) as z:
            with z.open("file.com", "w") as f:
                f.write(data)
        return out.getvalue()[:-1]
    return made


def behind(front, make, tail=lambda body: body):
    return lambda d: front() + tail(make(d))


def packed(name, make, spare):
    """(title, maker) of the packed file alone."""
    yield name, make
    if name == "Z":
        return      # has no end of its own: what follows would come out, too
    yield name + ", junk behind", lambda d: make(d) + bodies.noise(300)
    yield name + ", text behind", lambda d: make(d) + b"and so on\n"
    if spare > 0:
        yield name + ", cut", lambda d: make(d)[:-spare]
        yield name + ", a tar, cut", lambda d: make(archives.tar()(d))[
            :-spare]


def carried():
    front, first = FRONTS[0]
    for name, carrier in CARRIERS:
        for what, make in [p[:2] for p in PACKERS] + [
                (a, archives.TOOLED[a]) for a in ARCHIVES]:
            yield Case(GROUP, "%s, behind %s, in %s" % (what, front, name),
                       lambda d, c=carrier, m=make: c(first() + m(d)))
        yield Case(GROUP, "zlib, behind nothing, in " + name,
                   lambda d, c=carrier: c(zlib.compress(d)))


def cases():
    yield from carried()
    for name, make in [*WIDE, PACKERS[5][:2],
                       ("lzma, a dictionary of 4 GB", wide(0xffffffff)),
                       ("lzma, an odd dictionary", wide(0x12345678))]:
        yield Case(GROUP, name + ", behind nothing", make)
    yield Case(GROUP, "lzma, a dictionary of 256 MB, two halves",
               lambda d: archives.halves(WIDE[0][1], d), allowed=NAMED,
               twin=False)
    for front, first in [("a byte", lambda: b"x"), *FRONTS]:
        for name, make in MEMBERS:
            yield Case(GROUP, "a member of a zip, " + name + ", behind "
                       + front, behind(first, alone(make)))
        for name, method in (("stored", 0), ("deflated", 8)):
            yield Case(GROUP, "a zip for a pipe, %s, cut, behind %s" % (
                name, front), behind(first, streamed(method)))
    for front, first in FRONTS:
        for name, make in WIDE:
            yield Case(GROUP, name + ", behind " + front,
                       behind(first, make))
        for row in PACKERS:
            for name, make in packed(*row):
                yield Case(GROUP, name + ", behind " + front,
                           behind(first, make))
        yield Case(GROUP, "bzip2 in two, the second cut, behind " + front,
                   behind(first, lambda d: bz2.compress(d)
                          + bz2.compress(bodies.noise(5000))[:3000]))
        yield Case(GROUP, "gz, cut far behind, behind " + front,
                   behind(first, lambda d: gzip.compress(
                       archives.tar()(d) + bodies.noise(300000))[:200000]))
        yield Case(GROUP, "lzop, behind " + front, behind(first, filtered(
            "lzop", "-c")), allowed=NAMED, twin=False)
