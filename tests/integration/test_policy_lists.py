# SPDX-License-Identifier: GPL-2.0-only
"""Lists of a policy: what they let pass and what they block, for whom the
policy is and for nobody else; and what is only watched is scanned first."""

import hashlib

import bodies
import blocked
import gateway
import lab
import policies
import squid
from policies import asked, who
from suite import Case

NAME = gateway.EICAR_NAME
SUM = hashlib.sha256(bodies.eicar()).hexdigest()
CLEAN = b"a harmless text"
LAB = {"clients": ["192.0.2.0/24"]}
ALLOW = [("sha256", SUM.upper()), ("hosts", ".a.test"), ("signatures", NAME)]
BLOCK = [("sha256", hashlib.sha256(CLEAN).hexdigest()), ("hosts", ".a.test"),
         ("signatures", NAME)]
INSIDE = who("192.0.2.1")


def lists(action, what, value):
    return 'lists = { %s = { %s = [ "%s" ]; }; };' % (action, what, value)


class PolicyLists(Case):
    def respmod(self, g, body, headers, url):
        answer = g.respmod(body, headers=headers, get=asked(url))
        return answer, blocked.verdict_line(self, g, url)

    def test_what_a_policy_allows_passes_there_alone(self):
        path = policies.conf([("lab", LAB, "")])
        with gateway.gateway(conf=path) as g:
            for n, (what, value) in enumerate(ALLOW):
                policies.write(path, [("lab", LAB, lists(
                    "allow", what, value))])
                self.assertEqual(g.tool("reload").returncode, 0)
                url = "http://x.a.test/%d" % n
                answer, line = self.respmod(g, bodies.eicar(), INSIDE, url)
                self.assertEqual(answer.body, bodies.eicar())
                self.assertEqual(
                    (line["outcome"], line["action"], line["allowed"]),
                    ("infected", "pass", what.rstrip("s")
                     if what != "sha256" else what))
                answer, _ = self.respmod(g, bodies.eicar(), [], url + "/2")
                blocked.check_icap(self, answer, NAME)
            self.assertEqual(g.outcome("clean"), 0)

    def test_what_a_policy_blocks_is_blocked_there_alone(self):
        path = policies.conf([("lab", LAB, "")], ALL_PASS)
        with gateway.gateway(conf=path) as g:
            for n, (what, value) in enumerate(BLOCK):
                policies.write(path, [("lab", LAB, lists(
                    "block", what, value))], ALL_PASS)
                self.assertEqual(g.tool("reload").returncode, 0)
                url = "http://a.test/%d" % n
                body = bodies.eicar() if what == "signatures" else CLEAN
                answer, line = self.respmod(g, body, INSIDE, url)
                blocked.check_icap(self, answer, "Forbidden.By.Rule", kind=1)
                self.assertEqual(line["policy"], "lab")
                answer, _ = self.respmod(g, body, [], url + "/2")
                self.assertEqual(answer.status, 204)

    def test_its_own_list_comes_before_the_owners(self):
        path = policies.conf([("lab", LAB, lists("allow", "hosts", "a.test"))])
        with gateway.gateway(conf=path) as g:
            self.assertEqual(g.tool("block", "host", ".a.test", "--reason",
                                    "bad").returncode, 0)
            for headers, url, status in ((INSIDE, "http://a.test/", 204),
                                         (INSIDE, "http://b.a.test/", 200),
                                         ([], "http://a.test/2", 200)):
                answer, _ = self.respmod(g, CLEAN, headers, url)
                self.assertEqual(answer.status, status, url)

    def test_the_tool_shows_them_and_tells_what_they_do(self):
        path = policies.conf([("lab", LAB,
                               lists("allow", "hosts", ".a.test"))])
        with gateway.gateway(conf=path) as g:
            g.tool("block", "signature", NAME, "--reason", "seen")
            self.assertIn("   allow host .a.test\n",
                          g.tool("policy", "show").stdout.decode())
            cases = [
                (["--url", "http://x.a.test/", "--outcome", "infected"], 0,
                 "allowed by its own list: host x.a.test\n"
                 "infected block, but passes: allowed\n"),
                (["--url", "http://x.a.test/", "--outcome", "too-big"], 1,
                 "allowed by its own list: host x.a.test\ntoo-big block\n"),
                (["--url", "http://b.test/", "--outcome", "clean",
                  "--signature", NAME], 1,
                 "blocked by the owner's list: signature %s\n"
                 "forbidden block\n" % NAME)]
            for words, code, want in cases:
                done = g.tool("policy", "test", "--client", "192.0.2.1",
                              *words)
                self.assertEqual((done.stdout.decode(), done.returncode),
                                 ("policy lab\n" + want, code), words)

    def test_a_slip_in_a_list_is_told_with_its_place(self):
        path = policies.conf([("lab", LAB, lists("block", "sha256", "12"))])
        code, said = gateway.refused(conf=path)
        self.assertEqual(code, 2)
        self.assertIn('%s:2: policies: lab: lists.block.sha256: "12" is no '
                      "SHA-256; allowed: 64 hexadecimal digits" % path, said)

    def test_what_is_only_watched_is_scanned_first(self):
        path = policies.conf(
            [("lab", LAB, 'mode = "watch"; '
              + lists("block", "hosts", "a.test"))],
            'names: { double_extension = "block"; };')
        with gateway.gateway(conf=path, expect=("watch mode",)) as g:
            for url, rule in (("http://a.test/", "list"),
                              ("http://b.test/x.pdf.exe", "name")):
                for body, outcome in ((bodies.eicar(), "infected"),
                                      (CLEAN, "forbidden")):
                    here = url + "?" + outcome
                    if rule == "name":
                        here = url.replace("/x", "/%s/x" % outcome)
                    answer, line = self.respmod(g, body, INSIDE, here)
                    self.assertEqual(answer.body, body)
                    self.assertEqual(
                        (line["outcome"], line["action"], line["would"]),
                        (outcome, "pass", "block"), here)

    def test_through_squid_one_site_is_allowed_for_one_policy(self):
        url = self.origin.put("/false2.com", bodies.eicar())
        host = url.split("/")[2].split(":")[0]
        rows = [("local", {"clients": ["127.0.0.1"]},
                 lists("allow", "hosts", host))]
        with gateway.gateway(conf=policies.conf(rows)) as g:
            proxy = squid.Squid("127.0.0.1:%d" % g.port)
            try:
                reply = proxy.get(url)
                self.assertEqual((reply.status, reply.body),
                                 (200, bodies.eicar()))
                other = url.replace(host, "localhost")
                self.assertEqual(proxy.get(other).status, 403)
            finally:
                proxy.stop()


