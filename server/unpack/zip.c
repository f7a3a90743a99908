/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/zip_parts.h"

#include <string.h>

#define LOCAL "PK\3\4"
#define END "PK\5\6"
#define DESCRIPTOR_MAX 24
#define TAIL (72 << 10)		/* the end record and its comment */
#define ENGINE_ROOM 100		/* files */

struct crowd {
	size_t counts[2];	/* of empty files, of others */
	size_t packed, waiting;
};

/* Whoever gives the budget is asked. */
static bool
may_go_on(struct zip *z)
{
	if (!z->ended && !z->sink->spend(z->sink->ctx, 0))
		z->ended = true;
	return !z->ended;
}

static void
directory_entry(struct zip *z, const struct zip_header *central, uint64_t base)
{
	struct zip_header local;
	size_t end;

	if (!may_go_on(z))
		return;
	if (!zip_local(z->body, base + central->local, &local)) {
		zip_note(z, OUTCOME_DAMAGED, "Zip.NoMember", central->name);
		z->whole = false;
		return;
	}
	zip_member(z, &local, central, &end);
	zip_belongs(z, local.at, end);
}

/* What one directory names twice, readers may give twice. */
static void
see_twins(struct zip *z, size_t first)
{
	if (!zip_has_twins(z, first))
		return;
	zip_note(z, OUTCOME_SUSPICIOUS, "Zip.Overlap", slice_text(""));
	z->whole = false;
}

/* base: bytes in front of what the archive's own offsets count from. */
static void
directory(struct zip *z, const struct zip_end *end, uint64_t at, uint64_t base)
{
	const uint64_t start = at;
	struct zip_header central;
	uint64_t count = 0;
	size_t first;

	zip_ranges(z, &first);
	while (!z->ended && at < end->at &&
	    zip_central(z->body, at, &central)) {
		directory_entry(z, &central, base);
		at = central.end;
		count++;
	}
	if (z->ended)
		return;
	see_twins(z, first);
	if (start < at)
		zip_belongs(z, (size_t)start, (size_t)at);
	if (count != end->count && (end->is_64 || count % 65536 != end->count))
		zip_note(z, OUTCOME_DAMAGED, "Zip.Count", slice_text(""));
}

static bool
begins(struct slice body)
{
	return body.len >= 4 && memcmp(body.at, LOCAL, 4) == 0;
}

/* Readers look for the directory where the end record says, or right before
 * the end record. False: it is none, as marks lie in other files, too. */
static bool
by_end(struct zip *z, const struct zip_end *end)
{
	const uint64_t before = end->at - end->size;
	struct zip_header other;
	bool is_before = end->size <= end->at &&
	    zip_central(z->body, before, &other);
	bool is_there = !end->again && end->offset < end->at &&
	    end->offset != before &&
	    zip_central(z->body, end->offset, &other);

	if (is_before)
		directory(z, end, before, before - end->offset);
	if (is_there && !z->ended)
		directory(z, end, end->offset, 0);
	if (is_before && is_there)
		zip_note(z, OUTCOME_SUSPICIOUS, "Zip.Directories",
		    slice_text(""));
	if ((is_before || is_there) && end->two)
		zip_note(z, OUTCOME_SUSPICIOUS, "Zip.Ends", slice_text(""));
	if (is_there || end->two)
		z->whole = false;
	return is_before || is_there;
}

static unsigned
by_each(struct zip *z, const struct zip_end *ends, unsigned count)
{
	unsigned i, walked = 0;

	for (i = 0; i < count && !z->ended; i++)
		if (by_end(z, &ends[i])) {
			zip_belongs(z, ends[i].at, ends[i].at + (ends[i].is_64 ?
			    END64_LEN : END_LEN));
			walked++;
		}
	if (walked > 1) {
		zip_note(z, OUTCOME_SUSPICIOUS, "Zip.Ends", slice_text(""));
		z->whole = false;
	}
	return walked;
}

