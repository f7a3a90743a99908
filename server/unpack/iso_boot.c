/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/iso_boot.h"

#include <string.h>

#include "unpack/fat.h"
#include "unpack/texts.h"
#include "wire/verdict.h"

#define SECTOR 2048
#define FIRST 16		/* sector of the first descriptor */
#define DESCRIPTORS_MAX 64
#define ENTRY 32		/* bytes of the catalogue for one image */
#define MARK "\0CD001\1EL TORITO SPECIFICATION"

/* Of floppies; else the number of sectors of 512 bytes is told. */
static const size_t lengths[16] = {
	[1] = 1200 << 10, [2] = 1440 << 10, [3] = 2880 << 10,
};

/* Empty: it lies behind the end. */
static struct slice
from_sector(struct slice body, uint64_t number)
{
	return number * SECTOR < body.len ?
	    slice_tail(body, (size_t)number * SECTOR) : slice_head(body, 0);
}

/* The next catalogue; empty: there is none. */
static struct slice
next_catalogue(struct slice body, unsigned *number)
{
	struct slice s;

	for (; *number < FIRST + DESCRIPTORS_MAX; ++*number) {
		s = from_sector(body, *number);
		if (s.len < SECTOR || memcmp(s.at + 1, "CD001", 5) != 0)
			break;
		if (memcmp(s.at, MARK, sizeof MARK - 1) == 0) {
			++*number;
			return from_sector(body, bytes_uint(s.at + 71, 4));
		}
	}
	return slice_head(body, 0);
}

bool
iso_boot_likely(struct slice body)
{
	unsigned number = FIRST;

	return next_catalogue(body, &number).len > 0;
}

static bool
visit(struct slice image, size_t len, const char *path,
    const struct sink *sink)
{
	if (len > image.len)
		len = image.len;
	return len == 0 || (sink->spend(sink->ctx, len) &&
	    sink->visit_piece(sink->ctx, image.at, len, path));
}

/* Headers of sections are no entries: what they say of a place is a name. */
static bool
read_entry(struct slice body, const uint8_t *entry, const char *path,
    const struct sink *sink)
{
	const struct slice image = from_sector(body, bytes_uint(entry + 8, 4));
	size_t len = lengths[entry[1] & 15];

	if (image.at == body.at || image.len == 0 ||
	    (entry[0] != 0 && entry[0] != 0x88))
		return true;
	if (len == 0)
		len = bytes_uint(entry + 6, 2) * 512;
	return visit(image, len, path, sink) && fat_walk(image, path, sink);
}

bool
iso_boot_walk(struct slice body, const char *path, const struct sink *sink)
{
	char name[PATH_MAX_LEN + 1];
	unsigned number = FIRST;
	struct slice s;
	size_t at;

	texts_path(name, sizeof name, path, "start");
	for (;;) {
		s = next_catalogue(body, &number);
		if (s.len == 0)
			return true;
		for (at = ENTRY; at < SECTOR && at + ENTRY <= s.len;
		    at += ENTRY)
			if (!read_entry(body, s.at + at, name, sink))
				return false;
	}
}
