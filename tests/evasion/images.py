# SPDX-License-Identifier: GPL-2.0-only
"""Disk images, and wrappings that few programs write: what is read of them
must be found, what is not must be called so."""

import base64
import binascii
import lzma
import os
import shutil
import struct
import tempfile
import zlib

import apple
import firmware
from archives import NAME, TOOLED, of, zip_by
from case import NAMED, OCTETS, Case, Missing, packed_by, program
from packed import gzipped

SECTOR = 512
PATH = os.environ["PATH"] + ":/usr/sbin:/sbin"


def shell(script, *needs):
    """Makes the file `out` of the file `in/file.com`, by bash."""
    def make(data):
        for name in needs:
            if shutil.which(name, path=PATH) is None:
                raise Missing(name)
        with tempfile.TemporaryDirectory(prefix="gg-evasion-") as place:
            os.mkdir(os.path.join(place, "in"))
            with open(os.path.join(place, "in", NAME), "wb") as f:
                f.write(data)
            program("bash", "-ec", "export HOME=$PWD PATH=%s\n" % PATH
                    + script, place=place)
            with open(os.path.join(place, "out"), "rb") as f:
                return f.read()
    return make


def fat(size, *options):
    return shell("mkfs.fat -C %s out %d >/dev/null\n"
                 "mcopy -i out in/%s ::" % (" ".join(options), size, NAME),
                 "mkfs.fat", "mcopy")


def renamed(make, name):
    """The file of a FAT gets another short name."""
    def made(data):
        image = make(data)
        assert b"FILE    COM" in image
        return image.replace(b"FILE    COM", name)
    return made


