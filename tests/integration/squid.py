# SPDX-License-Identifier: GPL-2.0-only
"""A private Squid for one ICAP server, and an HTTP client that goes through
it and trusts nobody's idea of a complete answer."""

import glob
import os
import pwd
import signal
import socket

import lab

CONF = """
http_port 127.0.0.1:{port}
visible_hostname squid.test
pid_filename {folder}/squid.pid
access_log stdio:{folder}/access.log
cache_log {folder}/cache.log
cache_store_log none
coredump_dir {folder}
cache_mem 8 MB
cache {cache} all
shutdown_lifetime 1 second
max_filedescriptors 4096
# Squid before 6.13 ends uploads that fill this (bug 5405).
client_request_buffer_max_size 16 MB
read_timeout 60 seconds
client_lifetime 10 minutes
http_access allow all
{user}
{more}
{icap}
"""


def icap_lines(address, service="glassgate"):
    """What we tell people to put into squid.conf, for this address. Our
    origin stands on loopback, where those lines let nobody go. No address: what
    is left without an ICAP server."""
    if address is None:
        return ""
    text = lab.read(os.path.join(lab.SOURCE, "etc/squid/glassgate.conf"))
    return text.decode().replace(
        "127.0.0.1:1344/glassgate ", address + "/" + service + " ").replace(
        "127.0.0.1:1344/", address + "/").replace(
        "http_access deny to_localhost", "")


class Squid:
    """icap: "address:port" of the ICAP server. user: starts as this uid,
    wholly unprivileged. cache: keeps what it may, in memory. more: lines for
    its settings. without: what of our own lines becomes what."""

    def __init__(self, icap, user=None, cache=False, service="glassgate",
                 more="", without=()):
        self.port = lab.free_port()
        self.address = ("127.0.0.1", self.port)
        if user is None and lab.root:
            owner, line = pwd.getpwnam("proxy").pw_uid, (
                "cache_effective_user proxy")
        else:
            owner, line = user, ""
        self.folder = lab.new_folder("squid", owner)
        conf = os.path.join(self.folder, "squid.conf")
        lab.write(conf, CONF.format(
            port=self.port, folder=self.folder, user=line,
            more=more, cache="allow" if cache else "deny",
            icap=icap_lines(icap, service).replace(*without or ("", ""))))
        self.process = lab.start(
            ["squid", "-N", "-n", "gg%d" % self.port, "-f", conf],
            os.path.join(self.folder, "out"), user)
        try:
            lab.until(self.listens, "squid listens", 20)
        except AssertionError:
            self.stop()
            raise AssertionError("squid did not start: " + self.log())

    def listens(self):
        if self.process.poll() is not None:
            raise AssertionError("squid ended: " + self.log())
        try:
            socket.create_connection(self.address, 1).close()
            return True
        except OSError:
            return False

    def log(self):
        text = ""
        for name in ("out", "cache.log"):
            path = os.path.join(self.folder, name)
            if os.path.exists(path):
                text += lab.read(path).decode("utf-8", "replace")
        return text

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10 * lab.patience())
            except Exception:
                pass
        lab.end_session(self.process.pid)
        self.process.wait()
        for left in glob.glob("/dev/shm/gg%d-*" % self.port):
            os.unlink(left)

    def get(self, url, **more):
        with Proxied(self.address) as proxied:
            return proxied.request("GET", url, **more)

    def post(self, url, body, **more):
        with Proxied(self.address) as proxied:
            return proxied.request("POST", url, body, **more)


class Reply:
    def __init__(self, status, line, headers):
        self.status, self.line, self.headers = status, line, headers
        self.body = b""
        self.complete = False  # every byte that was promised came

    def get(self, name):
        return self.headers.get(name.lower())


class Proxied:
    """One kept connection to a proxy."""

    def __init__(self, address, limit=60.0):
        self.socket = socket.create_connection(address, limit * lab.patience())
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader = self.socket.makefile("rb", 1 << 18)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.reader.close()
        self.socket.close()

    def request(self, method, url, body=None, headers=(), chunked=False,
                pace=None):
        """pace(socket, data): how what follows the head is sent."""
        lines = ["%s %s HTTP/1.1" % (method, url),
                 "Host: " + url.split("/")[2], "User-Agent: gg-test/1"]
        lines += ["%s: %s" % h for h in headers]
        data = b""
        if body is not None and chunked:
            lines.append("Transfer-Encoding: chunked")
            for i in range(0, len(body), 50000):
                piece = body[i:i + 50000]
                data += b"%x\r\n%s\r\n" % (len(piece), piece)
            data += b"0\r\n\r\n"
        elif body is not None:
            lines.append("Content-Length: %d" % len(body))
            data = body
        text = ("\r\n".join(lines) + "\r\n\r\n").encode()
        try:
            if pace is None:
                self.socket.sendall(text + data)
            else:
                self.socket.sendall(text)
                pace(self.socket, data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before its end: the answer tells
        return self.reply(method)

    def reply(self, method):
        line = self.reader.readline().decode("latin-1").rstrip("\r\n")
        if not line:
            return Reply(0, "", {})
        headers = {}
        for raw in iter(self.reader.readline, b"\r\n"):
            if not raw:
                return Reply(0, line, headers)
            name, _, value = raw.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        reply = Reply(int(line.split()[1]), line, headers)
        if reply.status == 100:
            return self.reply(method)
        try:
            self.read_body(method, reply)
        except ConnectionResetError:
            pass
        return reply

    def read_body(self, method, reply):
        if method == "HEAD" or reply.status in (204, 304):
            reply.complete = True
        elif reply.get("transfer-encoding") == "chunked":
            self.read_chunked(reply)
        elif reply.get("content-length") is not None:
            want = int(reply.get("content-length"))
            reply.body = self.reader.read(want)
            reply.complete = len(reply.body) == want
        else:
            reply.body = self.reader.read()
            reply.complete = True

    def read_chunked(self, reply):
        parts = []
        while True:
            line = self.reader.readline()
            if not line.strip():
                break
            size = int(line.split(b";")[0], 16)
            data = self.reader.read(size)
            parts.append(data)
            end = self.reader.readline()
            if len(data) < size or not end:
                break
            if size == 0:
                reply.complete = True
                break
        reply.body = b"".join(parts)
