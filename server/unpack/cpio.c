/* SPDX-License-Identifier: GPL-2.0-only */
/* A mark of six bytes, then numbers in text; the name; the content. */
#include "unpack/cpio.h"

#include <string.h>

#define NAME_MAX_LEN 0x1fff	/* as busybox masks it; paths are shorter */
#define MARK_LEN 6
#define REGULAR 0100000		/* of a mode */
#define KINDS 0170000

struct field {
	size_t at, len;
};

static const struct form {
	char mark[MARK_LEN + 1];
	size_t len;
	struct field mode, name, content;
	unsigned bits;			/* of a digit */
	uint64_t unit;			/* to which name and content are
					 * padded */
} forms[] = {
	{ "070701", 110, { 14, 8 }, { 94, 8 }, { 54, 8 }, 4, 4 },
	{ "070702", 110, { 14, 8 }, { 94, 8 }, { 54, 8 }, 4, 4 },
	{ "070707", 76, { 18, 6 }, { 59, 6 }, { 65, 11 }, 3, 1 },
};

struct header {
	const struct form *form;
	uint64_t mode, name, content;
	bool plain;			/* digits and nothing else */
};

static bool
is_digit(uint8_t byte, unsigned bits)
{
	const int value = hex_value(byte);

	return value >= 0 && value < 1 << bits;
}

/* As GNU's cpio: behind blanks, up to a zero. What is no digit ends it, too,
 * but counts as one. */
static uint64_t
number(struct slice s, struct field field, unsigned bits)
{
	struct slice digits = slice_part(s, field.at, field.len);
	uint64_t value = 0;

	while (digits.len > 0 && *digits.at == ' ')
		digits = slice_tail(digits, 1);
	for (; digits.len > 0 && *digits.at != '\0';
	    digits = slice_tail(digits, 1)) {
		value <<= bits;
		if (!is_digit(*digits.at, bits))
			break;
		value |= (unsigned)hex_value(*digits.at);
	}
	return value;
}

static bool
is_plain(struct slice s, const struct form *form)
{
	size_t i;

	for (i = MARK_LEN; i < form->len; i++)
		if (!is_digit(s.at[i], form->bits))
			return false;
	return true;
}

static const struct form *
form_of(struct slice s)
{
	size_t i;

	for (i = 0; i < sizeof forms / sizeof *forms; i++)
		if (s.len >= forms[i].len &&
		    memcmp(s.at, forms[i].mark, MARK_LEN) == 0)
			return &forms[i];
	return NULL;
}

static bool
read_header(struct slice s, struct header *h)
{
	const struct form *form = form_of(s);

	if (form == NULL)
		return false;
	*h = (struct header){
		.form = form,
		.mode = number(s, form->mode, form->bits),
		.name = number(s, form->name, form->bits),
		.content = number(s, form->content, form->bits),
		.plain = is_plain(s, form),
	};
	return true;
}

/* Its name ends where it says. */
static bool
is_named(struct slice s, const struct header *h)
{
	return h->name > 1 && h->name <= NAME_MAX_LEN &&
	    h->name <= s.len - h->form->len &&
	    s.at[h->form->len + h->name - 1] == '\0';
}

bool
cpio_is_odd(struct slice s)
{
	struct header h;

	return read_header(s, &h) && !h.plain && is_named(s, &h) &&
	    (h.mode & KINDS) == REGULAR;
}

static bool
is_last(struct slice s, const struct header *h)
{
	static const char name[] = "TRAILER!!!";

	return is_named(s, h) && h->name == sizeof name &&
	    memcmp(s.at + h->form->len, name, sizeof name) == 0;
}

static uint64_t
length_of(const struct header *h)
{
	const uint64_t unit = h->form->unit;
	const uint64_t name = h->form->len + h->name + unit - 1;

	return name / unit * unit + (h->content + unit - 1) / unit * unit;
}

static struct slice
behind(struct slice s, const struct header *h)
{
	const uint64_t len = length_of(h);

	return slice_tail(s, len < s.len ? (size_t)len : s.len);
}

static uint64_t
word(struct slice s, size_t at)
{
	return *s.at == 0xc7 ? slice_uint(s, at, 2) : slice_big(s, at, 2);
}

/* The high half of a long number comes first, whatever the order of bytes. */
static bool
read_binary(struct slice s, struct header *h)
{
	static const struct form binary = { .len = 26, .unit = 2 };

	if (s.len < binary.len || word(s, 0) != 070707)
		return false;
	*h = (struct header){
		.form = &binary,
		.mode = word(s, 6),
		.name = word(s, 20),
		.content = word(s, 22) << 16 | word(s, 24),
		.plain = true,
	};
	return true;
}

bool
cpio_read_head(struct slice s, struct cpio_head *head_out)
{
	struct header h;

	if ((!read_header(s, &h) && !read_binary(s, &h)) || !h.plain)
		return false;
	*head_out = (struct cpio_head){
		.len = h.form->len,
		.label = h.name,
		.member = length_of(&h),
	};
	if ((h.mode & KINDS) != REGULAR)
		head_out->label = head_out->member - h.form->len;
	return true;
}

static struct slice
without_zeros(struct slice s)
{
	while (s.len > 0 && *s.at == '\0')
		s = slice_tail(s, 1);
	return s;
}

/* Another header in there is found by some, and passed over by others. */
static bool
check_junk(struct slice s, const char *path, const struct sink *sink)
{
	if (s.len == 0)
		return true;
	if (!sink->spend(sink->ctx, s.len))
		return false;
	s = slice_tail(s, 1);
	if (slice_find(s, "07070") < s.len)
		sink->note(sink->ctx, OUTCOME_SUSPICIOUS, "Cpio.Junk", path);
	return true;
}

/* NULL: none. */
static const char *
fault_of(struct slice s, const struct header *h)
{
	if (!h->plain && is_named(s, h))
		return "Cpio.Numbers";
	return h->plain && h->form->unit > 1 && h->name > NAME_MAX_LEN ?
	    "Container.Broken" : NULL;
}

bool
cpio_check(struct slice s, const char *path, const struct sink *sink)
{
	bool has_member = false;
	struct slice end, next;
	const char *fault;
	struct header h;

	for (; read_header(s, &h); s = next) {
		end = behind(s, &h);
		next = without_zeros(end);
		if (!sink->spend(sink->ctx, h.form->len + end.len - next.len))
			return false;
		fault = fault_of(s, &h);
		if (fault != NULL)
			sink->note(sink->ctx, h.plain ? OUTCOME_DAMAGED :
			    OUTCOME_SUSPICIOUS, fault, path);
		if (fault != NULL || is_last(s, &h))
			return true;
		if (!h.plain || !is_named(s, &h))
			break;
		has_member = true;
	}
	return !has_member || check_junk(s, path, sink);
}
