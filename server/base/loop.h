/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * loop - waits for descriptors, signals and deadlines, and calls back.
 * Supervisor and keeper: one loop, one thread. Not for c-icap or workers.
 *
 * Callbacks may add and remove whatever they like, themselves included.
 */
#ifndef BASE_LOOP_H
#define BASE_LOOP_H

#include <signal.h>
#include <stdint.h>

#include "base/err.h"

struct loop;

/* revents as poll(2) gives them. */
typedef void loop_fd_fn(void *ctx, int fd, short revents);
typedef void loop_timer_fn(void *ctx);
typedef void loop_signal_fn(void *ctx, int signo);

int loop_new(struct loop **loop_out, struct err *);
void loop_free(struct loop **);		/* closes no watched descriptor */

/* One entry a descriptor; adding it again replaces events and callback.
 * events 0 watches for hang-up and error alone. */
void loop_watch(struct loop *, int fd, short events, loop_fd_fn *, void *ctx);
void loop_unwatch(struct loop *, int fd);	/* nothing there: no harm */

/* Once, at clock_ms() >= at_ms. Returns an id > 0. */
int loop_at(struct loop *, int64_t at_ms, loop_timer_fn *, void *ctx);
void loop_cancel(struct loop *, int *id);	/* sets 0; 0 or done: no harm */

/* Blocks the signals of the set in this thread and calls back for each. A
 * child that is forked later must unblock them: loop_signals_restore(). */
int loop_signals(struct loop *, const sigset_t *, loop_signal_fn *, void *ctx,
    struct err *);
void loop_signals_restore(void);

int loop_run(struct loop *, struct err *);	/* until loop_stop() */
void loop_stop(struct loop *);

#endif
