# SPDX-License-Identifier: GPL-2.0-only
"""Policies: who gets what, seen through ICAP, through Squid, and by the tool;
each time the answer, the log line and the counter."""

import os

import bodies
import blocked
import gateway
import icap
import lab
import policies
import squid
from policies import asked, outcomes, typed, who
from suite import Case

BLOCKS = outcomes(encrypted="block")
# name, match; each blocks what is encrypted, which passes by default
ROWS = [
    ("client", {"clients": ["192.0.2.0/24", "2001:db8::/32"]}),
    ("user", {"users": ["anna", "*://bert"]}),
    ("host", {"hosts": [".example.org", "b.test"]}),
    ("method", {"methods": ["PUT"]}),
    ("type", {"types": ["application/zip", "video/*"]}),
    ("both", {"ways": ["upload"], "hosts": ["up.test"]}),
]
URL = "http://origin.test/file"
# which policy; ICAP headers, head of the request, of the answer (None: REQMOD)
CASES = [
    ("client", who("192.0.2.77"), asked(URL), icap.HTTP_OK),
    ("client", who("2001:db8:1::7"), asked(URL), icap.HTTP_OK),
    ("client", who("::ffff:192.0.2.1"), asked(URL), icap.HTTP_OK),
    ("default", who("192.0.3.1"), asked(URL), icap.HTTP_OK),
    ("default", who("192.0.2"), asked(URL), icap.HTTP_OK),
    ("user", who(user="Anna"), asked(URL), icap.HTTP_OK),
    ("user", who(authenticated="TG9jYWw6Ly9iZXJ0"), asked(URL), icap.HTTP_OK),
    ("default", who(user="annabel"), asked(URL), icap.HTTP_OK),
    ("host", [], asked("http://www.Example.org:8080/x"), icap.HTTP_OK),
    ("host", [], asked("http://b.test/"), icap.HTTP_OK),
    ("host", [], asked("/path", host="b.test:80"), icap.HTTP_OK),
    ("default", [], asked("http://badexample.org/"), icap.HTTP_OK),
    ("default", [], asked("http://a.test/", host="b.test"), icap.HTTP_OK),
    ("default", [], asked("http://b.test@a.test/"), icap.HTTP_OK),
    ("method", [], asked(URL, "PUT"), None),
    ("method", [], asked(URL, "PUT"), icap.HTTP_OK),
    ("type", [], asked(URL), typed("Application/ZIP; x=y")),
    ("type", [], asked(URL), typed("video/mp4")),
    ("default", [], asked(URL), typed("application/zipper")),
    ("both", [], asked("http://up.test/", "POST"), None),
    ("default", [], asked("http://up.test/"), icap.HTTP_OK),
    ("default", [], asked(URL, "POST"), None),
    ("client", who("192.0.2.77", "anna"), asked("http://b.test/", "PUT"),
     None),
]


def ask(g, body, headers, head, http):
    with g.icap() as connection:
        if http is None:
            return connection.reqmod(body, http=head, headers=headers)
        return connection.respmod(body, http=http, get=head, headers=headers)


def words_of(case):
    """The same request for `glassgate policy test`."""
    name, headers, head, http = case
    lines = head.decode().split("\r\n")
    method, url, _ = lines[0].split(" ")
    if url.startswith("/"):
        return None     # its host is in a header
    words = ["--url", url, "--method", method]
    known = dict(headers)
    if "X-Client-IP" in known:
        words += ["--client", known["X-Client-IP"]]
    if "X-Client-Username" in known:
        words += ["--user", known["X-Client-Username"]]
    if "X-Authenticated-User" in known:
        words += ["--user", "Local://bert"]
    if http is None:
        return words + ["--way", "upload"]
    for line in http.decode().split("\r\n"):
        if line.startswith("Content-Type: "):
            words += ["--type", line[14:]]
    return words


