/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * settings_rows - the rows of the table and the kinds of values, for the files
 * of this folder only.
 */
#ifndef CONFIG_SETTINGS_ROWS_H
#define CONFIG_SETTINGS_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "config/settings.h"

#define POLICIES "policies"		/* a list, beside the table */
#define POLICIES_LEAD POLICIES "."

struct setting;

/* How values of a kind are read, written and described. */
struct kind {
	/* Writes the field only on success; the reason has no key. */
	int (*set)(const struct setting *, void *field, const char *value,
	    struct err *);
	/* What set() reads back to the same. */
	void (*print)(const struct setting *, const void *field, FILE *);
	/* "4 to 4096" */
	void (*allowed)(const struct setting *, FILE *);
	bool number;		/* may stand without quotes in the file */
	bool list;		/* may be an array of strings in the file */
};

/* When a change of it is taken. */
enum setting_when {
	SETTING_LIVE,		/* by a reload */
	SETTING_RESTART,	/* by a start of glassgated alone */
};

struct setting {
	const char *key;
	const struct kind *kind;
	size_t offset, size;	/* of the field in struct settings */
	const char *fallback;	/* the default, as set() reads it */
	uint64_t least, most;	/* of numbers; least: outcome of an action */
	const char *words;	/* "error|warn", or NULL */
	enum setting_when when;
	const char *help;
};

extern const struct kind kind_count, kind_bytes, kind_seconds, kind_text,
    kind_path, kind_paths, kind_files, kind_word, kind_choice, kind_user,
    kind_action, kind_endings, kind_hosts,
    kind_address, kind_networks, kind_groups;

size_t setting_count(void);
const struct setting *setting_row(size_t);		/* in table's order */
const struct setting *setting_find(const char *key);	/* or NULL */

/* "allowed: 4 to 4096", or the known keys if key is none. Returns out. */
const char *setting_allowed(const char *key, char *out, size_t size);

/* The value of one setting as text. *text_out is the caller's. */
int setting_value(const struct setting *, const struct settings *,
    char **text_out, struct err *);

/* The part of settings_check() that is true on any machine. */
int settings_check_values(const struct settings *, const char **key_out,
    struct err *);

/* With which the one to blame does not agree; NULL: it is one alone. */
const char *settings_check_other(const char *key);

/* No limit of a policy is above that of the settings. Which one is, and of
 * which policy: the reason is without them. */
int settings_check_limits(const struct settings *, uint32_t *policy_out,
    enum limit *limit_out, struct err *);

/* For kinds: the reason `"VALUE" what`, the value quoted and cut. */
int value_bad(struct err *, const char *value, const char *what);

/* For kinds of lists: items apart by commas, spaces around them ignored; each
 * is changed in place by `one`, which has SETTING_TEXT bytes. */
int list_set(struct text_list *, const char *value,
    int (*one)(char *item, struct err *), struct err *);
void list_print(const struct text_list *, FILE *);

/* The text of a whole snapshot file. Trusts nothing. */
int snapshot_parse(struct settings *settings_out, const char *text, size_t len,
    struct err *);

#endif
