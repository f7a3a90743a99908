/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/contents_parts.h"

#include <archive_entry.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "unpack/codec.h"
#include "unpack/place_marks.h"

#define STEP_MIN 4096
#define STEP_MAX (256 << 10)

typedef int support(struct archive *);

/* All that libarchive undoes by itself; for lzop, lrzip and grzip it would run
 * programs. What comes out is one member, whatever it is: who took it for a tar
 * at once would not see what lies behind the end of that. */
static support *const compressed[] = {
	archive_read_support_filter_bzip2,
	archive_read_support_filter_compress,
	archive_read_support_filter_gzip,
	archive_read_support_filter_lz4,
	archive_read_support_filter_lzip,
	archive_read_support_filter_lzma,
	archive_read_support_filter_rpm,
	archive_read_support_filter_uu,
	archive_read_support_filter_xz,
	archive_read_support_filter_zstd,
	archive_read_support_format_empty,
	archive_read_support_format_raw,
	NULL,
};

/* Without mtree, a list of the names of other files. */
static support *const archives[] = {
	archive_read_support_format_7zip,
	archive_read_support_format_ar,
	archive_read_support_format_cab,
	archive_read_support_format_cpio,
	archive_read_support_format_empty,
	archive_read_support_format_iso9660,
	archive_read_support_format_lha,
	archive_read_support_format_rar,
	archive_read_support_format_rar5,
	archive_read_support_format_tar,
	archive_read_support_format_warc,
	archive_read_support_format_xar,
	archive_read_support_format_zip,
	NULL,
};

static const struct alone {
	support *reads[2];		/* NULL: what undoes any compression */
	int format;
} alone[KIND_COUNT] = {
	[KIND_COMPRESSED] = { { NULL, NULL }, ARCHIVE_FORMAT_RAW },
	[KIND_7Z] = { { archive_read_support_format_7zip, NULL },
	    ARCHIVE_FORMAT_7ZIP },
	[KIND_AR] = { { archive_read_support_format_ar, NULL },
	    ARCHIVE_FORMAT_AR },
	[KIND_CAB] = { { archive_read_support_format_cab, NULL },
	    ARCHIVE_FORMAT_CAB },
	[KIND_CPIO] = { { archive_read_support_format_cpio, NULL },
	    ARCHIVE_FORMAT_CPIO },
	[KIND_ISO] = { { archive_read_support_format_iso9660, NULL },
	    ARCHIVE_FORMAT_ISO9660 },
	[KIND_LHA] = { { archive_read_support_format_lha, NULL },
	    ARCHIVE_FORMAT_LHA },
	[KIND_RAR] = { { archive_read_support_format_rar, NULL },
	    ARCHIVE_FORMAT_RAR },
	[KIND_RAR5] = { { archive_read_support_format_rar5, NULL },
	    ARCHIVE_FORMAT_RAR_V5 },
	[KIND_TAR] = { { archive_read_support_format_tar, NULL },
	    ARCHIVE_FORMAT_TAR },
	[KIND_WARC] = { { archive_read_support_format_warc, NULL },
	    ARCHIVE_FORMAT_WARC },
	[KIND_XAR] = { { archive_read_support_format_xar, NULL },
	    ARCHIVE_FORMAT_XAR },
};

/* libarchive turns names into the locale's characters. For this one it needs
 * no conversion that glibc would have to load from a file. Of the process: made
 * by the keeper, used by each of its workers. */
static locale_t names;

/* Libraries that are ready, or not there at all. */
static int
try_all(support *const *kinds, struct err *err)
{
	struct archive *a = archive_read_new();
	int result = ARCHIVE_OK;

	if (a == NULL)
		return err_set(err, "libarchive: no memory");
	for (; *kinds != NULL && result == ARCHIVE_OK; kinds++)
		result = (*kinds)(a);
	if (result != ARCHIVE_OK)
		err_set(err, "libarchive: %s", archive_error_string(a));
	archive_read_free(a);
	return result == ARCHIVE_OK ? 0 : -1;
}

int
contents_prepare(struct err *err)
{
	if (names == (locale_t)0)
		names = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	if (names == (locale_t)0)
		return err_sys(err, "locale C.UTF-8");
	if (try_all(compressed, err) == -1)
		return -1;
	return try_all(archives, err);
}

