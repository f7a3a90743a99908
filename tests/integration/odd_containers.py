# SPDX-License-Identifier: GPL-2.0-only
"""Containers that are no zip and that readers read differently."""

import binascii
import bz2
import io
import lzma
import os
import struct
import subprocess
import tarfile
import zlib

import apple
import lab
import odd_zips


def by(command, data=None, cwd=None):
    return subprocess.run(command, input=data, check=True, cwd=cwd,
                          stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout


def folder_of(files):
    place = lab.new_folder("pack")
    for name, data in files.items():
        lab.write(os.path.join(place, name), data)
    return place


def archive(command, files):
    """What a command writes to {a} of the files in its folder."""
    place, out = folder_of(files), os.path.join(lab.new_folder("made"), "a")
    by([w.replace("{a}", out) for w in command], cwd=place)
    return lab.read(out + ".7z" if os.path.exists(out + ".7z") else out)


# --- streams

def gz(data, flags=0, extra=b"", crc=None, size=None, method=8, packed=None):
    """extra: what the flags announce."""
    body = odd_zips.squeeze(odd_zips.DEFLATED, data)
    return b"\x1f\x8b" + struct.pack("<BBIBB", method, flags, 0, 0, 3) + \
        extra + (body if packed is None else packed) + struct.pack(
            "<II", zlib.crc32(data) if crc is None else crc,
            len(data) if size is None else size)


def lzip(data):
    alone = lzma.compress(data, lzma.FORMAT_ALONE)[13:]
    return b"LZIP\1" + bytes([23]) + alone + struct.pack(
        "<IQQ", zlib.crc32(data), len(data), len(alone) + 26)


STREAMS = {
    "gz": gz,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE),
    "lz": lzip,
    "zst": lambda data: by(["zstd", "-qc"], data),
    "lz4": lambda data: by(["lz4", "-qc"], data),
}


# --- archives, all with a file or two

def tar_header(name, size, kind=b"0", ustar=b"ustar\x0000", link=b"",
               check=None, size_field=None, check_field=b"%06o\0 "):
    field = b"%011o\0" % size if size_field is None else size_field
    h = name.ljust(100, b"\0")[:100] + b"0000644\0" + b"0000000\0" * 2 + \
        field.ljust(12, b"\0") + b"00000000000\0" + b" " * 8 + kind + \
        link.ljust(100, b"\0") + ustar
    h = h.ljust(512, b"\0")
    right = sum(h) if check is None else check
    return h[:148] + check_field % right + h[156:]


def padded(data, to=512):
    return data + b"\0" * (-len(data) % to)


def tar_member(name, data, **says):
    return tar_header(name, len(data), **says) + padded(data)


END = bytes(1024)


def tar(*members):
    return b"".join(members) + END


def plain_tar(data):
    return tar(tar_member(b"a.txt", data))


def pax(records, kind=b"x"):
    body = b""
    for key, value in records:
        text = b" %s=%s\n" % (key, value)
        length = len(text) + 1
        while len(b"%d" % length) + len(text) != length:
            length += 1
        body += b"%d" % length + text
    return tar_member(b"PaxHeader", body, kind=kind)


def cpio(kind, data):
    return archive(["bsdtar", "--format=" + kind, "-cf", "{a}", "a.txt"],
                   {"a.txt": data})


def ar(data, name=b"a.txt/"):
    return b"!<arch>\n" + name.ljust(16) + b"0".ljust(12) + b"0".ljust(6) * 2 \
        + b"100644".ljust(8) + (b"%d" % len(data)).ljust(10) + b"`\n" + data + \
        b"\n" * (len(data) % 2)


def seven(data, *words):
    return archive(["7z", "a", "-bso0", "-bsp0"] + list(words) +
                   ["{a}", "a.txt"], {"a.txt": data})


