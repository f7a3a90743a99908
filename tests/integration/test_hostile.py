# SPDX-License-Identifier: GPL-2.0-only
"""Workers that are captured: an engine that obeys the body tries all that one
could try (tests/fakes/hostile.h). Each attempt is refused, ended or bounded,
the client gets a block, and the next request is served. Once with every wall,
once as on a kernel with Landlock ABI 2 and without namespaces."""

import datetime
import os
import re
import shutil

import bodies
import blocked
import gateway
import lab
import tables
from suite import Case, alone, limit

SETTINGS = {"scan.small_workers": "3", "scan.big_workers": "2",
    # so many deaths that a fresh keeper would be asked for
    "scan.renew_deaths": "0",
            "scan.small_seconds": "3", "scan.big_seconds": "2",
            "scan.max": "16M", "body.max": "8M", "scan.files": "2",
            "scan.memory": "256M", "body.memory": "1M",
            "scan.renew_deaths": "0"}  # more deaths than usual
POOR = {"test.landlock_abi": "2", "test.namespaces": "off"}
CANARY = "/tmp/glassgate-hostile-canary"

# What to do, in the words of hostile.h, and what to call it in the table.
# {name} is put in when it is done.
ATTEMPTS = (
    ("read /etc/passwd", "read a file of everybody's"),
    ("read {runtime}/settings-1", "read the settings in use"),
    ("read ../{other_slot}", "open another worker's scratch"),
    ("read /proc/{sibling}/fd/3", "open another worker's body"),
    ("memory {sibling}", "open another worker's memory"),
    ("memory-by-call {sibling}", "read another worker's memory by a call"),
    ("write " + CANARY, "make a file outside"),
    ("write {runtime}/segment", "write the shared segment"),
    ("chmod ../{other_slot}", "close another worker's scratch to it"),
    ("spoil-log", "change how the log is written"),
    ("body", "write to its own body, big"),
    ("body", "write to its own body, on disk"),
    ("tcp {port}", "connect by TCP"),
    ("udp 53", "connect by UDP"),
    ("unix {runtime}/gen-1/small", "connect to a Unix socket"),
    ("resolve glassgate.invalid", "resolve a name"),
    ("accept", "accept another job"),
    ("execute", "execute a program"),
    ("fork", "fork without end"),
    ("signal {keeper}", "signal its parent"),
    ("signal {sibling}", "signal a sibling"),
    ("trace {sibling}", "trace a sibling"),
    ("eat", "eat memory"),
    ("fill 60000000", "fill its scratch"),
    ("inodes", "fill the inodes of its scratch"),
    ("ten-gigabytes", "write 10 GB"),
    ("spin", "spin"),
    ("sleep", "sleep for ever"),
    ("crash", "crash"),
    ("leave", "leave without a word"),
    ("garbage", "answer garbage"),
    ("twice", "answer twice"),
    ("other-job", "be done with another job"),
    ("earlier", "name an earlier body"),
    ("raw-name", "put any bytes into the name"),
    ("bad-group", "call a body clean and of a type that is none"),
    ("type-alone", "answer to a scan with a type alone"),
    ("huge", "answer without end"),
    ("descriptor", "answer with a descriptor"),
    ("log-line all-is-lost", "write another's line into the log"),
    ("log-flood", "flood the log"),
    ("overdue", "say that it was killed, being overdue"),
    ("too-much-memory", "say that it was killed for its memory"),
    ("dead", "say that it is dead"),
    ("hang-up", "hang up, and live on"),
)

# How much is sent behind it, by the end of its name.
LONGER = {"big": 300000, "on disk": 2 << 20}

# What only the keeper may say, or nobody.
AS_KEEPER = ("overdue", "too-much-memory", "dead", "hang-up")

DEATHS = (
    (r"signal 31 ", "killed by seccomp"),
    (r"signal 25 ", "killed at the largest file"),
    (r"signal 11 ", "dead by SIGSEGV"),
    (r"signal 6 ", "dead by SIGABRT"),
    (r"^deadline ", "killed at its time limit"),
    (r"^protocol ", "killed for its message"),
    (r"^memory ", "killed at its memory limit"),
    (r"^exit ", "gone"),
)
OUTCOMES = {"Not.Checked.EngineError": "engine-error",
            "Worker.Memory": "engine-error",
            "Not.Checked.Timeout": "timeout"}


