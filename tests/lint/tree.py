# SPDX-License-Identifier: GPL-2.0-only
"""tree - the source files that a rule looks at, and what ctags sees in them."""
import json
import os
import re
import subprocess

# What a tarball holds besides our sources (configure and the like) stands at
# the top level; so without git only these are walked.
FOLDERS = ("server", "modules", "script", "tests", "etc", ".ci")
TOP_FILES = ("Makefile.am", "configure.ac", "README.md", "CONTRIBUTING.md",
             "SECURITY.md", "NEWS.md")


class Finding:
    def __init__(self, path, line, reason, mend):
        self.path, self.line = path, line
        self.reason, self.mend = reason, mend

    def __str__(self):
        return f"{self.path}:{self.line}: {self.reason}; mend: {self.mend}"


class Tree:
    def __init__(self, root):
        self.root = root
        self._text, self._tags = {}, None
        self.paths = sorted(p for p in self._list() if self._is_source(p))

    def _list(self):
        if os.path.exists(os.path.join(self.root, ".git")):
            out = subprocess.run(
                ["git", "-C", self.root, "-c", "safe.directory=*", "ls-files",
                 "-z", "--cached", "--others", "--exclude-standard"],
                check=True, capture_output=True).stdout
            return [os.fsdecode(p) for p in out.split(b"\0") if p]
        found = [p for p in TOP_FILES
                 if os.path.exists(os.path.join(self.root, p))]
        for folder in FOLDERS:
            for where, _, names in os.walk(os.path.join(self.root, folder)):
                found += [os.path.relpath(os.path.join(where, name), self.root)
                          for name in names]
        return found

    def _is_source(self, path):
        full = os.path.join(self.root, path)
        return (os.path.isfile(full) and "__pycache__" not in path
                and not path.startswith("tests/fuzz/corpus/")
                and self.raw(path) is not None)

    def raw(self, path):
        """Text, or None for a file that is no text (test data)."""
        if path not in self._text:
            with open(os.path.join(self.root, path), "rb") as f:
                data = f.read()
            try:
                text = data.decode("utf-8")
            except UnicodeDecodeError:
                text = None
            self._text[path] = None if b"\0" in data else text
        return self._text[path]

    def lines(self, path):
        return self.raw(path).split("\n")

    def named(self, *endings, under=("",)):
        return [p for p in self.paths
                if p.endswith(endings) and p.startswith(tuple(under))]

    def product(self, *endings):
        """C that users run: not the tests."""
        return self.named(*endings, under=("server/", "modules/"))

    def first_line(self, path):
        return self.lines(path)[0]

    def scripts(self, word):
        """Files that run by an interpreter whose name holds `word`."""
        return [p for p in self.paths
                if self.first_line(p).startswith("#!")
                and re.search(r"\b" + word, self.first_line(p))]

    def tags(self):
        """Functions, variables and enumerators of all our C."""
        if self._tags is None:
            files = self.named(".c", ".h")
            self._tags = run_ctags(self.root, files) if files else []
        return self._tags


def run_ctags(root, files):
    out = subprocess.run(
        ["ctags", "--output-format=json", "--languages=C", "--map-C=+.h",
         "--kinds-C=fve", "--fields=+nefK", "-f", "-", "-L", "-"],
        cwd=root, input="\n".join(files), check=True, text=True,
        capture_output=True).stdout
    return [json.loads(line) for line in out.splitlines()]


def code_only(text):
    """The text with comments and the insides of literals blanked, so that
    positions and lines stay."""
    pattern = re.compile(
        r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'',
        re.S)
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)
