/* SPDX-License-Identifier: GPL-2.0-only */
#include "wire/scan_body.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"

/* What a worker needs beyond its own limit to answer and be killed. */
#define GRACE_MS 2000

static int
open_file(const char *path, uint64_t *len_out, struct err *err)
{
	/* O_NONBLOCK: a FIFO must not hold us; regular files do not mind. */
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd == -1)
		return err_sys(err, path);
	if (fstat(fd, &st) == -1)
		return err_sys(err, path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, "%s: not a regular file", path);
	*len_out = (uint64_t)st.st_size;
	return steal_fd(&fd);
}

/* The bytes that are there already, then the rest, up to one more than `max`:
 * so much says that it is too big. */
static int
copy_to_memfd(int file, int memfd, struct scan_body *body, uint64_t max,
    struct err *err)
{
	ssize_t n = (ssize_t)body->len;

	for (body->len = 0; n > 0;) {
		if (file_write_all(memfd, body->bytes, (size_t)n) == -1)
			return err_sys(err, "memfd");
		body->len += (uint64_t)n;
		body->too_big = body->len > max;
		if (body->too_big)
			return 0;
		n = file_read_all(file, body->bytes, sizeof(body->bytes));
		if (n == -1)
			return err_sys(err, "read");
	}
	if (fcntl(memfd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW |
	    F_SEAL_WRITE | F_SEAL_SEAL) == -1)
		return err_sys(err, "memfd");
	return 0;
}

int
scan_body_read(struct scan_body *body, const char *path, uint64_t max,
    struct err *err)
{
	AUTO_CLOSE int file = open_file(path, &body->len, err);
	AUTO_CLOSE int memfd = -1;
	ssize_t n;

	body->fd = -1;
	if (file == -1)
		return -1;
	body->too_big = body->len > max;
	if (body->too_big)
		return 0;
	n = file_read_all(file, body->bytes, sizeof(body->bytes));
	if (n == -1)
		return err_sys(err, path);
	body->len = (uint64_t)n;
	if (body->len <= JOB_INLINE_MAX)
		return 0;
	memfd = memfd_create("glassgate-scan", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (memfd == -1)
		return err_sys(err, "memfd");
	if (copy_to_memfd(file, memfd, body, max, err) == -1)
		return err_wrap(err, "%s", path);
	if (body->too_big)
		return 0;
	body->fd = steal_fd(&memfd);
	return 0;
}

/* 1 and a verdict; 0: the deadline is past; -1: the worker died. */
static int
wait_verdict(int fd, int64_t deadline, struct verdict *verdict, struct err *err)
{
	while (clock_left(deadline) > 0) {
		struct pollfd pfd = { .fd = fd, .events = POLLIN };
		enum collect got = COLLECT_NOTHING;

		if (poll(&pfd, 1, clock_left(deadline)) > 0)
			got = scan_collect(fd, verdict, err);
		if (got != COLLECT_NOTHING)
			return got == COLLECT_VERDICT ? 1 : -1;
	}
	return 0;
}

int
scan_body_ask(const char *runtime, uint32_t generation,
    const struct scan_limits *limits, const struct scan_body *body,
    struct verdict *verdict, struct err *err)
{
	enum lane lane = body->len <= limits->small_max ? LANE_SMALL : LANE_BIG;
	uint64_t seconds = lane == LANE_SMALL ? limits->small_seconds :
						limits->big_seconds;
	int64_t deadline = clock_ms() + GRACE_MS +
	    (int64_t)(limits->queue_seconds + seconds) * 1000;
	const struct job job = {
		.kind = JOB_SCAN,
		.time_limit_ms = (uint32_t)(seconds * 1000),
		.body_len = body->len,
		.inline_body = body->fd == -1 ? body->bytes : NULL,
	};
	AUTO_CLOSE int fd = -1;

	if (body->too_big) {
		*verdict = (struct verdict){ .outcome = OUTCOME_TOO_BIG };
		return 0;
	}
	*verdict = (struct verdict){ .outcome = OUTCOME_ENGINE_ERROR };
	switch (scan_submit(runtime, generation, lane, &job, body->fd, &fd,
	    err)) {
	case SUBMIT_OK:
		break;
	case SUBMIT_OVERLOAD:
		verdict->outcome = OUTCOME_OVERLOAD;
		return 0;
	case SUBMIT_FAILED:
		return -1;
	}
	switch (wait_verdict(fd, deadline, verdict, err)) {
	case 1:
		return 0;
	case 0:
		verdict->outcome = OUTCOME_TIMEOUT;
		return 0;
	}
	verdict->outcome = OUTCOME_ENGINE_ERROR;
	return -1;
}
