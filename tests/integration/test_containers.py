# SPDX-License-Identifier: GPL-2.0-only
"""What is in a container has been scanned, whoever can open it: the engine,
libarchive, or a reader of our own."""

import bz2
import gzip
import random

import honest_archives
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


def contents():
    """What honest people pack: {name: bytes}, nine times."""
    noise = random.Random(5)
    page = b"<html><body><p>A page.</p></body></html>"
    yield {"a.txt": CLEAN}
    yield {"a.txt": CLEAN, "empty": b"", "z.txt": b"x"}
    yield {"zeros": bytes(300000), "ones": b"\xff" * 70000}
    yield {"noise%d" % i: noise.randbytes(9000 * i) for i in range(1, 5)}
    yield {"%03d.txt" % i: b"%d" % i * 50 for i in range(150)}
    yield {"\u00e4 b.txt": CLEAN, "\u65e5\u672c.html": page}
    yield {"page.html": page, "script.js": b"var a = 1;\n" * 999}
    yield {"n" * 56 + ".txt": CLEAN, "m" * 50: page}
    yield {"in.zip": odd_zips.build([odd_zips.Member(b"a", CLEAN)]),
           "in.gz": gzip.compress(CLEAN), "in.bz2": bz2.compress(page)}


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
        return dict(honest_archives.all_of(lab.new_folder("content") + "/c", files,
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

    @limit(240)
    def test_500_honest_archives_are_clean(self):
        blocked, count = {}, 0
        for i, files in enumerate(contents()):
            made = self.made(files)
            told = self.outcomes(sorted(made.values()))
            count += len(made)
            blocked.update({"%d %s" % (i, name): told[path] for name, path
                            in made.items() if told[path] != "clean"})
        self.assertGreaterEqual(count, 500)
        self.assertEqual(blocked, {})

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

    def test_a_zip_of_many_members_is_scanned_in_the_cage(self):
        many = [odd_zips.Member(b"%d.txt" % i, b"%d" % i + CLEAN)
                for i in range(500)]
        bad = [odd_zips.Member(b"bad", bodies.eicar(), 95)]
        told = self.outcomes(sorted(self.written(
            [("clean", odd_zips.build(many)),
             ("bad", odd_zips.build(many + bad))]).values()))
        self.assertEqual([words.split(" ")[0] for _, words in
                          sorted(told.items())], ["clean", "infected"])

    def test_contradictions_are_told_by_their_cause(self):
        paths = self.written(odd_zips.odd(CLEAN, CLEAN[:-99]))
        told = self.outcomes(sorted(paths.values()))
        for name, want in CONTRADICTIONS.items():
            self.assertIn(want, told[paths[name]], name)
