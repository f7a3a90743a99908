/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/zip_parts.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "unpack/deflated.h"
#include "unpack/texts.h"
#include "wire/verdict.h"

#define DESCRIPTOR "PK\7\10"

void
zip_path(const struct zip *z, struct slice name, char *out, size_t size)
{
	char text[PATH_MAX_LEN + 1];

	snprintf(text, sizeof text, "%.*s", (int)name.len,
	    (const char *)name.at);
	texts_path(out, size, z->path, text);
}

void
zip_note(struct zip *z, enum outcome outcome, const char *cause,
    struct slice name)
{
	char path[PATH_MAX_LEN + 1];

	zip_path(z, name, path, sizeof path);
	z->sink->note(z->sink->ctx, outcome, cause, path);
}

static void
visit(struct zip *z, struct slice bytes, struct slice name)
{
	char path[PATH_MAX_LEN + 1];

	if (bytes.len == 0 || z->ended)
		return;
	zip_path(z, name, path, sizeof path);
	z->visited++;
	z->ended = !z->sink->visit(z->sink->ctx, bytes.at, bytes.len, path);
}

static bool
piece(void *ctx, const uint8_t *bytes, size_t len)
{
	struct zip *z = ctx;

	(void)bytes;
	z->out.len += len;
	z->ended = !z->sink->spend(z->sink->ctx, len);
	return !z->ended;
}

/* To the end of the stream, whatever the headers say of its length: so does
 * who reads from a pipe. True: there is an end. Many headers may share a stream
 * of empty blocks: what is longer packed is spent, too. */
static bool
inflated(struct zip *z, struct slice data, size_t *used_out)
{
	const struct deflated_to to = { z, &z->out, piece };
	bool has_end;

	z->out.len = 0;
	has_end = deflated_read(data, &to, used_out);
	if (!z->ended && *used_out > z->out.len)
		z->ended = !z->sink->spend(z->sink->ctx,
		    *used_out - z->out.len);
	return has_end;
}

static void
deflated(struct zip *z, const struct zip_header *local,
    const struct zip_header *says, size_t *end_out)
{
	struct slice data = slice_tail(z->body, local->end);
	size_t used = 0;
	bool has_end = inflated(z, data, &used);

	if (z->ended)
		return;
	visit(z, slice_on(z->out.bytes, z->out.len), says->name);
	*end_out = local->end + used;
	if (!has_end)
		zip_note(z, OUTCOME_DAMAGED, data.len <= used ?
		    "Container.Cut" : "Container.Broken", says->name);
	else if ((says->flags & ZIP_DESCRIPTOR) == 0 || says != local) {
		if (used != says->packed || z->out.len != says->size)
			zip_note(z, OUTCOME_SUSPICIOUS, "Zip.Sizes",
			    says->name);
	}
}

/* Who reads from a pipe goes on to a descriptor that fits. 0: none. Members may
 * be many, each in front of all the rest: what is looked through is spent. */
static size_t
to_descriptor(struct zip *z, size_t from)
{
	struct slice data = slice_tail(z->body, from);
	size_t at, behind = 0;		/* the last mark */

	if (z->no_descriptor > 0 && from >= z->no_descriptor)
		return 0;
	while ((at = zip_mark(data, behind, DESCRIPTOR)) < data.len &&
	    !zip_descriptor_fits(data, at))
		behind = at + 4;
	if (at == data.len)
		z->no_descriptor = from + behind;
	if (!z->sink->spend(z->sink->ctx, at))
		z->ended = true;
	return at < data.len ? at : 0;
}

static void
stored(struct zip *z, const struct zip_header *local,
    const struct zip_header *says, size_t *end_out)
{
	struct slice data = slice_tail(z->body, local->end);
	size_t len = says->packed < data.len ? (size_t)says->packed : data.len;

	if (len == 0 && (local->flags & ZIP_DESCRIPTOR))
		len = to_descriptor(z, local->end);
	if (z->ended || !z->sink->spend(z->sink->ctx, 0)) {
		z->ended = true;
		return;
	}
	visit(z, slice_head(data, len), says->name);
	*end_out = local->end + len;
	if (len < says->packed)
		zip_note(z, OUTCOME_DAMAGED, "Container.Cut", says->name);
	else if (says->packed != says->size)
		zip_note(z, OUTCOME_SUSPICIOUS, "Zip.Sizes", says->name);
}

