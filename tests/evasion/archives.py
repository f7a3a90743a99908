# SPDX-License-Identifier: GPL-2.0-only
"""Archives: of every kind that Debian's tools and Python write, and zip files
whose parts contradict each other."""

import bz2
import gzip
import io
import lzma
import os
import struct
import tarfile
import tempfile
import zipfile
import zlib

import bodies
from case import FOUND, NAMED, Case, filtered, packed_by, program
from packed import gzipped, zstd

NAME = "file.com"
UNOPENED = FOUND | {"unsupported"}


def seven(suffix, *options):
    return packed_by("a." + suffix, "7z", "a", "-bd", "-y", "-t" + suffix,
                     *options, "{out}", "{in}")


def bsdtar(form, *options):
    return packed_by("a", "bsdtar", "-cf", "{out}", "--format=" + form,
                     *options, "{in}")


def tar(form=tarfile.PAX_FORMAT):
    def make(data):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=form) as t:
            info = tarfile.TarInfo(NAME)
            info.size = len(data)
            t.addfile(info, io.BytesIO(data))
        return out.getvalue()
    return make


def of(outer, inner):
    return lambda data: outer(inner(data))


def listed(*command):
    """A packer that is told the names on its input."""
    def make(data):
        with tempfile.TemporaryDirectory(prefix="gg-evasion-") as place:
            with open(os.path.join(place, NAME), "wb") as f:
                f.write(data)
            return program(*command, data=NAME.encode() + b"\n", place=place)
    return make


def deb(data):
    """As Debian's packages are."""
    inner = tar()
    parts = [("debian-binary", b"2.0\n"), ("control.tar.gz",
             gzip.compress(inner(b"x"))), ("data.tar.xz",
             lzma.compress(inner(data)))]
    out = b"!<arch>\n"
    for name, content in parts:
        out += b"%-16s%-12d%-6d%-6d%-8s%-10d`\n" % (
            name.encode(), 0, 0, 0, b"100644", len(content))
        out += content + b"\n" * (len(content) % 2)
    return out


def zip_by(method):
    return lambda data: bodies.zipped([(NAME, data)], method)


