# SPDX-License-Identifier: GPL-2.0-only
"""Files in a script or page, for whatever takes them out there."""

import base64
import gzip
import textwrap

import bodies
from case import Case

HTML, SCRIPT = "text/html", "text/javascript"


def b64(data):
    return base64.b64encode(data)


def lines(data, width, indent=b""):
    return b"\n".join(indent + line.encode() for line in textwrap.wrap(
        b64(data * 3).decode(), width))


SCRIPTS = [
    ("fromBase64", lambda d: b"x = Uint8Array.fromBase64('%s')" % b64(d)),
    ("fromBase64, for URLs", lambda d: b"x = Uint8Array.fromBase64('%s', "
     b"{alphabet: 'base64url'})" % base64.urlsafe_b64encode(d)),
    ("Buffer", lambda d: b"x = Buffer.from('%s', 'base64')" % b64(d)),
    ("Buffer of escaped lines", lambda d: b"x = Buffer.from('%s', 'base64')"
     % lines(d, 20).replace(b"\n", b"\\n")),
    ("fromHex", lambda d: b"x = Uint8Array.fromHex('%s')"
     % d.hex().encode()),
    ("fromHex, capitals", lambda d: b"x = Uint8Array.fromHex(`%s`)"
     % d.hex().upper().encode()),
    ("Buffer of hex", lambda d: b"x = Buffer.from(\"%s\", 'hex')"
     % d.hex().encode()),
    ("a function of its own", lambda d: b"x = f(\"%s\")" % b64(d)),
    ("in lines", lambda d: b"x = f(`\n" + lines(d, 76) + b"\n`)"),
    ("in indented lines", lambda d: b"x = f(`\n" + lines(d, 64, b"\t\t")
     + b"\n`)"),
    ("fromCharCode", lambda d: b"x = String.fromCharCode(%s)"
     % b",".join(b"%d" % c for c in d)),
    ("an array", lambda d: b"x = new Uint8Array([\n%s\n])"
     % b",\n\t".join(b"%d" % c for c in d)),
    ("an array in hex", lambda d: b"x = [%s]"
     % b", ".join(b"0x%02X" % c for c in d)),
    ("hex by codes", lambda d: b"x = f('" + b"".join(
        b"\\x%02x" % c for c in d.hex().encode()) + b"')"),
]


def scripts():
    for name, make in SCRIPTS:
        yield Case("decoders", name, make, kind=SCRIPT)
        yield Case("decoders", name + ", in a page",
                   lambda d, m=make: b"<html><script>" + m(d) + b"</script>",
                   kind=HTML)
        yield Case("decoders", name + ", in a zip", lambda d, m=make:
                   bodies.zipped([("a.js", m(d))]))


def texts():
    g = "decoders"
    yield Case(g, "an element", lambda d: b"<x>%s</x>" % b64(d), kind=HTML)
    yield Case(g, "an element in lines", lambda d: b"<x>\n"
               + lines(d, 76, b"    ") + b"\n</x>", kind="text/xml")
    yield Case(g, "an attribute", lambda d: b"<x y='%s'>" % b64(d), kind=HTML)
    for width in (64, 76):
        yield Case(g, "behind a remark, lines of %d" % width,
                   lambda d, w=width: b"This is the file that you want:\n\n"
                   + lines(d, w) + b"\n-- \nme\n", kind="text/plain")
        yield Case(g, "behind a word, lines of %d" % width,
                   lambda d, w=width: b"This is the file\n"
                   + lines(d, w) + b"\n", kind="text/plain")
        yield Case(g, "between BEGIN and END, lines of %d" % width,
                   lambda d, w=width: b"-----BEGIN FILE-----\n" + lines(d, w)
                   + b"\n-----END FILE-----\n", kind="text/plain")


def packed_json():
    """Read in an archive as it is by its name in a body."""
    slash = lambda d: b64(d + b"\xff" * 48).replace(b"/", b"\\/")
    for what, make in (
            ("a value", lambda d: b'{"a": 1, "x":"%s"}' % slash(d)),
            ("a data: URL", lambda d: b'["data:a/b;base64,%s"]' % slash(d)),
            ("short lines", lambda d: b'\n["%s"]' % lines(d, 20).replace(
                b"\n", b"\\n")),
            ("JSON in JSON", lambda d: b'{"x":"{\\"y\\":\\"%s\\"}"}'
             % slash(d))):
        for name, wrap in (
                ("a zip", lambda j: bodies.zipped([("a.json", j)])),
                ("a gzip", gzip.compress),
                ("a tar in a gzip", lambda j: gzip.compress(
                    bodies.tarred([("a.json", j)])))):
            yield Case("JSON in archives", name + ", " + what,
                       lambda d, m=make, w=wrap: w(m(d)))
        yield Case("JSON in archives", "none, " + what, make,
                   kind="application/json", upload=True)


def cases():
    yield from scripts()
    yield from texts()
    yield from packed_json()
