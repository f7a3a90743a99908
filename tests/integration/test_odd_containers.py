# SPDX-License-Identifier: GPL-2.0-only
"""Containers that readers read differently, and are no zip: what any of them
takes out has been scanned, or the outcome is not clean."""

import bodies
import honest_containers
import lab
import native_unpackers
import odd_containers
from suite import Case, limit

CLEAN = b"Nothing to see here.\n" * 40

# With nothing bad in it.
CAUSES = {
    "gz, wrong CRC": "damaged Gzip.Checksum",
    "gz, wrong size": "damaged Gzip.Length",
    "gz, reserved flags": "suspicious Gzip.Header",
    "gz, old mark": "suspicious Gzip.Header",
    "gz, wrong check of the header": "suspicious Gzip.Header",
    "gz, first member is wrong": "damaged Gzip.Checksum",
    "tar, wrong checksum": "suspicious Tar.Checksum",
    "tar, checksum b'0o%06o' b''": "suspicious Tar.Checksum",
    "tar, wrong checksum of the second": "damaged Tar.Checksum",
    "tar, size b'0o%09o'": "suspicious Tar.Sizes",
    "tar, pax size b'0_%d'": "suspicious Tar.Sizes",
    "tar, pax size for all": "suspicious Tar.Sizes",
    "tar, pax size=3": "suspicious Tar.Sizes",
    "tar, pax size twice": "suspicious Tar.Sizes",
    "tar, half a block between": "damaged Tar.Checksum",
    "lzma, two halves": "suspicious Lzma.Joined",
    "lzma, two halves, size known": "suspicious Lzma.Joined",
    "lzma and xz, two halves": "suspicious Lzma.Joined",
    "rar, two of one name": "suspicious Rar.Names",
}

class OddContainers(Case):
    expected = [r"engine complained"]

    def outcomes(self, cases, kind):
        """{name: outcome} as the tool tells it; keeps where they are."""
        place = lab.new_folder(kind)
        self.paths = {name: lab.write("%s/%d" % (place, i), data)
                      for i, (name, data) in enumerate(cases)}
        told, paths = {}, sorted(self.paths.values())
        for i in range(0, len(paths), 200):
            done = self.gateway.tool("scan", *paths[i:i + 200])
            for line in done.stdout.decode().splitlines():
                path, _, words = line.partition(": ")
                told[path] = words
        self.assertEqual(sorted(told), paths)
        return {name: told[path] for name, path in self.paths.items()}

    @limit(240)
    def test_what_any_unpacker_gets_out_of_it_is_not_clean(self):
        told = self.outcomes(odd_containers.odd(bodies.eicar(), CLEAN), "odd")
        missed = {}
        for name, words in told.items():
            if words == "clean":
                tools = native_unpackers.who_gets(self.paths[name],
                                                  bodies.eicar())
                if tools:
                    missed[name] = tools
        self.assertEqual(missed, {})
        found = [n for n in told if told[n].startswith("infected")]
        self.assertGreater(len(found), len(told) * 3 // 4)

    def test_contradictions_are_told_by_their_cause(self):
        told = self.outcomes(odd_containers.odd(CLEAN, CLEAN[:-99]), "told")
        self.assertEqual({name: told[name] for name in CAUSES
                          if not told[name].startswith(CAUSES[name])}, {})

    @limit(60)
    def test_honest_ones_are_clean_and_opened(self):
        told = self.outcomes(honest_containers.of(CLEAN), "honest")
        self.assertEqual({name: words for name, words in told.items()
                          if words != "clean"}, {})
        told = self.outcomes(honest_containers.of(bodies.eicar()), "bad")
        del told["text that names marks"]
        del told["program with a cut gz in it"]
        closed = {name: words for name, words in told.items()
                  if not words.startswith("infected")}
        self.assertEqual(sorted(closed), [])
