# SPDX-License-Identifier: GPL-2.0-only
"""Debian's clamav-testfiles: our verdict is clamscan's, with one set."""

import os

import bodies
import blocked
import gateway
import lab
from suite import Case, limit

# File: why our outcome may differ from clamscan's. Nothing is known to.
DEVIATIONS = {}


def clamscan(paths):
    """{file name: signature name or None} with clamscan's own defaults."""
    done = lab.run(["clamscan", "--no-summary", "-d", gateway.signatures()]
                   + paths, limit=80)
    found = {}
    for line in done.stdout.decode().splitlines():
        path, _, verdict = line.rpartition(": ")
        name = verdict.removesuffix(" FOUND").removesuffix(".UNOFFICIAL")
        found[os.path.basename(path)] = None if verdict == "OK" else name
    return found


class TestFiles(Case):
    @limit(180)
    def test_every_file_gets_the_verdict_of_clamscan(self):
        self.compare(self.gateway)

    # What is done around the engine changes no verdict: without each of it,
    # and without all.
    @limit(300)
    def test_it_does_so_too_with_an_engine_left_to_itself(self):
        for plain in ("1", "2", "4", "8", "16", "31"):
            with self.subTest(plain=plain), gateway.gateway(
                    {"test.engine_plain": plain}) as g:
                self.compare(g)

    def compare(self, served):
        paths = [os.path.join(gateway.TESTFILES, n)
                 for n in sorted(os.listdir(gateway.TESTFILES))]
        self.assertGreater(len(paths), 40)
        clean = lab.new_folder("clean")
        for i, (name, kind, body) in enumerate(bodies.clean()):
            paths.append(lab.write("%s/%d" % (clean, i), body))
        want = clamscan(paths)
        self.assertEqual(len(want), len(paths))
        self.assertGreater(len([v for v in want.values() if v]), 40)
        have = {}
        with served.icap() as c:
            for path in paths:
                answer = c.respmod(lab.read(path), preview=1024)
                have[os.path.basename(path)] = answer.get("X-Virus-ID")
                if answer.status == 200:
                    blocked.check_icap(self, answer, gateway.CLAM_NAME)
        differ = {f: (want[f], have[f]) for f in want
                  if want[f] != have[f] and f not in DEVIATIONS}
        self.assertEqual(differ, {})

    def test_no_deviation_is_listed_for_a_file_that_is_not_there(self):
        names = os.listdir(gateway.TESTFILES)
        self.assertEqual([n for n in DEVIATIONS if n not in names], [])
