# SPDX-License-Identifier: GPL-2.0-only
"""The picture of `ps`: who runs, as whom, with what in hand."""

import os
import re
import stat

import bodies
import lab
from suite import Case

MAX_DESCRIPTORS = 8


class Processes(Case):
    def table(self):
        return {p.pid: p for p in self.gateway.processes()}

    def staffed(self):
        """The status once every worker is forked, the spare ones, too."""
        def complete():
            status = self.gateway.status()
            return all(w["pid"] for w in status["workers"]) and status
        return lab.until(complete, "every worker is there")

    def workers(self):
        self.staffed()
        table = self.table()
        return [table[w["pid"]] for w in self.gateway.workers()]

    def root_only(self):
        if not lab.root:
            self.skipTest("only root gives users and looks into a cage")

    def test_titles_tell_role_lane_and_generation(self):
        status, table = self.staffed(), self.table()
        keeper = table[status["pids"]["keeper"]]
        self.assertRegex(keeper.title, r"keeper.*\bgeneration 1\b")
        self.assertIn("glassgated", table[status["pids"]["supervisor"]].title)
        self.assertIn("c-icap", table[status["pids"]["icap"]].title)
        for w in status["workers"]:
            title = table[w["pid"]].title
            self.assertRegex(title, r"worker.*\b%s\b" % w["lane"])
            self.assertRegex(title, r"\bgeneration 1\b")
            self.assertEqual(table[w["pid"]].ppid, keeper.pid)

    def test_nobody_else_runs(self):
        status, table = self.staffed(), self.table()
        pids = status["pids"]
        known = {pids["supervisor"], pids["keeper"], pids["icap"]}
        known |= {w["pid"] for w in status["workers"]}
        extra = [p for p in table.values() if p.pid not in known
                 and p.ppid != pids["icap"]]
        self.assertEqual(extra, [])

    def test_each_process_runs_as_its_own_user_and_in_no_other_group(self):
        self.root_only()
        status, table = self.staffed(), self.table()
        pids = status["pids"]
        for p in table.values():
            want = lab.SCAN_USER
            if p.pid == pids["supervisor"]:
                want = 0
            elif p.pid == pids["icap"] or p.ppid == pids["icap"]:
                want = lab.ICAP_USER
            self.assertEqual(p.status("Uid").split(), [str(want)] * 4, p)
            if want:
                self.assertEqual(p.status("CapEff"), "0" * 16, p)

    def test_workers_and_keeper_can_never_gain_privileges(self):
        for p in self.workers():
            self.assertEqual(p.status("NoNewPrivs"), "1", p)

    def test_a_worker_holds_only_its_own_descriptors(self):
        self.root_only()
        for i in range(20):
            self.gateway.respmod(bodies.infected_zip(100000))
            self.gateway.respmod(bodies.infected_zip(1000))
        for p in self.workers():
            held = p.descriptors()
            self.assertLessEqual(len(held), MAX_DESCRIPTORS, held)
            sockets = [v for v in held.values() if v.startswith("socket:")]
            self.assertEqual(len(sockets), 1, held)
            for name in held.values():
                self.assertRegex(name, r"^(socket:|pipe:|/dev/null|/.*/log$|"
                                 r"/.*/scratch)", held)

    def test_keeper_and_workers_are_as_nice_as_the_supervisor(self):
        """The keeper was nicer while it loaded."""
        def nice(pid):
            return os.getpriority(os.PRIO_PROCESS, pid)
        pids = self.staffed()["pids"]
        for p in self.workers():
            self.assertEqual(nice(p.pid), nice(pids["supervisor"]))
        self.assertEqual(nice(pids["keeper"]), nice(pids["supervisor"]))

    def test_a_workers_environment_is_empty(self):
        self.root_only()
        for p in self.workers():
            data = lab.read("/proc/%d/environ" % p.pid)
            self.assertEqual(data.replace(b"\0", b""), b"", p)

    def test_a_workers_limits_are_set(self):
        for p in self.workers():
            text = lab.read("/proc/%d/limits" % p.pid).decode()
            limits = dict(re.findall(r"^(Max [a-z ]+?)  +(\S+)", text, re.M))
            self.assertEqual(limits["Max core file size"], "0")
            if lab.options.sanitized:
                continue  # their cage is another one
            self.assertEqual(limits["Max processes"], "0")
            self.assertLessEqual(int(limits["Max open files"]), 1024)
            self.assertGreaterEqual(int(limits["Max open files"]), 256)
            self.assertNotEqual(limits["Max file size"], "unlimited")

    def test_a_worker_cannot_be_looked_into_by_its_own_user(self):
        self.root_only()
        if lab.options.sanitized:
            self.skipTest("the cage of a sanitized build is another one")
        for p in self.workers():
            self.assertEqual(os.stat("/proc/%d/environ" % p.pid).st_uid, 0)

    def test_scratch_folders_are_empty_after_the_scans(self):
        self.gateway.respmod(bodies.infected_zip(100000))
        base = "%s/gen-1/scratch" % self.gateway.runtime
        def files():
            return [f for b, d, names in os.walk(base) for f in names]
        lab.until(lambda: not files(), "no file in scratch", 3)

    def test_runtime_folders_have_the_modes_that_we_say(self):
        run = self.gateway.runtime
        for path, mode in (("", 0o755), ("/gen-1", 0o750),
                           ("/gen-1/scratch", 0o700)):
            self.assertEqual(
                stat.S_IMODE(os.stat(run + path).st_mode), mode, path)
