# SPDX-License-Identifier: GPL-2.0-only
"""Limits of a policy: lower ones for who it is for, those of all for others,
seen through ICAP and through Squid."""

import bodies
import blocked
import gateway
import heuristics as h
import policies
import squid
from policies import asked, who
from suite import Case

KB = 1 << 10
LIMITS = ("limits = { body_max = \"100K\"; scan_max = \"1M\"; "
          "recursion = 5; files = 20; seconds = 9; };")
SMALL = {"clients": ["192.0.2.0/24"]}


def many_files():
    return bodies.zipped([("%d.txt" % i, b"bread %d" % i) for i in range(60)])


# What is made, its outcome under the limits; all others find it clean.
CASES = [
    (lambda: bodies.words(90 * KB), "clean"),
    (lambda: bodies.words(101 * KB), "too-big"),
    (lambda: h.large(3 << 20), "too-big"),
    (lambda: h.nested(9), "too-deep"),
    (many_files, "too-deep"),
]


class PolicyLimits(Case):
    def check(self, g, body, headers, outcome, url):
        answer = g.respmod(body, headers=headers, get=asked(url))
        line = blocked.verdict_line(self, g, url)
        self.assertEqual(line["outcome"], outcome)
        if outcome == "clean":
            blocked.check_clean(self, answer, body)
        else:
            self.assertEqual(answer.http_status, 403)

    def test_lower_limits_hold_for_who_they_are_for_and_nobody_else(self):
        path = policies.conf([("small", SMALL, LIMITS)])
        with gateway.gateway(conf=path) as g:
            for n, (make, outcome) in enumerate(CASES):
                url = "http://limits.test/%d" % n
                body = make()
                self.check(g, body, who("192.0.2.1"), outcome, url)
                self.check(g, body, [], "clean", url + "/all")
                # by the same worker, after it had the lower ones
                self.check(g, body, who("192.0.2.1"), outcome, url + "/2")
            shown = g.tool("policy", "show").stdout.decode()
            self.assertIn("   limits   body_max 100K, scan_max 1M, recursion "
                          "5, files 20, seconds 9\n", shown)
            said = g.tool("policy", "test", "--client", "192.0.2.1").stdout
            self.assertIn(b"policy small\n   limits   body_max 100K", said)
            self.assertNotIn(b"limits", g.tool("policy", "test").stdout)

    def test_an_infection_within_the_limits_is_found(self):
        path = policies.conf([("small", SMALL, LIMITS)])
        with gateway.gateway(conf=path) as g:
            blocked.check_icap(self, g.respmod(
                bodies.eicar(), headers=who("192.0.2.1")), gateway.EICAR_NAME)

    def test_limits_above_those_of_all_are_refused(self):
        path = policies.conf([("small", SMALL,
                               "limits = { body_max = \"101M\"; };")])
        code, said = gateway.refused(conf=path)
        self.assertEqual(code, 2, said)
        self.assertIn("%s:2: policies: small: limits.body_max: 105906176 is "
                      "above the settings; allowed: up to 104857600 "
                      "(body.max)" % path, said)

    def test_a_reload_that_leaves_a_limit_above_all_is_refused(self):
        path = policies.conf([("small", SMALL, LIMITS)])
        with gateway.gateway(conf=path, expect=("reload refused",)) as g:
            policies.write(path, [("small", SMALL, LIMITS)],
                           "scan: { files = 19; };")
            done = g.tool("reload")
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"limits.files: 20 is above the settings; allowed: "
                          b"up to 19 (scan.files)", done.stderr)

    def test_through_squid_one_site_may_send_less(self):
        body = bodies.words(50 * KB)    # Squid waits for its verdict
        url = self.origin.put("/large.txt", body)
        host = url.split("/")[2].split(":")[0]
        rows = [("site", {"hosts": [host]},
                 "limits = { body_max = \"40K\"; };")]
        with gateway.gateway(conf=policies.conf(rows)) as g:
            proxy = squid.Squid("127.0.0.1:%d" % g.port)
            try:
                self.assertEqual(proxy.get(url).status, 403)
                line = blocked.verdict_line(self, g, url)
                self.assertEqual((line["outcome"], line["policy"]),
                                 ("too-big", "site"))
                reply = proxy.get(url.replace(host, "localhost"))
                self.assertEqual((reply.status, reply.body), (200, body))
            finally:
                proxy.stop()
