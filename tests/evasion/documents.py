# SPDX-License-Identifier: GPL-2.0-only
"""Documents, mail and pages that carry a file; bodies that are of several
kinds at once; headers that say something else."""

import base64
import binascii
import email.message
import email.policy
import io
import lzma
import pathlib
import struct
import tarfile
import urllib.parse
import zipfile
import zlib

import archives
import bodies
from case import FOUND, NAMED, TWIN, Case, packed_by
from packed import gzipped

TYPES = ('<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org'
         '/package/2006/content-types"><Default Extension="%s" ContentType='
         '"application/octet-stream"/></Types>')


def office(folder, place):
    """OOXML: an embedded file of a document."""
    def make(data):
        return bodies.zipped([
            ("[Content_Types].xml", TYPES % place.rsplit(".")[-1]),
            ("_rels/.rels", '<?xml version="1.0"?><Relationships/>'),
            (folder + "/document.xml", '<?xml version="1.0"?><d/>'),
            (folder + "/" + place, data)])
    return make


def open_document(kind, place):
    """ODF and EPUB: their type is the first member, not packed."""
    def make(data):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as z:
            for name, text, method in (
                    ("mimetype", kind.encode(), zipfile.ZIP_STORED),
                    ("content.xml", b"<?xml version='1.0'?><d/>",
                     zipfile.ZIP_DEFLATED),
                    (place, data, zipfile.ZIP_DEFLATED)):
                z.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text,
                           method)
        return out.getvalue()
    return make


def pdf(objects, front=b"", version=b"1.4"):
    out, places = front + b"%PDF-" + version + b"\n", []
    for i, data in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (i, data)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    table += b"".join(b"%010d 00000 n \n" % p for p in places)
    return out + table + (b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n"
                          b"%d\n%%%%EOF\n" % (len(objects) + 1, len(out)))


def attached(filters=b"", pack=lambda d: d, front=b"", length=None,
             version=b"1.4"):
    def make(data):
        stream = pack(data)
        return pdf([
            b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << "
            b"/Names [(a.com) 4 0 R] >> >> >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
            b"<< /Type /Filespec /F (a.com) /EF << /F 5 0 R >> >>",
            b"<< /Type /EmbeddedFile /Length %d %s >>\nstream\n%s\nendstream"
            % (len(stream) if length is None else length, filters, stream)],
            front, version)
    return make


def filters(*names):
    return b"/Filter [%s]" % b" ".join(b"/" + n for n in names)


def hexed(data):
    return binascii.hexlify(data) + b">"


def a85(data):
    return base64.a85encode(data) + b"~>"


def runs(data):
    return bytes([len(data) - 1]) + data + b"\x80"


PDFS = [
    ("attachment", attached()),
    ("attachment, Flate", attached(filters(b"FlateDecode"), zlib.compress)),
    ("attachment, Fl", attached(filters(b"Fl"), zlib.compress)),
    ("attachment, ASCIIHex", attached(filters(b"ASCIIHexDecode"), hexed)),
    ("attachment, ASCII85", attached(filters(b"ASCII85Decode"), a85)),
    ("attachment, RunLength", attached(filters(b"RunLengthDecode"), runs)),
    ("attachment, hex of Flate", attached(
        filters(b"ASCIIHexDecode", b"FlateDecode"),
        lambda d: hexed(zlib.compress(d)))),
    ("attachment, 85 of Flate of Flate", attached(
        filters(b"ASCII85Decode", b"FlateDecode", b"FlateDecode"),
        lambda d: a85(zlib.compress(zlib.compress(d))))),
    ("attachment, name of the filter in hex", attached(
        b"/Filter /#46lateDecode", zlib.compress)),
    ("attachment that is a zip", attached(
        filters(b"FlateDecode"),
        lambda d: zlib.compress(bodies.zipped([("a.com", d)])))),
    ("attachment, length of 0", attached(
        filters(b"FlateDecode"), zlib.compress, length=0)),
    ("attachment, length of 9999", attached(
        filters(b"FlateDecode"), zlib.compress, length=9999)),
    ("attachment, 900 bytes before", attached(
        filters(b"FlateDecode"), zlib.compress, front=b"x" * 900)),
    ("attachment, version 9.9", attached(
        filters(b"FlateDecode"), zlib.compress, version=b"9.9")),
]


def qpdf(*options):
    def make(data):
        plain = attached(filters(b"FlateDecode"), zlib.compress)(data)
        return packed_by("b.pdf", "qpdf", "--warning-exit-0", *options,
                         "{in}", "{out}", name="a.pdf")(plain)
    return make


