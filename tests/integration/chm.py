# SPDX-License-Identifier: GPL-2.0-only
"""Compressed help files (.chm) of one file: what repeats a byte costs a
thousandth. The compression is LZX with one kind of match only, the byte before
again, and one pair of trees for every block."""

import functools
import struct

FRAME = 32768
BLOCK = 256 * FRAME
NEVER = 65535  # frames until it starts afresh: 2 GB
LONGEST = 257  # of a match; shorter than 9 is not worth a second kind of symbol
SHORTEST = 9
MATCH = 256 + 7  # "offset as before, the length is in the other tree"
SLOTS = 32  # of a window of 64 KB
STORAGE = "::DataSpace/Storage/MSCompressed/"

MAIN = [9] * 256 + [0] * (8 * SLOTS)
MAIN[MATCH] = 1
LENGTHS = [9] * 240 + [8] * 8 + [1]
# Of trees: what is told by "one less, modulo 17", and by runs of zeros.
PRETREE = [0] * 20
PRETREE[0] = PRETREE[8] = PRETREE[9] = PRETREE[16] = 3
PRETREE[17] = PRETREE[18] = 2


def codes(lengths):
    """The bits of each symbol, as all who know the lengths count them."""
    found, code, last = {}, 0, 0
    for length, symbol in sorted((l, s) for s, l in enumerate(lengths) if l):
        code <<= length - last
        found[symbol] = format(code, "0%db" % length)
        code, last = code + 1, length
    return found


MAIN_CODES, LENGTH_CODES = codes(MAIN), codes(LENGTHS)


def tree(before, wanted):
    out = "".join(format(n, "04b") for n in PRETREE)
    words, at = codes(PRETREE), 0
    while at < len(wanted):
        run = 0
        while at + run < len(wanted) and wanted[at + run] == 0 and run < 51:
            run += 1
        if run >= 20:
            out += words[18] + format(run - 20, "05b")
        elif run >= 4:
            run = min(run, 19)
            out += words[17] + format(run - 4, "04b")
        else:
            out += words[(before[at] - wanted[at]) % 17]
            run = 1
        at += run
    return out


def block_head(size, first):
    main = [0] * len(MAIN) if first else MAIN
    length = [0] * len(LENGTHS) if first else LENGTHS
    return format(1, "03b") + format(size, "024b") + tree(
        main[:256], MAIN[:256]) + tree(main[256:], MAIN[256:]) + tree(
        length, LENGTHS)


@functools.lru_cache(8)
def frame(data, before):
    """before: the byte in front of it, or None."""
    out, at = [], 0
    while at < len(data):
        rest, run = data[at:at + LONGEST], 0
        if before is not None and rest[0] == before:
            run = len(rest) - len(rest.lstrip(rest[:1]))
        if run >= SHORTEST:
            out.append(MAIN_CODES[MATCH] + LENGTH_CODES[run - SHORTEST])
        else:
            out.append(MAIN_CODES[rest[0]])
            run = 1
        before = data[at + run - 1]
        at += run
    return "".join(out)


def words(bits):
    """In words of 16 bits, the last one filled up."""
    bits += "0" * (-len(bits) % 16)
    raw = int(bits, 2).to_bytes(len(bits) // 8, "big")
    return b"".join(raw[i + 1:i - 1 if i else None:-1]
                    for i in range(0, len(raw), 2))


def lzx(data):
    """data: whole frames."""
    out, before = [], None
    for at in range(0, len(data), FRAME):
        bits = "0" if at == 0 else ""  # no x86 addresses are changed
        if at % BLOCK == 0:
            bits += block_head(min(BLOCK, len(data) - at), at == 0)
        piece = data[at:at + FRAME]
        out.append(words(bits + frame(piece, before)))
        before = piece[-1]
    return b"".join(out) + bytes(16)


def number(n):
    """Seven bits a byte, all but the last one marked."""
    out = bytes([n & 127])
    while n > 127:
        n >>= 7
        out = bytes([n & 127 | 128]) + out
    return out


def entry(name, section, offset, size):
    raw = name.encode()
    return number(len(raw)) + raw + number(section) + number(offset) + \
        number(size)


def chm(name, data):
    size = len(data)
    data += bytes(-size % FRAME)
    content = lzx(data)
    control = struct.pack("<I4s5I", 6, b"LZXC", 2, NEVER, 2, 1, 0)
    span = struct.pack("<Q", len(data))
    entries = [entry("/" + name, 1, 0, size),
               entry(STORAGE + "Content", 0, 0, len(content)),
               entry(STORAGE + "ControlData", 0, len(content), 28),
               entry(STORAGE + "SpanInfo", 0, len(content) + 28, 8)]
    listed = b"".join(entries)
    chunk = (b"PMGL" + struct.pack("<IIii", 4096 - 20 - len(listed), 0, -1, -1)
             + listed).ljust(4094, b"\0") + struct.pack("<H", len(entries))
    guids = bytes.fromhex("10fd017caa7bd0119e0c00a0c922e6ec"
                          "11fd017caa7bd0119e0c00a0c922e6ec")
    total = 0x60 + 0x18 + 0x54 + len(chunk) + len(content) + 36
    return b"".join((
        b"ITSF", struct.pack("<5I", 3, 0x60, 1, 0, 0x409), guids,
        struct.pack("<5Q", 0x60, 0x18, 0x78, 0x54 + len(chunk),
                    0x78 + 0x54 + len(chunk)),
        struct.pack("<IIQII", 0x1fe, 0, total, 0, 0),
        b"ITSP", struct.pack("<IIIIIIiIIiI", 1, 0x54, 10, 4096, 2, 1, -1, 0,
                             0, -1, 1), struct.pack("<I", 0x409),
        bytes.fromhex("6a92025d2e21d0119df900a0c922e6ec"),
        struct.pack("<Iiii", 0x54, -1, -1, -1),
        chunk, content, control, span))
