/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * icap_log - c-icap's own log lines, said again in ours. Supervisor.
 *
 * They may hold what a stranger sent: cleaned, cut, and no more than so many a
 * second.
 */
#ifndef SUPERVISOR_ICAP_LOG_H
#define SUPERVISOR_ICAP_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "base/log.h"

#define ICAP_LINE_MAX 400	/* of a line: the rest is dropped */
#define ICAP_LINES_MAX 20	/* a second; more are counted */

struct icap_log {
	char line[ICAP_LINE_MAX + 1];
	size_t len;
	int64_t second;		/* the one that `said` counts for */
	unsigned said, dropped;
};

/* Any piece of the stream. Returns how many lines it ended. */
unsigned icap_log_feed(struct icap_log *, const char *, size_t len,
    int64_t now_ms);

/* "Tue Nov 24 00:25:56 2026, main proc, Exiting" -> "Exiting"; what has no such
 * head stays whole. */
const char *icap_log_message(const char *line);
enum log_level icap_log_level(const char *message);

#endif
