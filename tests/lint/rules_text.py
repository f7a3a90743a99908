# SPDX-License-Identifier: GPL-2.0-only
"""rules_text - what holds for the text of any file, and for scripts."""
import ast
import os
import re
import shutil
import subprocess

from tree import Finding, code_only

SPDX = "SPDX-License-Identifier: GPL-2.0-only"
COLUMNS = 80


def licence(tree):
    for path in tree.paths:
        lines = tree.lines(path)
        script = lines[0].startswith("#!")
        if not script and not path.endswith(
                (".c", ".h", ".am", ".ac", ".py", ".sh", ".conf")):
            continue
        if SPDX not in (lines[1] if script and len(lines) > 1 else lines[0]):
            yield Finding(path, 1, "no licence in the first line",
                          f"write {SPDX} there (after a #! line)")


def open_ends(tree):
    # In pieces, so that this file does not find itself.
    words = re.compile(r"\b(" + "TO" + "DO|FIX" + "ME|XX" + "X)\\b")
    for path in tree.paths:
        for number, line in enumerate(tree.lines(path), 1):
            found = words.search(line)
            if found:
                yield Finding(path, number, f"an open end ({found.group()})",
                              "do it, or file an issue and say what is true "
                              "today")


def test_virus(tree):
    eicar = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-" \
        + "TEST-FILE!$H+H*"
    for path in tree.paths:
        for number, line in enumerate(tree.lines(path), 1):
            if eicar in line or eicar in line.replace("\\\\", "\\"):
                yield Finding(path, number, "the EICAR string in plain",
                              "build it from pieces at run time: scanners "
                              "delete files that hold it")


def machine_paths(tree):
    where = re.compile(r"(?<![\w.$}>])/(wo" + "rk|fa" + "rm|home/\\w+|ro"
                       + "ot)/[\\w.]|\\.lib" + "rary/")
    for path in tree.paths:
        for number, line in enumerate(tree.lines(path), 1):
            found = where.search(line)
            if found:
                yield Finding(path, number, "a path of one machine "
                              f"({found.group()}...)",
                              "take it from the environment or configure")


def blanks(tree):
    for path in tree.paths:
        text = tree.raw(path)
        if text and not text.endswith("\n"):
            yield Finding(path, text.count("\n") + 1, "no newline at the end",
                          "add it")
        for number, line in enumerate(text.split("\n"), 1):
            if line.endswith((" ", "\t", "\r")):
                yield Finding(path, number, "blanks at the end of the line",
                              "remove them")


def indentation(tree):
    for path in tree.named(".c", ".h"):
        for number, line in enumerate(tree.lines(path), 1):
            lead = re.match(r"\s*", line).group()
            if " \t" in lead or " " * 8 in lead:
                yield Finding(path, number, "indented with blanks",
                              "tabs of 8; up to 4 blanks after them continue "
                              "a line")
    for path in tree.named(".py", ".sh") + tree.scripts("python"):
        for number, line in enumerate(tree.lines(path), 1):
            if line.startswith("\t"):
                yield Finding(path, number, "indented with a tab",
                              "4 blanks in Python and shell")


def columns(tree):
    for path in tree.named(".c", ".h"):
        for number, line in enumerate(tree.lines(path), 1):
            width = len(line.expandtabs(8))
            if width > COLUMNS:
                yield Finding(path, number, f"{width} columns wide",
                              f"{COLUMNS} allowed: break the line")


def return_types(tree):
    for path in tree.named(".c"):
        lines = code_only(tree.raw(path)).split("\n")
        for number, line in enumerate(lines, 1):
            if re.match(r"(?:[A-Za-z_][\w*]*\s+\**)+\w+\([^;]*$", line) \
                    and "=" not in line and opens_body(lines, number):
                yield Finding(path, number, "return type on the same line",
                              "a line of its own, so that ^name( finds it")


def opens_body(lines, number):
    """Does what begins in the line before `number` go on with a { of its own
    line (a definition), not with a semicolon?"""
    for line in lines[number - 1:number + 8]:
        if line.startswith("{"):
            return True
        if ";" in line:
            return False
    return False


def run_ok(tree, command, *paths):
    done = subprocess.run([*command, *paths], cwd=tree.root, text=True,
                          capture_output=True)
    return None if done.returncode == 0 else \
        (done.stdout + done.stderr).strip().split("\n")


def shell(tree):
    for path in tree.scripts(r"(ba|da)?sh\b"):
        shell_name = "bash" if "bash" in tree.first_line(path) else "sh"
        problem = run_ok(tree, [shell_name, "-n"], path)
        if problem:
            yield Finding(path, 1, problem[0], f"{shell_name} -n FILE")
        elif shutil.which("shellcheck"):
            problem = run_ok(tree, ["shellcheck", "-x", "-S", "warning", "-P",
                                    "SCRIPTDIR", "-f", "gcc"], path)
            for line in problem or []:
                number = re.match(r"[^:]*:(\d+):", line)
                yield Finding(path, number.group(1) if number else 1,
                              line.split(" ", 1)[-1], "shellcheck FILE")


def pythons(tree):
    return sorted(set(tree.named(".py") + tree.scripts("python")))


def python(tree):
    for line in run_ok(tree, ["pyflakes3"], *pythons(tree)) or []:
        found = re.match(r"([^:]+):(\d+):(?:\d+:)? (.*)", line)
        if found:       # else it shows a line that is no Python
            yield Finding(*found.groups(), "pyflakes3 FILE")


def named_in(nodes):
    """Whatever a file gives a name to."""
    for n in nodes:
        if isinstance(n, (ast.FunctionDef, ast.ClassDef)):
            yield n.name
        elif isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store):
            yield n.id


def members(tree):
    parsed = {path: list(ast.walk(ast.parse(tree.raw(path), path)))
              for path in pythons(tree)}
    ours = {os.path.splitext(os.path.basename(path))[0]: set(named_in(nodes))
            for path, nodes in parsed.items()}
    for path, nodes in parsed.items():
        for module, name, line in uses(nodes):
            if name not in ours.get(module, {name}):
                yield Finding(path, line, f"{module} has no {name} of its own",
                              "import what has it")


def uses(nodes):
    """(module, what of it, line), as far as modules go by their own name."""
    modules = {name.name for n in nodes if isinstance(n, ast.Import)
               for name in n.names if name.asname is None}
    for n in nodes:
        if isinstance(n, ast.ImportFrom):
            yield from ((n.module, name.name, n.lineno) for name in n.names)
        elif isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) \
                and n.value.id in modules and not n.attr.startswith("__"):
            yield n.value.id, n.attr, n.lineno


def executable(tree):
    for path in tree.paths:
        if tree.first_line(path).startswith("#!") and not os.access(
                os.path.join(tree.root, path), os.X_OK):
            yield Finding(path, 1, "has #! but is not executable",
                          "chmod +x FILE")


RULES = [licence, open_ends, test_virus, machine_paths, blanks, indentation,
         columns, return_types, shell, python, members, executable]
