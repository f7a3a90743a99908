/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "config/settings_rows.h"
#include "fuzz.h"

static struct settings settings, again;

/* So do policies, one value after another. */
static void
check_policies(const struct rules *from)
{
	AUTO_FREE char *text = NULL;
	AUTO_FREE char *twice = NULL;
	char *line, *rest;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (out == NULL)
		return;
	rules_print(from, "", out);
	fclose(out);
	twice = strdup(text);
	memset(&again.rules, 0, sizeof again.rules);
	for (line = strtok_r(text, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		char *value = strchr(line, '=');

		*value++ = '\0';
		if (rules_set(&again.rules, line, value, NULL) == -1)
			abort();
	}
	free(text);
	out = open_memstream(&text, &len);
	if (out == NULL)
		return;
	rules_print(&again.rules, "", out);
	fclose(out);
	if (strcmp(text, twice) != 0)
		abort();
}

static size_t
count_lines(const char *text)
{
	size_t lines = 0;

	for (; *text != '\0'; text++)
		lines += *text == '\n';
	return lines;
}

/* Whatever was set stands in one line, and reads back as the same text. */
static void
check_written(const struct settings *from)
{
	AUTO_FREE char *text = NULL;
	struct err err;
	char *value;
	size_t i;

	check_policies(&from->rules);
	again = *from;
	memset(&again.rules, 0, sizeof again.rules);
	if (settings_text(&again, &text, &err) == -1)
		return;
	if (count_lines(text) != setting_count())
		abort();
	settings_defaults(&again);
	for (i = 0; i < setting_count(); i++) {
		if (setting_value(setting_row(i), from, &value, &err) == -1)
			return;
		if (settings_set(&again, setting_row(i)->key, value, &err) ==
		    -1)
			abort();
		free(value);
	}
	if (memcmp(from, &again, offsetof(struct settings, rules)) != 0)
		abort();
}

static void
set_one(const char *key, const char *value)
{
	const size_t lead = sizeof POLICIES_LEAD - 1;
	struct err err = { "" };

	if (strncmp(key, POLICIES_LEAD, lead) == 0)
		rules_set(&settings.rules, key + lead, value, &err);
	else
		settings_set(&settings, key, value, &err);
	if (strchr(err.text, '\n') != NULL)
		abort();
}

/* The input is a snapshot, and it is lines of "key=value" to be set. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_FREE char *text = malloc(size + 1);
	char *line, *value, *rest;
	struct err err;

	if (text == NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (snapshot_parse(&settings, text, size, &err) == 0)
		check_written(&settings);
	settings_defaults(&settings);
	for (line = strtok_r(text, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		value = strchr(line, '=');
		if (value == NULL)
			continue;
		*value++ = '\0';
		set_one(line, value);
	}
	check_written(&settings);
	return 0;
}
