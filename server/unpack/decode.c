/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/decode.h"

#define PIECE 65536		/* of the input, for one step */
#define PORTION (1 << 20)	/* of the output; then a look at the clock */

struct run {
	const struct codec *codec;
	const uint8_t *in;
	size_t len, at;
	size_t careful_from;	/* byte by byte from there on */
	void *state;
	struct budget *budget;
	struct decoded *to;
	struct err *err;
	bool failed;		/* no memory; err says so */
	size_t before;		/* in the room when this stream began */
};

static void
begin(struct run *run)
{
	const struct codec *codec = run->codec;

	run->before = run->to->room.len;
	if (codec->carries != NULL &&
	    codec->carries(run->in + run->at, run->len - run->at))
		run->to->carries = true;
}

static void
end(struct run *run)
{
	if (run->to->room.len == run->before)
		return;
	if (run->to->streams++ == 0)
		run->to->first = run->to->room.len;
}

static bool
another_follows(const struct run *run)
{
	const struct codec *codec = run->codec;

	return codec->again != NULL &&
	    codec->begins(run->in + run->at, run->len - run->at);
}

static struct flow
flow_here(struct run *run)
{
	size_t piece = run->at < run->careful_from ? PIECE : 1;
	size_t left = run->len - run->at;
	struct flow flow = { .in = run->in + run->at };

	flow.in_len = left < piece ? left : piece;
	flow.out = room_space(&run->to->room, &flow.out_len, run->err);
	if (flow.out_len > PORTION)
		flow.out_len = PORTION;
	return flow;
}

/* True: there is an answer. The room is as full as it may be on TOO_MUCH. */
static bool
go_on(struct run *run, enum unpacked *result_out)
{
	struct flow flow = flow_here(run), before = flow;
	enum step step;
	bool idle;

	*result_out = UNPACKED_BROKEN;
	run->failed = flow.out == NULL;
	if (run->failed)
		return true;
	step = run->codec->step(run->state, &flow);
	idle = flow.in == before.in && flow.out == before.out;
	run->at += (size_t)(flow.in - before.in);
	if (!room_filled(&run->to->room, (size_t)(flow.out - before.out)) ||
	    step == STEP_TOO_MUCH)
		*result_out = UNPACKED_TOO_MUCH;
	else if (step == STEP_END)
		*result_out = UNPACKED_WHOLE;
	else if (budget_late(run->budget))
		*result_out = UNPACKED_LATE;
	else
		return step == STEP_BAD || idle;
	return true;
}

/* One stream after another, as long as they follow each other. */
static enum unpacked
run_all(struct run *run)
{
	void *state = run->state = run->codec->start();
	enum unpacked result = UNPACKED_BROKEN;

	while (state != NULL) {
		begin(run);
		while (!go_on(run, &result))
			continue;
		end(run);
		if (result != UNPACKED_WHOLE || !another_follows(run))
			break;
		run->codec->again(state);
	}
	if (state != NULL)
		run->codec->stop(state);
	return result;
}

/* A step that finds a fault does not give what it had done before it; a client
 * to which the bytes came one by one has seen that. So the piece with the fault
 * is taken once more, byte by byte. */
static void
take_again(struct run *run)
{
	size_t fault = run->at;

	run->careful_from = fault > PIECE ? fault - PIECE : 0;
	run->at = 0;
	room_empty(&run->to->room);
	run->to->streams = 0;
	run->to->first = 0;
	run->to->result = run_all(run);
}

int
decode(const struct codec *codec, const uint8_t *in, size_t len,
    struct budget *budget, struct decoded *decoded_out, struct err *err)
{
	struct decoded decoded = { .result = UNPACKED_BROKEN };
	struct run run = {
		.codec = codec,
		.in = in,
		.len = len,
		.careful_from = len,
		.budget = budget,
		.to = &decoded,
		.err = err,
	};

	if (room_open(&decoded.room, budget->bytes, err) == -1)
		return -1;
	decoded.result = run_all(&run);
	if (decoded.result == UNPACKED_BROKEN && codec->hoards && !run.failed)
		take_again(&run);
	if (run.failed) {
		room_free(&decoded.room);
		return -1;
	}
	decoded.used = run.at;
	room_close(&decoded.room);
	(void)budget_take(budget, decoded.room.len);
	*decoded_out = decoded;
	return 0;
}
