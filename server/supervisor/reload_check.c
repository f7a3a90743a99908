/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/reload_check.h"

#include <string.h>

#include "base/cleanup.h"
#include "config/settings_rows.h"

static int
differs(const struct setting *row, const struct settings *a,
    const struct settings *b, bool *differs_out, struct err *err)
{
	AUTO_FREE char *was = NULL;
	AUTO_FREE char *is = NULL;

	if (setting_value(row, a, &was, err) == -1 ||
	    setting_value(row, b, &is, err) == -1)
		return -1;
	*differs_out = strcmp(was, is) != 0;
	return 0;
}

int
reload_check(const struct settings *in_use, const struct settings *wanted,
    struct err *err)
{
	char names[256] = "";
	size_t i, used;
	bool changed;

	for (i = 0; i < setting_count(); i++) {
		const struct setting *row = setting_row(i);

		if (row->when != SETTING_RESTART)
			continue;
		if (differs(row, in_use, wanted, &changed, err) == -1)
			return -1;
		used = strlen(names);
		if (changed)
			snprintf(names + used, sizeof(names) - used, "%s%s",
			    used > 0 ? ", " : "", row->key);
	}
	if (*names == '\0')
		return 0;
	return err_set(err, "changed, but needs a restart: %s; remedy: "
	    "restart glassgated, or set it back and reload", names);
}