PYTHON = [
    ("zip, stored", zip_by(zipfile.ZIP_STORED)),
    ("zip, deflate", zip_by(zipfile.ZIP_DEFLATED)),
    ("zip, bzip2", zip_by(zipfile.ZIP_BZIP2)),
    ("zip, lzma", zip_by(zipfile.ZIP_LZMA)),
    ("tar, ustar", tar(tarfile.USTAR_FORMAT)),
    ("tar, gnu", tar(tarfile.GNU_FORMAT)),
    ("tar, pax", tar()),
    ("gz", gzipped), ("bz2", bz2.compress), ("xz", lzma.compress),
    ("lzma", lambda d: lzma.compress(d, lzma.FORMAT_ALONE)),
    ("xz without check", lambda d: lzma.compress(d, check=lzma.CHECK_NONE)),
    ("xz, sha256", lambda d: lzma.compress(d, check=lzma.CHECK_SHA256)),
    ("tar.gz", of(gzipped, tar())), ("tar.bz2", of(bz2.compress, tar())),
    ("tar.xz", of(lzma.compress, tar())), ("tar.zst", of(zstd, tar())),
    ("zst", zstd), ("deb", deb),
    ("zip of a tar.gz", of(zip_by(zipfile.ZIP_DEFLATED),
                           of(gzipped, tar()))),
]
TOOLS = [
    ("7z, lzma2", seven("7z")), ("7z, lzma", seven("7z", "-m0=lzma")),
    ("7z, bzip2", seven("7z", "-m0=bzip2")),
    ("7z, ppmd", seven("7z", "-m0=ppmd")),
    ("7z, what a link points to", packed_by(
        "a.7z", "sh", "-c", 'ln -s "$(cat {in})" l && '
        "7z a -bd -y -snl -m0=BZip2 {out} l")),
    ("7z, deflate", seven("7z", "-m0=deflate")),
    ("7z, deflate64", seven("7z", "-m0=deflate64")),
    ("7z, copy", seven("7z", "-m0=copy")),
    ("7z, bcj", seven("7z", "-m0=bcj", "-m1=lzma")),
    ("7z, bcj2", seven("7z", "-m0=bcj2", "-m1=lzma:d21", "-m2=lzma:d19",
                       "-m3=lzma:d19", "-mb0:1", "-mb0s1:2", "-mb0s2:3")),
    ("7z, delta", seven("7z", "-m0=delta:4", "-m1=lzma2")),
    ("7z, head not packed", seven("7z", "-mhc=off")),
    ("7z, zip with deflate64", seven("zip", "-mm=Deflate64")),
    ("7z, zip with lzma", seven("zip", "-mm=LZMA")),
    ("7z, zip with ppmd", seven("zip", "-mm=PPMd")),
    ("7z, zip with bzip2", seven("zip", "-mm=BZip2")),
    ("7z, gzip", seven("gzip")), ("7z, bzip2 alone", seven("bzip2")),
    ("7z, xz", seven("xz")), ("7z, tar", seven("tar")),
    ("7z, wim", seven("wim")),
    ("zip", packed_by("a.zip", "zip", "-q", "{out}", "{in}")),
    ("zip to a pipe", packed_by("a.zip", "sh", "-c",
                                "zip -q - {in} | cat >{out}")),
    ("zip from a pipe", packed_by("a.zip", "sh", "-c",
                                  "cat {in} | zip -q - - >{out}")),
    ("zip with a comment", packed_by("a.zip", "sh", "-c", "echo comment | "
                                     "zip -qz {out} {in} >/dev/null")),
    ("zip, bzip2 by zip", packed_by("a.zip", "zip", "-qZ", "bzip2", "{out}",
                                    "{in}")),
    ("zip64 by zip", packed_by("a.zip", "zip", "-qfz", "{out}", "{in}")),
    ("cab by gcab", packed_by("a.cab", "gcab", "-nc", "{out}", "{in}")),
    ("cab by gcab, packed", packed_by("a.cab", "gcab", "-znc", "{out}",
                                      "{in}", status=(0, 1))),
    ("arj", packed_by("a.arj", "arj", "a", "-y", "{out}", "{in}")),
    ("arj, stored", packed_by("a.arj", "arj", "a", "-y", "-m0", "{out}",
                              "{in}")),
    ("lha, lh5", packed_by("a.lzh", "jlha", "-ao5", "{out}", "{in}")),
    ("lha, lh7", packed_by("a.lzh", "jlha", "-ao7", "{out}", "{in}")),
    ("lha, stored", packed_by("a.lzh", "jlha", "-az", "{out}", "{in}")),
    ("iso", packed_by("a.iso", "xorrisofs", "-quiet", "-o", "{out}",
                      "{in}")),
    ("iso, joliet and rock ridge", packed_by(
        "a.iso", "xorrisofs", "-quiet", "-J", "-R", "-o", "{out}", "{in}")),
    ("ar", packed_by("a.a", "ar", "qc", "{out}", "{in}")),
    ("cpio, binary", listed("cpio", "-o", "--quiet", "-H", "bin")),
    ("cpio, odc", listed("cpio", "-o", "--quiet", "-H", "odc")),
    ("cpio, newc", listed("cpio", "-o", "--quiet", "-H", "newc")),
    ("cpio, crc", listed("cpio", "-o", "--quiet", "-H", "crc")),
    ("bsdtar, zip", bsdtar("zip")), ("bsdtar, 7zip", bsdtar("7zip")),
    ("bsdtar, xar", bsdtar("xar")), ("bsdtar, iso9660", bsdtar("iso9660")),
    ("bsdtar, mtree", None), ("bsdtar, shar", None),
    ("bsdtar, cpio", bsdtar("cpio")), ("bsdtar, newc", bsdtar("newc")),
    ("bsdtar, warc", bsdtar("warc")), ("bsdtar, v7", bsdtar("v7tar")),
    ("bsdtar, ar", bsdtar("arbsd")),
    ("bsdtar, svr4 ar", bsdtar("arsvr4")),
    ("bsdtar, pax and lzma", bsdtar("pax", "--lzma")),
    ("bsdtar, pax and lz4", bsdtar("pax", "--lz4")),
    ("bsdtar, pax and zstd", bsdtar("pax", "--zstd")),
    ("bsdtar, pax and Z", bsdtar("pax", "-Z")),
    ("lz4", filtered("lz4", "-q", "-c")),
    ("lzip", filtered("lzip", "-c")),
    ("lzop", filtered("lzop", "-c")),
    ("Z", filtered("compress", "-f", "-c")),
    ("zz", zlib.compress),
    ("tar.Z", of(filtered("compress", "-f", "-c"), tar())),
    ("tar.lz", of(filtered("lzip", "-c"), tar())),
    ("lrzip", packed_by("a.lrz", "lrzip", "-q", "-o", "{out}", "{in}")),
    ("squashfs", packed_by("a.sqsh", "mksquashfs", "{in}", "{out}", "-quiet",
                           "-no-progress", "-noappend")),
]
# What is no file of its own for anybody who unpacks it.
TOOLS = [(name, make) for name, make in TOOLS if make is not None]
TOOLED = dict(TOOLS)
# Nothing in the gateway opens these; each must be called so.
NOBODY = ("lrzip", "lzop", "squashfs", "7z, wim", "7z, deflate64")
LOCKED = [
    ("zip, ZipCrypto", packed_by("a.zip", "zip", "-q", "-P", "secret",
                                 "{out}", "{in}")),
    ("zip, AES", seven("zip", "-psecret", "-mem=AES256")),
    ("7z, AES", seven("7z", "-psecret")),
    ("7z, AES, names too", seven("7z", "-psecret", "-mhe=on")),
    ("arj, garbled", packed_by("a.arj", "arj", "a", "-y", "-gsecret", "{out}",
                               "{in}")),
]


