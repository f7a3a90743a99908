# SPDX-License-Identifier: GPL-2.0-only
"""Reload: another generation takes over, or the old one serves on."""

import os
import random
import signal
import threading

import bodies
import gateway
import lab
import leaks
from suite import Case, alone
from test_keeper_faults import fake
from test_worker_faults import Asked, busy, pids

RELOADS = "glassgate_reloads_total"
REFUSED = "glassgate_reloads_refused_total"
STAYS_REFUSED = "glassgate_reload_refused"
REFUSAL = r"reload refused generation=1 serves=on reason="
FAILS = r"keeper fails generation=2 "
GONE = r"child ended child=keeper "

# Found only once it has a signature.
SECOND = b"a body that a second signature finds"


def add_signature(place):
    lab.write(os.path.join(place, "second.ndb"),
              "Second.Test:0:*:%s\n" % SECOND.hex())


def folder():
    return gateway.signature_folder()


def reload_by_signal(g):
    g.process.send_signal(signal.SIGHUP)


class Reload(Case):
    def test_new_signatures_find_after_sighup_what_passed_before(self):
        place = folder()
        with gateway.gateway({"signatures.folders": place}) as g:
            tag = g.status()["istag"]
            self.assertEqual(g.respmod(SECOND).status, 204)
            add_signature(place)
            reload_by_signal(g)
            g.wait_counter(RELOADS, 1, limit=20)
            self.assertEqual(g.respmod(SECOND).http_status, 403)
            self.assertEqual(g.respmod(b"harmless").status, 204)
            status = g.status()
            self.assertEqual(status["generation"], 2)
            self.assertNotEqual(status["istag"], tag)
            g.wait_line(r"reloaded generation=2 before=1")
            self.assertEqual(g.counter("glassgate_keeper_starts_total"), 2)

    def test_the_old_keeper_leaves_and_nothing_of_it_stays(self):
        with gateway.gateway() as g:
            old = g.status()["pids"]["keeper"]
            reload_by_signal(g)
            g.wait_counter(RELOADS, 1, limit=20)
            lab.until(lambda: not lab.alive(old), "the old keeper is gone")
            g.wait_line(r"keeper leaves generation=1 ")
            lab.until(lambda: g.status()["second"]["state"] == "none",
                      "one keeper")
            self.assertFalse(os.path.exists(g.runtime + "/gen-1"))

    def test_the_old_keeper_answers_what_it_has_taken_and_what_waits(self):
        with gateway.gateway({"scan.small_workers": "2"}) as g:
            old = g.status()["pids"]["keeper"]
            with lab.stopped(pids(g)):
                asked = [Asked(g, b"fine") for _ in range(6)]
                asked += [Asked(g, bodies.eicar()) for _ in range(2)]
                lab.until(lambda: len(busy(g)) == 2, "both are busy")
                lab.until(lambda: g.status()["icap_threads_busy"] >= 8,
                          "six more wait")
                gateway.pause(0.5)
                reload_by_signal(g)
                g.wait_counter(RELOADS, 1, limit=20)
                self.assertEqual(g.respmod(SECOND).status, 204)
                gateway.pause(1)
                self.assertTrue(lab.alive(old))
                self.assertFalse(any(a.answer for a in asked))
            answers = [a.result() for a in asked]
            self.assertEqual([a.status for a in answers], [204] * 6 + [200] * 2)
            for found in answers[6:]:
                self.assertEqual(found.get("X-Virus-ID"), gateway.EICAR_NAME)
            g.wait_line(r"keeper leaves generation=1 jobs=\d\d?$")
            # It was not the module that asked another one.
            self.assertEqual(g.counter("glassgate_scan_retries_total"), 0)

    def test_who_serves_after_a_reload_is_held_back_no_more(self):
        def held_back(g):
            nice = {p.pid: os.getpriority(os.PRIO_PROCESS, p.pid)
                    for p in g.processes() if "glassgate-" in p.title}
            return len(nice) < 5 or any(nice.values())

        with gateway.gateway() as g:
            reload_by_signal(g)
            g.wait_counter(RELOADS, 1, limit=20)
            lab.until(lambda: g.status()["second"]["state"] == "none",
                      "one keeper")
            lab.until(lambda: not held_back(g),
                      "keeper and workers, also the spare ones, at nice 0")

    def test_torn_signatures_are_refused_and_the_old_ones_serve_on(self):
        place = folder()
        with gateway.gateway({"signatures.folders": place},
                             expect=(REFUSAL, GONE, FAILS)) as g:
            torn = os.path.join(place, "torn.ndb")
            lab.write(torn, "Torn.One:0:0:41zz\n")
            reload_by_signal(g)
            g.wait_counter(REFUSED, 1, limit=20)
            self.assertEqual(len(g.lines(REFUSAL)), 1)
            self.assertIn("torn.ndb", g.lines(REFUSAL)[0])
            self.assertEqual(g.status()["generation"], 1)
            self.assertEqual(g.counter(STAYS_REFUSED), 1)
            self.assertIn("torn.ndb", g.status()["reload_refused"]["reason"])
            self.assertEqual(g.respmod(bodies.eicar()).http_status, 403)
            os.unlink(torn)
            reload_by_signal(g)
            g.wait_counter(RELOADS, 1, limit=20)
            self.assertEqual(g.counter(STAYS_REFUSED), 0)
            self.assertIsNone(g.status()["reload_refused"])

    def test_a_must_pass_file_that_is_found_refuses_the_signatures(self):
        place = folder()
        good = os.path.join(lab.new_folder("good"), "letter")
        lab.write(good, SECOND)
        with gateway.gateway({"signatures.folders": place,
                              "signatures.must_pass": good},
                             expect=(REFUSAL, GONE)) as g:
            add_signature(place)
            reload_by_signal(g)
            g.wait_counter(REFUSED, 1, limit=20)
            self.assertIn(good, g.lines(REFUSAL)[0])
            self.assertIn("Second.Test", g.lines(REFUSAL)[0])
            self.assertEqual(g.respmod(SECOND).status, 204)

    def test_signatures_that_find_a_body_of_the_proof_are_refused(self):
        place = folder()
        with gateway.gateway({"signatures.folders": place}, expect=(
                REFUSAL, r"keeper fails generation=3 ")) as g:
            for n, text in enumerate((b"Glassgate checks itself",
                                      b"Just a few words."), 1):
                lab.write(place + "/proof.ndb",
                          "Proof.Test:0:*:%s\n" % text.hex())
                said = g.tool("reload")
                self.assertEqual(said.returncode, 1)
                self.assertRegex(said.stderr.decode(), (
                    r"\"(self-check|text)\" is infected \(Proof\.Test"))
                self.assertEqual(g.counter(REFUSED), n)
                self.assertEqual(g.status()["generation"], 1)
                self.assertEqual(g.respmod(text).status, 204)
                self.assertEqual(g.respmod(bodies.eicar()).http_status, 403)

    def test_workers_that_find_any_clean_sample_are_refused(self):
        samples = (("text", b"Just a"), ("html", b"<!DOCTYPE"),
                   ("html in UTF-16", "\ufeff<".encode("utf-16-le")),
                   ("jpeg", b"\xff\xd8\xff"), ("zip", b"PK\3\4"),
                   ("self-check", b"Glassgate checks"))
        script = ["%d find %s" % (n, begin.hex())
                  for n, (_, begin) in enumerate(samples, 2)]
        with gateway.gateway({"scan.program": fake(
                *script, "* ready", "* stats 0", "* serve")},
                expect=(REFUSAL, GONE)) as g:
            for name, _ in samples:
                said = g.tool("reload")
                self.assertEqual(said.returncode, 1)
                self.assertIn('"%s" is infected' % name,
                              said.stderr.decode())
                self.assertEqual(g.status()["generation"], 1)
            self.assertEqual(g.tool("reload").returncode, 0)

    def test_no_request_fails_or_waits_while_generations_change(self):
        wrong = []
        end = threading.Event()

        def ask(g):
            while not end.is_set():
                clean = g.respmod(b"harmless").status
                found = g.respmod(bodies.eicar()).http_status
                if (clean, found) != (204, 403):
                    wrong.append((clean, found))

        with gateway.gateway() as g:
            clients = [threading.Thread(target=ask, args=(g,))
                       for _ in range(4)]
            for c in clients:
                c.start()
            try:
                for n in range(1, 4):
                    reload_by_signal(g)
                    g.wait_counter(RELOADS, n, limit=30)
            finally:
                end.set()
                for c in clients:
                    c.join()
            self.assertEqual(wrong, [])
            self.assertEqual(g.outcome("loading"), 0)
            self.assertEqual(g.outcome("engine-error"), 0)

    def test_a_successor_that_dies_changes_nothing(self):
        with gateway.gateway({"scan.program": fake(
                "1 ready", "1 stats 0", "1 serve", "2 die 9",
                "* ready", "* serve")}, expect=(REFUSAL, GONE)) as g:
            reload_by_signal(g)
            g.wait_counter(REFUSED, 1)
            self.assertEqual(g.status()["generation"], 1)
            self.assertEqual(g.respmod(bodies.eicar()).http_status, 403)

    def test_when_the_main_one_dies_its_successor_takes_over(self):
        with gateway.gateway({"scan.program": fake(
                "1 ready", "1 stats 0", "1 serve",
                "2 sleep 1500", "2 ready", "2 stats 0", "2 serve")},
                expect=(GONE, r"degraded reason=")) as g:
            first = g.status()["pids"]["keeper"]
            reload_by_signal(g)
            lab.until(lambda: g.status()["second"]["state"] == "loading",
                      "a successor loads")
            lab.kill(first)
            g.wait_counter(RELOADS, 1, limit=20)
            self.assertEqual(g.status()["generation"], 2)
            self.assertEqual(g.counter("glassgate_keeper_starts_total"), 2)
            g.wait_line("ready again")

    def test_a_stop_in_the_middle_of_a_reload_leaves_nothing(self):
        with gateway.gateway({"scan.program": fake(
                "1 ready", "1 stats 0", "1 serve",
                "* sleep 3000", "* ready", "* serve")}) as g:
            reload_by_signal(g)
            lab.until(lambda: g.status()["second"]["state"] == "loading",
                      "a successor loads")


