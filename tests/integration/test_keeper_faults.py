# SPDX-License-Identifier: GPL-2.0-only
"""Keepers that break protocol, fail or will not go: a fake one does what its
script says (tests/fakes/fake_keeper.c)."""

import os
import shutil
import time

import gateway
import lab
from suite import Case

DIED = r"child ended child=keeper "
# A keeper that ends in the moment of its READY may be seen dead first.
LATER = r"start delayed child=keeper "
BAD = r"bad message from=keeper "
WORSE = r"degraded reason="
BAD_MESSAGES = "glassgate_bad_messages_total"
DEATHS = 'glassgate_worker_deaths_total{reason="signal"}'
STARTS = "glassgate_keeper_starts_total"


def fake(*script):
    """The path of a fake keeper that does so."""
    place = lab.new_folder("fake", mode=0o755)
    path = os.path.join(place, "keeper")
    for built in ("tests/fakes/.libs/fake_keeper", "tests/fakes/fake_keeper"):
        built = os.path.join(lab.options.build, built)
        if os.path.exists(built):
            shutil.copy(built, path)
            break
    lab.write(path + ".do", "\n".join(script) + "\n")
    os.chmod(path, 0o755)
    os.chmod(path + ".do", 0o644)
    return path


def with_keeper(*script, **more):
    return gateway.gateway({"scan.program": fake(*script)}, **more)


class KeeperFaults(Case):
    def test_a_keeper_that_answers_is_enough_to_be_ready(self):
        with with_keeper("* ready", "* stats 0", "* serve") as g:
            self.assertEqual(len(g.workers()), 1)
            self.assertEqual(g.counter("glassgate_no_real_signatures"), 0)

    def test_garbage_costs_a_keeper_its_life_and_is_counted(self):
        with with_keeper("1 ready", "1 garbage", "1 wait", "* ready",
                         "* serve",
                         expect=(BAD, DIED, WORSE)) as g:
            self.assertEqual(g.counter(BAD_MESSAGES), 1)
            self.assertEqual(g.counter(STARTS), 2)
            self.assertRegex(g.lines(BAD)[0], "generation=1 action=kill")

    def test_a_second_ready_breaks_protocol(self):
        with with_keeper("1 ready", "1 ready", "1 wait", "* ready",
                         "* serve",
                         expect=(BAD, DIED, WORSE)) as g:
            self.assertEqual(g.counter(BAD_MESSAGES), 1)

    def test_a_counter_that_goes_back_breaks_protocol(self):
        with with_keeper("1 ready", "1 stats 5", "1 stats 4", "1 wait",
                         "* ready", "* serve",
                         expect=(BAD, DIED, WORSE)) as g:
            self.assertEqual(g.counter(BAD_MESSAGES), 6)
            self.assertEqual(g.counter(DEATHS), 5)

    def test_counters_go_on_over_a_new_keeper(self):
        with with_keeper("1 ready", "1 stats 2", "1 stats 3", "1 exit 1",
                         "* ready", "* stats 4", "* serve",
                         expect=(DIED, LATER, WORSE)) as g:
            g.wait_counter(DEATHS, 7)
            self.assertEqual(g.counter(BAD_MESSAGES), 7)

    def test_the_first_failure_to_load_ends_the_start_with_its_reason(self):
        code, text = gateway.refused(
            {"scan.program": fake("* failed /sets/x.ndb: line 7", "* wait")})
        self.assertEqual(code, 1)
        self.assertIn("/sets/x.ndb: line 7", text)

    def test_a_later_failure_is_tried_again(self):
        with with_keeper("1 ready", "1 serve", "2 failed broken", "2 exit 1",
                         "* ready", "* serve",
                         expect=(DIED, LATER, WORSE,
                                 "signatures not loaded")) as g:
            pid = g.status()["pids"]["keeper"]
            os.kill(pid, 9)
            lab.until(lambda: g.counter(STARTS) == 3, "a third keeper")
            g.wait_line("ready again generation=3")

    def test_a_keeper_that_dies_before_it_is_ready_is_started_later(self):
        with with_keeper("1 exit 3", "2 exit 3", "* ready", "* serve",
                         expect=(DIED, LATER)) as g:
            self.assertEqual([l.split("seconds=")[1] for l in g.lines(LATER)],
                             ["1", "2"])

    def test_no_folder_of_a_dead_generation_is_left(self):
        with with_keeper("1 ready", "1 exit 1", "* ready", "* serve",
                         expect=(DIED, LATER, WORSE)) as g:
            self.assertEqual([n for n in os.listdir(g.runtime)
                              if n.startswith("gen-")], ["gen-2"])

    def test_a_keeper_that_is_deaf_to_SIGTERM_is_killed(self):
        with with_keeper("* deaf", "* ready", "* serve",
                         expect=(r"child killed child=keeper",)) as g:
            before = time.monotonic()
            g.stop()
            self.assertLess(time.monotonic() - before, 11 * lab.slow())
            self.assertTrue(g.lines("child killed child=keeper"))

    def test_a_keeper_that_leaves_and_hung_up_may_take_its_time(self):
        """It gives back its signatures, with many others at work."""
        with with_keeper("1 ready", "1 stats 0", "1 serve", "1 hangup",
                         "1 sleep 8000", "1 exit 0", "* ready",
                         "* serve") as g:
            self.assertEqual(g.tool("reload").returncode, 0)
            g.wait_line('child ended child=keeper .*exit 0', 20)
            self.assertEqual(
                g.counter('glassgate_hangs_total{process="keeper"}'), 0)

    def test_while_a_keeper_loads_SIGTERM_ends_all(self):
        with with_keeper("* sleep 60000", ready=False) as g:
            g.wait_line("child started child=keeper")
