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
#include "unpack/pile.h"
#include "unpack/texts.h"
#include "wire/verdict.h"

#define STEP_MIN 4096
#define STEP_MAX (1 << 20)

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

	if (r->c->weak && !r->c->gave)
		return;
	if (text == NULL)
		text = "";
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

/* Small members need no large piece, large ones not many. */
static size_t
step(const struct pile *pile)
{
	if (pile->len < STEP_MIN)
		return STEP_MIN;
	return pile->len < STEP_MAX ? pile->len : STEP_MAX;
}

/* Holes of sparse files come as zeros, and cost as much. */
static bool
take(struct reading *r, ssize_t *got_out)
{
	size_t len = step(&r->pile);
	uint8_t *to = pile_room(&r->pile, len);

	if (to == NULL) {
		r->sink->note(r->sink->ctx, OUTCOME_ENGINE_ERROR,
		    "Container.Memory", r->name);
		return false;
	}
	*got_out = archive_read_data(r->c->archive, to, len);
	if (*got_out <= 0)
		return r->sink->spend(r->sink->ctx, 0);
	r->pile.len += (size_t)*got_out;
	r->c->gave = true;
	return r->sink->spend(r->sink->ctx, (size_t)*got_out);
}

/* What came out before a fault is looked at, too. */
static bool
read_member(struct reading *r)
{
	ssize_t got = 0;

	r->pile.len = 0;
	do {
		if (!take(r, &got))
			return false;
	} while (got > 0);
	/* It asks for another try each time, after the one that went wrong. */
	if (got < 0)
		note_fault(r);
	if (got == ARCHIVE_FATAL)
		r->c->state = ARCHIVE_FATAL;
	if (r->pile.len == 0)
		return true;
	return r->sink->visit(r->sink->ctx, r->pile.bytes, r->pile.len,
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
	return read_member(r);
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
