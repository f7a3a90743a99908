/* SPDX-License-Identifier: GPL-2.0-only */
/* The table for people: the sample file and the manual. */
#include "config/settings.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/cleanup.h"
#include "config/print.h"
#include "config/settings_rows.h"

#define NEEDS_RESTART "A change needs a restart of glassgated."

static const struct group {
	const char *name, *help;
} groups[] = {
	{ "log", "What is written to standard error." },
	{ "icap", "c-icap, which proxies talk to." },
	{ "body", "Bodies of requests and answers." },
	{ "cache", "What is known of bodies that were scanned." },
	{ "names", "File names that are made to mislead." },
	{ "types", "Kinds of files that are forbidden." },
	{ "proxy", "Ways of the proxy in front of us." },
	{ "trickle", "First bytes of a download before its verdict." },
	{ "signatures", "What is searched for." },
	{ "reload", "How new signatures and settings are taken over." },
	{ "scan", "The scan workers and their limits." },
	{ "page", "The page that people see when something is blocked." },
	{ "test", "For tests of Glassgate alone: walls are taken away, as a "
	    "poorer machine would." },
	{ "policy", "What is done about each outcome: block or pass." },
};

static const char *const outcome_help[OUTCOME_COUNT] = {
	[OUTCOME_NONE] = "Nothing was decided. This can only be blocked.",
	[OUTCOME_CLEAN] = "All of the body was scanned, nothing was found.",
	[OUTCOME_INFECTED] = "A signature matched.",
	[OUTCOME_SUSPICIOUS] = "A heuristic matched, not a signature.",
	[OUTCOME_UNWANTED] = "A possibly unwanted application.",
	[OUTCOME_MACRO] = "A document with macros.",
	[OUTCOME_ENCRYPTED] = "An encrypted container or document.",
	[OUTCOME_DAMAGED] = "The encoding or the container is broken.",
	[OUTCOME_UNSUPPORTED] = "A container that cannot be opened.",
	[OUTCOME_TOO_BIG] = "The body, or what is packed in it, is too large.",
	[OUTCOME_TOO_DEEP] = "Too many files or layers: not all was scanned.",
	[OUTCOME_TIMEOUT] = "The scan or the wait for it took too long.",
	[OUTCOME_ENGINE_ERROR] = "The engine failed, or no worker answered.",
	[OUTCOME_OVERLOAD] = "Too many bodies were waiting.",
	[OUTCOME_LOADING] = "The signatures were not loaded yet.",
	[OUTCOME_PARTIAL] = "A byte range of a file.",
	[OUTCOME_SKIPPED] = "A rule exempted the body from the scan.",
	[OUTCOME_FORBIDDEN] = "A rule forbids the type, host or name.",
};

static const char *
help_of(const struct setting *row)
{
	if (row->kind == &kind_action)
		return outcome_help[row->least];
	return row->help;
}

static const char *
name_of(const struct setting *row)
{
	const char *dot = strchr(row->key, '.');

	return dot != NULL ? dot + 1 : row->key;
}

static bool
is_of(const struct setting *row, const struct group *group)
{
	size_t len = strlen(group->name);

	return strncmp(row->key, group->name, len) == 0 &&
	    row->key[len] == '.';
}

/* As libconfig wants it: numbers bare, all else quoted. */
static void
put_value(FILE *out, const struct setting *row, const char *value)
{
	if (row->kind->number && value[strspn(value, "0123456789")] == '\0')
		fputs(value, out);
	else
		fprintf(out, "\"%s\"", value);
}

static char *
default_of(const struct setting *row, const struct settings *defaults)
{
	char *value;

	bug_if(setting_value(row, defaults, &value, NULL) == -1);
	return value;
}

static void
sample_row(FILE *out, const struct setting *row,
    const struct settings *defaults)
{
	AUTO_FREE char *value = default_of(row, defaults);
	char allowed[512];

	const char *lead = strchr(row->key, '.') != NULL ? "#\t#" : "##";
	const char *begin = strchr(row->key, '.') != NULL ? "#\t" : "#";

	print_wrapped(out, lead, help_of(row));
	print_wrapped(out, lead, setting_allowed(row->key, allowed,
	    sizeof allowed));
	if (row->when == SETTING_RESTART)
		print_wrapped(out, lead, NEEDS_RESTART);
	fprintf(out, "%s%s = ", begin, name_of(row));
	if (row->kind->list)
		print_list(out, begin, strlen(begin) + strlen(name_of(row)) + 5,
		    value);
	else
		put_value(out, row, value);
	fputs(";\n", out);
}