ALL_PASS = 'policy: { infected = "pass"; };'


class Unloaded(Case):
    """`glassgate policy --config`: a file that nothing uses."""

    def tool(self, *words):
        done = lab.run([gateway.program("glassgate"), "-r", "/nowhere",
                        "policy", *words])
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def test_a_file_that_is_not_loaded_is_shown_and_asked(self):
        path = policies.conf([("lab", LAB, policies.outcomes(
            encrypted="block")), ("rest", {"users": ["x"]}, "")])
        code, shown, said = self.tool("show", "--config", path)
        self.assertEqual((code, said), (0, ""))
        self.assertEqual([l for l in shown.splitlines() if l[0] != " "],
                         ["1. lab", "2. rest", "3. default"])
        for client, want in (("192.0.2.9", "policy lab\nencrypted block\n"),
                             ("10.0.0.1", "policy default\n"
                              "encrypted pass\n")):
            code, told, _ = self.tool("test", "--config", path, "--client",
                                      client, "--outcome", "encrypted")
            self.assertEqual((code, told), (int("block" in want), want))

    def test_a_slip_in_it_is_told_with_its_place(self):
        path = policies.conf([("lab", {"clients": ["here"]}, "")])
        for words in (["show"], ["test", "--client", "10.0.0.1"]):
            code, told, said = self.tool(*words, "--config", path)
            self.assertEqual((code, told), (2, ""))
            self.assertIn('%s:2: policies: lab: match.clients: "here" is no '
                          "address or network; allowed: " % path, said)
        path = policies.conf([("lab", LAB, "limits = { files = 20000; };")])
        self.assertIn("limits.files: 20000 is above the settings",
                      self.tool("show", "--config", path)[2])
        self.assertIn("No such file", self.tool("show", "--config",
                                                "/nowhere/x")[2])
        self.assertEqual(self.tool("show", "--config")[0], 2)
