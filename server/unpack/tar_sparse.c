/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * GNU tar writes a list of pieces into the header itself ("S"), into pax
 * records (0.0, 0.1), or in front of the content (1.0). Who takes the pieces in
 * another order has another file, of which no other reader sees the beginning.
 */
#include "unpack/tar_sparse.h"

#include <string.h>

#include "unpack/tar_header.h"

#define PREFIX "GNU.sparse."
#define PREFIX_LEN (sizeof(PREFIX) - 1)
#define NUMBER 12
#define PIECE (2 * NUMBER)	/* offset and length */
#define MAP 386			/* in a header: four pieces, */
#define MAP_PIECES 4
#define MAP_MORE 482		/* are there more, and the length of all */
#define MORE_PIECES 21		/* in each block behind it, */
#define MORE_MORE 504		/* and the same question */

enum form {
	FORM_ANY = 0, FORM_LIST = 1, FORM_MAP = 2
};

static const struct key {
	const char *name, *letters;	/* NULL: any */
	unsigned forms;			/* of one only */
} keys[] = {
	{ "name", NULL, FORM_ANY },
	{ "major", "0123456789", FORM_MAP },
	{ "minor", "0123456789", FORM_MAP },
	{ "realsize", "0123456789", FORM_MAP },
	{ "size", "0123456789", FORM_LIST },
	{ "numblocks", "0123456789", FORM_LIST },
	{ "map", "0123456789,", FORM_LIST },
	{ "offset", "0123456789", FORM_LIST },
	{ "numbytes", "0123456789", FORM_LIST },
};

enum { KEYS = sizeof keys / sizeof *keys, OFFSET = KEYS - 2, NUMBYTES };

static bool
is_of(struct slice s, const char *letters)
{
	while (s.len > 0 && *s.at != '\0' && strchr(letters, *s.at) != NULL)
		s = slice_tail(s, 1);
	return s.len == 0;
}

static unsigned
forms(unsigned seen)
{
	unsigned i, all = 0;

	for (i = 0; i < KEYS; i++)
		if ((seen & 1U << i) != 0)
			all |= keys[i].forms;
	return all;
}

/* Each once, but pairs of offset and numbytes. */
static bool
is_in_turn(struct tar_sparse *t, unsigned key)
{
	const bool was_open = t->is_open;

	if (key == OFFSET || key == NUMBYTES) {
		t->is_open = key == OFFSET;
		return was_open == (key == NUMBYTES);
	}
	return (t->seen & 1U << key) == 0;
}

/* What is behind the prefix. */
static bool
add(struct tar_sparse *t, struct slice record)
{
	struct slice value = record, name = slice_cut(&value, '=');
	unsigned i;
	bool is_right;

	for (i = 0; i < KEYS; i++)
		if (name.len == strlen(keys[i].name) &&
		    memcmp(name.at, keys[i].name, name.len) == 0)
			break;
	if (i == KEYS)
		return false;
	is_right = is_in_turn(t, i) && (keys[i].letters == NULL ||
	    (value.len > 0 && is_of(value, keys[i].letters)));
	t->seen |= 1U << i;
	return is_right && forms(t->seen) != (FORM_LIST | FORM_MAP);
}

static bool
is_ours(struct slice s)
{
	return s.len > PREFIX_LEN && memcmp(s.at, PREFIX, PREFIX_LEN) == 0;
}

static size_t
mentioned(struct slice text)
{
	size_t at = 0, count = 0;

	for (; (at = slice_find_pair(text, at, 'G', 'N')) < text.len; at++)
		count += is_ours(slice_tail(text, at));
	return count;
}

/* Some readers look for them in all the text, values too. */
bool
tar_sparse_records(struct tar_sparse *t, struct slice records)
{
	const bool again = t->seen != 0;
	size_t others = mentioned(records);
	struct slice record;
	bool right = others == 0 || !again;

	while (tar_next_record(&records, &record))
		if (is_ours(record)) {
			record = slice_tail(record, PREFIX_LEN);
			right = add(t, record) && right;
			others--;
		}
	return right && others == 0 && !t->is_open;
}

static bool
is_empty(const uint8_t *at, size_t len)
{
	while (len > 0 && at[len - 1] == 0)
		len--;
	return len == 0;
}

/* Some readers stop at the first that is empty, others do not. */
static bool
are_plain(const uint8_t *at, unsigned count)
{
	for (; count > 0 && *at != 0; count--, at += PIECE)
		if (!tar_number_is_plain(at) ||
		    !tar_number_is_plain(at + NUMBER))
			return false;
	return is_empty(at, count * PIECE);
}

size_t
tar_sparse_map(struct slice s, bool *odd_out)
{
	size_t len = TAR_BLOCK;
	uint8_t more = s.at[MAP_MORE];

	*odd_out = !tar_has_gnu_magic(s) || more > 1 ||
	    !are_plain(s.at + MAP, MAP_PIECES) ||
	    !tar_number_is_plain(s.at + MAP_MORE + 1);
	while (more != 0 && s.len - len >= TAR_BLOCK) {
		*odd_out = *odd_out || !are_plain(s.at + len, MORE_PIECES);
		more = s.at[len + MORE_MORE];
		*odd_out = *odd_out || more > 1;
		len += TAR_BLOCK;
	}
	*odd_out = *odd_out || more != 0;
	return len - TAR_BLOCK;
}
