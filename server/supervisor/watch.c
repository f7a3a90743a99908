/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/watch.h"

#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"

#define AGAIN_MS 5000		/* a folder that is not there: next look */
#define SETTLE_TIMES 10		/* a change is told after so many, settled
				 * or not */
/* IN_CREATE is all that a hard link tells of itself. */
#define CHANGES                                                                \
	(IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM |            \
	    IN_DELETE | IN_ATTRIB | IN_MODIFY | IN_DELETE_SELF | IN_MOVE_SELF)

static void arm(struct watch *watch);

static bool
all_seen(const struct watch *watch)
{
	uint32_t i;

	for (i = 0; i < watch->folders.count; i++)
		if (watch->place[i] == -1)
			return false;
	return true;
}

/* One that came, or came back, is a change. */
static void
see_folders(struct watch *watch)
{
	uint32_t i;

	for (i = 0; i < watch->folders.count; i++) {
		if (watch->place[i] != -1)
			continue;
		watch->place[i] = inotify_add_watch(watch->fd,
		    watch->folders.item[i], CHANGES | IN_ONLYDIR);
		if (watch->place[i] != -1)
			watch->changed = true;
	}
}

static void
on_time(void *ctx)
{
	struct watch *watch = ctx;
	bool tell = watch->changed;

	watch->timer = 0;
	watch->changed = false;
	watch->since = 0;
	see_folders(watch);
	if (watch->changed || !all_seen(watch))
		arm(watch);
	if (tell)
		watch->tell(watch->ctx);
}

/* A folder that never rests is taken as it is: what is being written just then
 * is refused by who copies it, and its next change comes here again. */
static void
arm(struct watch *watch)
{
	struct loop *loop = watch->house->loop;
	int64_t now = clock_ms(), at = now + AGAIN_MS;

	if (watch->changed) {
		if (watch->since == 0)
			watch->since = now;
		at = now + watch->settle_ms;
		if (at > watch->since + SETTLE_TIMES * watch->settle_ms)
			at = watch->since + SETTLE_TIMES * watch->settle_ms;
	}
	loop_cancel(loop, &watch->timer);
	watch->timer = loop_at(loop, at, on_time, watch);
}

static void
forget_place(struct watch *watch, int place)
{
	uint32_t i;

	for (i = 0; i < watch->folders.count; i++)
		if (watch->place[i] == place)
			watch->place[i] = -1;
}

/* Which file it was does not matter; only that a folder is gone. */
static void
on_change(void *ctx, int fd, short revents)
{
	struct watch *watch = ctx;
	char buffer[8192]
	    __attribute__((aligned(__alignof__(struct inotify_event))));
	const struct inotify_event *event;
	ssize_t len = read(fd, buffer, sizeof(buffer)), at;

	(void)revents;
	for (at = 0; at < len;
	    at += (ssize_t)(sizeof(*event) + event->len)) {
		event = (const struct inotify_event *)(buffer + at);
		if ((event->mask & (IN_IGNORED | IN_MOVE_SELF)) != 0)
			forget_place(watch, event->wd);
	}
	watch->changed = true;
	arm(watch);
}

void
watch_init(struct watch *watch, struct house *house, void (*tell)(void *ctx),
    void *ctx)
{
	*watch = (struct watch){ .house = house, .fd = -1, .tell = tell,
		.ctx = ctx };
}

void
watch_stop(struct watch *watch)
{
	loop_cancel(watch->house->loop, &watch->timer);
	if (watch->fd != -1)
		loop_unwatch(watch->house->loop, watch->fd);
	close_fd(&watch->fd);
}

void
watch_folders(struct watch *watch, const struct settings *settings)
{
	uint32_t i;

	watch_stop(watch);
	watch->changed = false;
	watch->since = 0;
	watch->folders = settings->signature_folders;
	watch->settle_ms = (int64_t)settings->signatures_watch * 1000;
	for (i = 0; i < LIST_MAX; i++)
		watch->place[i] = -1;
	if (settings->signatures_watch == 0)
		return;
	watch->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (watch->fd == -1) {
		log_warn("signature folders not watched", "remedy=\"raise "
		    "fs.inotify.max_user_instances, or set signatures.watch "
		    "to 0\"");
		return;
	}
	loop_watch(watch->house->loop, watch->fd, POLLIN, on_change, watch);
	see_folders(watch);
	watch->changed = false;
	if (!all_seen(watch))
		arm(watch);
}

bool
watch_differs(const struct watch *watch, const struct settings *settings)
{
	const struct text_list *now = &settings->signature_folders;
	uint32_t i;

	if (watch->settle_ms != (int64_t)settings->signatures_watch * 1000 ||
	    watch->folders.count != now->count)
		return true;
	for (i = 0; i < now->count; i++)
		if (strcmp(watch->folders.item[i], now->item[i]) != 0)
			return true;
	return false;
}
