# SPDX-License-Identifier: GPL-2.0-only
"""Makes the bodies of script/bench: the same ones each time, and nothing of
anybody else's. Each is a template with places for a number, that corpus.c
fills in, so that every body is new down to its packed members and valid to its
checksums. For each kind there is an infected twin, "KIND-x", that only a
signature of the tests' folder finds."""

import os
import random
import struct
import zlib

import bodies

NUMBER = b"0" * 16
SEED = 6
MB = 1 << 20


class Template:
    """Bytes, and where numbers go: (at, [fixes])."""

    def __init__(self, data, places):
        self.data, self.places = bytes(data), places
        for at, fixes in places:
            assert self.data[at:at + 16] == NUMBER, at
            assert all(f[1] + 4 <= len(self.data) for f in fixes)

    def column(self):
        return ";".join(
            ",".join([str(at)] + ["%s%d+%d" % f for f in fixes])
            for at, fixes in self.places)


def numbered(data):
    """A template without checksums: a number wherever the mark stands."""
    places, at = [], data.find(NUMBER)
    while at != -1:
        places.append((at, []))
        at = data.find(NUMBER, at + 16)
    return Template(data, places)


# Texts.

def filled(start, end, size, line, seed):
    """start, lines of line(dice), end: of exactly so many bytes."""
    dice, out = random.Random(seed), bytearray(start)
    while True:
        text = line(dice)
        if len(out) + len(text) + len(end) > size:
            break
        out += text
    return bytes(out) + b" " * (size - len(out) - len(end)) + end


VOCABULARY = [bytes(random.Random(n).choices(b"abcdefghijklmnoprstuvw", k=2 +
                                             n % 9)) for n in range(3000)]


def words(dice, count):
    return b" ".join(dice.choices(VOCABULARY, k=count))


def html(size, extra=b""):
    return numbered(filled(
        b"<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">"
        b"<title>Page</title><script>var page = \"" + NUMBER + b"\";"
        b"</script></head><body><h1>" + NUMBER + b"</h1><p>" + extra + b"</p>",
        b"</body></html>", size, lambda d: b"<p class=\"c%x\">%s <a href=\""
        b"/p/%x\">%s</a></p>\n" % (d.randrange(99), words(d, 9),
                                   d.randrange(1 << 30), words(d, 2)), SEED))


def script(size, extra=b""):
    return numbered(filled(
        b"(function () { 'use strict'; var build = \"" + NUMBER + b"\", note ="
        b" \"" + extra + b"\";\n", b"})();\n", size,
        lambda d: b"function f%x(a, b) { if (a.%s > %d) { return b[%d] + '%s'; "
        b"} return a.%s(b); }\n" % (
            d.randrange(1 << 24), d.choice(VOCABULARY), d.randrange(999),
            d.randrange(99), words(d, 2), d.choice(VOCABULARY)), SEED))


def json_text(size, extra=b""):
    return numbered(filled(
        b"{\"id\": \"" + NUMBER + b"\", \"note\": \"" + extra
        + b"\", \"items\": [\n", b"{}]}\n", size,
        lambda d: b"{\"id\": %d, \"name\": \"%s\", \"on\": true},\n" % (
            d.randrange(1 << 30), words(d, 3)), SEED))


def style(size, extra=b""):
    return numbered(filled(
        b"/* " + NUMBER + b" " + extra + b" */\n", b"", size,
        lambda d: b".%s .c%x { margin: %dpx; color: #%06x }\n" % (
            d.choice(VOCABULARY), d.randrange(1 << 16), d.randrange(99),
            d.randrange(1 << 24)), SEED))


def svg(size, extra=b""):
    return numbered(filled(
        b"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 99 99\"><title>"
        + NUMBER + b" " + extra + b"</title>", b"</svg>", size,
        lambda d: b"<path d=\"M%d %dL%d %dz\"/>\n" % tuple(
            d.randrange(99) for _ in range(4)), SEED))


# Pictures.


# Codes of Huffman tables that are all of one length: JPEG allows that.
SYMBOLS = [0] + [run << 4 | size for run in range(16) for size in range(1, 9)]


def segment(kind, data):
    return struct.pack(">BBH", 0xff, kind, len(data) + 2) + data


