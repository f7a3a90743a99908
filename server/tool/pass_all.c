/* SPDX-License-Identifier: GPL-2.0-only */
/* `glassgate pass-all`: everything passes for a while, nothing is scanned. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/ask.h"
#include "tool/tool.h"

static int
usage(const char *why)
{
	fprintf(tool_usage_to(why),
	    "usage: glassgate pass-all --for TIME --reason TEXT\n"
	    "       glassgate pass-all --end\n"
	    "TIME is like 90s, 30m or 2h; TEXT goes into log and status: at "
	    "most %d\ncharacters of ASCII.\n", CONTROL_TEXT - 1);
	return tool_usage_exit(why);
}

/* Seconds, or 0. */
static uint64_t
span(const char *text)
{
	static const struct { char name; uint64_t seconds; } units[] = {
		{ 's', 1 }, { 'm', 60 }, { 'h', 3600 },
	};
	size_t digits = strspn(text, "0123456789"), i;

	if (digits == 0 || digits > 6 || strlen(text) != digits + 1)
		return 0;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (text[digits] == units[i].name)
			return strtoull(text, NULL, 10) * units[i].seconds;
	return 0;
}

/* What the wire can carry. */
static bool
is_plain(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text < ' ' || *text >= 0x7f)
			return false;
	return true;
}

static int
take(struct control_ask *what, const char *name, const char *value,
    struct err *err)
{
	if (strcmp(name, "--for") == 0) {
		what->number = span(value);
		return what->number == 0 ? err_set(err, "--for %s: no time",
		    value) : 0;
	}
	if (strcmp(name, "--reason") != 0)
		return err_set(err, "%s: no such option", name);
	if (!is_plain(value) || strlen(value) >= sizeof(what->text))
		return err_set(err, "--reason: not in plain ASCII, or too "
		    "long");
	snprintf(what->text, sizeof(what->text), "%s", value);
	return 0;
}

static int
options(struct control_ask *what, int argc, char **argv, struct err *err)
{
	int i;

	for (i = 1; i + 1 < argc; i += 2)
		if (take(what, argv[i], argv[i + 1], err) == -1)
			return -1;
	if (i != argc)
		return err_set(err, "%s: no value follows", argv[i]);
	if (what->number == 0 || what->text[0] == '\0')
		return err_set(err, "--for and --reason are needed");
	return 0;
}

int
pass_all_main(const char *runtime, int argc, char **argv)
{
	struct control_ask what = { .verb = CONTROL_PASS_ALL };
	struct err err;

	if (tool_wants_help(argc, argv))
		return usage(NULL);
	if (argc == 2 && strcmp(argv[1], "--end") == 0)
		return tool_ask(runtime, &what, "pass-all ended");
	if (options(&what, argc, argv, &err) == -1)
		return usage(err.text);
	return tool_ask(runtime, &what, "pass-all begins");
}
