# SPDX-License-Identifier: GPL-2.0-only
"""Uploads of every shape: [(name, Content-Type, body)] for a given file."""

import base64
import json
import quopri
import urllib.parse

import bodies

FORM = "multipart/form-data; boundary=gg-form"
FILE = b'Content-Disposition: form-data; name="f"; filename="a.bin"'
URLENCODED = "application/x-www-form-urlencoded"


def part(data, *headers, eol=b"\r\n"):
    return b"".join(h + eol for h in headers or (FILE,)) + eol + data


def multipart(parts, boundary=b"gg-form", eol=b"\r\n", end=True):
    out = b"".join(b"--" + boundary + eol + p + eol for p in parts)
    return out + b"--" + boundary + b"--" + eol if end else out


def field(value, name=b"note"):
    return part(value, b'Content-Disposition: form-data; name="%s"' % name)


def nested(data):
    inside = multipart([part(data)], b"gg-inner")
    return multipart([field(b"x"), part(
        inside, b'Content-Disposition: form-data; name="files"',
        b"Content-Type: multipart/mixed;\r\n boundary=gg-inner")])


def forms(data):
    """What a browser, an app or a script sends."""
    cte = b"Content-Transfer-Encoding: "
    b64 = base64.encodebytes(data).replace(b"\n", b"\r\n")
    long = "b" * 300
    return [
        ("plain", FORM, multipart([part(data)])),
        ("behind a field", FORM, multipart([field(b"x"), part(data)])),
        ("behind a binary file", FORM, multipart(
            [part(bodies.noise(3000, 21)), part(data)])),
        ("in quotes", 'multipart/form-data; boundary="gg-form"',
         multipart([part(data)])),
        ("capitals", "Multipart/Form-Data; BOUNDARY=gg-form",
         multipart([part(data, FILE.upper().replace(b"A.BIN", b"a.bin"))])),
        ("LF only", FORM, multipart([part(data, eol=b"\n")], eol=b"\n")),
        ("no headers", FORM, multipart([b"\r\n" + data])),
        ("base64", FORM, multipart([part(b64, FILE, cte + b"base64")])),
        ("base64 in capitals", FORM, multipart(
            [part(b64, FILE.upper(), cte.upper() + b"BASE64")])),
        ("quoted-printable", FORM, multipart([part(
            quopri.encodestring(data), FILE, cte + b"quoted-printable")])),
        ("8bit", FORM, multipart([part(data, FILE, cte + b"8bit")])),
        ("nested", FORM, nested(data)),
        ("mixed", "multipart/mixed; boundary=gg-form",
         multipart([part(data, b"Content-Type: application/x-a")])),
        ("part 300", FORM, multipart(
            [field(b"x%d" % i) for i in range(299)] + [part(data)])),
        ("no boundary given", "multipart/form-data",
         multipart([part(data)])),
        ("another boundary given", "multipart/form-data; boundary=else",
         multipart([part(data)])),
        ("two boundaries given",
         "multipart/form-data; boundary=else; boundary=gg-form",
         b"preamble\r\n" + multipart([part(data)])),
        ("blanks behind the boundary", FORM,
         multipart([part(data)]).replace(b"--gg-form\r", b"--gg-form \t\r")),
        ("boundary of 300", "multipart/form-data; boundary=" + long,
         multipart([part(data)], long.encode())),
        ("between other texts", FORM,
         b"preamble\r\n" + multipart([part(data)]) + b"epilogue"),
        ("behind the end", FORM,
         multipart([field(b"x")]) + multipart([part(data)])),
        ("in a field", FORM, multipart([field(data)])),
        ("a data URL in a field", FORM, multipart([field(
            b"data:image/png;base64," + base64.b64encode(data))])),
        ("a zip", FORM, multipart([part(bodies.zipped(
            [("a.bin", data)]))])),
    ]


def texts(data):
    """What stands in texts: forms and JSON."""
    b64 = base64.b64encode(data).decode()
    url = "data:application/octet-stream;base64," + b64
    return [
        ("a form", URLENCODED,
         urllib.parse.urlencode([("a", "b"), ("f", data)]).encode()),
        ("base64 in a form", URLENCODED,
         urllib.parse.urlencode([("a", "b"), ("f", b64)]).encode()),
        ("base64 in a form, not escaped", URLENCODED,
         b"a=b&f=" + b64.encode()),
        ("a data URL in a form", URLENCODED,
         urllib.parse.urlencode([("f", url)]).encode()),
        ("JSON in a form", URLENCODED,
         urllib.parse.urlencode([("f", json.dumps({"f": b64}))]).encode()),
        ("JSON", "application/json", json.dumps({"a": [1, b64]}).encode()),
        ("JSON with escapes", "application/json",
         ('{"a":"%s"}' % "".join("\\u%04x" % ord(c) for c in b64)).encode()),
        ("a data URL in JSON", "application/json; charset=utf-8",
         json.dumps({"a": url}).replace("/", "\\/").encode()),
        ("JSON in JSON", "application/json",
         json.dumps({"a": json.dumps({"b": b64})}).encode()),
        ("JSON behind a stray quote", "text/json",
         b'/* " */ ' + json.dumps({"a": b64}).encode()),
        ("JSON of an API", "application/vnd.api+json",
         json.dumps({"a": b64.rstrip("=")}).encode()),
        ("JSON that calls itself text", "text/plain;charset=UTF-8",
         json.dumps({"a": b64.replace("+", "-").replace("/", "_")}).encode()),
    ]
