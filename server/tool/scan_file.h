/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scan_file - one file, one verdict, by the running workers. The same way as a
 * body takes from c-icap: lane by size, inline or in a sealed memfd, one
 * retry when a worker dies, one deadline for queue and scan together.
 */
#ifndef TOOL_SCAN_FILE_H
#define TOOL_SCAN_FILE_H

#include "base/err.h"
#include "config/settings.h"
#include "tool/tool.h"
#include "wire/verdict.h"

struct scan_place {
	const char *runtime;
	const struct segment *segment;
	const struct settings *settings;
};

/* -1: the file cannot be read. All else is an outcome; when it is
 * `engine-error`, err says why. */
int scan_file(const struct scan_place *, const char *path,
    struct verdict *verdict_out, struct err *);

enum tool_exit scan_exit(enum outcome);

#endif