class AskedByTheTool(Case):
    def test_glassgate_reload_waits_and_says_what_serves(self):
        with gateway.gateway() as g:
            said = g.tool("reload")
            self.assertEqual(said.returncode, 0, said.stderr.decode())
            self.assertRegex(said.stdout.decode(), r"^reloaded: generation 2 serves, "
                             r"\d+ signatures\n$")
            self.assertEqual(g.status()["generation"], 2)

    def test_glassgate_reload_says_why_it_was_refused(self):
        place = folder()
        with gateway.gateway({"signatures.folders": place},
                             expect=(REFUSAL, GONE, FAILS)) as g:
            lab.write(os.path.join(place, "torn.ndb"), "Torn.One:0:0:41zz\n")
            said = g.tool("reload")
            self.assertEqual(said.returncode, 1)
            self.assertIn("torn.ndb", said.stderr.decode())
            self.assertIn("WARNING", g.tool("status").stdout.decode())
            self.assertIn("reload refused", g.tool("status").stdout.decode())

    def test_two_who_ask_together_both_hear(self):
        with gateway.gateway() as g:
            said = []
            asking = [threading.Thread(
                target=lambda: said.append(g.tool("reload")))
                for _ in range(3)]
            for a in asking:
                a.start()
            for a in asking:
                a.join()
            self.assertEqual([s.returncode for s in said], [0, 0, 0])

    def test_a_wrong_setting_refuses_the_reload_with_its_line(self):
        conf = os.path.join(lab.new_folder("conf"), "glassgate.conf")
        lab.write(conf, "scan: { files = 100; };\n")
        with gateway.gateway(conf=conf, expect=(REFUSAL,)) as g:
            lab.write(conf, "scan: {\n  files = 0;\n};\n")
            said = g.tool("reload")
            self.assertEqual(said.returncode, 1)
            self.assertIn(conf + ":2: scan.files", said.stderr.decode())
            self.assertEqual(g.status()["settings"], 1)
            lab.write(conf, "scan: {\n  files = 50;\n};\n")
            self.assertEqual(g.tool("reload").returncode, 0)
            self.assertEqual(g.status()["settings"], 2)

    def test_the_status_names_what_is_wrong_now(self):
        conf = os.path.join(lab.new_folder("conf"), "glassgate.conf")
        place, good = folder(), "scan: { files = 100; };\n"
        lab.write(conf, good)
        with gateway.gateway({"signatures.folders": place}, conf=conf,
                             expect=(REFUSAL, GONE, FAILS)) as g:
            def refused():
                self.assertEqual(g.tool("reload").returncode, 1)
                return g.status()["reload_refused"]["reason"]

            lab.write(conf, "scan: { files = 0; };\n")
            self.assertIn("scan.files", refused())
            lab.write(conf, good)
            lab.write(os.path.join(place, "torn.ndb"), "Torn.One:0:0:41zz\n")
            self.assertIn("torn.ndb", refused())
            lab.write(conf, "scan: { files = 0; };\n")
            self.assertIn("scan.files", refused())
            lab.write(conf, good)
            os.unlink(os.path.join(place, "torn.ndb"))
            self.assertEqual(g.tool("reload").returncode, 0)
            self.assertIsNone(g.status()["reload_refused"])

    def test_what_needs_a_restart_is_refused_by_name(self):
        conf = os.path.join(lab.new_folder("conf"), "glassgate.conf")
        lab.write(conf, "icap: { timeout = 20; };\n")
        with gateway.gateway(conf=conf, expect=(REFUSAL,)) as g:
            lab.write(conf, "icap: { timeout = 30; };\n")
            said = g.tool("reload")
            self.assertEqual(said.returncode, 1)
            self.assertIn("needs a restart: icap.timeout", said.stderr.decode())

    def test_a_stranger_may_not_ask(self):
        if not lab.root:
            self.skipTest("needs a second user")
        with gateway.gateway() as g:
            said = lab.run([gateway.program("glassgate"), "-r", g.runtime,
                            "reload"], user=lab.ICAP_USER)
            self.assertEqual(said.returncode, 2)
            self.assertIn("ermission denied", said.stderr.decode())
            self.assertEqual(g.status()["generation"], 1)

    def test_settings_of_the_module_change_whole_and_c_icap_stays(self):
        conf = os.path.join(lab.new_folder("conf"), "glassgate.conf")
        lab.write(conf, "body: { max = \"1K\"; };\n")
        with gateway.gateway(conf=conf) as g:
            c_icap = g.status()["pids"]["icap"]
            body = b"x" * 2000
            self.assertEqual(g.respmod(body).http_status, 403)
            for n in range(2, 6):
                most = ("1K", "4K")[n % 2 == 0]
                lab.write(conf, "body: { max = \"%s\"; };\n" % most)
                self.assertEqual(g.tool("reload").returncode, 0)
                self.assertEqual(g.respmod(body).status,
                                 204 if most == "4K" else 200)
            self.assertEqual(g.status()["pids"]["icap"], c_icap)
            self.assertEqual(g.counter("glassgate_icap_starts_total"), 1)
            kept = [f for f in os.listdir(g.runtime)
                    if f.startswith("settings-")]
            self.assertLessEqual(len(kept), 2)

    def test_the_policy_of_an_outcome_changes_live(self):
        conf = os.path.join(lab.new_folder("conf"), "glassgate.conf")
        lab.write(conf, "policy: { infected = \"block\"; };\n")
        with gateway.gateway(conf=conf) as g:
            self.assertEqual(g.respmod(bodies.eicar()).http_status, 403)
            lab.write(conf, "policy: { infected = \"pass\"; };\n")
            self.assertEqual(g.tool("reload").returncode, 0)
            self.assertEqual(g.respmod(bodies.eicar()).status, 204)
            gateway.pause(3)  # for checks of our own
            self.assertEqual(g.lines("degraded"), [])


