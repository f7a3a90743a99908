# SPDX-License-Identifier: GPL-2.0-only
"""A download of a kind that trickles gives its first bytes soon, and its last
ones only after the verdict; what is found then is never a whole file."""

import contextlib
import email.utils
import hashlib
import os
import re
import socket
import subprocess
import threading
import time

import blocked
import bodies
import gateway
import icap
import lab
import squid
from suite import Case, alone, limit
from test_overload import stopped

NAME = gateway.EICAR_NAME
MEDIA = "video/mp4"
HOLD = 64 << 10  # trickle.hold, as delivered
SHARE = 10  # trickle.share, in percent
DIED = r"warn keeper\[\d+\] worker died "
SOON = "how soon the first byte comes is measured"


def digest(data):
    return hashlib.sha256(data).digest()


class Download(threading.Thread):
    """One GET through a proxy, beside the test. first: when the first byte of
    its head came, body: what has come, end: "whole", "short" or None."""

    def __init__(self, proxy, url, headers=()):
        super().__init__(daemon=True)
        self.proxy, self.url, self.headers = proxy, url, headers
        self.first = self.end = self.status = None
        self.body = bytearray()
        self.begun = time.monotonic()
        self.socket = None
        self.start()

    def run(self):
        with squid.Proxied(self.proxy.address) as p:
            self.socket = p.socket
            text = "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" % (
                self.url) + "".join("%s: %s\r\n" % h for h in self.headers)
            p.socket.sendall((text + "\r\n").encode())
            with contextlib.suppress(OSError, ValueError):
                p.reader.peek(1)
                self.first = time.monotonic() - self.begun
                self.read(p.reader)

    def read(self, reader):
        self.status = int(reader.readline().split()[1])
        head = {}
        for raw in iter(reader.readline, b"\r\n"):
            name, _, value = raw.decode().partition(":")
            head[name.lower()] = value.strip()
        if head.get("transfer-encoding") == "chunked":
            self.end = "whole" if self.chunks(reader) else "short"
            return
        want = int(head["content-length"])
        while len(self.body) < want and (piece := reader.read1(1 << 18)):
            self.body += piece
        self.end = "whole" if len(self.body) == want else "short"

    def chunks(self, reader):
        while True:
            size = int(reader.readline().split(b";")[0] or b"-1", 16)
            if size <= 0:
                return size == 0 and reader.readline() == b"\r\n"
            while size > 0 and (piece := reader.read1(size)):
                self.body += piece
                size -= len(piece)
            reader.readline()

    def leave(self):
        self.socket.shutdown(socket.SHUT_RDWR)

    def wait(self):
        self.join(60 * lab.patience())
        return self


