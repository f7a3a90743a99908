# SPDX-License-Identifier: GPL-2.0-only
"""Programs and films of which 7z takes out each part as a file of its own: a
section, a segment, a resource, a tag. To who scans the whole it is a part."""

import struct
import zlib

from case import Case

GROUP = "parts of programs"


def elf(order="<", wide=True, section=True):
    """One section, or one segment."""
    word = "Q" if wide else "I"
    sizes = [struct.calcsize(order + form) for form in (
        "16sHHI" + word * 3 + "IHHHHHH", "IIQQQQQQ" if wide else "8I",
        "IIQQQQIIQQ" if wide else "10I")]

    def make(data):
        at = sizes[0] + (0 if section else sizes[1])
        rows = [(0,) * 10, (1, 1, 2, 0, at, len(data), 0, 0, 1, 0),
                (7, 3, 0, 0, at + len(data), 14, 0, 0, 1, 0)]
        names = b"\0.data\0.names\0"
        names += bytes(-(at + len(data) + len(names)) % 8)
        end = at + len(data) + len(names)
        head = struct.pack(
            order + "16sHHI" + word * 3 + "IHHHHHH", b"\x7fELF" + bytes([
                2 if wide else 1, 1 if order == "<" else 2, 1]), 2,
            62 if wide else 3, 1, 0, 0 if section else sizes[0],
            end if section else 0, 0, sizes[0], sizes[1],
            0 if section else 1, sizes[2] if section else 0,
            3 if section else 0, 2 if section else 0)
        if not section:
            row = (1, 4, at, 0, 0, len(data), len(data), 1) if wide else (
                1, at, 0, 0, len(data), len(data), 4, 1)
            return head + struct.pack(
                order + ("IIQQQQQQ" if wide else "8I"), *row) + data
        return head + data + names + b"".join(struct.pack(
            order + ("IIQQQQIIQQ" if wide else "10I"), *row) for row in rows)
    return make


FILE = 0x200            # where the first section of a PE begins
VIRTUAL = 0x1000


def row(name, size, at, flags=0x40000040):
    return struct.pack("<8sIIIIIIHHI", name, size, VIRTUAL, size, at, 0, 0, 0,
                       0, flags)


def pe(section, wide=False, resources=0, behind=b"", certificates=0):
    """One section, and what is to lie behind it."""
    size = len(section) + -len(section) % FILE
    form = "<HBBIIIII" + ("" if wide else "I") + (
        "Q" if wide else "I") + "IIHHHHHHIIIIHH" + ("QQQQ" if wide else
                                                    "IIII") + "II"
    middle = (0x20b if wide else 0x10b, 1, 0, 0, size, 0, VIRTUAL, VIRTUAL)
    middle += (() if wide else (VIRTUAL,)) + (
        0x400000, VIRTUAL, FILE, 4, 0, 0, 0, 4, 0, 0, 2 * VIRTUAL, FILE, 0,
        3, 0, 0x100000, VIRTUAL, 0x100000, VIRTUAL, 0, 16)
    tables = [(0, 0)] * 16
    if resources:
        tables[2] = (VIRTUAL, resources)
    if certificates:
        tables[4] = (FILE + size, certificates)
    optional = struct.pack(form, *middle) + b"".join(
        struct.pack("<II", *table) for table in tables)
    head = b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + struct.pack(
        "<HHIIIHH", 0x8664 if wide else 0x14c, 1, 0, 0, 0, len(optional),
        0x102) + optional + row(
            b".rsrc" if resources else b".data", size, FILE)
    return head + bytes(FILE - len(head)) + section + bytes(
        size - len(section)) + behind


def resource(data):
    """Of a kind that programs use for data of their own: RCDATA, 1."""
    out = b""
    for number, deeper in ((10, True), (1, True), (1033, False)):
        after = len(out) + 24
        out += struct.pack("<IIHHHHII", 0, 0, 0, 0, 0, 1, number,
                           after | (1 << 31 if deeper else 0))
    out += struct.pack("<IIII", VIRTUAL + len(out) + 16, len(data), 0, 0)
    return pe(out + data, resources=len(out) + len(data))


def certificate(data):
    return pe(b"\xcc" * 64, behind=data, certificates=len(data))


