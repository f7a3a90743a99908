# SPDX-License-Identifier: GPL-2.0-only
"""Bodies of any size that are nowhere whole: made while they are sent, hashed
while they are read."""

import contextlib
import hashlib
import random
import socket
import struct
import time
import zlib

import lab
import origin

BLOCK = random.Random(5).randbytes(1 << 20)


class Body:
    """head, so many bytes of BLOCK over and over, tail."""

    def __init__(self, size, head=b"", tail=b""):
        self.size, self.head, self.tail = size, head, tail

    def pieces(self):
        yield self.head
        left = self.size - len(self.head) - len(self.tail)
        while left > 0:
            yield BLOCK[:left]
            left -= len(BLOCK)
        yield self.tail

    def hashed(self):
        digest = hashlib.sha256()
        for piece in self.pieces():
            digest.update(piece)
        return digest

    def digest(self):
        return self.hashed().digest()


def entry(name, crc, size, at=None):
    """A stored member's header: in front of it, or in the central folder."""
    first = struct.pack("<4sHH", b"PK\1\2", 20, 20) if at is not None else \
        struct.pack("<4sH", b"PK\3\4", 20)
    more = struct.pack("<HHHII", 0, 0, 0, 0, at) if at is not None else b""
    return first + struct.pack("<HHHHIIIHH", 0, 0, 0, 0x5c21, crc, size, size,
                               len(name), 0) + more + name


def stored_zip(size, last):
    """A stored zip of so many bytes whose last member is `last`."""
    names = b"filler.bin", b"e.com"
    ends = [entry(names[0], 0, 0), entry(names[1], 0, 0) + last,
            entry(names[0], 0, 0, 0), entry(names[1], 0, 0, 0), bytes(22)]
    filler = size - sum(len(end) for end in ends)
    crc, left = 0, filler
    while left > 0:
        crc = zlib.crc32(BLOCK[:left], crc)
        left -= len(BLOCK)
    second = len(ends[0]) + filler
    folder = entry(names[0], crc, filler, 0) + entry(
        names[1], zlib.crc32(last), len(last), second)
    tail = entry(names[1], zlib.crc32(last), len(last)) + last
    return Body(size, entry(names[0], crc, filler), tail + folder + struct.pack(
        "<4sHHHHIIH", b"PK\5\6", 0, 0, 2, 2, len(folder), second + len(tail),
        0))


class Server:
    """An origin: each path a Body; how: "length" or "close"; seconds: it takes
    at least so long, and sends `step` bytes at a time; kind: its
    Content-Type."""

    def __init__(self):
        self.bodies = {}
        self.listener = origin.Listener(self.serve)
        self.port = self.listener.port

    def put(self, path, body, how="length", seconds=0.0,
            kind="application/octet-stream", step=65536):
        self.bodies[path] = body, how, seconds, kind, step
        return "http://127.0.0.1:%d%s" % (self.port, path)

    def stop(self):
        self.listener.stop()

    def serve(self, connection):
        with connection, contextlib.suppress(OSError):
            request = b""
            while b"\r\n\r\n" not in request:
                request += connection.recv(65536)
            path = request.split()[1].decode()
            body, how, seconds, kind, step = self.bodies[path]
            line = ("Content-Length: %d" % body.size if how == "length" else
                    "Date: Thu, 01 Jan 1970 00:00:00 GMT")
            connection.sendall((
                "HTTP/1.1 200 OK\r\nContent-Type: %s\r\n"
                "Connection: close\r\n%s\r\n\r\n" % (kind, line)).encode())
            pause = seconds / (body.size / step + 1)
            for piece in body.pieces():
                size = step if pause else len(piece)
                for i in range(0, len(piece), size or 1):
                    connection.sendall(piece[i:i + size])
                    time.sleep(pause)


class Fetched:
    """first: seconds until the first byte of its body."""

    def __init__(self):
        self.status, self.size, self.complete = 0, 0, False
        self.seconds, self.first = 0.0, None
        self.digest = hashlib.sha256()


def fetch(proxy, url, rate=0, limit=60, leave=None):
    """Through a proxy; rate: takes at most so many bytes a second. leave: an
    event, at which it hangs up."""
    got = Fetched()
    begin = time.monotonic()
    with socket.socket() as s:
        if rate:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        s.settimeout(limit * lab.patience())
        s.connect(proxy)
        # In HTTP/1.0: no chunks, and a cut answer is one that is too short.
        s.sendall(("GET %s HTTP/1.0\r\nHost: x\r\n\r\n" % url).encode())
        head = b""
        while b"\r\n\r\n" not in head:
            more = s.recv(65536)
            if not more:
                return got
            head += more
        head, _, data = head.partition(b"\r\n\r\n")
        got.status = int(head.split()[1])
        while True:
            if leave and leave.is_set():
                break
            if data and got.first is None:
                got.first = time.monotonic() - begin
            got.digest.update(data)
            got.size += len(data)
            if rate:
                ahead = got.size / rate - (time.monotonic() - begin)
                time.sleep(max(0, ahead))
            try:
                data = s.recv(min(1 << 20, rate // 4) if rate else 1 << 20)
            except ConnectionResetError:
                break
            if not data:
                break
    got.seconds = time.monotonic() - begin
    return got
