# SPDX-License-Identifier: GPL-2.0-only
"""The supervisor's errands, caught at their work: the tables of
server/README.md are compared with /proc, and with what a captured one could do.
What kills is tried in each cage by tests/unit/test_errands.c, too. One that is
stopped hears no alarm: the supervisor itself makes an end of it."""

import contextlib
import os
import re
import shutil
import signal
import tempfile
import threading

import cages
import errands
import gateway
import lab
import possess
import tables
from suite import Case, alone, limit

FACTS, POWERS = "in `/proc`, an errand", "may an errand"
IN_A_CAGE = ("copies", "proof", "self-check")  # and last long enough
BALLAST = 300 << 20  # takes a while to be copied, and is not loaded
KNOWN_GOOD = 80 << 20
HANGS = 'glassgate_hangs_total{process="errand"}'
ESTABLISHED = "01"  # in /proc/net/tcp
SECONDS = 4  # the limit of each, where one is stopped


def hole(path, size):
    with open(path, "wb") as f:
        f.truncate(size)
    return path


def is_heard(p):
    """And waits for its answer: one that was refused ends at once."""
    tcp = lab.read("/proc/%d/net/tcp" % p.pid).decode().splitlines()
    ours = {line.split()[9] for line in tcp[1:]
            if line.split()[3] == ESTABLISHED}
    return any(re.fullmatch(r"socket:\[(\d+)\]", d)[1] in ours
               for d in p.descriptors().values() if d.startswith("socket:"))


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
        return errands.caught(house.gateway, kind, lambda p: (
            p.status("Seccomp_filters") == "2" and
            (kind != "self-check" or is_heard(p))))

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
            for kind in IN_A_CAGE:
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


@alone("some are there for a few milliseconds")
class All(Case):
    """Also those that are over at once: their own attempts, as
    tests/unit/test_errands.c makes them in each cage, and who they are."""

    WORDS = ("yes", "no", "dies")
    COMMS = {"copy": "copying the sig", "verify": "verifying the s",
             "templates": "reading the tem", "proof": "proof of the ne",
             "selfcheck": "self-check", "address": "icap.listen",
             "locks": "unlinking c-ica", "version": "c-icap -V"}

    def attempts(self):
        """{attempt: {errand: yes, no or dies}}."""
        done = lab.run([lab.options.build + "/tests/unit/test_errands",
                        "--tell"])
        self.assertEqual(done.returncode, 0, done.stderr)
        found = {}
        for line in done.stdout.decode().splitlines():
            errand, what, fate = line.split()
            found.setdefault(what.replace("_", " "), {})[errand] = \
                self.WORDS[int(fate)]
        return found

    def users(self, user):
        """Who they are, in the words of the other tables. Some are there for a
        few milliseconds, once in a start: it may take more than one."""
        seen = {}
        for _ in range(10):
            if len(seen) < len(self.COMMS):
                self.one_life(user, seen)
        self.assertEqual(set(self.COMMS) - set(seen), set(), "never seen")
        return seen

    def one_life(self, user, seen):
        over = threading.Event()
        g = gateway.Gateway(user=user, ready=False, expect=["."])
        watcher = threading.Thread(target=self.watch, args=(g, seen, over))
        watcher.start()
        try:
            g.wait_ready()
            for _ in range(3):
                g.tool("signatures", "use", "1")
            g.tool("reload")
            lab.kill(g.status()["pids"]["icap"])
            g.wait_line("ready again")
        finally:
            over.set()
            watcher.join()
            g.kill()

    def watch(self, g, seen, over):
        """Whoever is called by its name has become who it is to be."""
        house = cages.House(g)
        children = "/proc/%d/task/%d/children" % (g.process.pid,
                                                  g.process.pid)
        names = {comm: errand for errand, comm in self.COMMS.items()}
        while not over.is_set():
            with contextlib.suppress(OSError, AttributeError):
                for pid in lab.read(children).split():
                    comm = lab.read("/proc/%d/comm" % int(pid)).decode()
                    errand = names.get(comm.strip())
                    if errand and errand not in seen:
                        seen[errand] = house.user(lab.Process(int(pid)))

    @limit(120)
    def test_all_errands_can_do_what_the_table_says_and_no_more(self):
        if lab.options.valgrind or lab.options.sanitized or not lab.root:
            self.skipTest("as root, with the whole cages")
        if cages.landlock_abi() < 4:
            self.skipTest("this kernel's Landlock keeps no ports")
        as_root, plain = [self.users(u) for u in (None, lab.PLAIN_USER)]
        rows = [["user"] + ["%s / %s" % (as_root[e], plain[e])
                            for e in self.COMMS]]
        rows += [[what] + [fates[e] for e in self.COMMS]
                 for what, fates in self.attempts().items()]
        tables.keep(self, "server/README.md", "errands", tables.markdown(
            ["any errand"] + list(self.COMMS), rows))


