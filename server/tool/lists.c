/* SPDX-License-Identifier: GPL-2.0-only */
/* `glassgate allow`, `block`, `remove`, `list`: the owner's own list. */
#include "policy/lists.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "tool/ask.h"
#include "tool/tool.h"

#define DAY 86400

static int
usage(const char *why)
{
	fprintf(tool_usage_to(why),
	    "usage: glassgate allow|block sha256|host|signature VALUE "
	    "--reason TEXT [--until DATE]\n"
	    "       glassgate remove sha256|host|signature VALUE\n"
	    "       glassgate list\n"
	    "TEXT: at most %d characters of ASCII, without double quotes.\n"
	    "DATE is like 2027-01-31, that day included, in UTC, up to "
	    "9999-12-31.\n", LISTS_REASON - 1);
	return tool_usage_exit(why);
}

/* The end of that day (UTC), or 0. */
static int64_t
end_of(const char *date)
{
	struct tm tm = { 0 }, again;
	const char *rest = strptime(date, "%Y-%m-%d", &tm);
	time_t begin;

	if (rest == NULL || *rest != '\0')
		return 0;
	again = tm;
	begin = timegm(&again);
	return again.tm_mday != tm.tm_mday || begin <= 0 ? 0 : begin + DAY;
}

static int
take(const char *name, const char *value, int64_t *until, const char **reason,
    struct err *err)
{
	if (strcmp(name, "--reason") == 0) {
		*reason = value;
		return list_reason_check(value, err) == -1 ?
		    err_wrap(err, "--reason") : 0;
	}
	if (strcmp(name, "--until") != 0)
		return err_set(err, "%s: no such option", name);
	*until = end_of(value);
	return *until == 0 ? err_set(err, "--until %s: no date", value) : 0;
}

static int
ask(const char *runtime, uint64_t number, const char *line, const char *done)
{
	struct control_ask what = { .verb = CONTROL_LIST, .number = number };

	if (strlen(line) >= sizeof(what.text))
		return usage("value and reason are too long");
	strcpy(what.text, line);
	return tool_ask(runtime, &what, done);
}

static int
options(int argc, char **argv, int64_t *until, const char **reason,
    struct err *err)
{
	int i;

	for (i = 3; i + 1 < argc; i += 2)
		if (take(argv[i], argv[i + 1], until, reason, err) == -1)
			return -1;
	if (i != argc)
		return err_set(err, "%s: no value follows", argv[i]);
	return *reason == NULL ? err_set(err, "--reason is needed") : 0;
}

static int
put_main(const char *runtime, int argc, char **argv)
{
	const char *reason = NULL;
	struct list_entry entry;
	struct err err;
	char line[1024];
	int64_t until = 0;

	if (tool_wants_help(argc, argv))
		return usage(NULL);
	if (argc < 3)
		return usage("what?");
	if (options(argc, argv, &until, &reason, &err) == -1)
		return usage(err.text);
	snprintf(line, sizeof(line), "%s %s %s %lld %s", argv[0], argv[1],
	    argv[2], (long long)until, reason);
	if (strchr(argv[2], ' ') != NULL ||
	    list_entry_read(&entry, line, strlen(line), &err) == -1)
		return usage(strchr(argv[2], ' ') != NULL ? "a blank in the "
		    "value" : err.text);
	return ask(runtime, 1, line, argv[0]);
}

int
allow_main(const char *runtime, int argc, char **argv)
{
	return put_main(runtime, argc, argv);
}

int
block_main(const char *runtime, int argc, char **argv)
{
	return put_main(runtime, argc, argv);
}

int
remove_main(const char *runtime, int argc, char **argv)
{
	char line[1024];

	if (tool_wants_help(argc, argv))
		return usage(NULL);
	if (argc != 3 || strchr(argv[2], ' ') != NULL)
		return usage("what?");
	snprintf(line, sizeof(line), "%s %s", argv[1], argv[2]);
	return ask(runtime, 0, line, "removed");
}

static void
show(const struct list_entry *entry)
{
	time_t last = (time_t)entry->until - 1;
	char day[32] = "";
	struct tm tm;

	if (entry->until != 0 && gmtime_r(&last, &tm) != NULL)
		strftime(day, sizeof(day), " until %Y-%m-%d", &tm);
	printf("%s %s %s%s%s: %s\n", entry->block ? "block" : "allow",
	    list_by_name(entry->by), entry->value, day, entry->until != 0 &&
	    entry->until <= clock_unix() ? " (over)" : "", entry->reason);
}

int
list_main(const char *runtime, int argc, char **argv)
{
	AUTO_FREE struct lists *lists = calloc(1, sizeof(*lists));
	const struct segment *segment;
	struct err err;
	uint32_t i;

	if (argc != 1)
		return usage(tool_wants_help(argc, argv) ? NULL :
		    "list takes no options");
	if (lists == NULL)
		return TOOL_UNDECIDED;
	if (tool_attach(&segment, runtime, &err) == -1 ||
	    lists_load(lists, runtime, &err) == -1) {
		fprintf(stderr, "glassgate: %s\n", err.text);
		return TOOL_UNDECIDED;
	}
	for (i = 0; i < lists->count; i++)
		show(&lists->entry[i]);
	return TOOL_FINE;
}
