# SPDX-License-Identifier: GPL-2.0-only
"""Every fault under load: 50 requests a second through a Squid, one of five
infected. Not one infected body passes, no clean one is altered, it serves
again by itself, and nothing is left. FAULTS.md is what was seen, written with
--write-tables."""

import calendar
import collections
import contextlib
import random
import re
import signal
import time

import bodies
import chaos
import faults
import gateway
import lab
import squid
import suite
import tables
import traffic
from suite import Case, alone, limit

RATE = 50
RECOVERY = 30  # seconds until both kinds are decided again
LATE = 10      # seconds in which what hangs is seen and ended
# Squid does without us for 30 s when nobody answers its OPTIONS, which no fault
# of ours may meet.
SETTINGS = {"icap.options_ttl": "86400", "scan.small_seconds": "3",
            "scan.big_seconds": "6", "scan.queue_seconds": "4",
            "scan.max": "64M", "body.max": "32M", "scan.memory": "96M"}
# A child of c-icap that is stopped between its connection and its job.
EXPECTED = (r"bad message from=client reason=\"no job within",)
QUIET = re.compile(
    r'glassgate_(requests|body_bytes|scans|selfchecks|blocked|stalls|cuts'
    r'|remembered)_total|outcome="(clean|infected|skipped)"|_layers_missing'
    r'|_policy_|_body_(memory|disk)_bytes')

DOCUMENT = "tests/integration/FAULTS.md"
HEAD = ["fault", "what clients got meanwhile", "served again after",
        "warnings in the log", "counters that grew"]


class House:
    """A gateway, a Squid before it, and the traffic."""

    def __init__(self, more):
        self.wrong, self.random = [], random.Random(7)
        self.settings = dict(SETTINGS, **more)
        self.settings["signatures.folders"] = gateway.signature_folder()
        runtime = self.settings.pop("runtime", None)
        self.g = gateway.Gateway(self.settings, runtime=runtime,
                                 expect=EXPECTED)
        self.origin = suite.shared.origin()
        self.squid = squid.Squid("127.0.0.1:%d" % self.g.port)
        self.load = traffic.Traffic(self.squid.address, self.origin,
                                    rate=RATE, clients=24)
        self.load.start()
        lab.until(self.serves, "it serves", 20)

    def start_again(self):
        """After the death of all: the same port and folder."""
        old = self.g
        self.g = gateway.Gateway(
            dict(self.settings, **{"icap.listen": "127.0.0.1:%d" % old.port}),
            runtime=old.runtime, ready=False, expect=EXPECTED)
        self.g.port, self.g.address = old.port, old.address
        self.g.files |= old.files
        self.g.wait_ready()

    def reload(self):
        before = chaos.done_reloads(self.g)
        self.g.process.send_signal(signal.SIGHUP)
        lab.until(lambda: chaos.done_reloads(self.g) > before,
                  "the reload's end", 30)

    def asked(self, body):
        path = "/probe/%d" % self.random.getrandbits(60)
        try:
            reply = self.squid.get(self.origin.put(path, body))
        except OSError:
            return 0
        finally:
            self.origin.take(path)
        found = reply.get("x-infection-found") or "Type=0"
        return reply.status if found.startswith("Type=0") else 0

    def shown_time(self):
        """When the last line of the log was written, as it says."""
        self.asked(bodies.eicar())
        line = self.g.lines(r"\] verdict ")[-1]
        return calendar.timegm(time.strptime(line[:19], "%Y-%m-%dT%H:%M:%S"))

    def found(self, name, body):
        status = self.asked(body)
        if status == 200:
            self.wrong.append("%s passed when asked for" % name)
        return status == 403

    def serves(self):
        nonce = b" %x" % self.random.getrandbits(60)
        return (all(self.found(name, what + nonce)
                    for name, what in traffic.INFECTIONS)
                and self.asked(b"harmless" + nonce) == 200)

    def stop(self):
        self.load.stop()
        self.squid.stop()
        self.g.stop()

    def kill(self):
        self.load.end.set()
        self.squid.stop()
        self.g.kill()


