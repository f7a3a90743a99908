# SPDX-License-Identifier: GPL-2.0-only
"""What calls itself a stream of events, or a film: such streams pass unscanned
by default, as `skipped`, where they begin as one. Nothing else may."""

import zlib

import bodies
from case import FOUND, NAMED, Case
from codings import called
from packed import CODINGS, gzipped

GROUP = "streams of events"
EVENTS = "text/event-stream"
STREAM = (b": hello\n\nevent: news\nid: 1\nretry: 5000\n"
          b"data: {\"bread\": \"rye\"}\n\n")
SKIPPED = FOUND | {"skipped"}       # by policy, and told so


def archive(data):
    return bodies.zipped([("a.com", data)])


def case(name, make, kind=EVENTS, **more):
    return Case(GROUP, name, make, kind=kind, clean=lambda: STREAM, **more)


TYPES = ["text/event-stream", "Text/Event-STREAM", EVENTS + "; charset=utf-8",
         EVENTS + ";charset=\"utf-8\"; x=y", " \t" + EVENTS, EVENTS + " ;",
         EVENTS + ", text/html", "text/html, " + EVENTS, EVENTS + "x",
         EVENTS + "/x", "text /event-stream", "\"text/event-stream\""]
SHAPES = [
    ("a zip", archive), ("a tar", lambda d: bodies.tarred([("a.com", d)])),
    ("a gzip", gzipped), ("a zlib", zlib.compress),
    ("behind a line of shell", lambda d: b"#!/bin/sh\n" + archive(d)),
    ("behind a page", lambda d: b"<html>" + archive(d)),
    ("behind another field", lambda d: b"datum: 1\n" + archive(d)),
    ("behind a blank", lambda d: b" data: 1\n" + archive(d)),
    ("behind UTF-16", lambda d: b"\xff\xfed\0a\0t\0a\0:\0" + archive(d)),
]
# As a stream of events may begin.
HEADS = [b"data: 1\n\n", b"event: a\n", b"id:1\n", b"retry: 5\n", b":\n\n",
         b"\xef\xbb\xbf:\n", b"\r\n\r\n", b"data\n", b"data: 1\n\n" * 3000]


def behind(head):
    return lambda data: head + archive(data)


def shapes():
    for kind in TYPES:
        yield case("the file, type %r" % kind, lambda d: d, kind=kind)
    for name, make in SHAPES:
        yield case(name, make)
    for name, pack in CODINGS:
        yield case(called(name, pack) + " as encoding", pack,
                   lines=("Content-Encoding: " + name,))
    yield case("gzip of a stream as encoding",
               lambda d: gzipped(behind(HEADS[0])(d)), allowed=NAMED,
               lines=("Content-Encoding: gzip",))
    yield case("a stream, and an encoding that is none", behind(HEADS[0]),
               lines=("Content-Encoding: identity",))


def pieces():
    for size in 1, 2, 3, 5, 6:
        yield case("a preview of %d" % size, lambda d: d,
                   send={"preview": size})
    yield case("one byte a packet", lambda d: d,
               send={"piece": 1, "size": 1})
    for head in b"d", b"ev", b"i", b"re", b"\xef\xbb":
        yield case("a preview of %r" % head, behind(head),
                   send={"preview": len(head)})
        yield case("%r comes first" % head, behind(head), send={
            "preview": None, "size": len(head)})


def streams():
    """Begin as one, and hold a file for whoever looks for it behind that."""
    for head in HEADS:
        yield case("a zip behind %.20r, %d bytes" % (head, len(head)),
                   behind(head), allowed=SKIPPED)
    for dest in "script", "document", "iframe", "worker":
        yield case("a zip behind an event, asked for as " + dest,
                   behind(HEADS[0]), asked=("Sec-Fetch-Dest: " + dest,))
    for path in "/a.zip", "/a.exe", "/a.js", "/a.png", "/a.mp4":
        yield case("a zip behind an event, as " + path, behind(HEADS[0]),
                   path=path)
    for line in ("Content-Disposition: attachment; filename=a.com",
                 "Content-Disposition: inline; filename*=utf-8''a%2ezip",
                 "Content-Type: text/plain", "Content-Type : text/html"):
        yield case("a zip behind an event, " + line, behind(HEADS[0]),
                   lines=(line,))
    yield case("a zip behind an event, a part of it", behind(HEADS[0]),
               status="206 Partial Content",
               lines=("Content-Range: bytes 0-99/999",))
    yield case("a zip behind an event, uploaded", behind(HEADS[0]),
               upload=True)


# Types that a policy may let pass as they are declared; none does by default.
FILMS = [
    ("video/mp4", "/a.mp4", b"\0\0\0\x18ftypisom\0\0\2\0isommp41"),
    ("video/webm", "/a.webm", b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\1"),
    ("audio/mpeg", "/a.mp3", b"ID3\3\0\0\0\0\0\x0a" + bytes(10)
     + b"\xff\xfb\x90d" + bytes(413)),
    ("audio/ogg", "/a.ogg", b"OggS\0\2" + bytes(300)),
    ("audio/x-wav", "/a.wav", b"RIFF\xff\xff\0\0WAVEfmt " + bytes(30)),
    ("application/ogg", "/file", b"OggS\0\2" + bytes(300)),
]


def films():
    for kind, path, head in FILMS:
        yield Case("films and sounds", "a zip behind one, " + kind,
                   behind(head), kind=kind, path=path)
        yield Case("films and sounds", "a large zip behind one, " + kind,
                   lambda d, h=head: h + bodies.infected_zip(300000, what=d),
                   kind=kind, path=path)


def cases():
    yield from shapes()
    yield from pieces()
    yield from streams()
    yield from films()
