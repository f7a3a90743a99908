/* SPDX-License-Identifier: GPL-2.0-only */
#include "wire/verdict.h"

#include <stdio.h>
#include <string.h>

#include "wire/frame.h"

/* What a worker may say; the others are said by the one who waits for it. */
static const bool worker_may[OUTCOME_COUNT] = {
	[OUTCOME_CLEAN] = true,
	[OUTCOME_INFECTED] = true,
	[OUTCOME_SUSPICIOUS] = true,
	[OUTCOME_UNWANTED] = true,
	[OUTCOME_MACRO] = true,
	[OUTCOME_ENCRYPTED] = true,
	[OUTCOME_DAMAGED] = true,
	[OUTCOME_UNSUPPORTED] = true,
	[OUTCOME_TOO_BIG] = true,
	[OUTCOME_TOO_DEEP] = true,
	[OUTCOME_TIMEOUT] = true,
	[OUTCOME_ENGINE_ERROR] = true,
};

static bool
is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

static bool
is_path_char(char c)
{
	return c >= ' ' && c < 0x7f;
}

bool
verdict_name_valid(const char *name, size_t len)
{
	size_t i;

	if (len < 1 || len > NAME_MAX_LEN)
		return false;
	for (i = 0; i < len; i++)
		if (!is_name_char(name[i]))
			return false;
	return true;
}

bool
verdict_path_valid(const char *path, size_t len)
{
	size_t i;

	if (len > PATH_MAX_LEN)
		return false;
	for (i = 0; i < len; i++)
		if (!is_path_char(path[i]))
			return false;
	return true;
}

void
verdict_set_name(struct verdict *verdict, const char *text)
{
	size_t i;

	for (i = 0; text[i] != '\0' && i < NAME_MAX_LEN; i++)
		verdict->name[i] = is_name_char(text[i]) ? text[i] : '_';
	verdict->name[i] = '\0';
}

void
verdict_set_path(struct verdict *verdict, const char *path)
{
	size_t used = 0;
	char *out = verdict->path;

	for (; *path != '\0'; path++) {
		if (used + 4 + 3 > PATH_MAX_LEN) {	/* \xNN, "..." */
			memcpy(out + used, "...", 3);
			used += 3;
			break;
		}
		if (is_path_char(*path) && *path != '\\')
			out[used++] = *path;
		else
			used += (size_t)sprintf(out + used, "\\x%02x",
			    (unsigned char)*path);
	}
	out[used] = '\0';
}

ssize_t
verdict_pack(const struct verdict *verdict, void *memory, size_t size,
    struct err *err)
{
	struct writer w = frame_start(memory, size, FRAME_VERDICT);
	size_t name_len = strlen(verdict->name);
	size_t path_len = strlen(verdict->path);

	put_u8(&w, (uint8_t)verdict->outcome);
	put_u16(&w, (uint16_t)verdict->seen);
	put_u8(&w, (uint8_t)verdict->bytes);
	put_u16(&w, (uint16_t)name_len);
	put_bytes(&w, verdict->name, name_len);
	put_u16(&w, (uint16_t)path_len);
	put_bytes(&w, verdict->path, path_len);
	return frame_finish(&w, err);
}

ssize_t
refusal_pack(enum refusal refusal, void *memory, size_t size, struct err *err)
{
	struct writer w = frame_start(memory, size, FRAME_REFUSED);

	put_u16(&w, (uint16_t)refusal);
	return frame_finish(&w, err);
}

ssize_t
identified_pack(enum type_group group, void *memory, size_t size,
    struct err *err)
{
	struct writer w = frame_start(memory, size, FRAME_IDENTIFIED);

	put_u8(&w, (uint8_t)group);
	return frame_finish(&w, err);
}

static int
read_refusal(struct verdict *verdict_out, struct reader *r, enum sender sender,
    struct err *err)
{
	static const struct verdict refusals[] = {
		[REFUSED_NOT_SUPPORTED] = {
			.outcome = OUTCOME_ENGINE_ERROR,
			.name = "Job.NotSupported",
		},
		[REFUSED_OVERDUE] = {
			.outcome = OUTCOME_TIMEOUT,
			.lost = true,
		},
		[REFUSED_MEMORY] = {
			.outcome = OUTCOME_ENGINE_ERROR,
			.name = "Worker.Memory",
			.lost = true,
		},
		[REFUSED_DIED] = {
			.outcome = OUTCOME_ENGINE_ERROR,
			.died = true,
		},
	};
	uint16_t refusal = get_u16(r);

