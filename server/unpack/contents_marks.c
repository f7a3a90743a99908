/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What libarchive could take for one of its kinds, told by a look. To ask
 * libarchive itself costs more than many a member; whatever it takes must fit
 * here, which fuzz_contents checks.
 */
#include "unpack/contents_parts.h"

#include <string.h>

#include "unpack/place_marks.h"
#include "unpack/tar_header.h"
#include "unpack/zip_parts.h"

#define UU_TEXT (160 << 10)	/* libarchive gives up after 128 KB */
#define ZIP_TAIL (72 << 10)	/* the end record and its comment */

static const struct mark {
	size_t at;
	size_t len;
	const char *bytes;
} marks[] = {
	{ 0, 2, "\x1f\x8b" },		/* gzip */
	{ 0, 2, "\x1f\x9d" },		/* compress */
	{ 0, 3, "BZh" },
	{ 0, 5, "\3757zXZ" },
	{ 0, 4, "LZIP" },
	{ 0, 4, "\x28\xb5\x2f\xfd" },	/* zstd */
	{ 0, 4, "\x04\x22\x4d\x18" },	/* lz4 */
	{ 0, 4, "\x02\x21\x4c\x18" },	/* lz4, as it was first */
	{ 1, 3, "\x2a\x4d\x18" },	/* a frame to be passed over, of both */
	{ 0, 4, "\xed\xab\xee\xdb" },	/* rpm */
	{ 0, 2, "PK" },
	{ 0, 2, "7z" },
	{ 0, 4, "Rar!" },
	{ 0, 4, "MSCF" },
	{ 0, 4, "xar!" },
	{ 0, 7, "!<arch>" },
	{ 0, 5, "WARC/" },
	{ 0, 4, "0707" },		/* cpio in ASCII */
	{ 0, 2, "\x71\xc7" },		/* cpio in binary, two orders */
	{ 0, 2, "\xc7\x71" },
	{ 2, 1, "-" },			/* lha */
	{ 0, 2, "MZ" },			/* archives that open themselves */
	{ 0, 4, "\x7f" "ELF" },
};

bool
contents_is_iso(const uint8_t *bytes, size_t len)
{
	return len > 32774 && memcmp(bytes + 32769, "CD001", 5) == 0;
}

static bool
has_mark(const uint8_t *bytes, size_t len)
{
	const struct mark *m = marks, *end = marks + sizeof marks / sizeof *m;

	for (; m < end; m++)
		if (len >= m->at + m->len &&
		    bytes[m->at] == (uint8_t)*m->bytes &&
		    memcmp(bytes + m->at, m->bytes, m->len) == 0)
			return true;
	return false;
}

/* One byte of properties, the size of a dictionary. */
static bool
is_lzma(const uint8_t *bytes, size_t len)
{
	return len > 13 && bytes[0] <= 224 && bytes[1] == 0 &&
	    (bytes[2] & 15) == 0;
}

/* The checksum, in octal; or it is what other readers take for a tar. */
static bool
is_tar(const uint8_t *bytes, size_t len)
{
	const struct slice s = slice_on(bytes, len);
	size_t i = 148;

	if (len < TAR_BLOCK)
		return false;
	while (i < 156 && (bytes[i] == '\0' || bytes[i] == ' ' ||
	    (bytes[i] >= '0' && bytes[i] <= '7')))
		i++;
	return i == 156 || tar_has_magic(s) || tar_sum(s) == TAR_SUM_ODD;
}

/* Has a line that begins so: by two letters in it that are rare together. */
static bool
is_uu(const uint8_t *bytes, size_t len)
{
	static const char word[] = "begin";
	struct slice s = slice_on(bytes, len < UU_TEXT ? len : UU_TEXT), line;
	size_t at = 1;

	while ((at = slice_find_pair(s, at, word[1], word[2])) < s.len) {
		line = slice_tail(s, at - 1);
		if ((at == 1 || is_line_end(s.at[at - 2])) &&
		    line.len >= 5 && memcmp(line.at, word, 5) == 0)
			return true;
		at++;
	}
	return false;
}

static bool
ends_as_zip(const uint8_t *bytes, size_t len)
{
	size_t tail = len < ZIP_TAIL ? len : ZIP_TAIL;

	return zip_mark(slice_on(bytes + len - tail, tail), 0, "PK\5\6") <
	    tail;
}

bool
contents_likely(const uint8_t *bytes, size_t len)
{
	if (place_absurd(slice_on(bytes, len)))
		return false;
	return len > 0 && (has_mark(bytes, len) ||
	    contents_is_iso(bytes, len) || is_lzma(bytes, len) ||
	    is_tar(bytes, len) || is_uu(bytes, len) ||
	    ends_as_zip(bytes, len));
}

bool
contents_only_zip(const uint8_t *bytes, size_t len)
{
	return len > 4 && memcmp(bytes, "PK\3\4", 4) == 0 &&
	    !contents_is_iso(bytes, len) && !is_tar(bytes, len) &&
	    !is_uu(bytes, len);
}
