/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * control - hears administrators at "<runtime>/control" and answers them.
 * Supervisor; never waits for them.
 *
 * A question is answered at once, or, when its handler says so, once
 * control_over() tells how it ended. Whoever asks nothing for five seconds is
 * dropped; beyond CONTROL_CLIENTS nobody is heard until somebody leaves.
 */
#ifndef SUPERVISOR_CONTROL_H
#define SUPERVISOR_CONTROL_H

#include <stdbool.h>

#include "supervisor/house.h"
#include "wire/control.h"

#define CONTROL_CLIENTS 8

struct control;

struct control_client {
	struct control *control;
	int fd;				/* -1: free */
	int timer;
	bool waits;			/* has asked, and waits for the end */
	uint32_t run, use;		/* of what: its handler says */
};

enum control_now {
	CONTROL_ANSWERED,		/* the answer is in answer_out */
	CONTROL_LATER,			/* control_over() will come */
};

typedef enum control_now control_fn(void *ctx, struct control_client *,
    const struct control_ask *, struct control_answer *answer_out);

struct control {
	struct house *house;
	int fd;
	int pause;			/* timer: until then nobody is taken */
	control_fn *handle;
	void *ctx;
	struct control_client clients[CONTROL_CLIENTS];
};

int control_open(struct control *, struct house *, control_fn *, void *ctx,
    struct err *);

/* To all who wait for that run; use not 0: only to those who wait for it. */
void control_over(struct control *, uint32_t run, uint32_t use, bool good,
    const char *text);
void control_close(struct control *);

#endif
