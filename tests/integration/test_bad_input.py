# SPDX-License-Identifier: GPL-2.0-only
"""What a person can get wrong: one line that says what to do, and no start."""

import os
import re
import shutil
import socket

import bodies
import gateway
import icap
import lab
from suite import Case

SETTINGS = [
    # line 2 of a file, what the message must hold
    ("icap: { lisen = \"127.0.0.1:1\"; };", ["icap.lisen"]),
    ("nonsense = 5;", ["nonsense"]),
    ("scan: { small_workers = \"many\"; };", ["scan.small_workers"]),
    ("scan: { small_workers = 0; };", ["scan.small_workers"]),
    ("scan: { small_workers = 100000; };", ["scan.small_workers"]),
    ("body: { max = \"5 parsec\"; };", ["body.max"]),
    ("proxy: { drip = \"sometimes\"; };", ["proxy.drip", "on-stall"]),
    ("policy: { infected = \"maybe\"; };", ["policy.infected", "block"]),
    ("policy: { none = \"pass\"; };", ["policy.none"]),
    ("log: { level = \"loud\"; };", ["log.level"]),
    ("icap: { listen = \"localhost\"; };", ["icap.listen"]),
    ("icap: { clients = [\"anybody\"]; };", ["icap.clients"]),
    ("icap: { threads = \"1\"; ", ["syntax"]),
    ("signatures: { folders = [\"/nowhere/at/all\"]; };",
     ["signatures.folders", "/nowhere/at/all"]),
    ("page: { templates = \"/nowhere/at/all\"; };",
     ["page.templates", "/nowhere/at/all"]),
]

INJECTIONS = [
    ("icap.listen", "127.0.0.1:1344\nService evil /tmp/evil.so"),
    ("icap.clients", "127.0.0.1\nicap_access allow all"),
    ("icap.clients", "127.0.0.1 0.0.0.0/0"),
    ("icap.module", "/tmp/a.so\nPort 1"),
    ("icap.module", "/tmp/a b.so"),
    ("page.templates", "/tmp/\"x\nPort 1"),
]


def complaints(said):
    """The lines of a log, or of a refusal before there is one, that are no
    everyday news."""
    return [line for line in said.splitlines()
            if not re.search(r"Z (info|debug) ", line)]


