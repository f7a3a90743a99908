# SPDX-License-Identifier: GPL-2.0-only
"""Each file of Debian's clamav-testfiles that the server finds as it is must
be found in each encoding and as each kind of upload, too."""

import base64
import os

import bodies
import uploads
from case import OCTETS, Case, filtered
from codings import called, coded
from packed import CODINGS
from wrapped import CTE, b64

FOLDER = "/usr/share/clamav-testfiles"
GROUP = "test files"
PLAIN = GROUP + ", as they are"


def read(path):
    with open(path, "rb") as f:
        return f.read()


def shapes():
    """[(name, packer, Content-Type)] of uploads."""
    multipart, part, field = uploads.multipart, uploads.part, uploads.field
    return [
        ("raw", lambda d: d, OCTETS),
        ("a part", lambda d: multipart([field(b"x"), part(d)]),
         uploads.FORM),
        ("a part in base64", lambda d: multipart([part(
            b64(d), uploads.FILE, CTE + b"base64")]), uploads.FORM),
        ("JSON", lambda d: b'{"a":"%s"}' % base64.b64encode(d),
         "application/json"),
        ("a form", lambda d: b"f=" + base64.b64encode(d).replace(
            b"+", b"%2B"), uploads.URLENCODED),
    ]


def plain(case):
    """The same file as it is."""
    return Case(PLAIN, case.of, lambda d: d, file=case.file, clean=case.clean,
                of=case.of)


def ways(name, file, clean):
    more = {"file": lambda: file, "clean": lambda: clean, "of": name}
    yield Case(PLAIN, name, lambda d: d, **more)
    for coding, pack in CODINGS:
        if coding == "br":      # its best takes seconds for a megabyte
            pack = filtered("brotli", "-q", "4", "-c")
        yield coded(GROUP + ", encoded", "%s of %s" % (
            called(coding, pack), name), pack, coding, kind=OCTETS, **more)
    for what, make, kind in shapes():
        yield Case(GROUP + ", uploaded", "%s as %s" % (name, what), make,
                   kind=kind, upload=True, **more)


def cases():
    if not os.path.isdir(FOLDER):
        return
    clean = [body for _, kind, body in bodies.clean()
             if not kind.startswith("multipart")]
    for i, name in enumerate(sorted(os.listdir(FOLDER))):
        yield from ways(name, read(os.path.join(FOLDER, name)),
                        clean[i % len(clean)])
