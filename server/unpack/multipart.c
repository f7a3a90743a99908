/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/multipart.h"

#include <string.h>

/* A boundary in the body: the piece before ends at `end`, the next one begins
 * at `next`. */
struct delimiter {
	size_t end, next;
	bool last, exact;
};

void
multipart_start(struct multipart *m, struct slice body, struct slice delimiter,
    bool loose)
{
	*m = (struct multipart){ .body = body, .delimiter = delimiter,
		.loose = loose, .end = MULTIPART_NONE };
}

void
multipart_start_mail(struct multipart *m, struct slice mail)
{
	*m = (struct multipart){ .body = mail, .delimiter = mail,
		.at = mail.len, .open = true, .mail = true,
		.end = MULTIPART_CUT };
}

static uint8_t
byte_at(const struct multipart *m, size_t at)
{
	return at < m->body.len ? m->body.at[at] : 0;
}

/* The line end before a boundary belongs to it. */
static void
look_before(const struct multipart *m, size_t start, struct delimiter *d)
{
	const uint8_t *bytes = m->body.at;

	d->end = start;
	d->exact = start == 0 || bytes[start - 1] == '\n';
	if (d->end > 0 && bytes[d->end - 1] == '\n')
		d->end--;
	if (d->end > 0 && bytes[d->end - 1] == '\r')
		d->end--;
	/* What an empty part has before it was the boundary's own line end. */
	if (d->end < m->from)
		d->end = m->from;
}

static void
look_behind(const struct multipart *m, size_t at, struct delimiter *d)
{
	size_t eol;

	d->last = byte_at(m, at) == '-' && byte_at(m, at + 1) == '-';
	if (d->last)
		at += 2;
	d->next = at;
	for (eol = at; is_blank(byte_at(m, eol));)
		eol++;
	if (eol == m->body.len) {
		d->next = eol;
		return;
	}
	if (byte_at(m, eol) == '\n') {
		d->next = eol + 1;
	} else if (byte_at(m, eol) == '\r') {
		d->next = eol + 1 + (byte_at(m, eol + 1) == '\n');
		if (d->next == eol + 1)
			d->exact = false;
	} else {
		d->exact = false;
	}
}

/*
 * Linear: memmem() is, and each call begins where the last find ended, so the
 * table that it makes of a long boundary is paid by the bytes of that find.
 */
static bool
find(struct multipart *m, struct delimiter *d)
{
	size_t len = m->delimiter.len, start;
	const uint8_t *hit;

	while (m->body.len - m->at >= len) {
		hit = memmem(m->body.at + m->at, m->body.len - m->at,
		    m->delimiter.at, len);
		if (hit == NULL)
			break;
		start = (size_t)(hit - m->body.at);
		m->at = start + len;
		look_before(m, start, d);
		look_behind(m, m->at, d);
		if (!d->exact)
			m->odd = true;
		if (d->exact || m->loose)
			return true;
	}
	m->at = m->body.len;
	return false;
}

/* Behind the first empty line, for those who take LF and CRLF; 0 if none. */
static size_t
after_empty_line(struct slice s)
{
	size_t at = 0;
	const uint8_t *lf;

	while (at < s.len && (lf = memchr(s.at + at, '\n', s.len - at))) {
		at = (size_t)(lf - s.at) + 1;
		if (at < s.len && s.at[at] == '\n')
			return at + 1;
		if (at + 1 < s.len && s.at[at] == '\r' && s.at[at + 1] == '\n')
			return at + 2;
	}
	return 0;
}

/* The first line that is no header and continues none; s.len if all are. */
static size_t
after_headers(struct slice s)
{
	size_t at = 0, eol;
	bool is_header;

	while (at < s.len) {
		is_header = is_blank(s.at[at]);
		for (eol = at; eol < s.len && !is_line_end(s.at[eol]); eol++)
			is_header |= s.at[eol] == ':';
		if (!is_header)
			return at;
		at = eol + (eol < s.len);
		if (at < s.len && s.at[eol] == '\r' && s.at[at] == '\n')
			at++;
	}
	return s.len;
}

static void
add_start(struct multipart *m, size_t start)
{
	unsigned i;

	for (i = 0; i < m->start_count; i++)
		if (m->starts[i] == start)
			return;
	m->starts[m->start_count++] = start;
}

static size_t
after(struct slice s, const char *word)
{
	size_t len = strlen(word);
	const uint8_t *hit = memmem(s.at, s.len, word, len);

	return hit != NULL ? (size_t)(hit - s.at) + len : 0;
}

static bool
first_line_is_header(struct slice part)
{
	struct slice line = slice_cut(&part, '\n');

	return memchr(line.at, ':', line.len) != NULL;
}

/* All places where a reader may see the body begin. */
static void
find_starts(struct multipart *m)
{
	struct slice part = m->part;
	size_t lenient, strict, old, bare;

	m->start_at = m->start_count = 0;
	if (part.len == 0 || is_line_end(part.at[0])) {
		add_start(m, part.len > 1 && part.at[0] == '\r' &&
		    part.at[1] == '\n' ? 2 : part.len > 0);
		return;
	}
	lenient = after_empty_line(part);
	if (lenient > 0)
		add_start(m, lenient);
	if (lenient == 0 || !first_line_is_header(part))
		add_start(m, 0);
	strict = after(part, "\r\n\r\n");	/* who wants CRLF sees this */
	if (strict > 0 && !m->mail)
		add_start(m, strict);
	old = after(slice_head(part, lenient > 0 ? lenient : part.len),
	    "\r\r");
	if (old > 0)
		add_start(m, old);
	bare = after_headers(part);	/* without an empty line */
	if (bare < part.len && !is_line_end(part.at[bare]))
		add_start(m, bare);
}

static bool
next_start(struct multipart *m, struct piece *piece)
{
	size_t start;

	if (m->start_at == m->start_count)
		return false;
	start = m->starts[m->start_at++];
	*piece = (struct piece){ PIECE_PART, m->start_at > 1,
		slice_head(m->part, start), slice_tail(m->part, start) };
	return true;
}

/* The bytes from m->from to end; false when there is nothing to tell. */
static bool
close_piece(struct multipart *m, size_t end, struct piece *piece)
{
	struct slice all = slice_head(slice_tail(m->body, m->from),
	    end - m->from);

	if (m->open) {
		m->part = all;
		find_starts(m);
		return next_start(m, piece);
	}
	*piece = (struct piece){ .kind = m->end == MULTIPART_NONE ?
	    PIECE_PREAMBLE : PIECE_EPILOGUE, .body = all };
	return all.len > 0;
}

bool
multipart_next(struct multipart *m, struct piece *piece_out)
{
	struct delimiter d;
	bool told;

	if (next_start(m, piece_out))
		return true;
	while (find(m, &d)) {
		told = close_piece(m, d.end, piece_out);
		m->from = d.next;
		m->open = !d.last;
		m->end = d.last ? MULTIPART_CLOSED : MULTIPART_CUT;
		if (told)
			return true;
	}
	if (m->end == MULTIPART_NONE || m->from >= m->body.len)
		return false;
	told = close_piece(m, m->body.len, piece_out);
	m->from = m->body.len;
	m->open = false;
	return told;
}

enum multipart_end
multipart_end(const struct multipart *m)
{
	return m->end;
}

bool
multipart_odd(const struct multipart *m)
{
	return m->odd;
}