class Policies(Case):
    @classmethod
    def setUpClass(cls):
        cls.body = bodies.encrypted_zip()
        cls.own = gateway.Gateway(conf=policies.conf(
            [(name, match, BLOCKS) for name, match in ROWS]))

    @classmethod
    def tearDownClass(cls):
        cls.own.stop()

    def test_each_request_gets_the_first_policy_that_matches(self):
        for case in CASES:
            name, headers, head, http = case
            since = len(self.own.log())
            answer = ask(self.own, self.body, headers, head, http)
            if name == "default":
                self.assertEqual(answer.status, 204, case)
            else:
                blocked.check_icap(self, answer, "Heuristics.Encrypted.Zip", 2)
            line = lab.until(lambda: [
                l for l in self.own.log()[since:].splitlines()
                if "] verdict " in l], "its line")[0]
            self.assertIn(" policy=%s " % name, line, case)
            self.assertIn(" outcome=encrypted action=%s " % (
                "pass" if name == "default" else "block"), line)

    def test_the_tool_says_of_each_request_what_becomes_of_it(self):
        for case in CASES:
            words = words_of(case)
            if words is None or ("X-Client-IP", "192.0.2") in case[1]:
                continue
            done = self.own.tool("policy", "test", "--outcome", "encrypted",
                                 *words)
            action = "pass" if case[0] == "default" else "block"
            self.assertEqual(
                (done.stdout.decode(), done.returncode),
                ("policy %s\nencrypted %s\n" % (case[0], action),
                 0 if action == "pass" else 1), (case, done.stderr))

    def test_a_slip_in_the_question_is_no_answer(self):
        for words in (["--client", "192.0.2"], ["--outcome", "virus"],
                      ["--way", "both"], ["--url"], ["--host", "x"],
                      ["--url", "nonsense"], ["--url", "a.test/x"]):
            done = self.own.tool("policy", "test", *words)
            self.assertEqual((done.returncode, done.stdout), (2, b""), words)
            self.assertIn(b"usage: glassgate policy", done.stderr)
        for words in [], ["show", "x"], ["print"]:
            self.assertEqual(
                self.own.tool("policy", *words).returncode, 2)

    def test_the_list_in_use_is_shown_with_the_default_at_its_end(self):
        shown = self.own.tool("policy", "show")
        self.assertEqual(shown.returncode, 0)
        lines = shown.stdout.decode().splitlines()
        self.assertEqual([l for l in lines if not l.startswith(" ")], [
            "%d. %s" % (n + 1, name) for n, name in enumerate(
                [name for name, _ in ROWS] + ["default"])])
        self.assertIn("   clients  192.0.2.0/24, 2001:db8::/32", lines)
        self.assertIn("   ways     upload", lines)
        encrypted = [l.split()[0] for l in lines if "encrypted" in l]
        self.assertEqual(encrypted, ["blocks"] * len(ROWS) + ["passes"])

    def test_no_policy_takes_the_self_check(self):
        with gateway.gateway(conf=policies.conf([
                ("all", {"clients": ["0.0.0.0/0"]},
                 outcomes(infected="pass", clean="block"))])) as g:
            self.assertEqual(g.respmod(bodies.eicar()).status, 204)
            self.assertEqual(g.respmod(b"harmless").http_status, 403)
            self.assertGreater(g.counter("glassgate_selfchecks_total"), 0)

    def test_counters_tell_what_each_policy_did(self):
        before = self.own.counters()
        for headers in who("192.0.2.1"), who("192.0.3.1"):
            ask(self.own, self.body, headers, asked(URL), icap.HTTP_OK)
        self.own.wait_counter("glassgate_blocked_total",
                              before["glassgate_blocked_total"] + 1)
        name = 'glassgate_outcomes_total{outcome="encrypted"}'
        self.own.wait_counter(name, before[name] + 2)


    def by_policy(self, g, name):
        """requests, blocked, watched"""
        now = g.counters()
        return tuple(now.get('glassgate_policy_%s_total{policy="%s"}' % (
            kind, name)) for kind in ("requests", "blocked", "watched"))

    def test_each_policy_has_counters_of_its_own_across_reloads(self):
        rows = [("one", {"users": ["a"]}, BLOCKS),
                ("two", {"users": ["b"]}, 'mode = "watch"; ' + BLOCKS)]
        path = policies.conf(rows)
        with gateway.gateway(conf=path, expect=("watch mode",)) as g:
            for user in "a", "a", "b", "c":
                g.respmod(self.body, headers=who(user=user))
            self.assertEqual(self.by_policy(g, "one"), (2, 2, 0))
            self.assertEqual(self.by_policy(g, "two"), (1, 0, 1))
            self.assertEqual(self.by_policy(g, "default"), (1, 0, 0))
            self.assertIn(b'  glassgate_policy_blocked_total{policy="one"} '
                          b"2\n", g.tool("status").stdout)
            policies.write(path, [("new", {"users": ["a"]}, BLOCKS),
                                  ("one", {"users": ["b"]}, "")])
            self.assertEqual(g.tool("reload").returncode, 0)
            for user in "a", "b":
                g.respmod(self.body, headers=who(user=user))
            self.assertEqual(self.by_policy(g, "new"), (1, 1, 0))
            self.assertEqual(self.by_policy(g, "one"), (3, 2, 0))
            self.assertEqual(self.by_policy(g, "two"), (1, 0, 1))
            policies.write(path, [])
            self.assertEqual(g.tool("reload").returncode, 0)
            self.assertEqual(self.by_policy(g, "two"), (None,) * 3)


