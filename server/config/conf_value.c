/* SPDX-License-Identifier: GPL-2.0-only */
#include "config/conf_value.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

const char *
conf_type_word(const config_setting_t *node)
{
	switch (config_setting_type(node)) {
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		return "a number";
	case CONFIG_TYPE_FLOAT:
		return "a number with a point";
	case CONFIG_TYPE_STRING:
		return "a text";
	case CONFIG_TYPE_BOOL:
		return "true or false";
	case CONFIG_TYPE_GROUP:
		return "a group";
	default:
		return "a list";
	}
}

/* ["a", "b"] as "a,b" */
int
conf_join(const config_setting_t *node, const char *key, char **text_out,
    struct err *err)
{
	int i, count = config_setting_length(node);
	AUTO_FREE char *text = NULL;
	const char *item;
	size_t size = 1;

	for (i = 0; i < count; i++) {
		item = config_setting_get_string_elem(node, i);
		if (item == NULL)
			return err_set(err, "%s: item %d is no text; allowed: "
			    "a list of texts", key, i + 1);
		if (strchr(item, ',') != NULL)
			return err_set(err, "%s: item %d has a comma; allowed: "
			    "one value in each item", key, i + 1);
		size += strlen(item) + 1;
	}
	text = calloc(1, size);
	if (text == NULL)
		return err_sys(err, "calloc");
	for (i = 0; i < count; i++) {
		if (i > 0)
			strcat(text, ",");
		strcat(text, config_setting_get_string_elem(node, i));
	}
	*text_out = steal_ptr(&text);
	return 0;
}
