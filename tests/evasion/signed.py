# SPDX-License-Identifier: GPL-2.0-only
"""What is signed, stored or compressed by OpenPGP and CMS, and encrypted by
none: everybody takes it out without a key. And what is encrypted."""

import base64
import bz2
import struct
import zlib

from case import Case, packed_by

GROUP = "signed files"
KEY = ("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
       "-keyout k -out c -days 9 -subj /CN=x 2>&1 && ")


def gpg(*options):
    return packed_by("out", "gpg", "--batch", "--quiet", "--homedir", ".",
                     *options, "-o", "{out}", "{in}")


def cms(how):
    return packed_by("out", "sh", "-c", KEY + "openssl %s -in {in} "
                     "-out {out}" % how)


SIGN = "cms -sign -nodetach -binary -signer c -inkey k -outform "


def literal(data, mode=b"b"):
    return mode + b"\5a.com" + bytes(4) + data


def packet(tag, body):
    """As they are written today, with a length of four bytes."""
    return struct.pack(">BBI", 0xc0 | tag, 255, len(body)) + body


def in_parts(data):
    """Of 64 bytes, then the rest."""
    body = literal(data)
    return b"\xcb\xe6" + body[:64] + bytes([len(body) - 64]) + body[64:]


def old(tag, body):
    return struct.pack(">BH", 0x81 | tag << 2, len(body)) + body


def deflated(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def der(tag, *parts):
    body = b"".join(parts)
    return struct.pack(">BBI", tag, 0x84, len(body)) + body


def zipped_cms(data):
    """RFC 3274; Debian's openssl writes none."""
    def name(text):
        return der(6, bytes.fromhex("2a864886f70d01" + text))
    inner = der(0x30, name("0701"), der(0xa0, der(4, zlib.compress(data))))
    return der(0x30, name("09100109"), der(0xa0, der(
        0x30, der(2, b"\0"), der(0x30, name("09100308")), inner)))


WAYS = [
    ("gpg", gpg("--store")), ("gpg, as text", gpg("--store", "-a")),
    ("gpg, not packed", gpg("-z0", "--store")),
    ("gpg, zlib", gpg("--compress-algo", "zlib", "--store")),
    ("gpg, bzip2", gpg("--compress-algo", "bzip2", "--store")),
    ("OpenPGP in parts", in_parts),
    ("OpenPGP, packed twice", lambda d: packet(8, b"\1" + deflated(
        packet(8, b"\3" + bz2.compress(packet(11, literal(d))))))),
    ("OpenPGP, packed by nothing",
     lambda d: packet(8, b"\0" + old(11, literal(d, b"u")))),
    ("OpenPGP behind a signature",
     lambda d: old(2, b"\3" + bytes(40)) + old(11, literal(d))),
    ("OpenPGP behind a marker",
     lambda d: packet(10, b"PGP") + packet(11, literal(d, b"t"))),
    ("OpenPGP, the second of two", lambda d: packet(11, literal(b"clean"))
     + packet(11, literal(d))),
    ("CMS, data", cms("cms -data_create -outform DER")),
    ("CMS, with a digest", cms("cms -digest_create -outform DER")),
    ("CMS, signed", cms(SIGN + "DER")),
    ("CMS, signed, in pieces", cms(SIGN + "DER -stream")),
    ("CMS, signed, as text", cms(SIGN + "PEM")),
    ("PKCS #7, signed", cms("smime -sign -nodetach -binary -signer c "
                            "-inkey k -outform DER")),
    ("CMS, compressed", zipped_cms),
]


PASSWORD = packet(3, b"\4\x09\3\2saltsalt\xff")
KEYS = packet(1, b"\3key key \x19" + bytes(50))


def locked(data):
    return packet(18, b"\1" + bytes(b ^ 0x5a for b in data))


ENCRYPTED = [
    ("by a password", lambda d: PASSWORD + locked(d)),
    ("by a key", lambda d: KEYS + locked(d)),
    ("by both, as text", lambda d: b"-----BEGIN PGP MESSAGE-----\n\n"
     + base64.encodebytes(KEYS + PASSWORD + locked(d))
     + b"-----END PGP MESSAGE-----\n"),
]


def cases():
    for name, make in ENCRYPTED:
        yield Case(GROUP, "OpenPGP, encrypted " + name, make,
                   frozenset(["encrypted"]))
    for name, make in WAYS:
        yield Case(GROUP, name, make)
