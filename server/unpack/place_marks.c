/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/place_marks.h"

#include <string.h>
#include <zlib.h>

#include "unpack/codec.h"
#include "unpack/cpio.h"
#include "unpack/tar_header.h"
#include "unpack/zip.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define MARK(text) text, sizeof(text) - 1
#define NAME_MAX_LEN (1 << 20)	/* longer than any */
#define CODES 257		/* of compress, at first: bytes, a sign */
#define LZOP "\x89LZO\0\r\n\x1a\n"
#define PDF "%PDF-"
#define PDF_WITHIN 4096		/* bytes; browsers: 1024 */
#define LZMA_MIN 18		/* header and coding */
#define LZOP_WIDER 0x940	/* its header from that version on */
#define LZOP_CRC 0x1000U	/* flags */
#define LZOP_FILTER 0x800U

/* Each gets the bytes from the container's first on. */
static bool
is_gzip(struct slice s)
{
	return s.len > 18 && (s.at[3] & 0xe0) == 0;
}

static bool
is_bzip2(struct slice s)
{
	return s.len > 10 && s.at[3] >= '1' && s.at[3] <= '9' &&
	    (memcmp(s.at + 4, "1AY&SY", 6) == 0 ||
	    memcmp(s.at + 4, "\x17\x72\x45\x38\x50\x90", 6) == 0);
}

static bool
is_lzip(struct slice s)
{
	return s.len > 26 && s.at[4] <= 1;
}

static bool
is_hex(struct slice s, size_t from, size_t to)
{
	for (; from < to; from++)
		if (hex_value(s.at[from]) < 0)
			return false;
	return true;
}

/* Newer cpio: eight digits. */
bool
place_absurd(struct slice s)
{
	uint32_t len = 0;
	size_t i;

	if (s.len < 110 || memcmp(s.at, "07070", 5) != 0 || s.at[5] == '7' ||
	    !is_hex(s, 6, 110))
		return false;
	for (i = 94; i < 102; i++)
		len = len << 4 | (uint32_t)hex_value(s.at[i]);
	return len > s.len && len > NAME_MAX_LEN;
}

static bool
is_cpio(struct slice s)
{
	size_t len = s.len > 5 && s.at[5] == '7' ? 76 : 110;

	return (s.len >= len && is_hex(s, 6, len) && !place_absurd(s)) ||
	    cpio_is_odd(s);
}

/* Binary, in both orders of its bytes: two of them are no proof. */
bool
place_is_old_cpio(struct slice s)
{
	const unsigned little_end = s.len > 0 && s.at[0] == 0xc7;
	size_t name;

	if (s.len < 26)
		return false;
	name = s.at[20 + little_end] * 256U + s.at[21 - little_end];
	return name > 1 && name <= 4096 && name <= s.len - 26 &&
	    memchr(s.at + 26, '\0', name) == s.at + 26 + name - 1;
}

/* Any two bytes are a mark; the first codes of eight must be possible, too. */
static bool
is_compress(struct slice s)
{
	size_t count = 8, i;

	if (!codec_compress.begins(s.at, s.len))
		return false;
	if (s.len < 3 + 9)
		count = (s.len - 3) * 8 / 9;
	for (i = 0; i < count; i++)
		if ((slice_uint(s, 3 + i, 2) >> i & 511) > (i == 0 ? 255 :
		    CODES + i - 1))
			return false;
	return true;
}

/* As packers write it, 2^n or half as much again. */
static bool
is_usual(uint64_t dictionary)
{
	const uint64_t low = dictionary & -dictionary;

	return dictionary != 0 && (dictionary == low || dictionary == low * 3);
}

static bool
is_sure_lzma(struct slice s)
{
	return codec_lzma.begins(s.at, s.len) && is_usual(slice_uint(s, 1, 4));
}

/* By its header: version, flags, name and so on, and a checksum of all that.
 * lzop itself has the mark in it, too. */
bool
place_is_lzop(struct slice s)
{
	const size_t mark = sizeof LZOP - 1;
	const bool old = slice_big(s, mark, 2) < LZOP_WIDER;
	const uint64_t flags = slice_big(s, mark + (old ? 5 : 8), 4);
	size_t at = mark + (old ? 17 : 24) + (flags & LZOP_FILTER ? 4 : 0);
	uint64_t sum;

	if (s.len < mark || memcmp(s.at, LZOP, mark) != 0 || at >= s.len ||
	    s.len - at < s.at[at] + 5U)
		return false;
	at += 1 + s.at[at];
	sum = flags & LZOP_CRC ? crc32(0, s.at + mark, (unsigned)(at - mark)) :
	    adler32(1, s.at + mark, (unsigned)(at - mark));
	return sum == slice_big(s, at, 4);
}

