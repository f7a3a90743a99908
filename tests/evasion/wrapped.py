# SPDX-License-Identifier: GPL-2.0-only
"""Uploads: parts, forms, base64, JSON; and parts of files."""

import base64
import quopri

import bodies
import uploads
from case import FOUND, NAMED, Case
from codings import called
from packed import CODINGS
from uploads import FILE, FORM, field, multipart, part

CTE = b"Content-Transfer-Encoding: "
RANGES = "multipart/byteranges; boundary=gg-form"


def shaped(group, name, at, shapes, **more):
    """The at-th upload of uploads.forms() or uploads.texts()."""
    kind = shapes(b"x")[at][1]
    return Case(group, name, lambda d: shapes(d)[at][2], kind=kind,
                upload=True, **more)


def b64(data, width=76, eol=b"\r\n"):
    text = base64.b64encode(data)
    return eol.join(text[i:i + width] for i in range(0, len(text), width))


def folded(data):
    return multipart([part(b64(data), FILE,
                           CTE.rstrip() + b"\r\n\tbase64")])


def nested(depth):
    def make(data):
        inner, kind = part(data), None
        for i in range(depth):
            name = b"gg-%d" % i
            body = multipart([inner], name)
            kind = b"Content-Type: multipart/mixed; boundary=" + name
            inner = part(body, kind)
        return multipart([inner])
    return make


PARTS = [
    ("base64 in one line", lambda d: multipart([part(
        base64.b64encode(d), FILE, CTE + b"base64")])),
    ("base64 in lines of 4", lambda d: multipart([part(
        b64(d, 4), FILE, CTE + b"base64")])),
    ("base64 in lines of 1", lambda d: multipart([part(
        b64(d, 1, b"\n"), FILE, CTE + b"base64")])),
    ("base64 without padding", lambda d: multipart([part(
        base64.b64encode(d).rstrip(b"="), FILE, CTE + b"base64")])),
    ("base64 with blanks", lambda d: multipart([part(
        b64(d, 9, b" "), FILE, CTE + b"base64")])),
    ("base64, header folded", folded),
    ("base64, header without a blank", lambda d: multipart([part(
        b64(d), FILE, CTE.rstrip() + b"base64")])),
    ("base64 with a comment", lambda d: multipart([part(
        b64(d), FILE, CTE + b"base64 (yes)")])),
    ("quoted-printable, each byte", lambda d: multipart([part(
        b"".join(b"=%02X" % c for c in d), FILE,
        CTE + b"quoted-printable")])),
    ("quoted-printable, soft breaks", lambda d: multipart([part(
        b"=\r\n".join(d[i:i + 5] for i in range(0, len(d), 5)).replace(
            b"=3D", b"="), FILE, CTE + b"Quoted-Printable")])),
    ("binary", lambda d: multipart([part(d, FILE, CTE + b"binary")])),
    ("two transfer encodings", lambda d: multipart([part(
        b64(d), FILE, CTE + b"8bit", CTE + b"base64")])),
    ("headers in another order", lambda d: multipart([part(
        b64(d), CTE + b"base64", b"X-A: b", FILE)])),
    ("a hundred headers", lambda d: multipart([part(d, *[
        b"X-%d: y" % i for i in range(100)], FILE)])),
    ("a header of 8000 bytes", lambda d: multipart([part(
        d, b"X-A: " + b"y" * 8000, FILE)])),
    ("a name of 10000 bytes", lambda d: multipart([part(
        d, FILE.replace(b"a.bin", b"n" * 10000))])),
    ("no end", lambda d: multipart([part(d)], end=False)),
    ("no line end before the first part", lambda d: b"x" + multipart(
        [field(b"a"), part(d)])),
    ("bytes that look like a boundary", lambda d: multipart(
        [field(b"--gg-for\r\n--gg-formx"), part(d)])),
    ("a field of 70000 bytes before", lambda d: multipart(
        [field(bodies.words(70000)), part(d)])),
    ("LF in heads, CRLF in boundaries", lambda d: multipart(
        [part(d, eol=b"\n")])),
    ("CR only", lambda d: multipart([part(d, eol=b"\r")], eol=b"\r")),
    ("a gzip", lambda d: multipart([part(CODINGS[0][1](d))])),
    ("a tar", lambda d: multipart([part(bodies.tarred([("a", d)]))])),
    ("the same name twice", lambda d: multipart(
        [part(b"clean"), part(d)])),
    ("a part of its own encoding", lambda d: multipart([part(
        CODINGS[0][1](d), FILE, b"Content-Encoding: gzip")])),
]
OFFENCES = ("no end", "CR only", "two transfer encodings",
            "base64 with a comment")


