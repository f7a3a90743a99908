/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/hearing.h"

#include <poll.h>

#include "base/clock.h"
#include "icap/threads.h"

#define SLICE_MS 100		/* how soon we see that we must end */
#define STOP_GRACE_MS 1500	/* for scans under way when we are going down */

static bool
must_stop(struct hearing *hearing, int64_t now)
{
	if (hearing->stop_at == 0 && module_ending(hearing->module))
		hearing->stop_at = now + STOP_GRACE_MS;
	return hearing->stop_at != 0 && now >= hearing->stop_at;
}

enum waited
hearing_wait(struct hearing *hearing, int fd, int64_t until)
{
	struct pollfd fds[2] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = hearing->client_fd, .events = POLLRDHUP },
	};

	for (;;) {
		int64_t now = clock_ms();
		int left = clock_left(until);

		threads_beat(hearing->module);
		if (must_stop(hearing, now))
			return WAITED_STOPPED;
		if (hearing->left != NULL && atomic_load(hearing->left))
			return WAITED_GONE;
		if (left > SLICE_MS)
			left = SLICE_MS;
		if (poll(fds, 2, left) == -1)
			fds[0].revents = fds[1].revents = 0;
		if (fds[0].revents != 0)
			return WAITED_READY;
		if (fds[1].revents & (POLLRDHUP | POLLHUP | POLLERR))
			return WAITED_GONE;
		if (left == 0)
			return WAITED_TIME;
	}
}

struct metrics *
hearing_metrics(const struct hearing *hearing)
{
	return &hearing->module->segment->metrics;
}
