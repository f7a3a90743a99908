# SPDX-License-Identifier: GPL-2.0-only
"""Bodies that have libclamav say each of its names that is no signature's."""

import gzip
import os
import struct
import subprocess

import bodies
import lab
import packed

MAIL = (b"From: a@a.test\r\nTo: b@b.test\r\nSubject: Bread\r\n"
        b"MIME-Version: 1.0\r\n")
SECTOR = 512
END, NONE, TABLE = 0xfffffffe, 0xffffffff, 0xfffffffd


def mail(head, body=b"hello\r\n"):
    return MAIL + head + b"\r\n" + body


def many_parts(count):
    part = b"--B\r\nContent-Type: text/html\r\n\r\nhello\r\n"
    return mail(b"Content-Type: multipart/related; boundary=B\r\n",
                part * count + b"--B--\r\n")


def nested(layers):
    body = b"deep"
    for i in range(layers):
        body = bodies.zipped([("%d.zip" % i, body)])
    return body


def pages(count):
    page = bodies.html()
    return bodies.zipped([("%d.html" % i, page + b"%d" % i)
                          for i in range(count)])


def overlapping():
    """Ten members, each of which has the later ones in it."""
    name, kernel, count = b"a.bin", bodies.noise(400), 10
    head = 30 + len(name)
    heads = entries = b""
    for i in range(count):
        size = len(kernel) + (count - 1 - i) * head
        fields = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 0x5c21, 0, size,
                             size, len(name), 0)
        heads += b"PK\3\4" + fields + name
        entries += (b"PK\1\2\x14\0" + fields
                    + struct.pack("<HHHII", 0, 0, 0, 0, i * head) + name)
    return heads + kernel + entries + struct.pack(
        "<4sHHHHIIH", b"PK\5\6", 0, 0, count, count, len(entries),
        len(heads + kernel), 0)


def compound(streams):
    """A compound file (MS-CFB) of {name: bytes}, all in one folder. Streams
    of less than 4096 bytes would lie elsewhere: they are filled up."""
    sectors, table, starts = [None], [TABLE], {}

    def add(data):
        start = len(sectors)
        for at in range(0, len(data), SECTOR):
            sectors.append(data[at:at + SECTOR].ljust(SECTOR, b"\0"))
            table.append(len(sectors))
        table[-1] = END
        return start

    def entry(name, kind, right, child, start, size):
        text = name.encode("utf-16le")
        return (text.ljust(64, b"\0")
                + struct.pack("<HBBIII", len(text) + 2, kind, 1, NONE, right,
                              child)
                + bytes(36) + struct.pack("<III", start, size, 0))

    folder = entry("Root Entry", 5, NONE, 1, END, 0)
    for i, (name, data) in enumerate(streams.items(), 1):
        data = data.ljust(4096, b"\0")
        right = i + 1 if i < len(streams) else NONE
        folder += entry(name, 2, right, NONE, add(data), len(data))
    starts = add(folder)
    sectors[0] = struct.pack("<%dI" % len(table), *table).ljust(
        SECTOR, b"\xff")
    head = (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
            + struct.pack("<HHHHH6xIIIIIIIII", 0x3e, 3, 0xfffe, 9, 6, 0, 1,
                          starts, 0, 4096, END, 0, END, 0)
            + struct.pack("<I", 0) + b"\xff" * 432)
    return head + b"".join(sectors)


def document_with_macros():
    """Its list of modules is empty and packed as literals (MS-OVBA 2.4)."""
    listed = b"\0\x10\0\0\0\0\0"
    packed_list = b"\1" + struct.pack("<H", 0xb000 | len(listed) - 1) + listed
    return compound({"dir": packed_list, "_VBA_PROJECT": b"\xcc\x61\0\0"})


def sheet_with_macros():
    """A workbook whose one sheet is of the kind for macros."""
    start = struct.pack("<HHHH12x", 0x809, 16, 0x600, 5)
    sheet = struct.pack("<HHIBB", 0x85, 12, 0x100, 0, 1) + b"\4\0Bake"
    return compound({"Workbook": start + sheet})


def encrypted_pdf():
    secret = b"(%s)" % (b"0123456789abcdef" * 2)
    return (b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
            b"2 0 obj\n<</Type/Pages/Count 0/Kids[]>>\nendobj\n"
            b"3 0 obj\n<</Filter/Standard/V 1/R 2/O" + secret + b"/U" + secret
            + b"/P -4>>\nendobj\ntrailer\n<</Size 4/Root 1 0 R/Encrypt 3 0 R"
            b"/ID[<" + b"00" * 16 + b"><" + b"00" * 16
            + b">]>>\nstartxref\n0\n%%EOF\n")


def encrypted_egg():
    end, name = struct.pack("<I", 0x08e28222), b"a.txt"
    return (struct.pack("<IHII", 0x41474745, 0x100, 1234, 0) + end
            + struct.pack("<IIQ", 0x0a8590e3, 0, 5)
            + struct.pack("<IBH", 0x0a8591ac, 0, len(name)) + name
            + struct.pack("<IBHB16x", 0x08d1470f, 0, 24, 0) + end
            + struct.pack("<IBBIII", 0x02b50c13, 0, 0, 5, 5, 0) + end
            + b"hello" + end)


def encrypted_7z():
    place = lab.new_folder("7z")
    text = lab.write(os.path.join(place, "a.txt"), bodies.words(300))
    subprocess.run(["7z", "a", "-psecret", place + "/a.7z", text],
                   stdout=subprocess.DEVNULL, check=True)
    return lab.read(place + "/a.7z")


def large_window():
    return packed.tool("xz", "--lzma2=dict=1536MiB", "-c")(bytes(100))


def icon():
    """Of animated cursors with a head of that length: MS05-002."""
    return (b"RIFF" + struct.pack("<I", 200) + b"ACONanih"
            + struct.pack("<I", 100) + bytes(100))


def large(count):
    return gzip.compress(bytes(count), mtime=0)


def large_members(size, count):
    return bodies.zipped([("%d.bin" % i, bodies.words(size, i))
                          for i in range(count)])


def cut_program():
    return lab.read("/bin/true")[:2000]


# Only the normalised form of a page or text has its words in a row.
MARK = b"glassgate marks this page"
LOOSE = MARK.replace(b" ", b"   \n ")


def filled(line, size, start=b"", end=LOOSE):
    return start + line * (size // len(line) + 1) + end


def page(size):
    return filled(b"<p>bread and butter</p>\n", size, b"<html><body>")


def page_in_tags(size):
    return page(size).replace(b" this", b" <b>this</b>")


def text(size):
    return filled(b"bread and butter\n", size)
