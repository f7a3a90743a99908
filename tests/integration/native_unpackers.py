# SPDX-License-Identifier: GPL-2.0-only
"""What the unpackers of Debian get out of a container that is no zip."""

import bz2
import gzip
import io
import lzma
import subprocess
import tarfile

import lab
import oracle

# They write files into the folder they run in.
INTO_FOLDER = [
    ("7z", ["7z", "x", "-y", "-bso0", "-bsp0", "-bse0", "-aou", "-px",
            "{a}"]),
    ("bsdtar", ["bsdtar", "--passphrase", "x", "-xf", "{a}"]),
    ("bsdtar, piped", ["sh", "-c", "cat '{a}' | bsdtar -xf -"]),
    ("tar", ["tar", "-xf", "{a}"]),
    ("tar -i", ["tar", "-xif", "{a}"]),
    ("busybox tar", ["busybox", "tar", "-xf", "{a}"]),
    ("cpio", ["sh", "-c", "cpio -idu --quiet <'{a}'"]),
    ("busybox cpio", ["sh", "-c", "busybox cpio -idu <'{a}'"]),
    ("ar", ["ar", "x", "{a}"]),
    ("busybox ar", ["busybox", "ar", "-x", "{a}"]),
    ("unzip", ["unzip", "-qq", "-o", "-P", "x", "{a}"]),
    ("busybox unzip", ["busybox", "unzip", "-qo", "{a}"]),
]

# They write one file to standard output.
TO_STDOUT = [
    ("gzip", ["gzip", "-dc"]),
    ("busybox zcat", ["busybox", "zcat"]),
    ("bzip2", ["bzip2", "-dc"]),
    ("busybox bzcat", ["busybox", "bzcat"]),
    ("xz", ["xz", "-dc"]),
    ("lzma", ["xz", "-dc", "--format=lzma"]),
    ("busybox xzcat", ["busybox", "xzcat"]),
    ("busybox lzcat", ["busybox", "lzcat"]),
    ("zstd", ["zstd", "-qdc"]),
    ("lz4", ["lz4", "-qdc"]),
]


def quietly(words, **kept):
    return subprocess.run(words, stderr=subprocess.DEVNULL, timeout=20, **kept)


def by_folder(words, path):
    place = lab.new_folder("out")
    quietly([w.replace("{a}", path) for w in words], cwd=place,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    found = list(oracle.files(place))
    lab.run(["rm", "-rf", place])
    return found


def by_stdout(words, path):
    with open(path, "rb") as f:
        return [quietly(words, stdin=f, stdout=subprocess.PIPE).stdout]


def tar_members(data):
    with tarfile.open(fileobj=io.BytesIO(data)) as t:
        for info in t:
            member = t.extractfile(info) if info.isreg() else None
            if member is not None:
                yield member.read()


def by_python(data):
    for read in (gzip.decompress, bz2.decompress, lzma.decompress):
        try:
            yield read(data)
        except Exception:
            continue
    try:
        yield from tar_members(data)
    except Exception:
        return


def unpacked(path):
    """Yields (tool, bytes of a file that it got out)."""
    for name, words in INTO_FOLDER:
        for data in by_folder(words, path):
            yield name, data
    for name, words in TO_STDOUT:
        for data in by_stdout(words, path):
            yield name, data
    for data in by_python(lab.read(path)):
        yield "python", data


def who_gets(path, wanted, depth=1):
    """Names of the tools that get these bytes, as a whole file: out of it, or
    out of what came out."""
    tools, rest = set(), {}
    for tool, data in unpacked(path):
        if data == wanted:
            tools.add(tool)
        elif data and depth > 0:
            rest.setdefault(data, tool)
    if tools:
        return sorted(tools)
    whole = lab.read(path)
    for data, tool in rest.items():
        if data == whole:
            continue
        inner = lab.write(lab.new_folder("inner") + "/a", data)
        tools.update("%s, then %s" % (tool, t)
                     for t in who_gets(inner, wanted, depth - 1))
    return sorted(tools)