def written():
    for name, make in PYTHON + TOOLS:
        nobody = name in NOBODY
        yield Case("archives", name, make,
                   allowed=NAMED if nobody else UNOPENED, twin=not nobody)
    for name, make in PYTHON[:2] + [PYTHON[13]] + TOOLS[:1]:
        yield Case("archives", name + ", called a picture", make,
                   kind="image/png", path="/a.png")
        yield Case("archives", name + ", packed for the way",
                   of(gzipped, make), lines=("Content-Encoding: gzip",))
    for name, make in LOCKED:
        yield Case("archives with a password", name, make,
                   allowed=frozenset(["encrypted"]), twin=True)


# Zip files made by hand: each part says what it is told to.

def local(data, packed=None, name=b"a.com", method=0, flags=0, **lies):
    packed = data if packed is None else packed
    value = {"crc": zlib.crc32(data), "less": len(packed),
             "size": len(data), **lies}
    return struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, flags, method, 0,
                       0x5c21, value["crc"], value["less"], value["size"],
                       len(name), 0) + name + packed


def central(data, packed=None, name=b"a.com", method=0, flags=0, at=0,
            **lies):
    packed = data if packed is None else packed
    value = {"crc": zlib.crc32(data), "less": len(packed),
             "size": len(data), **lies}
    return struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", 20, 20, flags,
                       method, 0, 0x5c21, value["crc"], value["less"],
                       value["size"], len(name), 0, 0, 0, 0, 0, at) + name


def end(count, length, at, comment=b""):
    return struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, count, count, length,
                       at, len(comment)) + comment


