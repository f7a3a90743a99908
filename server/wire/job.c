/* SPDX-License-Identifier: GPL-2.0-only */
#include "wire/job.h"

#include "wire/frame.h"

enum body_place { BODY_INLINE = 0, BODY_DESCRIPTOR = 1 };

/* One function for message and key: what is added to it is in both. */
static void
put_asked(struct writer *w, const struct job *job)
{
	put_u64(w, job->body_len);
	told_put(w, &job->told);
}

void
job_key_put(struct writer *w, const struct job *job)
{
	put_u8(w, (uint8_t)job->kind);
	put_asked(w, job);
}

ssize_t
job_pack(const struct job *job, void *memory, size_t size, struct err *err)
{
	struct writer w = frame_start(memory, size, FRAME_JOB);
	int is_inline = job->inline_body != NULL;

	if (is_inline && job->body_len > JOB_INLINE_MAX)
		return err_set(err, "body too long to go inline");
	put_u8(&w, (uint8_t)job->kind);
	put_u8(&w, is_inline ? BODY_INLINE : BODY_DESCRIPTOR);
	put_u32(&w, job->time_limit_ms);
	put_asked(&w, job);
	if (is_inline)
		put_bytes(&w, job->inline_body, job->body_len);
	return frame_finish(&w, err);
}

/* Inline: the body is the rest of the packet, to its exact end, and there is no
 * descriptor. Else: nothing follows, and there is one. */
static int
read_body(struct job *job, struct reader *r, uint8_t place, int has_fd,
    struct err *err)
{
	if (place == BODY_INLINE) {
		if (has_fd)
			return err_set(err, "inline body and a descriptor");
		if (job->body_len > JOB_INLINE_MAX)
			return err_set(err, "inline body too long");
		job->inline_body = get_bytes(r, (size_t)job->body_len);
	} else if (!has_fd) {
		return err_set(err, "the body's descriptor is missing");
	}
	if (!reader_done(r))
		return err_set(err, "job does not end where it should");
	return 0;
}

int
job_unpack(struct job *job_out, const void *packet, size_t len, int has_fd,
    struct err *err)
{
	struct job job = { 0 };
	enum frame_type type;
	struct reader r;
	uint8_t kind, place;

	if (frame_open(packet, len, &type, &r, err) == -1)
		return -1;
	if (type != FRAME_JOB)
		return err_set(err, "message type %u is no job", type);
	kind = get_u8(&r);
	place = get_u8(&r);
	job.kind = (enum job_kind)kind;
	job.time_limit_ms = get_u32(&r);
	job.body_len = get_u64(&r);
	if (r.bad)
		return err_set(err, "job is too short");
	if (told_get(&job.told, &r, err) == -1)
		return -1;
	if (kind != JOB_SCAN && kind != JOB_IDENTIFY)
		return err_set(err, "unknown job kind %u", kind);
	if (place != BODY_INLINE && place != BODY_DESCRIPTOR)
		return err_set(err, "unknown place of a body %u", place);
	if (job.time_limit_ms == 0)
		return err_set(err, "job without a time limit");
	if (job.body_len > INT64_MAX)
		return err_set(err, "body length out of range");
	if (read_body(&job, &r, place, has_fd, err) == -1)
		return -1;
	*job_out = job;
	return 0;
}
