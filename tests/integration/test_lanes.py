# SPDX-License-Identifier: GPL-2.0-only
"""Topics side by side: nothing is lost, whatever becomes of a lane. And where
what is tested was built."""

import os
import sys
import threading

import lab
import lanes
from suite import Case

# A lane whose topics are what to do.
LANE = """
import os, sys
sys.path.insert(0, %r)
import lanes
served = lanes.Served()
for name in served.names():
    print("# " + name)
    if name.startswith("die"):
        os.kill(os.getpid(), 9)
    if name.startswith("fork"):
        os.spawnlp(os.P_NOWAIT, "sleep", "sleep", "20")
        os._exit(3)
    print("ok", name)
    served.told([1, 0, 2])
if name == "end badly":
    sys.exit(7)
print("ok the end")
served.told([1, 0, 0])
""" % lab.HERE

PORTS = """
import sys
sys.path.insert(0, %r)
import lab
print(*[lab.free_port() for i in range(150)], flush=True)
sys.stdin.read()
""" % lab.HERE


class Lanes(Case):
    def run_lanes(self, topics, count, command=[sys.executable, "-c", LANE]):
        """(all that was told, [passed, failed, skipped])"""
        told, sums = [], [0, 0, 0]

        def found(text, counts):
            told.append(text)
            sums[:] = [a + b for a, b in zip(sums, counts)]
        lanes.Lanes(topics, count, found, command).run()
        return told, sums

    def test_each_topic_is_run_once_and_told_in_one_piece(self):
        topics = ["topic %d" % i for i in range(20)]
        told, sums = self.run_lanes(topics, 3)
        # A lane that comes late finds nothing left, and is not started.
        ends = told.count("ok the end\n")
        self.assertIn(ends, (1, 2, 3))
        self.assertEqual(
            sorted(told), sorted(["# %s\nok %s\n" % (t, t) for t in topics]
                                 + ["ok the end\n"] * ends))
        self.assertEqual(sums, [20 + ends, 0, 40])

    def test_a_lane_that_dies_is_a_failure_and_the_others_topics_run(self):
        for word, status in ("die", -9), ("fork", 3):
            told, sums = self.run_lanes(["a", word + " 1", "b", word + " 2",
                                         "c"], 1)
            self.assertEqual(sums, [4, 2, 6])
            self.assertIn("# %s 1\nnot ok the lane of %s 1 comes to its end\n"
                          "#   status %d\n" % (word, word, status), told)
            self.assertIn("# c\nok c\n", told)

    def test_a_lane_that_ends_badly_is_a_failure(self):
        told, sums = self.run_lanes(["end badly"], 2)
        self.assertEqual(sums, [1, 1, 2])
        self.assertEqual(told[-1], "not ok the lane of what its topics shared "
                         "comes to its end\n#   status 7\n")

    def test_topics_that_no_lane_could_run_are_failures(self):
        threading.excepthook, hook = lambda _: None, threading.excepthook
        self.addCleanup(setattr, threading, "excepthook", hook)
        told, sums = self.run_lanes(["a", "b"], 1, ["/no such program"])
        self.assertEqual(told, ["not ok a was run\n", "not ok b was run\n"])
        self.assertEqual(sums, [0, 2, 0])

    def test_the_build_is_looked_for_here_and_then_in_the_sources(self):
        here, there = (lab.new_folder(n) for n in ("here", "there"))
        self.assertEqual(lab.build_tree(here, there), here)
        lab.write(os.path.join(there, "glassgated"), "")
        self.assertEqual(lab.build_tree(here, there), there)
        lab.write(os.path.join(here, "glassgated"), "")
        self.assertEqual(lab.build_tree(here, there), here)

    def test_nobody_gets_a_port_of_another(self):
        asked = [lanes.Process([sys.executable, "-c", PORTS])
                 for _ in range(3)]
        given = []
        for a in asked:
            given += a.process.stdout.readline().split()
        for a in asked:
            a.process.communicate()
        self.assertEqual(len(given), 450)
        self.assertEqual(len(set(given)), 450)
