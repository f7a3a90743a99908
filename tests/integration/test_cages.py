# SPDX-License-Identifier: GPL-2.0-only
"""What each process may and may not do: the tables of server/README.md are
compared with /proc, and with what a captured process could do."""

import os
import shutil
import socket
import tempfile

import cages
import gateway
import lab
import possess
import tables
import tools
from suite import Case, limit

FACTS, POWERS = "in `/proc`", "may it"


def can_listen(port):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("127.0.0.1", port))
            s.listen()
        except OSError:
            return False
    return True


class Cages(Case):
    def whole(self):
        """Those of a build with checkers are other ones."""
        if lab.options.valgrind or lab.options.sanitized:
            self.skipTest("under a checker the cages are other ones")
        if not possess.possible():
            self.skipTest("only root looks into a process, on x86-64")
        if cages.landlock_abi() < 2:
            self.skipTest("this kernel has no Landlock ABI 2")

    def starts(self, *users, settings=None):
        """As root (None), or as somebody else. Not in /tmp, where c-icap's monitor
        makes its locks: a runtime folder is elsewhere."""
        for user in users:
            with tempfile.TemporaryDirectory(
                    prefix="gg-cages-", dir="/var/tmp") as home:
                if user is not None:
                    os.chown(home, user, user)
                os.chmod(home, 0o755)
                values = {"signatures.watch": "10"}
                values.update(settings or {})
                yield lambda: gateway.Gateway(
                    values, expect=["."], user=user, runtime=home + "/run")

    def compare_facts(self, house):
        wrong = []
        table = cages.table(FACTS)
        self.assertEqual(set(table), set(house.facts))
        pids = house.wait_whole()
        for fact, row in table.items():
            for kind, cell in row.items():
                for pid in pids[kind]:
                    got = house.facts[fact](house, lab.Process(pid))
                    want = cages.chosen(cell, house.as_root)
                    if got != want:
                        wrong.append("%s of %s: %s; the table says %s" % (
                            fact, kind, got, want))
        self.assertEqual(wrong, [])

    def test_proc_says_what_the_table_says(self):
        self.whole()
        for start in self.starts(None, lab.PLAIN_USER):
            g = start()
            try:
                self.compare_facts(cages.House(g))
            finally:
                g.stop()

    def attempt(self, house, what, kind, want):
        """A line of complaint, or None. "no (ABI 4)": from that one on."""
        word, _, abi = want.rstrip(")").partition(" (ABI ")
        if want == "-" or (abi and cages.landlock_abi() < int(abi)):
            return None
        house.wait_whole()
        if (kind, want) == ("worker", "dies"):
            self.assertEqual(house.gateway.respmod(b"fine").status, 204)
        pid = house.wait_whole()[kind][0]
        got = cages.probe(house, what, kind, pid)
        if got == word:
            return None
        return "may %s %s: %s; the table says %s" % (kind, what, got, want)

    def compare_powers(self, start, as_root, words=None):
        """words: only the cells with one of these."""
        rows = [(what, kind, cages.chosen(cell, as_root))
                for what, row in cages.table(POWERS).items()
                for kind, cell in row.items()
                if words is None or cages.chosen(cell, as_root) in words]
        last = [r for r in rows if r[1] == "supervisor" and r[2] == "dies"]
        g = start()
        try:
            wrong = [self.attempt(cages.House(g), *r)
                     for r in rows if r not in last]
            cages.House(g).wait_whole()
            self.assertEqual(g.respmod(b"fine").status, 204)
        finally:
            g.kill()
        for row in last:  # there is nobody who would start it again
            g = start()
            try:
                wrong.append(self.attempt(cages.House(g), *row))
            finally:
                g.kill()
        self.assertEqual([w for w in wrong if w], [])

    @limit(240)
    def test_a_captured_process_can_do_what_the_table_says_and_no_more(self):
        self.whole()
        self.assertEqual(set(cages.table(POWERS)), set(cages.probes))
        for start in self.starts(None):
            self.compare_powers(start, True)
        for start in self.starts(lab.PLAIN_USER):
            self.compare_powers(start, False)

    def folders_seen(self, user):
        """{(folder, kind): what it may do there}. All of it in /var/tmp."""
        with tempfile.TemporaryDirectory(prefix="gg-cages-",
                                         dir="/var/tmp") as home:
            os.chmod(home, 0o755)
            values = {"signatures.state_folder": home + "/state",
                      "body.folder": home + "/bodies"}
            for key in "page.templates", "signatures.folders":
                values[key] = "%s/%s" % (home, key)
                shutil.copytree(self.gateway.settings[key], values[key])
            if user is not None:
                lab.run(["chown", "-R", str(user), home])
            with gateway.gateway(values, user=user,
                                 runtime=home + "/run") as g:
                house = cages.House(g)
                pids = house.wait_whole()
                return {(place, kind): cages.uses(house, pids[kind][0], place)
                        for place in cages.places(house) for kind in pids}

    @limit(120)
    def test_the_folders_of_each_process_are_those_of_the_table(self):
        self.whole()
        seen = [self.folders_seen(user) for user in (None, lab.PLAIN_USER)]
        self.keep("folders", "with the folder", *seen)

    def keep(self, name, first, as_root, as_user):
        """Both are {(row, column): cell}, in the order of the table."""
        columns = list(dict.fromkeys(c for _, c in as_root))
        rows = [[r] + [as_root[r, c] if as_root[r, c] == as_user[r, c]
                       else "%s / %s" % (as_root[r, c], as_user[r, c])
                       for c in columns]
                for r in dict.fromkeys(r for r, _ in as_root)]
        tables.keep(self, "server/README.md", name,
                    tables.markdown([first] + columns, rows))

    def test_landlock_of_linux_6_1_is_enough_for_the_table(self):
        self.whole()
        for start in self.starts(None, settings={"test.landlock_abi": "2"}):
            self.compare_powers(start, True, {"yes", "no"})

    def test_log_and_counter_say_which_layers_a_worker_has(self):
        self.whole()
        layers = ("seccomp", "landlock", "user", "namespaces", "tmpfs",
                  "memory")
        here = set(self.gateway.status()["sandbox"]["missing"])
        poor = {"test.namespaces": "off", "test.landlock_abi": "2"}
        for settings, more in (({}, set()), (gateway.WEAKER_CAGE, {"seccomp"}),
                               (poor, {"namespaces", "tmpfs"})):
            with gateway.gateway(settings, expect=["sandbox incomplete"]) as g:
                gone = [l for l in layers if l in here | more]
                line = g.wait_line(r"info supervisor\[\d+\] sandbox layers=")
                self.assertIn(" sandbox layers=%s missing=%s landlock_abi=%s"
                              % (",".join(l for l in layers if l not in gone),
                                 ",".join(gone) or "none",
                                 "2" if settings is poor else ""), line)
                self.assertEqual(g.status()["sandbox"]["missing"], gone)
                self.assertEqual(
                    g.counter("glassgate_sandbox_layers_missing"), len(gone))
                self.assertEqual(
                    len(g.lines("sandbox incomplete missing=seccomp remedy=")),
                    settings is gateway.WEAKER_CAGE)

    def test_every_process_is_in_the_tables(self):
        def unknown():
            status = self.gateway.status()
            known = {w["pid"] for w in status["workers"]}
            known |= set(status["pids"].values())
            return [p for p in self.gateway.processes()
                    if p.pid not in known
                    and p.ppid != status["pids"]["icap"]]
        # The status is a moment behind; errands are short.
        lab.until(lambda: not unknown(), "all processes are known")

    def tools_seen(self, user):
        """{(what, command): what it may do}."""
        with tools.waiting(user) as house:
            return {(what, kind): call(house, house.tools[kind].pid)
                    for what, call in tools.questions.items()
                    for kind in house.tools}

    @limit(120)
    def test_the_tool_can_do_what_the_table_says_and_no_more(self):
        self.whole()
        self.keep("tool", "`glassgate`, while it waits", *[
            self.tools_seen(user) for user in (None, lab.PLAIN_USER)])

    def test_nothing_outlives_a_supervisor_that_was_killed(self):
        g = gateway.Gateway(expect=["."])
        try:
            lab.kill(g.sid)
            lab.until(lambda: not g.processes(), "all are gone", 2)
            # A process counts as gone when its first thread is; the others
            # let go of the port a moment later.
            lab.until(lambda: can_listen(g.port), "the port is free", 2)
        finally:
            g.kill()

    def test_a_child_of_c_icap_has_the_map_of_the_segment_not_the_file(self):
        segment = self.gateway.runtime + "/segment"
        monitor = self.gateway.status()["pids"]["icap"]
        for p in self.gateway.processes():
            if p.ppid == monitor:
                self.assertNotIn(segment, p.descriptors().values())
                self.assertIn(segment, p.files())
        if lab.root:
            done = lab.run(["truncate", "-s", "0", segment],
                           user=lab.ICAP_USER)
            self.assertNotEqual(done.returncode, 0)
        self.assertGreater(os.stat(segment).st_size, 0)


