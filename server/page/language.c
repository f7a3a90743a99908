/* SPDX-License-Identifier: GPL-2.0-only */
#include "page/language.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define RANGES_MAX 64		/* of one value; nobody reads so many */

/* One item of the value: "de-AT;q=0.8". */
struct range {
	const char *tag;
	size_t len;
	unsigned weight;	/* thousandths */
};

bool
language_valid(const char *tag)
{
	size_t len = strlen(tag), i;

	if (len < 2 || len >= LANGUAGE_MAX || tag[0] == '-' ||
	    tag[len - 1] == '-' || strstr(tag, "--") != NULL)
		return false;
	for (i = 0; i < len; i++)
		if (!islower((unsigned char)tag[i]) &&
		    !isdigit((unsigned char)tag[i]) && tag[i] != '-')
			return false;
	return true;
}

/* "1", "0.8", "0.875" as thousandths; what is none counts as 0. */
static unsigned
parse_weight(const char *text, const char *end)
{
	unsigned weight, unit = 100;

	if (text == end || (*text != '0' && *text != '1'))
		return 0;
	weight = *text == '1' ? 1000 : 0;
	if (text + 1 == end)
		return weight;
	if (text[1] != '.')
		return 0;
	for (text += 2; text < end; text++, unit /= 10) {
		if (!isdigit((unsigned char)*text))
			return 0;
		weight += (unsigned)(*text - '0') * unit;
	}
	return weight > 1000 ? 1000 : weight;
}

static const char *
skip_spaces(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	return at;
}

static struct range
parse_range(const char *at, const char *end)
{
	struct range range = { NULL, 0, 1000 };
	const char *stop;

	while (end > at && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	range.tag = skip_spaces(at, end);
	for (stop = range.tag; stop < end && *stop != ';' && *stop != ' ' &&
	    *stop != '\t'; stop++)
		;
	range.len = (size_t)(stop - range.tag);
	stop = skip_spaces(stop, end);
	if (stop == end)
		return range;
	range.weight = 0;		/* until a fine q is seen */
	stop = skip_spaces(stop + 1, end);
	if (end - stop > 2 && tolower((unsigned char)*stop) == 'q' &&
	    stop[1] == '=')
		range.weight = parse_weight(stop + 2, end);
	return range;
}

/* The range itself, then without its last part, and so on. */
static size_t
look_up(struct range range, const char *const *tags, size_t count)
{
	size_t i;

	while (range.len > 0) {
		for (i = 0; i < count; i++)
			if (strlen(tags[i]) == range.len &&
			    strncasecmp(tags[i], range.tag, range.len) == 0)
				return i;
		while (--range.len > 0 && range.tag[range.len] != '-')
			;
	}
	return count;
}

size_t
language_choose(const char *accept, const char *const *tags, size_t count,
    size_t fallback)
{
	size_t best = fallback, found, len, i;
	unsigned best_weight = 0;
	struct range range;

	for (i = 0; accept != NULL && i < RANGES_MAX; i++) {
		len = strcspn(accept, ",");
		range = parse_range(accept, accept + len);
		found = range.len == 1 && *range.tag == '*' ? fallback :
		    look_up(range, tags, count);
		if (found < count && range.weight > best_weight) {
			best = found;
			best_weight = range.weight;
		}
		accept = accept[len] == '\0' ? NULL : accept + len + 1;
	}
	return best;
}
