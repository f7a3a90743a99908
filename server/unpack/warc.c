/* SPDX-License-Identifier: GPL-2.0-only */
/* ISO 28500: lines as in a mail, an empty one, the content, two empty ones. */
#include "unpack/warc.h"

#include <string.h>

#define LENGTH_DIGITS 18

struct fields {
	struct slice type, address, length;
	unsigned types, addresses, lengths;
};

static const struct {
	const char *name;
	size_t value, count;
} names[] = {
	{ "WARC-Type:", offsetof(struct fields, type),
	    offsetof(struct fields, types) },
	{ "WARC-Target-URI:", offsetof(struct fields, address),
	    offsetof(struct fields, addresses) },
	{ "Content-Length:", offsetof(struct fields, length),
	    offsetof(struct fields, lengths) },
};

/* 0: it has no end. */
static size_t
head_of(struct slice s)
{
	const uint8_t *end = s.len == 0 ? NULL :
	    memmem(s.at, s.len, "\r\n\r\n", 4);

	return end == NULL ? 0 : (size_t)(end - s.at) + 4;
}

/* In the letter case that libarchive wants. */
static bool
begins(struct slice s, const char *word)
{
	return s.len >= strlen(word) && memcmp(s.at, word, strlen(word)) == 0;
}

static void
read_line(struct fields *f, struct slice line)
{
	size_t i, len;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		len = strlen(names[i].name);
		if (!slice_starts(line, names[i].name))
			continue;
		*(struct slice *)((char *)f + names[i].value) =
		    slice_trim(slice_tail(line, begins(line, names[i].name) ?
		    len : line.len));
		++*(unsigned *)((char *)f + names[i].count);
	}
}

static bool
read_length(struct slice s, uint64_t *length_out)
{
	uint64_t value = 0;

	if (s.len == 0 || s.len > LENGTH_DIGITS)
		return false;
	for (; s.len > 0; s = slice_tail(s, 1)) {
		if (*s.at < '0' || *s.at > '9')
			return false;
		value = value * 10 + (*s.at - '0');
	}
	*length_out = value;
	return true;
}

/* It has a name for a file at its end. */
static bool
names_a_file(struct slice s)
{
	size_t i;

	if (!begins(s, "http://") && !begins(s, "https://") &&
	    !begins(s, "file://"))
		return false;
	s = slice_tail(s, slice_find(s, "://") + 3);
	for (i = 0; i < s.len; i++)
		if (s.at[i] <= ' ' || s.at[i] > '~')
			return false;
	return s.len > 2 && s.at[s.len - 1] != '/' &&
	    memchr(s.at + 1, '/', s.len - 1) != NULL;
}

static bool
is_given(const struct fields *f)
{
	return f->types == 1 && f->addresses == 1 &&
	    f->type.len == 8 &&
	    (begins(f->type, "response") || begins(f->type, "resource")) &&
	    names_a_file(f->address);
}

bool
warc_read_record(struct slice s, struct warc_record *record_out)
{
	struct fields f = { .types = 0 };
	struct slice rest;
	uint64_t length;
	size_t head;

	if (!slice_starts(s, "WARC/"))
		return false;
	head = head_of(s);
	rest = slice_head(s, head);
	while (rest.len > 0)
		read_line(&f, slice_cut(&rest, '\n'));
	if (head == 0 || f.lengths != 1 || !read_length(f.length, &length))
		return false;
	*record_out = (struct warc_record){ head, length, is_given(&f) };
	return true;
}