static void
sample_group(FILE *out, const struct group *group,
    const struct settings *defaults)
{
	size_t i;

	fputs("#\n", out);
	print_wrapped(out, "##", group->help);
	fprintf(out, "#%s: {\n", group->name);
	for (i = 0; i < setting_count(); i++)
		if (is_of(setting_row(i), group))
			sample_row(out, setting_row(i), defaults);
	fputs("#};\n", out);
}

/* The few that are in no group. */
static void
sample_single(FILE *out, const struct settings *defaults)
{
	size_t i;

	for (i = 0; i < setting_count(); i++)
		if (strchr(setting_row(i)->key, '.') == NULL) {
			fputs("#\n", out);
			sample_row(out, setting_row(i), defaults);
		}
}

void
settings_print_sample(FILE *out)
{
	AUTO_FREE struct settings *defaults = malloc(sizeof *defaults);
	size_t i;

	bug_if(defaults == NULL);
	settings_defaults(defaults);
	print_wrapped(out, "##", "glassgate.conf, settings of glassgate "
	    PACKAGE_VERSION ". Each setting stands here with its default. To "
	    "change one, remove the first # of its lines and of the first and "
	    "the last line of its group; `glassgated -t` checks this file. "
	    "`glassgate reload` takes all changes but those of settings that "
	    "need a restart, as is said there: with one of these it is "
	    "refused.");
	sample_single(out, defaults);
	for (i = 0; i < sizeof groups / sizeof *groups; i++)
		sample_group(out, &groups[i], defaults);
	policies_print_sample(out);
}

static void
manual_row(FILE *out, const struct setting *row,
    const struct settings *defaults)
{
	AUTO_FREE char *value = default_of(row, defaults);
	char allowed[512];

	fputs(".TP\n.B ", out);
	print_roff(out, row->key);
	fputs("\n", out);
	print_roff(out, help_of(row));
	fputs("\n.br\nDefault: ", out);
	print_roff(out, value);
	fputs("\n.br\n", out);
	setting_allowed(row->key, allowed, sizeof allowed);
	fputc(toupper((unsigned char)allowed[0]), out);
	print_roff(out, allowed + 1);
	fputs(row->when == SETTING_RESTART ? "\n.br\n" NEEDS_RESTART "\n" :
	    "\n", out);
}

static void
manual_group(FILE *out, const struct group *group,
    const struct settings *defaults)
{
	size_t i;

	fprintf(out, ".SS %s\n", group->name);
	print_roff(out, group->help);
	fputs("\n", out);
	for (i = 0; i < setting_count(); i++)
		if (is_of(setting_row(i), group))
			manual_row(out, setting_row(i), defaults);
}

static void
manual_single(FILE *out, const struct settings *defaults)
{
	size_t i;

	for (i = 0; i < setting_count(); i++)
		if (strchr(setting_row(i)->key, '.') == NULL)
			manual_row(out, setting_row(i), defaults);
}

static const char manual_head[] =
    ".TH GLASSGATE.CONF 5 \"\" \"glassgate " PACKAGE_VERSION "\"\n"
    ".SH NAME\nglassgate.conf \\- settings of glassgated(8)\n"
    ".SH DESCRIPTION\n"
    "The file has groups of settings, in the form of libconfig:\n"
    ".PP\n.EX\nicap: {\n    listen = \"127.0.0.1:1344\";\n"
    "    clients = [ \"127.0.0.1\", \"10.0.0.0/8\" ];\n};\n.EE\n"
    ".PP\nA list may also be one text with commas. A key that is not listed "
    "here, a wrong type or a value that is not allowed: glassgated names file, "
    "line and key and does not start. Includes are not supported.\n"
    ".PP\nChanges are taken by\n.BR \"glassgate reload\" .\n"
    "It is refused, and names the key, when a setting was changed that needs a "
    "restart.\n"
    ".SH SETTINGS\n";

void
settings_print_manual(FILE *out)
{
	AUTO_FREE struct settings *defaults = malloc(sizeof *defaults);
	size_t i;

	bug_if(defaults == NULL);
	settings_defaults(defaults);
	fputs(manual_head, out);
	manual_single(out, defaults);
	for (i = 0; i < sizeof groups / sizeof *groups; i++)
		manual_group(out, &groups[i], defaults);
	policies_print_manual(out);
	fputs(".SH SEE ALSO\n.BR glassgated (8)\n", out);
}
