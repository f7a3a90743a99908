# SPDX-License-Identifier: GPL-2.0-only
"""Nothing in a part of a file says nothing of the whole: halves of the test
file are no test file, and a client puts them together."""

import bodies
import blocked
import gateway
from suite import Case

NAME = gateway.EICAR_NAME
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

    def test_through_squid_a_range_is_told_apart(self):
        url = self.origin.put("/range", FIRST, status="206 Partial Content",
                              headers=[("Content-Range", "bytes 0-33/68")])
        with self.grows(partial=1, clean=0):
            reply = self.squid.get(url, headers=[("Range", "bytes=0-33")])
            self.assertEqual((reply.status, reply.body), (206, FIRST))
