# SPDX-License-Identifier: GPL-2.0-only
"""What is known to pass as clean, by its cause. A case that passes and is not
in here is a fault; one in here that does not pass any more is told, so that
its line goes."""

# The engine alone does not open these; a second reader beside it will.
SECOND_READER = {
    "archives": [
        "zip, lzma",
        "lzma",
        "tar.zst",
        "zst",
        "deb",
        "7z, bzip2",
        "7z, deflate",
        "7z, deflate64",
        "7z, delta",
        "7z, zip with ppmd",
        "zip64 by zip",
        "ar",
        "bsdtar, warc",
        "bsdtar, ar",
        "bsdtar, svr4 ar",
        "bsdtar, pax and lzma",
        "bsdtar, pax and lz4",
        "bsdtar, pax and zstd",
        "bsdtar, pax and Z",
        "lz4",
        "lzip",
        "Z",
        "tar.Z",
        "tar.lz",
    ],
    "zip that contradicts itself": [
        "stored, but packed",
        "packed, but stored",
        "method 99 in the local header",
        "sizes of 0 in the local header",
        "not in the directory",
        "no directory",
        "no end record",
        "the directory is elsewhere",
        "a second archive behind",
        "a second end record in the comment",
        "cut in the directory",
        "cut in the data",
    ],
    "other archives that contradict themselves": [
        "tar, second behind the end",
        "gz, zip behind",
        "bz2, cut",
        "bz2, second stream",
        "7z, cut",
    ],
    "polyglots": [
        "a zip behind HTML",
        "a zip behind MP3",
        "a zip behind Ogg",
        "a zip behind a gzip",
        "a zip behind a tar",
    ],
    "bombs": [
        "bz2 of 1 GB",
        "a zip whose 2000 files are one",
    ],
}

# Clean files that are blocked all the same: no offence, and not opened either.
FALSE_ALARMS = {
    "archives: zip from a pipe": "second reader",
}

HOLES = {group + ": " + name: "second reader"
         for group, names in SECOND_READER.items() for name in names}