def mbr(make, kind=0x0c):
    """A disk with one partition, from sector 63 on."""
    def made(data):
        part = make(data)
        part += bytes(-len(part) % SECTOR)
        entry = struct.pack("<B3sB3sII", 0x80, b"\1\1\0", kind, b"\xfe\xff"
                            b"\xff", 63, len(part) // SECTOR)
        return bytes(446) + entry.ljust(64, b"\0") + b"\x55\xaa" + bytes(
            62 * SECTOR) + part
    return made


def in_front(start, make):
    """Of a disk image something that is no code for a machine."""
    return lambda data: start + make(data)[len(start):]


def table(*entries):
    """The first sector of a disk, or one within an extended partition."""
    return bytes(446) + b"".join(
        struct.pack("<B3xB3xII", 0, *e) for e in entries).ljust(
            64, b"\0") + b"\x55\xaa"


def third(make):
    """In the third partition within an extended one."""
    def made(data):
        part = make(data)
        part += bytes(-len(part) % SECTOR)
        length = len(part) // SECTOR
        step = length + 1
        disk = table((0x0f, 1, 3 * step))
        for i in range(1, 4):
            more = [(5, i * step, step)] if i < 3 else []
            disk += table((0x0c, 1, length), *more)
            disk += part if i == 3 else bytes(len(part))
        return disk
    return made


def apm(block=SECTOR):
    """As disks of old Macs are: its map, and one partition."""
    def made(data):
        part = padded(data, block)
        count = 3 + len(part) // block
        rows = [(b"map", b"Apple_partition_map", 1, 2),
                (b"disk", b"Apple_HFS", 3, count - 3)]
        return b"ER".ljust(2) + struct.pack(">HI", block, count).ljust(
            block - 2, b"\0") + b"".join(
                struct.pack(">4xIII32s32s", 2, at, length, name, kind).ljust(
                    block, b"\0").replace(b"\0\0\0\0", b"PM\0\0", 1)
                for name, kind, at, length in rows) + part
    return made


def padded(data, size):
    return data + bytes(-len(data) % size)


def gpt_header(mine, other, last, table, entries):
    def head(check):
        return struct.pack("<8sIIIIQQQQ16sQIII", b"EFI PART", 0x10000, 92,
                           check, 0, mine, other, 34, last, b"G" * 16, table,
                           128, 128, zlib.crc32(entries))
    return head(zlib.crc32(head(0))).ljust(SECTOR, b"\0")


def gpt(make):
    def made(data):
        part = make(data)
        part += bytes(-len(part) % SECTOR)
        end = 64 + len(part) // SECTOR
        entries = struct.pack("<16s16sQQQ", b"\xa2\xa0\xd0\xeb\xe5\xb9\x33\x44"
                              b"\x87\xc0\x68\xb6\xb7\x26\x99\xc7", b"P" * 16,
                              64, end - 1, 0).ljust(128 * 128, b"\0")
        protect = struct.pack("<B3sB3sII", 0, b"\0\2\0", 0xee, b"\xff" * 3, 1,
                              end + 32)
        first = gpt_header(1, end + 32, end - 1, 2, entries)
        second = gpt_header(end + 32, 1, end - 1, end, entries)
        return bytes(446) + protect.ljust(64, b"\0") + b"\x55\xaa" + first + \
            entries + bytes((64 - 34) * SECTOR) + part + entries + second
    return made


def without_iso(make):
    """Only UDF is left."""
    def made(data):
        image = bytearray(make(data))
        at = 32768
        while image[at + 1:at + 6] == b"CD001":
            image[at:at + 2048] = bytes(2048)
            at += 2048
        return bytes(image)
    return made


def without_volume(make):
    """No descriptor is the first one of an ISO: 7z takes any."""
    def made(data):
        image = bytearray(make(data))
        image[32768] = 2
        return bytes(image)
    return made


def udf(options=""):
    return shell("echo clean >in/b.txt\n"
                 "genisoimage -quiet -udf %s -o out in" % options,
                 "genisoimage")


FAT12 = fat(720)
READ = [
    ("a floppy", fat(1440)), ("FAT12", FAT12),
    ("FAT16", fat(5000, "-F", "16", "-s", "1")),
    ("FAT32", fat(34000, "-F", "32", "-s", "1")),
    ("FAT, clusters of 32 KB", fat(20000, "-s", "64")),
    ("FAT, sectors of 4 KB", fat(4000, "-S", "4096")),
    ("FAT, in folders", shell(
        "mkfs.fat -C out 1440 >/dev/null\nmmd -i out ::a ::a/b\n"
        "mcopy -i out in/%s '::a/b/A long name of a file.com'" % NAME,
        "mkfs.fat", "mcopy")),
    ("FAT, a name that begins with a dot",
     renamed(FAT12, b".EVIL   COM")),
    ("FAT in a partition", mbr(FAT12)),
    ("FAT in the third partition within one", third(FAT12)),
    ("FAT in the third partition within one, a page in front",
     in_front(b"<html><body>", third(FAT12))),
    ("FAT in a partition, a page in front",
     in_front(b"<html><body>", mbr(FAT12))),
    ("FAT in a partition, a sound in front", in_front(b"ID3\3", mbr(FAT12))),
    ("FAT in a partition of another kind", mbr(FAT12, 0x83)),
    ("a partition of the kind that stands for a GPT", mbr(bytes, 0xee)),
    ("an APM", apm()),
    ("FAT in a partition of a GPT", gpt(FAT12)),
    ("FAT in a zip", of(zip_by(8), FAT12)),
    ("FAT, gzip", of(gzipped, FAT12)),
    ("an ISO with a start disk for EFI", shell(
        "mkfs.fat -C in/efi.img 1440 >/dev/null\nmv in/%s .\n"
        "mcopy -i in/efi.img %s ::\n"
        "xorrisofs -quiet -J -R -e efi.img -no-emul-boot -o out in"
        % (NAME, NAME), "mkfs.fat", "mcopy", "xorrisofs")),
    ("an ISO, a start disk that is no file of it", shell(
        "mkfs.fat -C efi.img 1440 >/dev/null\nmcopy -i efi.img in/%s ::\n"
        "mv efi.img in/efi.img; rm in/%s; echo clean >in/b.txt\n"
        "genisoimage -quiet -J -R -hide efi.img -hide-joliet efi.img "
        "-b efi.img -no-emul-boot -c boot.cat -o out in" % (NAME, NAME),
        "mkfs.fat", "mcopy", "genisoimage")),
    ("an ISO, a partition behind it", shell(
        "mkfs.fat -C efi.img 1440 >/dev/null\nmcopy -i efi.img in/%s ::\n"
        "rm in/%s; echo clean >in/b.txt\n"
        "xorrisofs -quiet -J -R -append_partition 2 0xef efi.img "
        "-e --interval:appended_partition_2:all:: -no-emul-boot -o out in"
        % (NAME, NAME), "mkfs.fat", "mcopy", "xorrisofs")),
    ("an ISO, in its Joliet tree alone", shell(
        "touch in/a\ngenisoimage -quiet -J -hide %s -o out in" % NAME,
        "genisoimage")),
    ("an ISO, in all trees but Joliet", shell(
        "touch in/a\ngenisoimage -quiet -J -R -hide-joliet %s -o out in"
        % NAME, "genisoimage")),
    ("an ISO, in its UDF tree alone", udf("-hide " + NAME)),
    ("an ISO, in its UDF and Joliet trees alone",
     udf("-J -R -hide " + NAME)),
    ("UDF", without_iso(udf())),
    ("UDF in a partition", mbr(without_iso(udf()), 7)),
    ("UDF, gzip", of(gzipped, without_iso(udf()))),
    ("an ISO, in HFS+", shell("xorrisofs -quiet -hfsplus -o out in",
                              "xorrisofs")),
    ("FAT in a DMG, trailer in front", of(apple.in_front, FAT12)),
    ("FAT in a DMG, by its resources", of(apple.by_resources, FAT12)),
    ("FAT in a DMG, a line in front",
     lambda d: b"hello\n" + apple.image(FAT12(d))),
]
READ += [("FAT in a DMG, " + kind, lambda d, k=kind: apple.image(FAT12(d), k))
         for kind in apple.KINDS if kind != "lzfse"]
CLOSED = [
    ("ext2", shell("truncate -s 1M out\nmkfs.ext2 -q -d in out",
                    "mkfs.ext2")),
    ("ext3", shell("truncate -s 2M out\nmkfs.ext3 -q -d in out",
                    "mkfs.ext3")),
    ("ext4", shell("truncate -s 2M out\nmkfs.ext4 -q -d in out",
                    "mkfs.ext4")),
    ("NTFS", shell("truncate -s 2M out\nmkntfs -qFf out >/dev/null\n"
                   "ntfscp -f out in/%s a.com >/dev/null" % NAME,
                   "mkntfs", "ntfscp")),
    ("EROFS", shell("mkfs.erofs out in >/dev/null",
                    "mkfs.erofs")),
    ("JFFS2", shell("mkfs.jffs2 -d in -o out",
                    "mkfs.jffs2")),
    ("HFS", shell("truncate -s 1M out\nhformat out\nhmount out\n"
                  "hcopy in/%s :\nhumount" % NAME, "hformat")),
    ("cramfs, the other order", shell("mkfs.cramfs -N big in out",
                    "mkfs.cramfs")),
    ("an ISO whose volume is another one", without_volume(shell(
        "genisoimage -quiet -o out in", "genisoimage"))),
    ("a sparse image for Android", shell(
        "truncate -s 2M disk\nmkfs.ext4 -q -d in disk\nimg2simg disk out",
        "mkfs.ext4", "img2simg")),
    ("Minix", shell("truncate -s 1M out\nmkfs.minix out >/dev/null\n"
                    "cat in/%s >>out" % NAME, "mkfs.minix")),
    ("JFS", shell("truncate -s 17M out\nmkfs.jfs -q out >/dev/null\n"
                  "cat in/%s >>out" % NAME, "mkfs.jfs")),
    ("firmware for UEFI", firmware.volume),
    ("a capsule of firmware", firmware.capsule),
    ("arc", packed_by("a.arc", "arc", "a", "{out}", "{in}")),
    ("FAT in a DMG, lzfse", lambda d: apple.image(FAT12(d), "lzfse")),
]
CLOSED += [(name + " in a partition", mbr(make)) for name, make in CLOSED[:4]]
CLOSED += [("ext2 in a partition, a page in front",
            in_front(b"<html><body>", mbr(CLOSED[0][1])))]
CLOSED += [(name + " in a partition of a GPT", gpt(make))
           for name, make in CLOSED[2:4]]


def szdd(data):
    """As COMPRESS.EXE packs, with nothing but literals."""
    out = b"SZDD\x88\xf0\x27\x33A\0" + struct.pack("<I", len(data))
    for at in range(0, len(data), 8):
        piece = data[at:at + 8]
        out += bytes([(1 << len(piece)) - 1]) + piece
    return padded(out, SECTOR)


def twice(make):
    """A file in an archive that was a partition of another one before it."""
    def made(data):
        out = b"!<arch>\n"
        for name, body in (("a.img", make(szdd)(data)), ("b.sz", szdd(data))):
            out += ("%-16s%-12d%-6d%-6d%-8o%-10d`\n" % (
                name, 0, 0, 0, 0o100644, len(body))).encode() + body
        return out
    return made


# The engine takes what is in a partition for a file system without a look.
for name, make in (("an MBR", mbr), ("a GPT", gpt), ("an APM", lambda m: of(
        apm(), m)), ("a DMG", lambda m: of(apple.image, m))):
    READ += [("what COMPRESS.EXE packed in " + name, make(szdd)),
             ("a file that was a partition before, of " + name, twice(make))]


# 7z looks for images anywhere.


def later(data):
    image = TOOLED["7z, wim"](data)
    return image[:12] + b"\0\0\xff\0" + image[16:]


BEHIND = {"text": b"hello world\n", "a program": None}
BEHIND_READ = [("FAT12", FAT12), ("a GPT", gpt(FAT12)), ("UDF", udf()),
               ("UDF alone", without_iso(udf())), ("an APM", apm()),
               ("an APM of larger blocks", apm(2048))]
BEHIND_CLOSED = CLOSED[2:4] + [("SquashFS", shell(
    "mksquashfs in out -quiet >/dev/null", "mksquashfs")),
    ("firmware for UEFI", firmware.volume), ("WIM, a later version", later)]


def behind(front, make):
    def made(data):
        if front is not None:
            return front + make(data)
        with open("/bin/true", "rb") as f:
            return f.read() + make(data)
    return made


def alone(data, size):
    """An .lzma with a dictionary of that size, says its header."""
    code = lzma.compress(data, lzma.FORMAT_RAW, filters=[
        {"id": lzma.FILTER_LZMA1, "dict_size": 65536}])
    return b"\x5d" + struct.pack("<IQ", size, len(data)) + code


def hex_lines(data, at=0, width=16):
    for i in range(0, len(data), width):
        piece = data[i:i + width]
        line = struct.pack(">BHB", len(piece), at + i, 0) + piece
        yield b":%s%02X\r\n" % (binascii.hexlify(line).upper(),
                                -sum(line) & 255)


def uu(data):
    lines = [binascii.b2a_uu(data[i:i + 45]) for i in range(0, len(data), 45)]
    return b"begin 644 a.com\n" + b"".join(lines) + b"`\nend\n"


HEX_END = b":00000001FF\r\n"
WRAPPED = [
    ("base64", lambda d: base64.b64encode(d)),
    ("base64, in lines", base64.encodebytes),
    ("base64, for URLs, not padded",
     lambda d: base64.urlsafe_b64encode(d).rstrip(b"=")),
    ("base64 in a zip", of(zip_by(8), base64.encodebytes)),
    ("base64 of a zip", of(base64.encodebytes, zip_by(8))),
    ("base64, twice", of(base64.encodebytes, base64.encodebytes)),
    ("Intel HEX", lambda d: b"".join(hex_lines(d)) + HEX_END),
    ("Intel HEX by objcopy", packed_by(
        "a.hex", "objcopy", "-I", "binary", "-O", "ihex", "{in}", "{out}")),
    ("Intel HEX, the last line first", lambda d: b"".join(
        reversed(list(hex_lines(d)))) + HEX_END),
    ("Intel HEX, at a high address", lambda d: b":020000040800F2\r\n"
     + b"".join(hex_lines(d, 0x100, 32)) + HEX_END),
    ("uuencode", uu),
    ("uuencode with base64", lambda d: b"begin-base64 644 a.com\n"
     + base64.encodebytes(d) + b"====\n"),
    ("lzma, an odd dictionary", lambda d: alone(d, 123457)),
    ("lzma, hardly a dictionary", lambda d: alone(d, 1)),
    ("lzma, a dictionary of 4 GB", lambda d: alone(d, 0xffffffff)),
    ("lzma behind an empty one", lambda d: bytes(18) + alone(d, 65536)),
    ("lzma behind three empty ones", lambda d: bytes(54) + alone(d, 777777)),
    ("xz behind an empty lzma", lambda d: bytes(18) + lzma.compress(d)),
    ("lzma86", lambda d: b"\0" + alone(d, 65536)),
]


def cases():
    for name, make in READ:
        yield Case("disk images", name, make, kind=OCTETS)
    for name, make in CLOSED:
        yield Case("disk images", name, make, allowed=NAMED, twin=False)
    for front, begin in BEHIND.items():
        for name, make in BEHIND_READ:
            yield Case("disk images", "%s behind %s" % (name, front),
                       behind(begin, make), kind=OCTETS)
        for name, make in BEHIND_CLOSED:
            yield Case("disk images", "%s behind %s" % (name, front),
                       behind(begin, make), allowed=NAMED, twin=False)
    for name, make in WRAPPED:
        yield Case("rare wrappings", name, make)
    yield Case("rare wrappings", "base64, called text",
               base64.encodebytes, kind="text/plain")
    yield Case("rare wrappings", "lzma86 of a program",
               lambda d: b"\1" + alone(d, 65536), allowed=NAMED, twin=False)