/* Busybox wants no line end behind the mark: then a header is there. */
bool
place_is_odd_ar(struct slice s)
{
	return s.len >= 67 && slice_starts(s, "!<arch>") &&
	    memcmp(s.at + 65, "`\n", 2) == 0;
}

static bool
is_ar(struct slice s)
{
	return (s.len > 7 && s.at[7] == '\n') || place_is_odd_ar(s);
}

static bool
is_lha(struct slice s)
{
	return s.len > 21 && s.at[6] == '-';
}

/* What libarchive knows of LArc. */
static bool
is_larc(struct slice s)
{
	return is_lha(s) && memchr("s45", s.at[5], 3) != NULL;
}

static bool
is_cab(struct slice s)
{
	return s.len > 36 && slice_uint(s, 4, 4) == 0 && s.at[25] == 1;
}

static bool
is_iso(struct slice s)
{
	return s.at[32768] >= 1 && s.at[32768] <= 3;
}

static bool
is_tar(struct slice s)
{
	return tar_sum(s) != TAR_SUM_WRONG;
}

/* With a checksum that is written in another way than all tools of today do. */
static bool
is_odd_tar(struct slice s)
{
	return s.len >= TAR_BLOCK && memcmp(s.at + 154, "\0 ", 2) != 0 &&
	    is_tar(s);
}

/* Of those that fit at the same byte the first counts. */
static const struct mark {
	const char *bytes;
	size_t len, at;			/* of the container */
	enum contents_kind kind;
	bool (*fits)(struct slice);	/* NULL: the mark says it all */
} marks[] = {
	{ MARK("\x1f\x8b\x08"), 0, KIND_COMPRESSED, is_gzip },
	{ MARK("\x1f\x9d"), 0, KIND_COMPRESSED, is_compress },
	{ MARK("]\0\0"), 0, KIND_COMPRESSED, is_sure_lzma },
	{ MARK("BZh"), 0, KIND_COMPRESSED, is_bzip2 },
	{ MARK("\xfd" "7zXZ\0"), 0, KIND_COMPRESSED, NULL },
	{ MARK("LZIP"), 0, KIND_COMPRESSED, is_lzip },
	{ MARK("\x28\xb5\x2f\xfd"), 0, KIND_COMPRESSED, NULL },
	{ MARK("\x04\x22\x4d\x18"), 0, KIND_COMPRESSED, NULL },
	{ MARK("\x02\x21\x4c\x18"), 0, KIND_COMPRESSED, NULL },
	{ MARK("\xed\xab\xee\xdb"), 0, KIND_COMPRESSED, NULL },
	{ MARK(LZOP), 0, KIND_COMPRESSED, place_is_lzop },
	{ MARK("7z\xbc\xaf\x27\x1c"), 0, KIND_7Z, NULL },
	{ MARK("!<arch>"), 0, KIND_AR, is_ar },
	{ MARK("MSCF"), 0, KIND_CAB, is_cab },
	{ MARK("07070"), 0, KIND_CPIO, is_cpio },
	{ MARK("\xc7\x71"), 0, KIND_CPIO, place_is_old_cpio },
	{ MARK("\x71\xc7"), 0, KIND_CPIO, place_is_old_cpio },
	{ MARK("CD001"), 32769, KIND_ISO, is_iso },
	{ MARK("-lh"), 2, KIND_LHA, is_lha },
	{ MARK("-lz"), 2, KIND_LHA, is_larc },
	{ MARK("Rar!\x1a\7\0"), 0, KIND_RAR, NULL },
	{ MARK("Rar!\x1a\7\1\0"), 0, KIND_RAR5, NULL },
	{ MARK("\0 "), 154, KIND_TAR, is_tar },
	{ MARK("ustar"), 257, KIND_TAR, is_odd_tar },
	{ MARK("PK\3\4"), 0, KIND_COUNT, zip_alone_likely },
	{ MARK("WARC/"), 0, KIND_WARC, NULL },
	{ MARK("xar!"), 0, KIND_XAR, NULL },
};

static bool
is_there(struct slice body, size_t at, const struct mark *m)
{
	if (at < m->at || m->len > body.len - at ||
	    memcmp(body.at + at, m->bytes, m->len) != 0)
		return false;
	return m->fits == NULL || m->fits(slice_tail(body, at - m->at));
}

bool
place_mark(size_t number, struct slice *bytes_out)
{
	if (number >= COUNT(marks))
		return image_mark(number - COUNT(marks), bytes_out);
	*bytes_out = slice_on(marks[number].bytes, marks[number].len);
	return true;
}

