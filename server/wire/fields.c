/* SPDX-License-Identifier: GPL-2.0-only */
#include "wire/fields.h"

#include <string.h>

int
open_as(enum frame_type want, const void *packet, size_t len, struct reader *r,
    struct err *err)
{
	enum frame_type type;

	if (frame_open(packet, len, &type, r, err) == -1)
		return -1;
	if (type != want)
		return err_set(err, "message type %u, not %u", type, want);
	return 0;
}

int
at_end(const struct reader *r, struct err *err)
{
	if (!reader_done(r))
		return err_set(err, "message does not end where it should");
	return 0;
}

/* A text with its length before it. A file name or a library's words may hold
 * any byte; the wire carries printable ASCII only. */
void
put_text(struct writer *w, const char *text)
{
	size_t len = strlen(text), i;

	put_u16(w, (uint16_t)len);
	for (i = 0; i < len; i++)
		put_u8(w, text[i] < ' ' || text[i] >= 0x7f ? '?' :
		    (uint8_t)text[i]);
}

void
get_text(struct reader *r, char *out, size_t size)
{
	uint16_t len = get_u16(r), i;
	const uint8_t *text = get_bytes(r, len);

	*out = '\0';
	if (text == NULL || len >= size) {
		r->bad = true;
		return;
	}
	for (i = 0; i < len; i++)
		if (text[i] < ' ' || text[i] >= 0x7f)
			r->bad = true;
	memcpy(out, text, len);
	out[len] = '\0';
}
