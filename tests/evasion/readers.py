# SPDX-License-Identifier: GPL-2.0-only
"""Containers that one of unzip, 7z, bsdtar, busybox and Python takes another
way than the rest: numbers, ends, tables and lengths of which each believes
others. Who unpacks them for a check must have seen what any of them gives."""

import bz2
import lzma
import os
import struct
import tarfile
import tempfile
import zlib

import archives
import bodies
import images
from archives import central, end, local
from case import FOUND, NAMED, Case, filtered, packed_by, program

ZIPS = "zip that contradicts itself"
OTHERS = "other archives that contradict themselves"
BLOCK = 512


def end64(count, length, at):
    return struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, count,
                       count, length, at)


def locator(at, disks=1):
    return struct.pack("<4sIQI", b"PK\6\7", 0, at, disks)


ONES = end(0xffff, 0xffffffff, 0xffffffff)


def in_extra(data):
    """A clean member with a whole other one, and its directory, in its extra
    field: (the zip so far, where the other directory is, its length)."""
    hidden = local(data)
    at = 30 + 5 + 4
    listed = central(data, at=at)
    extra = hidden + listed
    extra = struct.pack("<HH", 0x7777, len(extra)) + extra
    head = bytearray(local(b"clean", name=b"b.txt"))
    struct.pack_into("<H", head, 28, len(extra))
    first = bytes(head[:35]) + extra + bytes(head[35:])
    return first, at + len(hidden), len(listed)


def two_ends(how):
    """The first directory is of the hidden member, the second of the other.
    how(hidden's, the other's, where the ends begin) gives the ends."""
    def make(data):
        first, at, length = in_extra(data)
        second = central(b"clean", name=b"b.txt")
        begin = len(first) + len(second)
        return first + second + how((1, length, at), (
            1, len(second), len(first)), begin)
    return make


def pipe_only(method, file):
    """An end that fits no directory has bsdtar read on from the start, and
    take the lower byte of a method."""
    def make(data):
        packed = file(data)
        first = local(b"clean", name=b"r")
        both = first + local(data, packed, method=method)
        listed = central(b"clean", name=b"r")
        return both + listed + struct.pack(
            "<4sHHHHIIH", b"PK\5\6", 0, 0, 10, 1, len(listed), len(both), 0)
    return make


def raw(data):
    pack = zlib.compressobj(9, zlib.DEFLATED, -15)
    return pack.compress(data) + pack.flush()


ENDS = [
    ("a method of two bytes, stored", pipe_only(0x100, bytes)),
    ("a method of two bytes, deflated", pipe_only(0x2008, raw)),
    ("a zip64 end that its locator does not name", two_ends(
        lambda bad, good, at: end64(*bad) + end64(*good)
        + locator(at) + ONES)),
    ("a zip64 end that does not touch its locator", two_ends(
        lambda bad, good, at: end64(*bad) + b"\0" * 7 + locator(at)
        + end(*good))),
    ("a zip64 end beside a locator that names another", two_ends(
        lambda bad, good, at: end64(*good) + end64(*bad)
        + locator(at) + ONES)),
    ("zip64 has another directory", two_ends(
        lambda bad, good, at: end64(*bad) + locator(at) + end(*good))),
    ("only without zip64", two_ends(
        lambda bad, good, at: end64(*good) + locator(at) + end(*bad))),
    ("two locators", two_ends(
        lambda bad, good, at: end64(*bad) + end64(*good) + locator(at + 56)
        + locator(at) + ONES)),
    ("a locator of nothing", two_ends(
        lambda bad, good, at: end64(*good) + locator(at + 9999)
        + end(*bad))),
]


def header(name=b"a.com", size=b"", kind=b"0", check=b"%06o\0 ", fields=()):
    """Of a tar. fields: {at: bytes} beside these."""
    head = bytearray(tarfile.TarInfo().tobuf(tarfile.USTAR_FORMAT))
    head[:100] = name.ljust(100, b"\0")
    head[124:136] = size.ljust(12, b"\0")[:12]
    head[156:157] = kind
    for at, value in dict(fields).items():
        head[at:at + len(value)] = value
    head[148:156] = b" " * 8
    total = sum(head)
    head[148:156] = check(total) if callable(check) else (
        check % total).ljust(8, b"\0")[:8]
    return bytes(head)


def padded(data):
    return data + bytes(-len(data) % BLOCK)


def member(data, **more):
    return header(**{"size": b"%011o" % len(data), **more}) + padded(data)


CLEAN = member(b"clean", name=b"b.txt")
END = bytes(2 * BLOCK)


def record(text):
    size = len(text) + 3
    while len(b"%d %s\n" % (size, text)) != size:
        size += 1
    return b"%d %s\n" % (size, text)