class Memory(Case):
    PUT_OFF = "glassgate_reloads_put_off_total"

    def conf(self, free, memory="wait"):
        lab.write(self.path, "test: { memory = \"%s\"; };\n"
                  "reload: { memory = \"%s\"; };\n" % (free, memory))

    def setUp(self):
        self.path = os.path.join(lab.new_folder("conf"), "glassgate.conf")

    def test_without_memory_for_two_a_reload_waits_until_there_is(self):
        self.conf("1K")
        with gateway.gateway(conf=self.path,
                             expect=(r"reload put off ",)) as g:
            said = g.tool("reload")
            self.assertEqual(said.returncode, 1)
            self.assertIn("no memory for a second engine",
                          said.stderr.decode())
            self.assertIn("waiting for memory",
                          g.tool("status").stdout.decode())
            self.assertEqual(g.status()["generation"], 1)
            self.assertEqual(g.respmod(bodies.eicar()).http_status, 403)
            self.conf("0")
            self.assertEqual(g.tool("reload").returncode, 0)
            g.wait_counter(RELOADS, 1)
            self.assertEqual(g.status()["generation"], 2)
            self.assertEqual(g.counter(self.PUT_OFF), 1)
            self.assertEqual(len(g.lines("reload put off")), 1)

    def test_stall_ends_the_first_one_before_the_second_loads(self):
        self.conf("1K", "stall")
        with gateway.gateway(conf=self.path, expect=(
                r"reload stalls ", r"degraded reason=")) as g:
            first = g.status()["pids"]["keeper"]
            said = g.tool("reload")
            self.assertEqual(said.returncode, 0, said.stderr)
            self.assertFalse(lab.alive(first))
            self.assertEqual(g.status()["generation"], 2)
            starts = [l for l in g.log().splitlines() if "child=keeper" in l]
            self.assertIn("child ended", starts[1])
            self.assertEqual(g.respmod(bodies.eicar()).http_status, 403)
            g.wait_line("ready again")

    def dead_main(self, memory):
        """Its keeper dies, and the next two while they load: the folders are
        copied anew for another one."""
        self.conf("0", memory)
        g = gateway.Gateway({"scan.program": fake(
            "1 ready", "1 stats 0", "1 serve", "2 die 9", "3 die 9",
            "* ready", "* stats 0", "* serve")}, conf=self.path, expect=(
                GONE, r"degraded reason=", r"start delayed ",
                r"reload put off "))
        self.addCleanup(g.kill)
        self.conf("1K", memory)
        lab.kill(g.status()["pids"]["keeper"])
        lab.until(lambda: g.status()["generation"] >= 4, "another serves", 30)
        self.assertEqual(g.respmod(bodies.eicar()).http_status, 403)
        return g

    def test_the_size_of_an_engine_is_known_when_its_keeper_is_dead(self):
        g = self.dead_main("wait")
        self.assertEqual(len(g.lines(r"reload put off generation=3 ")), 1)
        self.assertEqual(g.counter(RELOADS), 0)
        self.conf("0")
        self.assertEqual(g.tool("reload").returncode, 0)
        g.wait_counter(RELOADS, 1)
        g.stop()

    def test_nobody_is_ended_for_memory_when_there_is_nobody(self):
        g = self.dead_main("stall")
        g.wait_counter(RELOADS, 1)
        self.assertEqual(g.lines("reload stalls"), [])
        self.assertEqual(g.counter("glassgate_keeper_starts_total"), 4)
        g.stop()

    def test_a_stop_while_a_reload_waits_leaves_nothing(self):
        self.conf("1K")
        with gateway.gateway(conf=self.path,
                             expect=(r"reload put off ",)) as g:
            g.tool("reload")


