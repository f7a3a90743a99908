# SPDX-License-Identifier: GPL-2.0-only
"""Writes an .lzma of literals alone, with any properties: what no packer of
Debian's does, and 7z and busybox read."""

import struct

from case import Case


class Coder:
    def __init__(self):
        self.low, self.range, self.out, self.chances = 0, 0xffffffff, [], {}

    def bit(self, key, one):
        chance = self.chances.get(key, 1024)
        bound = (self.range >> 11) * chance
        if one:
            self.low += bound
            self.range -= bound
            chance -= chance >> 5
        else:
            self.range = bound
            chance += (2048 - chance) >> 5
        self.chances[key] = chance
        while self.range < 1 << 24:
            self.range = self.range << 8 & 0xffffffff
            self.out.append(self.low >> 24)
            self.low = (self.low & 0xffffff) << 8

    def bytes(self):
        """With what was carried over, and all that is left."""
        digits = self.out + [self.low >> 24, self.low >> 16 & 255,
                             self.low >> 8 & 255, self.low & 255]
        carry, done = 0, []
        for digit in reversed(digits):
            digit += carry
            done.append(digit & 255)
            carry = digit >> 8
        return bytes([carry] + done[::-1])


def packed(data, lc=8, lp=4, pb=2, dictionary=1 << 16, size=None, first=0):
    coder, last = Coder(), 0
    for at, byte in enumerate(data):
        coder.bit(("literal", at & (1 << pb) - 1), 0)
        where = (at & (1 << lp) - 1, last >> (8 - lc))
        node = 1
        for shift in range(7, -1, -1):
            one = byte >> shift & 1
            coder.bit((where, node), one)
            node = node << 1 | one
        last = byte
    body = coder.bytes()
    return struct.pack("<BIQ", (pb * 5 + lp) * 9 + lc, dictionary,
                       len(data) if size is None else size) + bytes(
                           [first]) + body[1:]


WAYS = [
    ("lc 8, lp 4", {}), ("lc 8, lp 0", {"lp": 0, "pb": 0}),
    ("lc 5, lp 4, pb 4", {"lc": 5, "pb": 4}),
    ("a dictionary of 12345", {"dictionary": 12345}),
    ("no dictionary", {"dictionary": 0}),
    ("a dictionary of 3 MB", {"dictionary": 3 << 20}),
    ("a dictionary of 4 GB", {"dictionary": 0xffffffff}),
    ("a length of a petabyte", {"size": 1 << 50}),
    ("another first byte", {"first": 9}),
    ("usual properties, another first byte and dictionary",
     {"lc": 3, "lp": 0, "first": 9, "dictionary": 12345}),
]


def cases():
    for name, more in WAYS:
        yield Case("lzma", name, lambda d, m=more: packed(d, **m))
