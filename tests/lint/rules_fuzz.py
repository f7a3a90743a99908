# SPDX-License-Identifier: GPL-2.0-only
"""rules_fuzz - every decoder has a fuzzer, and every fuzzer is built."""
import re

from tree import Finding, code_only

TABLE = "tests/fuzz/decoders"
BUILD = "tests/fuzz/fuzz.am"
# A function with such a name reads what somebody else wrote.
DECODER = re.compile(
    r"\b(\w+_(?:unpack|recv|collect|feed|decode|parse(?:_\w+)?))\(")


def rows(tree):
    """(line, function, target) of the table."""
    for number, line in enumerate(tree.lines(TABLE), 1):
        words = line.split(None, 2)
        if words and not line.startswith("#"):
            yield number, words[0], words[1] if len(words) > 1 else ""


def decoders_in_table(tree):
    if TABLE not in tree.paths:
        return
    known = {function for _, function, _ in rows(tree)}
    for path in tree.product(".h"):
        for number, line in enumerate(
                code_only(tree.raw(path)).split("\n"), 1):
            for name in DECODER.findall(line):
                if name not in known:
                    yield Finding(path, number, f"{name}() has no fuzzer",
                                  f"write one and name it in {TABLE}")


def decoders_fuzzed(tree):
    if TABLE not in tree.paths:
        return
    for number, function, target in rows(tree):
        if target == "-":
            continue
        path = f"tests/fuzz/fuzz_{target}.c"
        if path not in tree.paths:
            yield Finding(TABLE, number, f"no {path}", "write it")
        elif f"{function}(" not in code_only(tree.raw(path)):
            yield Finding(TABLE, number,
                          f"{path} does not call {function}()",
                          "let it, or name another target")


def fuzzers_built(tree):
    if BUILD not in tree.paths:
        return
    text = tree.raw(BUILD)
    for path in tree.named(".c"):
        name = re.match(r"tests/fuzz/(?:fuzz)_(\w+)\.c$", path)
        if name is None:
            continue
        for kind in ("replay", "fuzz"):
            if not re.search(rf"^tests_fuzz_{kind}_{name[1]}_SOURCES",
                             text, re.M):
                yield Finding(BUILD, 1, f"{kind}_{name[1]} is not built",
                              "add its lines")


RULES = [decoders_in_table, decoders_fuzzed, fuzzers_built]
