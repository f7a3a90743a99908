# SPDX-License-Identifier: GPL-2.0-only
"""Zip archives that readers read differently, byte by byte."""

import bz2
import lzma
import struct
import subprocess
import tempfile
import zlib

STORED, DEFLATED = 0, 8


def squeeze(method, data):
    if method == DEFLATED:
        c = zlib.compressobj(9, wbits=-15)
        return c.compress(data) + c.flush()
    if method == 12:
        return bz2.compress(data)
    if method == 14:
        alone = lzma.compress(data, lzma.FORMAT_ALONE)
        return struct.pack("<BBH", 9, 20, 5) + alone[:5] + alone[13:]
    if method == 93:
        return subprocess.run(["zstd", "-qc"], input=data, check=True,
                              stdout=subprocess.PIPE).stdout
    if method == 95:
        return lzma.compress(data)
    return data


class Member:
    """What its own header and the directory say of it, all to be changed:
    local=..., central=... name fields."""

    def __init__(self, name, data, method=DEFLATED, local=None, central=None,
                 body=None, tail=b"", gap=b""):
        packed = squeeze(method, data) if body is None else body
        self.packed, self.tail, self.gap = packed, tail, gap
        says = {"version": 20, "flags": 0, "method": method, "time": 0x6000,
                "date": 0x5a21, "crc": zlib.crc32(data),
                "packed": len(packed), "size": len(data), "name": name,
                "extra": b"", "mark": None, "offset": None, "comment": b"",
                "made": 0, "attributes": 0}
        self.local = dict(says, **(local or {}))
        self.central = dict(says, **(central or {}))

    def own_header(self):
        h = self.local
        return (h["mark"] or b"PK\3\4") + struct.pack(
            "<HHHHHIIIHH", h["version"], h["flags"], h["method"], h["time"],
            h["date"], h["crc"], h["packed"], h["size"], len(h["name"]),
            len(h["extra"])) + h["name"] + h["extra"]

    def entry(self, offset):
        h = self.central
        return (h["mark"] or b"PK\1\2") + struct.pack(
            "<HHHHHHIIIHHHHHII", 20 | h["made"] << 8, h["version"],
            h["flags"], h["method"], h["time"], h["date"], h["crc"],
            h["packed"], h["size"], len(h["name"]), len(h["extra"]),
            len(h["comment"]), 0, 0, h["attributes"], offset if h["offset"] is None else h["offset"]
        ) + h["name"] + h["extra"] + h["comment"]


def end(count, size, offset, comment=b"", total=None, disk=0, length=None):
    return b"PK\5\6" + struct.pack(
        "<HHHHIIH", disk, disk, count, count if total is None else total, size,
        offset, len(comment) if length is None else length) + comment


def build(members, prefix=b"", base=0, listed=None, after=b"", **says):
    """base: what is added to each offset. listed: members that the directory
    names, else all."""
    out, places = prefix, {}
    for m in members:
        places[id(m)] = len(out) - len(prefix) + base
        out += m.own_header() + m.packed + m.tail + m.gap
    listed = members if listed is None else listed
    entries = b"".join(m.entry(places.get(id(m), 0)) for m in listed)
    given = {"count": len(listed), "size": len(entries),
             "offset": len(out) - len(prefix) + base}
    return out + entries + end(**dict(given, **says)) + after


def descriptor(data, packed, mark=b"PK\7\10"):
    return mark + struct.pack("<III", zlib.crc32(data), packed, len(data))


def streamed(name, data, method, mark):
    packed = squeeze(method, data)
    m = Member(name, data, method, {"flags": 8, "packed": 0, "size": 0,
                                    "crc": 0}, {"flags": 8})
    m.tail = descriptor(data, len(packed), mark)
    return m


def zip64(m, count=0xffff, end64_count=1, size=None, offset=None):
    body = m.own_header() + m.packed
    entry = m.entry(0)
    e64 = b"PK\6\6" + struct.pack(
        "<QHHIIQQQQ", 44, 45, 45, 0, 0, end64_count, end64_count, len(entry),
        len(body))
    where = b"PK\6\7" + struct.pack("<IQI", 0, len(body) + len(entry), 1)
    return body + entry + e64 + where + end(
        count, 0xffffffff if size is None else size,
        0xffffffff if offset is None else offset)


def wide_member(name, data, method):
    packed = squeeze(method, data)
    extra = struct.pack("<HHQQ", 1, 16, len(data), len(packed))
    none = {"packed": 0xffffffff, "size": 0xffffffff, "extra": extra}
    return Member(name, data, method, none, none)


