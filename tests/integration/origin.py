# SPDX-License-Identifier: GPL-2.0-only
"""A web origin on loopback: as fast as memory allows, or as slow as asked."""

import socket
import threading
import time


class Page:
    """What a path answers. how: "length" (Content-Length), "chunked" or
    "close" (neither, ends with the connection). pace: (bytes, seconds) sends
    so many, sleeps so long; a function(connection, data) sends as it likes;
    None: all at once."""

    def __init__(self, body=b"", status="200 OK", how="length", pace=None,
                 kind="application/octet-stream", headers=()):
        self.body, self.status, self.how = body, status, how
        self.pace, self.kind, self.headers = pace, kind, list(headers)

    def head(self, with_length=True):
        lines = ["HTTP/1.1 " + self.status]
        if self.kind:
            lines.append("Content-Type: " + self.kind)
        lines += ["%s: %s" % h for h in self.headers]
        if self.how == "chunked":
            lines.append("Transfer-Encoding: chunked")
        elif self.how == "close":
            lines.append("Connection: close")
        elif with_length:
            lines.append("Content-Length: %d" % len(self.body))
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def data(self):
        if self.how != "chunked":
            return self.body
        parts = []
        for i in range(0, len(self.body), 60000):
            piece = self.body[i:i + 60000]
            parts.append(b"%x\r\n%s\r\n" % (len(piece), piece))
        return b"".join(parts) + b"0\r\n\r\n"


class Seen:
    """One request as the origin got it."""

    def __init__(self, method, path, headers, body):
        self.method, self.path = method, path
        self.headers, self.body = headers, body


class Listener:
    """Calls serve(connection) in a thread of its own for each that connects.
    Once it is stopped nobody accepts any more: its descriptor's number is
    another listener's soon."""

    def __init__(self, serve):
        self.serve = serve
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.accept, daemon=True)
        self.thread.start()

    def stop(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.socket.close()

    def accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,),
                             daemon=True).start()


class Origin:
    def __init__(self):
        self.pages = {}
        self.seen = []
        self.lock = threading.Lock()
        self.listener = Listener(self.serve)
        self.port = self.listener.port

    def url(self, path):
        return "http://127.0.0.1:%d%s" % (self.port, path)

    def put(self, path, body=b"", **more):
        self.pages[path] = Page(body, **more)
        return self.url(path)

    def received(self, path):
        """Requests for a path so far, oldest first."""
        with self.lock:
            return [s for s in self.seen if s.path == path]

    def take(self, path):
        """Makes an end of a path: what was put there is gone, and what it
        received is given out and not kept."""
        with self.lock:
            taken = [s for s in self.seen if s.path == path]
            self.seen = [s for s in self.seen if s.path != path]
        self.pages.pop(path, None)
        return taken

    def stop(self):
        self.listener.stop()

    def serve(self, connection):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        reader = connection.makefile("rb", 1 << 16)
        try:
            while self.one(connection, reader):
                pass
        except (OSError, ValueError):
            pass
        finally:
            reader.close()
            connection.close()

    def one(self, connection, reader):
        line = reader.readline().decode("latin-1").split()
        if len(line) < 2:
            return False
        method, path = line[0], line[1]
        headers = {}
        for raw in iter(reader.readline, b"\r\n"):
            if not raw:
                return False
            name, _, value = raw.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        body = read_body(reader, headers)
        with self.lock:
            self.seen.append(Seen(method, path, headers, body))
        page = self.pages.get(path) or self.pages.get(path.split("?")[0])
        if page is None:
            # Not known: an upload, answered with as many bytes as came.
            page = Page(b"received %d\n" % len(body), kind="text/plain")
        self.answer(connection, method, page)
        return page.how != "close"

    def answer(self, connection, method, page):
        if method == "HEAD" or page.status.startswith(("304", "204")):
            with_length = method == "HEAD"
            connection.sendall(page.head(with_length))
            return
        data = page.data()
        if page.pace is None:
            connection.sendall(page.head() + data)
            return
        connection.sendall(page.head())
        if callable(page.pace):
            page.pace(connection, data)
            return
        count, pause = page.pace
        for i in range(0, len(data), count):
            connection.sendall(data[i:i + count])
            time.sleep(pause)


def read_body(reader, headers):
    if headers.get("transfer-encoding", "").lower() == "chunked":
        parts = []
        while True:
            size = int(reader.readline().split(b";")[0], 16)
            parts.append(reader.read(size))
            reader.readline()
            if size == 0:
                return b"".join(parts)
    return reader.read(int(headers.get("content-length", "0")))