def pax(*texts, kind=b"x"):
    return member(b"".join(record(t) for t in texts), name=b"p", kind=kind)


def header_in_file(data):
    """A block that begins with the file, and is a header, too, of nothing."""
    return header(name=data, size=b"%011o" % 0)


def by_sum(form):
    return lambda d: CLEAN + member(d, check=form) + END


def by_size(size):
    """Of nothing for some, of a block for others, which is a header for the
    first ones."""
    return lambda d: CLEAN + header(size=size) + header_in_file(d) + END


def by_record(text, kind=b"x"):
    return lambda d: CLEAN + pax(text, kind=kind) + header(
        size=b"%011o" % 0) + header_in_file(d) + END


def signed(total):
    """Of a name with two bytes above 127."""
    return b"%06o\0 " % (total - 2 * 256)


SUMS = [b"0o%05o", b"0_%05o", b"+%06o", b"\t%06o", b"%06o\n", b"\v%06o"]
SIZES = [b"0o000001000", b"0_000001000", b"+0000001000", b"\v0000001000",
         b"\x81" + (BLOCK).to_bytes(11, "big"), b"1000 junk"]
RECORDS = [b"size=5_12", b"size=+512", b"size= 512", b"size=\v512",
           "size=٥١٢".encode()]


def turned(data):
    return data[34:] + data[:34]


def old_sparse(*pieces):
    """In the header itself, as GNU tar did. Pieces: (offset, length)."""
    def make(data):
        fields = {257: b"ustar  \0", 483: b"%011o" % len(data)}
        for i, piece in enumerate(pieces):
            fields[386 + 24 * i] = b"".join(
                n.ljust(12, b"\0") for n in piece)
        return CLEAN + member(turned(data), kind=b"S", fields=fields) + END
    return make


def sparse_records(*texts, kind=b"x"):
    return lambda d: CLEAN + pax(b"GNU.sparse.size=68", *texts, kind=kind) \
        + member(turned(d)) + END


PIECES = [b"GNU.sparse.offset=34", b"GNU.sparse.numbytes=34",
          b"GNU.sparse.offset=0", b"GNU.sparse.numbytes=34"]
MAP = [b"GNU.sparse.major=1", b"GNU.sparse.minor=0", b"GNU.sparse.name=a",
       b"GNU.sparse.realsize=68"]
SPARSE = [
    ("in a number of Python's", old_sparse(
        (b"0o00000042", b"00000000042"), (b"0", b"0o00000042"))),
    ("behind an empty piece", old_sparse(
        (b"00000000042", b"00000000042"), (b"", b""),
        (b"00000000000", b"00000000042"))),
    ("offsets before lengths", sparse_records(
        PIECES[0], PIECES[2], PIECES[1], PIECES[3])),
    ("in a remark", sparse_records(
        b"comment=\n" + b"".join(record(p) for p in PIECES))),
    ("in a list of Python's", sparse_records(
        b"GNU.sparse.map=3_4,34, 0,34")),
    ("for all members", lambda d: CLEAN + pax(*MAP, kind=b"g") + member(
        padded(b"1\n0\n68\n") + d) + END),
    ("told twice", lambda d: CLEAN + pax(*MAP) * 2 + member(
        padded(b"1\n0\n580\n") + padded(b"1\n0\n68\n") + d) + END),
]


def sparse_by_tar(*options):
    """With holes, as GNU tar writes them."""
    def make(data):
        with tempfile.TemporaryDirectory(prefix="gg-evasion-") as place:
            with open(os.path.join(place, "a.com"), "wb") as f:
                f.write(data)
                for i in range(1, 9):
                    f.seek(i * 65536)
                    f.write(b"x")
            return program("tar", "-c", "-S", *options, "a.com", place=place)
    return make


def tars():
    for form in SUMS:
        yield "tar, a checksum written as %r" % form, by_sum(form)
    yield "tar, a checksum in base 256", by_sum(
        lambda total: b"\x80" + total.to_bytes(7, "big"))
    for size in SIZES:
        yield "tar, a size written as %r" % size, by_size(size)
    for text in RECORDS:
        yield "tar, a record of %r" % text, by_record(text)
    yield "tar, one size for all members", by_record(b"size=512", b"g")
    for name, make in SPARSE:
        yield "tar, the pieces of a sparse file " + name, make
    yield "tar, behind a sparse one of the old kind", lambda d: CLEAN + header(
        size=b"%011o" % 0, kind=b"S", fields={
            257: b"ustar  \0", 482: b"\1"}) + bytes(BLOCK) + by_size(
        SIZES[0])(d)


