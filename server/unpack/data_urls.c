/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/data_urls.h"

#include <ctype.h>
#include <string.h>

#include "unpack/value.h"
#include "unpack/wide.h"

#define NONE SIZE_MAX
#define TYPE_MAX 128		/* behind a comma and the like */
#define LOOK_BACK 64		/* for the quote around a refresh */

/* What may stand between the letters. */
static bool
is_gap(uint8_t c)
{
	return c == '\t' || is_line_end(c) || c == '\\';
}

static bool
ends_word(struct slice s, size_t colon)
{
	return colon > 0 && ((s.at[colon - 1] | 0x20) == 'a' ||
	    is_gap(s.at[colon - 1]));
}

static size_t
find_narrow(struct slice s, size_t from)
{
	for (; from < s.len; from++)
		if (s.at[from] == ':' && ends_word(s, from))
			return from;
	return s.len;
}

/* More than those, as few as they are, and each of those. */
static const uint8_t ends[16] = {
	['a' & 15] = 'a', ['\t' & 15] = '\t' | 0x20,
	['\n' & 15] = '\n' | 0x20, ['\r' & 15] = '\r' | 0x20,
	['\\' & 15] = '\\' | 0x20,
};

WIDE static size_t
skip_wide(struct slice s, size_t from)
{
	const uint8_t *at;
	uint32_t bits;

	for (; from + WIDE_BYTES <= s.len; from += WIDE_BYTES) {
		at = s.at + from;
		bits = wide_equal(at, ':') & wide_among(at - 1, ends);
		if (bits != 0)
			return from + (size_t)__builtin_ctz(bits);
	}
	return from;
}

static size_t
find_colon(struct slice s, size_t from)
{
	for (from = from > 0 ? from : 1; WIDE_HERE; from++) {
		from = skip_wide(s, from);
		if (from + WIDE_BYTES > s.len || ends_word(s, from))
			break;
	}
	return find_narrow(s, from);
}

static bool
is_short_escape(struct slice s, size_t at, const char *gaps)
{
	return at > 0 && s.at[at - 1] == '\\' && s.at[at] != '\0' &&
	    strchr(gaps, s.at[at]) != NULL;
}

/* Where the "data" before the colon begins. gaps: the letters that stand for
 * one behind a backslash. */
static size_t
word_start(struct slice s, size_t colon, const char *gaps)
{
	static const char word[] = "data";
	size_t left = strlen(word), at = colon;

	while (left > 0 && at > 0) {
		at--;
		if (is_short_escape(s, at, gaps))
			at--;
		else if ((s.at[at] | 0x20) == word[left - 1])
			left--;
		else if (!is_gap(s.at[at]))
			return NONE;
	}
	return left == 0 ? at : NONE;
}

/* Of a style, where "\t" is a letter, or a script, where it is a gap. */
static size_t
find_start(struct slice s, size_t colon)
{
	size_t start = word_start(s, colon, "");

	return start != NONE ? start : word_start(s, colon, "nrt");
}

static bool
is_quote(uint8_t c)
{
	return c == '"' || c == '\'' || c == '`';
}

static size_t
find(struct slice s, size_t from, uint8_t stop)
{
	struct slice rest = slice_tail(s, from);

	return from + slice_cut(&rest, stop).len;
}

static bool
is_escaped(struct slice s, size_t from, size_t quote)
{
	size_t at = quote;

	while (at > from && s.at[at - 1] == '\\')
		at--;
	return (quote - at) % 2 == 1;
}

/* Where the quote closes that stands at `open`. One that is escaped itself is
 * closed by the next. */
static size_t
quoted_end(struct slice s, size_t open, size_t from)
{
	size_t end = find(s, from, s.at[open]);

	if (open > 0 && s.at[open - 1] == '\\')
		return end;
	while (end < s.len && is_escaped(s, from, end))
		end = find(s, end + 1, s.at[open]);
	return end;
}

