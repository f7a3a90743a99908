/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * conf_file - reads glassgate.conf (libconfig). Supervisor; `glassgate policy`
 * to look at a file.
 */
#ifndef CONFIG_CONF_FILE_H
#define CONFIG_CONF_FILE_H

#include <stddef.h>

#include "base/err.h"
#include "config/settings.h"

struct override {		/* a --set KEY=VALUE of the command line */
	const char *key, *value;
};

/* Defaults, then the file (NULL: none), then the overrides, then
 * settings_check(). The reason is one line: "FILE:LINE: KEY: what is wrong;
 * allowed: ..." ("--set" in the place of FILE:LINE, "default" for a setting
 * that nobody wrote down). */
int conf_file_load(struct settings *settings_out, const char *path,
    const struct override *, size_t count, struct err *);

/* The same of a file that is not in use, perhaps on another machine: folders
 * and programs need not exist. */
int conf_file_preview(struct settings *settings_out, const char *path,
    struct err *);

#endif
