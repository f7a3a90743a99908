# SPDX-License-Identifier: GPL-2.0-only
"""The rule of the leak report: what it finds and what it does not."""

import random

import leaks
from suite import Case

MB = leaks.MEGABYTE


def record(series):
    """Of a run of 100 s; series: {name: function of the second}."""
    made = leaks.Record(None)
    made.samples = [(t, {n: f(t) for n, f in series.items()})
                    for t in range(101)]
    return made


class Leaks(Case):
    def found(self, name, function):
        return record({name: function}).leaks()

    def test_memory_that_grows_to_the_end_is_a_leak(self):
        found = self.found("memory c-icap", lambda t: 10 * MB + t * MB // 4)
        self.assertEqual(len(found), 1)
        self.assertIn("12.5 MB", found[0])

    def test_memory_that_stops_growing_is_none(self):
        self.assertEqual(self.found(
            "memory c-icap", lambda t: min(t, 40) * MB), [])

    def test_growth_below_the_least_that_counts_is_none(self):
        self.assertEqual(self.found(
            "memory worker", lambda t: 20 * MB + t * MB // 10), [])

    def test_the_supervisor_may_grow_less_than_others(self):
        grows = lambda t: 2 * MB + t * MB // 25
        self.assertEqual(self.found("memory worker", grows), [])
        self.assertEqual(len(self.found("memory supervisor", grows)), 1)

    def test_a_few_odd_samples_hide_no_leak_and_make_none(self):
        r = random.Random(1)
        odd = set(r.sample(range(101), 20))
        self.assertEqual(self.found(
            "descriptors", lambda t: 300 if t in odd else 80), [])
        self.assertEqual(len(self.found(
            "descriptors", lambda t: 0 if t in odd else 80 + t)), 1)

    def test_connections_that_come_back_are_no_leak_but_more_are(self):
        back = lambda t: 0 if t < 55 else 32
        self.assertEqual(self.found("connections", back), [])
        self.assertEqual(len(self.found("connections", lambda t: 20 + t)), 1)

    def test_a_file_more_every_few_seconds_is_a_leak(self):
        self.assertEqual(len(self.found("files", lambda t: 19 + t // 4)), 1)

    def test_a_process_that_stays_is_a_leak(self):
        self.assertEqual(len(self.found(
            "processes worker", lambda t: 6 + t // 15)), 1)

    def test_every_process_of_a_gateway_has_a_role(self):
        line = leaks.sample(self.gateway)
        self.assertEqual([line["processes " + n] for n in
                          ("supervisor", "keeper", "other")], [1, 1, 0])
        self.assertGreaterEqual(line["processes worker"], 6)
        self.assertGreaterEqual(line["processes c-icap"], 3)
        for name in leaks.ROLES[:-1]:
            self.assertGreater(line["memory " + name], 0)
