# SPDX-License-Identifier: GPL-2.0-only
"""What nothing of ours can open is told apart from what is clean."""

import os
import re

import bodies
import closed
import lab
from suite import Case, limit

TABLE = "modules/engines/magics.c"
ALL = sorted(closed.COMMANDS.items()) + closed.MORE


def table():
    with open(os.path.join(lab.SOURCE, TABLE)) as f:
        rows = re.findall(r'^\t(CLOSED|CHECKED|LOCKED)\("(\w+)"', f.read(), re.M)
    return {("Encrypted." if kind == "LOCKED" else "Container.") + name
            for kind, name in rows}


# One file in one frame of zstd, found by its mark; of a file in pieces nothing
# more is known, so the kind stays in the table.
COME_UPON = {"Container.zchunk"}


def told(name):
    if name in COME_UPON:
        return "infected Eicar-Test-Signature"
    return "%s %s" % (outcome(name), name)


def outcome(name):
    return "unsupported" if name.startswith("Container.") else "encrypted"


class Unsupported(Case):
    def scan(self, paths):
        done = self.gateway.tool("scan", *paths)
        lines = done.stdout.decode().splitlines()
        self.assertEqual(len(lines), len(paths), lines)
        return [line.partition(": ")[2] for line in lines]

    def test_each_row_of_the_table_is_made_here(self):
        self.assertEqual(table(), set(closed.COMMANDS))

    @limit(240)
    def test_what_nobody_opens_is_said_to_be_so_and_what_is_in_it(self):
        """As a body, and as a member of a zip and of a tar in it."""
        place, paths, want = lab.new_folder("made"), [], []
        for i, (name, command) in enumerate(ALL):
            made = closed.make(command, bodies.eicar())
            path = lab.write("%s/%d" % (place, i), made)
            self.assertEqual((command, closed.opened(path)), (command, []))
            packed = bodies.zipped([("in.tar", bodies.tarred(
                [("x.bin", made)]))])
            paths += [path, lab.write("%s/%d.zip" % (place, i), packed)]
            want += [told(name) + "( in behind/content)?",
                     told(name) + r" in in\.tar/.*"]
        wrong = [(said, pattern) for said, pattern
                 in zip(self.scan(paths), want)
                 if not re.fullmatch(pattern, said)]
        self.assertEqual(wrong, [])

    def test_what_it_is_called_does_not_hide_what_is_found_beside_it(self):
        made = closed.make(closed.COMMANDS["Container.lzop"], b"bread")
        body = bodies.zipped([("a.lzo", made), ("e.com", bodies.eicar())])
        path = lab.write(lab.new_folder("both") + "/a.zip", body)
        said, = self.scan([path])
        self.assertRegex(said, "^infected ")

    def test_what_it_was_made_of_is_clean(self):
        place = lab.new_folder("twins")
        paths = [lab.write("%s/%d" % (place, i), body)
                 for i, (_, _, body) in enumerate(bodies.clean())]
        for path, said in zip(paths, self.scan(paths)):
            self.assertEqual((path, said), (path, "clean"))
