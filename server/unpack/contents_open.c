/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/contents_parts.h"

#include <archive_entry.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"

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

/* libarchive turns names into the locale's characters. For this one it needs
 * no conversion that glibc would have to load from a file. Of the process: made
 * by the keeper, used by each of its workers. */
static locale_t names;

/* Libraries that are ready, or not there at all. */
static int
try_all(struct err *err)
{
	struct archive *a = archive_read_new();
	int result = ARCHIVE_OK;
	size_t i;

	if (a == NULL)
		return err_set(err, "libarchive: no memory");
	for (i = 0; compressed[i] != NULL && result == ARCHIVE_OK; i++)
		result = compressed[i](a);
	for (i = 0; archives[i] != NULL && result == ARCHIVE_OK; i++)
		result = archives[i](a);
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
	return try_all(err);
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
	    format == ARCHIVE_FORMAT_CPIO_BIN_BE ||
	    format == ARCHIVE_FORMAT_TAR;
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

/* In a worker no allocation fails without an end to it (strict.h). */
static struct contents *
open_as(support *const *kinds, const uint8_t *bytes, size_t len)
{
	struct contents *c = calloc(1, sizeof *c);

	bug_if(c == NULL);
	c->archive = reader(kinds);
	c->state = archive_read_open_memory(c->archive, bytes, len);
	if (c->state == ARCHIVE_OK) {
		contents_next(c);
		c->weak = is_weak(c->archive);
	}
	return c;
}

static bool
is_compressed(const struct contents *c, const uint8_t *bytes, size_t len)
{
	if (archive_filter_count(c->archive) <= 1)
		return is_marked(bytes, len);
	return !c->weak || c->state == ARCHIVE_OK;
}

static bool
is_archive(const struct contents *c)
{
	int format = archive_format(c->archive) & ARCHIVE_FORMAT_BASE_MASK;

	return format != 0 && format != ARCHIVE_FORMAT_EMPTY;
}

struct contents *
contents_open(const uint8_t *bytes, size_t len)
{
	return contents_likely(bytes, len) ? contents_try(bytes, len) : NULL;
}

struct contents *
contents_try(const uint8_t *bytes, size_t len)
{
	struct contents *c = open_as(compressed, bytes, len);

	if (is_compressed(c, bytes, len))
		return c;
	contents_close(&c);
	c = open_as(archives, bytes, len);
	if (!is_archive(c))
		contents_close(&c);
	return c;
}

bool
contents_is_zip(const struct contents *c)
{
	return archive_filter_count(c->archive) == 1 &&
	    (archive_format(c->archive) & ARCHIVE_FORMAT_BASE_MASK) ==
	    ARCHIVE_FORMAT_ZIP;
}

void
contents_close(struct contents **c)
{
	if (*c != NULL && (*c)->archive != NULL)
		archive_read_free((*c)->archive);
	free(*c);
	*c = NULL;
}