/* In the header, or in a descriptor with a mark or without one. */
static bool
is_sum(const struct zip_header *local, struct slice behind, unsigned sum)
{
	if ((local->flags & ZIP_DESCRIPTOR) == 0)
		return sum == local->crc;
	return behind.len >= 8 && (sum == slice_uint(behind, 0, 4) ||
	    sum == slice_uint(behind, 4, 4));
}

/* What it holds without its being visited. */
static struct slice
content(struct zip *z, const struct zip_header *local, struct slice data,
    size_t *used_out)
{
	size_t len = local->packed < data.len ? (size_t)local->packed :
	    data.len;

	*used_out = len;
	if (zip_is_other(local) || (local->flags & ZIP_ENCRYPTED))
		return slice_on(NULL, 0);
	if (local->method == ZIP_DEFLATED) {
		(void)inflated(z, data, used_out);
		return slice_on(z->out.bytes, z->out.len);
	}
	if (len == 0 && (local->flags & ZIP_DESCRIPTOR))
		len = to_descriptor(z, local->end);
	if (!z->sink->spend(z->sink->ctx, len))
		z->ended = true;
	*used_out = len;
	return slice_head(data, len);
}

bool
zip_is_sound(struct zip *z, const struct zip_header *local, size_t *end_out)
{
	struct slice data = slice_tail(z->body, local->end), out;
	size_t used;

	out = content(z, local, data, &used);
	*end_out = local->end + used;
	return !z->ended && out.len > 0 && is_sum(local,
	    slice_tail(data, used), (unsigned)crc32_z(0, out.at, out.len));
}

static void
encrypted(struct zip *z, const struct zip_header *local,
    const struct zip_header *says, size_t *end_out)
{
	struct slice data = slice_tail(z->body, local->end);

	zip_note(z, OUTCOME_ENCRYPTED, "Container.Encrypted", says->name);
	z->has_encrypted = true;
	*end_out = local->end + (says->packed < data.len ?
	    (size_t)says->packed : data.len);
}

static void
by_one(struct zip *z, const struct zip_header *local,
    const struct zip_header *says, size_t *end_out)
{
	if (says->flags & ZIP_ENCRYPTED)
		encrypted(z, local, says, end_out);
	else if (says->method == ZIP_STORED)
		stored(z, local, says, end_out);
	else if (says->method == ZIP_DEFLATED)
		deflated(z, local, says, end_out);
	else
		zip_other(z, local, says, end_out);
}

/* What a header of its own leaves to the descriptor is no contradiction. */
static bool
differs(const struct zip_header *local, uint64_t own, uint64_t listed)
{
	return own != listed && ((local->flags & ZIP_DESCRIPTOR) == 0 ||
	    own != 0);
}

static bool
contradict(struct zip *z, const struct zip_header *local,
    const struct zip_header *central)
{
	const struct {
		bool differ;
		const char *cause;
	} looks[] = {
		{ !slice_same(local->name, central->name), "Zip.Names" },
		{ local->method != central->method, "Zip.Methods" },
		{ (local->flags & ZIP_ENCRYPTED) !=
		    (central->flags & ZIP_ENCRYPTED), "Zip.Encryption" },
		{ differs(local, local->packed, central->packed) ||
		    differs(local, local->size, central->size), "Zip.Sizes" },
	};
	bool any = false;
	size_t i;

	for (i = 0; i < sizeof looks / sizeof *looks; i++)
		if (looks[i].differ) {
			zip_note(z, OUTCOME_SUSPICIOUS, looks[i].cause,
			    central->name);
			any = true;
		}
	return any;
}

void
zip_member(struct zip *z, const struct zip_header *local,
    const struct zip_header *central, size_t *end_out)
{
	size_t other;

	*end_out = local->end;
	if (central == NULL) {
		by_one(z, local, local, end_out);
		return;
	}
	by_one(z, local, central, end_out);
	if (z->ended || !contradict(z, local, central))
		return;
	z->whole = false;
	by_one(z, local, local, &other);
}
