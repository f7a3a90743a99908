# SPDX-License-Identifier: GPL-2.0-only
"""What a case is: one way to hide a file in a body, and what may become of
it. The same way is tried with the test file and with a clean one."""

import dataclasses
import os
import shutil
import subprocess
import tempfile

import bodies

TWIN = b"a clean file of as many bytes as the test file: nothing to see here."
OCTETS = "application/octet-stream"
# What may become of a way to hide: the test file is found; or it is said, by
# name, why the body was not looked at in full. "clean" is never among them.
FOUND = frozenset(["infected"])
NAMED = FOUND | {"suspicious", "unwanted", "encrypted", "damaged",
                 "unsupported", "too-big", "too-deep", "timeout", "partial",
                 "macro", "forbidden"}


class Missing(Exception):
    """A program that makes the body is not on this machine."""


@dataclasses.dataclass
class Case:
    group: str
    name: str
    make: callable              # bytes of a file -> body
    allowed: frozenset = FOUND
    twin: bool = True           # False: the wrapping itself is the offence
    kind: str = OCTETS          # Content-Type; None: none is sent
    lines: tuple = ()           # more header lines of the message
    asked: tuple = ()           # and of the request for a download
    status: str = "200 OK"      # of a download
    path: str = "/file"
    upload: bool = False        # REQMOD
    send: dict = dataclasses.field(default_factory=dict)    # to the client
    file: callable = bodies.eicar
    clean: callable = lambda: TWIN
    of: str = ""                # a test file that must be found as it is

    @property
    def title(self):
        return self.group + ": " + self.name

    def head(self):
        """Of the message with the body."""
        first = "POST http://origin.test%s HTTP/1.1\r\nHost: origin.test" % (
            self.path) if self.upload else "HTTP/1.1 " + self.status
        lines = [first] + list(self.lines)
        if self.kind is not None:
            lines.append("Content-Type: " + self.kind)
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def get(self):
        more = "".join(line + "\r\n" for line in self.asked)
        return ("GET http://origin.test%s HTTP/1.1\r\nHost: origin.test\r\n"
                "Accept-Encoding: gzip, deflate, br, zstd\r\n%s\r\n"
                % (self.path, more)).encode("latin-1")


def program(*command, data=b"", place=None, status=(0,)):
    """What a program of this machine writes."""
    if shutil.which(command[0]) is None:
        raise Missing(command[0])
    done = subprocess.run(command, input=data, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, cwd=place)
    if done.returncode not in status:
        raise RuntimeError("%s: %s" % (" ".join(command), (
            done.stderr + done.stdout).decode("utf-8", "replace")[-300:]))
    return done.stdout


def packed_by(result, *command, name="file.com", status=(0,)):
    """A packer: runs the command in a folder with the file in it, and gives
    what it writes there. {in}, {out}: their names."""
    words = [w.replace("{in}", name).replace("{out}", result)
             for w in command]

    def make(data):
        with tempfile.TemporaryDirectory(prefix="gg-evasion-") as place:
            with open(os.path.join(place, name), "wb") as f:
                f.write(data)
            program(*words, place=place, status=status)
            with open(os.path.join(place, result), "rb") as f:
                return f.read()
    return make


def filtered(*command):
    """A packer that reads and writes."""
    return lambda data: program(*command, data=data)