class Engines(Case):
    """Memory: one engine, two during a reload, and one again."""

    WORKERS = 4  # one a lane, and a spare one

    def many(self, count=300000):
        """So many signatures that an engine is most of what there is."""
        place = folder()
        digests = random.Random("engines")
        with open(place + "/many.hdb", "w") as f:
            f.writelines("%032x:%d:Many.%d\n" % (
                digests.getrandbits(128), 1000 + n % 1000, n)
                for n in range(count))
        os.chmod(place + "/many.hdb", 0o644)
        return place

    def settled(self, g, keepers):
        line = lab.until(
            lambda: (s := leaks.sample(g))["processes keeper"] == keepers
            and s["processes worker"] == keepers * self.WORKERS and s,
            "%d keepers with all their workers" % keepers, 20)
        return self.memory(line)

    def memory(self, line):
        return line["memory keeper"] + line["memory worker"]

    @alone("its share of the memory is measured")
    def test_memory_is_of_one_engine_of_two_and_of_one_again(self):
        if lab.options.sanitized:
            self.skipTest("the checker keeps what is freed")
        with gateway.gateway({
                "signatures.folders": self.many(), "scan.small_workers": "1",
                "scan.big_workers": "1", "scan.small_seconds": "120"}) as g:
            one = self.settled(g, 1)
            old = next(w["pid"] for w in g.workers("small")
                       if w["state"] == "idle")
            lab.kill(old, signal.SIGSTOP)
            said = []
            asking = threading.Thread(
                target=lambda: said.append(g.respmod(b"harmless").status))
            asking.start()
            lab.until(lambda: any(w["state"] == "busy" for w in g.workers()),
                      "the old generation scans")
            self.assertEqual(g.tool("reload").returncode, 0)
            two = self.settled(g, 2)
            self.assertGreater(two, 1.6 * one)
            self.assertLess(two, 2.4 * one)
            self.assertEqual(g.respmod(bodies.eicar()).http_status, 403)
            self.assertEqual(said, [])
            lab.kill(old, signal.SIGCONT)
            asking.join()
            lab.until(lambda: abs(self.memory(leaks.sample(g)) - one)
                      <= 0.05 * one, "memory of one engine", 10)
            self.assertEqual(said, [204])
            self.assertAlmostEqual(self.settled(g, 1), one,
                                   delta=0.05 * one)


