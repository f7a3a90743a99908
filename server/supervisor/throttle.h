/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * throttle - how long to wait before a child is started again. Supervisor.
 *
 * A child that did its job is back at once; one that dies before its first job
 * waits 1, 2, 4 ... 30 seconds: what is broken is broken again.
 */
#ifndef SUPERVISOR_THROTTLE_H
#define SUPERVISOR_THROTTLE_H

struct throttle {
	unsigned failures;	/* in a row, before the first job */
};

/* The child died; worked: it had done its first job. Milliseconds to wait. */
int throttle_after(struct throttle *, int worked);

#endif