def by_hand(first, middle, front=b"", **tail):
    return front + first + middle + end(
        tail.pop("count", 1), len(middle), len(front) + len(first), **tail)


def raw(data):
    c = zlib.compressobj(9, wbits=-15)
    return c.compress(data) + c.flush()


def two(data):
    """A clean one, and behind it another."""
    return bodies.zipped([("b.txt", b"clean")]) + bodies.zipped(
        [("a.com", data)])


def hidden(make):
    """Named by no directory, in front of one that is."""
    def made(data):
        first = make(data)
        first = first[:first.index(b"PK\1\2")]
        return by_hand(local(b"clean", name=b"b.txt"), central(
            b"clean", name=b"b.txt", at=len(first)), front=first)
    return made


def as_folder(make):
    """By the attributes that its directory tells."""
    def made(data):
        whole = bytearray(make(data))
        struct.pack_into("<I", whole, whole.index(b"PK\1\2") + 38,
                         0o040755 << 16)
        return bytes(whole)
    return made


def others():
    clean = bodies.zipped([("b.txt", b"clean")])
    for name, make in (("bzip2", zip_by(zipfile.ZIP_BZIP2)),
                       ("lzma", zip_by(zipfile.ZIP_LZMA)),
                       ("ppmd", seven("zip", "-mm=PPMd")),
                       ("deflate64", seven("zip", "-mm=Deflate64"))):
        yield name + ", a clean archive behind", lambda d, make=make: make(
            d + bytes(300)) + clean
        yield name + ", not in the directory", lambda d, make=make: hidden(
            make)(d + bytes(300))
        yield name + ", a folder by its attributes", \
            lambda d, make=make: as_folder(make)(d + bytes(300))


HONEST = [
    ("junk before", lambda d: bodies.noise(5000) + bodies.zipped(
        [("a.com", d)])),
    ("a shell script before", lambda d: b"#!/bin/sh\nexit 0\n"
     + bodies.zipped([("a.com", d)])),
    ("a program before", lambda d: open("/bin/true", "rb").read()
     + bodies.zipped([("a.com", d)])),
    ("a comment of 65535 bytes", lambda d: by_hand(
        local(d), central(d), comment=b"c" * 65535)),
    ("a data descriptor", lambda d: by_hand(
        local(d, raw(d), method=8, flags=8, crc=0, less=0, size=0)
        + struct.pack("<4sIII", b"PK\7\b", zlib.crc32(d), len(raw(d)),
                      len(d)), central(d, raw(d), method=8, flags=8))),
    ("500 members before", lambda d: bodies.zipped(
        [("%d.txt" % i, b"clean") for i in range(500)] + [("a.com", d)])),
    ("a folder of 40", lambda d: bodies.zipped([("a/" * 40 + "a.com", d)])),
    ("the same name twice", lambda d: by_hand(
        local(b"clean") + local(d), central(b"clean") + central(
            d, at=len(local(b"clean"))), count=2)),
]
LIARS = [
    ("stored, but packed", lambda d: by_hand(
        local(d, raw(d), method=0), central(d, raw(d), method=8))),
    ("packed, but stored", lambda d: by_hand(
        local(d, method=8), central(d, method=0))),
    ("method 99 in the local header", lambda d: by_hand(
        local(d, raw(d), method=99), central(d, raw(d), method=8))),
    ("sizes of 0 in the local header", lambda d: by_hand(
        local(d, crc=0, less=0, size=0), central(d))),
    ("sizes of 0 in both", lambda d: by_hand(
        local(d, size=0), central(d, size=0))),
    ("a size of 4 GB", lambda d: by_hand(
        local(d, size=0xfffffffe), central(d, size=0xfffffffe))),
    ("encrypted, says the local header", lambda d: by_hand(
        local(d, flags=1), central(d))),
    ("encrypted, says the directory", lambda d: by_hand(
        local(d), central(d, flags=1))),
    ("a wrong checksum", lambda d: by_hand(
        local(d, crc=1), central(d, crc=1))),
    ("another name", lambda d: by_hand(
        local(d, name=b"a.txt"), central(d))),
    ("not in the directory", lambda d: by_hand(
        local(d) + local(b"clean", name=b"b.txt"),
        central(b"clean", name=b"b.txt", at=len(local(d))))),
    ("only in the directory twice", lambda d: by_hand(
        local(d), central(d) + central(d, name=b"b.com"), count=2)),
    ("no directory", lambda d: local(d)),
    ("no end record", lambda d: local(d) + central(d)),
    ("the end counts 0", lambda d: by_hand(local(d), central(d), count=0)),
    ("the end counts 9", lambda d: by_hand(local(d), central(d), count=9)),
    ("the directory is elsewhere", lambda d: local(d) + central(d) + end(
        1, len(central(d)), 7)),
    ("a second archive behind", two),
    ("a second end record in the comment", lambda d: by_hand(
        local(d), central(d), comment=end(0, 0, 0))),
    ("bytes behind the end", lambda d: by_hand(
        local(d), central(d)) + b"\0" * 900),
    ("cut in the directory", lambda d: by_hand(local(d), central(d))[:-40]),
    ("cut in the data", lambda d: bodies.zipped(
        [("a.com", d), ("b.bin", bodies.noise(9000))])[:5000]),
]