class Trickle(Case):
    def open(self, cache=False, **settings):
        """(gateway, Squid) of this test, with trickle as delivered."""
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        values = {k.replace("__", "."): v for k, v in settings.items()}
        g = stack.enter_context(gateway.gateway(values, expect=[DIED]))
        proxy = squid.Squid("127.0.0.1:%d" % g.port, cache=cache)
        stack.callback(proxy.stop)
        return g, proxy

    def put(self, path, body, **more):
        return self.origin.put(path, body, **dict({"kind": MEDIA}, **more))

    def bytes_come(self, download, count=100):
        """More than keeps Squid going: that is no trickle."""
        lab.until(lambda: len(download.body) >= count,
                  "%d bytes before the verdict" % count, 20)

    def is_cut(self, g, download, body):
        """Short, a beginning, no more than its share, not the last bytes."""
        self.assertEqual((download.status, download.end), (200, "short"))
        out = len(download.body)
        self.assertEqual(digest(download.body), digest(body[:out]))
        self.assertLessEqual(out, len(body) * SHARE // 100)
        self.assertLessEqual(out, len(body) - HOLD)
        line = g.wait_line(r"verdict .*outcome=infected .*cut=1 ")
        given = int(re.search(r" given=(\d+) ", line).group(1))
        self.assertGreaterEqual(given, out)
        self.assertLessEqual(given, len(body) * SHARE // 100)

    @alone(SOON)
    @limit(180)
    def test_the_first_byte_comes_within_2_seconds_at_any_size(self):
        g, proxy = self.open()
        for size in (200000, 1 << 20, 20 << 20, 99 << 20):
            body = bodies.clean_zip(size)
            for how in ("length", "chunked"):
                path = "/t/first%d%s" % (size, how)
                url = self.put(path, body, how=how)
                with stopped(g, "big"), stopped(g, "small"):
                    d = Download(proxy, url)
                    self.bytes_come(d)
                    self.assertLess(d.first, 2 * lab.slow(), path)
                    self.assertLess(time.monotonic() - d.begun,
                                    2.5 * lab.slow())
                d.wait()
                self.assertEqual(d.end, "whole")
                self.assertEqual(digest(d.body), digest(body))
                self.origin.take(path)

    @alone(SOON)
    @limit(120)
    def test_a_slow_origin_keeps_nobody_in_the_dark(self):
        g, proxy = self.open()
        body = bodies.clean_zip(300000)
        # Some, and then nothing for longer than a person waits. The head
        # comes early where a length is declared.
        for how, some in (("length", 40000), ("chunked", 180000)):
            # The origin sleeps after the last piece, too.
            url = self.put("/t/slow" + how, body, how=how, pace=(some, 3),
                           headers=[("Connection", "close")])
            d = Download(proxy, url)
            lab.until(lambda: d.first, "the first byte", 20)
            self.assertLess(d.first, 2 * lab.slow(), how)
            d.wait()
            self.assertEqual((d.end, digest(d.body)), ("whole", digest(body)))
        self.assertEqual(g.counter("glassgate_trickled_total"), 2)

    @limit(120)
    def test_bytes_come_while_it_is_scanned_at_the_rate_and_to_the_share(self):
        g, proxy = self.open(trickle__rate="20K")
        body = bodies.clean_zip(2 << 20)
        url = self.put("/t/rate", body)
        with stopped(g, "big"):
            d = Download(proxy, url)
            self.bytes_come(d, 1)
            since, had = time.monotonic(), len(d.body)
            self.bytes_come(d, 60000)
            took = time.monotonic() - since
            self.assertGreater(took, (60000 - had) / (20 << 10) - 0.5)
            self.assertLess(took, 2 * (60000 - had) / (20 << 10))
            most = len(body) * SHARE // 100
            self.bytes_come(d, most)
            gateway.pause(1)
            self.assertEqual(len(d.body), most)
            self.assertIsNone(d.end)
        d.wait()
        self.assertEqual((d.status, d.end), (200, "whole"))
        self.assertEqual(digest(d.body), digest(body))
        line = g.wait_line("verdict .*outcome=clean ")
        self.assertIn(" given=%d " % most, line)

    @limit(180)
    def test_what_is_infected_at_its_end_is_cut_and_then_blocked(self):
        g, proxy = self.open(trickle__rate="1M")
        for n, (size, how) in enumerate([
                (200000, "length"), (200000, "chunked"), (2 << 20, "length"),
                (2 << 20, "chunked"), (2 << 20, "close")]):
            body = bodies.infected_zip(size)
            path = "/t/cut%d" % n
            url = self.put(path, body, how=how)
            with stopped(g, "big"), stopped(g, "small"):
                d = Download(proxy, url)
                self.bytes_come(d)
            d.wait()
            self.is_cut(g, d, body)
            asked = len(self.origin.received(path))
            blocked.check_http(self, proxy.get(url), NAME)
            self.assertEqual(len(self.origin.received(path)), asked)
        self.assertEqual(g.counter("glassgate_cuts_total"), n + 1)
        self.assertEqual(g.counter("glassgate_trickled_total"), n + 1)

    @limit(120)
    def test_what_is_infected_behind_a_slow_origin_is_cut(self):
        g, proxy = self.open()
        body = bodies.infected_zip(2 << 20)
        for how in ("length", "chunked"):
            url = self.put("/t/slowcut" + how, body, how=how,
                           pace=(200000, 0.3))
            d = Download(proxy, url).wait()
            self.is_cut(g, d, body)
            self.assertGreater(len(d.body), 0)
            blocked.check_http(self, proxy.get(url), NAME)

    @limit(120)
    def test_what_came_is_judged_though_its_end_never_comes(self):
        g, proxy = self.open(trickle__rate="20K")
        body = bodies.infected_zip(3000) + bytes(2 << 20)

        def pace(connection, data):
            connection.sendall(data[:400000])
            time.sleep(3)
            connection.close()

        for way in ("origin", "client"):
            url = self.put("/t/endless" + way, body, pace=pace)
            d = Download(proxy, url)
            self.bytes_come(d, 4000)
            if way == "client":
                d.leave()
            d.wait()
            self.assertEqual(d.end, "short")
            line = g.wait_line(r"verdict .*outcome=infected .*endless%s .*"
                               r"cut=1 " % way)
            given = int(re.search(r" given=(\d+) ", line).group(1))
            self.assertGreaterEqual(given, 4000)
            blocked.check_http(self, proxy.get(url), NAME)
        self.assertEqual(g.counter("glassgate_cuts_total"), 2)

    def test_who_leaves_has_a_line_with_what_is_out(self):
        g, proxy = self.open(trickle__rate="20K")
        url = self.put("/t/left", bodies.clean_zip(2 << 20), pace=(300000, 2))
        d = Download(proxy, url)
        self.bytes_come(d, 2000)
        d.leave()
        d.wait()
        given = re.search(r" received=(\d+) given=(\d+)$", g.wait_line(
            r"client left .*/t/left ")).groups()
        self.assertGreaterEqual(int(given[1]), 2000)
        self.assertLessEqual(int(given[1]), int(given[0]) * SHARE // 100)
        g.wait_counter("glassgate_clients_gone_total", 1)
        self.assertEqual(g.counter("glassgate_cuts_total"), 0)

    def test_the_rest_of_what_was_cut_cannot_be_fetched_as_a_range(self):
        g, proxy = self.open()
        body = bodies.infected_zip(2 << 20)
        url = self.put("/t/range.mp4", body)
        with stopped(g, "big"):
            d = Download(proxy, url)
            self.bytes_come(d)
        d.wait()
        self.is_cut(g, d, body)
        asked = len(self.origin.received("/t/range.mp4"))
        rest = [("Range", "bytes=%d-" % len(d.body))]
        for headers in (rest, rest + [("If-Range", '"a"')]):
            with squid.Proxied(proxy.address) as p:
                reply = p.request("GET", url, headers=headers)
            blocked.check_http(self, reply, NAME)
        self.assertEqual(len(self.origin.received("/t/range.mp4")), asked)

    @limit(120)
    def test_no_cache_keeps_what_was_cut(self):
        g, proxy = self.open(cache=True, proxy__remember="0")
        fresh = [("Cache-Control", "max-age=3600"),
                 ("Date", email.utils.formatdate(usegmt=True))]
        for how in ("length", "chunked"):
            path = "/t/cache%s" % how
            body = bodies.infected_zip(300000)
            url = self.put(path, body, how=how, headers=fresh)
            for n in (1, 2):
                with stopped(g, "small"):
                    d = Download(proxy, url)
                    self.bytes_come(d)
                d.wait()
                self.is_cut(g, d, body)
                self.assertEqual(len(self.origin.received(path)), n)
            body = bodies.clean_zip(300000)
            url = self.put(path, body, how=how, headers=fresh)
            with stopped(g, "small"):
                d = Download(proxy, url)
                self.bytes_come(d)
            d.wait()
            self.assertEqual((d.end, digest(d.body)), ("whole", digest(body)))
            # And what was whole is kept: this Squid does cache.
            self.assertEqual(digest(proxy.get(url).body), digest(body))
            self.assertEqual(len(self.origin.received(path)), 3)

    @limit(120)
    def test_curl_calls_what_was_cut_incomplete(self):
        g, proxy = self.open()
        body = bodies.infected_zip(2 << 20)
        for how, status in (("length", 18), ("chunked", 18)):
            url = self.put("/t/curl" + how, body, how=how)
            out = os.path.join(lab.new_folder("curl"), "out")
            with stopped(g, "big"):
                curl = subprocess.Popen(["curl", "-s", "-x", "http://%s:%d" %
                                         proxy.address, "-o", out, url])
                lab.until(lambda: os.path.exists(out) and
                          os.path.getsize(out) > 0, "bytes for curl", 20)
            self.assertEqual(curl.wait(60), status, how)
            self.assertLessEqual(os.path.getsize(out), len(body) // 10)

    @limit(120)
    def test_what_is_found_within_the_delay_gets_its_page(self):
        g, proxy = self.open(trickle__delay="30")
        for size in (200000, 2 << 20):
            body = bodies.infected_zip(size)
            # Slow enough for Squid not to stall.
            url = self.put("/t/page%d" % size, body, pace=(40000, 0.05))
            blocked.check_http(self, proxy.get(url), NAME)
        self.assertEqual(g.counter("glassgate_cuts_total"), 0)
        self.assertEqual(g.counter("glassgate_trickled_total"), 0)

    @limit(120)
    def test_nothing_trickles_but_what_is_called_so_by_type_and_name(self):
        g, proxy = self.open()
        rows = [("/t/a.exe", MEDIA, ()), ("/t/a", "application/x-msdownload",
                                          ()),
                ("/t/a.mp4", "application/octet-stream", ()),
                ("/t/b.mp4", MEDIA, [("Content-Disposition",
                                      "attachment; filename=setup.exe")]),
                ("/t/a.js", "text/javascript", ()), ("/t/c.mp4", None, ())]
        downloads = []
        with stopped(g, "big"), stopped(g, "small"):
            for path, kind, headers in rows:
                body = bodies.infected_zip(300000)
                url = self.put(path, body, kind=kind, headers=headers,
                               pace=(40000, 0.05))
                downloads.append(Download(proxy, url))
            gateway.pause(3)
            self.assertEqual([d.first for d in downloads], [None] * len(rows))
        for d in downloads:
            d.wait()
            self.assertEqual((d.status, d.end), (403, "whole"))
        self.assertEqual(g.counter("glassgate_trickled_total"), 0)

    def test_no_download_trickles_where_the_setting_names_none(self):
        g, proxy = self.open(trickle__types="")
        url = self.put("/t/none", bodies.infected_zip(300000),
                       pace=(40000, 0.05))
        with stopped(g, "small"):
            d = Download(proxy, url)
            gateway.pause(3)
            self.assertIsNone(d.first)
        d.wait()
        self.assertEqual((d.status, d.end), (403, "whole"))

    @limit(120)
    def test_who_leaves_meanwhile_frees_worker_and_threads(self):
        g, proxy = self.open()
        url = self.put("/t/leave", bodies.clean_zip(2 << 20))
        before = self.threads(g)
        with stopped(g, "big"):
            downloads = [Download(proxy, url) for _ in range(4)]
            for d in downloads:
                self.bytes_come(d)
            self.assertGreater(self.threads(g), before)
            for d in downloads:
                d.leave()
            g.wait_counter("glassgate_clients_gone_total", 4, 20)
            lab.until(lambda: self.threads(g) == before, "as many threads")
            lab.until(lambda: g.status()["icap_threads_busy"] == 0, "no work")
        self.assertEqual(proxy.get(self.put("/t/then", b"fine")).status, 200)

    def threads(self, g):
        return sum(len(os.listdir("/proc/%d/task" % p.pid))
                   for p in g.processes() if p.comm == "c-icap")

    @limit(120)
    def test_a_stop_does_not_wait_for_what_trickles(self):
        g, proxy = self.open()
        url = self.put("/t/stop", bodies.clean_zip(2 << 20))
        with stopped(g, "big"):
            downloads = [Download(proxy, url) for _ in range(4)]
            for d in downloads:
                self.bytes_come(d)
            g.stop()
        for d in downloads:
            d.wait()
            self.assertEqual((d.status, d.end), (200, "short"))

    @limit(150)
    def test_50_at_once_come_whole(self):
        g, proxy = self.open(scan__big_seconds="60")
        wanted = {}
        for n in range(50):
            body = bodies.clean_zip(1500000 + n, seed=n)
            wanted[self.put("/t/many%d" % n, body)] = digest(body)
        with stopped(g, "big"):
            downloads = [Download(proxy, url) for url in wanted]
            for d in downloads:
                self.bytes_come(d)
        for d in downloads:
            d.wait()
            self.assertEqual(d.end, "whole")
            self.assertEqual(digest(d.body), wanted[d.url])
        self.assertEqual(g.outcome("clean"), 50)

    @limit(120)
    def test_without_a_proxy_the_answer_ends_without_its_last_chunk(self):
        g, _ = self.open()
        body = bodies.infected_zip(300000)
        head = "HTTP/1.1 200 OK\r\nContent-Type: %s\r\n\r\n" % MEDIA
        with g.icap() as c:
            with stopped(g, "small"):
                c.send(icap.head("RESPMOD", "glassgate", c.host, [], [
                    ("res-hdr", head.encode())], "res-body") +
                    icap.chunks(body) + b"0\r\n\r\n")
                c.socket.settimeout(20)
                got = c.socket.recv(1 << 16)
                while b"\r\n1\r\n" not in got:
                    got += c.socket.recv(1 << 16)
            while piece := c.socket.recv(1 << 16):
                got += piece
        self.assertTrue(got.startswith(b"ICAP/1.0 200 "))
        self.assertFalse(got.endswith(b"0\r\n\r\n"))
        self.assertLess(len(got), len(body) // 10 + 5000)
