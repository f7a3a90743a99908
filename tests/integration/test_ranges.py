# SPDX-License-Identifier: GPL-2.0-only
"""Nothing in a part of a file says nothing of the whole: halves of the test
file are no test file, and a client puts them together."""

import contextlib

import bodies
import blocked
import gateway
import squid
from suite import Case

NAME = gateway.EICAR_NAME
COUNTER = "glassgate_ranges_taken_out_total"
FIRST, SECOND = bodies.eicar()[:34], bodies.eicar()[34:]
HEADS = (
    b"HTTP/1.1 206 Partial Content\r\nContent-Type: text/plain\r\n"
    b"Content-Range: bytes 0-33/68\r\n\r\n",
    b"HTTP/1.0 206\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n"
    b"Content-type: Multipart/ByteRanges; boundary=x\r\n\r\n",
)


class Ranges(Case):
    def test_a_range_is_partial_and_not_clean(self):
        for head in HEADS[:2]:
            for half in FIRST, SECOND:
                with self.grows(partial=1, clean=0, blocked=0):
                    answer = self.gateway.respmod(half, http=head)
                    self.assertIn(answer.status, (200, 204))

    def test_a_range_is_blocked_where_policy_says_so(self):
        with gateway.gateway({"policy.partial": "block"}) as g:
            for head in HEADS[:2]:
                blocked.check_icap(self, g.respmod(FIRST, http=head),
                                   "Not.Checked.Partial", kind=2)
            several = (b"--x\r\nContent-Range: bytes 0-33/68\r\n\r\n" + FIRST
                       + b"\r\n--x--\r\n")
            blocked.check_icap(self, g.respmod(several, http=HEADS[2]),
                               "Not.Checked.Partial", kind=2)
            self.assertEqual(g.outcome("partial"), 3)
            self.assertEqual(g.respmod(FIRST).status, 204)
            self.assertEqual(g.outcome("clean"), 1)

    def test_what_is_found_in_a_range_is_blocked_under_its_name(self):
        for head in HEADS[:2]:
            with self.grows(infected=1, blocked=1, partial=0):
                blocked.check_icap(self, self.gateway.respmod(
                    bodies.eicar(), http=head), NAME)

    def test_a_container_that_is_cut_is_partial_in_a_range_only(self):
        body = bodies.zipped([("a.txt", bytes(range(256)) * 100)])[:200]
        asked = (b"GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n"
                 b"Range: bytes=0-199\r\n\r\n")
        for head in HEADS[:2]:
            with self.grows(partial=1, damaged=0, blocked=0):
                self.gateway.respmod(body, http=head, get=asked)
        with self.grows(partial=0, damaged=1, blocked=1):
            blocked.check_icap(self, self.gateway.respmod(body, get=asked),
                               "Container.Cut", kind=2)

    def test_no_site_can_call_a_cut_container_a_range_by_itself(self):
        body = bodies.zipped([("a.txt", bytes(range(256)) * 100)])[:200]
        named = (b"HTTP/1.1 200 OK\r\n"
                 b"Content-Type: application/zip; x=multipart/byteranges\r\n\r\n")
        for head in (*HEADS[:2], named):
            with self.grows(partial=0, damaged=1, blocked=1):
                blocked.check_icap(self, self.gateway.respmod(
                    body, http=head), "Container.Cut", kind=2)

    def test_through_squid_a_range_is_told_apart(self):
        url = self.origin.put("/range.mp4", FIRST, status="206 Partial Content",
                              headers=[("Content-Range", "bytes 0-33/68")])
        with self.grows(partial=1, clean=0):
            reply = self.squid.get(url, headers=[("Range", "bytes=0-33")])
            self.assertEqual((reply.status, reply.body), (206, FIRST))

    def asked(self, url, *headers, host=None):
        """The request as the origin saw it."""
        path = "/" + url.split("/", 3)[3]
        with self.squid_of(host) as squid:
            self.assertEqual(squid.get(url, headers=headers).status, 200)
        return self.origin.take(path.split("?")[0])[-1].headers

    @contextlib.contextmanager
    def squid_of(self, hosts):
        if hosts is None:
            yield self.squid
            return
        with gateway.gateway({"proxy.range_hosts": hosts}) as g:
            through = squid.Squid("127.0.0.1:%d" % g.port)
            try:
                yield through
            finally:
                through.stop()

    RANGE = (("Range", "bytes=0-33"), ("If-Range", '"x"'),
             ("Request-Range", "bytes=0-33"))
    NAMES = ("range", "if-range", "request-range")

    def test_through_squid_a_request_asks_for_the_whole(self):
        before = self.gateway.counter(COUNTER)
        for name in "whole.exe", "whole.zip", "whole":
            url = self.origin.put("/" + name, bodies.eicar())
            seen = self.asked_blocked(url)
            for header in self.NAMES:
                self.assertNotIn(header, seen)
            self.assertEqual(seen.get("x-other"), "stays")
            self.assertEqual(seen.get("range-other"), "stays")
        self.gateway.wait_counter(COUNTER, before + 3)

    def asked_blocked(self, url):
        reply = self.squid.get(url, headers=self.RANGE + (
            ("X-Other", "stays"), ("Range-Other", "stays")))
        blocked.check_http(self, reply, NAME)
        return self.origin.take("/" + url.rsplit("/", 1)[1])[-1].headers

    def test_a_listed_ending_or_host_may_ask_for_a_part(self):
        before = self.gateway.counter(COUNTER)
        url = self.origin.put("/film.mp4", b"film")
        seen = self.asked(url, *self.RANGE)
        self.assertEqual(seen.get("range"), "bytes=0-33")
        self.assertEqual(seen.get("if-range"), '"x"')
        self.assertEqual(self.gateway.counter(COUNTER), before)
        url = self.origin.put("/update.exe", b"update")
        seen = self.asked(url, *self.RANGE, host="127.0.0.1,a.test")
        self.assertEqual(seen.get("range"), "bytes=0-33")

    def test_what_asks_for_no_part_goes_on_as_it_was(self):
        """An unchanged head is answered by 204, a changed one cannot be."""
        get = (b"GET http://a.test/a.exe HTTP/1.1\r\nHost: a.test\r\n%s\r\n")
        self.assertEqual(self.gateway.reqmod(None, http=get % b"").status, 204)
        answer = self.gateway.reqmod(None, http=get % (
            b"X-A: 1\r\nRange : bytes=0-1\r\nrange: bytes=5-\r\nX-B: 2\r\n"))
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.http_line, "GET http://a.test/a.exe HTTP/1.1")
        self.assertEqual([n for n, v in answer.http_headers if n != "Via"],
                         ["Host", "X-A", "X-B"])
        self.assertIsNone(answer.body)

    def test_an_upload_in_pieces_is_partial_and_not_clean(self):
        put = (b"PUT http://a.test/up HTTP/1.1\r\nHost: a.test\r\n"
               b"%s\r\nContent-Length: 34\r\n\r\n")
        for half, line in ((FIRST, b"Content-Range: bytes 0-33/68"),
                           (SECOND, b"Upload-Offset: 34")):
            with self.grows(partial=1, clean=0, blocked=0):
                self.gateway.reqmod(half, http=put % line)
            with self.grows(partial=0, clean=1):
                self.gateway.reqmod(half, http=put % b"X-A: b")
            with self.grows(infected=1, partial=0, blocked=1):
                blocked.check_icap(self, self.gateway.reqmod(
                    bodies.eicar(), http=put.replace(b"34", b"68") % line),
                    NAME)

    def test_an_upload_that_asks_for_a_part_stays_whole(self):
        post = (b"POST http://a.test/up HTTP/1.1\r\nHost: a.test\r\n"
                b"Range: bytes=0-1\r\nContent-Length: %d\r\n\r\n")
        for body in b"short", bodies.words(90000):
            for preview in None, 0, 1024:
                answer = self.gateway.reqmod(
                    body, http=post % len(body), preview=preview)
                self.assertEqual((answer.status, answer.body), (200, body))
                self.assertIsNone(answer.http("Range"))
                self.assertEqual(answer.http("Content-Length"),
                                 str(len(body)))
        blocked.check_icap(self, self.gateway.reqmod(
            bodies.eicar(), http=post % 68), NAME)