def halves(pack, data, between=b""):
    return pack(data[:30]) + between + pack(data[30:])


def lzma_alone(data):
    return lzma.compress(data, lzma.FORMAT_ALONE)


def odd():
    for name, make in HONEST:
        yield Case("zip, unusual", name, make)
    for name, make in [*LIARS, *others()]:
        yield Case("zip that contradicts itself", name, make, allowed=NAMED,
                   twin=False)
    g = "other archives that contradict themselves"
    for name, make in (
            ("tar, no end", lambda d: tar()(d)[:1536]),
            ("tar, second behind the end", lambda d: tar()(b"x") + tar()(d)),
            ("tar that begins like a program", lambda d: bodies.tarred(
                [("MZ\x90.com", d)])),
            ("tar that begins like a zip", lambda d: bodies.tarred(
                [("PK\3\4.com", d)])),
            ("gz, cut", lambda d: gzip.compress(
                d + bodies.noise(5000))[:3000]),
            ("gz, junk behind", lambda d: gzipped(d) + bodies.noise(300)),
            ("gz, zip behind", lambda d: gzipped(b"x") + bodies.zipped(
                [("a", d)])),
            ("gz in three members", lambda d: gzipped(b"") + gzipped(d)
             + gzipped(b"")),
            ("gz, two halves, zeros between", lambda d: halves(
                gzip.compress, d, bytes(10))),
            ("lzma, two halves", lambda d: halves(lzma_alone, d)),
            ("lzma and xz, two halves", lambda d: lzma_alone(d[:30])
             + lzma.compress(d[30:])),
            ("bz2, cut", lambda d: bz2.compress(d + bodies.noise(5000))
             [:3000]),
            ("bz2, second stream", lambda d: bz2.compress(b"")
             + bz2.compress(d)),
            ("xz, second stream", lambda d: lzma.compress(b"")
             + lzma.compress(d)),
            ("xz, cut", lambda d: lzma.compress(d + bodies.noise(5000))
             [:3000]),
            ("arj, cut", lambda d: TOOLED["arj, stored"](
                b"clean" + d + bodies.noise(3000))[:-900]),
            ("7z, cut", lambda d: seven("7z")(d)[:-20]),
            ("7z, junk before", lambda d: bodies.noise(700)
             + seven("7z")(d))):
        yield Case(g, name, make, twin=False, allowed=NAMED | {
            "engine-error"} if "cut" in name else NAMED)


def cases():
    yield from written()
    yield from odd()
