/* SPDX-License-Identifier: GPL-2.0-only */
#include "engines/magic_checks.h"

#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static unsigned
little16(const uint8_t *at)
{
	return at[0] | (unsigned)at[1] << 8;
}

/* Of an ARJ archive: its own header, that one's check and an extension of no
 * bytes; then the header of the first member, whose flags say that it needs a
 * password. */
int
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
int
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

static uint32_t
little32(const uint8_t *at)
{
	return little16(at) | (uint32_t)little16(at + 2) << 16;
}

static uint32_t
big32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
	    (uint32_t)at[2] << 8 | at[3];
}

/* A name that ends with its field, which begins with no control byte. */
static int
is_name(const uint8_t *name, size_t room)
{
	size_t i;

	for (i = 0; i < room && name[i] != 0; i++)
		if (name[i] < ' ' || name[i] == 0x7f)
			return 0;
	return i > 0 && i < room;
}

/* Methods are 1 to 11; only that of 1 has a shorter header. Behind the first
 * member there is another one, or the end, which is no method. */
int
is_arc(const uint8_t *bytes, size_t len)
{
	size_t packed, head;

	if (len < 31 || bytes[1] == 0 || bytes[1] > 11 ||
	    !is_name(bytes + 2, 13))
		return 0;
	packed = little32(bytes + 15);
	head = bytes[1] == 1 ? 25 : 29;
	return packed <= len - head - 2 && bytes[head + packed] == 0x1a &&
	    bytes[head + packed + 1] <= 11;
}

/* The super block: numbers of files, blocks, and of them in a group; where the
 * first one is; how large they are. */
int
is_ext(const uint8_t *bytes, size_t len)
{
	const uint8_t *super = bytes + 1024;

	return len >= 2048 && little32(super) != 0 &&
	    little32(super + 4) != 0 && little32(super + 20) <= 1 &&
	    little32(super + 24) <= 6 && little32(super + 32) != 0 &&
	    little32(super + 40) != 0;
}

/* The name is of 27 letters at most, a block of whole sectors. One that is
 * an ISO 9660, too, shows its files there. */
int
is_hfs(const uint8_t *bytes, size_t len)
{
	const uint8_t *head = bytes + 1024;

	if (len < 1536 || (len > 32774 &&
	    memcmp(bytes + 32769, "CD001", 5) == 0))
		return 0;
	return big32(head + 20) != 0 && big32(head + 20) % 512 == 0 &&
	    head[36] > 0 && head[36] <= 27;
}

/* The first node's kind, then its length. */
int
is_jffs2(const uint8_t *bytes, size_t len)
{
	static const unsigned kinds[] = {
		0xe001, 0xe002, 0x2003, 0x2004, 0x2006, 0xe008, 0xe009,
	};
	size_t i;

	if (len < 12 || little32(bytes + 4) < 12 || little32(bytes + 4) > len)
		return 0;
	for (i = 0; i < COUNT(kinds); i++)
		if (little16(bytes + 2) == kinds[i])
			return 1;
	return 0;
}

/* More than the sector that starts it, which comes alone, too; the size of
 * its sectors. */
int
is_ntfs(const uint8_t *bytes, size_t len)
{
	unsigned size = len > 512 ? little16(bytes + 11) : 0;

	return size >= 256 && size <= 4096 && (size & (size - 1)) == 0;
}

/* Has a map of files and one of zones, with room for each file, and the zones
 * begin behind them and behind the files: mkfs.minix writes so. A zone is one
 * block. */
static int
is_old_minix(const uint8_t *bytes, size_t len, unsigned file_size)
{
	const uint8_t *super = bytes + 1024;
	const unsigned files = len >= 2048 ? little16(super) : 0;
	const unsigned map = len >= 2048 ? little16(super + 4) : 0;
	const unsigned zone_map = len >= 2048 ? little16(super + 6) : 0;

	return files != 0 && map > files / 8192 && zone_map != 0 &&
	    little16(super + 10) == 0 && little16(super + 18) <= 3 &&
	    little16(super + 8) >= 2 + map + zone_map +
	    files / (1024 / file_size);
}

int
is_minix(const uint8_t *bytes, size_t len)
{
	return is_old_minix(bytes, len, 32);
}

int
is_minix2(const uint8_t *bytes, size_t len)
{
	return is_old_minix(bytes, len, 64);
}

/* Of files, of blocks of both maps, of zones; how large a zone and a block
 * are. */
int
is_minix3(const uint8_t *bytes, size_t len)
{
	const uint8_t *super = bytes + 1024;
	const unsigned size = len >= 2048 ? little16(super + 28) : 0;

	return size >= 1024 && (size & (size - 1)) == 0 &&
	    little32(super) != 0 && little16(super + 4) == 0 &&
	    little16(super + 6) != 0 && little16(super + 8) != 0 &&
	    little16(super + 12) == 0 && little32(super + 20) != 0;
}

/* By the checksum of its header, which is of whole words. */
int
is_firmware(const uint8_t *bytes, size_t len)
{
	const unsigned head = len >= 56 ? little16(bytes + 48) : 0;
	unsigned sum = 0, at;

	if (head < 56 || head % 2 != 0 || head > len)
		return 0;
	for (at = 0; at < head; at += 2)
		sum += little16(bytes + at);
	return (sum & 0xffff) == 0;
}

/* How long its header is, and where the length of what follows stands. */
static const struct lzfse_block {
	uint8_t kind;		/* the last byte of its mark */
	size_t head, at;	/* at 0: see lzfse_length() */
} lzfse_blocks[] = {
	{ '-', 8, 4 }, { 'n', 12, 8 }, { '1', 772, 8 }, { '2', 32, 0 },
};

static size_t
lzfse_length(const struct lzfse_block *block, const uint8_t *bytes)
{
	size_t literals, matches;

	if (block->at > 0)
		return block->head + little32(bytes + block->at);
	/* Of 64 bits the middle ones: 20 from the 20th on, or the 40th. */
	literals = little32(bytes + 10) >> 4 & 0xfffff;
	matches = little32(bytes + 21) & 0xfffff;
	return (size_t)little32(bytes + 24) + literals + matches;
}

/* Behind the first block is another one, or the end, which is one, too. */
int
is_lzfse(const uint8_t *bytes, size_t len)
{
	size_t i, next;

	for (i = 0; i < COUNT(lzfse_blocks); i++) {
		const struct lzfse_block *block = &lzfse_blocks[i];

		if (len < block->head || bytes[3] != block->kind)
			continue;
		next = lzfse_length(block, bytes);
		return next <= len - 4 && memcmp(bytes + next, "bvx", 3) == 0;
	}
	return 0;
}

#define VCDIFF_SECOND 1		/* is packed once more, by what follows */
#define VCDIFF_TABLE 2		/* has a table, which nobody writes */
#define VCDIFF_REMARK 4
#define VCDIFF_SOURCE 3		/* of a window: from the old file, or the new */

/* RFC 3284, 4. A patch of an old file tells nothing alone, and updates bring
 * it; what needs none is a packed file. By its first window. */
int
is_whole_vcdiff(const uint8_t *bytes, size_t len)
{
	size_t at = 5, remark = 0;

	if (len < 8 || (bytes[4] & VCDIFF_TABLE) != 0)
		return 0;
	at += bytes[4] & VCDIFF_SECOND;
	if ((bytes[4] & VCDIFF_REMARK) != 0) {
		do
			remark = remark << 7 | (bytes[at] & 0x7f);
		while (bytes[at++] >= 0x80 && at < len);
	}
	return remark < len - at && (bytes[at + remark] & VCDIFF_SOURCE) == 0;
}
