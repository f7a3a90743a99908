/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/bytes.h"

#include <string.h>

struct writer
writer_on(void *memory, size_t size)
{
	uint8_t *start = memory;

	return (struct writer){ start, start, start + size, false };
}

struct reader
reader_on(const void *memory, size_t size)
{
	const uint8_t *start = memory;

	return (struct reader){ start, start + size, false };
}

void
put_bytes(struct writer *w, const void *bytes, size_t len)
{
	if (w->bad || len > (size_t)(w->end - w->at)) {
		w->bad = true;
		return;
	}
	if (len > 0)
		memcpy(w->at, bytes, len);
	w->at += len;
}

static void
put_number(struct writer *w, uint64_t value, unsigned width)
{
	uint8_t bytes[8];
	unsigned i;

	for (i = 0; i < width; i++)
		bytes[i] = (uint8_t)(value >> (8 * (width - 1 - i)));
	put_bytes(w, bytes, width);
}

void
put_u8(struct writer *w, uint8_t value)
{
	put_number(w, value, 1);
}

void
put_u16(struct writer *w, uint16_t value)
{
	put_number(w, value, 2);
}

void
put_u32(struct writer *w, uint32_t value)
{
	put_number(w, value, 4);
}

void
put_u64(struct writer *w, uint64_t value)
{
	put_number(w, value, 8);
}

size_t
writer_len(const struct writer *w)
{
	return (size_t)(w->at - w->start);
}

const uint8_t *
get_bytes(struct reader *r, size_t len)
{
	const uint8_t *at = r->at;

	if (r->bad || len > (size_t)(r->end - r->at)) {
		r->bad = true;
		return NULL;
	}
	r->at += len;
	return at;
}

static uint64_t
get_number(struct reader *r, unsigned width)
{
	const uint8_t *bytes = get_bytes(r, width);
	uint64_t value = 0;
	unsigned i;

	for (i = 0; bytes != NULL && i < width; i++)
		value = value << 8 | bytes[i];
	return value;
}

uint8_t
get_u8(struct reader *r)
{
	return (uint8_t)get_number(r, 1);
}

uint16_t
get_u16(struct reader *r)
{
	return (uint16_t)get_number(r, 2);
}

uint32_t
get_u32(struct reader *r)
{
	return (uint32_t)get_number(r, 4);
}

uint64_t
get_u64(struct reader *r)
{
	return get_number(r, 8);
}

bool
reader_done(const struct reader *r)
{
	return !r->bad && r->at == r->end;
}
