# SPDX-License-Identifier: GPL-2.0-only
"""The test file is blocked however it comes, and three witnesses agree."""

import io
import zipfile

import bodies
import blocked
import gateway
from suite import Case

NAME = gateway.EICAR_NAME


class Verdicts(Case):
    valgrind = True

    def check_line(self, url, page, **want):
        line = blocked.verdict_line(self, self.gateway, url)
        have = {k: line.get(k) for k in want}
        self.assertEqual(have, {k: str(v) for k, v in want.items()})
        self.assertIn(line["id"].encode(), page)

    def test_the_test_file_gets_the_block_page_in_respmod(self):
        get = (b"GET http://origin.test/plain?q=1 HTTP/1.1\r\n"
               b"Host: origin.test\r\n\r\n")
        with self.grows(requests=1, blocked=1, infected=1):
            answer = self.gateway.respmod(
                bodies.eicar(), get=get,
                headers=[("X-Client-IP", "10.9.8.7")])
        blocked.check_icap(self, answer, NAME)
        self.check_line("http://origin.test/plain?q=1", answer.body,
                        outcome="infected", action="block", name=NAME,
                        method="GET", client="10.9.8.7", size=68)

    def test_the_test_file_gets_the_block_page_in_reqmod(self):
        post = (b"POST http://origin.test/upload HTTP/1.1\r\n"
                b"Host: origin.test\r\n\r\n")
        with self.grows(requests=1, blocked=1, infected=1):
            answer = self.gateway.reqmod(bodies.eicar(), http=post)
        blocked.check_icap(self, answer, NAME)
        self.check_line("http://origin.test/upload", answer.body,
                        outcome="infected", action="block", name=NAME,
                        method="POST", size=68)

    def test_the_test_file_in_a_zip_is_blocked(self):
        body = bodies.zipped([("a.txt", b"fine"), ("e.com", bodies.eicar())])
        with self.grows(requests=1, blocked=1, infected=1):
            answer = self.gateway.respmod(body)
        blocked.check_icap(self, answer, NAME)

    def test_the_test_file_in_a_zip_in_a_zip_is_blocked_in_an_upload(self):
        inner = bodies.zipped([("e.com", bodies.eicar())])
        body = bodies.zipped([("inner.zip", inner)])
        with self.grows(requests=1, blocked=1, infected=1):
            answer = self.gateway.reqmod(body)
        blocked.check_icap(self, answer, NAME)

    def test_a_big_zip_with_the_test_file_is_blocked(self):
        with self.grows(requests=1, blocked=1, infected=1):
            answer = self.gateway.respmod(bodies.infected_zip(300000))
        blocked.check_icap(self, answer, NAME)

    def test_the_test_file_is_blocked_through_squid(self):
        url = self.origin.put("/v/eicar.com", bodies.eicar())
        with self.grows(blocked=1, infected=1):
            reply = self.squid.get(url)
        blocked.check_http(self, reply, NAME)
        self.check_line(url, reply.body, outcome="infected", action="block",
                        name=NAME, method="GET", client="127.0.0.1", size=68)

    def test_a_zip_with_the_test_file_is_blocked_through_squid(self):
        body = bodies.zipped([("e.com", bodies.eicar())])
        url = self.origin.put("/v/eicar.zip", body)
        with self.grows(blocked=1, infected=1):
            reply = self.squid.get(url)
        blocked.check_http(self, reply, NAME)

    def test_an_upload_of_the_test_file_never_reaches_the_origin(self):
        url = self.origin.url("/v/upload")
        with self.grows(blocked=1, infected=1):
            reply = self.squid.post(url, bodies.eicar())
        blocked.check_http(self, reply, NAME)
        self.assertEqual(self.origin.received("/v/upload"), [])
        self.check_line(url, reply.body, outcome="infected", action="block",
                        name=NAME, method="POST", size=68)

    def test_a_chunked_upload_of_the_test_file_is_blocked_too(self):
        url = self.origin.url("/v/upload2")
        reply = self.squid.post(url, bodies.eicar(), chunked=True)
        blocked.check_http(self, reply, NAME)
        self.assertEqual(self.origin.received("/v/upload2"), [])

    def test_a_body_that_only_quotes_the_test_file_passes(self):
        body = b"see: " + bodies.eicar()
        with self.grows(requests=1, blocked=0, clean=1):
            answer = self.gateway.respmod(body)
        blocked.check_clean(self, answer, body)

    def test_an_encrypted_zip_passes_with_its_own_outcome(self):
        body = bodies.encrypted_zip()
        with self.grows(requests=1, blocked=0, encrypted=1, clean=0):
            answer = self.gateway.respmod(body)
        blocked.check_clean(self, answer, body)

    def test_an_archive_that_is_too_deep_is_blocked_as_not_checked(self):
        body = b"deep"
        for i in range(40):
            body = bodies.zipped([("%d.zip" % i, body)])
        with self.grows(requests=1, blocked=1, too_deep=1):
            answer = self.gateway.respmod(body)
        blocked.check_icap(self, answer, answer.get("X-Virus-ID"), kind=2)

    def test_what_is_to_be_blocked_does_not_hide_behind_what_passes(self):
        """One thing more in a zip does not change what its other members
        mean."""
        body = io.BytesIO(bodies.encrypted_zip())
        with zipfile.ZipFile(body, "a") as z:
            for i in range(9):
                z.writestr("%d.txt" % i, "harmless %d" % i)
        settings = {"policy.encrypted": "block", "policy.too-deep": "pass",
                    "scan.files": "3"}
        with gateway.gateway(settings) as g:
            for packed in bodies.encrypted_zip(), body.getvalue():
                answer = g.respmod(packed)
                name = answer.get("X-Virus-ID")
                blocked.check_icap(self, answer, name, kind=2)
                self.assertIn("Encrypted.", name)
            self.assertEqual(g.outcome("encrypted"), 2)
            self.assertEqual(g.counter("glassgate_blocked_total"), 2)

    def test_what_a_stranger_writes_into_a_url_is_only_text_on_the_page(self):
        get = (b"GET http://origin.test/<script>alert(1)</script>\"'& HTTP/1.1"
               b"\r\nHost: origin.test\r\n\r\n")
        answer = self.gateway.respmod(
            bodies.eicar(), get=get,
            headers=[("X-Authenticated-User", "<b>anna</b>")])
        blocked.check_icap(self, answer, NAME)
        self.assertNotIn(b"<script>alert", answer.body)
        self.assertNotIn(b"<b>anna", answer.body)
        self.assertIn(b"&lt;script&gt;alert(1)&lt;/script&gt;", answer.body)

    def test_a_line_break_in_a_user_name_adds_no_line_to_the_log(self):
        get = b"GET http://origin.test/inject HTTP/1.1\r\n\r\n"
        self.gateway.respmod(
            bodies.eicar(), get=get,
            headers=[("X-Client-Username", "anna\x0b2026-01-01 error x y")])
        line = blocked.verdict_line(self, self.gateway,
                                    "http://origin.test/inject")
        self.assertRegex(line["user"], r"^anna")
        self.assertEqual(self.gateway.lines("^2026-01-01"), [])

    def test_the_user_is_logged_from_either_header_plain_or_base64(self):
        for i, (name, value, want) in enumerate((
                ("X-Client-Username", "anna", "anna"),
                ("X-Authenticated-User", "bert", "bert"),
                ("X-Authenticated-User", "TG9jYWw6Ly9jYXJsYQ==",
                 "Local://carla"))):
            get = b"GET http://origin.test/user%d HTTP/1.1\r\n\r\n" % i
            self.gateway.respmod(bodies.eicar(), get=get,
                                 headers=[(name, value)])
            line = blocked.verdict_line(self, self.gateway,
                                        "http://origin.test/user%d" % i)
            self.assertEqual(line["user"], want)
