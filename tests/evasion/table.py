# SPDX-License-Identifier: GPL-2.0-only
"""The table of README.md: Glassgate beside Debian's virus_scan, from one run
on one machine with the same signatures."""

import os
import re
import sys

import lab
import peers
import suite_run

README = os.path.join(lab.SOURCE, "README.md")
MARKS = re.compile(r"(<!-- evasion: [^\n]*-->\n)(.*?)(<!-- end -->)", re.S)
HEAD = ("class", "cases", "clean twins", "Glassgate", "virus_scan, clamav_mod",
        "virus_scan, clamd_mod")


def cell(s):
    """What passed unnoticed, and what was blocked for nothing. Of others we
    do not know how they call what they block: it counts as noticed."""
    missed = s.missed + s.known
    text = "all noticed" if missed == 0 else "**%d passed**" % missed
    if s.let:
        text += ", %d let through by policy" % s.let
    if s.blocked:
        text += ", %d clean blocked" % s.blocked
    return text


def rows(sums):
    """sums: [{group: Sum}], one of each server."""
    for group in sums[0]:
        yield group, [s[group] for s in sums]
    yield "**all**", [suite_run.total(s) for s in sums]


def text(sums):
    lines = ["| %s |" % " | ".join(HEAD), "|%s" % ("---|" * len(HEAD))]
    for group, of_each in rows(sums):
        lines.append("| %s | %d | %d | %s |" % (
            group, of_each[0].cases, of_each[0].twins,
            " | ".join(cell(s) for s in of_each)))
    return "\n".join(lines) + "\n"


def ask(start, cases):
    peer = start()
    try:
        results = suite_run.run(peer.server, cases)
    finally:
        peer.stop()
    print("%s: %r" % (peer.name, vars(suite_run.total(
        suite_run.sums(results)))))
    print("not found as they are, so not tested: %s" % (
        ", ".join(suite_run.untested(results)) or "none"))
    return results


def needs():
    """What is not here, or None."""
    for path in (peers.MODULE % "clamav_mod", "/usr/sbin/clamd",
                 peers.FOLDER):
        if not os.path.exists(path):
            return path + " is missing: install " + peers.PACKAGES
    if not lab.root:
        return "clamav_mod takes its signatures from %s only: run as root, " \
            "so that another folder can be mounted there" % peers.DATABASE
    return None


def write(build, cases):
    trouble = needs()
    if trouble:
        print("evasion: " + trouble, file=sys.stderr)
        return 2
    lab.options.build = os.path.abspath(build)
    found = [ask(start, cases) for start in (
        peers.Ours, lambda: peers.Peer("clamav_mod"),
        lambda: peers.Peer("clamd_mod"))]
    missing = sorted({r.missing for results in found for r in results
                      if r.missing})
    if missing:
        print("not on this machine: " + ", ".join(missing), file=sys.stderr)
        return 2
    with open(README, encoding="utf-8") as f:
        document = f.read()
    place = MARKS.search(document)
    with open(README, "w", encoding="utf-8") as f:
        f.write(document[:place.start(2)]
                + text([suite_run.sums(r) for r in found])
                + document[place.end(2):])
    return 0
