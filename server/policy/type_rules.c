/* SPDX-License-Identifier: GPL-2.0-only */
#include "policy/type_rules.h"

#include <stddef.h>
#include <string.h>

typedef bool holds_fn(const struct opinions *);

/* What is no danger to be, and what it must not turn out as. Not told here is
 * what honest servers do: programs as application/octet-stream, scripts as
 * text/plain, pages under any name, macros in a .doc. */
static bool
contradicts(enum type_group told, enum type_group bytes)
{
	static const unsigned never[GROUP_COUNT] = {
		[GROUP_DOCUMENT] = GROUP_BIT(GROUP_EXECUTABLE) |
		    GROUP_BIT(GROUP_SCRIPT) | GROUP_BIT(GROUP_ARCHIVE) |
		    GROUP_BIT(GROUP_DISK_IMAGE),
		[GROUP_IMAGE] = GROUP_BIT(GROUP_EXECUTABLE) |
		    GROUP_BIT(GROUP_SCRIPT) | GROUP_BIT(GROUP_ARCHIVE) |
		    GROUP_BIT(GROUP_MACRO) | GROUP_BIT(GROUP_DISK_IMAGE),
		[GROUP_MEDIA] = GROUP_BIT(GROUP_EXECUTABLE) |
		    GROUP_BIT(GROUP_SCRIPT) | GROUP_BIT(GROUP_ARCHIVE) |
		    GROUP_BIT(GROUP_MACRO) | GROUP_BIT(GROUP_DISK_IMAGE),
		[GROUP_TEXT] = GROUP_BIT(GROUP_EXECUTABLE) |
		    GROUP_BIT(GROUP_ARCHIVE) | GROUP_BIT(GROUP_MACRO) |
		    GROUP_BIT(GROUP_DISK_IMAGE),
	};

	return (never[told] & GROUP_BIT(bytes)) != 0;
}

static bool
is_mismatch(const struct opinions *o)
{
	return contradicts(o->declared, o->bytes) ||
	    contradicts(o->named, o->bytes);
}

static const struct row {
	const char *name, *cause;
	enum type_group group;
	holds_fn *holds;		/* NULL: anybody says the group */
} rows[TYPE_RULES] = {
	[TYPE_EXECUTABLE] = { "executable", "Type.Executable",
	    GROUP_EXECUTABLE, NULL },
	[TYPE_SCRIPT] = { "script", "Type.Script", GROUP_SCRIPT, NULL },
	[TYPE_ARCHIVE] = { "archive", "Type.Archive", GROUP_ARCHIVE, NULL },
	[TYPE_MACRO] = { "macro", "Type.Macro", GROUP_MACRO, NULL },
	[TYPE_DISK_IMAGE] = { "disk_image", "Type.DiskImage",
	    GROUP_DISK_IMAGE, NULL },
	[TYPE_MISMATCH] = { "mismatch", "Type.Mismatch", GROUP_NONE,
	    is_mismatch },
};

static bool
row_holds(const struct row *row, const struct opinions *o)
{
	if (row->holds != NULL)
		return row->holds(o);
	return o->declared == row->group || o->named == row->group ||
	    o->bytes == row->group;
}

const char *
type_rules_cause(const struct policy *policy, const struct opinions *o)
{
	unsigned i;

	for (i = 0; i < TYPE_RULES; i++)
		if (policy->types[i] != ACTION_PASS && row_holds(&rows[i], o))
			return rows[i].cause;
	return NULL;
}

bool
type_rules_know(const char *cause)
{
	unsigned i;

	for (i = 0; i < TYPE_RULES; i++)
		if (strcmp(rows[i].cause, cause) == 0)
			return true;
	return false;
}

bool
type_rules_told_once(const char *type, size_t len)
{
	return len > 0 && memchr(type, ',', len) == NULL;
}

/* A name of no group says nothing. */
static const struct skip {
	const char *name;
	enum type_group declared, bytes;
	bool events;
} skips[SKIP_KINDS] = {
	[SKIP_MEDIA] = { "media", GROUP_MEDIA, GROUP_MEDIA, false },
	[SKIP_EVENTS] = { "events", GROUP_TEXT, GROUP_TEXT, true },
};

static bool
skip_holds(const struct skip *skip, const struct opinions *o, unsigned names)
{
	const unsigned fine = GROUP_BIT(skip->declared) | GROUP_BIT(GROUP_NONE);

	return o->declared == skip->declared && o->bytes == skip->bytes &&
	    o->events == skip->events &&
	    ((names | GROUP_BIT(o->named)) & ~fine) == 0;
}

const char *
type_rules_skip(const struct policy *policy, const struct opinions *o,
    unsigned name_groups)
{
	unsigned i;

	for (i = 0; i < SKIP_KINDS; i++)
		if (policy->skips[i] == WAY_SKIP &&
		    skip_holds(&skips[i], o, name_groups))
			return skips[i].name;
	return NULL;
}

const char *
skip_kind_name(enum skip_kind kind)
{
	return skips[kind].name;
}

int
skip_kind_parse(const char *word, enum skip_kind *kind_out)
{
	unsigned i;

	for (i = 0; i < SKIP_KINDS; i++)
		if (strcmp(skips[i].name, word) == 0) {
			*kind_out = (enum skip_kind)i;
			return 0;
		}
	return -1;
}

bool
type_rules_hold(const struct policy *policy, const char *cause)
{
	unsigned i;

	for (i = 0; i < TYPE_RULES; i++)
		if (strcmp(rows[i].cause, cause) == 0)
			return policy->types[i] != ACTION_PASS;
	return true;
}

const char *
type_rule_name(enum type_rule rule)
{
	return rows[rule].name;
}

int
type_rule_parse(const char *word, enum type_rule *rule_out)
{
	unsigned i;

	for (i = 0; i < TYPE_RULES; i++)
		if (strcmp(rows[i].name, word) == 0) {
			*rule_out = (enum type_rule)i;
			return 0;
		}
	return -1;
}