class House:
    """A gateway whose workers obey."""

    def __init__(self, more):
        place = lab.new_folder("hostile")
        program = os.path.join(place, "glassgate-keeper")
        shutil.copy(os.path.join(lab.options.build,
                                 "tests/fakes/hostile_keeper"), program)
        os.chmod(program, 0o755)
        settings = dict(SETTINGS, **more)
        settings["scan.program"] = program
        self.g = gateway.Gateway(settings, expect=["."])

    def quiet(self):
        """All workers idle, and the status knows it."""
        def idle():
            found = self.g.workers()
            return all(w["state"] != "busy" and w["pid"] and
                       lab.alive(w["pid"]) for w in found) and found
        return lab.until(idle, "all workers are there", 40)

    def words(self):
        """The victim is the last one: bodies go to the first."""
        found = self.quiet()
        small = [w for w in found if w["lane"] == "small"]
        return {"runtime": self.g.runtime, "port": self.g.port,
                "keeper": self.g.status()["pids"]["keeper"],
                "sibling": small[-1]["pid"], "other_slot": 1}

    def died(self):
        return [l.split(" why=")[1] for l in self.g.lines("worker died")]

    def bad_messages(self):
        return self.g.counter("glassgate_bad_messages_total")

    def refused(self):
        return self.g.counter("glassgate_poison_refused_total")

    def attempt(self, line, longer=0):
        """(the answer, how its workers died)"""
        before, bad = len(self.died()), self.bad_messages()
        refused = self.refused()
        body = ("HOSTILE %s\n" % line.format(**self.words())).encode()
        answer = self.g.respmod(body + b"\n" * longer)
        if answer.get("X-Virus-ID") in OUTCOMES:
            lab.until(lambda: len(self.died()) > before or
                      self.bad_messages() > bad or self.refused() > refused,
                      "the end of a worker, a bad message or no worker", 5)
        self.quiet()
        return answer, self.died()[before:]


def became(threat, deaths):
    """What the worker said of itself comes first: it may end afterwards."""
    said = re.match(r"Hostile\.[\w-]+\.(E\w+|done)$", threat)
    if said:
        return said.group(1).replace("E", "refused: E", 1)
    if deaths:
        death = deaths[0].replace('signal status="', "")
        return next((words for pattern, words in DEATHS
                     if re.search(pattern, death)), death)
    return "refused: its message" if threat in OUTCOMES else "only its name"


SAYS = re.compile(r'^\S+Z warn worker\[\d+\] says text="[ -~]*"$')
MOST_LINES = 200  # said.h; in ten seconds
MOST_BYTES = MOST_LINES * 1100


def said_as_its_own(case, house, old):
    """Whatever it wrote stands in quotes, behind the name of a worker. The
    keeper says it when it gets to it."""
    def said():
        return [l for l in house.g.log()[old:].splitlines()
                if "all-is-lost" in l]
    lab.until(lambda: len(said()) >= 4, "all that it wrote")
    fakes = said()
    case.assertEqual(len(fakes), 4)
    case.assertEqual([l for l in fakes if not SAYS.match(l)], [])
    return "only lines of its own"


def windows(lines):
    """Of ten seconds each, the first begins with the first line."""
    first, last = [datetime.datetime.fromisoformat(l.split()[0].rstrip("Z"))
                   for l in (lines[0], lines[-1])]
    return 1 + int((last - first).total_seconds() / 10)


def said_no_more_than_some(case, house, old):
    dropped = house.g.wait_line(r"keeper\[\d+\] worker lines dropped", 15)
    flood = [l for l in house.g.log()[old:].splitlines() if "xxx" in l]
    case.assertEqual([l for l in flood if not SAYS.match(l)], [])
    times = windows(flood)
    case.assertTrue(0 < len(flood) <= times * MOST_LINES, (len(flood), times))
    case.assertLess(sum(map(len, flood)), times * MOST_BYTES)
    case.assertGreater(int(dropped.split("count=")[1]), MOST_LINES)
    return "some lines of its own, the rest is dropped"


# Of those that nobody stops: what became of it, by what the log has gained.
IN_THE_LOG = {"log-line": said_as_its_own, "log-flood": said_no_more_than_some}


