/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "tool/scan_file.h"

#define SHOWN 4096	/* characters of a file name or path */

/* Found beats not decided beats clean. */
static enum tool_exit
worse(enum tool_exit a, enum tool_exit b)
{
	if (a == TOOL_FOUND || b == TOOL_FOUND)
		return TOOL_FOUND;
	return a == TOOL_UNDECIDED ? a : b;
}

static void
print_verdict(const char *path, const struct verdict *verdict)
{
	char text[SHOWN];

	printf("%s: %s", tool_escape(text, sizeof(text), path),
	    outcome_name(verdict->outcome));
	if (verdict->name[0] != '\0')
		printf(" %s", verdict->name);
	/* Escaped by the worker, and checked by the decoder. */
	if (verdict->path[0] != '\0')
		printf(" in %s", verdict->path);
	putchar('\n');
}

static void
complain(const char *what)
{
	char text[SHOWN];

	fflush(stdout);
	fprintf(stderr, "glassgate: %s\n",
	    tool_escape(text, sizeof(text), what));
}

static enum tool_exit
scan_one(const struct scan_place *place, const char *path)
{
	struct verdict verdict;
	struct err err = { "" };

	if (scan_file(place, path, &verdict, &err) == -1) {
		complain(err.text);
		return TOOL_UNDECIDED;
	}
	print_verdict(path, &verdict);
	if (verdict.outcome == OUTCOME_ENGINE_ERROR && err.text[0] != '\0')
		complain(err.text);
	return scan_exit(verdict.outcome);
}

static int
place_find(struct scan_place *place, struct settings *settings,
    struct err *err)
{
	if (tool_attach(&place->segment, place->runtime, err) == -1)
		return -1;
	if (settings_load(settings, place->runtime,
	    atomic_load(&place->segment->settings), err) == -1)
		return -1;
	place->settings = settings;
	return 0;
}

static int
usage(const char *why)
{
	fprintf(tool_usage_to(why), "usage: glassgate scan FILE...\n"
	    "It asks the running workers what each file is.\n"
	    "exit status: 0 clean, 1 found, 2 not decided\n");
	return tool_usage_exit(why);
}

int
scan_main(const char *runtime, int argc, char **argv)
{
	AUTO_FREE struct settings *settings = calloc(1, sizeof(*settings));
	struct scan_place place = { .runtime = runtime };
	enum tool_exit status = TOOL_FINE;
	struct err err = { "" };

	/* A file of that name is ./--help. */
	if (tool_wants_help(argc, argv))
		return usage(NULL);
	if (argc < 2)
		return usage("which file?");
	if (settings == NULL || place_find(&place, settings, &err) == -1) {
		complain(err.text[0] != '\0' ? err.text : "no memory");
		return TOOL_UNDECIDED;
	}
	for (int i = 1; i < argc; i++)
		status = worse(status, scan_one(&place, argv[i]));
	return status;
}
