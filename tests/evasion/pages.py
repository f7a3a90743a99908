# SPDX-License-Identifier: GPL-2.0-only
"""Pages and scripts that carry a file, inside of something else or called
something else; and JSON that calls itself text."""

import base64
import email.message
import email.policy
import gzip
import zlib

import bodies
from case import OCTETS, Case
from documents import attached, filters
from uploads import FILE, FORM, multipart, part

BOM = b"\xef\xbb\xbf"
BLANKS = b" \r\n\t" * 25


def link(data):
    return (b"<html><a href=\"data:;b&#97;se64,%s\">x</a>"
            % base64.b64encode(data))


def script(data):
    return b"<html><script>x = atob(\"%s\")</script>" % base64.b64encode(data)


def code(data):
    return b"x = atob(\"%s\")\n" % base64.b64encode(data)


def mail(encoding, attach):
    def wrap(page):
        m = email.message.EmailMessage(email.policy.SMTP)
        m["From"], m["To"], m["Subject"] = "a@a.test", "b@b.test", "Bread"
        if attach:
            m.set_content("text\n")
            m.add_attachment(page, maintype="text", subtype="html",
                             cte=encoding, filename="a.html")
        else:
            m.set_content(page, maintype="text", subtype="html", cte=encoding)
        return m.as_bytes()
    return wrap


def form(*lines):
    return lambda page: multipart([part(page, FILE.replace(
        b"a.bin", b"a.html"), *lines)])


MAIL = {"kind": "message/rfc822"}
SENT = {"kind": FORM, "upload": True}
WRAPS = [
    ("a zip", lambda p: bodies.zipped([("a.html", p)]), {}),
    ("a zip of packed members",
     lambda p: bodies.zipped([("a.html", p * 2)]), {}),
    ("a gzip", gzip.compress, {}),
    ("a tar in a gzip",
     lambda p: gzip.compress(bodies.tarred([("a.js", p)])), {}),
    ("mail, attached in base64", mail("base64", True), MAIL),
    ("mail, attached as quoted-printable",
     mail("quoted-printable", True), MAIL),
    ("mail, its text in base64", mail("base64", False), MAIL),
    ("mail, its text as quoted-printable",
     mail("quoted-printable", False), MAIL),
    ("mail, its text in 7bit", mail("7bit", False), MAIL),
    ("a part of a form", form(), SENT),
    ("a part of octets", form(b"Content-Type: " + OCTETS.encode()), SENT),
    ("a field", lambda p: multipart([part(
        p, b'Content-Disposition: form-data; name="n"')]), SENT),
    ("a data URL of a page", lambda p: b"<iframe src='data:text/html;base64,"
     b"%s'>" % base64.b64encode(p), {"kind": "text/html"}),
    ("a PDF", attached(filters(b"FlateDecode"), zlib.compress),
     {"kind": "application/pdf"}),
]
KINDS = [OCTETS, "application/force-download", "*/*", "unknown/unknown",
         "application/unknown", "image/png", "application/json", "",
         "text/html; x=json", "text/html; x=x-www-form-urlencoded",
         "text/html; charset=utf-8; x=\", json\"", None]


def of_page(group, name, wrap, **more):
    for what, make in (("a link", link), ("a script", script)):
        yield Case(group, "%s, %s" % (name, what),
                   lambda d, m=make: wrap(m(d)), **more)


def inside():
    for name, wrap, more in WRAPS:
        yield from of_page("pages inside of others", name, wrap, **more)
        yield Case("pages inside of others", name + ", code alone",
                   lambda d, w=wrap: w(code(d)), **more)


def called():
    g = "pages called something else"
    for kind in KINDS:
        yield from of_page(g, "%r" % kind, lambda p: p, kind=kind)
        yield from of_page(g, "%r, behind blanks" % kind,
                           lambda p: BLANKS + p, kind=kind)
        yield from of_page(g, "%r, behind a mark" % kind,
                           lambda p: BOM + p, kind=kind)
    yield from of_page(g, "by its name", lambda p: p, lines=(
        "Content-Disposition: attachment; filename=x.html",))


def json_texts():
    plain = lambda d: b'{"x":"%s"}' % base64.b64encode(d)
    wide = lambda d: plain(d).decode()
    for name, make in (
            ("behind blanks", lambda d: BLANKS + plain(d)),
            ("behind a mark", lambda d: BOM + plain(d)),
            ("behind a mark and blanks", lambda d: BOM + BLANKS + plain(d)),
            ("UTF-16", lambda d: wide(d).encode("utf-16")),
            ("UTF-16, the other order",
             lambda d: ("\ufeff \n" + wide(d)).encode("utf-16-be")),
            ("UTF-16 without a mark", lambda d: wide(d).encode("utf-16-be")),
            ("one string", lambda d: b'"%s"' % base64.b64encode(d))):
        yield Case("JSON called text", name, make, kind="text/plain",
                   upload=True)


def cases():
    yield from inside()
    yield from called()
    yield from json_texts()