def seven(method, data):
    """One member, as 7z packs it, for what Python cannot: its data are cut out
    of its zip."""
    with tempfile.TemporaryDirectory() as place:
        with open(place + "/in", "wb") as f:
            f.write(data)
        subprocess.run(["7z", "a", "-mm=" + method, "out.zip", "in"],
                       cwd=place, check=True, stdout=subprocess.DEVNULL)
        with open(place + "/out.zip", "rb") as f:
            whole = f.read()
    _, _, _, _, _, _, _, packed, _, name, extra = struct.unpack_from(
        "<IHHHHHIIIHH", whole)
    start = 30 + name + extra
    return whole[start:start + packed]


OTHERS = (9, 12, 14, 93, 95, 98)
FOLDERS = (0x10, 0o040755 << 16, 0o060644 << 16)


def packed(name, data, method, local=None, central=None, **kept):
    maker = {9: "Deflate64", 98: "PPMd"}.get(method)
    body = seven(maker, data) if maker else None
    return Member(name, data, method, local, central, body, **kept)


def odd_others(bad, ok):
    """Of the methods that the readers of archives leave out, or know."""
    clean = Member(b"b", ok)
    bad = bad + bytes(200)
    for method in OTHERS:
        kind, m = "method %d " % method, packed(b"a.txt", bad, method)
        for attributes in FOLDERS:
            for made in (0, 3):
                yield kind + "folder %x by %d" % (attributes, made), build(
                    [packed(b"a.txt", bad, method, None,
                           {"attributes": attributes, "made": made})])
        yield kind + "folder's name", build([packed(b"a/", bad, method)])
        yield kind + "a clean zip behind it", build([m]) + build([clean])
        yield kind + "a clean zip in the comment", build(
            [m], comment=build([clean]))
        yield kind + "not listed, first", build([m, clean], listed=[clean])
        yield kind + "not listed, between", build([clean, m, clean],
                                                  listed=[clean])
        yield kind + "not listed, length behind it", build(
            [packed(b"a.txt", bad, method, {"flags": 8, "packed": 0, "size": 0,
                                           "crc": 0},
                   tail=descriptor(bad, len(m.packed))), clean],
            listed=[clean])
        yield kind + "without a directory", m.own_header() + m.packed
        for what in ({"packed": 99999}, {"size": 0}, {"size": 9},
                     {"flags": 0x2000}, {"crc": 1}):
            yield kind + "says %s" % what, build(
                [packed(b"a.txt", bad, method, what, what)])


def honest(bad, ok):
    """Tools write these every day."""
    for method in (STORED, DEFLATED):
        kind = "stored " if method == STORED else "deflated "
        m, other = Member(b"a.txt", bad, method), Member(b"b", ok, method)
        one = build([m, other])
        yield kind + "plain", one
        yield kind + "prefix, offsets know it", build(
            [m], b"#!/bin/sh\n" * 9, 90)
        yield kind + "prefix, offsets do not", build([m], b"MZ junk " * 9)
        yield kind + "with a comment", build([m], comment=b"made by hand")
        yield kind + "in two, one behind the other", build([other]) + one
        yield kind + "padded", build([Member(b"b", ok, method, gap=b"\0" * 99),
                                      m])
        yield kind + "extra fields", build([Member(
            b"a.txt", bad, method, {"extra": b"\xfe\xca\0\0"},
            {"comment": b"x"})])
        yield kind + "with a descriptor", build([streamed(
            b"a.txt", bad, method, b"PK\7\10")])
        yield kind + "with a descriptor without mark", build([streamed(
            b"a.txt", bad, method, b"")])
        yield kind + "zip64 end", zip64(m)
        yield kind + "zip64 member", build([wide_member(b"a.txt", bad,
                                                        method)])
        yield kind + "in a zip, stored", build([Member(b"in.zip", one,
                                                       STORED)])
    for method in OTHERS:
        yield "method %d" % method, build([packed(b"a.txt", bad, method)])
        yield "method %d, nothing in it" % method, build(
            [packed(b"a.txt", b"", method), packed(b"b.txt", bad, method)])


