# SPDX-License-Identifier: GPL-2.0-only
"""Clean bodies of every kind and size come back as they were."""

import hashlib

import bodies
import squid
from suite import Case

SIZES = (0, 1, 65535, 65536, 65537, 1 << 20, 4 << 20)


def digest(data):
    return hashlib.sha256(data).hexdigest()


class Bodies(Case):
    def same(self, reply, body, what):
        self.assertEqual(reply.status, 200, what)
        self.assertTrue(reply.complete, what)
        self.assertEqual(digest(reply.body), digest(body), what)

    def fetch_all(self, cases, how):
        """Squid sends us the request, which has no body, and the answer."""
        get = self.squid.get
        with self.grows(clean=len(cases), skipped=len(cases), blocked=0):
            for name, kind, body in cases:
                url = self.origin.put("/b/x", body, kind=kind, how=how)
                self.same(get(url), body, name)

    def send_all(self, cases, path, chunked):
        """Request and answer both have a body here."""
        url, post = self.origin.url(path), self.squid.post
        with self.grows(clean=2 * len(cases), blocked=0):
            for name, kind, body in cases:
                reply = post(url, body, chunked=chunked,
                                        headers=[("Content-Type", kind)])
                self.assertEqual(reply.status, 200, name)
                self.assertEqual(reply.body, b"received %d\n" % len(body))
                self.assertEqual(digest(self.origin.received(path)[-1].body),
                                 digest(body), name)

    def test_thirty_kinds_of_downloads_come_back_byte_for_byte(self):
        cases = bodies.clean()
        self.assertGreaterEqual(len(cases), 30)
        self.fetch_all(cases, "length")

    def test_thirty_kinds_of_downloads_in_chunks_come_back_byte_for_byte(self):
        self.fetch_all(bodies.clean(), "chunked")

    def test_thirty_kinds_of_downloads_without_length_come_back(self):
        self.fetch_all(bodies.clean(), "close")

    def test_thirty_kinds_of_uploads_arrive_byte_for_byte(self):
        self.send_all(bodies.clean(), "/b/up", chunked=False)

    def test_thirty_kinds_of_chunked_uploads_arrive_byte_for_byte(self):
        self.send_all(bodies.clean(), "/b/upc", chunked=True)

    def test_downloads_of_every_size_come_back_byte_for_byte(self):
        for how in ("length", "chunked"):
            for size in SIZES:
                body = bodies.noise(size, size + 1)
                url = self.origin.put("/b/s%d" % size, body, how=how)
                self.same(self.squid.get(url), body, (how, size))

    def test_uploads_of_every_size_arrive_byte_for_byte(self):
        for chunked in (False, True):
            for size in SIZES:
                body = bodies.noise(size, size + 2)
                self.squid.post(self.origin.url("/b/u%d" % size), body,
                                chunked=chunked)
                got = self.origin.received("/b/u%d" % size)[-1].body
                self.assertEqual(digest(got), digest(body), (chunked, size))

    def test_the_header_of_a_clean_answer_is_not_changed(self):
        url = self.origin.put("/b/head", b"fine", kind="text/x-odd",
                              headers=[("X-Odd", "one, two"),
                                       ("ETag", "\"abc\"")])
        reply = self.squid.get(url)
        self.assertEqual(
            [reply.get(n) for n in ("Content-Type", "X-Odd", "ETag")],
            ["text/x-odd", "one, two", "\"abc\""])

    def test_304_passes(self):
        url = self.origin.put("/b/304", status="304 Not Modified",
                              headers=[("ETag", "\"abc\"")])
        with squid.Proxied(self.squid.address) as proxied:
            reply = proxied.request("GET", url,
                                    headers=[("If-None-Match", "\"abc\"")])
            self.assertEqual(reply.status, 304)
            self.same(proxied.request("GET", self.origin.put("/b/n", b"n")),
                      b"n", "the same connection after a 304")

    def test_HEAD_passes_with_the_length_of_the_body(self):
        url = self.origin.put("/b/h", bodies.eicar())
        with squid.Proxied(self.squid.address) as proxied:
            reply = proxied.request("HEAD", url)
            self.assertEqual(reply.status, 200)
            self.assertEqual(reply.get("Content-Length"), "68")
            self.same(proxied.request("GET", self.origin.put("/b/n", b"n")),
                      b"n", "the same connection after a HEAD")

    def test_an_error_page_of_the_origin_passes_with_its_status(self):
        url = self.origin.put("/b/404", b"not here", status="404 Not Found")
        reply = self.squid.get(url)
        self.assertEqual((reply.status, reply.body), (404, b"not here"))

    def test_one_connection_carries_a_hundred_downloads(self):
        with squid.Proxied(self.squid.address) as proxied:
            for i in range(100):
                body = bodies.words(500 + i * 37, i)
                url = self.origin.put("/b/k%d" % i, body)
                self.same(proxied.request("GET", url), body, i)
