# SPDX-License-Identifier: GPL-2.0-only
"""`glassgate scan` and `glassgate status`, as a person uses them."""

import os
import re

import bodies
import chm
import gateway
import lab
from suite import Case


class Tool(Case):
    def setUp(self):
        self.place = lab.new_folder("files")

    def file(self, name, data):
        return lab.write(os.path.join(self.place, name), data)

    def scan(self, *paths):
        return self.gateway.tool("scan", *paths)

    def test_a_clean_file_is_0(self):
        path = self.file("a.txt", b"fine")
        done = self.scan(path)
        self.assertEqual((done.returncode, done.stdout),
                         (0, path.encode() + b": clean\n"))

    def test_an_infected_file_is_1_and_named(self):
        path = self.file("e.com", bodies.eicar())
        done = self.scan(path)
        self.assertEqual((done.returncode, done.stdout.decode()), (
            1, "%s: infected %s\n" % (path, gateway.EICAR_NAME)))

    def test_what_lies_behind_repeats_in_a_help_file_is_found(self):
        inner = bodies.tarred([("long", bytes(300000) + bytes(range(256)) * 9),
                               ("e.com", bodies.eicar())])
        path = self.file("a.chm", chm.chm("large.tar", inner))
        self.assertLess(os.path.getsize(path), 20000)
        done = self.scan(path)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertRegex(done.stdout.decode(), r"in .*large\.tar/.*e\.com")

    def test_the_path_inside_the_container_is_told(self):
        inner = bodies.zipped([("folder/e.com", bodies.eicar())])
        path = self.file("a.zip", bodies.zipped([("b.zip", inner)]))
        done = self.scan(path)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout.decode(), r"in .*b\.zip/.*e\.com")

    def test_a_big_infected_file_is_1(self):
        path = self.file("big.zip", bodies.infected_zip(3 << 20))
        self.assertEqual(self.scan(path).returncode, 1)

    def test_what_cannot_be_decided_is_2(self):
        paths = [self.file("enc.zip", bodies.encrypted_zip()),
                 self.place, self.place + "/nothing-here"]
        for path in paths:
            self.assertEqual(self.scan(path).returncode, 2, path)

    def test_found_beats_undecided_beats_clean(self):
        clean = self.file("c", b"fine")
        bad = self.file("b", bodies.eicar())
        lost = self.place + "/nothing-here"
        self.assertEqual(self.scan(clean, lost).returncode, 2)
        self.assertEqual(self.scan(clean, lost, bad).returncode, 1)
        self.assertEqual(self.scan(lost, bad, clean).returncode, 1)

    def test_files_scanned_by_hand_are_no_requests(self):
        with self.grows(requests=0):
            self.scan(self.file("x", bodies.eicar()))

    def test_status_tells_version_address_sets_and_workers(self):
        status = self.gateway.status()
        self.assertRegex(status["version"], r"^\d+\.\d+\.\d+$")
        self.assertEqual(status["icap_address"],
                         "127.0.0.1:%d" % self.gateway.port)
        sets = {s["name"]: s for s in status["signatures"]["sets"]}
        self.assertEqual(sets["test.ndb"]["count"], 1)
        self.assertEqual(sets["clam.hdb"]["count"], 1)
        self.assertLess(sets["test.ndb"]["age_seconds"], 3600)
        self.assertGreaterEqual(len(self.gateway.workers("small")), 1)
        self.assertGreaterEqual(len(self.gateway.workers("big")), 1)
        for w in status["workers"]:
            self.assertIn(w["state"], ("idle", "busy", "starting", "spare",
                                         "gone"))  # a spare to come

    def test_scans_done_by_the_workers_are_counted(self):
        before = sum(w["scans"] for w in self.gateway.workers())
        for i in range(7):
            self.gateway.respmod(b"count me %d" % i)
        lab.until(lambda: sum(w["scans"] for w in self.gateway.workers())
                  >= before + 7, "seven more scans", 3)

    def ask(self, *words):
        return lab.run([gateway.program("glassgate"), "-r",
                        self.place + "/none", *words])

    def test_help_is_there_for_each_command_and_needs_no_gateway(self):
        usage = self.ask("--help")
        commands = re.findall(r"(?m)^  ([a-z][a-z-]*) ",
                              usage.stdout.decode())
        self.assertEqual(len(commands), 11)
        for words in [[c] for c in commands] + [
                ["policy", "test"], ["policy", "show"],
                ["signatures", "list"], ["test", "--evasion"],
                ["allow", "host", "a.test"], ["scan", "/etc/passwd"]]:
            done = self.ask(*words, "--help")
            self.assertEqual((done.returncode, done.stderr), (0, b""), words)
            self.assertRegex(done.stdout.decode(),
                             r"(?s)^usage: glassgate .*\b" + words[0])

    def test_an_option_that_is_none_is_named(self):
        for words, said in (
                (["--vresion"], "'--vresion'"),
                (["status", "--jsno"], "--jsno: no such option"),
                (["reload", "--force"], "--force: no such option"),
                (["signatures", "list", "--jsno"], "--jsno: no such option"),
                (["signatures", "use", "x"], "no number of a set"),
                (["policy", "test", "--clinet", "::1"],
                 "--clinet: no such option"),
                (["policy", "test", "--client"], "--client: no value follows"),
                (["policy", "show", "--user", "x"],
                 "--user: show takes no such option"),
                (["pass-all", "--until", "1h"], "--until: no such option"),
                (["pass-all", "--for", "1d"], "--for 1d: no time"),
                (["pass-all", "--for"], "--for: no value follows")):
            done = self.ask(*words)
            self.assertEqual(done.returncode, 2, words)
            self.assertIn(said, done.stderr.decode())
            self.assertIn("usage: glassgate ", done.stderr.decode())

    def test_without_a_gateway_the_tool_says_so_and_is_2(self):
        for words in (["status"], ["scan", "/etc/passwd"]):
            done = lab.run([gateway.program("glassgate"), "-r",
                            self.place + "/none"] + words)
            self.assertEqual(done.returncode, 2)
            self.assertIn(self.place + "/none", done.stderr.decode())

    def test_status_tells_what_each_process_put_on(self):
        """And /proc says the same of seccomp."""
        filters = {"supervisor": 1, "icap": 2, "keeper": 2}
        with gateway.gateway() as g:
            status = g.status()
            shown = status["sandbox"]["processes"]
            self.assertEqual(set(shown), set(filters) | {"icap-child"})
            self.assertGreaterEqual(shown["icap-child"]["count"], 2)
            for name, count in filters.items():
                with self.subTest(name):
                    p = lab.Process(status["pids"][name])
                    has = int(p.status("Seccomp_filters")) >= count
                    self.assertEqual("seccomp" in shown[name]["layers"], has)
                    self.assertEqual("seccomp" in shown[name]["missing"],
                                     not has)
            if lab.root and not lab.options.valgrind:
                for name in ("icap", "icap-child", "keeper"):
                    self.assertIn("user", shown[name]["layers"])
                    self.assertIn("landlock", shown[name]["layers"])

    def test_a_supervisor_without_its_cage_is_told(self):
        with gateway.gateway(gateway.WEAKER_CAGE,
                             expect=["sandbox incomplete"]) as g:
            self.assertEqual(len(g.lines(
                r"warn .*sandbox incomplete process=supervisor ")), 1)
            text = g.tool("status").stdout.decode()
            for name in ("supervisor", "keeper", "icap", "icap-child"):
                self.assertRegex(text, r"(?m)^ +%s: .*missing: seccomp"
                                 % name)
                self.assertRegex(text, r"(?m)^WARNING +sandbox incomplete: "
                                 r"%s without seccomp" % name)