	if (!reader_done(r) || refusal < REFUSED_NOT_SUPPORTED ||
	    refusal > REFUSED_DIED)
		return err_set(err, "bad refusal");
	if (sender == FROM_WORKER && refusal != REFUSED_NOT_SUPPORTED)
		return err_set(err, "a worker speaks as its keeper");
	*verdict_out = refusals[refusal];
	return 0;
}

static int
read_name(struct verdict *verdict, struct reader *r, struct err *err)
{
	uint16_t len = get_u16(r);
	const uint8_t *text = get_bytes(r, len);

	if (text == NULL)
		return err_set(err, "verdict ends in the name");
	if (len > 0 && !verdict_name_valid((const char *)text, len))
		return err_set(err, "a name that is none");
	memcpy(verdict->name, text, len);
	return 0;
}

static int
read_path(struct verdict *verdict, struct reader *r, struct err *err)
{
	uint16_t len = get_u16(r);
	const uint8_t *text = get_bytes(r, len);

	if (text == NULL)
		return err_set(err, "verdict ends in the path");
	if (!verdict_path_valid((const char *)text, len))
		return err_set(err, "a path that is none");
	memcpy(verdict->path, text, len);
	return 0;
}

static int
read_group(struct verdict *verdict, struct reader *r, struct err *err)
{
	uint8_t group = get_u8(r);

	if (group == GROUP_NONE || group >= GROUP_COUNT)
		return err_set(err, "type group %u from a worker", group);
	verdict->bytes = (enum type_group)group;
	return 0;
}

static int
read_identified(struct verdict *verdict_out, struct reader *r, struct err *err)
{
	struct verdict verdict = { .outcome = OUTCOME_NONE };

	if (read_group(&verdict, r, err) == -1)
		return -1;
	if (!reader_done(r))
		return err_set(err, "type group does not end where it should");
	*verdict_out = verdict;
	return 0;
}

static bool
worker_may_all(uint32_t seen)
{
	size_t i;

	for (i = 0; i < OUTCOME_COUNT; i++)
		if ((seen & OUTCOME_BIT(i)) != 0 && !worker_may[i])
			return false;
	return true;
}

static int
read_verdict(struct verdict *verdict_out, struct reader *r, struct err *err)
{
	struct verdict verdict = { .outcome = OUTCOME_NONE };
	uint8_t outcome = get_u8(r);

	if (outcome >= OUTCOME_COUNT || !worker_may[outcome])
		return err_set(err, "outcome %u from a worker", outcome);
	verdict.outcome = (enum outcome)outcome;
	verdict.seen = get_u16(r);
	if (!worker_may_all(verdict.seen))
		return err_set(err, "outcomes 0x%x from a worker",
		    verdict.seen);
	if (read_group(&verdict, r, err) == -1)
		return -1;
	if (read_name(&verdict, r, err) == -1 ||
	    read_path(&verdict, r, err) == -1)
		return -1;
	if (!reader_done(r))
		return err_set(err, "verdict does not end where it should");
	*verdict_out = verdict;
	return 0;
}

int
verdict_unpack(struct verdict *verdict_out, const void *packet, size_t len,
    enum sender sender, struct err *err)
{
	enum frame_type type;
	struct reader r;

	if (frame_open(packet, len, &type, &r, err) == -1)
		return -1;
	if (type == FRAME_REFUSED)
		return read_refusal(verdict_out, &r, sender, err);
	if (type == FRAME_VERDICT)
		return read_verdict(verdict_out, &r, err);
	if (type == FRAME_IDENTIFIED)
		return read_identified(verdict_out, &r, err);
	return err_set(err, "message type %u is no verdict", type);
}

bool
verdict_is_cut(const struct verdict *verdict)
{
	static const char cause[] = "Container.";

	return verdict->outcome == OUTCOME_DAMAGED &&
	    strncmp(verdict->name, cause, sizeof cause - 1) == 0;
}