/* From the last to the first, as most readers take the last one; those inside
 * of members are theirs. Marks may be as many as a quarter of the bytes. */
static unsigned
by_ends(struct zip *z, const size_t *marks, size_t count)
{
	unsigned walked = 0, ways;
	struct zip_end ends[ZIP_END_WAYS];

	while (count-- > 0 && may_go_on(z)) {
		if (zip_past(z, marks[count]) != marks[count])
			continue;
		ways = zip_ends(z->body, marks[count], ends);
		if (ways == 0)
			continue;
		if (walked == ZIP_ENDS_MAX) {
			zip_note(z, OUTCOME_SUSPICIOUS, "Zip.Ends",
			    slice_text(""));
			z->whole = false;
			break;
		}
		if (by_each(z, ends, ways) == 0)
			continue;
		zip_belongs(z, marks[count], marks[count] + END_LEN);
		zip_tidy(z);
		walked++;
	}
	return walked;
}

/* Members have their descriptors behind them, and archives do not fit there. */
static bool
touches(const struct zip *z, size_t at)
{
	size_t i;

	for (i = 0; i <= DESCRIPTOR_MAX; i++)
		if (zip_past(z, at + i) != at + i)
			return true;
	return false;
}

/* Marks lie in other files, too: a header is one if it could be. Who reads from
 * a pipe takes a method for its lower byte. That of an odd
 * name is when it is the first thing, when it touches what is known (`known`:
 * where the last one ended) or when its checksum is right. */
static bool
is_header(struct zip *z, size_t at, size_t known, struct zip_header *local_out)
{
	size_t end;

	if (!zip_local(z->body, at, local_out) ||
	    (local_out->method & 0xff) > ZIP_METHOD_MAX)
		return false;
	if (zip_is_likely_name(local_out) || at - known <= DESCRIPTOR_MAX ||
	    touches(z, at - DESCRIPTOR_MAX - 1))
		return true;
	return may_go_on(z) && (zip_is_sound(z, local_out, &end) ||
	    (!z->ended && touches(z, end)));
}

/* Puts where it ends. True: it is one. */
static bool
hidden_member(struct zip *z, const struct zip_header *local, const char *cause,
    size_t *end_out)
{
	const uint64_t visited = z->visited;
	bool is_one;

	zip_member(z, local, NULL, end_out);
	is_one = visited < z->visited || zip_is_other(local);
	if (cause != NULL && is_one)
		zip_note(z, OUTCOME_SUSPICIOUS, cause, local->name);
	return is_one;
}

static bool
hidden(struct zip *z, const char *cause)
{
	struct zip_header local;
	size_t known = 0, at = 0, end;
	bool any = false;

	while (!z->ended && (at = zip_mark(z->body, at, LOCAL)) < z->body.len) {
		end = zip_past(z, at);
		if (end == at && is_header(z, at, known, &local) &&
		    hidden_member(z, &local, cause, &end))
			any = true;
		if (end > at)
			known = end;
		at = end > at ? end : at + 4;
	}
	return any;
}

/* The places of all end records. False: no memory. */
static bool
find_ends(struct slice body, struct pile *marks)
{
	size_t at = 0;
	uint8_t *to;

	while ((at = zip_mark(body, at, END)) < body.len) {
		to = pile_room(marks, sizeof at);
		if (to == NULL)
			return false;
		memcpy(to, &at, sizeof at);
		marks->len += sizeof at;
		at += 4;
	}
	return true;
}

