# SPDX-License-Identifier: GPL-2.0-only
"""File stores and mail servers: what could not be checked is ICAP 500 with
X-Error-Code, as their administrator decides what to do with it; a finding is
a finding, for them as for all."""

import bodies
import blocked
import gateway
import policies
from policies import outcomes, who
from suite import Case

ANSWERS = "glassgate_answers_500_total"
STORE = who("192.0.2.10")
BIG = 120000    # more than body.max


def nested(depth):
    data = b"at the bottom"
    for _ in range(depth):
        data = bodies.zipped([("inside", data)])
    return data


# body: outcome, code
CASES = [
    (bodies.encrypted_zip, "encrypted", "password_protected"),
    (lambda: nested(8), "too-deep", "max_archive_layers_exceeded"),
    (lambda: bodies.words(BIG), "too-big", "max_file_size_exceeded"),
]


def code_of(raw):
    """As files_antivirus reads it: four fields in the first line, then lines
    up to the empty one."""
    lines = raw.decode("latin-1").split("\r\n")
    _, status, *text = lines[0].split(" ")
    assert text, lines[0]
    for line in lines[1:lines.index("")]:
        name, _, value = line.partition(": ")
        if name == "X-Error-Code":
            return int(status), value
    return int(status), None


class Answers500(Case):
    @classmethod
    def setUpClass(cls):
        cls.own = gateway.Gateway(
            {"body.max": "100K", "scan.recursion": "5"},
            conf=policies.conf([
                ("store", {"clients": ["192.0.2.10"]},
                 'unchecked = "500"; ' + outcomes(encrypted="block")),
                ("mail", {"clients": ["192.0.2.11"]},
                 'unchecked = "500"; mode = "watch";')]),
            expect=("watch mode",))

    @classmethod
    def tearDownClass(cls):
        cls.own.stop()

    def check(self, answer, code):
        self.assertRegex(answer.line, r"^ICAP/1\.0 500 \S+")
        self.assertEqual(answer.get("X-Error-Code"), code)
        self.assertEqual(answer.get("X-Response-Info"), "Blocked")
        self.assertIsNone(answer.get("X-Infection-Found"))
        self.assertIsNone(answer.get("X-Virus-ID"))
        self.assertIsNone(answer.body)
        self.assertEqual(answer.get("Connection"), "close")

    def test_each_cause_has_its_code_however_the_body_comes(self):
        for make, outcome, code in CASES:
            body, count = make(), 0
            before = self.own.outcome(outcome), self.own.counter(ANSWERS)
            for preview in None, 0, 1024:
                for allow in True, False:
                    with self.own.icap() as c:
                        self.check(c.respmod(
                            body, headers=STORE, preview=preview,
                            allow=allow), code)
                        self.assertEqual(c.rest(), b"")
                    with self.own.icap() as c:
                        self.check(c.reqmod(body, headers=STORE,
                                            preview=preview), code)
                    count += 2
            self.assertEqual(
                (self.own.outcome(outcome), self.own.counter(ANSWERS)),
                (before[0] + count, before[1] + count))
        self.assertTrue(self.own.lines("outcome=too-deep action=block "
                                       "policy=store "))

    def test_a_finding_is_the_page_as_for_all(self):
        before = self.own.counter(ANSWERS)
        blocked.check_icap(self, self.own.respmod(
            bodies.eicar(), headers=STORE), gateway.EICAR_NAME)
        blocked.check_clean(self, self.own.respmod(
            b"harmless", headers=STORE), b"harmless")
        self.assertEqual(self.own.counter(ANSWERS), before)

    def test_all_others_get_the_page(self):
        blocked.check_icap(self, self.own.respmod(bodies.words(BIG)),
                           "Not.Checked.TooBig", kind=2)

    def test_watch_mode_comes_first(self):
        body = bodies.words(BIG)
        answer = self.own.respmod(body, headers=who("192.0.2.11"))
        self.assertEqual((answer.status, answer.body), (200, body))

    def test_nextcloud_reads_the_code(self):
        body = bodies.encrypted_zip()
        http = b"PUT / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n"
        with self.own.icap() as c:
            c.send(b"REQMOD icap://127.0.0.1/avscan ICAP/1.0\r\n"
                   b"Allow: 204\r\nX-Client-IP: 192.0.2.10\r\n"
                   b"Host: 127.0.0.1\r\nUser-Agent: NC-ICAP-CLIENT/0.5.0\r\n"
                   b"Connection: close\r\n"
                   b"Encapsulated: req-hdr=0, req-body=%d\r\n\r\n%s"
                   b"%x\r\n%s\r\n0\r\n\r\n" % (
                       len(http), http, len(body), body))
            self.assertEqual(code_of(c.rest()), (500, "password_protected"))

    def test_the_self_check_goes_on(self):
        before = self.own.counter("glassgate_selfchecks_total")
        self.assertGreater(before, 0)
        self.assertEqual(self.own.status()["state"], "ready")

    def test_for_all_by_the_default(self):
        with gateway.gateway({"policy.unchecked": "500",
                              "body.max": "100K"}) as g:
            self.check(g.respmod(bodies.words(BIG)), "max_file_size_exceeded")
            self.assertEqual(g.respmod(b"harmless").status, 204)
            blocked.check_icap(self, g.respmod(bodies.eicar()),
                               gateway.EICAR_NAME)
            self.assertEqual(g.counter(ANSWERS), 1)