/* The engine, which works between these, has the locale that it always had. */
void
contents_next(struct contents *c)
{
	locale_t before = uselocale(names);

	c->state = archive_read_next_header(c->archive, &c->entry);
	uselocale(before);
}

const char *
contents_name(const struct contents *c)
{
	locale_t before = uselocale(names);
	const char *name = archive_entry_pathname(c->entry);

	uselocale(before);
	return name;
}

static struct archive *
reader(support *const *kinds)
{
	struct archive *a = archive_read_new();

	bug_if(a == NULL);
	for (; *kinds != NULL; kinds++)
		(void)(*kinds)(a);
	return a;
}

/* Two bytes or a guess are no proof: what fails at once was none of them. */
static bool
is_weak(struct archive *a)
{
	int i, format = archive_format(a);

	for (i = 0; i < archive_filter_count(a); i++)
		switch (archive_filter_code(a, i)) {
		case ARCHIVE_FILTER_COMPRESS:
		case ARCHIVE_FILTER_LZMA:
		case ARCHIVE_FILTER_UU:
			return true;
		}
	return format == ARCHIVE_FORMAT_CPIO_BIN_LE ||
	    format == ARCHIVE_FORMAT_CPIO_BIN_BE;
}

/* As all packers write it: what begins like this and cannot be read is broken.
 * The first byte of its own coding is always zero. */
static bool
is_sure_lzma(const uint8_t *bytes, size_t len)
{
	static const uint8_t any[] = "\xff\xff\xff\xff\xff\xff\xff\xff";

	return len > 18 && memcmp(bytes, "]\0\0", 3) == 0 && bytes[13] == 0 &&
	    (memcmp(bytes + 5, any, 8) == 0 ||
	    memcmp(bytes + 9, "\0\0\0", 4) == 0);
}

/* When not even the first byte comes out, libarchive no longer says what it
 * took it for. */
static bool
is_marked(const uint8_t *bytes, size_t len)
{
	static const char *const marks[] = {
		"\x1f\x8b\x08", "BZh", "\3757zXZ", "LZIP",
		"\x28\xb5\x2f\xfd",
		"\x04\x22\x4d\x18", "\xed\xab\xee\xdb",
	};
	size_t i;

	for (i = 0; i < sizeof marks / sizeof *marks; i++)
		if (len >= strlen(marks[i]) &&
		    memcmp(bytes, marks[i], strlen(marks[i])) == 0)
			return true;
	return false;
}

/* Programs that know an archive's mark have it in them. */
static bool
is_program(const uint8_t *bytes, size_t len)
{
	return len > 4 && (memcmp(bytes, "MZ", 2) == 0 ||
	    memcmp(bytes, "\x7f" "ELF", 4) == 0);
}

static la_ssize_t
give(struct archive *a, void *ctx, const void **piece_out)
{
	struct contents *c = ctx;
	size_t len = c->step < c->left ? c->step : c->left;

	(void)a;
	*piece_out = c->next;
	c->next += len;
	c->left -= len;
	c->given += len;
	if (c->step < STEP_MAX)
		c->step *= 2;
	return (la_ssize_t)len;
}

/* What is compressed is given in pieces: libarchive does not say how much it
 * has looked at before it gave up, and that is what it costs. */
static int
open_bytes(struct contents *c, bool pieces, const uint8_t *bytes, size_t len)
{
	if (!pieces)
		return archive_read_open_memory(c->archive, bytes, len);
	c->next = bytes;
	c->left = len;
	c->step = STEP_MIN;
	return archive_read_open(c->archive, c, NULL, give, NULL);
}

static bool
is_old_cpio(struct archive *a)
{
	const int format = archive_format(a);

	return format == ARCHIVE_FORMAT_CPIO_BIN_LE ||
	    format == ARCHIVE_FORMAT_CPIO_BIN_BE;
}