def cab(data, reserve=b"", flags=0):
    """One stored block."""
    head = 36 + (4 + len(reserve) if reserve else 0)
    folders = head
    files = folders + 8
    name = b"a.txt\0"
    block = files + 16 + len(name)
    total = block + 8 + len(data)
    out = b"MSCF" + struct.pack("<IIIIIBBHHHHH", 0, total, 0, files, 0, 3, 1,
                                1, 1, flags | (4 if reserve else 0), 7, 0)
    if reserve:
        out += struct.pack("<HBB", len(reserve), 0, 0) + reserve
    return out + struct.pack("<IHH", block, 1, 0) + struct.pack(
        "<IIHHHH", len(data), 0, 0, 0x5a21, 0x6000, 0x20) + name + struct.pack(
        "<IHH", 0, len(data), len(data)) + data


def rar_block(kind, flags, body):
    block = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", binascii.crc32(block) & 0xffff) + block


def rar(data, crc=None):
    name = b"a.txt"
    head = struct.pack("<IIBIIBBHI", len(data), len(data), 3,
                       zlib.crc32(data) if crc is None else crc, 0x5a216000,
                       20, 0x30, len(name), 0x81a4) + name
    return b"Rar!\x1a\7\0" + rar_block(0x73, 0, bytes(6)) + rar_block(
        0x74, 0x8000, head) + data + rar_block(0x7b, 0x4000, b"")


def vint(n):
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def rar5_block(body):
    sized = vint(len(body)) + body
    return struct.pack("<I", zlib.crc32(sized)) + sized


def rar5(data, crc=None):
    name = b"a.txt"
    head = vint(2) + vint(2) + vint(len(data)) + vint(4) + vint(len(data)) + \
        vint(0o644) + struct.pack("<I", zlib.crc32(data) if crc is None
                                  else crc) + vint(0) + vint(1) + \
        vint(len(name)) + name
    return b"Rar!\x1a\7\1\0" + rar5_block(vint(1) + vint(0) + vint(0)) + \
        rar5_block(head) + data + rar5_block(vint(5) + vint(0) + vint(0))


def lha(data):
    name = b"a.txt"
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xa001 if crc & 1 else 0)
    body = b"-lh0-" + struct.pack("<IIIBB", len(data), len(data), 0x5a216000,
                                  0x20, 0) + bytes([len(name)]) + name + \
        struct.pack("<H", crc)
    return bytes([len(body), sum(body) & 255]) + body + data + b"\0"


def arj_header(kind, size, data, name):
    first = struct.pack("<BBBBBBBBIIIIHHH", 30, 11, 1, 0, 0, 0, kind, 0,
                        0x5a216000, size, size, zlib.crc32(data), 0, 0x20, 0)
    body = first + name + b"\0\0"
    return b"\x60\xea" + struct.pack("<H", len(body)) + body + struct.pack(
        "<IH", zlib.crc32(body), 0)


def arj(data):
    return arj_header(2, 0, b"", b"a.arj") + arj_header(
        0, len(data), data, b"a.txt") + data + b"\x60\xea\0\0"


def iso(files, *words):
    return archive(["genisoimage", "-quiet", "-o", "{a}"] + list(words) +
                   ["."], files)


ARCHIVES = {
    "tar": plain_tar,
    "v7 tar": lambda data: tar(tar_member(b"a.txt", data, ustar=b"")),
    "gnu tar": lambda data: tar(tar_member(b"a.txt", data,
                                           ustar=b"ustar  \0")),
    "newc cpio": lambda data: cpio("newc", data),
    "odc cpio": lambda data: cpio("odc", data),
    "bin cpio": lambda data: cpio("bin", data),
    "ar": ar,
    "7z": seven,
    "copied 7z": lambda data: seven(data, "-mx=0"),
    "bare 7z": lambda data: seven(data, "-mhc=off"),
    "cab": cab,
    "rar": rar,
    "rar5": rar5,
    "lha": lha,
    "arj": arj,
    "xar": lambda data: archive(["bsdtar", "--format=xar", "-cf", "{a}",
                                 "a.txt"], {"a.txt": data}),
    "iso": lambda data: iso({"a.txt": data}),
    "joliet iso": lambda data: iso({"a.txt": data}, "-J", "-r"),
    "udf iso": lambda data: iso({"a.txt": data}, "-udf"),
    "bsd iso": lambda data: archive(["bsdtar", "--format=iso9660", "-cf",
                                     "{a}", "a.txt"], {"a.txt": data}),
    "zip": lambda data: odd_zips.build([odd_zips.Member(b"a.txt", data)]),
    "warc": lambda data: archive(["bsdtar", "--format=warc", "-cf", "{a}",
                                  "a.txt"], {"a.txt": data}),
}