def jpeg_block(dice):
    """As bits: a coefficient for the mean and some for detail. No transform is
    done: whatever they are, they are a picture."""
    size = dice.randrange(6)
    text = format(size, "04b") + bits(dice, size)
    for _ in range(dice.randrange(7)):
        size = dice.choice((1, 1, 2, 3))
        code = SYMBOLS.index(dice.randrange(4) << 4 | size)
        text += format(code, "08b") + bits(dice, size)
    return text + "0" * 8


def bits(dice, count):
    return format(dice.getrandbits(count), "0%db" % count) if count else ""


def jpeg(size, extra=b""):
    dice, scan, length, mcus = random.Random(SEED), [], 0, 0
    across = max(1, int((size / 30) ** 0.5))
    while length < 8 * (size - 500) or mcus % across:
        for _ in range(6):  # 16 x 16 pixels, colours at half of that
            scan.append(jpeg_block(dice))
            length += len(scan[-1])
        mcus += 1
    scan.append("1" * (-length % 8))
    data = int("".join(scan), 2).to_bytes((length + 7) // 8, "big")
    head = b"\xff\xd8" + segment(0xe0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
    head += segment(0xfe, extra + NUMBER) + segment(0xdb, b"\0" + b"\x10" * 64)
    head += segment(0xc0, struct.pack(
        ">BHHB", 8, 16 * (mcus // across), 16 * across, 3)
        + b"\1\x22\0\2\x11\0\3\x11\0")
    head += segment(0xc4, b"\0" + bytes([0] * 3 + [12] + [0] * 12)
                    + bytes(range(12)))
    head += segment(0xc4, b"\x10" + bytes([0] * 7 + [len(SYMBOLS)] + [0] * 8)
                    + bytes(SYMBOLS))
    head += segment(0xda, b"\3\1\0\2\0\3\0\0\x3f\0")
    return numbered(head + data.replace(b"\xff", b"\xff\0") + b"\xff\xd9")


def png_part(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(
        ">I", zlib.crc32(kind + data))


def png(size, extra=b""):
    dice = random.Random(SEED)
    side = max(1, int((size / 2.39) ** 0.5))
    rows = b"".join(b"\0" + bytes(
        (x + y + dice.getrandbits(3)) & 255 for x in range(side)
        for _ in range(3)) for y in range(side))
    data = b"\x89PNG\r\n\x1a\n" + png_part(b"IHDR", struct.pack(
        ">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    data += png_part(b"tEXt", b"Comment\0" + extra + NUMBER)
    at = len(data) - 20
    data += png_part(b"IDAT", zlib.compress(rows)) + png_part(b"IEND", b"")
    return Template(data, [(at, [("b", at + 16, 0)])])


# What is packed: a number in a block of its own that deflate leaves as it is.

def deflated(before, after):
    """(packed before + number + after, where in it the number is)"""
    first = zlib.compressobj(6, zlib.DEFLATED, -15)
    start = first.compress(before) + first.flush(zlib.Z_FULL_FLUSH)
    start += b"\0" + struct.pack("<HH", 16, 0xffff ^ 16)
    last = zlib.compressobj(6, zlib.DEFLATED, -15)
    return (start + NUMBER + last.compress(after) + last.flush(), len(start))


def around(data):
    """A text that holds one number: what is before it and behind."""
    before, _, after = data.partition(NUMBER)
    return before, after


class Zip:
    """Members with numbers in them, at offsets that are known."""

    def __init__(self):
        self.out, self.central, self.members = bytearray(), bytearray(), []

    def add(self, name, before, after=None, stored=False):
        """after: None: always the same, as a theme or a list of types is."""
        whole = before if after is None else before + NUMBER + after
        if stored or after is None:
            packed, at = whole, len(before)
            method = 0
        if after is None and not stored:
            packed = zlib.compress(whole, 6, wbits=-15)
            method = 8
        elif not stored:
            packed, at = deflated(before, after)
            method = 8
        common = struct.pack("<HHHHHIIIHH", 20, 0, method, 0x5000, 0x5c21,
                             zlib.crc32(whole), len(packed), len(whole),
                             len(name), 0)
        offset = len(self.out)
        self.out += b"PK\3\4" + common + name + packed
        crcs = [offset + 14, len(self.central) + 16]
        self.central += b"PK\1\2\x14\0" + common + struct.pack(
            "<HHHII", 0, 0, 0, 0, offset) + name
        if after is not None:
            start = offset + 30 + len(name)
            self.members.append((start + at, crcs, len(after)))
        else:
            self.members.append(None)

    def template(self):
        base, numbers = len(self.out), [m for m in self.members if m]
        end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, len(self.members),
                          len(self.members), len(self.central), base, 0)
        return Template(self.out + self.central + end, [
            (at, [("l", crcs[0], after), ("l", base + crcs[1], after)])
            for at, crcs, after in numbers])


def docx(size, extra=b""):
    """Text, a picture, and what is the same in every document."""
    def xml(root, seed, count):
        return filled(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:%s xmlns:w="
                      b"\"http://schemas.openxmlformats.org/wordprocessingml/"
                      b"2006/main\"><w:p><w:t>" % root + NUMBER + b" "
                      + extra + b"</w:t></w:p>", b"</w:%s>" % root, count,
                      lambda d: b"<w:p><w:r><w:t>%s</w:t></w:r></w:p>" % words(
                          d, 12), seed)
    z = Zip()
    z.add(b"[Content_Types].xml", b"<?xml version=\"1.0\"?><Types xmlns=\"http:"
          b"//schemas.openxmlformats.org/package/2006/content-types\"><Default "
          b"Extension=\"xml\" ContentType=\"application/xml\"/></Types>")
    z.add(b"word/styles.xml", xml(b"styles", 1, 30000).replace(NUMBER, b""))
    z.add(b"word/document.xml", *around(xml(b"document", 2, size)))
    z.add(b"word/media/image1.jpeg", *around(jpeg(size // 5).data),
          stored=True)
    return z.template()


def archive(size, extra=b""):
    """Half of it text, half of it noise that packs no further."""
    z = Zip()
    dice = random.Random(SEED)
    text = b"".join(words(dice, 12) + b" %x\n" % dice.randrange(1 << 30)
                    for _ in range(size // 86))
    z.add(b"notes.txt", b"Notes " + extra, text)
    have = len(z.template().data)
    z.add(b"data.bin", b"", bodies.noise(size - have - 170, SEED), stored=True)
    return z.template()


def binary(size, extra=b""):
    data = bodies.noise(1000, SEED) + NUMBER + extra
    return numbered(data + bodies.noise(size - len(data), SEED + 1))


def film(size, extra=b""):
    """Its beginning; nobody looks further."""
    head = b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + NUMBER + extra
    return numbered(head + bodies.noise(size - len(head), SEED))


def font(size, extra=b""):
    return numbered(b"wOF2\0\1\0\0" + NUMBER + extra
                    + bodies.noise(size - 24 - len(extra), SEED))


def pdf_stream(head, before, after):
    packed, at = deflated(before, after)
    data = b"\x78\x9c" + packed + struct.pack(
        ">I", zlib.adler32(before + NUMBER + after))
    start = b"<< %s /Filter /FlateDecode /Length %d >>\nstream\n" % (
        head, len(data))
    at += len(start) + 2
    return (start + data + b"\nendstream", at,
            ("a", len(start) + len(data) - 4, len(after)))


def pdf(size, extra=b""):
    out, places, offsets = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"), [], []

    def put(data, at=None, fix=None):
        offsets.append(len(out))
        out.extend(b"%d 0 obj\n" % len(offsets))
        if at is not None:
            places.append((len(out) + at, [
                (fix[0], len(out) + fix[1], fix[2])]))
        out.extend(data + b"\nendobj\n")

    pages = max(1, size // 18800)
    put(b"<< /Type /Catalog /Pages 2 0 R >>")
    put(b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(
        b"%d 0 R" % (4 + 2 * n) for n in range(pages)), pages))
    put(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    dice = random.Random(SEED)
    for n in range(pages):
        put(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents "
            b"%d 0 R /Resources << /Font << /F 3 0 R >> >> >>" % (5 + 2 * n))
        text = b"".join(b"1 0 0 1 50 %d Tm (%s) Tj\n" % (y, words(dice, 12))
                        for y in range(820, 20, -2))
        put(*pdf_stream(b"", b"BT /F 9 Tf (" + extra, b") Tj\n" + text + b"ET"))
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1)
    out += b"".join(b"%010d 00000 n \n" % o for o in offsets)
    out += (b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
            % (len(offsets) + 1, start))
    return Template(out, places)


# The kinds: what makes them, Content-Type, size.

TYPES = {
    html: "text/html; charset=utf-8",
    script: "text/javascript",
    json_text: "application/json",
    style: "text/css",
    svg: "image/svg+xml",
    jpeg: "image/jpeg",
    png: "image/png",
    font: "font/woff2",
    pdf: "application/pdf",
    docx: "application/vnd.openxmlformats-officedocument.wordprocessingml."
    "document",
    archive: "application/zip",
    binary: "application/octet-stream",
    film: "video/mp4",
}
KINDS = {
    "html10k": (html, 10 << 10), "js100k": (script, 100 << 10),
    "json10k": (json_text, 10 << 10), "jpeg20k": (jpeg, 20 << 10),
    "png20k": (png, 20 << 10), "pdf": (pdf, 100 << 10),
    "office": (docx, 40 << 10), "bin1m": (binary, MB),
    "bin10m": (binary, 10 * MB), "bin100m": (binary, 100 * MB),
    "zip10m": (archive, 10 * MB), "film100m": (film, 100 * MB),
}

# The web mix. Shares: the median desktop page of October 2024 loads 24 scripts,
# 18 images, 8 style sheets, 4 fonts, 2 pages and 15 others, 71 in all, with
# 613, 1054, 78, 131 and 18 KB of them (HTTP Archive, Web Almanac 2024, Page
# Weight; the others are taken as JSON here). So one of them has on average, as
# it is transferred, 25, 58, 10, 33 and 9 KB. How sizes spread around that, and
# images over their formats, is ours: few are large, most are small. A row: what
# makes it, weight, size. Sent without a Content-Encoding.
KB = 1 << 10
MIX = [
    (script, 6, 2 * KB), (script, 6, 6 * KB), (script, 5, 15 * KB),
    (script, 4, 40 * KB), (script, 3, 100 * KB),
    (jpeg, 2, 4 * KB), (jpeg, 4, 20 * KB), (jpeg, 3, 60 * KB),
    (jpeg, 2, 320 * KB), (png, 2, 2 * KB), (png, 2, 12 * KB),
    (png, 2, 50 * KB), (svg, 1, 2 * KB),
    (style, 3, 2 * KB), (style, 3, 8 * KB), (style, 2, 24 * KB),
    (font, 2, 20 * KB), (font, 2, 45 * KB),
    (html, 1, 4 * KB), (html, 1, 14 * KB),
    (json_text, 8, 1 * KB), (json_text, 5, 4 * KB), (json_text, 2, 20 * KB),
]
MIX_SHARE = 4       # so often each of them for one infected page
SQUID_MOST = 60000  # Squid 5.7 stalls above 64 KB with a service that waits


# Of each sort of the mix an infected one, the smallest.
SORTS = {maker: min(size for other, _, size in MIX if other is maker)
         for maker, _, _ in MIX}


def twins(kind):
    """[(what it is a twin of, its kind)]"""
    if not kind.startswith("mix"):
        return [(kind, kind + "-x")]
    return [(maker.__name__, "mix-%s-x" % maker.__name__) for maker in SORTS]


class Corpus:
    def __init__(self, folder):
        self.folder, self.lines, self.made = folder, [], {}
        self.kinds = []

    def file(self, make, size, extra):
        """Each template once, whatever uses it."""
        key = make, size, extra
        if key not in self.made:
            template = make(size, extra)
            name = "%d" % len(self.made)
            with open(os.path.join(self.folder, name), "wb") as f:
                f.write(template.data)
            self.made[key] = (name, len(template.data), template.column())
        return self.made[key]

    def add(self, kind, make, size, weight=1, infected=False):
        name, length, places = self.file(
            make, size, bodies.FOLDER if infected else b"")
        self.lines.append("%s %d %s %d %s %s %s\n" % (
            kind, weight, "infected" if infected else "clean", length, places,
            name, TYPES[make]))

    def write(self):
        with open(os.path.join(self.folder, "index"), "w") as f:
            f.writelines(self.lines)


def make(folder, kinds=tuple(KINDS)):
    """Those kinds, their twins, "mix" and, of it what Squid 5.7 carries through
    any service, "mix60k"."""
    corpus = Corpus(folder)
    for kind in kinds:
        maker, size = KINDS[kind]
        corpus.add(kind, maker, size)
        corpus.add(kind + "-x", maker, size, infected=True)
    for mix, most in (("mix", 1 << 30), ("mix60k", SQUID_MOST)):
        for maker, weight, size in MIX:
            if size <= most:
                corpus.add(mix, maker, size, MIX_SHARE * weight)
        corpus.add(mix, html, 4 * KB, 1, infected=True)
    for maker, size in SORTS.items():
        corpus.add("mix-%s-x" % maker.__name__, maker, size, infected=True)
    corpus.write()
