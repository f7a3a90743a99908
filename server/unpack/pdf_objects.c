/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What libclamav 1.4 takes for an object begins at the first "obj" behind a
 * blank, and ends at the next "endobj", whatever is in between; so only the
 * first of several in such a piece is one that it reads.
 */
#include "unpack/pdf_parts.h"

#include <string.h>

#include "unpack/pdf_token.h"

#define END "endstream"

struct finder {
	struct pdf *pdf;
	struct slice s;
	bool open;		/* an object of the engine's */
	bool waiting;		/* the last stream is plain if the next end of
				 * an object is at: */
	size_t want;
	size_t parsed;		/* up to here bytes were looked at once */
	size_t from, end;	/* the last search for the end of a stream */
};

struct pdf_stream *
pdf_streams(const struct pdf *pdf, size_t *count_out)
{
	*count_out = pdf->streams.len / sizeof(struct pdf_stream);
	return (void *)pdf->streams.bytes;
}

static bool
is_at(struct slice s, size_t at, const char *word)
{
	const size_t len = strlen(word);

	return at <= s.len && s.len - at >= len &&
	    memcmp(s.at + at, word, len) == 0;
}

/* What is looked at more than once is paid. */
static bool
pay(struct finder *f, size_t from, size_t to)
{
	const struct sink *sink = f->pdf->sink;
	const bool again = from < f->parsed;

	if (to > f->parsed)
		f->parsed = to;
	return !again || sink->spend(sink->ctx, to - from);
}

/* Digits in front of that place; *at_out: their first one. */
static bool
number_before(struct slice s, size_t at, size_t *at_out, uint32_t *number_out)
{
	size_t end;

	while (at > 0 && pdf_is_space(s.at[at - 1]))
		at--;
	for (end = at; at > 0 && s.at[at - 1] >= '0' && s.at[at - 1] <= '9'; )
		at--;
	*at_out = at;
	return pdf_number(slice_part(s, at, end - at), number_out);
}

/* In front of the word; any where something else is between. */
static uint32_t
number_of(struct slice s, size_t at)
{
	uint32_t number;

	if (!number_before(s, at, &at, &number) || at == 0 ||
	    !pdf_is_space(s.at[at - 1]) ||
	    !number_before(s, at, &at, &number))
		return PDF_ANY;
	return number;
}

/* Some take the data to begin at once, where no line ends. */
static size_t
data_begin(struct slice s, size_t at)
{
	size_t i = at;

	while (i < s.len && pdf_is_space(s.at[i]) && !is_line_end(s.at[i]))
		i++;
	if (i < s.len && s.at[i] == '\r')
		return i + 1 < s.len && s.at[i + 1] == '\n' ? i + 2 : i + 1;
	return i < s.len && s.at[i] == '\n' ? i + 1 : i;
}

static size_t
next_end(struct finder *f, size_t from)
{
	const struct slice rest = slice_tail(f->s, from);
	const uint8_t *end;

	if (from < f->from || from > f->end) {
		end = memmem(rest.at, rest.len, END, sizeof END - 1);
		f->end = end == NULL ? f->s.len : (size_t)(end - f->s.at);
	}
	f->from = from;
	return f->end;
}

/* As all programs write it, as far as its length is right. */
static bool
is_plain(struct finder *f, const struct pdf_stream *stream,
    const struct pdf_dict *dict, size_t word)
{
	const size_t dict_end = stream->dict + dict->all.len;
	size_t at = dict_end;

	while (at < word && pdf_is_space(f->s.at[at]))
		at++;
	if (at != word || (stream->data != word + 7 &&
	    stream->data != word + 8) || f->s.at[stream->data - 1] != '\n' ||
	    !pdf_dict_is_plain(dict))
		return false;
	at = stream->end + sizeof END - 1;
	while (at < f->s.len && pdf_is_space(f->s.at[at]))
		at++;
	f->want = at;
	return is_at(f->s, at, "endobj");
}

static bool
add_stream(struct finder *f, const struct pdf_stream *stream)
{
	struct pile *streams = &f->pdf->streams;
	uint8_t *to = streams->len / sizeof *stream < PDF_OBJECTS_MAX ?
	    pile_room(streams, sizeof *stream) : NULL;

	if (to == NULL) {
		f->pdf->index.full = true;
		f->waiting = false;
		return true;
	}
	memcpy(to, stream, sizeof *stream);
	streams->len += sizeof *stream;
	return true;
}

static struct pdf_stream *
last_stream(struct finder *f)
{
	size_t count;
	struct pdf_stream *all = pdf_streams(f->pdf, &count);

	return &all[count - 1];
}

/* Behind the word, what may be a dictionary and a stream. */
static bool
look_behind(struct finder *f, size_t at, uint32_t number, bool first)
{
	struct pdf_stream stream = { .number = number };
	struct slice rest;
	struct pdf_dict dict;
	size_t word, from;

	stream.dict = pdf_skip(f->s, at);
	pdf_index_add(&f->pdf->index, number,
	    slice_part(f->s, stream.dict, PDF_OBJECT_MAX));
	rest = slice_tail(f->s, stream.dict);
	if (!pdf_dict_read(&rest, &dict))
		return pay(f, at, stream.dict);
	word = f->s.len - rest.len + pdf_skip(rest, 0);
	if (!pay(f, at, word))
		return false;
	if (!is_at(f->s, word, "stream"))
		return true;
	stream.data = data_begin(f->s, word + 6);
	from = f->from;
	stream.end = next_end(f, stream.data);
	if (stream.data < from && !pay(f, stream.data, stream.end))
		return false;
	stream.is_packed_objects = dict.values[PDF_FIRST].count > 0 &&
	    dict.values[PDF_COUNT].count > 0;
	f->waiting = stream.plain = first && f->pdf->known && !dict.file &&
	    number != PDF_ANY && is_plain(f, &stream, &dict, word);
	return add_stream(f, &stream);
}

static bool
object(struct finder *f, size_t at)
{
	const uint32_t number = number_of(f->s, at);
	const bool first = !f->open;

	if (f->waiting)
		last_stream(f)->plain = false;
	f->waiting = false;
	f->open = true;
	return look_behind(f, at + 3, number, first);
}

static void
end_of_object(struct finder *f, size_t at)
{
	if (f->waiting && at != f->want)
		last_stream(f)->plain = false;
	f->waiting = false;
	f->open = false;
}

bool
pdf_find_objects(struct pdf *pdf)
{
	struct finder f = { .pdf = pdf, .s = pdf->body };
	struct slice s = pdf->body;
	size_t at = 1;
	bool on = true;

	for (; on && (at = slice_find_pair(s, at, 'o', 'b')) < s.len; at += 2) {
		if (!is_at(s, at, "obj"))
			continue;
		if (at >= 3 && is_at(s, at - 3, "endobj"))
			end_of_object(&f, at - 3);
		else if (pdf_is_space(s.at[at - 1]))
			on = object(&f, at);
	}
	return on;
}
