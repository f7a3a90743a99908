# SPDX-License-Identifier: GPL-2.0-only
"""What is in a container has been scanned, whoever can open it: the engine,
libarchive, or a reader of our own."""

import os

import archives
import bodies
import lab
from suite import Case, limit

CLEAN = b"Nothing to see here.\n" * 40


class Containers(Case):
    def outcomes(self, paths):
        """{path: outcome} as the tool tells it."""
        done = self.gateway.tool("scan", *paths)
        told = {}
        for line in done.stdout.decode().splitlines():
            path, _, words = line.partition(": ")
            told[path] = words
        self.assertEqual(sorted(told), sorted(paths), done.stderr)
        return told

    def made(self, files):
        out = lab.new_folder("archives")
        return dict(archives.all_of(lab.new_folder("content") + "/c", files,
                                    out))

    @limit(120)
    def test_every_writer_s_archive_is_opened_and_its_clean_twin_passes(self):
        infected = self.made({"a.txt": bodies.eicar(), "b.txt": CLEAN})
        told = self.outcomes(sorted(infected.values()))
        missed = {name: told[path] for name, path in infected.items()
                  if not told[path].startswith("infected")}
        twins = self.made({"a.txt": CLEAN, "b.txt": CLEAN[:-30]})
        told = self.outcomes(sorted(twins.values()))
        blocked = {name: told[path] for name, path in twins.items()
                   if told[path] != "clean"}
        self.assertEqual((missed, blocked), ({}, {}))
