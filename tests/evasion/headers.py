# SPDX-License-Identifier: GPL-2.0-only
"""Files in the heads of containers: names, remarks, records. libarchive passes
over them; a reader that refuses the container for them, or finds no file in
it, looks for others in there."""

import gzip
import io
import struct
import tarfile
import zlib

from case import NAMED, Case, packed_by
from packed import gzipped

GROUP = "heads of containers"
SEVEN = packed_by("o.7z", "7z", "a", "-bd", "o.7z", "{in}")


def tarred(data):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as t:
        info = tarfile.TarInfo("file.com")
        info.size = len(data)
        t.addfile(info, io.BytesIO(data))
    return out.getvalue()[:1536]


def gz(inner):
    return (b"\x1f\x8b\x08\4\0\0\0\0\0\3" + struct.pack("<H", len(inner))
            + inner + gzip.compress(b"words")[10:])


def second_gz(inner):
    return gzip.compress(b"some") + gz(inner)


def warc(kind, *lines):
    def make(inner):
        head = ["WARC/1.0", "WARC-Type: " + kind, *lines,
                "WARC-Date: 2026-01-01T00:00:00Z", "WARC-Record-ID: <urn:u:1>",
                "Content-Length: %d" % len(inner), "", ""]
        return "\r\n".join(head).encode() + inner + b"\r\n\r\n"
    return make


def warc_line(inner):
    return (b"WARC/1.0\r\nWARC-Type: warcinfo\r\nX: " + inner
            + b"\r\nWARC-Date: 2026-01-01T00:00:00Z\r\nWARC-Record-ID: "
            b"<urn:u:1>\r\nContent-Length: 2\r\n\r\nhi\r\n\r\n")


def newc(name, content=b"", end=b"\0"):
    out = b"070701" + b"".join(b"%08x" % n for n in (
        1, 0o100644, 0, 0, 1, 0, len(content), 0, 0, 0, 0,
        len(name) + len(end), 0)) + name + end
    out += bytes(-len(out) % 4) + content
    return out + bytes(-len(out) % 4)


def odc(name, content=b""):
    return b"070707" + b"".join(b"%06o" % n for n in (
        1, 1, 0o100644, 0, 0, 1, 0)) + b"%011o%06o%011o" % (
            0, len(name) + 1, len(content)) + name + b"\0" + content


def binary(name, content=b""):
    out = struct.pack("<13H", 0o70707, 1, 1, 0o100644, 0, 0, 1, 0, 0, 0,
                      len(name) + 1, 0, len(content)) + name + b"\0"
    out += bytes(len(out) % 2) + content
    return out + bytes(len(out) % 2)


def cpio(head):
    return lambda inner: head(b"x\0" + inner, b"hi") + head(b"TRAILER!!!")


def cpio_open(inner):
    return newc(b"x\0" + inner, b"hi", b"") + newc(b"TRAILER!!!")


def ar(date=b"0", mode=b"100644"):
    def make(inner):
        name = inner + b"\0" * (len(inner) % 2)
        return b"!<arch>\n" + b"%-16s%-12s%-6s%-6s%-8s%-10d`\n" % (
            b"#1/%d" % len(name), date, b"0", b"0", mode,
            len(name) + 2) + name + b"hi"
    return make


def header(kind, name, size, mode=b"\x80\0\0\0\0\0\0\1"):
    out = bytearray(name.ljust(100, b"\0") + mode + b"0000000\0" * 2
                    + b"%011o\0" % size + b"00000000000\0" + b" " * 8 + kind
                    + bytes(100) + b"ustar\00000" + bytes(247))
    out[148:156] = b"%06o\0 " % sum(out)
    return bytes(out)


def padded(data):
    return data + bytes(-len(data) % 512)


def pax(key, before=b""):
    def make(inner):
        value = before + inner
        length = len(key) + len(value) + 3
        while len(b"%d" % length) + len(key) + len(value) + 3 != length:
            length = len(b"%d" % length) + len(key) + len(value) + 3
        record = b"%d %s=%s\n" % (length, key, value)
        return (header(b"x", b"pax", len(record)) + padded(record)
                + header(b"0", b"x", 2) + padded(b"hi") + bytes(1024))
    return make


def empty_seven(inner):
    """Of which libarchive believes that there is nothing in it."""
    return b"7z\xbc\xaf'\x1c\0\4" + inner


def vint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def rar_block(kind, body, data=b""):
    block = vint(kind) + body
    block = vint(len(block)) + block
    return struct.pack("<I", zlib.crc32(block)) + block + data


def rar_file(kind, name, data, flags=2, packing=0):
    body = vint(flags) + vint(len(data)) + vint(4) + vint(len(data)) + vint(
        32) + struct.pack("<I", zlib.crc32(data)) + vint(packing) + vint(
            1) + vint(len(name)) + name
    return rar_block(kind, body, data)


def rar(packing=0):
    return lambda data: (
        b"Rar!\x1a\7\1\0" + rar_block(1, vint(0) + vint(0))
        + rar_file(2, b"a.bin", b"words")
        + rar_file(3, b"STM", data, packing=packing)
        + rar_block(5, vint(0) + vint(0)))


# Of another container, which holds the file.
CARRIERS = [
    ("gzip, an extra field", gz),
    ("gzip, an extra field of the second member", second_gz),
    ("WARC, metadata", warc("metadata")),
    ("WARC, a request", warc("request")),
    ("WARC, a resource with no address", warc("resource")),
    ("WARC, a line", warc_line),
    ("cpio newc, a name", cpio(newc)), ("cpio odc, a name", cpio(odc)),
    ("cpio newc, a name with no end", cpio_open),
    ("old cpio, a name", cpio(binary)),
    ("ar, a BSD name, a date of letters", ar(date=b"xyz")),
    ("ar, a BSD name, a mode of nines", ar(mode=b"999")),
    ("tar, a remark", pax(b"comment")), ("tar, a name", pax(b"path", b"a")),
]
INNER = [("a 7z", SEVEN), ("a gzip", gzipped), ("a tar", tarred)]


def cases():
    for name, outer in CARRIERS:
        for what, inner in INNER:
            yield Case(GROUP, "%s: %s" % (name, what),
                       lambda d, o=outer, i=inner: o(i(d)))
        yield Case(GROUP, name + ": a gzip, behind a line",
                   lambda d, o=outer: b"hello\n" + o(gzipped(d)))
    yield Case(GROUP, "7z, an empty one: a tar",
               lambda d: empty_seven(tarred(d)))
    for front, first in ("", b""), (", behind a line", b"hello\n"):
        yield Case(GROUP, "RAR 5, an alternate stream" + front,
                   lambda d, f=first: f + rar()(d))
        yield Case(GROUP, "RAR 5, an alternate stream, packed" + front,
                   lambda d, f=first: f + rar(0x80)(d), allowed=NAMED,
                   twin=False)
