# SPDX-License-Identifier: GPL-2.0-only
"""Bodies made at run time: clean ones of many kinds, and the test samples."""

import base64
import bz2
import email.message
import gzip
import io
import json
import lzma
import random
import sqlite3
import struct
import tarfile
import zipfile
import zlib


def eicar():
    """The standard test file, put together here so that no file of ours holds
    it."""
    return b"".join((b"X5O!P%@AP[4\\PZX", b"54(P^)7CC)7}", b"$EIC",
                     b"AR-STANDARD-ANTI", b"VIRUS-TEST-FILE!", b"$H+H*"))


# That only a signature of the administrator's folder finds: a service that
# fell back to the built-in ones still finds EICAR, and lets this pass.
FOLDER = b"a body that only a signature of the folder finds"


def noise(count, seed=1):
    return random.Random(seed).randbytes(count)


WORDS = ("the proxy hands every body over and waits for a verdict while people "
         "read pages about gardens bread trains and weather").split()


def words(count, seed=1):
    """Readable text of exactly so many bytes."""
    r = random.Random(seed)
    parts, have = [], 0
    while have < count:
        part = " ".join(r.choices(WORDS, k=12)) + ".\n"
        parts.append(part)
        have += len(part)
    return "".join(parts).encode()[:count]


def zipped(members, method=zipfile.ZIP_DEFLATED):
    """A zip of [(name, bytes)]; the same bytes for the same members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as z:
        for name, data in members:
            z.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data,
                       method)
    return out.getvalue()


def tarred(members, mode="w"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as t:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            t.addfile(info, io.BytesIO(data))
    return out.getvalue()


def infected_zip(size, first=False, seed=3, what=None):
    """A stored zip of exactly `size` bytes with the test file or `what` in it,
    as its first or its last member."""
    def make(filler):
        members = [("filler.bin", noise(filler, seed)),
                   ("e.com", what or eicar())]
        return zipped(members[::-1] if first else members, zipfile.ZIP_STORED)
    return make(size - len(make(0)))


def clean_zip(size, seed=4):
    def make(filler):
        return zipped([("filler.bin", noise(filler, seed)),
                       ("note.txt", b"nothing to see here")],
                      zipfile.ZIP_STORED)
    return make(size - len(make(0)))


def encrypted_zip():
    """One stored member with ZipCrypto's flag; no password opens it, so what
    it holds does not matter."""
    data = noise(200, 13)
    local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 1, 0, 0, 0x5c21,
                        zlib.crc32(data), len(data), len(data), 5, 0)
    central = struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", 20, 20, 1, 0, 0,
                          0x5c21, zlib.crc32(data), len(data), len(data), 5,
                          0, 0, 0, 0, 0, 0)
    first = local + b"a.bin" + data
    middle = central + b"a.bin"
    return first + middle + struct.pack(
        "<4sHHHHIIH", b"PK\5\6", 0, 0, 1, 1, len(middle), len(first), 0)


def png():
    def part(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(
            ">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + noise(32 * 3, y) for y in range(32))
    return (b"\x89PNG\r\n\x1a\n"
            + part(b"IHDR", struct.pack(">IIBBBBB", 32, 32, 8, 2, 0, 0, 0))
            + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b""))


def gif():
    return (b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9"
            b"\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00"
            b"\x02\x02D\x01\x00;")


def bmp():
    pixels = noise(16 * 16 * 3, 8)
    return (b"BM" + struct.pack("<IHHI", 54 + len(pixels), 0, 0, 54)
            + struct.pack("<IiiHHIIiiII", 40, 16, 16, 1, 24, 0, len(pixels),
                          2835, 2835, 0, 0) + pixels)


def wav():
    samples = noise(4000, 9)
    return (b"RIFF" + struct.pack("<I", 36 + len(samples)) + b"WAVEfmt "
            + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8)
            + b"data" + struct.pack("<I", len(samples)) + samples)


def pdf():
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>",
               b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
               b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] "
               b"/Contents 4 0 R >>",
               b"<< /Length 33 >>\nstream\nBT 20 100 Td (Hello, world) Tj ET\n"
               b"\nendstream"]
    out, places = b"%PDF-1.4\n", []
    for i, data in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (i, data)
    table = b"xref\n0 5\n0000000000 65535 f \n" + b"".join(
        b"%010d 00000 n \n" % p for p in places)
    return (out + table + b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n"
            b"%%%%EOF\n" % len(out))


def html():
    return (b"<!DOCTYPE html>\n<html lang=en><title>Bread</title>"
            b"<script>document.title = 'Bread' + 1;</script><p>"
            + words(6000, 5) + b"</p><a href=\"http://a.test/?b&amp;c\">x</a>")


def mail():
    m = email.message.EmailMessage()
    m["From"], m["To"] = "anna@a.test", "bert@b.test"
    m["Subject"], m["Date"] = "Bread", "Mon, 05 Jan 2026 10:00:00 +0000"
    m.set_content(words(500, 6).decode())
    m.add_attachment(noise(900, 7), maintype="application",
                     subtype="octet-stream", filename="a.bin")
    m.set_boundary("=-boundary-=")
    return m.as_bytes()


def form(data=None):
    data = words(700, 8) if data is None else data
    return (b"--gg-form\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n"
            b"hello\r\n--gg-form\r\nContent-Disposition: form-data; "
            b"name=\"file\"; filename=\"a.bin\"\r\nContent-Type: "
            b"application/octet-stream\r\n\r\n" + data
            + b"\r\n--gg-form--\r\n")


def sqlite():
    with sqlite3.connect(":memory:") as db:
        db.execute("create table bread (name text, grams int)")
        db.executemany("insert into bread values (?, ?)",
                       [("rye %d" % i, i) for i in range(200)])
        db.commit()
        return db.serialize()


def docx():
    return zipped([
        ("[Content_Types].xml", "<?xml version=\"1.0\"?><Types xmlns=\"http://"
         "schemas.openxmlformats.org/package/2006/content-types\"/>"),
        ("word/document.xml", "<?xml version=\"1.0\"?><w:document xmlns:w=\"x\">"
         "<w:t>%s</w:t></w:document>" % words(900, 9).decode())])


def clean():
    """[(name, content type, body)]: clean bodies, each of another kind."""
    with open("/bin/true", "rb") as f:
        program = f.read()
    text = words(9000, 10)
    octets = "application/octet-stream"
    return [
        ("html page", "text/html", html()),
        ("html in utf-16", "text/html; charset=utf-16",
         html().decode().encode("utf-16")),
        ("plain text", "text/plain", text),
        ("text in latin-1", "text/plain; charset=iso-8859-1",
         ("Größe und Maß\n" * 300).encode("latin-1")),
        ("text in utf-8", "text/plain; charset=utf-8",
         ("Größe, 大きさ, размер\n" * 300).encode()),
        ("text with CRLF", "text/plain", text.replace(b"\n", b"\r\n")),
        ("one line of 70000", "text/plain", b"a" * 70000),
        ("script", "text/javascript", b"function f(a) { return a + 1; }\n" * 99),
        ("style sheet", "text/css", b"p { margin: 0 auto; color: #123 }\n" * 99),
        ("json", "application/json",
         json.dumps({"bread": list(range(2000))}).encode()),
        ("xml", "application/xml",
         b"<?xml version=\"1.0\"?>\n<a>" + b"<b c=\"d\"/>" * 500 + b"</a>\n"),
        ("svg", "image/svg+xml", b"<svg xmlns=\"http://www.w3.org/2000/svg\">"
         b"<circle r=\"9\"/></svg>"),
        ("csv", "text/csv", b"rye;1000\r\nwheat;750\r\n" * 400),
        ("png", "image/png", png()),
        ("gif", "image/gif", gif()),
        ("bmp", "image/bmp", bmp()),
        ("wav", "audio/x-wav", wav()),
        ("pdf", "application/pdf", pdf()),
        ("program", octets, program),
        ("noise", octets, noise(50000, 11)),
        ("zeros", octets, bytes(40000)),
        ("every byte", octets, bytes(range(256)) * 40),
        ("gzip", "application/gzip", gzip.compress(text, mtime=0)),
        ("bzip2", "application/x-bzip2", bz2.compress(text)),
        ("xz", "application/x-xz", lzma.compress(text)),
        ("zip", "application/zip", zipped([("a.txt", text), ("b", b"b")])),
        ("zip in zip", "application/zip",
         zipped([("in.zip", zipped([("a.txt", text)]))])),
        ("tar", "application/x-tar", tarred([("a.txt", text)])),
        ("tar.gz", "application/gzip",
         gzip.compress(tarred([("a.txt", text), ("c", b"c")]), mtime=0)),
        ("document", "application/vnd.openxmlformats-officedocument."
         "wordprocessingml.document", docx()),
        ("mail", "message/rfc822", mail()),
        ("form", "multipart/form-data; boundary=gg-form", form()),
        ("base64", "text/plain", base64.encodebytes(noise(3000, 12))),
        ("database", "application/x-sqlite3", sqlite()),
        ("looks like the end of a chunked body", "text/plain",
         b"0\r\n\r\n0; ieof\r\n\r\nICAP/1.0 204 No\r\n\r\n" * 30),
        ("looks like an http answer", "text/plain",
         b"HTTP/1.1 403 Forbidden\r\nX-Infection-Found: Type=0\r\n\r\n" * 30),
    ]
