/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libarchive tells a fault by a number that says little and a text. What fits
 * none of the texts here, as after a change there, is damaged, which blocks.
 */
#include "unpack/contents_parts.h"

#include <archive_entry.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/utf8.h"
#include "unpack/pile.h"
#include "unpack/texts.h"
#include "wire/verdict.h"

#define STEP (1 << 20)

struct reading {
	struct contents *c;
	const char *path;
	const struct sink *sink;
	struct pile pile;
	char name[PATH_MAX_LEN + 1];	/* of the member; at first the path */
};

static const struct fault {
	const char *part;		/* of the text */
	enum outcome outcome;
	const char *cause;
} faults[] = {
	/* zip: the engine opens imploded and "deflate64" members */
	{ "method (6: ", OUTCOME_NONE, "" },
	{ "method (9: ", OUTCOME_NONE, "" },
	{ "ncrypt", OUTCOME_ENCRYPTED, "Container.Encrypted" },
	{ "assphrase", OUTCOME_ENCRYPTED, "Container.Encrypted" },
	{ "Unknown codec", OUTCOME_UNSUPPORTED, "Container.Unsupported" },
	{ "nsupported", OUTCOME_UNSUPPORTED, "Container.Unsupported" },
	{ "not supported", OUTCOME_UNSUPPORTED, "Container.Unsupported" },
	{ "Damaged tar", OUTCOME_DAMAGED, "Tar.Checksum" },
	{ "runcated", OUTCOME_DAMAGED, "Container.Cut" },
	{ "too short", OUTCOME_DAMAGED, "Container.Cut" },
	{ "CRC", OUTCOME_DAMAGED, "Container.Checksum" },
	{ "hecksum", OUTCOME_DAMAGED, "Container.Checksum" },
	{ "", OUTCOME_DAMAGED, "Container.Broken" },
};

static void
note_fault(const struct reading *r)
{
	const char *text = archive_error_string(r->c->archive);
	size_t i = 0;

	if (r->c->by_chance || (r->c->weak && !r->c->gave))
		return;
	if (text == NULL)	/* there are no bytes any more */
		text = "truncated";
	while (strstr(text, faults[i].part) == NULL)
		i++;		/* the last one fits everything */
	if (faults[i].outcome != OUTCOME_NONE)
		r->sink->note(r->sink->ctx, faults[i].outcome,
		    faults[i].cause, r->name);
}

static void
set_name(struct reading *r)
{
	const char *name = contents_name(r->c);

	if (archive_format(r->c->archive) == ARCHIVE_FORMAT_RAW)
		name = "content";
	texts_path(r->name, sizeof r->name, r->path,
	    name != NULL ? name : "unnamed");
}

/* NULL: the sink wants no more, or was told that there is no memory. */
static uint8_t *
room(struct reading *r, size_t len)
{
	uint8_t *to;

	if (!r->sink->spend(r->sink->ctx, len))
		return NULL;
	to = pile_room(&r->pile, len);
	if (to == NULL)
		r->sink->note(r->sink->ctx, OUTCOME_ENGINE_ERROR,
		    "Container.Memory", r->name);
	else
		r->pile.len += len;
	return to;
}

/* Holes of sparse files come as zeros, and cost as much. */
static bool
fill(struct reading *r, uint64_t upto)
{
	uint8_t *to;
	size_t len;

	while (r->pile.len < upto) {
		len = upto - r->pile.len < STEP ?
		    (size_t)(upto - r->pile.len) : STEP;
		to = room(r, len);
		if (to == NULL)
			return false;
		memset(to, 0, len);
	}
	return true;
}

static bool
add(struct reading *r, const void *bytes, size_t len)
{
	uint8_t *to;

	if (len == 0)
		return r->sink->spend(r->sink->ctx, 0);
	to = room(r, len);
	if (to == NULL)
		return false;
	memcpy(to, bytes, len);
	r->c->gave = true;
	return true;
}

/* By blocks: archive_read_data() forgets what it had when something is wrong
 * behind it. A block of one that failed says nothing. */
