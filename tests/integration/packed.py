# SPDX-License-Identifier: GPL-2.0-only
"""Bytes in each content coding. br and zstd by their tools."""

import gzip
import subprocess
import zlib


def tool(*command):
    def run(data):
        return subprocess.run(command, input=data, stdout=subprocess.PIPE,
                              check=True).stdout
    return run


def raw_deflate(data):
    c = zlib.compressobj(wbits=-15)
    return c.compress(data) + c.flush()


# (token of the header, packer); deflate means both to the world.
CODINGS = [
    ("gzip", lambda data: gzip.compress(data, mtime=0)),
    ("x-gzip", lambda data: gzip.compress(data, mtime=0)),
    ("deflate", zlib.compress),
    ("deflate", raw_deflate),
    ("br", tool("brotli", "-c")),
    ("zstd", tool("zstd", "-q", "-c")),
]
gzipped, brotli, zstd = CODINGS[0][1], CODINGS[4][1], CODINGS[5][1]