class Files(Case):
    """What stands in the file."""

    def test_a_wrong_policy_refuses_the_start_with_place_and_remedy(self):
        path = policies.conf([("a", {"clients": ["10.0.0.0/8"]}, ""),
                              ("b", {"clients": ["10.0.0.0/40"]}, "")])
        code, said = gateway.refused(conf=path)
        self.assertEqual(code, 2, said)
        self.assertIn("%s:3: policies: b: match.clients: \"10.0.0.0/40\" is "
                      "no address or network; allowed: addresses or networks"
                      % path, said)
        done = lab.run([gateway.program("glassgated"), "-t", "-c", path])
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(b"policies: b: match.clients: ", done.stderr)

    def test_a_reload_takes_policies_or_leaves_all_as_it_was(self):
        who_else = {"clients": ["0.0.0.0/0"]}
        path = policies.conf([("one", who_else, BLOCKS)])
        body = bodies.encrypted_zip()
        with gateway.gateway(conf=path, expect=("reload refused",)) as g:
            self.assertEqual(g.respmod(body).http_status, 403)
            policies.write(path, [("one", who_else, "limits = { x = 1; };")])
            said = g.tool("reload")
            self.assertEqual(said.returncode, 1)
            self.assertRegex(said.stderr.decode(), r"%s:2: policies: one: "
                             r"limits\.x: .*; allowed: " % path)
            self.assertEqual(g.respmod(body).http_status, 403)
            policies.write(path, [("two", who_else, "")])
            self.assertEqual(g.tool("reload").returncode, 0)
            self.assertEqual(g.respmod(body).status, 204)
            g.wait_line(r"outcome=encrypted action=pass policy=two ")
            os.truncate(path, 0)
            self.assertEqual(g.tool("reload").returncode, 0)
            g.respmod(body)
            g.wait_line(r"outcome=encrypted action=pass policy=default ")


WATCHED = "glassgate_watched_total"


LOUD = ("watch mode",)


