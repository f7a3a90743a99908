# SPDX-License-Identifier: GPL-2.0-only
"""The ICAP server itself, byte by byte: every way that a client may ask."""

import bodies
import blocked
import gateway
import icap
from suite import Case

NAME = gateway.EICAR_NAME
NAMES = ("glassgate", "avscan", "virus_scan", "srv_clamav", "squidclamav",
         "squid_clamav", "reqmod", "respmod")
DENIED = r"icap says .*Request from 127\.0\.0\.\d+ denied"
CONNECT = (b"CONNECT origin.test:443 HTTP/1.1\r\n"
           b"Host: origin.test:443\r\n\r\n")
HEAD_OK = (b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"
           b"Content-Length: %d\r\n\r\n")


def ways():
    """Every mix of preview, Allow: 204 and chunk size."""
    for preview in (None, 0, 1024, 4096):
        for allow in (True, False):
            for size in (1 << 30, 4096, 1000):
                yield {"preview": preview, "allow": allow, "size": size}


class Protocol(Case):
    valgrind = True

    def test_OPTIONS_tells_what_clients_look_for(self):
        with self.gateway.icap() as c:
            answer = c.options()
        self.assertEqual(answer.line, "ICAP/1.0 200 OK")
        self.assertEqual(answer.get("Methods"), "RESPMOD, REQMOD")
        self.assertIn("204", answer.get("Allow"))
        self.assertRegex(answer.get("Preview"), r"^\d+$")
        self.assertRegex(answer.get("ISTag"), r'^"[!-~]{1,32}"$')
        self.assertLessEqual(int(answer.get("Options-TTL")), 300)
        self.assertGreater(int(answer.get("Max-Connections")), 0)
        self.assertIn("X-Infection-Found", answer.get("X-Allow-Out"))
        self.assertIn("X-Client-IP", answer.get("X-Include"))

    def test_every_service_name_answers_OPTIONS_and_blocks(self):
        for name in NAMES:
            for service in (name, name + "?allow204=on&mode=simple&x=%20"):
                with self.gateway.icap() as c:
                    self.assertEqual(c.options(service).status, 200, service)
                    answer = c.respmod(bodies.eicar(), service=service)
                blocked.check_icap(self, answer, NAME)

    def test_an_unknown_service_is_404(self):
        with self.gateway.icap() as c:
            self.assertEqual(c.options("nonsense").status, 404)

    def test_the_ISTag_is_one_for_all_children_and_answers(self):
        tags = set()
        for i in range(20):
            with self.gateway.icap() as c:
                tags.add(c.options().get("ISTag"))
                tags.add(c.respmod(b"x").get("ISTag"))
        self.assertEqual(len(tags), 1)
        self.assertIn(self.gateway.status()["istag"], tags.pop())

    def test_a_clean_body_passes_whatever_the_client_allows(self):
        for way in ways():
            for count in (1, 1000, 1024, 5000, 70000):
                body = bodies.words(count)
                for ask in (self.gateway.respmod, self.gateway.reqmod):
                    answer = ask(body, **way)
                    blocked.check_clean(self, answer, body)
                    if answer.status == 204:
                        self.assertTrue(way["allow"]
                                        or way["preview"] is not None, way)

    def test_an_infected_body_is_blocked_whatever_the_client_allows(self):
        files = [bodies.eicar(), bodies.infected_zip(5000),
                 bodies.infected_zip(70000, first=True)]
        for way in ways():
            for body in files:
                for ask in (self.gateway.respmod, self.gateway.reqmod):
                    blocked.check_icap(self, ask(body, **way), NAME)

    def test_204_is_given_wherever_it_is_allowed_outside_of_a_preview(self):
        for count in (100, 60000):
            answer = self.gateway.respmod(bodies.words(count), allow=True)
            self.assertEqual(answer.status, 204, count)

    def test_204_is_given_in_a_preview_that_holds_the_whole_body(self):
        answer = self.gateway.respmod(b"short", preview=1024, allow=False)
        self.assertEqual(answer.status, 204)

    def test_without_Allow_the_whole_answer_comes_back(self):
        for count in (1, 40000, 200000):
            body = bodies.noise(count, 21)
            answer = self.gateway.respmod(body, allow=False,
                                          http=HEAD_OK % count)
            self.assertEqual(answer.status, 200)
            self.assertEqual(answer.http_line, "HTTP/1.1 200 OK")
            self.assertEqual(answer.http("Content-Length"), str(count))
            self.assertEqual(answer.body, body)

    def test_without_Allow_the_whole_upload_comes_back(self):
        body = bodies.noise(200000, 22)
        answer = self.gateway.reqmod(body, allow=False)
        self.assertEqual(answer.status, 200)
        self.assertTrue(answer.http_line.startswith("POST http://origin.test"))
        self.assertEqual(answer.body, body)

    def test_a_request_that_comes_byte_by_byte_is_decided_right(self):
        blocked.check_icap(
            self, self.gateway.respmod(bodies.eicar(), piece=1), NAME)
        blocked.check_icap(
            self, self.gateway.reqmod(bodies.eicar(), piece=1, preview=30),
            NAME)
        body = bodies.words(300)
        blocked.check_clean(
            self, self.gateway.respmod(body, piece=1, preview=100), body)

    def test_empty_and_null_bodies_pass(self):
        for body in (b"", None):
            for preview in (None, 0, 1024):
                for ask in (self.gateway.respmod, self.gateway.reqmod):
                    answer = ask(body, preview=preview)
                    self.assertIn(answer.status, (200, 204))
                    self.assertIn(answer.body, (None, b""))
                    self.assertIsNone(answer.get("X-Infection-Found"))

    def test_CONNECT_is_never_blocked(self):
        self.assertIn(self.gateway.reqmod(None, http=CONNECT).status,
                      (200, 204))
        answer = self.gateway.reqmod(b"", http=CONNECT)
        self.assertIn(answer.status, (200, 204))
        self.assertIsNone(answer.get("X-Infection-Found"))

    def test_a_body_does_not_pass_by_calling_itself_CONNECT(self):
        blocked.check_icap(
            self, self.gateway.reqmod(bodies.eicar(), http=CONNECT), NAME)

    def test_a_declared_length_that_lies_changes_nothing(self):
        for length in (b"0", b"1", b"99999999999999999999", b"-5", b"x"):
            http = (b"HTTP/1.1 200 OK\r\nContent-Length: " + length
                    + b"\r\n\r\n")
            blocked.check_icap(
                self, self.gateway.respmod(bodies.eicar(), http=http), NAME)
        http = b"HTTP/1.1 200 OK\r\nContent-Length: 104857601\r\n\r\n"
        blocked.check_icap(self, self.gateway.respmod(
            b"hello", http=http), "Not.Checked.TooBig", kind=2)

    def test_one_connection_carries_many_requests_of_all_kinds(self):
        clean = bodies.words(3000)
        with self.grows(requests=150, infected=50, clean=50, skipped=50):
            with self.gateway.icap() as c:
                for i in range(50):
                    blocked.check_icap(self, c.respmod(
                        bodies.eicar(), preview=(None, 0, 1024)[i % 3]), NAME)
                    blocked.check_clean(self, c.reqmod(
                        clean, preview=(None, 0, 1024)[i % 3]), clean)
                    self.assertIn(c.reqmod(None).status, (200, 204))

    def test_requests_in_a_row_without_waiting_get_answers_in_order(self):
        with self.gateway.icap() as c:
            parts = [("res-hdr", icap.HTTP_OK)]
            for body in (b"one", bodies.eicar(), b"three"):
                c.send(icap.head("RESPMOD", "glassgate", c.host,
                                 [("Allow", "204")], parts, "res-body")
                       + icap.chunk(body) + b"0\r\n\r\n")
            found = [c.answer().get("X-Virus-ID") for i in range(3)]
        self.assertEqual(found, [None, NAME, None])

    def test_a_body_over_the_limit_is_blocked_as_too_big(self):
        with gateway.gateway({"body.max": "100K"}) as g:
            answer = g.respmod(bodies.noise(99 * 1024))
            blocked.check_clean(self, answer, bodies.noise(99 * 1024))
            for allow in (True, False):
                answer = g.respmod(bodies.noise(150 * 1024), allow=allow)
                blocked.check_icap(self, answer, "Not.Checked.TooBig", kind=2)
            answer = g.respmod(bodies.noise(150 * 1024), preview=1024)
            blocked.check_icap(self, answer, "Not.Checked.TooBig", kind=2)
            self.assertEqual(g.outcome("too-big"), 3)

    def test_a_policy_of_the_settings_turns_a_pass_into_a_block(self):
        with gateway.gateway({"policy.encrypted": "block"}) as g:
            answer = g.respmod(bodies.encrypted_zip())
            blocked.check_icap(self, answer, answer.get("X-Virus-ID"), kind=2)
            self.assertEqual(g.outcome("encrypted"), 1)

    def test_a_stranger_gets_403(self):
        self.gateway.expect(DENIED)
        with self.gateway.icap(source="127.0.0.2") as c:
            c.send(icap.head("OPTIONS", "glassgate", c.host, [], [],
                             "null-body"))
            self.assertRegex(c.rest(), rb"^ICAP/1\.0 403 ")
        with self.grows(requests=0):
            with self.gateway.icap(source="127.0.0.2") as c:
                try:
                    c.send(icap.head("RESPMOD", "glassgate", c.host, [],
                                     [("res-hdr", icap.HTTP_OK)], "res-body")
                           + icap.chunk(bodies.eicar()) + b"0\r\n\r\n")
                except OSError:
                    pass
                self.assertRegex(c.rest(), rb"^(ICAP/1\.0 403 |$)")

    def test_only_the_listed_clients_are_let_in(self):
        clients = {"icap.clients": "127.0.0.1,127.0.0.3"}
        with gateway.gateway(clients, expect=[DENIED]) as g:
            for source, want in (("127.0.0.1", b"200"), ("127.0.0.2", b"403"),
                                 ("127.0.0.3", b"200"), ("127.0.0.4", b"403")):
                with g.icap(source=source) as c:
                    c.send(icap.head("OPTIONS", "glassgate", c.host,
                                     [("Connection", "close")], [],
                                     "null-body"))
                    self.assertEqual(c.upto(b"\r\n").split()[1], want, source)
