# SPDX-License-Identifier: GPL-2.0-only
"""data: URLs, as browsers take them out of pages, styles, scripts and
pictures: without base64, and with their words written otherwise."""

import base64

from case import Case

HTML, CSS, SCRIPT = "text/html", "text/css", "text/javascript"
SVG = "image/svg+xml"
SAFE = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"


def percent(data, safe=SAFE):
    return b"".join(bytes([c]) if c in safe else b"%%%02x" % c for c in data)


def url(data):
    return b"data:application/x-msdownload," + percent(data)


def marked(data):
    return b"data:a/b;base64," + base64.b64encode(data)


def torn(data, step=7):
    """With line ends, which the URL's reader drops."""
    return b"\n".join(data[i:i + step] for i in range(0, len(data), step))


def split(data):
    return b"d\na\tt\r\na\t:a/b;b\nas\te64," + base64.b64encode(data)


# Name, type, what stands before the URL and behind it.
PLACES = [
    ("a link in quotes", HTML, b'<p>it\'s <a href="', b'">x</a>'),
    ("a link in apostrophes", HTML, b'<p title="x"><a href=\'', b"'>x</a>"),
    ("a link without quotes", HTML, b"<a class='x' href=", b" id=y>x</a>"),
    ("a link behind blanks", HTML, b'<a href = " \n\t', b'">x</a>'),
    ("a frame", HTML, b"<iframe src='", b"'></iframe>"),
    ("a refresh", HTML,
     b'<meta http-equiv=refresh content="0;url=', b'">'),
    ("a refresh without a word", HTML,
     b"<meta http-equiv=refresh content='0; ", b"'>"),
    ("a refresh in its own quotes", HTML,
     b"<meta http-equiv=refresh content='0; URL=\"", b"\"'>"),
    ("a list of pictures", HTML, b'<img srcset="a.png 1x, ', b' 2x">'),
    ("a script in a page", HTML, b'<script>location="', b'"</script>'),
    ("a script in an attribute", HTML,
     b'<p onclick="location=&quot;', b'&quot;">'),
    ("a picture", SVG, b'<svg xmlns="http://www.w3.org/2000/svg"><a href="',
     b'"/></svg>'),
    ("an entity", SVG, b'<!DOCTYPE svg [<!ENTITY u "',
     b'">]><svg><a href="&u;"/></svg>'),
    ("a style", CSS, b"p { background: url(", b") }"),
    ("a style, in quotes", CSS, b"@import url( '", b"' );"),
    ("a script", SCRIPT, b"location = '", b"';"),
    ("a script, other quotes", SCRIPT, b"open(`", b"`);"),
    ("a script in a script", SCRIPT, b"eval('open(\\'", b"\\')');"),
]


def in_places():
    for name, kind, before, behind in PLACES:
        for what, make in (("", url), (", torn", lambda d: torn(url(d))),
                           (", its words torn", split)):
            if "without quotes" in name and what:
                continue
            yield Case("data: URLs", name + what,
                       lambda d, m=make, b=before, e=behind: b + m(d) + e,
                       kind=kind)


# Words of the URL, as a language has them otherwise.
HIDDEN = [
    (SCRIPT, b"open('", b"')", [
        ("a letter by its code", b"d\\u0061ta:a/b;base64,"),
        ("a letter by its code in braces", b"dat\\u{0061}:a/b;base64,"),
        ("a letter in hex", b"\\x64ata:a/b;base64,"),
        ("a letter in octal", b"da\\164a:a/b;base64,"),
        ("the colon in hex", b"data\\x3aa/b;base64,"),
        ("the mark by codes", b"data:a/b;b\\u0061se6\\x34,"),
        ("the comma in octal", b"data:a/b;base64\\54"),
        ("a needless backslash", b"d\\ata:a/b;b\\ase64,"),
        ("a line end written", b"da\\nta:a/b;bas\\te64,"),
        ("a line end before the colon", b"data\\n:a/b;base64,"),
        ("a line that goes on", b"da\\\nta:a/b;ba\\\r\nse64,")]),
    (CSS, b"p { background: url(\"", b"\") }", [
        ("a letter in hex", b"d\\61 ta:a/b;base64,"),
        ("a letter in six digits", b"d\\000061ta:a/b;b\\000061se64,"),
        ("the mark in hex", b"data:a/b;b\\61 se64,"),
        ("a needless backslash", b"da\\ta:a/b;ba\\se64,"),
        ("a line that goes on", b"da\\\nta:a/b;ba\\\nse64,")]),
    (HTML, b'<a href="', b'">', [
        ("a reference to a letter", b"d&#97;ta:a/b;base64,"),
        ("a reference to the colon", b"data&colon;a/b;base64,"),
        ("a number of the colon", b"data&#58;a/b;base64,"),
        ("a reference to a gap", b"da&Tab;ta:a/b;bas&NewLine;e64,"),
        ("the mark by references", b"data:a/b&semi;b&#x61;se64&comma;")]),
    (HTML, b"<p onclick='location=\"", b"\"'>", [
        ("a reference to a backslash", b"d&#92;x61ta:a/b;base64,"),
        ("a code of a script", b"d\\x61ta:a/b;base64,")]),
]