static bool
take(struct reading *r, int *result_out)
{
	la_int64_t offset = (la_int64_t)r->pile.len;
	const void *block = NULL;
	size_t len = 0;

	*result_out = archive_read_data_block(r->c->archive, &block, &len,
	    &offset);
	if (*result_out == ARCHIVE_FATAL || block == NULL)
		len = 0;
	if (len > 0 && offset < (la_int64_t)r->pile.len)
		r->sink->note(r->sink->ctx, OUTCOME_DAMAGED,
		    "Container.Broken", r->name);
	if (*result_out != ARCHIVE_FATAL && offset > 0 &&
	    !fill(r, (uint64_t)offset))
		return false;
	return add(r, block, len);
}

/* What came out before a fault is looked at, too. */
static bool
read_member(struct reading *r)
{
	int result;

	r->pile.len = 0;
	do {
		if (!take(r, &result))
			return false;
	} while (result == ARCHIVE_OK);
	/* It asks for another try each time, after the one that went wrong. */
	if (result < ARCHIVE_OK)
		note_fault(r);
	if (result == ARCHIVE_FATAL)
		r->c->state = ARCHIVE_FATAL;
	if (r->pile.len == 0)
		return true;
	return r->sink->visit(r->sink->ctx, r->pile.bytes, r->pile.len,
	    r->name);
}

static bool
is_text(const char *text, size_t len)
{
	size_t at, used;
	uint32_t code;

	for (at = 0; at < len; at += used) {
		used = utf8_next(text + at, len - at, &code);
		if (used == 0 || !utf8_printable(code))
			return false;
	}
	return true;
}

/* What a link in a 7z points to is packed as if it were a file, which 7z gives
 * out as one. libarchive ends it at the first zero, and no name has one. */
static bool
read_link(const struct reading *r)
{
	const char *target = archive_entry_symlink(r->c->entry);
	const size_t len = target != NULL ? strlen(target) : 0;

	if (len == 0 || !contents_is(r->c, KIND_7Z))
		return true;
	if (!is_text(target, len))
		r->sink->note(r->sink->ctx, OUTCOME_UNSUPPORTED,
		    "Container.Unsupported", r->name);
	return r->sink->spend(r->sink->ctx, len) &&
	    r->sink->visit(r->sink->ctx, (const uint8_t *)target, len,
	    r->name);
}

static bool
member(struct reading *r)
{
	set_name(r);
	if (archive_entry_is_encrypted(r->c->entry)) {
		r->sink->note(r->sink->ctx, OUTCOME_ENCRYPTED,
		    "Container.Encrypted", r->name);
		return true;
	}
	return read_link(r) && read_member(r);
}

static bool
is_entry(int state)
{
	return state == ARCHIVE_OK || state == ARCHIVE_WARN;
}

static bool
read_all(struct reading *r)
{
	struct contents *c = r->c;

	while (is_entry(c->state) || c->state == ARCHIVE_RETRY) {
		if (!r->sink->spend(r->sink->ctx, 0))
			return false;
		if (is_entry(c->state) && !member(r))
			return false;
		if (c->state == ARCHIVE_FATAL)
			return true;
		/* It goes on behind a header that is none. */
		if (c->state == ARCHIVE_RETRY)
			note_fault(r);
		contents_next(c);
	}
	if (c->state != ARCHIVE_EOF)
		note_fault(r);
	return true;
}

bool
contents_read(struct contents *c, const char *path, const struct sink *sink)
{
	struct reading r = { .c = c, .path = path, .sink = sink };
	bool on;

	snprintf(r.name, sizeof r.name, "%s", path);
	on = read_all(&r);
	pile_free(&r.pile);
	return on;
}

bool
contents_zip_member(struct slice header, struct slice data, const char *path,
    const struct sink *sink, bool *gave_out, size_t *reach_out)
{
	struct contents *c = contents_open_zip_member(header, data);
	struct reading r = { .c = c, .path = path, .sink = sink };
	bool on = true;

	snprintf(r.name, sizeof r.name, "%s", path);
	if (is_entry(c->state))
		on = read_member(&r);
	else
		note_fault(&r);
	*gave_out = c->gave;
	*reach_out = contents_reach(c);
	pile_free(&r.pile);
	contents_close(&c);
	return on;
}

struct contents *
contents_open_lzma(struct slice header, struct slice rest)
{
	static int (*const kinds[])(struct archive *) = {
		archive_read_support_filter_lzma,
		archive_read_support_format_raw, NULL,
	};

	return contents_open_fed(kinds, header, rest);
}
