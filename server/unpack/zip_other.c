/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Members of the methods that libarchive knows, and members without an archive
 * around them. It reads each by itself, as a
 * whole archive it takes for a folder what is said to be one, and follows no
 * directory but its own choice.
 */
#include "unpack/zip_parts.h"

#include <string.h>

#include "unpack/contents.h"
#include "wire/verdict.h"

#define PRICE 1024		/* of a member that is opened */
#define EMPTY_MAX 24		/* packed, and nothing fits in */
#define HEADER_LEN 31
#define ALL32 0xfffffffeU
#define LZMA_HAS_END 2U		/* flag */
#define HARMLESS 0x80eU		/* flags: how hard it was packed, a descriptor,
				 * names in UTF-8 */

bool
zip_is_other(const struct zip_header *says)
{
	return (says->flags & ZIP_ENCRYPTED) == 0 &&
	    says->method != ZIP_STORED && says->method != ZIP_DEFLATED;
}

bool
zip_is_likely_name(const struct zip_header *local)
{
	return local->name.len > 0 && local->name.len < 4096 &&
	    memchr(local->name.at, '\0', local->name.len) == NULL;
}

static bool
spend(void *ctx, size_t len)
{
	const struct sink *sink = ((struct zip *)ctx)->sink;

	return sink->spend(sink->ctx, len);
}

static bool
visit(void *ctx, const uint8_t *bytes, size_t len, const char *path)
{
	struct zip *z = ctx;

	z->visited++;
	return z->sink->visit(z->sink->ctx, bytes, len, path);
}

static void
note(void *ctx, enum outcome outcome, const char *cause, const char *path)
{
	const struct sink *sink = ((struct zip *)ctx)->sink;

	sink->note(sink->ctx, outcome, cause, path);
}

static void
put(uint8_t *at, uint64_t value, unsigned len)
{
	for (; len > 0; len--, value >>= 8)
		*at++ = (uint8_t)value;
}

/* With the lengths in it, and nothing that would make it a folder. */
static struct slice
header(uint8_t *at, const struct zip_header *says, size_t packed, uint64_t size)
{
	put(at, 0x04034b50, 4);
	put(at + 4, 63, 2);
	put(at + 6, says->flags & LZMA_HAS_END, 2);
	put(at + 8, says->method, 2);
	put(at + 10, 0, 4);
	put(at + 14, says->crc, 4);
	put(at + 18, packed < ALL32 ? packed : ALL32, 4);
	put(at + 22, size < ALL32 ? size : ALL32, 4);
	put(at + 26, 1, 4);
	at[30] = 'm';
	return slice_on(at, HEADER_LEN);
}

/* What nobody can open is never silent. */
static void
open_alone(struct zip *z, const struct zip_header *says, struct slice data,
    uint64_t size)
{
	const struct sink alone = { z, spend, visit, visit, visit, note };
	char path[PATH_MAX_LEN + 1];
	uint8_t bytes[HEADER_LEN];
	bool gave = false;
	size_t reach = 0;

	zip_path(z, says->name, path, sizeof path);
	if (!spend(z, PRICE) || !contents_zip_member(header(bytes, says,
	    data.len, size), data, path, &alone, &gave, &reach) ||
	    !spend(z, reach))
		z->ended = true;
	if (z->ended || gave || size == 0)
		return;
	z->whole = false;
	note(z, OUTCOME_UNSUPPORTED, "Zip.Method", path);
}

/* It passes over what is longer than the file, or has flags of the future. */
static void
for_engine(struct zip *z, const struct zip_header *says, size_t len)
{
	z->for_engine = says->name;
	if (says->packed > len || (says->flags & ~HARMLESS) != 0)
		z->whole = false;
}

/* Where its end is told nowhere, others may be in what is taken for its. */
void
zip_other(struct zip *z, const struct zip_header *local,
    const struct zip_header *says, size_t *end_out)
{
	struct slice data = slice_tail(z->body, local->end);
	const bool has_end = says != local || says->packed > 0 ||
	    (local->flags & ZIP_DESCRIPTOR) == 0;

	if (has_end && says->packed < data.len)
		data = slice_head(data, (size_t)says->packed);
	if (has_end)
		*end_out = local->end + data.len;
	if (says->method == ZIP_IMPLODED || says->method == ZIP_DEFLATE64)
		for_engine(z, says, data.len);
	else if (says->size > 0 || !has_end || data.len > EMPTY_MAX)
		open_alone(z, says, data, has_end ? says->size : ALL32);
}

/* libarchive's, of those that the engine passes over. */
static bool
is_opened(unsigned method)
{
	static const unsigned methods[] = { 14, 93, 95, 98 };
	size_t i;

	for (i = 0; i < sizeof methods / sizeof *methods; i++)
		if (method == methods[i])
			return true;
	return false;
}

/* Something else of a zip follows it, or nothing. */
static bool
ends_well(struct slice s, const struct zip_header *local)
{
	struct slice data = slice_tail(s, local->end), behind;

	if (local->packed == 0 || local->packed > data.len)
		return false;
	behind = slice_tail(data, (size_t)local->packed);
	return behind.len == 0 || slice_starts(behind, "PK");
}

/* Of stored and deflated ones the engine passes over those whose lengths a
 * descriptor tells, and all of them behind what it takes for something else. */
bool
zip_alone_likely(struct slice s)
{
	struct zip_header local;

	if (!zip_local(s, 0, &local) || !zip_is_likely_name(&local) ||
	    (local.flags & ZIP_ENCRYPTED))
		return false;
	if (local.method == ZIP_IMPLODED || local.method == ZIP_DEFLATE64)
		return false;
	return !zip_is_other(&local) || is_opened(local.method) ||
	    (local.method <= ZIP_METHOD_MAX && ends_well(s, &local));
}

static void
no_note(void *ctx, enum outcome outcome, const char *cause, const char *path)
{
	(void)ctx, (void)outcome, (void)cause, (void)path;
}

/* Marks lie in other files, too: of what may be one, nothing is told. */
bool
zip_alone(struct slice s, const char *path, const struct sink *sink,
    size_t *used_out)
{
	struct sink quiet = *sink;
	struct zip z = { .body = s, .path = path, .sink = &quiet };
	struct zip_header local;

	*used_out = 0;
	if (!zip_local(s, 0, &local))
		return true;
	if (!zip_is_other(&local) || !ends_well(s, &local))
		quiet.note = no_note;
	zip_member(&z, &local, NULL, used_out);
	pile_free(&z.out);
	return !z.ended;
}
