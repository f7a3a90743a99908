# SPDX-License-Identifier: GPL-2.0-only
"""Firmware for UEFI: volumes of files, and the capsules that bring new ones."""

FIRMWARE = bytes.fromhex("78e58c8c3d8a1c4f9935896185c32dd3")
CAPSULE = bytes.fromhex("bd86663b760d3040b70eb5519e2fc5a0")


def member(data):
    """With no header of its own but this one, as 7z gets it out."""
    length = (24 + len(data)).to_bytes(3, "little")
    name = b"Glassgate file.."
    head = name + b"\0\0\1\0" + length
    check = -sum(head) & 0xff
    return name + bytes([check, 0xaa, 1, 0]) + length + b"\xf8" + data


def volume(data):
    """One volume with the file; its header's words have the sum 0."""
    body = member(data)
    body += b"\xff" * (4096 - 72 - len(body))
    head = bytearray(bytes(16) + FIRMWARE + (4096).to_bytes(8, "little")
                     + b"_FVH\xff\xfe\4\0" + bytes([72, 0, 0, 0, 0, 0, 0, 2])
                     + bytes([1, 0, 0, 0, 0, 16, 0, 0]) + bytes(8))
    words = [int.from_bytes(head[i:i + 2], "little")
             for i in range(0, 72, 2)]
    head[50:52] = (-sum(words) & 0xffff).to_bytes(2, "little")
    return bytes(head) + body


def capsule(data):
    """Its header, then a volume."""
    image = volume(data)
    return CAPSULE + b"\x1c\0\0\0\0\0\0\0" + (28 + len(image)).to_bytes(
        4, "little") + image
