/* SPDX-License-Identifier: GPL-2.0-only */
#include "wire/control.h"

#include "wire/fields.h"

ssize_t
control_ask_pack(const struct control_ask *ask, void *memory, size_t size,
    struct err *err)
{
	struct writer w = frame_start(memory, size, FRAME_ASK);

	put_u8(&w, (uint8_t)ask->verb);
	put_u32(&w, ask->flags);
	put_u64(&w, ask->number);
	put_text(&w, ask->text);
	return frame_finish(&w, err);
}

int
control_ask_unpack(struct control_ask *ask_out, const void *packet, size_t len,
    struct err *err)
{
	struct control_ask ask = { 0 };
	struct reader r;
	unsigned verb;

	if (open_as(FRAME_ASK, packet, len, &r, err) == -1)
		return -1;
	verb = get_u8(&r);
	ask.flags = get_u32(&r);
	ask.number = get_u64(&r);
	get_text(&r, ask.text, sizeof ask.text);
	if (at_end(&r, err) == -1)
		return -1;
	if (verb >= CONTROL_VERBS || (ask.flags & ~CONTROL_FLAGS) != 0)
		return err_set(err, "question %u with flags %#x", verb,
		    ask.flags);
	ask.verb = (enum control_verb)verb;
	*ask_out = ask;
	return 0;
}

ssize_t
control_answer_pack(const struct control_answer *answer, void *memory,
    size_t size, struct err *err)
{
	struct writer w = frame_start(memory, size, FRAME_ANSWER);

	put_u8(&w, answer->good != 0);
	put_text(&w, answer->text);
	return frame_finish(&w, err);
}

int
control_answer_unpack(struct control_answer *answer_out, const void *packet,
    size_t len, struct err *err)
{
	struct control_answer answer;
	struct reader r;

	if (open_as(FRAME_ANSWER, packet, len, &r, err) == -1)
		return -1;
	answer.good = get_u8(&r);
	get_text(&r, answer.text, sizeof answer.text);
	if (at_end(&r, err) == -1)
		return -1;
	if (answer.good > 1)
		return err_set(err, "answer %d", answer.good);
	*answer_out = answer;
	return 0;
}
