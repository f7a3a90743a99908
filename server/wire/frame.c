/* SPDX-License-Identifier: GPL-2.0-only */
#include "wire/frame.h"

struct writer
frame_start(void *memory, size_t size, enum frame_type type)
{
	struct writer w = writer_on(memory, size);

	put_u32(&w, 0);			/* frame_finish() knows */
	put_u16(&w, WIRE_VERSION);
	put_u16(&w, (uint16_t)type);
	return w;
}

ssize_t
frame_finish(struct writer *w, struct err *err)
{
	struct writer head = writer_on(w->start, FRAME_HEAD);

	if (w->bad)
		return err_set(err, "message does not fit");
	put_u32(&head, (uint32_t)writer_len(w));
	return (ssize_t)writer_len(w);
}

int
frame_open(const void *packet, size_t len, enum frame_type *type_out,
    struct reader *body_out, struct err *err)
{
	struct reader r = reader_on(packet, len);
	uint32_t said = get_u32(&r);
	uint16_t version = get_u16(&r);
	uint16_t type = get_u16(&r);

	if (r.bad || said != len)
		return err_set(err, "message of %zu bytes says it has %u", len,
		    said);
	if (version != WIRE_VERSION)
		return err_set(err, "message of version %u, ours is %d",
		    version, WIRE_VERSION);
	*type_out = (enum frame_type)type;
	*body_out = r;
	return 0;
}