def arj_nul(data):
    """A name with a zero in it, behind which the name goes on."""
    body = bytearray(archives.TOOLED["arj, stored"](data))
    at = body.index(b"file.com", body.index(b"\x60\xea", 4))
    begin = body.rindex(b"\x60\xea", 0, at)
    body[at + 1] = 0
    size = struct.unpack_from("<H", body, begin + 2)[0]
    struct.pack_into("<I", body, begin + 4 + size, zlib.crc32(bytes(
        body[begin + 4:begin + 4 + size])))
    return bytes(body)


def lha_packer(data):
    """A header of level 1 with another byte 19 than packers write."""
    name = b"file.com"
    head = b"-lh0-" + struct.pack("<II4sBBB", len(data), len(data), b"\0" * 4,
                                  0, 1, len(name)) + name + struct.pack(
        "<HcH", crc16(data), b"U", 0)
    return bytes([len(head), sum(head) & 255]) + head + data + b"\0"


def larc(data):
    """As LArc stores it, with a header of level 0."""
    name = b"file.com"
    head = b"-lz4-" + struct.pack("<II4sBBB", len(data), len(data), b"\0" * 4,
                                  32, 0, len(name)) + name + struct.pack(
        "<H", crc16(data))
    return bytes([len(head), sum(head) & 255]) + head + data + b"\0"


def crc16(data):
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xa001 if value & 1 else 0)
    return value


def cpio_name(data):
    """The length of its name is 6 for who takes 13 bits of it."""
    body = bytearray(archives.TOOLED["cpio, newc"](data))
    body[94:102] = b"10000009"
    return bytes(body)


def cpio(forms, between=b""):
    """Of a clean member and another. forms: of six numbers, of eleven; of
    eight."""
    def one(name, data):
        if len(forms) == 2:
            numbers = [1, 1, 0o100644, 0, 0, 1, 0, 0, len(name) + 1, len(data)]
            return b"070707" + b"".join(
                forms[i in (7, 9)](n) for i, n in enumerate(numbers)) + (
                    name + b"\0" + data)
        numbers = [1, 0o100644, 0, 0, 1, 0, len(data), 0, 0, 0, 0,
                   len(name) + 1, 0]
        head = b"070701" + b"".join(map(forms[0], numbers)) + name + b"\0"
        return b"".join(s + bytes(-len(s) % 4) for s in (head, data))
    return lambda d: (one(b"b.txt", b"clean") + between + one(b"a.com", d)
                      + one(b"TRAILER!!!", b""))


CPIOS = [
    ("numbers behind blanks", cpio([lambda n: b"%8X" % n])),
    ("numbers up to a zero", cpio([lambda n: (b"%X" % n).ljust(8, b"\0")])),
    ("numbers behind blanks, in octal", cpio(
        [lambda n: b"%6o" % n, lambda n: b"%11o" % n])),
    ("junk between members", cpio([lambda n: b"%08X" % n], b"JUNK123")),
]


def ar_mark(data):
    """Without the line end behind it, which busybox does not want."""
    return archives.TOOLED["ar"](data).replace(b"\n", b"", 1)


def fat_tables(which):
    """A folder of two clusters, of which one of the two tables has only the
    first; the file is in the second."""
    make = images.shell(
        "mkfs.fat -C out 1440 >/dev/null\nmmd -i out ::D\n"
        "for i in {10..29}; do echo >in/$i; mcopy -i out in/$i ::D/$i; done\n"
        "mcopy -i out in/file.com ::D", "mkfs.fat", "mcopy")

    def made(data):
        image = bytearray(make(data))
        size = struct.unpack_from("<H", image, 22)[0] * 512
        entry = image.index(b"D          ")
        cluster = struct.unpack_from("<H", image, entry + 26)[0]
        at = 512 + which * size + cluster * 3 // 2
        value = struct.unpack_from("<H", image, at)[0]
        value |= 0xfff0 if cluster % 2 else 0x0fff
        struct.pack_into("<H", image, at, value)
        return bytes(image)
    return made