class BadInput(Case):
    def conf(self, text):
        return lab.write(lab.new_folder("conf") + "/glassgate.conf", text)

    def check(self, conf, *more):
        return lab.run([gateway.program("glassgated"), "-t", "-c", conf,
                        "-s", "icap.module=" + gateway.program(
                            gateway.MODULE), "-s", "scan.program="
                        + gateway.program("glassgate-keeper"),
                        *self.defaults_but(more)])

    def defaults_but(self, more):
        values = {"page.templates": gateway.installed() + "/templates",
                  "signatures.folders": gateway.signatures()}
        if lab.root:
            values.update({"icap.user": str(lab.ICAP_USER),
                           "scan.user": str(lab.SCAN_USER)})
        line = []
        for key, value in values.items():
            if key not in more:
                line += ["-s", "%s=%s" % (key, value)]
        return line

    def test_a_wrong_settings_file_is_2_and_one_line_with_file_and_line(self):
        for text, words in SETTINGS:
            conf = self.conf("# settings\n" + text + "\n")
            keys = [w for w in words if "." in w]
            done = self.check(conf, *keys)
            said = done.stderr.decode() + done.stdout.decode()
            self.assertEqual(done.returncode, 2, (text, said))
            self.assertEqual(said.count("\n"), 1, said)
            self.assertRegex(said, r"%s:[23]\b" % conf, text)
            for word in words:
                self.assertIn(word, said)

    def test_a_fine_settings_file_is_0_and_says_so(self):
        conf = self.conf("icap: { listen = \"127.0.0.1:13440\"; };\n"
                         "scan: { small_workers = 3; };\n")
        done = self.check(conf)
        self.assertEqual((done.returncode, done.stdout),
                         (0, conf.encode() + b": fine\n"), done.stderr)

    def test_the_sample_file_is_fine_and_holds_the_defaults(self):
        sample = lab.run([gateway.program("glassgated"), "--sample"])
        self.assertEqual(sample.returncode, 0)
        conf = self.conf(sample.stdout)
        done = self.check(conf)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_same_mistakes_on_the_command_line_are_refused_too(self):
        for key, value in (("nonsense", "1"), ("scan.small_workers", "0"),
                           ("body.max", "x"), ("proxy.drip", "")):
            code, said = gateway.refused({key: value})
            self.assertEqual(code, 2, said)
            self.assertEqual(said.count("\n"), 1, said)
            self.assertIn(key, said)

    def test_no_setting_can_add_a_line_to_the_c_icap_configuration(self):
        for key, value in INJECTIONS:
            code, said = gateway.refused({key: value})
            self.assertEqual(code, 2, (key, value, said))
            self.assertEqual(said.count("\n"), 1, said)
            self.assertIn(key, said)

    def test_an_address_in_use_is_named_in_one_line(self):
        with socket.create_server(("127.0.0.1", 0)) as s:
            address = "127.0.0.1:%d" % s.getsockname()[1]
            code, said = gateway.refused({"icap.listen": address})
        self.assertEqual(code, 1, said)
        self.assertEqual(len(complaints(said)), 1, said)
        self.assertIn(address + " is in use", complaints(said)[0])

    def test_a_missing_program_or_module_is_named(self):
        for key in ("icap.module", "icap.program", "scan.program"):
            code, said = gateway.refused({key: "/nowhere/at/all"})
            self.assertEqual(code, 2, key)
            self.assertEqual(said.count("\n"), 1, said)
            self.assertIn(key + ": /nowhere/at/all: ", said)

    def test_a_bad_template_is_named_with_file_and_line(self):
        place = lab.new_folder("templates")
        shutil.copytree(gateway.installed() + "/templates", place + "/t")
        path = place + "/t/en/blocked.html"
        lab.write(path, lab.read(path) + b"\n{{nonsense}}\n")
        code, said = gateway.refused({"page.templates": place + "/t"})
        self.assertEqual(code, 2, said)
        self.assertEqual(said.count("\n"), 1, said)
        self.assertRegex(said, r"blocked\.html:\d+")
        self.assertIn("nonsense", said)

    def start(self, runtime, user=None):
        """glassgated as it should be, but in this runtime folder."""
        line = ["-s", "icap.listen=127.0.0.1:%d" % lab.free_port(),
                "-s", "icap.module=" + gateway.program(gateway.MODULE), "-s",
                "scan.program=" + gateway.program("glassgate-keeper")]
        if user is None:
            line += self.defaults_but(())
        else:
            line += self.defaults_but(("icap.user", "scan.user"))
        done = lab.run([gateway.program("glassgated"), "-c",
                        gateway.no_settings(), "-r", runtime] + line,
                       user=user)
        self.assertNotIn(done.returncode, (0, None))
        said = done.stderr.decode()
        self.assertEqual(said.count("\n"), 1, said)
        self.assertIn(runtime, said)

    def test_a_runtime_folder_that_cannot_be_made_is_named(self):
        home = lab.new_folder("closed")
        lab.write(home + "/run", b"not a folder")
        self.start(home + "/run/x", lab.PLAIN_USER)
        if lab.root:
            self.start(home + "/mine", lab.PLAIN_USER)

    def signatures_refused(self, name, data, *words):
        place = gateway.signature_folder()
        lab.write(place + "/" + name, data)
        code, said = gateway.refused({"signatures.folders": place})
        self.assertEqual(code, 1, said)
        lines = [l for l in complaints(said)
                 if "sandbox incomplete" not in l]  # with sanitizers
        # The keeper says it, the supervisor why it ends, and that it ended.
        self.assertEqual([bool(re.search(p, l)) for p, l in zip(
            ("keeper fails ", "signatures not loaded ", "child ended "),
            lines)], [True] * 3, said)
        self.assertEqual(len(lines), 3, said)
        for word in (name,) + words:
            self.assertIn(word, lines[1])

    def test_a_broken_signature_file_is_named_with_the_engines_reason(self):
        self.signatures_refused("bad.ndb", b"Bad.One:0:*:zzzz\n", "alformed")
        self.signatures_refused("bad.hdb", b"no digest at all\n")
        self.signatures_refused("bad.cvd", b"garbage" * 200)

    def test_a_signature_file_that_we_may_not_read_is_named(self):
        if lab.root:
            self.skipTest("root may read everything")
        place = gateway.signature_folder()
        lab.write(place + "/secret.ndb", b"A.B:0:*:00112233\n", 0)
        code, said = gateway.refused({"signatures.folders": place})
        self.assertNotIn(code, (0, None), said)
        self.assertIn("secret.ndb", said)

    def test_a_signature_folder_that_we_may_not_read_is_named(self):
        if lab.root:
            self.skipTest("root may read everything")
        place = gateway.signature_folder()
        os.chmod(place, 0)
        code, said = gateway.refused({"signatures.folders": place})
        os.chmod(place, 0o755)
        self.assertNotIn(code, (0, None), said)
        self.assertIn(place, said)

    def test_signatures_that_only_root_may_read_are_copied_for_the_keeper(
            self):
        if not lab.root:
            self.skipTest("only root can make files that others own")
        place = gateway.signature_folder()
        lab.write(place + "/secret.ndb",
                  "Secret.Test:0:*:%s\n" % b"only for root".hex(), 0o600)
        os.chmod(place, 0o700)
        with gateway.gateway({"signatures.folders": place}) as g:
            answer = g.respmod(b"this is only for root")
            self.assertIn("Secret.Test", answer.get("X-Virus-ID"))

    def test_without_any_signatures_the_built_in_ones_warn_everywhere(self):
        empty = lab.new_folder("empty")
        with gateway.gateway({"signatures.folders": empty},
                             expect=["no real signatures"]) as g:
            self.assertEqual(
                g.respmod(bodies.eicar()).http_status, 403)
            g.wait_line("no real signatures")
            self.assertIn(b"no real signatures", g.tool("status").stdout)
            self.assertEqual(g.counter("glassgate_no_real_signatures"), 1)
            self.assertTrue(g.status()["warnings"])

    def test_files_that_find_nothing_are_no_real_signatures(self):
        place = lab.new_folder("findless")
        lab.write(place + "/own.ign2", "Some.Name-1\n")
        with gateway.gateway({"signatures.folders": place},
                             expect=["no real signatures"]) as g:
            self.assertEqual(g.counter("glassgate_no_real_signatures"), 1)
            g.wait_line("no real signatures")

    def test_with_real_signatures_nothing_warns(self):
        self.assertEqual(
            self.gateway.counter("glassgate_no_real_signatures"), 0)
        self.assertEqual(self.gateway.status()["warnings"], [])
        self.assertEqual(self.gateway.lines("no real signatures"), [])

    def test_a_second_supervisor_on_the_same_folder_is_refused(self):
        self.start(self.gateway.runtime)
        self.assertEqual(self.gateway.respmod(bodies.eicar()).http_status, 403)

    def test_a_module_refuses_a_segment_of_another_version(self):
        g = gateway.Gateway(expect=["."])
        try:
            monitor = g.status()["pids"]["icap"]
            path = g.runtime + "/segment"
            with open(path, "r+b") as f:
                head = f.read(64)
                version = head.index(b"0.")
                f.seek(version)
                f.write(b"9.9.9")
            lab.kill(monitor)
            g.wait_line(r"9\.9\.9")
            self.assertFalse(self.passes(g))
        finally:
            g.kill()

    def passes(self, g):
        try:
            return g.respmod(b"fine").status in (200, 204)
        except (OSError, icap.Closed):
            return False
