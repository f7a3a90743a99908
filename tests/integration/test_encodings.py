# SPDX-License-Identifier: GPL-2.0-only
"""Nothing hides in a Content-Encoding, and what is clean passes unaltered."""

import gzip

import bodies
import blocked
import gateway
from packed import CODINGS, brotli, gzipped, raw_deflate, tool, zstd
from suite import Case

NAME = gateway.EICAR_NAME
GET = (b"GET http://origin.test/e HTTP/1.1\r\nHost: origin.test\r\n"
       b"Accept-Encoding: gzip, deflate, br, zstd\r\n\r\n")


def head(*lines):
    return (b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
            + b"".join(b"Content-Encoding: %s\r\n" % x.encode()
                       for x in lines) + b"\r\n")


class Encodings(Case):
    def ask(self, body, *lines):
        return self.gateway.respmod(body, http=head(*lines), get=GET)

    def infected(self, what, body, *lines):
        with self.subTest(what), self.grows(infected=1, blocked=1):
            blocked.check_icap(self, self.ask(body, *lines), NAME)

    def passes(self, what, body, *lines):
        with self.subTest(what), self.grows(clean=1, blocked=0):
            blocked.check_clean(self, self.ask(body, *lines), body)

    def refused(self, what, outcome, cause, body, *lines):
        with self.subTest(what), self.grows(blocked=1, **{outcome: 1}):
            blocked.check_icap(self, self.ask(body, *lines), cause, kind=2)

    def both(self, what, make, *lines):
        """The infected one is blocked, its clean twin passes."""
        self.infected(what, make(bodies.eicar()), *lines)
        self.passes(what, make(bodies.words(3000)), *lines)

    def test_each_coding_is_undone(self):
        for name, pack in CODINGS:
            self.both(name, pack, name)

    def test_letters_commas_and_identity_do_not_matter(self):
        for name, pack in CODINGS:
            self.both(name, pack, ", identity,, %s ," % name.upper())

    def test_stacks_of_two_are_undone_in_one_line_and_in_two(self):
        for a, inner in CODINGS:
            for b, outer in CODINGS:
                if b == "x-gzip":
                    continue
                make = lambda data: outer(inner(data))
                self.infected(a + b, make(bodies.eicar()), "%s, %s" % (a, b))
                self.passes(a + b, make(bodies.words(900)), a, b)

    def test_a_stack_of_three_is_undone(self):
        self.both("three", lambda data: zstd(brotli(gzipped(data))),
                  "gzip, br", "zstd")

    def test_a_body_that_is_not_packed_as_it_says_is_scanned(self):
        self.both("plain", lambda data: data, "gzip")
        self.both("plain", lambda data: data, "zstd")
        self.both("gzip for br", gzipped, "br, gzip")
        self.infected("br for gzip", brotli(bodies.eicar()), "gzip")
        self.infected("zstd for gzip", zstd(bodies.eicar()), "gzip")
        self.infected("raw for gzip", raw_deflate(bodies.eicar()), "gzip")

    def test_several_members_and_what_follows_the_end_are_scanned(self):
        infected = gzipped(bodies.eicar())
        self.infected("first", infected + gzipped(bodies.noise(500)), "gzip")
        self.infected("rest", gzipped(b"clean") + bodies.eicar(), "gzip")
        self.infected("frame", zstd(bodies.eicar()) + zstd(b"x" * 500),
                      "zstd")
        self.passes("two", gzipped(b"clean") + gzipped(b" too"), "gzip")

    def test_a_cut_body_is_damaged_and_a_finding_in_it_wins(self):
        body = gzipped(bodies.eicar())
        self.infected("no trailer", body[:-8], "gzip")
        for name, pack, cause in (("gzip", gzipped, "gzip"),
                                  ("br", brotli, "br"),
                                  ("zstd", zstd, "zstd")):
            packed = pack(bodies.noise(90000))
            self.refused(name, "damaged", "Encoding.Broken." + cause,
                         packed[:70000], name)

    def test_an_unknown_coding_is_damaged(self):
        self.refused("rot13", "damaged", "Encoding.Unknown", b"text", "rot13")
        self.infected("rot13", bodies.eicar(), "rot13")
        for name in "compress", "aws-chunked", "dcb", "dcz":
            self.refused(name, "damaged", "Encoding.Unknown." + name,
                         b"text", "gzip, %s" % name.upper())

    def test_a_list_without_end_is_too_deep(self):
        self.refused("10000", "too_deep", "Encoding.TooDeep",
                     gzipped(b"text"), *["gzip"] * 500)

    def test_layers_beyond_the_recursion_that_is_set_are_too_deep(self):
        body = bodies.words(300)
        for _ in range(10):
            body = gzipped(body)
        ten = head(*["gzip"] * 10)
        self.passes("10 of 17", body, *["gzip"] * 10)
        with gateway.gateway({"scan.recursion": 9}) as g:
            answer = g.respmod(body, http=ten, get=GET)
            blocked.check_icap(self, answer, "Encoding.TooDeep", kind=2)

    def test_bombs_are_too_big(self):
        zeros = bytes(500 << 20)
        # To pack it well takes minutes, and it does not unpack to more.
        for name, pack in (("gzip", lambda data: gzip.compress(data, 1)),
                           ("br", tool("brotli", "-c", "-q", "1")),
                           CODINGS[5]):
            self.refused(name, "too_big", "Encoding.TooBig." + name,
                         pack(zeros), name)

    def test_an_upload_is_unpacked_too(self):
        post = (b"POST http://origin.test/up HTTP/1.1\r\n"
                b"Host: origin.test\r\nContent-Encoding: zstd\r\n\r\n")
        with self.grows(infected=1, blocked=1):
            answer = self.gateway.reqmod(zstd(bodies.eicar()), http=post)
        blocked.check_icap(self, answer, NAME)

    def test_through_squid_too(self):
        for name, pack in CODINGS:
            url = self.origin.put("/e/x", pack(bodies.eicar()),
                                  headers=[("Content-Encoding", name)])
            with self.subTest(name), self.grows(infected=1):
                blocked.check_http(self, self.squid.get(url), NAME)
            clean = pack(bodies.words(5000))
            url = self.origin.put("/e/y", clean,
                                  headers=[("Content-Encoding", name)])
            reply = self.squid.get(url)
            self.assertEqual((reply.status, reply.body), (200, clean))

    def test_squid_asks_no_server_for_what_only_the_browser_can_unpack(self):
        url = self.origin.put("/e/dictionary", b"text")
        reply = self.squid.get(url, headers=[
            ("Available-Dictionary", ":%s=:" % ("A" * 43)),
            ("X-Other", "stays")])
        self.assertEqual(reply.status, 200)
        asked = self.origin.received("/e/dictionary")[-1].headers
        self.assertNotIn("available-dictionary", asked)
        self.assertEqual(asked.get("x-other"), "stays")
