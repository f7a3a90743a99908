/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * watch - sees a change in the signature folders, and waits until nothing more
 * changes, but not for ever. Supervisor; looks at no file.
 */
#ifndef SUPERVISOR_WATCH_H
#define SUPERVISOR_WATCH_H

#include "config/settings.h"
#include "supervisor/house.h"

struct watch {
	struct house *house;
	int fd;				/* inotify; -1: none */
	int place[LIST_MAX];		/* its number for each folder; -1 */
	struct text_list folders;
	int64_t settle_ms;
	int timer;			/* until all is quiet, or a new try */
	bool changed;
	int64_t since;			/* the first change not told; 0: none */
	void (*tell)(void *ctx);
	void *ctx;
};

void watch_init(struct watch *, struct house *, void (*tell)(void *ctx),
    void *ctx);

/* The folders of the settings in use; again after each reload. */
void watch_folders(struct watch *, const struct settings *);
bool watch_differs(const struct watch *, const struct settings *);
void watch_stop(struct watch *);

#endif
