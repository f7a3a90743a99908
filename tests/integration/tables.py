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


def keep(case, path, name, text):
    """The table `name` of this file is `text`, or becomes it."""
    path = os.path.join(lab.SOURCE, path)
    document = open(path, encoding="utf-8").read()
    found = re.search(r"(<!-- %s: [^\n]*-->\n)(.*?)(<!-- end -->)" % name,
                      document, re.S)
    case.assertTrue(found, "no table %s in %s" % (name, path))
    if not lab.options.write_tables:
        case.assertEqual(found.group(2), text, "seen now, and written in %s "
                         "(run with --write-tables if it shall change)" % path)
        return
    with open(path, "w", encoding="utf-8") as f:
        f.write(document[:found.start(2)] + text + document[found.end(2):])