@alone("an errand has four seconds here, for files that take one")
class Stopped(Case):
    def start(self, **more):
        folder = gateway.signature_folder()
        hole(folder + "/ballast.sign", BALLAST // 2)
        place = lab.new_folder("stopped", mode=0o755)
        os.mkdir(place + "/bin")
        self.slow = place + "/slow"  # while it is there, so is c-icap -V, and
                                     # c-icap itself comes later than a check
        self.g = gateway.Gateway({
            "signatures.folders": folder,
            "signatures.must_pass": hole(place + "/good", KNOWN_GOOD),
            "icap.program": lab.script(place + "/bin/c-icap", (
                "[ \"$*\" != -V ] || ! [ -e %s ] || exec sleep 60\n"
                "[ \"$*\" = -V ] || ! [ -e %s ] || sleep 1\n"
                "exec %s \"$@\"\n") % (self.slow, self.slow,
                                      shutil.which("c-icap"))),
            "test.errand_seconds": str(SECONDS),
        }, expect=[r"warn supervisor.* errand hangs name="], **more)
        self.addCleanup(self.g.kill)
        return self.g

    def stop(self, kind, again=lambda: None):
        """Until it is gone; the line that says so."""
        p = errands.held(self.g, kind, again)
        told = r"errand hangs name=\".*\" pid=%d seconds=%d action=kill" % (
            p.pid, SECONDS)
        line = self.g.wait_line(told, SECONDS + 10)
        lab.until(lambda: not lab.alive(p.pid), "it is over")
        return line

    def refuses(self, kind, count, *words):
        asked = []

        def ask():
            """Once more, if nothing stopped in time."""
            if not asked or asked[-1].poll() is not None:
                asked.append(lab.start(
                    [gateway.program("glassgate"), "-r", self.g.runtime,
                     *words], os.devnull))
        self.assertIn(errands.NAMES[kind], self.stop(kind, ask))
        self.assertEqual(asked[-1].wait(20), 1)
        self.g.wait_counter(HANGS, count)
        self.assertRegex(self.g.lines("reload refused ")[-1],
                         r"%s.*: no answer within %d s" % (
                             errands.NAMES[kind], SECONDS))

    @limit(120)
    def test_a_reload_that_waits_for_a_stopped_errand_comes_to_an_end(self):
        g = self.start()
        g.expect(r"error supervisor.* reload refused ", "child=keeper ",
                 "bad message from=client reason=\"no job within ")
        self.refuses("copies", 1, "reload")
        self.refuses("verifies", 2, "signatures", "use", "1")
        self.refuses("proof", 3, "reload")
        lab.write(self.slow, "")
        self.refuses("version", 4, "reload")
        os.unlink(self.slow)
        self.assertEqual([p for p in g.processes() if "sleep" in p.title], [])
        done = g.tool("reload")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(g.counter(HANGS), 4)
        g.stop()

    @limit(60)
    def test_a_stopped_self_check_does_not_leave_the_service_degraded(self):
        g = self.start()
        g.expect("child=c-icap ", "degraded reason=", "icap says ")
        # No worker is awake: its answer does not come.
        stopped = [w["pid"] for w in g.workers()]
        for pid in stopped:
            lab.kill(pid, signal.SIGSTOP)
        lab.write(self.slow, "")  # the first check is refused, and ends
        lab.kill(g.status()["pids"]["icap"])
        g.wait_line("degraded reason=")
        p = errands.held(g, "self-check")
        for pid in stopped:
            lab.kill(pid, signal.SIGCONT)
        g.wait_line("ready again", SECONDS + 15)
        g.wait_line(r"errand hangs name=\"self-check\" pid=%d " % p.pid)
        self.assertEqual(g.counter(HANGS), 1)
        g.stop()

    @limit(60)
    def test_a_stopped_first_copy_ends_the_start(self):
        g = self.start(ready=False)
        g.expect(r"error supervisor.* signatures not copied reason=\"copying "
                 r"the signatures: no answer within %d s\"" % SECONDS)
        self.stop("copies")
        g.wait_end(1)
