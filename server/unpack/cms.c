/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/cms.h"

#include <string.h>

#include "unpack/pile.h"
#include "unpack/texts.h"
#include "wire/verdict.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define NAME(text) { text, sizeof(text) - 1 }
#define PKCS "\x2a\x86\x48\x86\xf7\x0d\1"

enum ber_tag {
	BER_END = 0, BER_OCTETS = 0x04, BER_NAME = 0x06, BER_PIECES = 0x24,
	BER_SEQUENCE = 0x30, BER_CONTENT = 0xa0
};

/* Whose content is that of an envelope: behind a version and one thing more. */
static const struct kind {
	const char *name;
	size_t len;
} kinds[] = {
	NAME(PKCS "\7\1"),		/* data, and no envelope */
	NAME(PKCS "\7\2"),		/* signed */
	NAME(PKCS "\7\5"),		/* with a digest */
	NAME(PKCS "\x09\x10\1\x09"),	/* compressed */
};

struct element {
	unsigned tag;
	bool open;		/* its end is told behind it */
	struct slice value;	/* of an open one: all that follows */
};

/* Takes its header off. False: there is none. A length beyond the end is one
 * up to it. */
static bool
take_header(struct slice *s, struct element *e_out)
{
	unsigned more;
	uint64_t len;

	if (s->len < 2)
		return false;
	len = s->at[1];
	more = len > 0x80 ? (unsigned)len & 0x7f : 0;
	if (more > 8 || s->len < 2 + more)
		return false;
	e_out->tag = s->at[0];
	e_out->open = len == 0x80;
	if (more > 0)
		len = slice_big(*s, 2, more);
	*s = slice_tail(*s, 2 + more);
	e_out->value = e_out->open ? *s : slice_part(*s, 0, len);
	return true;
}

/* To what it has in it. */
static bool
enter(struct slice *s, unsigned tag)
{
	struct element e;

	if (!take_header(s, &e) || e.tag != tag)
		return false;
	*s = e.value;
	return true;
}

/* Over all of it. */
static bool
pass(struct slice *s)
{
	struct element e;
	size_t depth = 0;

	do {
		if (!take_header(s, &e))
			return false;
		if (e.open)
			depth++;
		else
			*s = slice_tail(*s, e.value.len);
		if (e.tag == BER_END && depth > 0)
			depth--;
	} while (depth > 0);
	return true;
}

static const struct kind *
take_kind(struct slice *s)
{
	struct element e;
	size_t i;

	if (!enter(s, BER_SEQUENCE) || !take_header(s, &e) ||
	    e.tag != BER_NAME)
		return NULL;
	*s = slice_tail(*s, e.value.len);
	for (i = 0; i < COUNT(kinds); i++)
		if (slice_same(e.value, slice_on(kinds[i].name, kinds[i].len)))
			return &kinds[i];
	return NULL;
}

/* Of what is signed elsewhere there is none. */
static bool
take_content(struct slice *s)
{
	const struct kind *kind = take_kind(s);

	if (kind == NULL || !enter(s, BER_CONTENT))
		return false;
	return kind == kinds || (enter(s, BER_SEQUENCE) && pass(s) &&
	    pass(s) && enter(s, BER_SEQUENCE) && pass(s) &&
	    enter(s, BER_CONTENT));
}

bool
cms_likely(struct slice s)
{
	return take_kind(&s) != NULL;
}

/* All pieces of it, in whatever they are put together. False: no memory. */
static bool
collect(struct slice s, struct pile *out)
{
	struct element e;
	uint8_t *to;

	while (take_header(&s, &e) && (e.tag == BER_OCTETS ||
	    e.tag == BER_PIECES || e.tag == BER_END)) {
		if (e.tag == BER_PIECES)
			continue;
		s = slice_tail(s, e.value.len);
		if (e.tag == BER_END || e.value.len == 0)
			continue;
		to = pile_room(out, e.value.len);
		if (to == NULL)
			return false;
		memcpy(to, e.value.at, e.value.len);
		out->len += e.value.len;
	}
	return true;
}

bool
cms_walk(struct slice s, const char *path, const struct sink *sink)
{
	char name[PATH_MAX_LEN + 1];
	struct pile out = { NULL, 0, 0 };
	bool on = true;

	if (!take_content(&s))
		return true;
	texts_path(name, sizeof name, path, "content");
	if (!collect(s, &out)) {
		sink->note(sink->ctx, OUTCOME_ENGINE_ERROR,
		    "Container.Memory", name);
		on = false;
	}
	if (on && out.len > 0)
		on = sink->spend(sink->ctx, out.len) &&
		    sink->visit(sink->ctx, out.bytes, out.len, name);
	pile_free(&out);
	return on;
}