class Renewal(Case):
    def test_after_too_many_deaths_by_signal_a_fresh_keeper_serves(self):
        with gateway.gateway({"scan.renew_deaths": "3"}, expect=(
                r"worker died ", r"workers die by signals ")) as g:
            first = g.status()["pids"]["keeper"]
            tag = g.status()["istag"]
            for n in range(1, 4):
                idle = lab.until(lambda: [
                    w for w in g.workers("small") if w["state"] == "idle"
                    and lab.alive(w["pid"])], "an idle worker")
                lab.kill(idle[0]["pid"])
                g.wait_counter(
                    'glassgate_worker_deaths_total{reason="signal"}', n)
            g.wait_counter(RELOADS, 1, limit=20)
            self.assertEqual(g.counter("glassgate_keeper_renewals_total"), 1)
            self.assertEqual(g.status()["generation"], 2)
            self.assertEqual(g.status()["settings"], 1)
            self.assertEqual(g.status()["istag"], tag)
            self.assertEqual(g.respmod(bodies.eicar()).http_status, 403)
            lab.until(lambda: not lab.alive(first), "the old keeper is gone")
            self.assertEqual(g.outcome("loading"), 0)


class WatchAndAsk(Case):
    def test_a_change_by_the_watch_during_a_reload_leaves_nobody_waiting(self):
        place = folder()
        with gateway.gateway({
                "signatures.folders": place, "signatures.watch": "1",
                "scan.program": fake("1 ready", "1 stats 0", "1 serve",
                                     "2 sleep 3000", "2 ready", "2 stats 0",
                                     "2 serve")}) as g:
            said = []
            asking = threading.Thread(
                target=lambda: said.append(g.tool("reload")))
            asking.start()
            lab.until(lambda: g.status()["second"]["state"] == "loading",
                      "a successor loads")
            for name in os.listdir(place):  # written anew, the same bytes
                path = os.path.join(place, name)
                lab.write(path, lab.read(path))
            asking.join(20 * lab.patience())
            self.assertEqual(len(said), 1)
            self.assertEqual(said[0].returncode, 0, said[0].stderr)
            self.assertIn(b"generation 2 serves", said[0].stdout)
            g.wait_counter("glassgate_reloads_total", 1)
            self.assertEqual(g.status()["generation"], 2)

    def test_what_did_not_look_at_the_folders_mends_nothing(self):
        place = folder()
        with gateway.gateway({"signatures.folders": place,
                              "scan.renew_deaths": "1"},
                             expect=(REFUSAL, GONE, FAILS, r"worker died ",
                                     r"workers die by signals ")) as g:
            torn = os.path.join(place, "torn.ndb")
            lab.write(torn, "Torn.One:0:0:41zz\n")
            self.assertEqual(g.tool("reload").returncode, 1)
            idle = lab.until(lambda: [
                w for w in g.workers("small") if w["state"] == "idle"],
                "an idle worker")
            lab.kill(idle[0]["pid"])
            g.wait_counter(RELOADS, 1, limit=20)
            self.assertEqual(g.counter(STAYS_REFUSED), 1)
            self.assertEqual(g.tool("signatures", "use", "1").returncode, 0)
            self.assertEqual(g.counter(STAYS_REFUSED), 1)
            # It is pinned: the folders are not looked at.
            self.assertEqual(g.tool("reload").returncode, 0)
            self.assertEqual(g.counter(STAYS_REFUSED), 1)
            self.assertIn("torn.ndb", g.status()["reload_refused"]["reason"])
            os.unlink(torn)
            self.assertEqual(g.tool("signatures", "unpin").returncode, 0)
            lab.until(lambda: g.counter(STAYS_REFUSED) == 0, "mended", 20)
            self.assertIsNone(g.status()["reload_refused"])

    def test_a_folder_put_back_mends_the_refusal(self):
        place = folder()
        with gateway.gateway({"signatures.folders": place,
                              "signatures.watch": "1"},
                             expect=(REFUSAL, GONE, FAILS)) as g:
            torn = os.path.join(place, "torn.ndb")
            lab.write(torn, "Torn.One:0:0:41zz\n")
            g.wait_counter(REFUSED, 1, limit=20)
            self.assertEqual(g.counter(STAYS_REFUSED), 1)
            os.unlink(torn)
            lab.until(lambda: g.counter(STAYS_REFUSED) == 0,
                      "the refusal is mended", 20)
            self.assertIsNone(g.status()["reload_refused"])
            self.assertEqual(g.status()["generation"], 1)
