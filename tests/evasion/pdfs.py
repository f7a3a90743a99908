# SPDX-License-Identifier: GPL-2.0-only
"""Files in a PDF, written in the ways that readers of PDF understand and
libclamav does not. Each was taken out by qpdf --show-attachment when this was
written, but where it says otherwise."""

import struct
import zlib

import bodies
from case import FOUND, NAMED, Case
from documents import a85, hexed, pdf

PARMS = b"/DecodeParms << /Predictor %d /Columns %d >>"
CATALOG = (b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << "
           b"/Names [(a.com) 4 0 R] >> >> >>")
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"
SPEC = b"<< /Type /Filespec /F (a.com) /EF << /F 5 0 R >> >>"


def png_rows(data, columns, kind):
    """Each row against the one above it, kind 0 or 2."""
    out, above = b"", bytes(columns)
    data = data.ljust(-(-len(data) // columns) * columns, b"\n")
    for i in range(0, len(data), columns):
        row = data[i:i + columns]
        out += bytes([kind]) + (row if kind == 0 else bytes(
            (a - b) & 255 for a, b in zip(row, above)))
        above = row
    return out


def tiff_rows(data, columns):
    out = b""
    for i in range(0, len(data), columns):
        row = data[i:i + columns]
        out += bytes([row[0]]) + bytes(
            (a - b) & 255 for a, b in zip(row[1:], row))
    return out


def lzw(data):
    """Codes of nine bits, the table cleared before it grows."""
    bits = "".join("{:09b}{}".format(256, "".join(
        "{:09b}".format(c) for c in data[i:i + 200]))
        for i in range(0, len(data), 200)) + "{:09b}".format(257)
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def stream(data, entries, length=None):
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (
        entries, len(data) if length is None else length, data)


def made(entries, pack=zlib.compress, more=(), spec=SPEC, kind=b""):
    """The file is object 5; `more` are those from 6 on."""
    return lambda data: pdf([CATALOG, PAGES, PAGE, spec, stream(
        pack(data), kind + entries)] + list(more))


def changed(make, *pairs):
    def change(data):
        body = make(data)
        for old, new in pairs:
            assert old in body, old
            body = body.replace(old, new)
        return body
    return change


def packed_objects(entries, pack):
    """The file's name and where it is lie in a stream of objects, which a
    table that is a stream, too, says."""
    def make(data):
        objects = b"4 0 " + SPEC
        body = made(b"/Type /XObject /Subtype /Image /Filter /FlateDecode",
                    spec=b"null", more=[stream(pack(objects), (
                        b"/Type /ObjStm /N 1 /First 4 ") + entries)])(data)
        body = body[:body.index(b"xref\n0")].replace(
            b"4 0 obj\nnull\nendobj\n", b"")
        rows = [b"\0" * 6] + [struct.pack(
            ">BIB", 1, body.find(b"%d 0 obj" % i) & 0xffffff, 0)
            for i in range(1, 7)]
        rows[4] = struct.pack(">BIB", 2, 6, 0)
        return body + b"7 0 obj\n" + stream(b"".join(rows), (
            b"/Type /XRef /Size 7 /W [1 4 1] /Root 1 0 R")) + (
                b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(body))
    return make


FLATE = b"/Filter /FlateDecode "
FILE = b"/Type /EmbeddedFile "
PLAIN = made(FLATE, kind=FILE)
WAYS = [
    ("PNG predictor, up", made(FLATE + PARMS % (12, 8), lambda d:
     zlib.compress(png_rows(d, 8, 2)))),
    ("PNG predictor, none, called a file", made(
        FLATE + PARMS % (15, 5), lambda d: zlib.compress(png_rows(d, 5, 0)),
        kind=FILE)),
    ("TIFF predictor", made(FLATE + PARMS % (2, 7), lambda d:
     zlib.compress(tiff_rows(d, 7)))),
    ("predictor that is a reference", made(
        FLATE + b"/DecodeParms 6 0 R", lambda d:
        zlib.compress(png_rows(d, 8, 2)),
        [b"<< /Predictor 12 /Columns 7 0 R >>", b"8"])),
    ("LZW", made(b"/Filter /LZWDecode", lzw)),
    ("LZW behind a predictor", made(
        b"/Filter [/LZW] /DecodeParms [" + PARMS[13:] % (12, 8) + b"]",
        lambda d: lzw(png_rows(d, 8, 2)))),
    ("filter that is a reference", made(b"/Filter 6 0 R", more=[
        b"/FlateDecode"])),
    ("filters that are references", made(
        b"/Filter [6 0 R 7 0 R]", lambda d: hexed(zlib.compress(d)),
        [b"/AHx", b"/Fl"])),
    ("filter twice", made(b"/Filter /ASCIIHexDecode /Filter /FlateDecode")),
    ("filter twice, the other order", made(
        b"/Filter /FlateDecode /Filter /AHx", hexed)),
    ("/Crypt before Flate", made(
        b"/Filter [/Crypt /FlateDecode] "
        b"/DecodeParms [<< /Name /Identity >> null]")),
    ("/Filter in hex", made(b"/#46ilter /F#6cateDecode")),
    ("hex with blanks", made(b"/Filter /ASCIIHexDecode", lambda d:
     b" ".join(b"%02x" % c for c in d) + b"\r\n>")),
    ("hex with a blank in each byte", made(b"/Filter /AHx", lambda d:
     b"\t".join(b"%x\n%x" % (c >> 4, c & 15) for c in d) + b">")),
    ("hex with no end", made(b"/Filter /AHx", lambda d: hexed(d)[:-1])),
    ("85 with blanks", made(b"/Filter /A85", lambda d: b"\n ".join(
        a85(d)[i:i + 1] for i in range(len(a85(d)) - 2)) + b"~>")),
    ("called a picture", made(FLATE + b"/Type /XObject /Subtype /Image "
     b"/Width 9 /Height 9 ")),
    ("called a table", made(FLATE + b"/Type /XRef /Size 1 /W [1 1 1] ")),
    ("a remark in its number", changed(PLAIN, (b"5 0 obj", b"5 %x\n0 obj"))),
    ("a remark behind obj", changed(PLAIN, (b"5 0 obj", b"5 0 obj%x obj"))),
    ("a remark before the data", changed(
        PLAIN, (b">>\nstream", b">>%stream\nstream"))),
    ("blanks behind stream", changed(PLAIN, (b"stream\nx", b"stream \t\nx"))),
    ("CR behind stream", changed(PLAIN, (b"\nstream\n", b"\rstream\r"))),
    ("no length", changed(PLAIN, (b"/Length", b"/Lenght"))),
    ("length that is a reference", lambda d: made(
        FLATE, more=[b"%d" % len(zlib.compress(d))])(d).replace(
            b"/Length %d" % len(zlib.compress(d)), b"/Length 6 0 R")),
    ("no header", changed(PLAIN, (b"%PDF-1.4\n", b"%nothing\n"))),
    ("behind dashes", lambda d: b"--\n" + PLAIN(d)),
    ("behind 1000 bytes and dashes", lambda d: b"-" * 1000 + b"\n" + PLAIN(d)),
    ("no table", changed(PLAIN, (b"startxref", b"startxxxx"))),
    ("in an object without an end", changed(
        PLAIN, (b"4 0 R] >> >> >>\nendobj", b"4 0 R] >> >> >>"))),
    ("85 of hex of a predictor", made(
        b"/Filter [/A85 /AHx /Fl] /DecodeParms [null null "
        + PARMS[13:] % (12, 8) + b"]",
        lambda d: a85(hexed(zlib.compress(png_rows(d, 8, 2)))))),
    ("written twice, the last one is meant", lambda d: PLAIN(b"clean").replace(
        b"xref\n0", b"5 0 obj\n" + stream(
            zlib.compress(png_rows(d, 8, 2)), FLATE + PARMS % (12, 8))
        + b"\nendobj\nxxxx\n0", 1)),
    ("as it is, a predictor that is none", made(
        FLATE + PARMS % (99, 8), lambda d: d)),
    ("as it is, a second filter that nobody knows", made(
        b"/Filter [/FlateDecode /None]", lambda d: d)),
    ("as it is, hex with parameters", made(
        b"/Filter /AHx /DecodeParms << /X 1 >>", lambda d: d)),
    ("Flate twice with one predictor", made(
        b"/Filter [/Fl /Fl] " + PARMS % (12, 4), lambda d: zlib.compress(
            png_rows(zlib.compress(png_rows(d, 4, 2)), 4, 2)))),
    ("LZW whose codes grow late", made(
        b"/Filter /LZWDecode /DecodeParms << /EarlyChange 0 >>", lzw)),
    ("blanks before endstream", changed(
        PLAIN, (b"\nendstream", b" \n \t \n  endstream"))),
    ("length of 0, a predictor", lambda d: made(
        FLATE + PARMS % (12, 8), lambda d: zlib.compress(
            png_rows(d, 8, 2)))(d).replace(b"/Length", b"/Length 0 /Old")),
    ("a picture, its name far from where it is", made(
        FLATE + b"/Subtype /Image ", spec=b"<< /Type /Filespec /EF 6 0 R >>",
        more=[b"<< /X (" + b"y" * 4500 + b") /F 5 0 R >>"])),
    ("a picture, its name far in itself", made(
        FLATE + b"/Subtype /Image ", spec=b"<< /Type /Filespec /EF << /X ("
        + b"y" * 70000 + b") /F 5 0 R >> >>")),
    ("a filter far from its number", made(b"/Filter 6 0 R", more=[
        b" " * 4500 + b"/FlateDecode"])),
    ("no header and no table", changed(
        PLAIN, (b"%PDF-1.4\n", b"%nothing\n"),
        (b"startxref", b"startxxxx"))),
    ("behind objects in a stream of their own", packed_objects(
        FLATE, zlib.compress)),
    ("behind objects in a stream with a predictor", packed_objects(
        FLATE + PARMS % (12, 4), lambda d: zlib.compress(
            png_rows(d, 4, 2)))),
]


# Of these a clean one is told, too.
OFFENCES = ("/Filter in hex", "as it is, a second filter that nobody knows")


def cases():
    for name, make in WAYS:
        yield Case("PDF", "a file, " + name, make, kind="application/pdf",
                   allowed=FOUND, twin=name not in OFFENCES)
    yield Case("PDF", "an archive cut short", lambda d: PLAIN(
        bodies.zipped([("a.com", d), ("b", bodies.noise(900))])[:600]),
        kind="application/pdf", allowed=NAMED, twin=False)
    yield Case("PDF", "a file, a filter that nobody knows", made(
        b"/Filter /NoneDecode"), kind="application/pdf", allowed=NAMED,
        twin=False)
