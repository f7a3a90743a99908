/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/stall.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/clock.h"

#define NAP_MS 10	/* between two looks at a line end */
#define SLICE_MS 100	/* longest wait before we look whether we must end */

bool
stall_is_likely(const struct stall_view *view)
{
	uint64_t from = view->silent_at > STALL_TO ? view->silent_at : STALL_TO;

	return view->received >= from + STALL_FROM;
}

static enum stall_step
listen_step(const struct stall_view *view)
{
	if (view->more_here || view->declared == view->received)
		return STALL_HOLD;
	if (view->received <= STALL_TO)
		return STALL_LISTEN;
	return view->is_upload ? STALL_HOLD : STALL_LISTEN_LONG;
}

enum stall_step
stall_step(const struct stall_view *view)
{
	if (view->at_end || view->received < STALL_FROM)
		return STALL_HOLD;
	switch (view->drip) {
	case DRIP_ALWAYS:
		return STALL_LET_GO;
	case DRIP_ON_STALL:
		return listen_step(view);
	case DRIP_NEVER:
		break;
	}
	return STALL_HOLD;
}

/* The line end after a chunk may come in a packet of its own. Poll would return
 * at once then, so we look again after a nap. */
static void
wait_a_little(int fd, bool something_there, int left)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLIN | POLLRDHUP };

	if (something_there)
		poll(NULL, 0, left < NAP_MS ? left : NAP_MS);
	else
		poll(&pollfd, 1, left < SLICE_MS ? left : SLICE_MS);
}

bool
stall_silent(int fd, size_t due, int64_t until, const atomic_bool *ending)
{
	char peek[8];

	for (;;) {
		/* In this order: what came before the end is seen. */
		int left = clock_left(until);
		ssize_t n = recv(fd, peek, sizeof peek,
		    MSG_PEEK | MSG_DONTWAIT);

		if (n == 0 || (n > 0 && (size_t)n > due))
			return false;
		if (n == -1 && errno != EAGAIN && errno != EWOULDBLOCK &&
		    errno != EINTR)
			return false;
		if (atomic_load(ending))
			return false;
		if (left == 0)
			return true;
		wait_a_little(fd, n > 0, left);
	}
}

uint64_t
stall_allowance(uint64_t received)
{
	return received / STALL_DRIP_PER;
}
