# SPDX-License-Identifier: GPL-2.0-only
"""The supervisor's errands, caught at their work: the tables of
server/README.md are compared with /proc, and with what a captured one could do.
What kills is tried in each cage by tests/unit/test_errands.c, too."""

import os
import signal
import tempfile

import cages
import gateway
import lab
import possess
from suite import Case, limit

FACTS, POWERS = "in `/proc`, an errand", "may an errand"
# By the first letters of what it is called.
NAMES = {"copies": "copying the sig", "proof": "proof of the ne",
         "self-check": "self-check"}
BALLAST = 300 << 20  # takes a while to be copied, and is not loaded
KNOWN_GOOD = 80 << 20


def hole(path, size):
    with open(path, "wb") as f:
        f.truncate(size)
    return path


def inherited(house, p):
    """Of the supervisor's descriptors those that it has, too."""
    other = lab.Process(house.gateway.process.pid)
    theirs = set(other.descriptors().values())
    own = [d for d in p.descriptors().values() if d in theirs]
    tcp = open("/proc/%d/net/tcp" % other.pid).read()
    return ", ".join(sorted({house.descriptor(d, tcp) for d in own}))


def facts_of(house, p):
    found = {fact: house.facts[fact](house, p) for fact in (
        "user", "capabilities", "can gain privileges", "seccomp filters",
        "namespaces of its own", "core files")}
    found["descriptors of the supervisor's"] = inherited(house, p)
    found["the segment in its memory"] = "yes" if any(
        f == house.runtime + "/segment" for f in p.files()) else "no"
    return found


class Errands(Case):
    def house(self, user):
        home = tempfile.TemporaryDirectory(prefix="gg-errands-",
                                           dir="/var/tmp")
        self.addCleanup(home.cleanup)
        if user is not None:
            os.chown(home.name, user, user)
        os.chmod(home.name, 0o755)
        folder = gateway.signature_folder()
        hole(folder + "/ballast.sign", BALLAST)
        g = gateway.Gateway({
            "signatures.folders": folder, "signatures.watch": "0",
            "signatures.must_pass": hole(home.name + "/good", KNOWN_GOOD),
        }, expect=["."], user=user, runtime=home.name + "/run")
        self.addCleanup(g.kill)
        return cages.House(g)

    def caught(self, house, kind):
        """One whose cage is closed."""
        supervisor = house.gateway.process.pid
        children = "/proc/%d/task/%d/children" % (supervisor, supervisor)

        def at_work():
            for pid in lab.read(children).split():
                try:
                    p = lab.Process(int(pid))
                    if p.comm == NAMES[kind] \
                            and p.status("Seccomp_filters") == "2":
                        return p
                except OSError:
                    pass
            return None
        return lab.until(at_work, kind + " is at work", 20, 0.001)

    def start(self, house, kind):
        g = house.gateway
        if kind != "self-check":
            g.process.send_signal(signal.SIGHUP)
        elif house.pids()["worker"]:
            # Its answer does not come: no worker is awake.
            for w in g.workers():
                lab.kill(w["pid"], signal.SIGSTOP)
            lab.kill(g.status()["pids"]["icap"])
        return self.caught(house, kind)

    def compare(self, house, kind, p):
        for fact, got in facts_of(house, p).items():
            want = cages.chosen(cages.table(FACTS)[fact][kind], house.as_root)
            self.assertEqual((fact, got), (fact, want), kind)

    def attempt(self, house, kind, what, pid):
        cell = cages.table(POWERS)[what][kind]
        word, _, abi = cell.rstrip(")").partition(" (ABI ")
        if abi and cages.landlock_abi() < int(abi):
            return
        self.assertEqual((what, cages.probe(house, what, kind, pid)),
                         (what, word), kind)

    @limit(120)
    def test_errands_can_do_what_the_tables_say_and_no_more(self):
        if lab.options.valgrind or lab.options.sanitized:
            self.skipTest("under a checker the cages are other ones")
        if not possess.possible():
            self.skipTest("only root looks into a process, on x86-64")
        if cages.landlock_abi() < 2:
            self.skipTest("this kernel has no Landlock ABI 2")
        for user in (None, lab.PLAIN_USER):
            house = self.house(user)
            house.wait_whole()
            for kind in NAMES:
                self.watch(house, kind)

    def watch(self, house, kind):
        powers = cages.table(POWERS)
        p = self.start(house, kind)
        self.compare(house, kind, p)
        for what in powers:
            if "dies" not in powers[what][kind]:
                self.attempt(house, kind, what, p.pid)
        if kind == "copies":  # it goes on as if nothing had been
            house.gateway.wait_line(r"reloaded generation=2", 40)
        lab.until(lambda: not lab.alive(p.pid), "it is over", 20)
        self.attempt_at_once(house, kind, "execute a program")

    def attempt_at_once(self, house, kind, what, tries=10):
        """Some are over before they can be looked into."""
        for _ in range(tries - 1):
            try:
                return self.attempt(house, kind, what,
                                    self.start(house, kind).pid)
            except (PermissionError, ProcessLookupError):
                house.wait_whole()
        return self.attempt(house, kind, what, self.start(house, kind).pid)
