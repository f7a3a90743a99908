# SPDX-License-Identifier: GPL-2.0-only
"""Archives of one folder's files by each tool of Debian that writes some."""

import gzip
import os
import subprocess

import lab

TAR = ["tar", "--sort=name", "--owner=0", "--group=0", "--mtime=@0"]

# How a stream is packed: suffix, command.
PACKERS = [
    ("gz", ["gzip", "-nc"]), ("bz2", ["bzip2", "-c"]), ("xz", ["xz", "-c"]),
    ("lzma", ["xz", "--format=lzma", "-c"]), ("zst", ["zstd", "-qc"]),
    ("zst19", ["zstd", "-qc19"]), ("lz4", ["lz4", "-qc"]),
    ("xz-crc32", ["xz", "-C", "crc32", "-c"]),
    ("xz-blocks", ["xz", "--block-size=4096", "-c"]),
    ("gz1", ["gzip", "-nc1"]), ("bz2-1", ["bzip2", "-c1"]),
]

# Name, command; {a} the archive, run in the folder, its files behind it.
WRITERS = [
    ("zip", ["zip", "-qr", "{a}"]),
    ("store.zip", ["zip", "-qr0", "{a}"]),
    ("bzip2.zip", ["zip", "-qrZ", "bzip2", "{a}"]),
    ("bare.zip", ["zip", "-qrX", "{a}"]),
    ("flat.zip", ["zip", "-qrD", "{a}"]),
    ("zip64.zip", ["zip", "-qrfz", "{a}"]),
    ("jar", ["7z", "a", "-bso0", "-bsp0", "-tzip", "{a}"]),
    ("lzma.zip", ["7z", "a", "-bso0", "-bsp0", "-tzip", "-mm=LZMA", "{a}"]),
    ("deflate64.zip", ["7z", "a", "-bso0", "-bsp0", "-tzip",
                       "-mm=Deflate64", "{a}"]),
    ("ppmd.zip", ["7z", "a", "-bso0", "-bsp0", "-tzip", "-mm=PPMd", "{a}"]),
    ("7z", ["7z", "a", "-bso0", "-bsp0", "{a}"]),
    ("bzip2.7z", ["7z", "a", "-bso0", "-bsp0", "-m0=BZip2", "{a}"]),
    ("deflate.7z", ["7z", "a", "-bso0", "-bsp0", "-m0=Deflate", "{a}"]),
    ("lzma.7z", ["7z", "a", "-bso0", "-bsp0", "-m0=LZMA", "{a}"]),
    ("ppmd.7z", ["7z", "a", "-bso0", "-bsp0", "-m0=PPMd", "{a}"]),
    ("copy.7z", ["7z", "a", "-bso0", "-bsp0", "-mx=0", "{a}"]),
    ("loose.7z", ["7z", "a", "-bso0", "-bsp0", "-ms=off", "{a}"]),
    ("delta.7z", ["7z", "a", "-bso0", "-bsp0", "-m0=Delta:4", "-m1=LZMA",
                  "{a}"]),
    ("bcj.7z", ["7z", "a", "-bso0", "-bsp0", "-m0=BCJ", "-m1=LZMA", "{a}"]),
    ("plain-head.7z", ["7z", "a", "-bso0", "-bsp0", "-mhc=off", "{a}"]),
    ("gnu.tar", TAR + ["--format=gnu", "-cf", "{a}"]),
    ("v7.tar", TAR + ["--format=v7", "-cf", "{a}"]),
    ("ustar.tar", TAR + ["--format=ustar", "-cf", "{a}"]),
    ("pax.tar", TAR + ["--format=pax", "-cf", "{a}"]),
    ("bsd.tar", ["bsdtar", "--format=pax", "-cf", "{a}"]),
    ("bsd.cpio", ["bsdtar", "--format=cpio", "-cf", "{a}"]),
    ("newc.cpio", ["bsdtar", "--format=newc", "-cf", "{a}"]),
    ("bin.cpio", ["bsdtar", "--format=bin", "-cf", "{a}"]),
    ("bsd.7z", ["bsdtar", "--format=7zip", "-cf", "{a}"]),
    ("bsd.zip", ["bsdtar", "--format=zip", "-cf", "{a}"]),
    ("bsd.xar", ["bsdtar", "--format=xar", "-cf", "{a}"]),
    ("bsd.iso", ["bsdtar", "--format=iso9660", "-cf", "{a}"]),
    ("warc", ["bsdtar", "--format=warc", "-cf", "{a}"]),
    ("busybox.tar", ["busybox", "tar", "-cf", "{a}"]),
    ("iso", ["genisoimage", "-quiet", "-J", "-r", "-o", "{a}"]),
    ("plain.iso", ["genisoimage", "-quiet", "-o", "{a}"]),
    ("xorriso.iso", ["xorriso", "-as", "mkisofs", "-quiet", "-r", "-o",
                     "{a}"]),
    ("ar", ["ar", "rcD", "{a}"]),
]


def run(command, **kept):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, **kept).stdout


def write(place, files):
    """A folder with these files: {name: bytes}."""
    os.makedirs(place, exist_ok=True)
    for name, data in files.items():
        lab.write(os.path.join(place, name), data)
    return sorted(files)


def by_writer(writer, place, names, archive):
    command = [word.replace("{a}", archive) for word in writer]
    # It takes folders only.
    names = ["."] if "iso" in archive else names
    run(command + names, cwd=place)
    return archive


def all_of(place, files, out):
    """Yields (name, path) of an archive of the files by each writer, and of a
    tar and the first file, packed by each packer."""
    names = write(place, files)
    for name, writer in WRITERS:
        yield name, by_writer(writer, place, names,
                              os.path.join(out, "a." + name))
    tar = lab.read(os.path.join(out, "a.gnu.tar"))
    first = lab.read(os.path.join(place, names[0]))
    for suffix, packer in PACKERS:
        for stem, data in (("tar", tar), ("file", first)):
            name = "%s.%s" % (stem, suffix)
            yield name, lab.write(os.path.join(out, "a." + name),
                                  run(packer, input=data))
    deb = by_writer(["ar", "rcD", "{a}"], out, ["a.tar.xz"],
                    os.path.join(out, "a.deb"))
    yield "deb", deb
    yield "gz.gz", lab.write(os.path.join(out, "a.gz.gz"),
                             gzip.compress(gzip.compress(tar)))