def alone(properties, dictionary, length):
    """An .lzma that ends by a mark, with another header."""
    def make(data):
        code = lzma.compress(data, lzma.FORMAT_RAW, filters=[{
            "id": lzma.FILTER_LZMA1, "dict_size": 65536,
            "lc": properties % 9, "lp": properties // 9 % 5,
            "pb": properties // 45}])
        return struct.pack("<BIQ", properties, dictionary,
                           length if length else len(data)) + code
    return make


LZMAS = [("properties %#x, a dictionary of %#x, a length of %#x" % row,
          alone(*row)) for row in (
    (0x5d, 65536, 1 << 40), (0x5d, 12345, 1 << 40), (0x5d, 12345, 2**63 - 1),
    (0, 65536, 0), (0, 65536, 69), (4, 65536, 1 << 40), (180, 12345, 0),
    (28, 65536, 2**64 - 2), (0x5e, 65536, 2**64 - 1))]
SPLIT = [
    ("zip, the first part of several", packed_by(
        "a.z01", "sh", "-c", "head -c 200000 /dev/urandom >b.bin\n"
        "zip -q -s 65536 a.zip {in} b.bin")),
    ("7z, the first part of several", packed_by(
        "a.7z.001", "sh", "-c", "head -c 200000 /dev/urandom >b.bin\n"
        "7z a -bd -y -v64k a.7z {in} b.bin >/dev/null")),
    ("zip by 7z, the first part of several", packed_by(
        "a.zip.001", "sh", "-c", "head -c 200000 /dev/urandom >b.bin\n"
        "7z a -bd -y -tzip -v64k a.zip {in} b.bin >/dev/null")),
]
ARJ = packed_by("a.arj", "sh", "-c", "head -c 200000 /dev/urandom >b.bin\n"
                "arj a -y -v64k a.arj {in} b.bin >/dev/null")
# Name, packer, is it fine that something else is behind it?
PACKERS = [
    ("bz2", bz2.compress, True), ("xz", lzma.compress, False),
    ("lz4", filtered("lz4", "-q", "-c"), True),
    ("lzip", filtered("lzip", "-c"), True),
    ("zst", filtered("zstd", "-q", "-c"), False),
    ("Z", filtered("compress", "-f", "-c"), True),
]


def offences():
    yield from ((ZIPS, *row) for row in ENDS)
    yield from ((OTHERS, *row) for row in tars())
    yield OTHERS, "arj, a zero in a name", arj_nul
    yield OTHERS, "arj, a zero in a name, behind a script", \
        lambda d: b"#!/bin/sh\nexit\n" + arj_nul(d)
    yield OTHERS, "arj, a zero in a name, behind a program", \
        lambda d: open("/bin/true", "rb").read() + arj_nul(d)
    yield OTHERS, "lha, another byte 19", lha_packer
    yield OTHERS, "cpio, a name that busybox shortens", cpio_name
    yield OTHERS, "ar, no line end behind the mark", ar_mark
    for name, make in CPIOS:
        yield OTHERS, "cpio, " + name, make
        yield OTHERS, "cpio, %s, behind a script" % name, \
            lambda d, m=make: b"#!/bin/sh\nexit\n" + m(d)
    yield from ((OTHERS, *row) for row in SPLIT)
    for name, make, _ in PACKERS:
        yield OTHERS, name + ", a tar, cut behind the file", \
            lambda d, m=make: m(archives.tar()(d + bodies.noise(90000)))[
                :-4000]


def honest():
    yield OTHERS, "tar, a checksum of signed bytes", lambda d: member(
        d, name="é.com".encode(), check=signed) + END
    yield OTHERS, "arj, the first part of several", ARJ
    yield OTHERS, "arj behind a script", lambda d: b"#!/bin/sh\nexit\n" \
        + archives.TOOLED["arj, stored"](d)
    yield OTHERS, "lha, stored by LArc, behind a script", \
        lambda d: b"#!/bin/sh\nexit\n" + larc(d)
    for options in (["--format=gnu"], ["--format=pax",
                    "--sparse-version=0.0"], ["--format=pax",
                    "--sparse-version=0.1"], ["--format=pax",
                                              "--sparse-version=1.0"]):
        yield "archives", "a sparse file, tar -S " + " ".join(options), \
            sparse_by_tar(*options)
    for name, make in LZMAS:
        yield "rare wrappings", "lzma, " + name, make
    yield "rare wrappings", "lzma, a coding that begins with no zero", \
        lambda d: alone(0x5d, 65536, 0)(d)[:13] + b"\7" + alone(
            0x5d, 65536, 0)(d)[14:]
    yield "rare wrappings", "lzma86, a length of a terabyte", \
        lambda d: b"\0" + alone(1, 65536, 1 << 40)(d)
    for which in 0, 1:
        yield "disk images", "FAT, a folder that is shorter in table %d" \
            % which, fat_tables(which)


def cases():
    for name, make, twin in PACKERS:
        yield Case(OTHERS, name + ", junk behind it alone",
                   lambda d, m=make: m(d) + bodies.noise(300), twin=twin,
                   allowed=FOUND)
    for group, name, make in offences():
        yield Case(group, name, make, allowed=NAMED, twin=False)
    for group, name, make in honest():
        yield Case(group, name, make, allowed=FOUND)