@contextlib.contextmanager
def small_disk():
    """A folder to be made, on a file system of its own."""
    home = lab.new_folder("disk")
    lab.run(["mount", "-t", "tmpfs", "-o", "size=48m,mode=0755", "none", home])
    try:
        yield home + "/own"
    finally:
        lab.run(["umount", home])


def told(g, since):
    """Which warnings and errors, each kind once."""
    kinds = collections.OrderedDict()
    for line in g.log()[since:].splitlines():
        m = gateway.LINE.match(line)
        if m and m.group(1) in ("warn", "error"):
            event = re.split(r" [a-z_-]+=|: ", m.group(4))[0]
            if event == "says":
                event = m.group(2) + " says"
            why = re.search(r" why=(\w+)", m.group(4))
            kinds["%s%s" % (event, " (%s)" % why.group(1) if why else "")] = 1
    return "; ".join(kinds) or "nothing"


def grown(before, after):
    names = [n for n in after if after[n] > before.get(n, 0)
             and not QUIET.search(n)]
    return ", ".join(n.replace("glassgate_", "").replace("_total", "")
                     for n in names) or "none"


@alone("how long nobody is served is measured, under load")
class Faults(Case):
    def setUp(self):
        self.unforeseen, self.past = [], []

    def look(self, house, fault, since, begin):
        """What it logged is foreseen beside it, or beside a fault before it
        whose last word may come late."""
        self.past = [(end, expect) for end, expect in self.past
                     if end > begin - LATE]
        may = EXPECTED + fault.expect + tuple(
            pattern for _, expect in self.past for pattern in expect)
        self.past.append((time.monotonic(), fault.expect))
        self.unforeseen += ["%s: %s" % (fault.name, line)
                            for line in house.g.unexpected(since, may)]

    def one(self, house, fault):
        house.g.expect(*fault.expect)
        log, before = len(house.g.log()), house.g.counters()
        again = house.g
        begin = time.monotonic()
        fault.harm(house)
        harmed = time.monotonic()
        lab.until(house.serves, "it serves again after: " + fault.name,
                  RECOVERY)
        served = time.monotonic() - harmed
        time.sleep(0.5)
        seen = house.load.count(since=begin)
        self.assertEqual((fault.name, house.load.wrong + house.wrong),
                         (fault.name, []))
        if house.g is not again:
            log, before = 0, {}
        self.look(house, fault, log, begin)
        return [fault.name, ", ".join("%s %d" % (w, seen[w]) for w in sorted(
            seen, key=lambda w: -seen[w])), "%.1f s" % served,
            told(house.g, log), grown(before, house.g.counters())]

    def some(self, chosen, more):
        house = House(more)
        try:
            rows = [self.one(house, f) for f in chosen]
            house.stop()
            # Also of what was still under way.
            self.assertEqual(house.load.wrong + house.wrong, [])
            self.assertEqual(self.unforeseen, [])
        except BaseException:
            print(gateway.tail(house.g.log()))
            house.kill()
            raise
        return rows

    def own(self, fault):
        more = fault.own() if callable(fault.own) else fault.own
        if fault.disk is None:
            return self.some([fault], more)
        with small_disk() as place:
            return self.some([fault], dict(more, **{fault.disk: place}))

    @limit(600)
    def test_no_fault_lets_a_body_through_or_stops_it_for_long(self):
        if lab.options.sanitized or lab.options.valgrind:
            self.skipTest("the load is for the production build")
        signal.alarm(600 * lab.options.fault_rounds)
        possible = [f for f in faults.ALL if (lab.root or not f.root)
                    and any(word in f.name for word in lab.options.faults)]
        if not possible:
            self.skipTest("none of the chosen ones without root")
        for _ in range(lab.options.fault_rounds):
            rows = self.some([f for f in possible if f.own is None], {})
            for fault in possible:
                if fault.own is not None:
                    rows += self.own(fault)
        if lab.options.verbose:
            print("\n".join("# " + " | ".join(row) for row in rows))
        if lab.options.write_tables and lab.root:
            self.write(rows)

    def write(self, rows):
        """Of faults that were not done, what was written before stays."""
        names = [f.name for f in sorted(
            faults.ALL, key=lambda f: f.own is not None)]
        tables.keep(self, DOCUMENT, "faults", tables.markdown(
            HEAD, tables.merged(DOCUMENT, "faults", names, rows)))
