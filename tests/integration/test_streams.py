# SPDX-License-Identifier: GPL-2.0-only
"""What has no end, or comes drop by drop: server-sent events, long polling, web
sockets, internet radio. It comes through at once, and costs nobody anything."""

import contextlib
import os
import re
import socket
import threading
import time

import blocked
import bodies
import gateway
import icap
import lab
import origin
import policies
import squid
from policies import asked
from suite import Case, limit

EVENTS = "text/event-stream"
SOON = 1.0
FRAMES = b"\xff\xfb\x90\x64" + bytes(413)  # one frame of MP3
OTHERS = ("adaptation_access glassgate_events allow", "#")


class Source:
    """A web origin for one path, which sends what play(send) says."""

    def __init__(self, kind, play, how="chunked", status="200 OK", more=()):
        self.kind, self.play, self.how = kind, play, how
        self.status, self.more = status, list(more)
        self.listener = origin.Listener(self.serve)
        self.address = "127.0.0.1", self.listener.port
        self.url = "http://127.0.0.1:%d/feed" % self.listener.port

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.stop()

    def serve(self, connection):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection, contextlib.suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(65536)
            lines = ["HTTP/1.1 " + self.status] + self.more
            if self.kind:
                lines += ["Content-Type: " + self.kind]
            if self.how:
                lines += [self.how == "chunked" and "Transfer-Encoding: chunked"
                          or "Connection: close"]
            connection.sendall("\r\n".join(lines + ["", ""]).encode())

            def send(data):
                connection.sendall(icap.chunk(data) if self.how == "chunked"
                                   else data)
            self.play(send) if self.how else self.play(connection)
            if self.how == "chunked":
                connection.sendall(b"0\r\n\r\n")


