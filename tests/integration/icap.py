# SPDX-License-Identifier: GPL-2.0-only
"""An ICAP client with full control over every byte that it sends."""

import socket
import threading

CRLF = b"\r\n"
HTTP_OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n"
HTTP_GET = b"GET http://origin.test/file HTTP/1.1\r\nHost: origin.test\r\n\r\n"
HTTP_POST = b"POST http://origin.test/up HTTP/1.1\r\nHost: origin.test\r\n\r\n"


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


def chunks(data, size=16384):
    """A whole chunked body but its last, empty chunk."""
    return b"".join(chunk(data[i:i + size]) for i in range(0, len(data), size))


def encapsulated(parts, body):
    """The Encapsulated value for [(name, header bytes)...] and the name of the
    body's entry ("res-body", "null-body"), and the bytes of all headers."""
    names, blocks, offset = [], b"", 0
    for name, block in parts:
        names.append("%s=%d" % (name, offset))
        blocks += block
        offset += len(block)
    names.append("%s=%d" % (body, offset))
    return ", ".join(names), blocks


def head(method, service, host, headers, parts, body):
    value, blocks = encapsulated(parts, body)
    lines = ["%s icap://%s/%s ICAP/1.0" % (method, host, service),
             "Host: %s" % host]
    lines += ["%s: %s" % h for h in headers]
    lines.append("Encapsulated: " + value)
    return "\r\n".join(lines).encode() + CRLF + CRLF + blocks


class Closed(Exception):
    """The other side closed where more had to come."""


class Answer:
    def __init__(self, line, headers):
        self.line = line
        self.headers = headers
        fields = line.split(" ", 2)
        self.status = int(fields[1]) if len(fields) > 1 else 0
        self.http_line, self.http_headers = "", []
        self.body = None
        self.complete = True

    def get(self, name):
        """A header's value by its exact name, or None."""
        return dict(self.headers).get(name)

    def http(self, name):
        return dict(self.http_headers).get(name)

    def names(self):
        return [name for name, value in self.headers]

    @property
    def http_status(self):
        return int(self.http_line.split(" ")[1]) if self.http_line else 0


def parse_head(block):
    """Status line and headers; lines that begin with a blank continue."""
    lines = block.decode("latin-1").split("\r\n")
    headers = []
    for line in lines[1:]:
        if line[:1] in (" ", "\t") and headers:
            headers[-1] = (headers[-1][0], headers[-1][1] + "\r\n" + line)
        elif line:
            name, _, value = line.partition(":")
            headers.append((name, value[1:] if value[:1] == " " else value))
    return lines[0], headers


class Icap:
    """One connection. address: (host, port)."""

    def __init__(self, address, limit=30.0, source=None):
        self.socket = socket.create_connection(
            address, limit, (source, 0) if source else None)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.host = "%s:%d" % address
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    # Bytes.

    def send(self, data, piece=None):
        if piece is None:
            self.socket.sendall(data)
            return
        for i in range(0, len(data), piece):
            self.socket.sendall(data[i:i + piece])

    def more(self):
        data = self.socket.recv(262144)
        if not data:
            raise Closed()
        self.buffer += data

    def upto(self, mark):
        searched = 0
        while True:
            at = self.buffer.find(mark, searched)
            if at != -1:
                break
            searched = max(0, len(self.buffer) - len(mark))
            self.more()
        data = self.buffer[:at]
        self.buffer = self.buffer[at + len(mark):]
        return data

    def exactly(self, count):
        if len(self.buffer) < count:
            parts, have = [self.buffer], len(self.buffer)
            while have < count:
                data = self.socket.recv(min(1 << 20, max(65536, count - have)))
                if not data:
                    self.buffer = b"".join(parts)
                    raise Closed()
                parts.append(data)
                have += len(data)
            self.buffer = b"".join(parts)
        data = self.buffer[:count]
        self.buffer = self.buffer[count:]
        return data

    def read_chunked(self):
        parts = []
        while True:
            size = int(self.upto(CRLF).split(b";")[0], 16)
            if size == 0:
                self.upto(CRLF)
                return b"".join(parts), True
            try:
                data = self.exactly(size + 2)
            except Closed:
                parts.append(self.buffer)
                return b"".join(parts), False
            parts.append(data[:-2])

    def rest(self):
        """All that comes until the other side closes."""
        try:
            while True:
                self.more()
        except (Closed, ConnectionResetError):
            data, self.buffer = self.buffer, b""
            return data

    def answer(self):
        line, headers = parse_head(self.upto(CRLF + CRLF))
        answer = Answer(line, headers)
        entries = []
        for item in (answer.get("Encapsulated") or "").split(","):
            if "=" in item:
                name, _, offset = item.strip().partition("=")
                entries.append((name, int(offset)))
        for i, (name, offset) in enumerate(entries):
            if name.endswith("-hdr"):
                block = self.exactly(entries[i + 1][1] - offset)
                answer.http_line, answer.http_headers = parse_head(
                    block[:block.index(CRLF + CRLF)])
            elif name.endswith("-body") and name != "null-body":
                try:
                    answer.body, answer.complete = self.read_chunked()
                except (Closed, ConnectionResetError):
                    answer.complete = False
        return answer

    # Whole requests.

    def options(self, service="glassgate", headers=()):
        self.send(head("OPTIONS", service, self.host, headers, [],
                       "null-body"))
        return self.answer()

    def request(self, method, parts, body, service="glassgate", allow=True,
                preview=None, size=16384, headers=(), piece=None):
        """One REQMOD or RESPMOD, and its answer. parts: HTTP headers as
        [("res-hdr", bytes)]; body None: null-body; preview: how many bytes go
        first, None for a request without preview."""
        lines = list(headers)
        if allow:
            lines.append(("Allow", "204"))
        if preview is not None:
            lines.append(("Preview", str(preview)))
        kind = "req-body" if method == "REQMOD" else "res-body"
        self.send(head(method, service, self.host, lines, parts,
                       "null-body" if body is None else kind), piece)
        if body is None:
            return self.answer()
        if preview is None:
            return self.send_and_read(
                chunks(body, size) + b"0\r\n\r\n", piece)
        first = body[:preview]
        if len(body) <= preview:
            self.send(chunks(first, size) + b"0; ieof\r\n\r\n", piece)
            return self.answer()
        self.send(chunks(first, size) + b"0\r\n\r\n", piece)
        answer = self.answer()
        if answer.status != 100:
            return answer
        return self.send_and_read(
            chunks(body[preview:], size) + b"0\r\n\r\n", piece)

    def send_and_read(self, data, piece=None):
        """Sends while it reads: an answer may begin before the request's
        end."""
        if len(data) < 60000 or piece is not None:
            self.send(data, piece)
            return self.answer()
        writer = threading.Thread(target=self.send_quietly, args=(data,),
                                  daemon=True)
        writer.start()
        try:
            return self.answer()
        finally:
            writer.join(30)

    def send_quietly(self, data):
        try:
            self.socket.sendall(data)
        except OSError:
            pass

    def respmod(self, body, service="glassgate", http=HTTP_OK, get=HTTP_GET,
                **more):
        return self.request("RESPMOD",
                            [("req-hdr", get), ("res-hdr", http)], body,
                            service, **more)

    def reqmod(self, body, service="glassgate", http=HTTP_POST, **more):
        return self.request("REQMOD", [("req-hdr", http)], body, service,
                            **more)