QPDFS = [
    ("written anew", qpdf()),
    ("object streams", qpdf("--object-streams=generate")),
    ("linearized", qpdf("--linearize")),
    ("qdf", qpdf("--qdf")),
    ("encrypted with no password", qpdf("--encrypt", "", "o", "256", "--")),
    ("encrypted with no password, RC4", qpdf(
        "--allow-weak-crypto", "--encrypt", "", "o", "128", "--")),
]


def rtf(data):
    """An OLE 1.0 package in hexadecimal."""
    name = b"a.com\0"
    package = (struct.pack("<H", 2) + name + name + struct.pack(
        "<II", 0x30000, len(name)) + name + struct.pack("<I", len(data))
        + data)
    ole = (struct.pack("<III", 0x501, 2, 8) + b"Package\0" + struct.pack(
        "<III", 0, 0, len(package)) + package)
    return (b"{\\rtf1\\ansi text {\\object\\objemb{\\*\\objdata "
            + binascii.hexlify(ole) + b"}}}")


def documents():
    for name, place in (("docx", "embeddings/a.bin"),
                        ("docx, in a picture", "media/a.png"),
                        ("docm", "vbaProject.bin")):
        yield Case("documents", name, office("word", place))
    yield Case("documents", "xlsx", office("xl", "embeddings/a.bin"))
    yield Case("documents", "pptx", office("ppt", "media/a.wav"))
    for name in "text", "spreadsheet", "presentation":
        yield Case("documents", "ODF, " + name, open_document(
            "application/vnd.oasis.opendocument." + name, "Object 1/a.bin"))
    yield Case("documents", "EPUB", open_document(
        "application/epub+zip", "OEBPS/a.js"))
    yield Case("documents", "RTF", rtf)
    yield Case("documents", "a Java archive", lambda d: bodies.zipped(
        [("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\r\n\r\n"),
         ("a/A.class", d)]))
    for name, make in PDFS:
        lies = "length" in name or "9.9" in name or "hex" in name
        yield Case("PDF", name, make, kind="application/pdf",
                   allowed=NAMED if lies else FOUND,
                   twin=not lies or name.startswith("attachment, hex"))
    for name, make in QPDFS:
        secret = "encrypted" in name
        yield Case("PDF", name, make, kind="application/pdf",
                   allowed=FOUND | {"encrypted"} if secret else FOUND)


def mail(encoding="base64", depth=0, policy=email.policy.SMTP):
    def make(data):
        m = email.message.EmailMessage(policy)
        m["From"], m["To"], m["Subject"] = "a@a.test", "b@b.test", "Bread"
        m.set_content("text\n")
        m.add_attachment(data, maintype="application", cte=encoding,
                         subtype="octet-stream", filename="a.com")
        for _ in range(depth):
            outer = email.message.EmailMessage(policy)
            outer["From"], outer["To"] = "a@a.test", "b@b.test"
            outer.set_content("text\n")
            outer.add_attachment(m)
            m = outer
        return m.as_bytes()
    return make


def changed(make, old, new, count=1):
    return lambda data: make(data).replace(old, new, count)


def uuencoded(data):
    text = b"".join(binascii.b2a_uu(data[i:i + 45])
                    for i in range(0, len(data), 45))
    return (b"From: a@a.test\nTo: b@b.test\nSubject: x\n\ntext\n\n"
            b"begin 644 a.com\n%s`\nend\n" % text)


MAIL = [
    ("base64", mail()), ("quoted-printable", mail("quoted-printable")),
    ("8bit", mail("8bit")), ("LF only", mail(policy=email.policy.default)),
    ("a mail in a mail", mail(depth=1)),
    ("five mails deep", mail(depth=5)), ("uuencode", uuencoded),
    ("an mbox", lambda d: b"From a@a.test Mon Jan  5 10:00:00 2026\n"
     + mail(policy=email.policy.default)(d)),
    ("encoding in capitals", changed(mail(), b"base64", b"BASE64")),
    ("encoding with a blank before the colon", changed(
        mail(), b"Content-Transfer-Encoding:", b"Content-Transfer-Encoding :")
     ),
    ("no name", changed(mail(), b'; filename="a.com"', b"")),
    ("no version of MIME", changed(mail(), b"MIME-Version: 1.0\r\n", b"", 9)),
]


def mails():
    for name, make in MAIL:
        yield Case("mail", name, make, kind="message/rfc822")
        yield Case("mail", name + ", called text", make, kind="text/plain",
                   twin=False)


def data_url(data, kind="application/octet-stream"):
    return b"data:%s;base64,%s" % (kind.encode(), base64.b64encode(data))