def hidden():
    for kind, before, behind, ways in HIDDEN:
        for name, head in ways:
            yield Case("data: URLs, hidden", "%s: %s" % (kind, name),
                       lambda d, b=before, h=head, e=behind:
                       b + h + base64.b64encode(d) + e, kind=kind)
            if b";base64" not in head:
                continue
            yield Case("data: URLs, hidden", "%s: %s, no base64"
                       % (kind, name), lambda d, b=before, h=head, e=behind:
                       b + h.replace(b";base64", b"") + percent(d) + e,
                       kind=kind)


def coded():
    """The base64 itself, as a script or a browser undoes it."""
    g = "data: URLs, their base64"
    yield Case(g, "percent", lambda d: b"<a href='data:;base64,"
               + percent(base64.b64encode(d), b"") + b"'>", kind=HTML)
    yield Case(g, "hex of a script", lambda d: b"open('data:;base64,"
               + b"".join(b"\\x%02x" % c for c in base64.b64encode(d))
               + b"')", kind=SCRIPT)
    for n in (7, 76):
        yield Case(g, "lines of %d that go on" % n, lambda d, n=n:
                   b"x = atob('" + torn(base64.b64encode(d), n).replace(
                       b"\n", b"\\\n") + b"')", kind=SCRIPT)
    for name, word in (("hex", b"\\x%02x"), ("octal", b"\\%o"),
                       ("codes", b"\\u%04x"), ("braces", b"\\u{%x}")):
        yield Case(g, "a literal in " + name, lambda d, w=word:
                   b"x = atob('" + b"".join(
                       w % c for c in base64.b64encode(d)) + b"')",
                   kind=SCRIPT)
    yield Case(g, "the decoder's name by codes", lambda d:
               b"x = \\u0061to\\u{62}('" + base64.b64encode(d) + b"')",
               kind=SCRIPT)


def characters():
    """In a set of them that its type tells, or the page."""
    g = "pages in other characters"
    pages = [
        ("a data: URL", lambda d: b"<a href='%s'>x</a>" % url(d)),
        ("base64", lambda d: b"<a href='%s'>x</a>" % marked(d)),
        ("a script", lambda d: b"<script>x = atob('%s')</script>"
         % base64.b64encode(d))]
    for name, make in pages:
        for order in ("utf-16-le", "utf-16-be"):
            for what, before in (("", ""), (", behind others",
                                            "\u20ac\u3042" * 400)):
                yield Case(g, "%s, %s without a mark%s" % (order, name, what),
                           lambda d, m=make, o=order, b=before:
                           (b + m(d).decode()).encode(o),
                           kind=HTML + "; charset=" + order)
    for name, word, shifted in (
            ("data", b"data:", b"da\x1b(Jta:"),
            ("base64", b"base64", b"bas\x1b$B\x1b(Be64"),
            ("the decoder", b"atob", b"at\x1b(B\x1b(Bob")):
        for what, make in pages:
            if word not in make(b"x"):
                continue
            yield Case(g, "ISO-2022-JP, %s: %s shifted" % (what, name),
                       lambda d, m=make, w=word, s=shifted:
                       m(d).replace(w, s), kind=HTML + "; charset=iso-2022-jp")


def cases():
    yield from in_places()
    yield from hidden()
    yield from coded()
    yield from characters()
