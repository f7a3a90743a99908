/* SPDX-License-Identifier: GPL-2.0-only */
#include "config/settings_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "wire/keeper_msg.h"
#include "wire/told_limits.h"

#define BYTES_MOST SCAN_MAX_MOST

#define STR(x) #x
#define XSTR(x) STR(x)
#define FIELD(member)                                                          \
	offsetof(struct settings, member),                                     \
	    sizeof((struct settings *)NULL)->member

static const struct setting rows[] = {
#define SETTING(key, kind, member, fallback, least, most, when, help)          \
	{ key, &kind_##kind, FIELD(member), fallback, least, most, NULL,       \
	    SETTING_##when, help },
#define WORDS(key, kind, member, fallback, words, when, help)                  \
	{ key, &kind_##kind, FIELD(member), fallback, 0, 0, words,             \
	    SETTING_##when, help },
#include "config/settings_table.h"
#define X(id, name)                                                            \
	{ "policy." name, &kind_action, FIELD(policy.action[OUTCOME_##id]),    \
	    NULL, OUTCOME_##id, 0, NULL, SETTING_LIVE, NULL },
	OUTCOMES(X)
#undef X
};

size_t
setting_count(void)
{
	return sizeof rows / sizeof *rows;
}

const struct setting *
setting_row(size_t i)
{
	return &rows[i];
}

const struct setting *
setting_find(const char *key)
{
	size_t i;

	for (i = 0; i < setting_count(); i++)
		if (strcmp(rows[i].key, key) == 0)
			return &rows[i];
	return NULL;
}

/* Is `key` of the group that the first `len` bytes name? */
static bool
in_group(const char *key, const char *group, size_t len)
{
	return strncmp(key, group, len) == 0 && key[len] == '.';
}

static void
print_groups(FILE *out)
{
	const char *last = "", *lead = "the groups ";
	size_t i;

	for (i = 0; i < setting_count(); i++)
		if (strchr(rows[i].key, '.') == NULL)
			fprintf(out, "%s, ", rows[i].key);
	fputs("the list " POLICIES ", ", out);
	for (i = 0; i < setting_count(); i++) {
		size_t len = strcspn(rows[i].key, ".");

		if (rows[i].key[len] == '\0' ||
		    in_group(last, rows[i].key, len))
			continue;
		fprintf(out, "%s%.*s", lead, (int)len, rows[i].key);
		last = rows[i].key;
		lead = ", ";
	}
}

/* The keys of a group, or the groups when there is none of that name. */
static void
print_keys(const char *key, FILE *out)
{
	size_t len = strcspn(key, "."), i;
	bool any = false;

	for (i = 0; i < setting_count(); i++) {
		if (!in_group(rows[i].key, key, len))
			continue;
		fprintf(out, "%s%s", any ? ", " : "", rows[i].key + len + 1);
		any = true;
	}
	if (!any)
		print_groups(out);
}

const char *
setting_allowed(const char *key, char *out, size_t size)
{
	const struct setting *row = setting_find(key);
	AUTO_FREE char *text = NULL;
	AUTO_FILE FILE *memory = NULL;
	size_t len;

	snprintf(out, size, "allowed: see glassgate.conf(5)");
	memory = open_memstream(&text, &len);
	if (memory == NULL)
		return out;
	if (row != NULL)
		row->kind->allowed(row, memory);
	else
		print_keys(key, memory);
	if (fflush(memory) == 0)
		snprintf(out, size, "allowed: %s", text);
	return out;
}

int
setting_value(const struct setting *row, const struct settings *settings,
    char **text_out, struct err *err)
{
	AUTO_FREE char *text = NULL;
	size_t len;
	FILE *memory;

	memory = open_memstream(&text, &len);
	if (memory == NULL)
		return err_sys(err, "open_memstream");
	row->kind->print(row, (const char *)settings + row->offset, memory);
	if (fclose(memory) != 0)
		return err_sys(err, "open_memstream");
	*text_out = steal_ptr(&text);
	return 0;
}
