# SPDX-License-Identifier: GPL-2.0-only
"""No way of tests/evasion to hide a file ends as "clean", and a clean file in
the same wrapping passes. What is known to pass is told, one by one."""

import os
import subprocess
import sys
import unittest

import gateway
import lab
from suite import Case, limit

SUITE = os.path.join(lab.SOURCE, "tests/evasion")
sys.path.insert(1, SUITE)

import judge        # noqa: E402
import suite_run    # noqa: E402
import testfiles    # noqa: E402

HEAVY = ("sizes", "bombs")
# A bomb that is taken apart in vain shall not take half a minute.
SETTINGS = {"scan.small_seconds": "8"}


class Evasion(Case):
    def every_case(self, chosen):
        cases = [c for c in suite_run.all_cases() if chosen(c.group)]
        with gateway.gateway(SETTINGS, expect=["engine complained"]) as g:
            results = suite_run.run(
                judge.Server(g.address, "glassgate"), cases)
            self.assertTrue(g.ready())
        for line in self.told(results):
            print("# " + line)
        self.assertEqual([], [
            "%s: %s" % (r.case.title, why)
            for why, r in suite_run.faults(results)])
        self.assertEqual([], list(suite_run.stale(results)),
                         "take them out of tests/evasion/known.py")
        return results

    def told(self, results):
        yield "%(cases)d cases, %(known)d known holes" % vars(
            suite_run.total(suite_run.sums(results)))
        for r in results:
            if r.is_known or r.is_known_alarm:
                yield "known: " + r.case.title
            if r.missing:
                yield "not made, no %s: %s" % (r.missing, r.case.title)

    @limit(240)
    def test_no_way_to_hide_a_file_ends_as_clean(self):
        results = self.every_case(
            lambda group: not group.startswith(testfiles.GROUP)
            and not (lab.options.sanitized and group in HEAVY))
        # Without the heavy ones; README.md has how many there are in all.
        self.assertGreaterEqual(len(results), 1210)
        self.assertEqual([r.missing for r in results if r.missing], [])

    @limit(240)
    def test_each_test_file_is_found_in_every_wrapping(self):
        if lab.options.sanitized:
            self.skipTest("takes too long")
        results = self.every_case(
            lambda group: group.startswith(testfiles.GROUP))
        self.assertGreater(len(results), 500)
        self.assertEqual([], suite_run.untested(results))

    @unittest.skipUnless(os.path.isdir(testfiles.FOLDER), "no test files")
    def test_a_test_file_that_is_not_found_as_it_is_is_told(self):
        with gateway.gateway({"policy.infected": "pass"}) as g:
            some = self.run_suite("as they are: clam.ea", at=g)
            of_a_wrapped = self.run_suite("x-gzip of clam.ea05", at=g)
        for done in (some, of_a_wrapped):
            self.assertEqual(done.returncode, 2, done.stdout)
            self.assertIn(b"none of the chosen cases was tested", done.stderr)
        self.assertRegex(some.stdout, rb"(?m)^2 test files are not found "
                         rb"as they are: clam\.ea\S+.*; not tested$")
        self.assertIn(b"\n1 test files are not found as they are: "
                      b"clam.ea05.exe; not tested\n", of_a_wrapped.stdout)
        found = self.run_suite("x-gzip of clam.ea05")
        self.assertEqual(found.returncode, 0, found.stdout)
        self.assertRegex(found.stdout, rb"(?m)^all +1 +1 +0")

    def run_suite(self, *words, at=None):
        return subprocess.run(
            [sys.executable, SUITE + "/run", "--server",
             "127.0.0.1:%d" % (at or self.gateway).port, *words],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)

    def test_the_suite_tells_a_server_that_misses_from_one_that_does_not(self):
        done = self.run_suite("stacked encodings")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn(b"stacked encodings", done.stdout)
        gone = self.run_suite("--service", "nobody", "stacked encodings")
        self.assertEqual(gone.returncode, 2, gone.stdout)
        self.assertIn(b"nobody", gone.stderr)
        with gateway.gateway({"policy.infected": "pass"}) as g:
            results = suite_run.run(judge.Server(g.address, "glassgate"),
                                    suite_run.all_cases(["stacked enc"])[:3])
        self.assertEqual([r.verdict.outcome for r in results],
                         ["infected"] * 3)
        self.assertEqual([r.verdict.passed for r in results], [True] * 3)

    def test_the_tool_runs_the_suite_against_its_gateway(self):
        done = self.gateway.tool("test", "--evasion", "--suite", SUITE,
                                 "stacked encodings: three")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout.decode(),
                         r"(?m)^all +1 +1 +0 +0 +0 +1 +0$")
        listed = self.gateway.tool("test", "--evasion", "--suite", SUITE,
                                   "--list")
        self.assertGreater(len(listed.stdout.splitlines()), 1000)

    def test_the_tool_says_what_is_wrong(self):
        for words, said in (
                ([], "--evasion is needed\nusage: glassgate test --evasion"),
                (["--evasoin"], "--evasoin: no such option\nusage: "),
                (["--evasion", "--suite"],
                 "--suite: no value follows\nusage: "),
                (["--evasion", "--suite", "/nowhere/at/all"],
                 "/nowhere/at/all/run: No such file")):
            done = self.gateway.tool("test", *words)
            self.assertEqual(done.returncode, 2)
            self.assertIn(said, done.stderr.decode())
            self.assertEqual(done.stderr.count(b"\n"), said.count("\n") + 1)

    def test_a_file_that_passes_unnoticed_is_a_fault(self):
        cases = suite_run.all_cases(["encodings: gzip"])[:2]
        for case in cases:
            case.file = lambda: b"nothing that anybody looks for, " * 3
        results = suite_run.run(
            judge.Server(self.gateway.address, "glassgate"), cases)
        self.assertEqual([why for why, r in suite_run.faults(results)],
                         ["passed as clean"] * 2)
