/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * icap_child - the supervisor's side of c-icap: its folder, its log, the lock
 * files that it would leave behind.
 */
#ifndef SUPERVISOR_ICAP_CHILD_H
#define SUPERVISOR_ICAP_CHILD_H

#include "supervisor/house.h"
#include "supervisor/icap_log.h"
#include "supervisor/ward.h"

struct icap_child {
	struct house *house;
	struct ward ward;
	int log_fd;			/* the FIFO icap/log */
	struct icap_log log;
	bool log_spoke;			/* since the last start */

	/* What it prints before its log is open, or why that never happened:
	 * of interest only if it dies then. */
	int early_fd;
	char early[2048];
	size_t early_len;
	bool started, worked_once;
};

void icap_child_init(struct icap_child *, struct house *);

#endif