static size_t
bare_end(struct slice s, size_t from)
{
	while (from < s.len && s.at[from] > ' ' && !is_quote(s.at[from]) &&
	    s.at[from] != '<' && s.at[from] != '>')
		from++;
	return from;
}

/* "0; url=data:..." goes on to the quote around it. */
static void
look_around(struct data_urls *v, size_t start, size_t from, size_t end)
{
	const struct slice s = v->text;
	const size_t least = start > LOOK_BACK ? start - LOOK_BACK : 0;
	size_t at = start, close;

	if (from < v->enclosed)
		return;
	while (at > least && !is_quote(s.at[at - 1]))
		if (s.at[--at] == '<' || s.at[at] == '>')
			return;
	if (at == least)
		return;
	close = find(s, from, s.at[at - 1]);
	v->enclosed = close;
	if (close > end && close - from >= VALUE_MIN)
		v->other = slice_head(slice_tail(s, from), close - from);
}

/* Or a word of a script? */
static bool
is_typed(struct slice s, size_t from)
{
	struct slice url = slice_part(s, from, TYPE_MAX);
	struct slice type = slice_cut(&url, ',');

	return type.len == 0 || type.at[0] == ';' ||
	    memchr(type.at, '/', type.len) != NULL;
}

/* Where the URL ends by what stands before it; NONE: it is none. */
static size_t
end_of(struct data_urls *v, size_t start, size_t from)
{
	const struct slice s = v->text;
	size_t before = start, end;
	uint8_t c;

	while (before > 0 && s.at[before - 1] <= ' ')
		before--;
	c = before > 0 ? s.at[before - 1] : '=';
	if (is_quote(c))
		return quoted_end(s, before - 1, from);
	if (c == '(')
		return find(s, from, ')');
	if (c == '\0' || (strchr("=;,>", c) == NULL && !isdigit(c)))
		return NONE;
	if (c != '=' && !is_typed(s, from))
		return NONE;
	end = bare_end(s, from);
	look_around(v, start, from, end);
	return end;
}

struct data_urls
data_urls_on(struct slice text)
{
	return (struct data_urls){ .text = text };
}

static bool
take_other(struct data_urls *v, struct slice *url_out)
{
	*url_out = v->other;
	v->other.len = 0;
	return url_out->len > 0;
}

bool
data_urls_next(struct data_urls *v, struct slice *url_out)
{
	size_t colon, start, end;

	if (take_other(v, url_out))
		return true;
	while ((colon = find_colon(v->text, v->at)) < v->text.len) {
		v->at = colon + 1;
		start = find_start(v->text, colon);
		end = start == NONE ? NONE : end_of(v, start, v->at);
		if (end == NONE)
			continue;
		*url_out = slice_head(slice_tail(v->text, v->at),
		    end - v->at);
		v->at = end;
		if (url_out->len >= VALUE_MIN || take_other(v, url_out))
			return true;
	}
	return false;
}

bool
data_url_is_base64(struct slice type)
{
	static const char word[] = "base64";

	type = slice_trim(type);
	if (type.len < strlen(word) || !slice_is(slice_tail(type,
	    type.len - strlen(word)), word))
		return false;
	type = slice_trim(slice_head(type, type.len - strlen(word)));
	return type.len > 0 && type.at[type.len - 1] == ';';
}

bool
data_url_plain(struct slice url)
{
	const struct slice all = url, type = slice_cut(&url, ',');

	return type.len < all.len && data_url_is_base64(type) &&
	    memchr(type.at, '\n', type.len) == NULL &&
	    memchr(type.at, '\r', type.len) == NULL;
}

static bool
is_dropped(uint8_t c)
{
	return c == '\t' || is_line_end(c);
}

bool
data_url_gaps(struct slice url)
{
	size_t at = 0;

	while (at < url.len && !is_dropped(url.at[at]))
		at++;
	return at < url.len;
}

size_t
data_url_close_gaps(struct slice url, uint8_t *out)
{
	size_t at, len = 0;

	for (at = 0; at < url.len; at++)
		if (!is_dropped(url.at[at]))
			out[len++] = url.at[at];
	return len;
}
