/* SPDX-License-Identifier: GPL-2.0-only */
#include "engines/magics.h"

#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define AT(offset, text) { offset, sizeof(text) - 1, text }
#define CLOSED(name, ...)                                                      \
	{ "Container." name, OUTCOME_UNSUPPORTED, { __VA_ARGS__ }, NULL }
#define LOCKED(name, also, ...)                                                \
	{ "Encrypted." name, OUTCOME_ENCRYPTED, { __VA_ARGS__ }, also }

static unsigned
little16(const uint8_t *at)
{
	return at[0] | (unsigned)at[1] << 8;
}

/* Of an ARJ archive: its own header, that one's check and an extension of no
 * bytes; then the header of the first member, whose flags say that it needs a
 * password. */
static int
is_garbled(const uint8_t *bytes, size_t len)
{
	size_t member;

	if (len < 4)
		return 0;
	member = 4 + little16(bytes + 2) + 4 + 2;
	if (member + 9 > len || memcmp(bytes + member, "\x60\xea", 2) != 0)
		return 0;
	return (bytes[member + 8] & 1) != 0;
}

/* An entry of a compound file's folder (MS-CFB 2.6): the name in 64 bytes, its
 * length with its end, and that it is a stream. Office documents with a
 * password have one (MS-OFFCRYPTO 2.3.4.4). */
static int
has_encrypted_package(const uint8_t *bytes, size_t len)
{
	static const char name[] = "EncryptedPackage";
	uint8_t entry[67] = { [64] = 2 * sizeof name, [66] = 2 };
	size_t at;

	for (at = 0; name[at] != '\0'; at++)
		entry[2 * at] = (uint8_t)name[at];
	for (at = 512; at + sizeof entry <= len; at += 128)
		if (memcmp(bytes + at, entry, sizeof entry) == 0)
			return 1;
	return 0;
}

/* Each has what no text, picture or program begins with: control bytes among
 * its first ones, or a second place that fits. */
static const struct magic magics[] = {
	/* archives and compressed files */
	CLOSED("bzip3", AT(0, "BZ3v1\0\0")),
	CLOSED("casync", AT(0, "@\0\0\0\0\0\0\0\x51\xbb\x5b\xea\xbc\xfa\x96")),
	CLOSED("DACT", AT(0, "DCT\xc3\0\x08")),
	CLOSED("dar", AT(0, "\0\0\0\x7b"), AT(15, "T\x80\0\0\0\1\0\3\x80\0\0")),
	CLOSED("KGB", AT(0, "KGB_arch -"), AT(11, "\r\n")),
	CLOSED("lrzip", AT(0, "LRZI\0")),
	CLOSED("lzop", AT(0, "\x89LZO\0\r\n\x1a\n")),
	CLOSED("rzip", AT(0, "RZIP\2\1")),
	CLOSED("WIM", AT(0, "MSWIM\0\0\0")),
	CLOSED("zchunk", AT(0, "\0ZCK1")),
	CLOSED("ZPAQ", AT(0, "7kSt\xa0\x31\x83\xd3\x8c\xb2\x28\xb0\xd3zPQ")),
	/* disk images */
	CLOSED("cramfs", AT(0, "E=\xcd\x28"), AT(16, "Compressed ROMFS")),
	CLOSED("partclone", AT(0, "partclone-image\0")),
	CLOSED("QCOW", AT(0, "QFI\xfb\0\0\0")),
	CLOSED("QED", AT(0, "QED\0"), AT(12, "\1\0\0\0")),
	CLOSED("romfs", AT(0, "-rom1fs-"), AT(31, "\0")),
	CLOSED("SquashFS", AT(0, "hsqs"), AT(28, "\4\0\0\0")),
	CLOSED("VDI", AT(0, "<<< "), AT(64, "\x7f\x10\xda\xbe\1\0\1\0")),
	CLOSED("VHD", AT(0, "conectix\0\0\0\2\0\1\0\0")),
	CLOSED("VHDX", AT(0, "vhdxfile"), AT(65536, "head")),
	CLOSED("VMDK", AT(0, "KDMV\1\0\0\0")),
	/* whoever has no key sees nothing in these, and the engine says so of
	 * its own kinds only */
	LOCKED("age", NULL, AT(0, "age-encryption.org/v1\n-> ")),
	LOCKED("ARJ", is_garbled, AT(0, "\x60\xea")),
	LOCKED("mcrypt", NULL, AT(0, "\0m\3@rijndael-128\0")),
	LOCKED("Office", has_encrypted_package,
	    AT(0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),
	LOCKED("OpenSSL", NULL, AT(0, "Salted__")),
};

static int
fits(const struct magic *magic, const uint8_t *bytes, size_t len)
{
	const struct piece *piece = magic->pieces;
	size_t i;

	for (i = 0; i < PIECES_MAX; i++, piece++)
		if (len < piece->at + piece->len || memcmp(bytes + piece->at,
		    piece->bytes != NULL ? piece->bytes : "", piece->len) != 0)
			return 0;
	return magic->also == NULL || magic->also(bytes, len);
}

const struct magic *
magic_of(const void *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < COUNT(magics); i++)
		if (fits(&magics[i], bytes, len))
			return &magics[i];
	return NULL;
}