def pictures(count, data):
    return b"<html>" + b"".join(
        b"<img src='%s'>" % data_url(b"picture %60d" % i)
        for i in range(count)) + b"<img src='%s'>" % data_url(data)


def crowd(data):
    """More files than the engine looks at: no honest page has so many."""
    return pictures(12000, data)


PAGES = [
    ("a link", lambda d: b"<html><a href=\"%s\">x</a>" % data_url(d)),
    ("a picture", lambda d: b"<html><img src='%s'>" % data_url(d)),
    ("a script", lambda d: b"<html><script>var a = atob('%s');</script>"
     % base64.b64encode(d)),
    ("a style", lambda d: b"<html><style>p { background: url(%s) }</style>"
     % data_url(d, "image/png")),
    ("an object", lambda d: b"<html><object data=\"%s\"></object>"
     % data_url(d)),
    ("a frame in capitals", lambda d: b"<HTML><IFRAME SRC=\"DATA:;BASE64,%s\">"
     % base64.b64encode(d)),
    ("an SVG", lambda d: b"<svg xmlns='http://www.w3.org/2000/svg'><image "
     b"href='%s'/></svg>" % data_url(d, "image/png")),
    ("a head of references", lambda d: b"<html><a href=\"&#100;&#x61;ta&colon;"
     b"&semi;b&#97;se&#54;4&comma;%s\">x</a>" % base64.b64encode(d)),
    ("all of it references", lambda d: b"<html><a href=\"%s\">x</a>"
     % b"".join(b"&#%d;" % c for c in data_url(d))),
    ("percent signs in base64", lambda d: b"<html><a href=\"data:;base64,"
     b"%s\">x</a>" % b"".join(b"%%%02x" % c for c in base64.b64encode(d))),
    ("UTF-16", lambda d: ("<html><a href='%s'>x</a>"
     % data_url(d).decode()).encode("utf-16")),
    ("UTF-16, the other order", lambda d: ("\ufeff<html><a href='%s'>x</a>"
     % data_url(d).decode()).encode("utf-16-be")),
    ("500 others before it", lambda d: pictures(500, d)),
    ("percent signs", lambda d: b"<html><a href=\"data:,%s\">x</a>"
     % urllib.parse.quote(d).encode()),
]


def pages():
    for name, make in PAGES:
        yield Case("data URLs in pages", name, make, kind="text/html")
        yield Case("data URLs in pages", name + ", uploaded", make,
                   kind="text/html", upload=True)
    for name, file in ("12000 others before it", bodies.eicar), (
            "12000 others, all clean", lambda: TWIN):
        yield Case("data URLs in pages", name, crowd, kind="text/html",
                   file=file, allowed=FOUND | {"too-deep"}, twin=False)


def archive(data):
    return bodies.zipped([("a.com", data)])


FRONTS = [
    ("PNG", bodies.png), ("GIF", bodies.gif), ("BMP", bodies.bmp),
    ("WAV", bodies.wav), ("PDF", bodies.pdf), ("HTML", bodies.html),
    ("mail", bodies.mail), ("JPEG", lambda: b"\xff\xd8\xff\xe0\0\x10JFIF\0\1"
     b"\1\0\0\1\0\1\0\0" + bodies.noise(900) + b"\xff\xd9"),
    ("MP3", lambda: b"ID3\3\0\0\0\0\0\x0a" + bytes(10) + b"\xff\xfb\x90d"
     + bytes(417)),
    ("Ogg", lambda: b"OggS\0\2" + bytes(300)),
    ("PostScript", lambda: b"%!PS-Adobe-3.0\n%%EOF\n"),
    ("a program", lambda: pathlib.Path("/bin/true").read_bytes()),
    ("a gzip", lambda: gzipped(b"clean")),
    ("a tar", lambda: bodies.tarred([("b.txt", b"clean")])),
    ("MPEG", lambda: b"\0\0\1\xba" + bytes(2000)),
    ("ASF", lambda: bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
     + bytes(900)),
]


def image(data=b"hello"):
    return packed_by("a.iso", "xorrisofs", "-quiet", "-o", "{out}",
                     "{in}")(data)


def before(front, pack):
    """In the first sectors of a disk image, which it leaves free."""
    def make(data):
        whole = image()
        begin = front + pack(data)
        return begin + whole[len(begin):]
    return make


def tar_of_old(form):
    """With a checksum that is written in another way."""
    def make(data):
        info = tarfile.TarInfo("a.com")
        info.size = len(data)
        head = bytearray(info.tobuf(tarfile.USTAR_FORMAT))
        check = form % (sum(head) - sum(head[148:156]) + 8 * 32)
        head[148:156] = check.ljust(8, b"\0")[:8]
        return b"J" * 512 + head + data.ljust(512, b"\0") + bytes(1024)
    return make


