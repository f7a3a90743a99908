# SPDX-License-Identifier: GPL-2.0-only
"""What is decided without the body is decided in the preview: no byte beyond it
is asked for."""

import time

import blocked
import bodies
import gateway
import icap
import policies
import squid
from policies import asked
from suite import Case
from test_streams import Source

SIZE = 1024
FILM = b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + bytes(SIZE)
CONF = """
types: { media = "skip"; archive = "block"; };
names: { double_extension = "block"; };
"""


def http(kind="application/octet-stream", *more):
    return "\r\n".join(["HTTP/1.1 200 OK", "Content-Type: " + kind, *more,
                        "", ""]).encode()


class Preview(Case):
    @classmethod
    def setUpClass(cls):
        cls.own = gateway.Gateway(expect=["watch mode"], settings={"body.max": "1M", "proxy.drip": "always"},
                                  conf=policies.conf([
            ("small", {"hosts": ["small.test"]},
             'limits = { body_max = "2K"; };'),
            ("tolerant", {"hosts": ["tolerant.test"]},
             policies.outcomes(too_big="pass")),
            ("watched", {"hosts": ["watched.test"]}, 'mode = "watch";'),
            ("store", {"hosts": ["store.test"]}, 'unchecked = "500";')], CONF))

    @classmethod
    def tearDownClass(cls):
        cls.own.stop()

    def first(self, url, head=http(), body=bytes(SIZE), g=None, method=None):
        """The answer to the preview alone, of a body that goes on."""
        get = asked(url)
        parts = [("req-hdr", get), ("res-hdr", head)]
        if method is not None:
            parts = [("req-hdr", get.replace(b"GET", method, 1))]
        with (g or self.own).icap() as c:
            c.send(icap.head(
                "REQMOD" if method else "RESPMOD", "glassgate", c.host,
                [("Preview", str(SIZE)), ("Allow", "204")], parts,
                "req-body" if method else "res-body") +
                icap.chunk(body[:SIZE]) + b"0\r\n\r\n")
            return c.answer()

    def check(self, status, outcome, url, *more, **options):
        before = self.own.outcome(outcome)
        read = self.own.counter("glassgate_body_bytes_total")
        answer = self.first(url, *more, **options)
        self.assertEqual((url, answer.http_status or answer.status),
                         (url, status))
        self.own.wait_counter(
            'glassgate_outcomes_total{outcome="%s"}' % outcome, before + 1)
        self.own.wait_counter("glassgate_body_bytes_total", read + SIZE)
        return answer

    def goes_on(self, *more, **options):
        self.assertEqual(self.first(*more, **options).status, 100)

    def test_what_needs_its_body_is_asked_for_it(self):
        self.goes_on("http://a.test/a")
        self.goes_on("http://a.test/a", method=b"POST")
        self.goes_on("http://a.test/a.mp4", http("video/mp4"), bytes(SIZE))

    def test_without_a_body_there_is_nothing_to_ask_for(self):
        for parts in ([("req-hdr", icap.HTTP_GET.replace(b"GET", b"HEAD")),
                       ("res-hdr", http())],
                      [("req-hdr", icap.HTTP_GET), (
                          "res-hdr", b"HTTP/1.1 304 Not Modified\r\n\r\n")],
                      [("req-hdr", icap.HTTP_GET), (
                          "res-hdr", b"HTTP/1.1 204 No Content\r\n\r\n")]):
            before = self.own.outcome("skipped")
            with self.own.icap() as c:
                answer = c.request("RESPMOD", parts, None, preview=0)
            self.assertEqual(answer.status, 204)
            self.own.wait_counter(
                'glassgate_outcomes_total{outcome="skipped"}', before + 1)

    def test_films_and_events_that_are_skipped_are_not_read(self):
        self.check(204, "skipped", "http://a.test/a.mp4", http("video/mp4"),
                   FILM)
        self.check(204, "skipped", "http://a.test/", http("text/event-stream"),
                   b"data: 1\n\n" * SIZE)

    def test_what_is_forbidden_is_not_read(self):
        done = self.own.tool("block", "host", "bad.test", "--reason", "bad")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.check(403, "forbidden", "http://bad.test/a")
        self.check(403, "forbidden", "http://bad.test/a", method=b"POST")
        self.check(403, "forbidden", "http://a.test/a.pdf.exe")
        self.check(403, "forbidden", "http://a.test/a", http(
            "application/zip"))
        self.check(403, "forbidden", "http://a.test/a.7z")
        self.own.tool("remove", "host", "bad.test")

    def test_a_url_that_had_to_be_cut_is_not_read_again(self):
        url = "http://cut.test/a"
        body = bodies.noise(200000) + bodies.FOLDER
        with self.own.icap() as c:
            self.assertFalse(c.respmod(body, get=asked(url),
                                       preview=SIZE).complete)
        self.own.wait_counter("glassgate_cuts_total", 1)
        self.check(403, "infected", url)

    def test_a_declared_length_over_the_limit_is_told_at_once(self):
        big = http("a/b", "Content-Length: 1048577")
        self.check(403, "too-big", "http://a.test/a", big)
        self.own.wait_line(r"outcome=too-big action=block .*url=http://a\.test/"
                           r"a .*reason=by\\x20its\\x20declared")
        self.check(403, "too-big", "http://small.test/a", http(
            "a/b", "Content-Length: 2049"))
        self.assertEqual(self.check(500, "too-big", "http://store.test/a",
                                    big).status, 500)

    def test_a_declared_length_lets_nothing_pass(self):
        big = http("a/b", "Content-Length: 1048577")
        self.goes_on("http://tolerant.test/a", big)
        self.goes_on("http://watched.test/a", big)
        self.goes_on("http://a.test/a", http("a/b", "Content-Length: 1048576"))
        for host in "tolerant.test", "watched.test":
            answer = self.own.respmod(
                bodies.eicar(), get=asked("http://%s/a" % host), http=big)
            self.assertEqual(answer.http_status,
                             403 if host == "tolerant.test" else 200)
            self.own.wait_line(r"outcome=infected .*url=http://%s/a " % host)
        self.check(204, "skipped", "http://a.test/b.mp4", http(
            "video/mp4", "Content-Length: 5000000000"), FILM)

    def test_its_connection_carries_the_next_request(self):
        with self.own.icap() as c:
            for n in range(5):
                for size in SIZE - 1, SIZE, SIZE + 1, 100000:
                    answer = c.respmod(bytes(size), preview=SIZE, http=http(
                        "application/zip"))
                    self.assertEqual(answer.http_status, 403)
                    self.assertEqual(answer.status, 200)
                    blocked.check_clean(self, c.respmod(
                        bodies.words(5000), preview=SIZE), bodies.words(5000))

    def test_through_squid_an_endless_download_gets_its_page(self):
        sent = []

        def play(send):
            while True:
                send(bytes(60000))
                sent.append(60000)
        proxy = squid.Squid("127.0.0.1:%d" % self.own.port)
        try:
            with Source("application/zip", play) as source:
                for n in range(3):
                    blocked.check_http(self, proxy.get(source.url),
                                       "Type.Archive", kind=1)
                time.sleep(0.5)
                before = len(sent)
                time.sleep(0.5)
                self.assertEqual(len(sent), before, "the origin goes on")
        finally:
            proxy.stop()

    def test_with_hardly_a_thread_free_nothing_is_read(self):
        with gateway.gateway({"icap.threads": "8", "icap.keepalive": "1",
                              "icap.spare_threads": "3"},
                             expect=["degraded reason=", "icap says "]) as g:
            held = g.hold_threads(6)
            answer = self.first("http://a.test/a", g=g)
            blocked.check_icap(self, answer, "Not.Checked.Overload", kind=2)
            for c in held:
                c.close()