class Client:
    """Reads an answer as it comes."""

    def __init__(self, proxy, url, limit=20):
        self.socket = socket.create_connection(proxy, limit * lab.patience())
        self.begin = time.monotonic()
        self.socket.sendall(("GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % url)
                            .encode())
        self.data = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def until(self, mark):
        """Waits for it; when it came, since the request."""
        while mark not in self.data:
            more = self.socket.recv(1 << 18)
            if not more:
                raise AssertionError("closed: %r" % self.data[-300:])
            self.data += more
        return time.monotonic() - self.begin

    def drain(self, count):
        """So many bytes more, which nobody keeps; True: it ended before."""
        while count > 0:
            more = self.socket.recv(1 << 18)
            if not more:
                return True
            count -= len(more)
        return False


def events(*times):
    """Event N when so many seconds are over."""
    def play(send):
        begin = time.monotonic()
        for n, when in enumerate(times):
            time.sleep(max(0, begin + when - time.monotonic()))
            send(b"data: event %d\n\n" % n)
        time.sleep(60)
    return play


def memory_of(pids):
    """KB of their own, and of what they hold in memfds."""
    total = 0
    for pid in pids:
        for line in lab.read("/proc/%d/smaps_rollup" % pid).decode().split(
                "\n"):
            if line.startswith(("Private_Dirty:", "Private_Clean:")):
                total += int(line.split()[1])
        for fd in lab.Process(pid).descriptors():
            with contextlib.suppress(OSError):
                path = "/proc/%d/fd/%d" % (pid, fd)
                if "memfd:glassgate-body" in os.readlink(path):
                    total += os.stat(path).st_blocks // 2
    return total


class Events(Case):
    @limit(120)
    def test_each_event_is_there_within_a_second_and_holds_nothing(self):
        scans = self.gateway.scans()
        for kind in EVENTS, "Text/Event-Stream; charset=utf-8":
            for how in "chunked", "close":
                with Source(kind, events(0, 0.5, 3), how) as source, \
                        self.grows(skipped=2), \
                        Client(self.squid.address, source.url) as client:
                    for n, when in enumerate((0, 0.5, 3)):
                        late = client.until(b"event %d" % n) - when
                        self.assertLess(late, SOON * lab.patience())
                    self.assertIn(b" 200 OK", client.data)
                    lab.until(lambda: self.gateway.status()[
                        "icap_threads_busy"] == 0, "no thread is held")
                self.gateway.wait_line(
                    r"outcome=skipped action=pass .*url=%s .*bytes=text .*"
                    r"reason=events\\x20by\\x20type" %
                    re.escape(source.url))
        self.gateway.wait_scans(scans)

    def test_the_shortest_sign_of_life_is_enough(self):
        for first in b":\n\n", b"\n:\n", b"id:", b"retry: 5\n", \
                b"\xef\xbb\xbf:\n":
            def play(send):
                send(first)
                time.sleep(20)
            with Source(EVENTS, play) as source, \
                    Client(self.squid.address, source.url) as client:
                self.assertLess(client.until(first), SOON * lab.patience())

    def test_what_is_silent_at_first_is_waited_for(self):
        with gateway.gateway({"icap.timeout": "5"}) as g:
            proxy = squid.Squid("127.0.0.1:%d" % g.port)
            try:
                with Source(EVENTS, events(9)) as source, \
                        Client(proxy.address, source.url) as client:
                    self.assertLess(client.until(b"event 0"),
                                    9 + SOON * lab.patience())
                    self.assertIn(b" 200 OK", client.data)
            finally:
                proxy.stop()

    def test_what_only_calls_itself_a_stream_of_events_is_scanned(self):
        infected = self.gateway.outcome("infected")
        bad = bodies.FOLDER
        cases = [(bodies.eicar(), EVENTS), (b"hello\n" + bad, EVENTS),
                 (b"MZ\x90\0" + bad, EVENTS), (b"#!/bin/sh\n" + bad, EVENTS),
                 (bodies.zipped([("a", bad)]), EVENTS), (bad, EVENTS + ", a/b"),
                 (b"data: " + bad, "text/plain"),
                 (b"data: " + bad, EVENTS + "\r\nContent-Disposition: "
                  "attachment; filename=a.exe"),
                 (b"data: " + bad, EVENTS + "\r\nContent-Encoding: identity")]
        for body, kind in cases:
            http = ("HTTP/1.1 200 OK\r\nContent-Type: %s\r\n\r\n" % kind)
            for preview in None, 3, 1024:
                answer = self.gateway.respmod(
                    body, service="glassgate_events", http=http.encode(),
                    preview=preview)
                self.assertEqual(answer.http_status, 403, (kind, preview))
        self.assertEqual(self.gateway.outcome("infected"),
                         infected + 3 * len(cases))

    def test_what_a_browser_asks_for_as_something_else_is_scanned(self):
        http = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
        for dest, status in (("script", 403), ("document", 403),
                             ("worker", 403), ("empty", 0)):
            get = ("GET http://a.test/feed HTTP/1.1\r\nHost: a.test\r\n"
                   "Sec-Fetch-Dest: %s\r\n\r\n" % dest).encode()
            answer = self.gateway.respmod(
                b"data: " + bodies.FOLDER, service="glassgate_events",
                http=http, get=get, preview=3)
            self.assertEqual((dest, answer.http_status), (dest, status))

    def test_one_byte_is_no_beginning(self):
        """A client that has no preview hands on what came."""
        for first in b"d", b"ev", b"\xef":
            answer = self.gateway.respmod(
                first + b"..." + bodies.FOLDER, http=(
                    "HTTP/1.1 200 OK\r\nContent-Type: %s\r\n\r\n" % EVENTS
                ).encode(), preview=len(first))
            self.assertEqual(answer.http_status, 403)

    def test_an_upload_is_none(self):
        http = (b"PUT http://a.test/up HTTP/1.1\r\nContent-Type: " +
                EVENTS.encode() + b"\r\n\r\n")
        answer = self.gateway.reqmod(b"data: " + bodies.FOLDER, http=http)
        self.assertEqual(answer.http_status, 403)

    def test_by_a_setting_or_a_policy_they_are_scanned(self):
        conf = policies.conf(
            [("skipping", {"hosts": ["skip.test"]},
              'types = { events = "skip"; };')], 'types: { events = "scan"; };')
        http = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
        body = b"data: " + bodies.FOLDER
        with gateway.gateway(conf=conf) as g:
            blocked.check_icap(self, g.respmod(body, http=http, preview=3),
                               gateway.FOLDER_NAME)
            blocked.check_clean(self, g.respmod(
                body, get=asked("http://skip.test/"), http=http, preview=3),
                body)
            done = g.tool("policy", "test", "--type", EVENTS, "--bytes",
                          "text", "--url", "http://skip.test/feed")
            self.assertIn("skipped pass", done.stdout.decode())
            done = g.tool("policy", "test", "--type", EVENTS, "--bytes",
                          "text", "--url", "http://a.test/feed")
            self.assertNotIn("skipped pass", done.stdout.decode())

    def test_without_its_lines_in_squid_they_come_when_a_preview_is_full(self):
        def play(send):
            for n in range(100):
                send(b"data: event %d %s\n\n" % (n, b"x" * 100))
            time.sleep(20)
        with gateway.gateway({"icap.preview": "4096"}) as g:
            proxy = squid.Squid("127.0.0.1:%d" % g.port, without=OTHERS)
            try:
                with Source(EVENTS, play) as source, \
                        Client(proxy.address, source.url) as client:
                    client.until(b"event 99")
                    self.assertEqual(g.outcome("skipped"), 2)
            finally:
                proxy.stop()

    def test_the_name_for_events_tells_a_small_preview_and_few_connections(
            self):
        with self.gateway.icap() as c:
            all_ = c.options()
            some = c.options("glassgate_events")
        self.assertEqual((all_.get("Preview"), some.get("Preview")),
                         ("16384", "3"))
        self.assertEqual((all_.get("Max-Connections"),
                          some.get("Max-Connections")), ("106", "26"))
        for answer in all_, some:
            self.assertEqual(answer.names().count("Preview"), 1)
            self.assertEqual(answer.names().count("Max-Connections"), 1)
            self.assertEqual(answer.get("Transfer-Preview"), "*")


class Others(Case):
    def test_a_long_poll_is_answered_when_its_answer_is_there(self):
        def play(send):
            time.sleep(4)
            send(b'{"news": 1}')
        with Source("application/json", play) as source, \
                self.grows(skipped=1, clean=1):
            with Client(self.squid.address, source.url) as client:
                late = client.until(b"0\r\n\r\n") - 4
        self.assertLess(late, SOON * lab.patience())
        self.assertIn(b'{"news": 1}', client.data)

    def talk(self, client):
        """An echo that is there at once, again after a while, and from the
        other side."""
        for word, pause in (b"one", 0), (b"two", 3), (b"three", 0):
            time.sleep(pause)
            begin = time.monotonic()
            client.data = b""
            client.socket.sendall(word)
            client.until(b"<" + word + b">")
            self.assertLess(time.monotonic() - begin, SOON * lab.patience())

    @staticmethod
    def echo(connection):
        while True:
            data = connection.recv(4096)
            if not data:
                return
            connection.sendall(b"<" + data + b">")

    def test_a_web_socket_by_Upgrade_talks_both_ways(self):
        proxy = squid.Squid(
            "127.0.0.1:%d" % self.gateway.port,
            more="http_upgrade_request_protocols websocket allow all")
        try:
            with Source("", self.echo, None, "101 Switching Protocols",
                        ["Upgrade: websocket", "Connection: Upgrade"]) as \
                    source, socket.create_connection(proxy.address, 20) as s:
                s.sendall(("GET %s HTTP/1.1\r\nHost: x\r\nConnection: Upgrade"
                           "\r\nUpgrade: websocket\r\n\r\n" % source.url)
                          .encode())
                client = Client.__new__(Client)
                client.socket, client.data, client.begin = s, b"", 0
                client.until(b"\r\n\r\n")
                self.assertIn(b" 101 ", client.data)
                self.talk(client)
        finally:
            proxy.stop()

    def test_a_tunnel_talks_both_ways(self):
        def serve(listener):
            connection, _ = listener.accept()
            with connection:
                self.echo(connection)
        with socket.create_server(("127.0.0.1", 0)) as listener, \
                socket.create_connection(self.squid.address, 20) as s:
            threading.Thread(target=serve, args=(listener,),
                             daemon=True).start()
            s.sendall(b"CONNECT 127.0.0.1:%d HTTP/1.1\r\n\r\n" %
                      listener.getsockname()[1])
            client = Client.__new__(Client)
            client.socket, client.data, client.begin = s, b"", 0
            client.until(b"\r\n\r\n")
            self.assertIn(b" 200 ", client.data)
            self.talk(client)


class Radio(Case):
    @classmethod
    def setUpClass(cls):
        cls.own = gateway.Gateway({"body.max": "2M"}, conf=policies.conf(
            [("scanned", {"ways": ["download"], "types": ["audio/aac"]},
              'types = { media = "scan"; };')],
            'types: { media = "skip"; };'))
        cls.proxy = squid.Squid("127.0.0.1:%d" % cls.own.port)

    @classmethod
    def tearDownClass(cls):
        cls.proxy.stop()
        cls.own.stop()

    @staticmethod
    def play(send):
        while True:
            send(FRAMES * 150)

    def test_it_plays_for_ever_without_us(self):
        for how in "chunked", "close":
            with Source("audio/mpeg", self.play, how) as source, \
                    Client(self.proxy.address, source.url) as client:
                client.until(FRAMES)
                self.assertFalse(client.drain(20 << 20))
                lab.until(lambda: self.own.status()["icap_threads_busy"] == 0,
                          "no thread is held")

    @limit(120)
    def test_who_has_no_preview_gets_it_in_constant_memory(self):
        head = icap.head("RESPMOD", "glassgate", "x", [], [
            ("req-hdr", icap.HTTP_GET),
            ("res-hdr", b"HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\n"
             b"\r\n")], "res-body")
        piece = icap.chunk(FRAMES * 150)
        scans = self.own.scans()
        with self.own.icap() as c:
            def write():
                with contextlib.suppress(OSError):
                    c.socket.sendall(head)
                    while True:
                        c.socket.sendall(piece)
            threading.Thread(target=write, daemon=True).start()
            most, got, before = 0, 0, None
            while got < 200 << 20:
                data = c.socket.recv(1 << 20)
                self.assertTrue(data, "ended after %d" % got)
                got += len(data)
                if got >> 24 != (got - len(data)) >> 24:
                    now = memory_of(self.own.icap_children())
                    before = before or now
                    most = max(most, now)
            c.socket.shutdown(socket.SHUT_RDWR)
        self.assertLess(most - before, 8 << 10, "KB")
        self.own.wait_scans(scans)

    def test_scanned_it_ends_at_the_limit_with_a_page(self):
        for kind in "audio/aac", "application/x-ndjson":
            with Source(kind, self.play) as source:
                reply = self.proxy.get(source.url)
                if reply.status != 403:  # it was dripping
                    self.assertFalse(reply.complete)
                    reply = self.proxy.get(source.url)
            blocked.check_http(self, reply, "Not.Checked.TooBig", kind=2)