class WatchMode(Case):
    """It passes, and answer, log line and counter say that it would not."""

    def check_watched(self, g, answer, url):
        self.assertEqual((answer.status, answer.http_status), (200, 200))
        self.assertEqual(answer.body, bodies.eicar())
        self.assertEqual(answer.get("X-Response-Info"), "Allowed")
        self.assertIn("watch mode", answer.get("X-Response-Desc"))
        self.assertIsNone(answer.get("X-Infection-Found"))
        self.assertEqual(answer.http("Cache-Control"), "no-store")
        line = blocked.verdict_line(self, g, url)
        self.assertEqual((line["outcome"], line["action"], line["would"]),
                         ("infected", "pass", "block"))

    def test_all_in_watch_mode_but_the_policy_that_enforces(self):
        path = policies.conf(
            [("strict", {"users": ["anna"]}, 'mode = "enforce";')],
            'policy: { mode = "watch"; };')
        http = (b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
                b"Cache-Control: max-age=99\r\n\r\n")
        with gateway.gateway(conf=path, expect=LOUD) as g:
            for n, preview in enumerate((None, 0, 10, 4096)):
                url = "http://w%d.test/" % n
                self.check_watched(g, g.respmod(
                    bodies.eicar(), get=asked(url), http=http,
                    preview=preview), url)
            self.assertEqual(g.outcome("infected"), 4)
            self.assertEqual(g.counter(WATCHED), 4)
            blocked.check_icap(self, g.respmod(
                bodies.eicar(), headers=who(user="anna")), gateway.EICAR_NAME)
            self.assertEqual(g.counter(WATCHED), 4)
            self.assertEqual(g.counter("glassgate_blocked_total"), 1)
            upload = g.reqmod(bodies.eicar())
            self.assertEqual(upload.status, 204)
            self.assertEqual(upload.get("X-Response-Info"), "Allowed")
            clean = g.respmod(b"harmless")
            self.assertEqual(clean.status, 204)
            self.assertIsNone(clean.get("X-Response-Info"))
            self.assertEqual(g.counter(WATCHED), 5)
            self.assertEqual(g.status()["state"], "ready")

    def test_one_policy_in_watch_mode_and_its_large_bodies(self):
        path = policies.conf(
            [("trial", {"clients": ["192.0.2.0/24"]}, 'mode = "watch";')])
        with gateway.gateway({"body.max": "100K"}, conf=path,
                             expect=LOUD) as g:
            body = bodies.words(150000)
            for headers, passes in (who("192.0.2.1"), True), ([], False):
                answer = g.respmod(body, headers=headers, preview=1024)
                if passes:
                    self.assertEqual(answer.body, body)
                    self.assertTrue(answer.complete)
                    self.assertEqual(answer.http("Cache-Control"), "no-store")
                else:
                    self.assertEqual(answer.http_status, 403)
            self.assertEqual(g.counter(WATCHED), 1)
            self.assertEqual(g.outcome("too-big"), 2)

    def test_it_is_loud_while_it_lasts(self):
        trial = [("trial", {"users": ["x"]}, 'mode = "watch";')]
        path = policies.conf(trial)
        with gateway.gateway(conf=path, expect=LOUD) as g:
            self.assertTrue(g.lines(r"warn .*watch mode policies=trial "))
            self.assertEqual(g.counter("glassgate_watch_mode"), 1)
            self.assertIn(b"WARNING     watch mode is on: ",
                          g.tool("status").stdout)
            self.assertIn("watch mode is on", g.status()["warnings"])
            policies.write(path, trial, 'policy: { mode = "watch"; };')
            self.assertEqual(g.tool("reload").returncode, 0)
            self.assertTrue(g.lines("watch mode policies=trial,default "))
            self.assertEqual(g.counter("glassgate_watch_mode"), 2)
            policies.write(path, [("trial", {"users": ["x"]}, "")])
            self.assertEqual(g.tool("reload").returncode, 0)
            self.assertEqual(g.counter("glassgate_watch_mode"), 0)
            self.assertNotIn(b"watch mode", g.tool("status").stdout)

    def test_the_tool_says_that_it_is_watched(self):
        path = policies.conf([("trial", {"users": ["x"]}, 'mode = "watch";')])
        with gateway.gateway(conf=path, expect=LOUD) as g:
            done = g.tool("policy", "test", "--user", "x", "--outcome",
                          "infected")
            self.assertEqual((done.returncode, done.stdout.decode()), (
                0, "policy trial\ninfected block, but passes: watch\n"))
            done = g.tool("policy", "test", "--user", "x", "--outcome", "none")
            self.assertEqual((done.returncode, done.stdout.decode()), (
                1, "policy trial\nnone block\n"))
            self.assertIn(b"watch", g.tool("policy", "show").stdout)

    def test_through_squid_the_file_arrives_whole(self):
        path = policies.conf([("trial", {"ways": ["download"]},
                               'mode = "watch";')])
        url = self.origin.put("/watched.com", bodies.eicar())
        with gateway.gateway(conf=path, expect=LOUD) as g:
            proxy = squid.Squid("127.0.0.1:%d" % g.port)
            try:
                reply = proxy.get(url)
                self.assertEqual((reply.status, reply.body),
                                 (200, bodies.eicar()))
                self.assertEqual(reply.get("Cache-Control"), "no-store")
                self.assertEqual(g.counter(WATCHED), 1)
                self.assertEqual(proxy.post(url, bodies.eicar()).status, 403)
            finally:
                proxy.stop()


class ThroughSquid(Case):
    """Squid tells who asks, and for which URL."""

    def test_two_sites_and_two_clients_are_told_apart(self):
        body = bodies.encrypted_zip()
        url = self.origin.put("/secret.zip", body)
        host = url.split("/")[2].split(":")[0]
        rows = [("far", {"clients": ["198.51.100.0/24"]}, ""),
                ("site", {"hosts": [host], "clients": ["127.0.0.1"]}, BLOCKS)]
        with gateway.gateway(conf=policies.conf(rows)) as g:
            proxy = squid.Squid("127.0.0.1:%d" % g.port)
            try:
                reply = proxy.get(url)
                self.assertEqual(reply.status, 403)
                self.assertEqual(blocked.verdict_line(self, g, url)["policy"],
                                 "site")
                other = url.replace(host, "localhost")
                reply = proxy.get(other)
                self.assertEqual((reply.status, reply.body), (200, body))
                self.assertEqual(
                    blocked.verdict_line(self, g, other)["policy"], "default")
            finally:
                proxy.stop()
