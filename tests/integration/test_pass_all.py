# SPDX-License-Identifier: GPL-2.0-only
"""The emergency switch: everything passes, marked and loud, and not for
ever."""

import email.utils
import os
import signal

import blocked
import bodies
import gateway
import lab
import squid
from suite import Case

NAME = gateway.EICAR_NAME
ON = "glassgate_pass_all"
PASSED = "glassgate_passed_all_total"
REASON = "false alarms of set 27"
BEGIN = r"pass-all begins seconds=\d+ reason="
LOUD = (BEGIN, r"pass-all is on ", r"pass-all ended ")


def begin(g, time="10m", reason=REASON):
    return g.tool("pass-all", "--for", time, "--reason", reason)


def passes(case, answer, body):
    """An ICAP answer that lets an infected body pass, marked."""
    case.assertIn(answer.status, (200, 204))
    if answer.status == 200:
        case.assertTrue(answer.complete)
        case.assertEqual(answer.body, body)
    case.assertEqual(answer.get("X-Response-Info"), "Allowed")
    case.assertIn("Not checked", answer.get("X-Response-Desc"))
    for name in ("X-Infection-Found", "X-Virus-ID", "X-Violations-Found"):
        case.assertIsNone(answer.get(name))


class PassAll(Case):
    def gateway_for_it(self, settings=None, **more):
        more.setdefault("expect", LOUD)
        return gateway.gateway(settings, **more)

    def test_everything_passes_marked_and_counted_and_nothing_is_clean(self):
        with self.gateway_for_it() as g:
            blocked.check_icap(self, g.respmod(bodies.eicar()), NAME)
            done = begin(g)
            self.assertEqual(done.returncode, 0, done.stderr)
            sent = [bodies.eicar(), bodies.infected_zip(300000),
                    bodies.infected_zip(3000000)]
            for body in sent:
                passes(self, g.respmod(body), body)
                passes(self, g.respmod(body, preview=1024), body)
                passes(self, g.respmod(body, allow=False), body)
                passes(self, g.reqmod(body), body)
            g.wait_counter(PASSED, 12)
            self.assertEqual(g.outcome("skipped"), 12)
            self.assertEqual(g.outcome("clean"), 0)
            self.assertEqual(g.counter("glassgate_blocked_total"), 1)
            self.assertRegex(g.lines(r"\] verdict ")[-1],
                             "outcome=skipped action=pass .*reason=pass-all")

    def test_through_squid_the_body_arrives_whole(self):
        with self.gateway_for_it() as g:
            s = squid.Squid("127.0.0.1:%d" % g.port)
            try:
                self.assertEqual(begin(g).returncode, 0)
                for i, body in enumerate((bodies.eicar(),
                                          bodies.infected_zip(2500000))):
                    url = self.origin.put("/pass-all/%d" % i, body)
                    reply = s.get(url)
                    self.assertEqual(reply.status, 200)
                    self.assertTrue(reply.complete)
                    self.assertEqual(reply.body, body)
                    self.assertEqual(s.post(self.origin.url("/pass-up"),
                                            body).status, 200)
                    self.assertEqual(
                        self.origin.take("/pass-up")[0].body, body)
                self.assertEqual(g.tool("pass-all", "--end").returncode, 0)
                blocked.check_http(self, s.get(
                    self.origin.put("/pass-all/9", bodies.eicar())), NAME)
            finally:
                s.stop()

    def test_no_cache_keeps_what_passed(self):
        """It would be given out when the switch is off again."""
        with self.gateway_for_it() as g:
            s = squid.Squid("127.0.0.1:%d" % g.port, cache=True)
            try:
                urls = [self.origin.put("/kept/%d" % i, body, headers=[
                    ("Date", email.utils.formatdate(usegmt=True)),
                    ("Cache-Control", "public"),
                    ("cache-control", "max-age=3600")])
                    for i, body in enumerate((
                        b"harmless", bodies.eicar(),
                        bodies.infected_zip(30000)))]
                for _ in range(2):
                    self.assertEqual(s.get(urls[0]).status, 200)
                self.assertIn("HIT", s.get(urls[0]).get("X-Cache"))
                self.assertEqual(begin(g).returncode, 0)
                for url in urls[1:]:
                    reply = s.get(url)
                    self.assertEqual(reply.status, 200)
                    self.assertTrue(reply.complete)
                    self.assertEqual(reply.get("Cache-Control"), "no-store")
                self.assertEqual(g.tool("pass-all", "--end").returncode, 0)
                for url in urls[1:]:
                    blocked.check_http(self, s.get(url), NAME)
            finally:
                s.stop()

    def test_the_log_says_so_at_its_begin_and_its_end_with_the_reason(self):
        with self.gateway_for_it() as g:
            begin(g, "10m")
            self.assertIn(REASON, g.wait_line(
                r" warn supervisor\[\d+\] pass-all begins seconds=600 "))
            g.respmod(bodies.eicar())
            self.assertEqual(g.tool("pass-all", "--end").returncode, 0)
            line = g.wait_line(r" warn supervisor\[\d+\] pass-all ended "
                               "why=asked passed=1 ")
            self.assertIn(REASON, line)

    def test_the_status_says_so_as_text_and_as_json(self):
        with self.gateway_for_it() as g:
            self.assertIsNone(g.status()["pass_all"])
            begin(g, "2h")
            text = g.tool("status").stdout.decode()
            self.assertRegex(text, r"WARNING +PASS-ALL: .* for another "
                             r"(2 h|1 h 59 min): " + REASON)
            status = g.status()
            self.assertEqual(status["pass_all"]["reason"], REASON)
            self.assertGreater(status["pass_all"]["seconds_left"], 7000)
            self.assertIn("pass-all", status["warnings"])
            self.assertEqual(status["counters"][ON], 1)
            self.assertEqual(status["state"], "ready")
            g.tool("pass-all", "--end")
            self.assertIsNone(g.status()["pass_all"])
            self.assertEqual(g.counter(ON), 0)

    def test_it_ends_by_itself(self):
        with self.gateway_for_it() as g:
            self.assertEqual(begin(g, "2s").returncode, 0)
            passes(self, g.respmod(bodies.eicar()), bodies.eicar())
            g.wait_line("pass-all ended why=time ", 10)
            blocked.check_icap(self, g.respmod(bodies.eicar()), NAME)
            self.assertEqual(g.counter(ON), 0)
            self.assertFalse(os.path.exists(g.runtime + "/pass-all"))

    def test_it_ends_in_time_even_if_the_supervisor_hangs(self):
        with self.gateway_for_it() as g:
            self.assertEqual(begin(g, "2s").returncode, 0)
            os.kill(g.sid, signal.SIGSTOP)
            try:
                lab.until(lambda: g.respmod(bodies.eicar()).get(
                    "X-Virus-ID") == NAME, "the virus is found again", 6)
                self.assertFalse(g.lines("pass-all ended"))
            finally:
                os.kill(g.sid, signal.SIGCONT)
            g.wait_line("pass-all ended why=time ")

    def test_without_signatures_and_workers_everything_passes_too(self):
        with self.gateway_for_it({"scan.small_workers": "1"}, expect=LOUD + (
                "child ended child=keeper", "degraded reason=",
                "not ready yet")) as g:
            self.assertEqual(begin(g).returncode, 0)
            os.kill(g.status()["pids"]["keeper"], signal.SIGSTOP)
            for i in range(5):
                passes(self, g.respmod(bodies.eicar()), bodies.eicar())
            lab.kill(g.status()["pids"]["keeper"])
            passes(self, g.respmod(bodies.eicar()), bodies.eicar())

    def test_our_own_check_is_still_scanned(self):
        """Ready means that it would work without the switch, too."""
        with self.gateway_for_it(expect=LOUD + (
                "child ended child=keeper", "degraded reason=")) as g:
            begin(g)
            lab.kill(g.status()["pids"]["keeper"])
            g.wait_line("ready again generation=2")
            self.assertEqual(g.counter(PASSED), 0)
            passes(self, g.respmod(bodies.eicar()), bodies.eicar())

    def test_a_restart_ends_it(self):
        g = gateway.Gateway(make_runtime=True, expect=LOUD)
        try:
            begin(g, "24h")
            lab.kill(g.sid)
            g.process.wait()
            lab.until(lambda: not g.processes(), "all are gone", 10)
            self.assertTrue(os.path.exists(g.runtime + "/pass-all"))
            again = gateway.Gateway(runtime=g.runtime)
            try:
                blocked.check_icap(self, again.respmod(bodies.eicar()), NAME)
                self.assertIsNone(again.status()["pass_all"])
                again.stop()
            finally:
                again.kill()
        finally:
            g.kill()

    def test_a_reload_does_not_end_it(self):
        with self.gateway_for_it() as g:
            begin(g)
            self.assertEqual(g.tool("reload").returncode, 0)
            passes(self, g.respmod(bodies.eicar()), bodies.eicar())

    def test_a_second_time_counts_from_then_on(self):
        with self.gateway_for_it() as g:
            begin(g, "10m")
            self.assertEqual(begin(g, "20m", "still").returncode, 0)
            now = g.status()["pass_all"]
            self.assertEqual(now["reason"], "still")
            self.assertGreater(now["seconds_left"], 1100)

    def test_what_is_not_meant_so_is_refused(self):
        with self.gateway_for_it() as g:
            for words, status in (
                    (("--for", "10m"), 2), (("--reason", "x"), 2),
                    (("--for", "0s", "--reason", "x"), 2),
                    (("--for", "10", "--reason", "x"), 2),
                    (("--for", "1d", "--reason", "x"), 2),
                    (("--for", "10m", "--reason", ""), 2),
                    (("--for", "10m", "--reason", "a\nb"), 2),
                    (("--for", "10m", "--reason", "x" * 256), 2),
                    (("--for", "10m", "--reason"), 2), ((), 2),
                    (("--end", "now"), 2),
                    (("--for", "10m", "--reason", "  "), 1),
                    (("--for", "25h", "--reason", "x"), 1),
                    (("--end",), 1)):
                done = g.tool("pass-all", *words)
                self.assertEqual(done.returncode, status, words)
                self.assertTrue(done.stderr.startswith(b"glassgate: "))
            self.assertIsNone(g.status()["pass_all"])
            self.assertFalse(g.lines("pass-all"))
            blocked.check_icap(self, g.respmod(bodies.eicar()), NAME)

    def test_who_is_neither_root_nor_its_user_may_not_ask(self):
        if not lab.root:
            self.skipTest("needs root")
        with self.gateway_for_it() as g:
            for user in (lab.ICAP_USER, lab.SCAN_USER, lab.PLAIN_USER):
                done = lab.run([gateway.program("glassgate"), "-r", g.runtime,
                                "pass-all", "--for", "1m", "--reason", "x"],
                               user=user)
                self.assertEqual(done.returncode, 2)
            self.assertIsNone(g.status()["pass_all"])
