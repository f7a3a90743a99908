# SPDX-License-Identifier: GPL-2.0-only
"""Files that are written with letters, as uu and others do, where not every
reader takes the line in front of them, or a letter, for one."""

import base64
import binascii

import bodies
from case import Case

GROUP = "letters"
BEGINS = [
    "begin 0644 a.com", "begin 7 a.com", "begin 100644 a.com",
    "begin 99x a.com", "begin -644 a.com", "begin 6_4 a.com",
    "begin  a.com", "begin x a.com", "begin 644", "begin",
    "beginning of it", "begin\t644\ta.com",
]


def uu(data, begin="begin 0644 a.com", end=b"`\nend\n"):
    lines = [binascii.b2a_uu(data[i:i + 45], backtick=True)
             for i in range(0, len(data), 45)]
    return begin.encode() + b"\n" + b"".join(lines) + end


def uu_base64(data, begin="begin-base64 0644 a.com", end=b"====\n"):
    return begin.encode() + b"\n" + base64.encodebytes(data) + end


def by_line(make, change):
    """Each line but those of its begin and end is another one."""
    def changed(data):
        first, *lines, end, last = make(data).split(b"\n")
        return b"\n".join([first] + [change(l) for l in lines] + [end, last])
    return changed


def higher(line):
    """64 more is the same to who does not look."""
    return bytes(c + 64 if 33 <= c <= 62 else c for c in line)


def long_lines(data):
    lines = [bytes([32 + min(60, len(data) - i)]) + b"".join(
        binascii.b2a_uu(data[at:at + 3]).strip(b"\n")[1:]
        for at in range(i, min(i + 60, len(data)), 3))
        for i in range(0, len(data), 60)]
    return b"begin 0644 a.com\n" + b"\n".join(lines) + b"\nend\n"


def in_lines(make, width=60):
    def lines(data):
        text = make(data)
        return b"\n".join(text[i:i + width] for i in range(
            0, len(text), width)) + b"\n"
    return lines


BASES = [
    ("base16", base64.b16encode), ("base32", base64.b32encode),
    ("base32, small letters", lambda d: base64.b32encode(d).lower()),
    ("base32 of the other alphabet", base64.b32hexencode),
    ("base85", base64.b85encode), ("ascii85", base64.a85encode),
    ("ascii85, with blanks", lambda d: base64.a85encode(
        d + b"    ", foldspaces=True)),
    ("ascii85 as Adobe writes it", lambda d: base64.a85encode(d, adobe=True)),
]


def behind(front, make=uu):
    return lambda data: front + b"\n" + make(data)


WAYS = [
    ("uu, letters that are 64 higher", by_line(uu, higher)),
    ("uu, no end", lambda d: uu(d, end=b"")),
    ("uu, more behind each line", by_line(uu, lambda l: l + b"xx")),
    ("uu, CRLF", lambda d: uu(d).replace(b"\n", b"\r\n")),
    ("uu, lines of 60 bytes", long_lines),
    ("uu behind a line that begins like one", behind(b"begin here\n")),
    ("uu behind text of 200 KB", behind(
        b"bread\n" * 33000, lambda d: uu(d, "begin 644 a.com"))),
    ("uu behind a script", behind(b"#!/bin/sh\nuudecode $0\nexit")),
    ("uu behind what is no text", lambda d: bodies.noise(3000) + b"\n"
     + uu(d)),
    ("uu, base64", uu_base64),
    ("uu, base64, no mode", lambda d: uu_base64(d, "begin-base64 x a.com")),
    ("uu, base64, no end", lambda d: uu_base64(d, end=b"")),
    ("uu, base64 behind text", behind(b"bread", uu_base64)),
    ("uu, base64 behind text of 200 KB", behind(
        b"bread\n" * 33000, uu_base64)),
]


def cases():
    for begin in BEGINS:
        yield Case(GROUP, "uu behind %r" % begin,
                   lambda d, b=begin: uu(d, b))
    for name, make in BASES:
        yield Case(GROUP, name, make, kind="text/plain")
        if "Adobe" not in name:
            yield Case(GROUP, name + ", in lines", in_lines(make))
    for name, make in WAYS:
        yield Case(GROUP, name, make)
