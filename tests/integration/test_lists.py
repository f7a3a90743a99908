# SPDX-License-Identifier: GPL-2.0-only
"""The owner's list: what it lets pass and what it blocks, at once, without a
reload, and for as long as it says."""

import email.utils
import hashlib
import os
import stat
import time

import bodies
import blocked
import gateway
import lab
import squid
from policies import asked
from suite import Case

NAME = gateway.EICAR_NAME
ALLOWED, LISTED = "glassgate_allowed_total", "glassgate_listed_total"
SUM = hashlib.sha256(bodies.eicar()).hexdigest()
BIG = bodies.infected_zip(3 << 20)


class Lists(Case):
    def entry(self, g, *words, status=0):
        done = g.tool(*words)
        self.assertEqual(done.returncode, status, done.stderr)
        return (done.stdout + done.stderr).decode()

    def allow(self, g, what, value, *more):
        self.entry(g, "allow", what, value, "--reason", "checked by us",
                   *more)

    def check_allowed(self, g, answer, url, by, body=None):
        self.assertEqual((answer.status, answer.http_status), (200, 200))
        self.assertEqual(answer.body, body or bodies.eicar())
        self.assertIsNone(answer.get("X-Infection-Found"))
        self.assertEqual(answer.get("X-Response-Info"), "Allowed")
        self.assertEqual(answer.http("Cache-Control"), "no-store")
        line = blocked.verdict_line(self, g, url)
        self.assertEqual((line["outcome"], line["action"], line["allowed"]),
                         ("infected", "pass", by))

    def test_each_kind_lets_pass_at_once_and_is_never_clean(self):
        cases = [("sha256", SUM.upper()), ("host", "a.test"),
                 ("signature", NAME)]
        with gateway.gateway() as g:
            reloads = g.counter("glassgate_reloads_total")
            settings = g.status()["settings"] if "settings" in g.status() \
                else None
            for n, (what, value) in enumerate(cases):
                url = "http://a.test/%d" % n
                blocked.check_icap(self, g.respmod(
                    bodies.eicar(), get=asked(url + "b")), NAME)
                self.allow(g, what, value)
                self.check_allowed(g, g.respmod(
                    bodies.eicar(), get=asked(url)), url, what)
                self.assertEqual(g.counter(ALLOWED), n + 1)
                self.entry(g, "remove", what, value)
                blocked.check_icap(self, g.respmod(
                    bodies.eicar(), get=asked(url + "c")), NAME)
            self.assertEqual(g.outcome("clean"), 0)
            self.assertEqual(g.outcome("infected"), 9)
            self.assertEqual(g.counter("glassgate_blocked_total"), 6)
            self.assertEqual(g.counter("glassgate_reloads_total"), reloads)
            if settings is not None:
                self.assertEqual(g.status()["settings"], settings)

    def test_another_body_host_or_name_is_blocked(self):
        with gateway.gateway() as g:
            self.allow(g, "sha256", "0" * 64)
            self.allow(g, "host", "a.test")
            self.allow(g, "signature", "Other.Name")
            blocked.check_icap(self, g.respmod(
                bodies.eicar(), get=asked("http://b.a.test/")), NAME)
            self.assertEqual(g.counter(ALLOWED), 0)

    def test_a_large_body_is_known_by_its_digest(self):
        with gateway.gateway() as g:
            self.allow(g, "sha256", hashlib.sha256(BIG).hexdigest())
            url = "http://big.test/"
            self.check_allowed(g, g.respmod(BIG, get=asked(url)), url,
                               "sha256", BIG)
            self.assertEqual(g.respmod(BIG + b"x").http_status, 403)

    def test_what_could_not_be_checked_is_not_let_in_by_its_host(self):
        with gateway.gateway({"body.max": "100K"}) as g:
            self.allow(g, "host", "a.test")
            get = asked("http://a.test/")
            self.assertEqual(g.respmod(bodies.words(150000),
                                       get=get).http_status, 403)
            self.assertEqual(g.respmod(bodies.eicar(),
                                       get=get).http_status, 200)
            self.assertEqual(g.counter(ALLOWED), 1)

    def test_what_was_cut_is_allowed_at_once(self):
        with gateway.gateway({"proxy.drip": "always"}) as g:
            url = "http://cut.test/"
            head = (b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
                    % len(BIG))
            self.assertFalse(g.respmod(BIG, get=asked(url),
                                       http=head).complete)
            blocked.check_icap(self, g.respmod(BIG, get=asked(url),
                                               http=head), NAME)
            self.assertEqual(g.counter("glassgate_remembered_total"), 1)
            self.allow(g, "sha256", hashlib.sha256(BIG).hexdigest())
            answer = g.respmod(BIG, get=asked(url), http=head)
            self.assertEqual(answer.body, BIG)

    def test_each_kind_blocks_what_would_pass(self):
        clean = b"a harmless text"
        with gateway.gateway({"policy.infected": "pass"}) as g:
            cases = [("sha256", hashlib.sha256(clean).hexdigest(), clean),
                     ("host", ".b.test", clean),
                     ("signature", NAME, bodies.eicar())]
            for n, (what, value, body) in enumerate(cases):
                get = asked("http://x.b.test/")
                self.assertEqual(g.respmod(body, get=get).status, 204)
                self.entry(g, "block", what, value, "--reason", "bad")
                blocked.check_icap(self, g.respmod(body, get=get),
                                   "Forbidden.By.Rule", kind=1)
                self.assertEqual(g.outcome("forbidden"), n + 1)
                self.assertEqual(g.counter(LISTED), n + 1)
                self.entry(g, "remove", what, value)
            self.entry(g, "block", "host", "b.test", "--reason", "bad")
            with g.icap() as c:
                answer = c.reqmod(None, http=asked("http://b.test/"))
                self.assertEqual(answer.http_status, 403)

    def tag(self, g):
        """Of the next answer; the status tells the same."""
        got = g.respmod(b"harmless").get("ISTag")
        self.assertIn(g.status()["istag"], got)
        return got

    def test_another_list_is_another_ISTag_at_once(self):
        with gateway.gateway() as g:
            tags = [self.tag(g)]
            for words in (["allow", "host", "a.test"],
                          ["block", "host", "a.test"],
                          ["block", "signature", NAME]):
                self.entry(g, *words, "--reason", "x")
                tags.append(self.tag(g))
            self.assertEqual(len(set(tags)), 4)
            self.entry(g, "block", "host", "a.test", "--reason", "another")
            self.assertEqual(self.tag(g), tags[-1])
            self.assertEqual(g.tool("reload").returncode, 0)
            self.assertEqual(self.tag(g), tags[-1])
            self.entry(g, "remove", "host", "a.test")
            self.entry(g, "remove", "signature", NAME)
            self.assertEqual(self.tag(g), tags[0])

    def test_an_entry_that_comes_to_its_end_is_another_ISTag(self):
        state = lab.new_folder("state", mode=0o755)
        end = int(time.time()) + 6 * lab.patience()
        lab.write(state + "/lists", "allow host a.test %d x\n" % end)
        with gateway.gateway({"signatures.state_folder": state}) as g:
            before = self.tag(g)
            lab.until(lambda: g.respmod(b"x").get("ISTag") != before,
                      "another tag", end - time.time() + 5)
            self.assertNotEqual(self.tag(g), before)
            self.assertGreaterEqual(time.time(), end)

    def test_the_list_is_shown_kept_and_has_an_end(self):
        with gateway.gateway() as g:
            self.allow(g, "host", "A.test", "--until", "2199-01-31")
            self.entry(g, "block", "signature", NAME, "--reason", "two words")
            want = ("allow host a.test until 2199-01-31: checked by us\n"
                    "block signature %s: two words\n" % NAME)
            self.assertEqual(self.entry(g, "list"), want)
            self.assertIn("its end is past", self.entry(
                g, "allow", "host", "c.test", "--reason", "x", "--until",
                "2020-01-01", status=1))
            self.assertTrue(g.lines("owner's list entry=allow by=host "
                                    "value=a.test "))
            kept = os.path.join(g.state, "lists")
            self.assertEqual(stat.S_IMODE(os.stat(kept).st_mode), 0o600)
            state = g.state
        with gateway.gateway({"signatures.state_folder": state}) as g:
            self.assertEqual(self.entry(g, "list"), want)
            url = "http://a.test/"
            self.assertEqual(g.respmod(b"fine", get=asked(url)).status, 204)
            blocked.check_icap(self, g.respmod(
                bodies.eicar(), get=asked("http://d.test/")),
                "Forbidden.By.Rule", kind=1)

    def test_what_was_refused_holds_neither_later_nor_after_a_restart(self):
        with gateway.gateway() as g:
            for folder in (g.state, g.runtime):
                self.allow(g, "host", "a.test")
                in_the_way = os.path.join(folder, "lists.new")
                os.mkdir(in_the_way)
                for words in (["allow", "host", "b.test", "--reason", "x"],
                              ["remove", "host", "a.test"]):
                    self.assertIn("lists.new", self.entry(
                        g, *words, status=1))
                os.rmdir(in_the_way)
                self.entry(g, "block", "host", "c.test", "--reason", "x")
                kept = lab.read(os.path.join(g.state, "lists"))
                for text in (kept.decode(), self.entry(g, "list")):
                    self.assertIn("allow host a.test", text)
                    self.assertNotIn("b.test", text)
                self.entry(g, "remove", "host", "c.test")
            self.assertEqual(g.lines("owner's list entry=.* value=b.test"),
                             [])
            self.assertEqual(len(g.lines("owner's list refused reason=")), 4)

    def test_a_block_is_not_lifted_by_the_way(self):
        with gateway.gateway() as g:
            self.entry(g, "block", "host", "a.test", "--reason", "phishing")
            self.assertIn("first glassgate remove host a.test", self.entry(
                g, "allow", "host", "a.test", "--reason", "x", status=1))
            self.assertEqual(self.entry(g, "list"),
                             "block host a.test: phishing\n")

    def test_a_list_that_cannot_be_read_refuses_the_start(self):
        with gateway.gateway() as g:
            self.allow(g, "host", "a.test")
            state = g.state
        with open(os.path.join(state, "lists"), "a") as out:
            out.write("half an ent")
        code, said = gateway.refused({"signatures.state_folder": state})
        self.assertNotEqual(code, 0)
        self.assertIn("remedy: mend or remove it", said)

    def test_what_is_not_meant_so_is_refused(self):
        with gateway.gateway() as g:
            for words in (["allow"], ["allow", "host", "a.test"],
                          ["allow", "url", "a", "--reason", "x"],
                          ["allow", "sha256", "12", "--reason", "x"],
                          ["allow", "host", "a b", "--reason", "x"],
                          ["allow", "host", "a", "--reason", ""],
                          ["allow", "host", "a", "--reason", "x", "--until"],
                          ["allow", "host", "a", "--reason", "x", "--until",
                           "2027-02-31"],
                          ["remove", "host"], ["list", "x"]):
                self.entry(g, *words, status=2)
            self.entry(g, "remove", "host", "a.test", status=1)
            self.assertEqual(self.entry(g, "list"), "")

    def test_the_limits_of_reason_and_date_are_told(self):
        with gateway.gateway() as g:
            for more, said in (
                    (["--reason", "M\u00fcller"], "--reason: the reason has a "
                     "letter with an accent"),
                    (["--reason", "r" * 700],
                     "--reason: the reason has more than 95 characters"),
                    (["--reason", "x", "--until", "10000-01-01"],
                     "--until 10000-01-01: no date"),
                    (["--resaon", "x"], "--resaon: no such option"),
                    (["--reason", "x", "--until"],
                     "--until: no value follows")):
                told = self.entry(g, "allow", "host", "a.test", *more,
                                  status=2)
                self.assertIn("glassgate: " + said, told)
                self.assertIn("at most 95 characters of ASCII", told)
            self.entry(g, "allow", "host", "a.test", "--reason", "r" * 95,
                       "--until", "9999-12-31")
            self.assertEqual(self.entry(g, "list"), "allow host a.test until "
                             "9999-12-31: %s\n" % ("r" * 95))

    def test_who_is_neither_root_nor_its_user_may_not_ask(self):
        if not lab.root:
            self.skipTest("needs another user")
        with gateway.gateway() as g:
            os.chmod(os.path.dirname(g.runtime), 0o755)
            done = lab.run([gateway.program("glassgate"), "-r", g.runtime,
                            "allow", "host", "a.test", "--reason", "x"],
                           user=lab.PLAIN_USER)
            self.assertEqual(done.returncode, 2)
            self.assertEqual(self.entry(g, "list"), "")

    def test_through_squid_a_false_finding_passes_at_once(self):
        url = self.origin.put("/false.com", bodies.eicar())
        with gateway.gateway() as g:
            proxy = squid.Squid("127.0.0.1:%d" % g.port)
            try:
                self.assertEqual(proxy.get(url).status, 403)
                self.allow(g, "sha256", SUM)
                reply = proxy.get(url)
                self.assertEqual((reply.status, reply.body),
                                 (200, bodies.eicar()))
                self.assertEqual(g.counter(ALLOWED), 1)
            finally:
                proxy.stop()

    def test_what_squid_may_cache_follows_the_list(self):
        head = [("Date", email.utils.formatdate(usegmt=True)),
                ("Cache-Control", "public, max-age=3600")]
        false = self.origin.put("/cached.com", bodies.eicar(), headers=head)
        clean = self.origin.put("/cached.txt", b"a harmless text",
                                headers=head)
        host = clean.split("/")[2].split(":")[0]
        with gateway.gateway() as g:
            proxy = squid.Squid("127.0.0.1:%d" % g.port, cache=True)
            try:
                self.allow(g, "sha256", SUM)
                self.assertEqual(proxy.get(false).status, 200)
                self.entry(g, "remove", "sha256", SUM)
                self.assertEqual(proxy.get(false).status, 403)
                self.assertEqual(proxy.get(clean).status, 200)
                self.assertIn("HIT", proxy.get(clean).get("X-Cache"))
                self.entry(g, "block", "host", host, "--reason", "bad")
                self.assertEqual(proxy.get(clean).status, 403)
                self.entry(g, "remove", "host", host)
                self.assertEqual(proxy.get(clean).status, 200)
            finally:
                proxy.stop()
