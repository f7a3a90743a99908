# SPDX-License-Identifier: GPL-2.0-only
"""Containers that look odd and that honest tools write every day."""

import bz2
import gzip
import lzma
import struct
import zlib

import lab
import odd_containers as odd
import odd_zips

SFX = "/usr/lib/p7zip/7zCon.sfx"


def bgzip_block(data):
    """gzip with its own length in a field, so that it can be entered."""
    packed = odd_zips.squeeze(odd_zips.DEFLATED, data)
    field = struct.pack("<H2sHH", 6, b"BC", 2, len(packed) + 25)
    return odd.gz(data, 4, field)


def pieces(data, size=200):
    return [data[i:i + size] for i in range(0, len(data), size)]


def pigz(data):
    """Blocks that end on a byte, one after the other."""
    c = zlib.compressobj(9, wbits=31)
    return b"".join(c.compress(p) + c.flush(zlib.Z_SYNC_FLUSH)
                    for p in pieces(data)) + c.flush()


def rpm(data):
    empty = b"\x8e\xad\xe8\1" + bytes(12)
    return b"\xed\xab\xee\xdb\3\0\0\0\0\1" + b"name".ljust(66, b"\0") + \
        b"\0\1\0\5" + bytes(16) + empty + empty + gzip.compress(
            odd.cpio("newc", data))


def deb(data):
    def tar(name):
        return odd.tar(odd.tar_header(b"./", 0, kind=b"5"),
                       odd.tar_member(name, data))
    return odd.ar(b"2.0\n", b"debian-binary") + odd.ar(
        lzma.compress(tar(b"./control")), b"control.tar.xz")[8:] + odd.ar(
        odd.STREAMS["zst"](tar(b"./usr/a")), b"data.tar.zst")[8:]


def apk(members):
    """With the block of signatures that Android puts before the directory."""
    block = struct.pack("<Q", 24 + 4) + b"sign" + struct.pack(
        "<Q", 24 + 4) + b"APK Sig Block 42"
    last = members[-1]
    last.gap = block
    return odd_zips.build(members)


def jar(data):
    return odd_zips.build([odd_zips.Member(
        b"META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\r\n\r\n",
        local={"extra": b"\xfe\xca\0\0"}), odd_zips.Member(b"A.class", data)])


def docx(data):
    return odd_zips.build([odd_zips.Member(
        b"[Content_Types].xml", b"<?xml version='1.0'?><Types/>"),
        odd_zips.Member(b"word/document.xml", data)])


def makeself(packed):
    return b"#!/bin/sh\n# This script was generated using Makeself\n" + \
        b"tail -n +9 \"$0\" | gzip -cd | tar xf -\nexit 0\n" * 3 + packed


def of(data):
    """Yields (name, bytes)."""
    tar, cpio = odd.plain_tar(data), odd.cpio("newc", data)
    half = len(data) // 2
    yield "cat a.gz b.gz", gzip.compress(data[:half]) + gzip.compress(
        data[half:])
    yield "gz of nothing, and of it", gzip.compress(b"") + gzip.compress(
        data)
    yield "bgzip", b"".join(map(bgzip_block, pieces(data) + [b""]))
    yield "pigz", pigz(data)
    yield "pbzip2", b"".join(map(bz2.compress, pieces(data)))
    yield "gz, rsyncable, many", b"".join(map(gzip.compress, pieces(data, 50)))
    yield "gz, on a tape", b"".join(
        odd.padded(gzip.compress(piece)) for piece in pieces(data))
    yield "gz, padded", gzip.compress(data) + bytes(512)
    yield "tar, padded to 10 KB", odd.padded(tar, 10240)
    yield "tar, padded by 1 MB", tar + bytes(1 << 20)
    yield "tar.gz, padded by 1 MB", gzip.compress(tar + bytes(1 << 20))
    yield "tar, sizes with blanks", odd.tar(odd.tar_member(
        b"a", data, size_field=b"%11o " % len(data)))
    yield "tar with pax and long names", odd.tar(
        odd.pax([(b"path", b"n" * 300), (b"mtime", b"1.5")]),
        odd.tar_member(b"n" * 99, data),
        odd.tar_member(b"././@LongLink", b"m" * 300 + b"\0", kind=b"L"),
        odd.tar_member(b"m" * 99, data))
    yield "tar with links and folders", odd.tar(
        odd.tar_header(b"d/", 0, kind=b"5"), odd.tar_member(b"d/a", data),
        odd.tar_header(b"d/l", 0, kind=b"1", link=b"d/a"),
        odd.tar_header(b"d/s", 0, kind=b"2", link=b"a"),
        odd.tar_header(b"d/f", 0, kind=b"6"))
    yield "tar of a tar.gz, a 7z and an iso", odd.tar(
        odd.tar_member(b"a.tar.gz", gzip.compress(tar)),
        odd.tar_member(b"a.7z", odd.seven(data)),
        odd.tar_member(b"a.iso", odd.iso({"a": data})))
    yield "deb", deb(data)
    yield "rpm", rpm(data)
    yield "initrd", odd.padded(cpio, 512) + gzip.compress(cpio)
    yield "initrd with two in front", odd.padded(cpio) + odd.padded(
        cpio, 4096) + odd.STREAMS["zst"](cpio)
    yield "xz, padded by 4", lzma.compress(data) + bytes(4) + lzma.compress(
        data)
    yield "zst, two frames", odd.STREAMS["zst"](data) * 2
    yield "lz4, two frames", odd.STREAMS["lz4"](data) * 2
    yield "pzstd", b"\x50\x2a\x4d\x18\4\0\0\0\x99\0\0\0" + \
        odd.STREAMS["zst"](data)
    yield "7z that opens itself", lab.read(SFX) + odd.seven(data)
    yield "rar that opens itself", lab.read(SFX) + odd.rar(data)
    yield "script and tar.gz", makeself(gzip.compress(tar))
    yield "script and tar.xz", makeself(lzma.compress(tar))
    yield "script and zip", makeself(odd.ARCHIVES["zip"](data))
    yield "program with a gz in it", lab.read(SFX) + gzip.compress(
        data) + bytes(512) + b"more of the program" * 99
    yield "program with a cut gz in it", lab.read(SFX) + gzip.compress(
        data)[:-9] + b"more of the program" * 99
    yield "text that names marks", b"7z BZh9 Rar! MSCF xar! ustar CD001 " * 9
    yield "jar", jar(data)
    yield "docx", docx(data)
    yield "apk", apk([odd_zips.Member(b"AndroidManifest.xml", data),
                      odd_zips.Member(b"classes.dex", data)])
    yield "cab with a signature behind it", odd.cab(data) + b"\x30\x82" * 300
    yield "iso, both trees", odd.iso({"a.txt": data}, "-J", "-r", "-udf")