def obj(data):
    """An object: it has a symbol."""
    at = 20 + 40
    return struct.pack("<HHIIIHH", 0x8664, 1, 0, at + len(data), 1, 0, 0) \
        + row(b".data", len(data), at) + data + struct.pack(
            "<8sIhHBBI", b".data", 0, 1, 0, 3, 0, 4)


def te(data):
    cut = 0x100
    at = 40 + 40
    return b"VZ" + struct.pack(
        "<HBBHIIQ", 0x8664, 1, 11, cut, VIRTUAL, VIRTUAL, 0) + bytes(16) + row(
            b".data", len(data), at + cut - 40) + data


def macho(order="<", wide=True, section=True):
    sizes = (72, 80) if wide else (56, 68)
    word = "Q" if wide else "I"

    def make(data):
        length = sizes[0] + sizes[1] * section
        head = struct.pack(order + "IIIIIII", 0xfeedface + wide,
                           0x1000007 if wide else 7, 3, 1, 1, length, 0)
        head += bytes(4 if wide else 0)
        at = len(head) + length
        segment = struct.pack(
            order + "II16s" + 4 * word + "IIII", 0x19 if wide else 1, length,
            b"__DATA", 0, VIRTUAL, at, len(data), 3, 3, int(section), 0)
        return head + segment + (struct.pack(
            order + "16s16s" + 2 * word + "I" * (8 if wide else 7),
            b"__data", b"__DATA", 0, len(data), at, 0, 0, 0, 0, 0,
            *((0, 0) if wide else (0,))) if section else b"") + data
    return make


def universal(order=">", mark=0xcafebabe):
    def make(data):
        inner = macho()(data)
        return struct.pack(order + "IIIIIII", mark, 1, 0x1000007, 3, 4096,
                           len(inner), 12) + bytes(4096 - 28) + inner
    return make


EFI = universal("<", 0x0ef1fab9)


def swf(data):
    tags = struct.pack("<HI", 77 << 6 | 63, len(data)) + data + bytes(2)
    return b"FWS\x0a" + struct.pack("<I", len(tags) + 13) + bytes(
        [0, 0, 1, 1, 0]) + tags


def packed_swf(data):
    plain = swf(data)
    return b"CWS" + plain[3:8] + zlib.compress(plain[8:])


def flv(kind):
    """In two tags."""
    def make(data):
        out = b"FLV\1\5\0\0\0\x09" + bytes(4)
        for piece in (data[:20], data[20:]):
            piece = b"\x2f" + piece
            out += bytes([kind]) + len(piece).to_bytes(3, "big") + bytes(
                7) + piece + (len(piece) + 11).to_bytes(4, "big")
        return out
    return make


PARTS = [("ELF, %s of %d bits%s" % (
    "a section" if section else "a segment", 64 if wide else 32,
    "" if order == "<" else ", the highest byte first"),
          elf(order, wide, section))
         for order in "<>" for wide in (True, False)
         for section in (True, False)]
PARTS += [("Mach-O, %s of %d bits%s" % (
    "a section" if section else "a segment", 64 if wide else 32,
    "" if order == "<" else ", the highest byte first"),
           macho(order, wide, section))
          for order in "<>" for wide in (True, False)
          for section in (True, False)]
PARTS += [
    ("PE, a section", pe), ("PE of 64 bits, a section", lambda d: pe(d, True)),
    ("PE, a resource", resource), ("PE, a certificate", certificate),
    ("PE, what lies behind it", lambda d: pe(b"\xcc" * 64, behind=d)),
    ("COFF, a section", obj), ("TE, a section", te),
    ("Mach-O for several machines", universal()),
    ("a program for several machines with EFI", EFI),
    ("Mach-O for several machines, behind a byte",
     lambda d: b"x" + universal()(d)),
    ("a program for several machines with EFI, behind a byte",
     lambda d: b"x" + EFI(d)),
    ("SWF, a tag", swf), ("SWF by zlib, a tag", packed_swf),
    ("FLV, sound", flv(8)), ("FLV, pictures", flv(9)),
]


def cases():
    return [Case(GROUP, name, make) for name, make in PARTS]