class HiddenProc(Case):
    """A keeper that cannot see what its workers take cannot limit it."""

    def setUp(self):
        if not lab.root:
            self.skipTest("only root mounts another /proc")
        if lab.run(lab.HIDDEN_PROC + ["true"]).returncode != 0:
            self.skipTest("/proc cannot be mounted here")

    def test_required_does_not_start_where_proc_hides_the_workers(self):
        if lab.options.sanitized:
            self.skipTest("a sanitized build has no seccomp, and says that")
        for user in None, lab.PLAIN_USER:
            code, said = gateway.refused(
                {"sandbox": "required", "test.seccomp": None}, user=user,
                under=lab.HIDDEN_PROC)
            self.assertEqual(code, 1, said)
            self.assertRegex(said, r"error .*cannot build the cage: .*"
                             r"memory is missing; remedy: .*without hidepid")

    def test_best_effort_starts_there_and_shows_what_is_missing(self):
        for user in None, lab.PLAIN_USER:
            with gateway.gateway(
                    {"sandbox": "best-effort"}, user=user,
                    under=lab.HIDDEN_PROC, expect=["sandbox incomplete"]) as g:
                self.assertIn("memory", g.status()["sandbox"]["missing"])
                self.assertRegex(g.wait_line(r"warn .*sandbox incomplete "),
                                 r"missing=\S*memory .*hidepid")
                self.assertGreaterEqual(
                    g.counter("glassgate_sandbox_layers_missing"), 1)
                self.assertRegex(
                    g.tool("status").stdout.decode(),
                    r"(?m)^WARNING +sandbox incomplete: workers without "
                    r"\S*memory$")
                self.assertEqual(g.respmod(b"fine").status, 204)