bool
place_at(struct slice body, size_t at, struct place *place_out)
{
	const struct image *image;
	const struct mark *m;
	size_t from;

	for (m = marks; m < marks + COUNT(marks); m++)
		if ((uint8_t)m->bytes[0] == body.at[at] &&
		    is_there(body, at, m)) {
			*place_out = (struct place){ at - m->at, m->kind,
				NULL };
			return true;
		}
	image = image_at(body, at, &from);
	if (image != NULL)
		*place_out = (struct place){ from, KIND_COUNT, image };
	return image != NULL;
}

bool
place_is_member(const struct place *p)
{
	return p->kind == KIND_COUNT && p->image == NULL;
}

/* Frames of lz4: libarchive says that it came to the end of the body. 0: it is
 * not all there. */
static uint64_t
lz4_length(struct slice s)
{
	const unsigned flags = s.len > 6 ? s.at[4] : 0;
	uint64_t at = 7 + (flags & 8) + (flags & 1) * 4, len;

	do {
		len = slice_uint(s, (size_t)at, 4) & 0x7fffffff;
		at += 4 + len + (len > 0 && (flags & 16) ? 4 : 0);
	} while (len > 0 && at < s.len);
	at += (flags & 4) ? 4 : 0;
	return at < s.len ? at : 0;
}

static bool
is_lz4(struct slice s)
{
	return s.len > 4 && slice_uint(s, 0, 4) == 0x184d2204;
}

/* Where a reader of these ended says nothing: it goes back and forth. */
size_t
place_length(struct slice s, enum contents_kind kind)
{
	uint64_t len = 0;

	if (kind == KIND_COMPRESSED && is_lz4(s))
		len = lz4_length(s);
	if (kind == KIND_7Z)
		len = 32 + slice_uint(s, 12, 8) + slice_uint(s, 20, 8);
	if (kind == KIND_CAB)
		len = slice_uint(s, 8, 4);
	if (kind == KIND_ISO)
		len = slice_uint(s, 32768 + 80, 4) * 2048;
	return len < s.len ? (size_t)len : s.len;
}

size_t
place_of_pdf(struct slice s)
{
	const struct slice first = slice_part(s, 0, PDF_WITHIN +
	    sizeof PDF - 1);
	const uint8_t *pdf = first.len == 0 ? NULL :
	    memmem(first.at, first.len, PDF, sizeof PDF - 1);

	if (pdf == NULL || pdf == s.at || slice_starts(s, "--"))
		return s.len;
	return (size_t)(pdf - s.at);
}

/* Of those who read on 7z wants a usual one, and liblzma takes none for one; of
 * what is nearly all zeros zeros would come out. */
static bool
is_dictionary(struct slice s)
{
	const uint64_t dictionary = slice_uint(s, 1, 4);

	return is_usual(dictionary) || dictionary == UINT32_MAX ||
	    (dictionary == 0 && s.at[0] % 9 + s.at[0] / 9 % 5 <= 4 &&
	    slice_uint(s, 14, 4) != 0);
}

/* Properties, a dictionary, a length that is likely or not told, and the first
 * byte of its own coding. */
static bool
is_lzma(struct slice s)
{
	return s.len >= LZMA_MIN && s.at[0] < 225 && s.at[13] == 0 &&
	    is_dictionary(s) && (slice_uint(s, 5, 8) == UINT64_MAX ||
	    slice_uint(s, 10, 3) == 0);
}

/* One that may begin with some of the zeros in front, best one that is not
 * empty; s.len: none. */
static size_t
lzma_behind(struct slice s, size_t zeros)
{
	size_t i, empty = s.len;

	for (i = zeros < 13 ? 0 : zeros - 13; i <= zeros; i++) {
		if (!is_lzma(slice_tail(s, i)))
			continue;
		if (slice_uint(s, i + 5, 8) != 0)
			return i;
		if (empty == s.len)
			empty = i;
	}
	return empty;
}

bool
place_joins_lzma(struct slice s)
{
	size_t zeros, at;

	for (;;) {
		for (zeros = 0; zeros < s.len && s.at[zeros] == 0; zeros++)
			;
		if (zeros == s.len)
			return false;
		at = lzma_behind(s, zeros);
		if (at == s.len)
			return slice_starts(slice_tail(s, zeros),
			    "\3757zXZ");
		if (slice_uint(s, at + 5, 8) != 0)
			return true;
		s = slice_tail(s, at + LZMA_MIN);
	}
}

bool
place_skippable(struct slice *rest, struct slice *content_out)
{
	uint64_t len = slice_uint(*rest, 4, 4);

	if (rest->len < 8 || slice_uint(*rest, 0, 4) >> 4 != 0x184d2a5 ||
	    len == 0 || len > rest->len - 8)
		return false;
	*content_out = slice_head(slice_tail(*rest, 8), (size_t)len);
	*rest = slice_tail(*rest, 8 + (size_t)len);
	return true;
}
