# SPDX-License-Identifier: GPL-2.0-only
"""What comes again is not scanned again, and is judged anew: through ICAP and
through Squid, after deaths, reloads, lists and lies."""

import hashlib
import os
import threading

import bodies
import blocked
import gateway
import lab
import origin
import policies
import squid
import test_hostile
from policies import asked, who
from suite import Case

NAME = gateway.EICAR_NAME
ON = {"cache.size": "1M"}
HITS, MISSES = "glassgate_cache_hits_total", "glassgate_cache_misses_total"
ENTRIES = "glassgate_cache_entries"
WAITS = "glassgate_cache_waits_total"
COALESCED = "glassgate_cache_coalesced_total"
AT_ONCE = 20
ICAP_DIED = [r"child=c-icap .*signal 9", "degraded reason=", "icap says "]
SMALL = {"clients": ["192.0.2.0/24"]}


def of(n):
    return "http://cache.test/%s" % n


class Cache(Case):
    def ask(self, g, body, n, cached, **more):
        """The answer to a body under a URL of its own; by the log it was a
        hit, a miss or neither."""
        answer = g.respmod(body, get=asked(of(n)), **more)
        line = blocked.verdict_line(self, g, of(n))
        self.assertEqual(line["cache"], cached, line)
        return answer

    def test_the_second_time_nobody_is_asked(self):
        body = bodies.words(30000)
        with gateway.gateway(ON) as g:
            blocked.check_clean(self, self.ask(g, body, 1, "miss"), body)
            before, scans = g.counters(), g.scans()
            for n in range(40):
                blocked.check_clean(self, self.ask(g, body, "again%d" % n,
                                                   "hit"), body)
            after = g.counters()
            self.assertEqual(after[HITS] - before[HITS], 40)
            self.assertEqual(after[MISSES], before[MISSES])
            self.assertEqual(after[ENTRIES], 1)
            g.wait_scans(scans)
            self.assertEqual(after["glassgate_requests_total"] -
                             before["glassgate_requests_total"], 40)

    def test_a_finding_is_blocked_again_with_the_same_headers(self):
        with gateway.gateway(ON) as g:
            for n, cached in enumerate(("miss", "hit", "hit")):
                answer = self.ask(g, bodies.eicar(), n, cached)
                blocked.check_icap(self, answer, NAME)
            answer = g.reqmod(bodies.eicar())
            blocked.check_icap(self, answer, NAME)

    def test_through_squid_a_download_that_comes_again_is_a_hit(self):
        o = origin.Origin()
        body = bodies.words(300000)
        with gateway.gateway(ON) as g:
            s = squid.Squid("127.0.0.1:%d" % g.port, g.user)
            try:
                for n, cached in enumerate(("miss", "hit", "hit")):
                    url = o.put("/big%d" % n, body)
                    reply = s.get(url)
                    self.assertEqual((reply.status, reply.complete),
                                     (200, True))
                    self.assertEqual(reply.body, body)
                    line = blocked.verdict_line(self, g, url)
                    self.assertEqual(line["cache"], cached)
                for n in range(2):
                    blocked.check_http(self, s.get(
                        o.put("/virus%d" % n, bodies.eicar())), NAME)
                self.assertGreaterEqual(g.counter(HITS), 3)
            finally:
                s.stop()

    def test_a_restart_of_c_icap_forgets_nothing(self):
        with gateway.gateway(ON, expect=ICAP_DIED) as g:
            self.ask(g, b"remember me", 1, "miss")
            old = g.status()["pids"]["icap"]
            family = [p.pid for p in g.processes() if p.ppid == old]
            lab.kill(old)
            lab.until(lambda: not any(map(lab.alive, family)),
                      "its children go with it")
            lab.until(lambda: g.counter("glassgate_icap_starts_total") == 2
                      and g.ready(), "another one serves", 20)
            self.ask(g, b"remember me", 2, "hit")

    def test_a_reload_empties_it(self):
        with gateway.gateway(ON) as g:
            self.ask(g, b"forget me", 1, "miss")
            self.ask(g, b"forget me", 2, "hit")
            self.assertEqual(g.tool("reload").returncode, 0)
            self.assertEqual(g.counter(ENTRIES), 0)
            self.ask(g, b"forget me", 3, "miss")
            self.ask(g, b"forget me", 4, "hit")

    def test_other_headers_or_limits_do_not_share(self):
        path = policies.conf([("small", SMALL, 'limits = { files = 5; };')])
        body = bodies.words(5000)
        with gateway.gateway(ON, conf=path) as g:
            self.ask(g, body, 1, "miss")
            self.ask(g, body, 2, "miss", headers=who("192.0.2.1"))
            self.ask(g, body, 3, "hit", headers=who("192.0.2.2"))
            self.ask(g, body, 4, "miss",
                     http=policies.typed("application/zip"))
            self.ask(g, body, 5, "hit")

    def test_the_owners_list_decides_at_once_about_what_is_known(self):
        body = b"known and clean"
        sum_of = hashlib.sha256(body).hexdigest()
        with gateway.gateway(ON) as g:
            self.ask(g, bodies.eicar(), "e1", "miss")
            self.ask(g, body, "c1", "miss")
            for words in (("block", "sha256", sum_of, "--reason", "no"),
                          ("allow", "signature", NAME, "--reason", "yes")):
                done = g.tool(*words)
                self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(self.ask(g, body, "c2", "off").http_status, 403)
            allowed = self.ask(g, bodies.eicar(), "e2", "hit")
            self.assertEqual(allowed.body, bodies.eicar())
            self.assertEqual(allowed.get("X-Response-Info"), "Allowed")
            self.assertEqual(g.tool("remove", "signature", NAME).returncode,
                             0)
            blocked.check_icap(self, self.ask(g, bodies.eicar(), "e3", "hit"),
                               NAME)

    def test_what_a_worker_said_goes_with_its_death(self):
        if lab.options.sanitized or lab.options.valgrind or not lab.root:
            self.skipTest("needs the whole cage, and root to kill")
        house = test_hostile.House(dict(ON, **{"scan.small_workers": "1"}))
        g = house.g
        try:
            house.attempt("captured", False)
            # A lie, and it stays one as long as the liar is not found out.
            self.assertEqual(self.ask(g, bodies.eicar(), 1, "miss").status,
                             204)
            self.assertEqual(self.ask(g, bodies.eicar(), 2, "hit").status,
                             204)
            liar = next(w["pid"] for w in g.workers("small")
                        if w["state"] == "idle")
            lab.kill(liar)
            g.wait_counter(
                'glassgate_worker_deaths_total{reason="signal"}', 1)
            blocked.check_icap(self, self.ask(g, bodies.eicar(), 3, "miss"),
                               NAME)
            g.stop()
        finally:
            g.kill()

    def test_what_a_lane_said_goes_with_a_breach_of_protocol(self):
        if lab.options.sanitized or lab.options.valgrind or not lab.root:
            self.skipTest("the cage is another one")
        house = test_hostile.House(dict(ON))
        g = house.g
        try:
            self.ask(g, b"said before", 1, "miss")
            self.ask(g, b"said before", 2, "hit")
            house.attempt("garbage", False)
            self.ask(g, b"said before", 3, "miss")
            g.stop()
        finally:
            g.kill()

    def test_many_that_come_at_once_cost_one_scan(self):
        body = bodies.zipped([("%d.bin" % n, bodies.words(400000 + n))
                              for n in range(12)])
        with gateway.gateway(ON) as g:
            before = g.counters()
            answers = [None] * AT_ONCE

            def get(n):
                answers[n] = g.respmod(body)
            threads = [threading.Thread(target=get, args=(n,))
                       for n in range(AT_ONCE)]
            for t in threads:
                t.start()
            for t in threads:
                t.join()
            for answer in answers:
                blocked.check_clean(self, answer, body)
            asked_for = {name: g.counter(name) - before[name]
                         for name in (HITS, MISSES, COALESCED, WAITS)}
            self.assertLessEqual(asked_for[MISSES], 2, asked_for)
            self.assertEqual(asked_for[HITS] + asked_for[MISSES] +
                             asked_for[COALESCED], AT_ONCE)
            self.assertGreater(asked_for[WAITS], 0)
            waited = g.lines(" cache=wait ")
            self.assertEqual(len(waited), asked_for[COALESCED])

    def test_a_damaged_table_is_left_alone_with_one_line(self):
        with gateway.gateway(ON, expect=ICAP_DIED + ["no verdict cache"]) as g:
            self.ask(g, b"known", 1, "miss")
            path = os.path.join(g.runtime, "segment")
            with open(path, "r+b") as f:
                f.seek(os.path.getsize(path) - (1 << 20))
                f.write(b"damaged")
            lab.kill(g.status()["pids"]["icap"])
            lab.until(lambda: g.counter("glassgate_icap_starts_total") == 2
                      and g.ready(), "another c-icap serves", 20)
            self.ask(g, b"known", 2, "off")
            blocked.check_icap(self, self.ask(g, bodies.eicar(), 3, "off"),
                               NAME)
            self.assertEqual(len(g.lines("no verdict cache reason=.*damaged")),
                             1)

    def test_switched_off_all_is_scanned(self):
        with gateway.gateway({"cache.size": "0"}) as g:
            self.ask(g, b"twice", 1, "off")
            self.ask(g, b"twice", 2, "off")
            self.assertEqual(g.counter(HITS) + g.counter(MISSES), 0)
            self.assertLess(os.path.getsize(g.runtime + "/segment"), 1 << 20)