# What the engine takes for that, and not for a PDF.
PDF_FRONTS = [
    ("GIF", bodies.gif), ("PNG", bodies.png), ("BMP", bodies.bmp),
    ("WAV", bodies.wav), ("HTML", lambda: b"<html>x</html>\n"),
    ("mail", lambda: b"From: a@a.test\nTo: b@b.test\n\n"),
    ("JPEG", lambda: b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"),
    ("PostScript", lambda: b"%!PS-Adobe-3.0 "), ("MZ", lambda: b"MZ"),
    ("ELF", lambda: b"\x7fELF"), ("TIFF", lambda: b"II*\0"),
    ("bzip2", lambda: b"BZh9"), ("MP3", lambda: b"ID3\3\0\0\0\0\0\0"),
    ("OLE", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
]


def pdf_behind(front):
    return lambda d: attached(filters(b"FlateDecode"), zlib.compress,
                              front=front())(d)


SCRIPT = b"#!/bin/sh\nexit\n".ljust(512, b"\n")
IMAGES = [
    ("a tar in front of a disk image", before(SCRIPT, archives.tar())),
    ("a tar behind zeros, in front of a disk image",
     before(bytes(512), archives.tar())),
    ("an xz behind zeros, in front of a disk image",
     before(bytes(512), lzma.compress)),
] + [("a tar whose checksum is written as %r" % form, tar_of_old(form))
     for form in (b"%07o\0", b"%08o", b"%6o \0", b"%o", b"\0%06o ")]


def polyglots():
    """A zip is read from its end, whatever is before it."""
    for name, front in FRONTS:
        yield Case("polyglots", "a zip behind " + name,
                   lambda d, f=front: f() + archive(d), allowed=NAMED)
    for name, front in PDF_FRONTS:
        yield Case("polyglots", "a PDF behind " + name, pdf_behind(front),
                   kind="application/pdf", allowed=NAMED)
    yield Case("polyglots", "a PDF behind GIF, in a mail",
               lambda d: mail()(pdf_behind(bodies.gif)(d)), allowed=NAMED)
    yield Case("polyglots", "a zip behind the file",
               lambda d: d + bodies.zipped([("b.txt", b"clean")]),
               allowed=NAMED)
    for name, make in IMAGES:
        yield Case("polyglots", name, make, allowed=NAMED,
                   twin="\\x00%06o" not in name)  # that is the offence
    yield Case("polyglots", "a zip that begins as a picture",
               lambda d: b"\x89PNG\r\n\x1a\n" + archive(d), allowed=NAMED)


KINDS = ["text/html", "image/png", "video/mp4", "application/json",
         "application/x-javascript", "audio/mpeg", "font/woff2", "text/css",
         "application/vnd.google-earth.kml+xml", "multipart/mixed",
         "application/x-www-form-urlencoded", "message/partial", "", "/",
         "text/plain; charset=utf-16", "x" * 3000, None]
NAMES = ["/a.png", "/a.mp4", "/a.txt", "/a", "/a.exe%00.png", "/a.js?b=c.css",
         "/%e2%80%aegnp.exe", "/" + "a" * 4000, "/a.tar.gz;x=y"]
LINES = [("Content-Disposition: attachment; filename=a.png",),
         ("Content-Disposition: inline; filename*=utf-8''a%2emp4",),
         ("X-Content-Type-Options: nosniff",),
         ("Cache-Control: immutable, max-age=99999999", "Age: 5"),
         ("Content-Type: image/gif",), ("Content-Type : image/gif",),
         ("Content-Encoding:",), ("X: " + "y" * 20000,),
         tuple("X-%d: y" % i for i in range(90))]


def headers():
    g = "headers that say something else"
    for kind in KINDS:
        many = "multipart" in (kind or "")
        yield Case(g, "type %.60r" % kind, lambda d: d, kind=kind,
                   allowed=NAMED if many else FOUND, twin=not many)
        yield Case(g, "a zip of type %.60r" % kind, archive, kind=kind,
                   allowed=NAMED if many else FOUND, twin=not many)
    for path in NAMES:
        yield Case(g, "name %.40s" % path, archive, path=path)
    for lines in LINES:
        yield Case(g, "%.50s" % lines[0], archive, lines=lines)
    for status in ("404 Not Found", "500 Error", "201 Created", "299 Odd",
                   "203 Other", "401 No", "302 Found"):
        yield Case(g, "status " + status, lambda d: d, status=status)


def cases():
    yield from documents()
    yield from mails()
    yield from pages()
    yield from polyglots()
    yield from headers()