/* In a worker no allocation fails without an end to it (strict.h). */
static struct contents *
open_as(support *const *kinds, const uint8_t *bytes, size_t len)
{
	struct contents *c = calloc(1, sizeof *c);

	bug_if(c == NULL);
	c->archive = reader(kinds);
	c->state = open_bytes(c, kinds == compressed, bytes, len);
	if (c->state == ARCHIVE_OK) {
		contents_next(c);
		c->weak = is_program(bytes, len) ||
		    (is_weak(c->archive) && !is_sure_lzma(bytes, len));
		c->by_chance = is_old_cpio(c->archive) &&
		    !place_is_old_cpio(slice_on(bytes, len));
	}
	return c;
}

static la_ssize_t
feed(struct archive *a, void *ctx, const void **bytes_out)
{
	struct contents *c = ctx;
	struct slice next = c->feed[0];

	(void)a;
	c->feed[0] = c->feed[1];
	c->feed[1] = slice_text("");
	*bytes_out = next.at;
	return (la_ssize_t)next.len;
}

struct contents *
contents_open_fed(support *const *kinds, struct slice header, struct slice data)
{
	struct contents *c = calloc(1, sizeof *c);

	bug_if(c == NULL);
	c->archive = reader(kinds);
	c->feed[0] = header;
	c->feed[1] = data;
	c->state = archive_read_open(c->archive, c, NULL, feed, NULL);
	if (c->state == ARCHIVE_OK)
		contents_next(c);
	return c;
}

struct contents *
contents_open_zip_member(struct slice header, struct slice data)
{
	static support *const kinds[] = {
		archive_read_support_format_zip_streamable, NULL,
	};

	return contents_open_fed(kinds, header, data);
}

static bool
is_compressed(const struct contents *c, const uint8_t *bytes, size_t len)
{
	if (archive_filter_count(c->archive) <= 1)
		return c->state == ARCHIVE_FATAL &&
		    (is_marked(bytes, len) || is_sure_lzma(bytes, len));
	return !c->weak || c->state == ARCHIVE_OK;
}

/* Of a xar that ends before its list libarchive does not tell the format. */
static bool
is_archive(const struct contents *c, const uint8_t *bytes, size_t len)
{
	int format = archive_format(c->archive) & ARCHIVE_FORMAT_BASE_MASK;

	if (format == 0 && c->state == ARCHIVE_FATAL)
		return len > 4 && memcmp(bytes, "xar!", 4) == 0;
	return format != 0 && format != ARCHIVE_FORMAT_EMPTY;
}

/* To zstd libarchive gives no more memory than we do, and not the header that
 * needs less (packed.h). */
struct contents *
contents_open(const uint8_t *bytes, size_t len)
{
	if (!contents_likely(bytes, len) ||
	    codec_zstd.tame(bytes, len).len > 0)
		return NULL;
	return contents_try(bytes, len);
}

struct contents *
contents_try(const uint8_t *bytes, size_t len)
{
	struct contents *c = open_as(compressed, bytes, len);

	if (is_compressed(c, bytes, len))
		return c;
	contents_close(&c);
	c = open_as(archives, bytes, len);
	if (!is_archive(c, bytes, len))
		contents_close(&c);
	return c;
}

struct contents *
contents_open_as(enum contents_kind kind, const uint8_t *bytes, size_t len)
{
	return open_as(alone[kind].reads[0] == NULL ? compressed :
	    alone[kind].reads, bytes, len);
}

bool
contents_is(const struct contents *c, enum contents_kind kind)
{
	if (archive_filter_count(c->archive) > 1)
		return kind == KIND_COMPRESSED;
	return (archive_format(c->archive) & ARCHIVE_FORMAT_BASE_MASK) ==
	    alone[kind].format;
}

bool
contents_broken_iso(const struct contents *known, const uint8_t *bytes,
    size_t len)
{
	struct contents *c;
	bool is_broken;

	if (!contents_is_iso(bytes, len) ||
	    (known != NULL && contents_is(known, KIND_ISO)))
		return false;
	c = contents_open_as(KIND_ISO, bytes, len);
	is_broken = !contents_is(c, KIND_ISO);
	contents_close(&c);
	return is_broken;
}

void
contents_close(struct contents **c)
{
	if (*c != NULL && (*c)->archive != NULL)
		archive_read_free((*c)->archive);
	free(*c);
	*c = NULL;
}
