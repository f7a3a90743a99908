/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/part_head.h"

#include <stdlib.h>
#include <string.h>

#include "unpack/percent.h"

struct header {
	struct slice name, value;
};

/* Length of the line with its folded ones, without the last line end. */
static size_t
line_len(struct slice s)
{
	size_t at = 0;

	while (at < s.len) {
		if (s.at[at] == '\r' && at + 1 < s.len && s.at[at + 1] == '\n')
			at++;
		if (!is_line_end(s.at[at++]))
			continue;
		if (at == s.len || !is_blank(s.at[at]))
			return at - 1;
	}
	return s.len;
}

static bool
next_header(struct slice *rest, struct header *h)
{
	size_t len;

	while (rest->len > 0) {
		len = line_len(*rest);
		h->value = slice_trim(slice_head(*rest, len));
		*rest = slice_tail(*rest, len < rest->len ? len + 1 : len);
		if (h->value.len == 0)
			continue;
		h->name = slice_trim(slice_cut(&h->value, ':'));
		h->value = slice_trim(h->value);
		return true;
	}
	return false;
}

static unsigned
transfer_of(struct slice value)
{
	static const struct {
		const char *word;
		unsigned transfer;
	} known[] = {
		{ "7bit", TRANSFER_PLAIN },
		{ "8bit", TRANSFER_PLAIN },
		{ "binary", TRANSFER_PLAIN },
		{ "base64", TRANSFER_BASE64 },
		{ "quoted-printable", TRANSFER_QUOTED },
	};
	size_t len = 0, i;

	while (len < value.len && !is_blank(value.at[len]) &&
	    value.at[len] != ';')
		len++;
	for (i = 0; i < sizeof known / sizeof *known; i++)
		if (slice_is(slice_head(value, len), known[i].word))
			return known[i].transfer;
	return len > 0 ? TRANSFER_UNKNOWN : 0;
}

/* The length of a parameter: up to a ";" that is not in quotes. */
static size_t
parameter_len(struct slice s)
{
	bool quoted = false;
	size_t at;

	for (at = 0; at < s.len; at++) {
		if (s.at[at] == '"')
			quoted = !quoted;
		else if (quoted && s.at[at] == '\\' && at + 1 < s.len &&
		    s.at[at + 1] == '"')
			at++;
		else if (s.at[at] == ';' && !quoted)
			break;
	}
	return at;
}

/* A backslash before a quote escapes it. */
static bool
is_separator(struct slice path, size_t at)
{
	return path.at[at] == '/' || (path.at[at] == '\\' &&
	    (at + 1 == path.len || path.at[at + 1] != '"'));
}

static struct slice
last_component(struct slice path)
{
	size_t at = path.len;

	while (at > 0 && !is_separator(path, at - 1))
		at--;
	return at < path.len ? slice_tail(path, at) : path;
}

static void
set_name(struct part_head *head, struct slice value)
{
	struct slice s = last_component(slice_trim(value));
	size_t i, len = 0;

	for (i = 0; i < s.len && len < sizeof head->name - 1; i++)
		if (s.at[i] != '\0')
			head->name[len++] = (char)s.at[i];
	head->name[len] = '\0';
}

static struct slice
unquoted(struct slice value)
{
	if (value.len > 0 && value.at[0] == '"')
		value = slice_tail(value, 1);
	if (value.len > 0 && value.at[value.len - 1] == '"')
		value.len--;
	return value;
}

/* filename*=UTF-8''%e2%82%ac.txt; no more than fits is decoded. */
static void
set_extended_name(struct part_head *head, struct slice value)
{
	uint8_t text[3 * PART_NAME_MAX];
	size_t len = value.len < sizeof text ? value.len : sizeof text;
	struct slice rest = slice_head(value, len);

	(void)slice_cut(&rest, '\'');
	(void)slice_cut(&rest, '\'');
	set_name(head, slice_on(text, percent_decode(rest, false, text)));
}

static void
read_disposition(struct part_head *head, struct slice value)
{
	struct slice one, name;
	bool extended = false;
	size_t len;

	while (value.len > 0) {
		len = parameter_len(value);
		one = slice_trim(slice_head(value, len));
		value = slice_tail(value, len < value.len ? len + 1 : len);
		name = slice_trim(slice_cut(&one, '='));
		one = unquoted(slice_trim(one));
		if (slice_is(name, "filename*")) {
			extended = head->has_file = true;
			set_extended_name(head, one);
		} else if (slice_starts(name, "filename")) {
			if (!extended)
				set_name(head, one);
			head->has_file = true;
		} else if (slice_is(name, "name") && !head->has_file) {
			set_name(head, one);
		}
	}
}

void
part_head_read(struct part_head *head_out, struct slice head)
{
	struct part_head out = { .transfer = 0 };
	struct header h;

	while (next_header(&head, &h)) {
		if (slice_is(h.name, "content-disposition")) {
			read_disposition(&out, h.value);
		} else if (slice_is(h.name, "content-transfer-encoding")) {
			out.transfer |= transfer_of(h.value);
		} else if (slice_is(h.name, "content-type")) {
			if (out.type.len == 0)
				out.type = h.value;
			if (slice_find(h.value, "multipart/") < h.value.len)
				out.multipart = true;
		}
	}
	*head_out = out;
}