KINDS = dict(STREAMS, **ARCHIVES)

PREFIXES = {
    "junk": b"some junk, and more of it" * 5,
    "a script": b"#!/bin/sh\ntail -c +999 $0 | tar x\nexit\n" + b"#" * 99,
    "MZ": b"MZ" + bytes(510),
    "a JPEG": b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"\1" * 99 + b"\xff\xd9",
    "a PDF": b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n",
    "zeros": bytes(512),
    "70 KB": b"junk " * 14000,
}

TAILS = {
    "junk": b"some junk " * 9,
    "zeros": bytes(777),
    "much junk": b"some junk " * 9000,
}


def cuts(kind, data):
    for part in (1, 2, 3):
        yield "%s cut at %d/4" % (kind, part), data[:len(data) * part // 4]
    for less in (1, 4, 9, 40):
        if less < len(data) // 2:
            yield "%s cut by %d" % (kind, less), data[:-less]


def around(bad, ok):
    made = {kind: (make(bad), make(ok)) for kind, make in KINDS.items()}
    for kind, (data, clean) in made.items():
        yield from cuts(kind, data)
        for what, prefix in PREFIXES.items():
            yield "%s behind %s" % (kind, what), prefix + data
        for what, tail in TAILS.items():
            yield "%s before %s" % (kind, what), data + tail
        yield "%s twice" % kind, clean + data
        yield "%s twice, zeros between" % kind, clean + bytes(512) + data
    for first, (_, clean) in made.items():
        for second in made:
            if first != second:
                yield "%s behind %s" % (second, first), \
                    clean + made[second][0]


def gzips(bad, ok):
    one = gz(bad)
    yield "gz with a name", gz(bad, 8, b"a.txt\0")
    yield "gz with all fields", gz(bad, 0x1c, b"\4\0ab\0\0a.txt\0words\0")
    yield "gz, extra field too long", gz(bad, 4, b"\xff\xff")
    yield "gz, extra field with a gz", gz(
        bad, 4, struct.pack("<H", len(one)) + one)
    yield "gz, name without an end", gz(bad, 8, b"a" * 5000)
    yield "gz, wrong check of the header", gz(bad, 2, b"ab")
    yield "gz, reserved flags", gz(bad, 0xe0)
    yield "gz, encrypted it says", gz(bad, 0x20)
    yield "gz, text", gz(bad, 1)
    yield "gz, other method", gz(bad, method=9)
    yield "gz, method 0", gz(bad, method=0)
    yield "gz, wrong CRC", gz(bad, crc=1)
    yield "gz, wrong size", gz(bad, size=1)
    yield "gz, size 0", gz(bad, size=0)
    yield "gz, wrong both", gz(bad, crc=0, size=0)
    yield "gz, stored", gz(bad, packed=zlib.compressobj(
        0, wbits=-15).flush() and stored(bad))
    yield "gz, second member is bad", gz(ok) + gz(bad, crc=1)
    yield "gz, first member is wrong", gz(ok, crc=1) + gz(bad)
    yield "gz, first member is empty", gz(b"") + gz(bad)
    yield "gz, empty around it", gz(b"") * 9 + gz(bad) + gz(b"") * 9
    yield "gz, one byte each", b"".join(gz(bad[i:i + 1])
                                        for i in range(len(bad)))
    half = len(bad) // 2
    yield "gz, two halves, zeros between", gz(
        bad[:half]) + bytes(10) + gz(bad[half:])
    yield "gz, two halves, a block of zeros between", gz(
        bad[:half]) + bytes(512) + gz(bad[half:]) + bytes(512)
    yield "gz, old mark", b"\x1f\x9e" + gz(bad)[2:]
    yield "gz of gz", gz(gz(bad))
    yield "gz of tar", gz(plain_tar(bad))
    yield "gz of two tars", gz(plain_tar(ok) + plain_tar(bad))
    yield "gz of a tar in two members", two_members(plain_tar(bad))
    yield "gz of tar, gz behind it", gz(plain_tar(ok)) + gz(bad)
    yield "gz of tar, gz of tar behind it", gz(plain_tar(ok)) + gz(
        plain_tar(bad))
    yield "tar.xz of two tars", lzma.compress(plain_tar(ok) + plain_tar(bad))
    yield "gz of a cpio and a cpio", gz(cpio("newc", ok) + cpio("newc", bad))
    yield "gz of a tar and a zip", gz(plain_tar(ok) + ARCHIVES["zip"](bad))
    yield "gz of a tar and a 7z", gz(plain_tar(ok) + seven(bad))


def stored(data):
    return b"\1" + struct.pack("<HH", len(data), len(data) ^ 0xffff) + data


def two_members(data):
    half = len(data) // 2
    return gz(data[:half]) + gz(data[half:])


def tars(bad, ok):
    def one(name=b"a.txt", **says):
        return tar_member(name, bad, **says)
    other = tar_member(b"b", ok)
    wide = b"\x80" + struct.pack(">11s", struct.pack(">Q", len(bad)).rjust(
        11, b"\0"))
    yield "tar, wrong checksum", tar(one(check=1))
    yield "tar, wrong checksum of the second", tar(other, one(check=1))
    yield "tar, wrong checksum of the first", tar(
        tar_member(b"b", ok, check=1), one())
    yield "tar, checksum blank", tar(one(check=0))
    for field in (b"0o%06o", b"0_%06o", b"+%06o\0", b"\t%06o\0"):
        for magic in (b"", b"ustar\x0000"):
            yield "tar, checksum %r %r" % (field, magic), tar(
                one(check_field=field, ustar=magic))
    yield "tar, one zero block between", other + bytes(512) + one() + END
    yield "tar, two zero blocks between", tar(other) + tar(one())
    yield "tar, zero blocks first", END + tar(one())
    yield "tar without an end", one()
    yield "tar with one end block", one() + bytes(512)
    yield "tar, size in base 256", tar(one(size_field=wide))
    yield "tar, size with blanks", tar(one(size_field=b"%11o " % len(bad)))
    yield "tar, size without zeros", tar(one(size_field=b"%o" % len(bad)))
    yield "tar, size with a letter", tar(one(size_field=b"%oz" % len(bad)))
    for field in (b"0o%09o", b"0_%09o", b"+%010o", b"\v%010o", b"\t%010o"):
        yield "tar, size %r" % field, tar(other, one(
            size_field=field % len(bad)))
    yield "tar, size -1", tar(one(size_field=b"\xff" * 12))
    yield "tar, size -512", tar(
        other, tar_header(b"c", 0, size_field=b"\xff" * 10 + b"\xfe\0"),
        one())
    yield "tar, size huge", tar(one(size_field=b"77777777777\0"))
    yield "tar, size huge, first", tar(
        tar_header(b"b", 0, size_field=b"77777777777\0"), one())
    yield "tar, size huge in base 256", tar(
        tar_header(b"b", 0, size_field=b"\x80" + b"\x7f" * 11), one())
    for kind in b"1234567ADEIKLMNSVXZag\0x":
        kind = bytes([kind])
        yield "tar, kind %r" % kind, tar(one(kind=kind))
        yield "tar, kind %r with a tar" % kind, tar(
            tar_member(b"c", tar_member(b"d", ok), kind=kind), one())
        yield "tar, in kind %r" % kind, tar(
            tar_member(b"c", padded(one()), kind=kind), other)
        yield "tar, kind %r, a link" % kind, tar(
            tar_member(b"c", padded(one()), kind=kind, link=b"b"), other)
    for key, value in ((b"size", b"0"), (b"size", b"9999"), (b"size", b"3"),
                       (b"size", b"-1"), (b"size", b""), (b"size", b"x"),
                       (b"path", b"other"), (b"path", b""),
                       (b"path", b"dir/"), (b"path", b"../../up"),
                       (b"linkpath", b"b"), (b"GNU.sparse.realsize", b"5"),
                       (b"GNU.sparse.size", b"9999"),
                       (b"GNU.sparse.major", b"1"),
                       (b"GNU.sparse.map", b"0,3"),
                       (b"hdrcharset", b"BINARY"),
                       (b"SCHILY.realsize", b"3")):
        yield "tar, pax %s=%s" % (key.decode(), value.decode()), tar(
            other, pax([(key, value)]), one())
        yield "tar, pax %s=%s, a tar in a member" % (
            key.decode(), value.decode()), tar(
            pax([(key, value)]), tar_member(b"c", one()), other)
    whole = tar_member(b"c", one())
    for size in (0, 512, len(whole) - 512):
        yield "tar, pax size %d of a tar" % size, tar(
            pax([(b"size", b"%d" % size)]), whole, other)
        yield "tar, pax size %d, header says 0" % size, tar(
            pax([(b"size", b"%d" % size)]), tar_header(b"c", 0), one())
    for value in (b"0_%d", b"+%d", b"\v%d", b" %d"):
        yield "tar, pax size %r" % value, tar(other, pax(
            [(b"size", value % len(bad))]), tar_header(b"c", 0), padded(bad))
    yield "tar, pax size for all", tar(other, pax(
        [(b"size", b"%d" % len(bad))], b"g"), tar_header(b"c", 0),
        padded(bad))
    yield "tar, pax twice", tar(pax([(b"size", b"9")]), pax(
        [(b"size", b"%d" % len(bad))]), one())
    yield "tar, pax size twice", tar(pax([(b"size", b"9"), (
        b"size", b"%d" % len(bad))]), one())
    yield "tar, pax length lies", tar(tar_member(
        b"p", b"99 path=x\n", kind=b"x"), one())
    yield "tar, pax without an end", tar(tar_member(
        b"p", b"9 path=x", kind=b"x"), one())
    yield "tar, global pax size", tar(tar_member(
        b"g", b"10 size=0\n", kind=b"g"), one())
    name = tar_member(b"././@LongLink", b"long/name\0", kind=b"L")
    yield "tar, long name", tar(name, one())
    yield "tar, long names twice", tar(name, name, one())
    yield "tar, long name and pax", tar(name, pax([(b"path", b"p")]), one())
    yield "tar, long name of 0 bytes", tar(tar_member(
        b"././@LongLink", b"", kind=b"L"), one())
    yield "tar, long name of 2 MB", tar(tar_member(
        b"././@LongLink", b"n" * 2000000, kind=b"L"), one())
    yield "tar, long name and nothing", tar(one(), name)
    yield "tar, no name", tar(one(b""))
    yield "tar, up and out", tar(one(b"../../a"))
    yield "tar, whole path", tar(one(b"/a.txt"))
    yield "tar, folder's name", tar(one(b"a/"))
    yield "tar, folder's name, v7", tar(one(b"a/", ustar=b""))
    yield "tar, same name twice", tar(tar_member(b"a.txt", ok), one())
    yield "tar, same name twice, first", tar(one(), tar_member(b"a.txt", ok))
    yield "tar, hard link to it", tar(one(), tar_header(
        b"l", 0, kind=b"1", link=b"a.txt"))
    yield "tar, other magic", tar(one(ustar=b"ustar9900"))
    yield "tar, no magic", tar(one(ustar=b""))
    yield "tar, junk between", tar(other, b"junk" * 128, one())
    yield "tar, much junk between", tar(other, b"junk" * 1280, one())
    yield "tar, half a block between", tar(other, b"junk" * 64, one())
    yield "tar, no padding behind it", tar(other + tar_header(
        b"a.txt", len(bad)) + bad) + tar_member(b"c", ok)
    yield "tar, in the padding", tar(tar_header(b"c", 3) + padded(
        b"abc" + seven(bad)))
    sparse = io.BytesIO()
    place = folder_of({"a.txt": bad})
    with open(os.path.join(place, "s"), "wb") as f:
        f.seek(1 << 20)
        f.write(bad)
    for version in ("0.0", "0.1", "1.0"):
        yield "tar, sparse " + version, by(
            ["tar", "-Sc", "--format=pax", "--sparse-version=" + version,
             "a.txt", "s"], cwd=place)
    yield "tar, sparse gnu", by(["tar", "-Sc", "--format=gnu", "a.txt", "s"],
                                cwd=place)
    with tarfile.open(fileobj=sparse, mode="w", format=tarfile.GNU_FORMAT) \
            as t:
        t.add(os.path.join(place, "a.txt"), "n" * 300)
    yield "tar, long name by python", sparse.getvalue()


def sevens(bad, ok):
    for name, words in (("", ()), ("copied ", ("-mx=0",)),
                        ("bare ", ("-mhc=off",))):
        data = seven(bad, *words)
        for at, what in ((6, "version"), (8, "check of the start"),
                         (12, "place"), (20, "length"),
                         (28, "check of the end"), (32, "first byte")):
            yield "%s7z, other %s" % (name, what), data[:at] + bytes(
                [data[at] ^ 1]) + data[at + 1:]
        yield name + "7z, other last byte", data[:-1] + bytes(
            [data[-1] ^ 1])
        yield name + "7z, start says nothing", data[:12] + bytes(20) + \
            data[32:]
        empty = data[:8] + struct.pack("<I", zlib.crc32(bytes(20))) + bytes(20)
        yield name + "7z, an empty one in front", empty + data
        yield name + "7z, empty in front, old place", empty + data[32:]
        gap = struct.unpack("<Q", data[12:20])[0]
        start = struct.pack("<Q", gap + 99) + data[20:32]
        yield name + "7z, junk before its end", data[:8] + struct.pack(
            "<I", zlib.crc32(start)) + start + data[32:32 + gap] + \
            b"j" * 99 + data[32 + gap:]
    yield "7z, two files", archive(["7z", "a", "-bso0", "-bsp0", "{a}", "."],
                                   {"a.txt": bad, "b": ok})
    yield "7z, empty files", archive(
        ["7z", "a", "-bso0", "-bsp0", "{a}", "."],
        {"a.txt": bad, "b": b"", "c": b""})
    yield "7z, with a password", seven(bad, "-px")
    yield "7z, names with a password", seven(bad, "-px", "-mhe=on")
    sfx = "/usr/lib/p7zip/7zCon.sfx"
    yield "7z, self-extractor", lab.read(sfx) + seven(bad)
    yield "7z, self-extractor, two", lab.read(sfx) + seven(ok) + seven(bad)


def others(bad, ok):
    for name, make, at in (("rar", rar, 30), ("rar5", rar5, 30),
                           ("cab", cab, 24), ("lha", lha, 1)):
        for i in range(at):
            data = make(bad)
            yield "%s, other byte %d" % (name, i), data[:i] + bytes(
                [data[i] ^ 1]) + data[i + 1:]
    yield "rar, wrong CRC", rar(bad, 1)
    yield "rar5, wrong CRC", rar5(bad, 1)
    yield "rar, two of one name", rar(ok)[:-7] + rar(bad)[20:]
    yield "rar5, end in the middle", rar5(ok) + rar5(bad)[8:]
    yield "rar, end in the middle", rar(ok) + rar(bad)[7:]
    yield "cab, reserved area", cab(bad, b"r" * 99)
    yield "cab, reserved area with a zip", cab(
        ok, odd_zips.build([odd_zips.Member(b"a.txt", bad)]))
    yield "cab, reserved area with a 7z", cab(ok, seven(bad))
    yield "cab, has a previous one", cab(bad, flags=1)
    yield "cab, has a next one", cab(bad, flags=2)
    both = {"a.txt": bad, "b.txt": ok}
    for words in (["-J", "-hide-joliet", "a.txt"], ["-J", "-hide", "a.txt"],
                  ["-J", "-r", "-hide", "a.txt"], ["-r", "-hide", "a.txt"],
                  ["-J", "-r", "-hide-joliet", "a.txt"],
                  ["-udf", "-hide", "a.txt"], ["-hfs"], ["-l", "-U"],
                  ["-udf", "-J", "-hide", "a.txt"]):
        yield "iso %s" % " ".join(words), iso(both, *words)
    plain = iso(both, "-J", "-r")
    for sector in (16, 17, 18):
        at = sector * 2048
        yield "iso, sector %d wiped" % sector, plain[:at] + bytes(2048) + \
            plain[at + 2048:]
    zipped = odd_zips.build([odd_zips.Member(b"a.txt", bad)])
    quiet = iso({"b.txt": ok})
    yield "iso with a 7z in its first sectors", seven(bad).ljust(
        32768, b"\0") + quiet[32768:]
    yield "iso with a tar in its first sectors", plain_tar(bad).ljust(
        32768, b"\0") + quiet[32768:]
    yield "iso with a gz in its first sectors", gz(bad).ljust(
        32768, b"\0") + quiet[32768:]
    yield "iso with a rar in its first sectors", rar(bad).ljust(
        32768, b"\0") + quiet[32768:]
    yield "iso with a cpio in its first sectors", cpio("newc", bad).ljust(
        32768, b"\0") + quiet[32768:]
    bad_iso = iso({"a.txt": bad})
    yield "iso in a tar, at its place", tar_header(
        b"b", len(bad_iso) - 512) + padded(bad_iso[512:]) + END
    yield "iso behind a gz, at its place", gz(ok).ljust(
        32768, b"\0") + bad_iso[32768:]
    yield "iso behind a 7z, at its place", seven(ok).ljust(
        32768, b"\0") + bad_iso[32768:]
    name = b"Rar!\x1a\7\0"
    yield "tar whose first name is a rar's mark", tar(tar_member(name, bad))
    yield "tar whose first name is a 7z's mark", tar(tar_member(
        b"7z\xbc\xaf\x27\x1c", bad))
    for mark in (b"\x1f\x8b\x08", b"BZh9", b"MSCF", b"!<arch>\n", b"070701",
                 b"xar!", b"PK\3\4", b"MZ", b"\x7fELF", b"%PDF-1.4",
                 b"\x60\xea", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ", b"LZIP",
                 b"]", b"\xff\xd8\xff\xe0", b"GIF89a", b"\x89PNG\r\n\x1a\n"):
        yield "tar whose first name is %r" % mark, tar(tar_member(mark, bad))
    yield "ar, name too long", ar(bad, b"n" * 16)
    yield "ar, BSD name", ar(b"a.txt" + bad, b"#1/5")
    yield "ar, name table", ar(b"a.txt/\n", b"//") + ar(bad, b"/0")[8:]
    yield "ar, odd, no padding", ar(ok + b"x")[:-1] + ar(bad)[8:]
    yield "deb", ar(b"2.0\n", b"debian-binary") + ar(
        gz(plain_tar(ok)), b"control.tar.gz")[8:] + ar(
        lzma.compress(plain_tar(bad)), b"data.tar.xz")[8:]
    for kind in ("newc", "odc", "bin"):
        two = cpio(kind, ok)
        yield "%s cpio, two" % kind, two + cpio(kind, bad)
        yield "%s cpio, two, no padding" % kind, two.rstrip(
            b"\0") + b"\0" * 4 + cpio(kind, bad)
        data = cpio(kind, bad)
        yield "%s cpio without an end" % kind, data[:data.find(
            b"TRAILER") - (110 if kind == "newc" else 76 if kind == "odc"
                           else 26)]
    crc = cpio("newc", bad).replace(b"070701", b"070702")
    yield "crc cpio, wrong check", crc
    yield "zst, skippable frame first", b"\x50\x2a\x4d\x18" + struct.pack(
        "<I", 9) + b"skip this" + STREAMS["zst"](bad)
    yield "zst, skippable frame behind", STREAMS["zst"](
        ok) + b"\x5f\x2a\x4d\x18" + struct.pack("<I", 9) + b"skip this" + \
        STREAMS["zst"](bad)
    yield "zst, in a skippable frame", b"\x50\x2a\x4d\x18" + struct.pack(
        "<I", len(gz(bad))) + gz(bad) + STREAMS["zst"](ok)
    yield "zst, no check", by(["zstd", "-qc", "--no-check"], bad)
    yield "lz4, skippable frame first", b"\x50\x2a\x4d\x18" + struct.pack(
        "<I", 9) + b"skip this" + STREAMS["lz4"](bad)
    yield "lz4, old kind", by(["lz4", "-qlc"], bad)
    yield "lz4, old kind, two", by(["lz4", "-qlc"], ok) + by(
        ["lz4", "-qlc"], bad)
    yield "xz, padded by 4", lzma.compress(ok) + bytes(4) + lzma.compress(bad)
    yield "xz, padded by 3", lzma.compress(ok) + bytes(3) + lzma.compress(bad)
    for check in (lzma.CHECK_NONE, lzma.CHECK_CRC32, lzma.CHECK_SHA256):
        data = lzma.compress(bad, check=check)
        yield "xz, check %d" % check, data
        at = len(data) // 2
        yield "xz, check %d, other byte" % check, data[:at] + bytes(
            [data[at] ^ 1]) + data[at + 1:]
    yield "xz, wrong end", lzma.compress(bad)[:-2] + b"ZZ"
    yield "xz, first has a wrong end", lzma.compress(
        ok)[:-2] + b"ZZ" + lzma.compress(bad)
    yield "xz, empty first", lzma.compress(b"") + lzma.compress(bad)
    yield "bz2, wrong check", bz2.compress(bad)[:-3] + b"abc"
    yield "bz2, empty first", bz2.compress(b"") + bz2.compress(bad)
    yield "lz, wrong check", lzip(bad)[:-20] + b"\1\2\3\4" + lzip(bad)[-16:]
    alone = STREAMS["lzma"](bad)
    yield "lzma, size too small", alone[:5] + struct.pack("<Q", 9) + alone[13:]
    yield "lzma, size too long", alone[:5] + struct.pack(
        "<Q", 9999) + alone[13:]
    yield "lzma, size known", alone[:5] + struct.pack(
        "<Q", len(bad)) + alone[13:]
    yield from lzma_halves(bad)
    yield "zip behind a gz, and in it", gz(zipped) + zipped


def lzma_halves(data):
    a, b = data[:len(data) // 2], data[len(data) // 2:]
    alone, xz = STREAMS["lzma"], STREAMS["xz"]
    sized = alone(a)[:5] + struct.pack("<Q", len(a)) + alone(a)[13:]
    yield "lzma, two halves", alone(a) + alone(b)
    yield "lzma, two halves, size known", sized + alone(b)
    yield "lzma, two halves, zeros between", alone(a) + bytes(18) + alone(b)
    yield "lzma and xz, two halves", alone(a) + xz(b)
    yield "xz and lzma, two halves", xz(a) + alone(b)


def apples(bad, ok):
    return apple.odd(plain_tar(bad), plain_tar(ok))


def odd(bad, ok):
    """Yields (name, bytes), of which bad can be got out by somebody."""
    yield from gzips(bad, ok)
    yield from tars(bad, ok)
    yield from sevens(bad, ok)
    yield from others(bad, ok)
    yield from around(bad, ok)
    yield from apples(bad, ok)
