# SPDX-License-Identifier: GPL-2.0-only
"""What the unpackers of Debian get out of an archive."""

import io
import os
import subprocess
import zipfile

import lab

TOOLS = [
    ("unzip", ["unzip", "-qq", "-o", "-P", "x", "{a}"]),
    ("7z", ["7z", "x", "-y", "-bso0", "-bsp0", "-bse0", "-aou", "-px",
            "{a}"]),
    ("bsdtar", ["bsdtar", "--passphrase", "x", "-xf", "{a}"]),
    ("bsdtar, piped", ["sh", "-c", "cat '{a}' | bsdtar -xf -"]),
    ("busybox", ["busybox", "unzip", "-qo", "{a}"]),
]


def files(place):
    """Whatever mode they came with: archives say any."""
    lab.run(["chmod", "-R", "u+rwX", place])
    for base, _, names in os.walk(place):
        for name in names:
            path = os.path.join(base, name)
            if os.path.isfile(path) and not os.path.islink(path):
                yield lab.read(path)


def by_python(data):
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as z:
            for info in z.infolist():
                try:
                    yield z.read(info)
                except Exception:
                    continue
    except Exception:
        return


def unpacked(path):
    """Yields (tool, bytes of a file that it got out)."""
    for name, words in TOOLS:
        place = lab.new_folder("out")
        subprocess.run([w.replace("{a}", path) for w in words], cwd=place,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, timeout=20)
        for data in files(place):
            yield name, data
        lab.run(["rm", "-rf", place])
    for data in by_python(lab.read(path)):
        yield "python", data


def who_gets(path, wanted):
    """Names of the tools that get these bytes, as a whole file."""
    return sorted({tool for tool, data in unpacked(path) if data == wanted})