def odd(bad, ok):
    """Readers do not agree on these."""
    yield from odd_others(bad, ok)
    for method in (STORED, DEFLATED):
        kind = "stored " if method == STORED else "deflated "
        m, other = Member(b"a.txt", bad, method), Member(b"b", ok, method)
        one = build([m])
        packed = len(m.packed)

        def with_(local=None, central=None, **kept):
            return Member(b"a.txt", bad, method, local, central, **kept)
        whole = len(m.own_header()) + packed
        yield kind + "without an end", one[:-22]
        yield kind + "without a directory", one[:whole]
        yield kind + "with an end and no directory", one[:whole] + end(
            0, 0, whole)
        yield kind + "cut in the directory", one[:whole + 20]
        yield kind + "cut in the end", one[:-10]
        yield kind + "a clean one behind it", one + build([other])
        yield kind + "junk behind it", one + b"junk " * 50
        yield kind + "much junk behind it", one + b"junk " * 20000
        yield kind + "other end in the comment", build(
            [m], comment=end(0, 0, 0))
        inner = build([other])
        yield kind + "a clean zip in the comment", build([m], comment=inner)
        yield kind + "in the comment", build([other], comment=one)
        yield kind + "comment too long", build([m], comment=b"c", length=9)
        yield kind + "comment too short", build([m], comment=b"c" * 9,
                                                length=1)
        yield kind + "other name", build([with_({"name": b"c.txt"})])
        yield kind + "other method", build([with_({"method": 8 - method})])
        yield kind + "other method listed", build([with_(
            None, {"method": 8 - method})])
        yield kind + "unknown method listed", build([with_(
            None, {"method": 77})])
        yield kind + "unknown method", build([with_({"method": 77})])
        yield kind + "packed too short listed", build([with_(
            None, {"packed": 3})])
        yield kind + "packed too short", build([with_({"packed": 3})])
        yield kind + "packed nothing listed", build([with_(
            None, {"packed": 0, "size": 0})])
        yield kind + "size too short listed", build([with_(
            None, {"size": 3})])
        yield kind + "size too short", build([with_({"size": 3})])
        yield kind + "size too long", build([with_({"size": 9999},
                                                   {"size": 9999})])
        yield kind + "packed too long listed", build([with_(
            None, {"packed": 99999})])
        yield kind + "encrypted it says", build([with_({"flags": 1})])
        yield kind + "encrypted is listed", build([with_(
            None, {"flags": 1})])
        yield kind + "other check", build([with_({"crc": 1}, {"crc": 1})])
        yield kind + "count 0", build([m], count=0)
        yield kind + "count 1 of 2", build([other, m], count=1)
        yield kind + "count 9 of 1", build([m], count=9)
        yield kind + "total 1 of 2", build([other, m], total=1)
        yield kind + "not listed, first", build([m, other], listed=[other])
        yield kind + "not listed, last", build([other, m], listed=[other])
        yield kind + "only one not listed", build([m], listed=[])
        yield kind + "same name twice", build([Member(b"a.txt", ok, method),
                                               m])
        yield kind + "same name twice, first", build(
            [m, Member(b"a.txt", ok, method)])
        yield kind + "directory not where it is said to be", build(
            [m], offset=3)
        yield kind + "directory too short", build([m], size=9)
        yield kind + "directory too long", build([m], size=999)
        hidden = build([m])
        yield kind + "two directories", hidden[:-22] + build(
            [other], base=len(hidden) - 22, offset=whole)
        yield kind + "spanned mark", b"PK00" + build([m], base=4)
        yield kind + "disks", build([m], disk=7)
        yield kind + "from the future", build([with_(
            {"version": 99}, {"version": 99})])
        yield kind + "all flags but encrypted", build([with_(
            {"flags": 0x8046}, {"flags": 0x8046})])
        yield kind + "no name", build([Member(b"", bad, method)])
        yield kind + "NUL in the name", build([Member(b"a\0.txt", bad,
                                                      method)])
        yield kind + "folder's name", build([Member(b"a/", bad, method)])
        yield kind + "up and out", build([Member(b"../../a", bad, method)])
        yield kind + "long name", build([Member(b"n" * 5000, bad, method)])
        yield kind + "bad extra", build([with_(
            {"extra": b"\1\0\xff\xff"}, {"extra": b"\1\0\xff\xff"})])
        yield kind + "mark of its own is broken", build([with_(
            {"mark": b"PK\3\5"})])
        yield kind + "mark in the directory is broken", build([with_(
            None, {"mark": b"PK\1\3"})])
        yield kind + "second mark in the directory is broken", build(
            [other, Member(b"a.txt", bad, method, None,
                           {"mark": b"PK\1\3"})])
        yield kind + "listed elsewhere", build([other, with_(
            None, {"offset": 0})])
        yield kind + "listed nowhere", build([other, with_(
            None, {"offset": 99999})])
        yield kind + "descriptor says nothing", build([with_(
            {"flags": 8, "packed": 0, "size": 0, "crc": 0},
            {"flags": 8, "packed": 0, "size": 0, "crc": 0},
            tail=descriptor(bad, packed))])
        yield kind + "descriptor, not listed", build(
            [streamed(b"a.txt", bad, method, b"PK\7\10"), other],
            listed=[other])
        yield kind + "zip64 end, other count", zip64(m, count=0)
        yield kind + "zip64 end, size of nothing", zip64(m, size=0, offset=0)
        yield kind + "zip64 end, none there", zip64(m).replace(
            b"PK\6\6", b"PK\6\5")
        yield kind + "doubly deflated", build([Member(
            b"a.txt", bad, method, body=squeeze(8, squeeze(8, bad)))])
        yield kind + "junk behind the stream", build([Member(
            b"a.txt", bad, method, body=squeeze(method, bad) + b"junk")])