def parts():
    g = "multipart"
    for i, (name, _, _) in enumerate(uploads.forms(b"x")):
        yield shaped(g, name, i, uploads.forms)
    for name, make in PARTS:
        yield Case(g, name, make, kind=FORM, upload=True,
                   twin=name not in OFFENCES,
                   allowed=NAMED if name in OFFENCES else FOUND)
    for kind in ("multipart/mixed", "multipart/related",
                 "multipart/alternative", "multipart/x-mixed-replace"):
        yield Case(g, "a download, " + kind, lambda d: multipart([part(d)]),
                   kind=kind + "; boundary=gg-form")
    for depth in 2, 5, 7:
        yield Case(g, "nested %d times" % depth, nested(depth), kind=FORM,
                   upload=True)
    for coding, pack in CODINGS:
        for name, make in PARTS[0], PARTS[8], PARTS[-4]:
            yield Case(g, "%s of %s" % (called(coding, pack), name),
                       lambda d, p=pack, m=make: p(m(d)), kind=FORM,
                       upload=True, lines=("Content-Encoding: " + coding,))
    for at in 4095, 16383, 65535:
        yield Case(g, "the part begins at byte %d" % at,
                   lambda d, n=at: multipart([field(b"x" * (n - 180)),
                                              part(d)]),
                   kind=FORM, upload=True)
    for method in "PUT", "PATCH":
        case = Case("uploads", "raw, " + method, lambda d: d, upload=True)
        yield case
    for kind in (None, "image/png", "text/plain", "application/json",
                 "application/x-www-form-urlencoded", "multipart/form-data",
                 "application/dicom", "\xff"):
        yield Case("uploads", "raw, type %r" % kind, lambda d: d, kind=kind,
                   upload=True, twin=kind != "multipart/form-data")


def texts():
    for i, (name, _, _) in enumerate(uploads.texts(b"x")):
        yield shaped("base64 in texts", name, i, uploads.texts)
    yield Case("base64 in texts", "behind 70000 bytes of JSON",
               lambda d: b'{"a":"%s","b":"%s"}' % (
                   bodies.words(70000).replace(b"\n", b" "),
                   base64.b64encode(d)), kind="application/json", upload=True)
    yield Case("base64 in texts", "in a JSON list of 1000",
               lambda d: b"[%s\"%s\"]" % (b'"x",' * 1000,
                                         base64.b64encode(d)),
               kind="application/json", upload=True)
    yield Case("base64 in texts", "in JSON that is packed",
               lambda d: CODINGS[0][1](b'{"a":"%s"}' % base64.b64encode(d)),
               kind="application/json", upload=True,
               lines=("Content-Encoding: gzip",))
    yield Case("base64 in texts", "a field of a form, quoted-printable",
               lambda d: multipart([part(
                   quopri.encodestring(base64.b64encode(d)),
                   b'Content-Disposition: form-data; name="n"',
                   CTE + b"quoted-printable")]), kind=FORM, upload=True)


def ranges():
    """A part of a file is never clean, whatever is in it."""
    g = "ranges"
    partly = {"status": "206 Partial Content",
              "lines": ("Content-Range: bytes 0-67/999",)}
    some = frozenset(["infected", "partial"])
    yield Case(g, "a whole file as a part", lambda d: d, **partly)
    for name, cut in (("first half", slice(0, 34)), ("second half",
                      slice(34, None)), ("all but a byte", slice(1, None))):
        yield Case(g, name, lambda d, c=cut: d[c], allowed=some, **partly)
    both = lambda d: multipart([
        part(d[:34], b"Content-Range: bytes 0-33/68"),
        part(d[34:], b"Content-Range: bytes 34-67/68")])
    yield Case(g, "both halves in one answer", both, kind=RANGES,
               allowed=some, status="206 Partial Content")
    yield Case(g, "both halves and another status", both, kind=RANGES,
               allowed=some)
    yield Case(g, "the file in one of several parts",
               lambda d: multipart([part(b"x"), part(d)]), kind=RANGES,
               status="206 Partial Content")
    yield Case(g, "half of a gzip", lambda d: CODINGS[0][1](d)[:40],
               allowed=NAMED, twin=False, status="206 Partial Content",
               lines=("Content-Encoding: gzip", "Content-Range: bytes 0-39/90"
                      ))


def cases():
    yield from parts()
    yield from texts()
    yield from ranges()
