/* SPDX-License-Identifier: GPL-2.0-only */
#include "config/settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/cleanup.h"
#include "config/settings_rows.h"

#define SHOWN_MAX 96		/* of a bad value, in a reason */

/* One line whatever the value holds. */
static const char *
show(char *out, size_t size, const char *value)
{
	size_t used = 0;

	for (; *value != '\0' && used + 8 < size; value++) {
		uint8_t byte = (uint8_t)*value;

		if (byte < 0x20 || byte > 0x7e || byte == '"' || byte == '\\')
			used += (size_t)snprintf(out + used, size - used,
			    "\\x%02x", byte);
		else
			out[used++] = (char)byte;
	}
	snprintf(out + used, size - used, "%s", *value == '\0' ? "" : "...");
	return out;
}

int
value_bad(struct err *err, const char *value, const char *what)
{
	char shown[SHOWN_MAX];

	return err_set(err, "\"%s\" %s", show(shown, sizeof shown, value),
	    what);
}

static int
list_add(struct text_list *list, const char *text, size_t len,
    int (*one)(char *item, struct err *), struct err *err)
{
	char *item = list->item[list->count];

	while (len > 0 && *text == ' ')
		text++, len--;
	while (len > 0 && text[len - 1] == ' ')
		len--;
	if (len == 0)
		return err_set(err, "an item is empty");
	if (len >= SETTING_TEXT)
		return err_set(err, "an item is too long");
	memset(item, 0, SETTING_TEXT);
	memcpy(item, text, len);
	if (one(item, err) == -1)
		return -1;
	list->count++;
	return 0;
}

int
list_set(struct text_list *list_out, const char *value,
    int (*one)(char *item, struct err *), struct err *err)
{
	struct text_list list = { 0 };
	size_t len;

	for (;; value += len + 1) {
		len = strcspn(value, ",");
		if (list.count == LIST_MAX)
			return err_set(err, "the list is too long");
		if (list_add(&list, value, len, one, err) == -1)
			return -1;
		if (value[len] == '\0')
			break;
	}
	*list_out = list;
	return 0;
}

void
list_print(const struct text_list *list, FILE *out)
{
	uint32_t i;

	for (i = 0; i < list->count; i++)
		fprintf(out, "%s%s", i > 0 ? "," : "", list->item[i]);
}

static int
set_row(struct settings *settings, const struct setting *row,
    const char *value, struct err *err)
{
	return row->kind->set(row, (char *)settings + row->offset, value, err);
}

int
settings_set(struct settings *settings, const char *key, const char *value,
    struct err *err)
{
	const struct setting *row = setting_find(key);
	char allowed[sizeof err->text], shown[SHOWN_MAX];
	struct err why;

	setting_allowed(key, allowed, sizeof allowed);
	show(shown, sizeof shown, key);
	if (row == NULL)
		return err_set(err, "%s: there is no such setting; %s", shown,
		    allowed);
	if (set_row(settings, row, value, &why) == -1)
		return err_set(err, "%s: %s; %s", shown, why.text, allowed);
	return 0;
}

/* The table's own defaults are fine, or this program is not. */
void
settings_defaults(struct settings *settings)
{
	size_t i;

	memset(settings, 0, sizeof *settings);
	policy_defaults(&settings->policy);
	for (i = 0; i < setting_count(); i++) {
		const struct setting *row = setting_row(i);

		if (row->fallback != NULL)
			bug_if(set_row(settings, row, row->fallback, NULL) ==
			    -1);
	}
}

int
settings_text(const struct settings *settings, char **text_out,
    struct err *err)
{
	AUTO_FREE char *text = NULL;
	size_t len, i;
	FILE *out;

	out = open_memstream(&text, &len);
	if (out == NULL)
		return err_sys(err, "open_memstream");
	for (i = 0; i < setting_count(); i++) {
		const struct setting *row = setting_row(i);

		fprintf(out, "%s=", row->key);
		row->kind->print(row, (const char *)settings + row->offset,
		    out);
		fputc('\n', out);
	}
	rules_print(&settings->rules, POLICIES_LEAD, out);
	if (fclose(out) != 0)
		return err_sys(err, "open_memstream");
	*text_out = steal_ptr(&text);
	return 0;
}
