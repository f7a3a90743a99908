# SPDX-License-Identifier: GPL-2.0-only
"""What is in a container has been scanned, whoever can open it: the engine,
libarchive, or a reader of our own."""

import archives
import bodies
import lab
import odd_zips
import oracle
from suite import Case, limit

CLEAN = b"Nothing to see here.\n" * 40

CONTRADICTIONS = {
    "deflated other name": "suspicious Zip.Names",
    "deflated other method": "suspicious Zip.Methods",
    "deflated encrypted is listed": "suspicious Zip.Encryption",
    "deflated size too short listed": "suspicious Zip.Sizes",
    "stored packed too short": "suspicious Zip.Sizes",
    "deflated count 9 of 1": "damaged Zip.Count",
    "deflated count 1 of 2": "damaged Zip.Count",
    "deflated not listed, first": "suspicious Zip.Hidden",
    "deflated mark of its own is broken": "damaged Zip.NoMember",
    "deflated two directories": "suspicious Zip.Directories",
    "deflated zip64 end, other count": "suspicious Zip.Ends",
    "deflated without an end": "damaged Container.Cut",
}


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

    def written(self, cases):
        place = lab.new_folder("odd")
        return {name: lab.write("%s/%d.zip" % (place, i), data)
                for i, (name, data) in enumerate(cases)}

    @limit(240)
    def test_what_any_unpacker_gets_out_of_an_odd_zip_is_not_clean(self):
        paths = self.written(list(odd_zips.odd(bodies.eicar(), CLEAN)) +
                             list(odd_zips.honest(bodies.eicar(), CLEAN)))
        told = self.outcomes(sorted(paths.values()))
        missed = {}
        for name, path in paths.items():
            if told[path] == "clean":
                tools = oracle.who_gets(path, bodies.eicar())
                if tools:
                    missed[name] = tools
        self.assertEqual(missed, {})
        infected = [n for n in paths
                    if told[paths[n]].startswith("infected")]
        self.assertGreater(len(infected), len(paths) // 2)

    def test_honest_oddities_of_zip_files_are_clean(self):
        paths = self.written(odd_zips.honest(CLEAN, CLEAN[:-99]))
        told = self.outcomes(sorted(paths.values()))
        self.assertEqual({name: told[path] for name, path in paths.items()
                          if told[path] != "clean"}, {})

    def test_contradictions_are_told_by_their_cause(self):
        paths = self.written(odd_zips.odd(CLEAN, CLEAN[:-99]))
        told = self.outcomes(sorted(paths.values()))
        for name, want in CONTRADICTIONS.items():
            self.assertIn(want, told[paths[name]], name)