/* The engine is sure to open what all readers see alike. */
static void
walk(struct zip *z, const struct pile *marks)
{
	const size_t *at = (const size_t *)(const void *)marks->bytes;
	unsigned ends = by_ends(z, at, marks->len / sizeof *at);

	if (z->ended)
		return;
	z->whole = z->whole && ends > 0;
	z->by_marks = ends > 0 || begins(z->body);
	if (ends > 0) {
		if (hidden(z, "Zip.Hidden"))
			z->whole = false;
	} else if (z->by_marks) {
		zip_note(z, OUTCOME_DAMAGED, "Container.Cut", slice_text(""));
		hidden(z, NULL);
	}
	if (z->for_engine.at != NULL && !(z->whole && ends == 1))
		zip_note(z, OUTCOME_UNSUPPORTED, "Zip.Method", z->for_engine);
}

static bool
is_gapless(const struct zip_range *r, size_t count)
{
	size_t i;

	for (i = 1; i < count; i++)
		if (r[i].from - r[i - 1].to > DESCRIPTOR_MAX)
			return false;
	return true;
}

static struct zip_extent
extent(struct zip *z)
{
	struct zip_extent e = {
		.whole = z->whole && !z->ended && !z->has_encrypted &&
		    z->for_engine.at == NULL,
		.by_marks = z->by_marks,
	};
	const struct zip_range *r;
	size_t count;

	zip_tidy(z);
	r = zip_ranges(z, &count);
	if (count > 0 && is_gapless(r, count)) {
		e.from = r[0].from;
		e.to = r[count - 1].to;
	}
	return e;
}

static bool
is_folder(const struct zip_header *h)
{
	return h->name.len > 0 && h->name.at[h->name.len - 1] == '/';
}

/* False: there is none near the end. */
static bool
last_end(struct slice body, struct zip_end *end_out)
{
	const size_t from = body.len < TAIL ? 0 : body.len - TAIL;
	struct zip_end ends[ZIP_END_WAYS];
	size_t at = from, last = body.len;

	for (; (at = zip_mark(body, at, END)) < body.len; at += 4)
		last = at;
	if (last == body.len || zip_ends(body, last, ends) == 0)
		return false;
	*end_out = ends[0];
	return true;
}

/* Nothing is packed in it, says its own header, which the engine believes. */
static bool
is_empty(struct slice body, const struct zip_header *central, uint64_t base)
{
	struct zip_header local;

	return !zip_local(body, base + central->local, &local) ||
	    (local.packed == 0 && (central->packed == 0 ||
	    (local.flags & ZIP_DESCRIPTOR) == 0));
}

/* Of a hundred files each the engine makes room for more, and so for each empty
 * one, folders too, until the next one that is not. */
static bool
is_crowd(struct crowd *c, const struct zip_header *central, bool empty,
    size_t most)
{
	if (!is_folder(central))
		c->counts[central->size > 0]++;
	if (!empty)
		c->packed++;
	else if (c->packed % ENGINE_ROOM == 0)
		c->waiting++;
	return c->counts[0] > most || c->counts[1] > most ||
	    c->waiting > most;
}

size_t
zip_crowd(struct slice body, size_t most)
{
	struct zip_header central;
	struct zip_end end;
	struct crowd crowd = { .packed = 0 };
	uint64_t at, first;

	if (!last_end(body, &end) || end.size > end.at)
		return body.len;
	at = first = end.at - end.size;
	for (; at < end.at && zip_central(body, at, &central);
	    at = central.end)
		if (is_crowd(&crowd, &central, is_empty(body, &central,
		    first - end.offset), most))
			return (size_t)first;
	return body.len;
}

bool
zip_walk(struct slice body, const char *path, const struct sink *sink,
    struct zip_extent *extent_out)
{
	struct zip z = { .body = body, .path = path, .sink = sink };
	struct pile marks = { NULL, 0, 0 };

	z.whole = true;
	if (!find_ends(body, &marks)) {
		zip_note(&z, OUTCOME_ENGINE_ERROR, "Container.Memory",
		    slice_text(""));
		z.ended = true;
	} else
		walk(&z, &marks);
	*extent_out = extent(&z);
	pile_free(&marks);
	pile_free(&z.ranges);
	pile_free(&z.out);
	return !z.ended;
}
