/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/dmg_runs.h"

#include <string.h>

#include "unpack/codec.h"
#include "wire/verdict.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define SECTOR 512
#define RUN 40
#define RUN_END 0xffffffff
#define SECTORS_MAX (1ULL << 40)
#define PRICE 4096		/* of a run: memory for who unpacks it */
#define SPACE 65536		/* for what comes out at once */

static void
note(const struct runs *r, enum outcome outcome, const char *cause)
{
	r->sink->note(r->sink->ctx, outcome, cause, r->path);
}

static void
pay(struct runs *r, size_t len)
{
	r->ended = r->ended || !r->sink->spend(r->sink->ctx, len);
}

/* Runs may lie on each other: each byte is unpacked once for nothing. */
static void
pay_input(struct runs *r, size_t len)
{
	if (len > *r->free)
		pay(r, len);
	else
		*r->free -= len;
}

/* NULL: no memory, or no more is wanted. */
static uint8_t *
room_for(struct runs *r, size_t len)
{
	uint8_t *room;

	pay(r, len);
	room = r->ended ? NULL : pile_room(&r->out, len);
	if (room == NULL && !r->ended)
		note(r, OUTCOME_ENGINE_ERROR, "Container.Memory");
	r->ended = r->ended || room == NULL;
	return room;
}

/* Each puts `len` bytes out, or less than that. */
static void
add_zeros(struct runs *r, struct slice packed, uint64_t len)
{
	(void)packed;
	while (len > 0) {
		const size_t step = len < SPACE ? (size_t)len : SPACE;
		uint8_t *room = room_for(r, step);

		if (room == NULL)
			return;
		memset(room, 0, step);
		r->out.len += step;
		len -= step;
	}
}

static void
add_raw(struct runs *r, struct slice packed, uint64_t len)
{
	const struct slice s = slice_part(packed, 0, len);
	uint8_t *room = s.len > 0 ? room_for(r, s.len) : NULL;

	if (room == NULL)
		return;
	memcpy(room, s.at, s.len);
	r->out.len += s.len;
}

/* Literals, or what came out before: two bytes for a few of these, three for
 * more. Gives what it takes to say so; back_out 0: they follow. */
static size_t
adc_step(struct slice in, size_t *len_out, size_t *back_out)
{
	const size_t first = *in.at;

	*back_out = 0;
	if ((first & 0x80) != 0) {
		*len_out = (first & 0x7f) + 1;
		return 1;
	}
	if ((first & 0x40) != 0) {
		*len_out = (first & 0x3f) + 4;
		*back_out = slice_big(in, 1, 2) + 1;
		return 3;
	}
	*len_out = (first >> 2) + 3;
	*back_out = ((first & 3) << 8) + slice_big(in, 1, 1) + 1;
	return 2;
}

static void
add_adc(struct runs *r, struct slice in, uint64_t len)
{
	const size_t begin = r->out.len;
	size_t used, n, back, i;

	for (; in.len > 0; in = slice_tail(in, used)) {
		const uint8_t *from;
		uint8_t *room;
		size_t head;

		head = adc_step(in, &n, &back);
		used = head + (back == 0 ? n : 0);
		if (used > in.len || back > r->out.len - begin ||
		    n > len - (r->out.len - begin))
			return;
		room = room_for(r, n);
		if (room == NULL)
			return;
		from = back == 0 ? in.at + head : room - back;
		for (i = 0; i < n; i++)
			room[i] = from[i];
		r->out.len += n;
	}
}

static void
add_packed(struct runs *r, const struct codec *codec, struct slice packed,
    uint64_t len)
{
	struct flow flow = { .in = packed.at, .in_len = packed.len };
	enum step step = STEP_MORE;
	void *state = codec->start();

	while (state != NULL && step == STEP_MORE && len > 0) {
		const size_t room = len < SPACE ? (size_t)len : SPACE;
		const size_t left = flow.in_len;

		flow.out = room_for(r, room);
		if (flow.out == NULL)
			break;
		flow.out_len = room;
		step = codec->step(state, &flow);
		r->out.len += room - flow.out_len;
		len -= room - flow.out_len;
		if (flow.out_len == room && flow.in_len == left)
			break;
	}
	if (state != NULL)
		codec->stop(state);
	pay_input(r, packed.len - flow.in_len);
}

static const struct method {
	uint32_t kind;
	void (*add)(struct runs *, struct slice packed, uint64_t len);
	const struct codec *codec;	/* both NULL: it is a remark */
} methods[] = {
	{ 0, add_zeros, NULL },
	{ 1, add_raw, NULL },
	{ 2, add_zeros, NULL },
	{ 0x7ffffffe, NULL, NULL },
	{ 0x80000004, add_adc, NULL },
	{ 0x80000005, NULL, &codec_zlib },
	{ 0x80000006, NULL, &codec_bzip2 },
	{ 0x80000008, NULL, &codec_xz },
};

static const struct method *
method_of(struct slice run)
{
	size_t i;

	for (i = 0; i < COUNT(methods); i++)
		if (slice_big(run, 0, 4) == methods[i].kind)
			return &methods[i];
	return NULL;
}

/* What does not come out is there as zeros, so that the rest has its place. */
static void
unpack_run(struct runs *r, const struct method *method, struct slice run)
{
	const struct slice packed = slice_part(r->data, slice_big(run, 24, 8),
	    slice_big(run, 32, 8));
	const uint64_t len = slice_big(run, 16, 8) * SECTOR;
	const size_t before = r->out.len;

	if (slice_big(run, 8, 8) != before / SECTOR)
		note(r, OUTCOME_SUSPICIOUS, "Dmg.Order");
	if (method->codec != NULL)
		add_packed(r, method->codec, packed, len);
	else
		method->add(r, packed, len);
	if (r->ended || r->out.len - before == len)
		return;
	note(r, OUTCOME_DAMAGED, "Container.Broken");
	add_zeros(r, packed, len - (r->out.len - before));
}

/* False: nothing of the table is read behind it. */
static bool
add_run(struct runs *r, struct slice run)
{
	const struct method *method = method_of(run);
	const uint64_t sectors = slice_big(run, 16, 8);

	if (slice_big(run, 0, 4) == RUN_END)
		return false;
	if (method == NULL || sectors > SECTORS_MAX) {
		note(r, OUTCOME_UNSUPPORTED, "Container.DMG");
		return false;
	}
	pay(r, method->codec != NULL ? PRICE : RUN);
	if (!r->ended && sectors > 0 &&
	    (method->codec != NULL || method->add != NULL))
		unpack_run(r, method, run);
	return !r->ended;
}

void
runs_read(struct runs *r, struct slice table, uint64_t count)
{
	for (; count > 0 && table.len >= RUN; count--) {
		if (!add_run(r, slice_head(table, RUN)))
			break;
		table = slice_tail(table, RUN);
	}
}