class Hostile(Case):
    def whole(self):
        if lab.options.sanitized or lab.options.valgrind:
            self.skipTest("under a checker the cage is another one")
        if not lab.root:
            self.skipTest("as root the workers have a user of their own")

    def block(self, answer):
        """The threat's name and the outcome; a block, whatever was tried."""
        threat = answer.get("X-Virus-ID")
        outcome = OUTCOMES.get(threat, "infected")
        kind = 0 if outcome == "infected" else 2
        blocked.check_icap(self, answer, threat, kind=kind)
        return threat, outcome

    def one(self, house, line, name):
        before, old = house.g.counters(), len(house.g.log())
        answer, deaths = house.attempt(
            line, LONGER.get(name.rpartition(", ")[2], 0))
        threat, outcome = self.block(answer)
        house.g.wait_counter(
            'glassgate_outcomes_total{outcome="%s"}' % outcome,
            before['glassgate_outcomes_total{outcome="%s"}' % outcome] + 1)
        # The next ones are served, and right.
        after = house.g.respmod(b"fine")
        self.assertEqual((name, after.status, after.get("X-Virus-ID")),
                         (name, 204, None))
        blocked.check_icap(self, house.g.respmod(bodies.eicar()),
                           gateway.EICAR_NAME)
        look = IN_THE_LOG.get(line.split()[0])
        if look is not None:
            self.assertRegex(threat, r"\.done$")
            return look(self, house, old), outcome
        return became(threat, deaths), outcome

    def all_of_them(self, more):
        self.whole()
        house = House(more)
        keeper = house.g.status()["pids"]["keeper"]
        try:
            found = [self.one(house, line, name) for line, name in ATTEMPTS]
            self.assertTrue(lab.alive(keeper))
            self.assertFalse(os.path.exists(CANARY))
            house.g.stop()
        finally:
            house.g.kill()
        return found

    @alone("what a flood leaves is counted by time")
    @limit(300)
    def test_a_captured_worker_can_do_nothing_but_lie(self):
        rich, poor = self.all_of_them({}), self.all_of_them(POOR)
        rows = [[name, seen[0], seen[1],
                 "the same" if seen == other else "; ".join(other)]
                for (_, name), seen, other in zip(ATTEMPTS, rich, poor)]
        tables.keep(self, "server/README.md", "hostile", tables.markdown(
            ["it tries to", "what becomes of it", "outcome",
             "with Landlock ABI 2 and no namespaces"], rows))

    def test_a_worker_that_stays_captured_lies_until_it_is_replaced(self):
        self.whole()
        house = House({"scan.small_workers": "1", "scan.small_bodies": "10"})
        g = house.g
        try:
            house.attempt("captured")
            # Without a spare one it would serve on for some seconds.
            lab.until(lambda: any(w["state"] == "spare"
                                  for w in g.workers("small")), "a spare one")
            lies = 0
            while g.respmod(bodies.eicar()).status == 204:
                lies += 1
                self.assertLess(lies, 10)
            self.assertGreater(lies, 0)
            for _ in range(20):
                blocked.check_icap(self, g.respmod(bodies.eicar()),
                                   gateway.EICAR_NAME)
            lab.until(lambda: g.counter(
                'glassgate_workers_replaced_total{reason="bodies"}') >= 1,
                "it was replaced")
            g.stop()
        finally:
            g.kill()

    def test_who_answers_what_is_no_verdict_is_replaced_at_once(self):
        self.whole()
        house = House({"scan.small_workers": "1"})
        g = house.g
        name = 'glassgate_workers_replaced_total{reason="breach"}'
        try:
            for n, lie in enumerate(("garbage", "raw-name", "bad-group",
                                     "type-alone", "huge", "descriptor") + AS_KEEPER * 3,
                                    1):
                old = {w["pid"] for w in house.quiet()
                       if w["lane"] == "small" and w["state"] == "idle"}
                house.attempt(lie)
                g.wait_counter(name, n, limit=5)
                lab.until(lambda: not any(map(lab.alive, old)),
                          "who lied is gone", 5)
            # No body is refused for what a worker said that lived.
            self.assertEqual(house.refused(), 0)
            g.stop()
        finally:
            g.kill()

    def test_a_body_that_killed_two_workers_gets_no_third(self):
        if lab.options.sanitized or lab.options.valgrind:
            self.skipTest("under a checker the cage is another one")
        if not lab.root:
            self.skipTest("as root the workers have a user of their own")
        house = House({})
        g = house.g
        try:
            for _ in range(2):
                house.attempt("crash")
                self.assertEqual(len(house.died()), 2)
            self.assertEqual(house.refused(), 1)
            # The same signatures, but somebody asked for them.
            self.assertEqual(g.tool("reload").returncode, 0)
            house.attempt("crash")
            self.assertEqual(len(house.died()), 4)
            self.assertEqual(house.refused(), 1)
            g.stop()
        finally:
            g.kill()

    def test_the_last_words_of_a_worker_reach_the_log_before_its_death(self):
        self.whole()
        house = House({})
        g = house.g
        try:
            _, deaths = house.attempt("last-words heap-is-torn")
            self.assertIn("signal 6 ", deaths[0])
            lines = g.lines("heap-is-torn|worker died")
            self.assertRegex(lines[0], SAYS)
            self.assertIn(' says text="heap-is-torn"', lines[0])
            pid = re.search(r"worker\[(\d+)\]", lines[0]).group(1)
            self.assertIn("worker died pid=%s " % pid, lines[1])
            g.stop()
        finally:
            g.kill()

    def test_bodies_that_kill_do_not_have_keepers_loaded_without_end(self):
        if lab.options.sanitized or lab.options.valgrind:
            self.skipTest("under a checker the cage is another one")
        if not lab.root:
            self.skipTest("as root the workers have a user of their own")
        house = House({"scan.renew_deaths": "2"})
        g = house.g
        try:
            house.attempt("crash")
            g.wait_counter("glassgate_reloads_total", 1, limit=20)
            # The renewal does not free what it came for.
            house.attempt("crash")
            self.assertEqual(house.refused(), 1)
            for n in ("second", "third"):
                house.attempt("crash " + n)
            g.wait_line("renewal put off generation=2 seconds=", 20)
            self.assertEqual(g.counter("glassgate_reloads_total"), 1)
            self.assertEqual(len(g.lines("renewal put off")), 1)
            self.assertEqual(g.tool("reload").returncode, 0)
            self.assertEqual(g.status()["generation"], 3)
            g.stop()
        finally:
            g.kill()
