/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * `glassgate test --evasion`: the suite that hides a file in every way that is
 * known here, against the gateway that runs. The suite is a program of its own
 * (tests/evasion), as it talks ICAP to any server; this tells it where ours
 * listens, and becomes it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "tool/tool.h"

#define SUITE DATADIR "/evasion"

static int
usage(const char *why)
{
	fprintf(tool_usage_to(why), "usage: glassgate test --evasion "
	    "[--suite FOLDER] [--all] [--list] [WORD...]\n");
	return tool_usage_exit(why);
}

static int
become(const char *suite, const char *address, int count, char **words)
{
	AUTO_FREE char **line = calloc((size_t)count + 4, sizeof *line);
	char program[4096], server[] = "--server";
	AUTO_FREE char *where = strdup(address);

	if (line == NULL || where == NULL) {
		fprintf(stderr, "glassgate: no memory\n");
		return TOOL_UNDECIDED;
	}
	snprintf(program, sizeof program, "%s/run", suite);
	line[0] = program;
	line[1] = server;
	line[2] = where;
	memcpy(line + 3, words, (size_t)count * sizeof *line);
	execv(program, line);
	fprintf(stderr, "glassgate: %s: %s (it needs python3; --suite names "
	    "another folder)\n", program, strerror(errno));
	return TOOL_UNDECIDED;
}

int
test_main(const char *runtime, int argc, char **argv)
{
	const struct segment *segment = NULL;
	const char *suite = SUITE;
	struct status status;
	struct err err = { "" };
	int first = 2;

	if (tool_wants_help(argc, argv))
		return usage(NULL);
	if (argc < 2)
		return usage("--evasion is needed");
	if (strcmp(argv[1], "--evasion") != 0)
		return tool_no_option(argv[1], usage);
	if (argc > 2 && strcmp(argv[2], "--suite") == 0) {
		if (argc == 3)
			return usage("--suite: no value follows");
		suite = argv[3];
		first = 4;
	}
	if (tool_attach(&segment, runtime, &err) == -1) {
		fprintf(stderr, "glassgate: %s\n", err.text);
		return TOOL_UNDECIDED;
	}
	if (segment_status_copy(segment, &status) == -1) {
		fprintf(stderr, "glassgate: %s: the status is busy: try "
		    "again\n", runtime);
		return TOOL_UNDECIDED;
	}
	return become(suite, status.icap_address, argc - first, argv + first);
}
