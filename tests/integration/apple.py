# SPDX-License-Identifier: GPL-2.0-only
"""Disk images as Apple's programs write them: a partition in packed runs of
sectors, a list of these, and a trailer."""

import base64
import bz2
import lzma
import struct
import zlib

SECTOR = 512
RUN = 64                        # sectors
END = 0xffffffff


def adc(data):
    """Nothing but literals."""
    return b"".join(bytes([0x7f + len(data[i:i + 128])]) + data[i:i + 128]
                    for i in range(0, len(data), 128))


def lzfse(data):
    """One block that is not packed, and the end."""
    return b"bvx-" + struct.pack("<I", len(data)) + data + b"bvx$"


KINDS = {
    "raw": (1, bytes), "ADC": (0x80000004, adc),
    "zlib": (0x80000005, zlib.compress), "bzip2": (0x80000006, bz2.compress),
    "lzfse": (0x80000007, lzfse), "xz": (0x80000008, lzma.compress),
}


def padded(data):
    return data + bytes(-len(data) % SECTOR)


def runs(data, kind, at=0):
    """(what is packed, the entries of the table)."""
    number, pack = KINDS[kind]
    out, entries, first = b"", [], 0
    for i in range(0, len(data), RUN * SECTOR):
        piece = data[i:i + RUN * SECTOR]
        packed, count = pack(piece), len(piece) // SECTOR
        if piece.count(0) == len(piece):
            entries.append((2, 0, first, count, 0, 0))
        else:
            entries.append((number, 0, first, count, at + len(out),
                            len(packed)))
            out += packed
        first += count
    return out, entries + [(END, 0, first, 0, at + len(out), 0)]


def table(entries, start=0):
    sectors = sum(e[3] for e in entries)
    head = struct.pack(">4sIQQQIi24xII128xI", b"mish", 1, 0, sectors, start,
                       RUN + 8, 0, 2, 0, len(entries))
    return head + b"".join(struct.pack(">IIQQQQ", *e) for e in entries)


def xml(*tables, name="Apple_HFS", before=""):
    entries = "".join(
        "<dict><key>Attributes</key><string>0x0050</string><key>Data</key>"
        "<data>\n%s</data><key>ID</key><string>%d</string><key>Name</key>"
        "<string>disk image (%s : %d)</string></dict>" % (
            base64.encodebytes(t).decode(), i, name, i)
        for i, t in enumerate(tables))
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0">'
            "%s<dict><key>resource-fork</key><dict><key>blkx</key><array>%s"
            "</array></dict></dict></plist>\n" % (before, entries)).encode()


def trailer(data, list_, sectors, resources=(0, 0)):
    """Each but sectors: (offset, length)."""
    return struct.pack(
        ">4sIIIQQQQQII16xII128xQQ120xII128xIQ12x", b"koly", 4, 512, 1, 0,
        *data, *resources, 1, 1, 0, 0, *list_, 0, 0, 1, sectors)


def image(data, kind="zlib", **more):
    """Of one partition."""
    data = padded(data)
    packed, entries = runs(data, kind)
    list_ = xml(table(entries), **more)
    return packed + list_ + trailer((0, len(packed)), (len(packed), len(
        list_)), len(data) // SECTOR)


def in_front(data, kind="zlib"):
    """As very old ones."""
    data = padded(data)
    packed, entries = runs(data, kind)
    list_ = xml(table(entries))
    return trailer((512, len(packed)), (512 + len(packed), len(list_)),
                   len(data) // SECTOR) + packed + list_


def by_resources(data, kind="zlib"):
    """With a resource fork in the place of the list."""
    data = padded(data)
    packed, entries = runs(data, kind)
    block = table(entries)
    block = struct.pack(">I", len(block)) + block
    name = b"disk image (Apple_HFS : 1)"
    head = struct.pack(">IIII", 256, 256 + len(block), len(block), 0)
    names = bytes([len(name)]) + name
    foot = struct.pack(">8xHHH", 0x1c, 0x1c + 2 + 8 + 12, 0) + struct.pack(
        ">4sHH", b"blkx", 0, 2 + 8) + struct.pack(">HHII", 0, 0, 0x50000000,
                                                  0)
    head = head[:12] + struct.pack(">I", 16 + len(foot) + len(names))
    fork = head.ljust(256, b"\0") + block + head + foot + names
    return packed + fork + trailer((0, len(packed)), (0, 0), len(
        data) // SECTOR, (len(packed), len(fork)))


def several(data, other, kind="zlib"):
    """Another partition is in front of it."""
    first, entries = runs(padded(other), kind)
    second, more = runs(padded(data), kind)
    list_ = xml(table(entries), table(more, len(first)))
    packed = first + second
    return packed + list_ + trailer((0, len(packed)), (len(packed), len(
        list_)), (len(padded(other)) + len(padded(data))) // SECTOR)


def odd(bad, ok):
    """(name, image): with `bad` or `ok` as its partition."""
    for kind in KINDS:
        yield "dmg, " + kind, image(bad, kind)
        yield "dmg, a byte in front, " + kind, b"\n" + image(bad, kind)
        yield "dmg, trailer in front, " + kind, in_front(bad, kind)
        yield "dmg, by resources, " + kind, by_resources(bad, kind)
        yield "dmg, second partition, " + kind, several(bad, ok, kind)
        yield "dmg, bytes behind it, " + kind, image(bad, kind) + bytes(700)
        yield "dmg, a remark in its list, " + kind, image(
            bad, kind, before="<!-- a --><dict/><string>b</string>")
        yield "dmg, behind a program, " + kind, b"MZ" + bytes(900) + image(
            bad, kind)
