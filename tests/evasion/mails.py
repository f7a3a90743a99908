# SPDX-License-Identifier: GPL-2.0-only
"""Mails that readers of mail take apart, and of which an engine that goes by
some headers, types and empty lines knows nothing."""

import base64

from case import Case
from uploads import FORM, multipart, part

CTE = b"Content-Transfer-Encoding: base64"
HEADS = {
    "a type": b"",
    "a version": b"MIME-Version: 1.0\n",
    "where to answer": b"Reply-To: a@a.test\nCc: b@b.test\n",
    "X-Unsent": b"X-Unsent: 1\n",
    "a seal": b"DKIM-Signature: v=1; a=rsa-sha256;\n\tb=%s\n" % (b"Ab1" * 99),
    "what was before": b"References: <1@a.test>\n\t<2@a.test>\n",
    "capitals": b"FROM: a@a.test\nTO: b@b.test\nMIME-VERSION: 1.0\n",
    "a header of 40000 bytes": b"X-A: %s\n" % (b"a" * 40000),
    "500 headers": b"X-A: a\n" * 500,
}
USUAL = (b"From: a@a.test\nTo: b@b.test\nSubject: Bread\n"
         b"MIME-Version: 1.0\n")


def attached(data, gap=b"\n"):
    return (b"Content-Type: application/octet-stream\n%s\n"
            b'Content-Disposition: attachment; filename="a.com"\n%s%s'
            % (CTE, gap, base64.encodebytes(data)))


def parts(*inner, kind=b"mixed"):
    return b"Content-Type: multipart/%s; boundary=gg-mail\n\n%s" % (
        kind, multipart(inner, b"gg-mail", b"\n"))


def text():
    return b"Content-Type: text/plain\n\ntext\n"


def usual(data, **more):
    return parts(text(), attached(data), **more)


def single(data):
    return CTE + b"\n\n" + base64.encodebytes(data)


def crlf(make):
    return lambda d: make(d).replace(b"\n", b"\r\n")


def quoted(data):
    """A line that quotes the boundary is none."""
    return parts(text() + b"> --gg-mail\n> text\n", attached(data))


SHAPES = [
    ("an answer that quotes the boundary", quoted),
    ("signed, the attachment second", lambda d: usual(d, kind=b"signed")),
    ("signed, an attachment alone", lambda d: parts(
        attached(d), kind=b"signed")),
    ("parallel", lambda d: usual(d, kind=b"parallel")),
    ("no empty line before base64", lambda d: parts(
        text(), attached(d, b""))),
    ("a line of blanks before base64", lambda d: parts(
        text(), attached(d, b" \t\n"))),
    ("a mail of parts alone in it", lambda d: parts(
        text(), b"Content-Type: message/rfc822\n\n" + usual(d))),
    ("a mail of base64 alone in it", lambda d: parts(
        text(), b"Content-Type: message/rfc822\n\nSubject: x\n"
        + single(d))),
]


def heads():
    for name, head in HEADS.items():
        yield Case("mail", "begins with " + name,
                   lambda d, h=head: h + usual(d), kind="message/rfc822")
        yield Case("mail", "begins with %s, called nothing" % name,
                   crlf(lambda d, h=head: h + usual(d)))
        yield Case("mail", "begins with %s, no parts" % name,
                   crlf(lambda d, h=head: h + single(d)), kind="text/plain")


def shapes():
    for name, make in SHAPES:
        yield Case("mail", name, crlf(lambda d, m=make: USUAL + m(d)),
                   kind="message/rfc822")
    yield Case("mail", "CR only", lambda d: (USUAL + usual(d)).replace(
        b"\n", b"\r"), kind="message/rfc822")
    yield Case("mail", "a page of MHTML", crlf(lambda d: usual(
        d, kind=b"related")), kind="multipart/related; boundary=gg-mail")
    yield Case("mail", "a page of MHTML by its name", crlf(lambda d: usual(
        d, kind=b"related")), kind="application/x-mimearchive",
        path="/page.mht")


def inner():
    mail = b"Content-Type: message/rfc822"
    for what, make in ("parts", usual), ("base64", single):
        for way, kind, upload in (("an upload", FORM, True), (
                "a download", "multipart/mixed; boundary=gg-form", False)):
            yield Case("mail", "of %s in %s" % (what, way),
                       lambda d, m=make: multipart([part(m(d), mail)]),
                       kind=kind, upload=upload)
    yield Case("multipart", "a download, no empty line before base64",
               lambda d: multipart([CTE + b"\r\n" + base64.b64encode(d)]),
               kind="multipart/mixed; boundary=gg-form")


def one_of(mark=b"From a@a.test Mon Jan  1 00:00:00 2024\n", end=b"\n"):
    """A box with a mail of text first."""
    return lambda make: lambda d: b"".join(
        mark + mail + end for mail in (USUAL + text(), make(d), USUAL
                                       + text()))


BOXES = [
    ("signed", lambda d: USUAL + usual(d, kind=b"signed")),
    ("parts alone", usual), ("base64 alone", single),
    ("no empty line before base64", lambda d: USUAL + parts(
        text(), attached(d, b""))),
]


def boxes():
    mmdf = one_of(b"\1\1\1\1\n", b"\1\1\1\1\n")
    for name, make in BOXES:
        for what, box in ("an mbox", one_of()), ("an MMDF", mmdf), (
                "an mbox behind text", lambda make: lambda d:
                b"bread\n\n" + one_of()(make)(d)):
            yield Case("mail", "the second of %s: %s" % (what, name),
                       box(make))
    yield Case("mail", "the last of an mbox of 600", lambda d: b"".join(
        one_of()(lambda d: USUAL + text())(d) for i in range(200))
        + one_of()(lambda d: USUAL + usual(d, kind=b"signed"))(d))


def cases():
    yield from heads()
    yield from boxes()
    yield from shapes()
    yield from inner()
