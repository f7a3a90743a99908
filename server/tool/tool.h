/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tool - the `glassgate` command: one function for each subcommand, in the
 * file of its name. Runs as whoever calls it; what it
 * shows stands in the shared segment, mapped read-only; it asks the workers for
 * scans, and the supervisor for what changes something (wire/control.h).
 */
#ifndef TOOL_TOOL_H
#define TOOL_TOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/err.h"
#include "segment/segment.h"

#define TOOL_RUNTIME "/run/glassgate"

/* What the exit status of every subcommand means. */
enum tool_exit {
	TOOL_FINE = 0,		/* scan: everything was clean */
	TOOL_FOUND = 1,		/* scan: something was found; policy: it is
				 * blocked; else: refused */
	TOOL_UNDECIDED = 2,	/* not everything was decided, or no daemon */
};

/* argv[0] is the subcommand's name. */
int status_main(const char *runtime, int argc, char **argv);
int reload_main(const char *runtime, int argc, char **argv);
int pass_all_main(const char *runtime, int argc, char **argv);
int allow_main(const char *runtime, int argc, char **argv);
int block_main(const char *runtime, int argc, char **argv);
int remove_main(const char *runtime, int argc, char **argv);
int list_main(const char *runtime, int argc, char **argv);
int policy_main(const char *runtime, int argc, char **argv);
int scan_main(const char *runtime, int argc, char **argv);
int signatures_main(const char *runtime, int argc, char **argv);
int test_main(const char *runtime, int argc, char **argv);

/* The segment of a supervisor that is alive. The reason says what to do. */
int tool_attach(const struct segment **segment_out, const char *runtime,
    struct err *);

/* The last word is --help. */
bool tool_wants_help(int argc, char **argv);

/* Where a usage goes: to stdout if somebody asked for it, else, behind what was
 * wrong, to stderr. And the exit status that goes with it. */
FILE *tool_usage_to(const char *why);
int tool_usage_exit(const char *why);
int tool_no_option(const char *name, int (*usage)(const char *why));

/* Text for a terminal, one line: every byte that is not printable ASCII, and
 * the backslash, becomes \xNN; cut to size with "...". Returns out. */
const char *tool_escape(char *out, size_t size, const char *text);

#endif
