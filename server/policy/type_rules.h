/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * type_rules - what is forbidden by the kind of a file: by its declared type,
 * its name or its bytes, or because these contradict each other. Pure
 * functions, any process.
 */
#ifndef POLICY_TYPE_RULES_H
#define POLICY_TYPE_RULES_H

#include <stdbool.h>

#include "policy/policy.h"
#include "wire/type_group.h"

/* What three say of one body; NONE: that one has said nothing. */
struct opinions {
	enum type_group declared;	/* by its Content-Type */
	enum type_group named;		/* by its name */
	enum type_group bytes;		/* by what a worker saw */
	bool events;			/* declared as a stream of events */
};

/* "Type.Executable": the rule that forbids it, or NULL. */
const char *type_rules_cause(const struct policy *, const struct opinions *);

/* Is it such a cause? */
bool type_rules_know(const char *cause);

/* One type is declared: of several nobody knows which one counts for whoever
 * gets it. */
bool type_rules_told_once(const char *type, size_t len);

/* Declared type, all names (GROUP_BITs) and what the bytes are agree that it
 * need not be scanned, and the policy says so: "media", "events"; or NULL. */
const char *type_rules_skip(const struct policy *, const struct opinions *,
    unsigned name_groups);

/* Such a cause: is its rule still one? What is no such cause is not theirs to
 * take back. */
bool type_rules_hold(const struct policy *, const char *cause);

const char *type_rule_name(enum type_rule);	/* "disk_image" */

/* 0, or -1 when the word is no rule. */
int type_rule_parse(const char *word, enum type_rule *rule_out);

const char *skip_kind_name(enum skip_kind);
int skip_kind_parse(const char *word, enum skip_kind *kind_out);

#endif
