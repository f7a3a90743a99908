# SPDX-License-Identifier: GPL-2.0-only
"""Tables of the documents that tests write: between two comment lines, which
name the table. Without --write-tables what was seen must be what stands
there."""

import os
import re

import lab


def markdown(head, rows):
    lines = ["| %s |" % " | ".join(row) for row in [head] + rows]
    lines.insert(1, "|%s" % ("---|" * len(head)))
    return "\n".join(lines) + "\n"


def find(path, name):
    """What stands in this file, and where in it the table is, or None."""
    with open(os.path.join(lab.SOURCE, path), encoding="utf-8") as f:
        document = f.read()
    return document, re.search(
        r"(<!-- %s: [^\n]*-->\n)(.*?)(<!-- end -->)" % name, document, re.S)


def merged(path, name, names, rows):
    """A row for each of these names: of `rows`, or else of the table."""
    _, found = find(path, name)
    old = [line.strip("| ").split(" | ") for line in
           (found.group(2) if found else "").splitlines()]
    by_name = {row[0]: row for row in old + rows}
    return [by_name[n] for n in names if n in by_name]


def keep(case, path, name, text):
    """The table `name` of this file is `text`, or becomes it."""
    document, found = find(path, name)
    case.assertTrue(found, "no table %s in %s" % (name, path))
    if not lab.options.write_tables:
        case.assertEqual(found.group(2), text, "seen now, and written in %s "
                         "(run with --write-tables if it shall change)" % path)
        return
    with open(os.path.join(lab.SOURCE, path), "w", encoding="utf-8") as f:
        f.write(document[:found.start(2)] + text + document[found.end(2):])
