/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdio.h>
#include <string.h>

#include "tool/report.h"
#include "tool/tool.h"

static int
show(const char *runtime, int (*print)(const struct report *, FILE *))
{
	const struct segment *segment = NULL;
	struct err err = { "" };
	struct report report;

	if (tool_attach(&segment, runtime, &err) == -1) {
		fprintf(stderr, "glassgate: %s\n", err.text);
		return TOOL_UNDECIDED;
	}
	if (report_take(&report, segment) == -1) {
		fprintf(stderr, "glassgate: %s: the status is busy: try "
		    "again\n", runtime);
		return TOOL_UNDECIDED;
	}
	if (print(&report, stdout) == -1 || fflush(stdout) == EOF) {
		fprintf(stderr, "glassgate: the status cannot be written\n");
		return TOOL_UNDECIDED;
	}
	return TOOL_FINE;
}

static int
usage(const char *why)
{
	fprintf(tool_usage_to(why), "usage: glassgate status [--json]\n");
	return tool_usage_exit(why);
}

int
status_main(const char *runtime, int argc, char **argv)
{
	if (argc == 1)
		return show(runtime, report_print_text);
	if (argc == 2 && strcmp(argv[1], "--json") == 0)
		return show(runtime, report_print_json);
	return tool_wants_help(argc, argv) ? usage(NULL) :
	    tool_no_option(argv[1], usage);
}
