/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rules - the list `policies` of the settings: each says whom it is for and
 * what is done about an outcome there. The first that matches is taken, else
 * the settings policy.*. Plain data without pointers, any process.
 */
#ifndef POLICY_RULES_H
#define POLICY_RULES_H

#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "policy/lists.h"
#include "policy/match.h"
#include "policy/policy.h"

#define RULES_MAX 64
#define RULES_TEXT 32768		/* all words of all of them */
#define RULE_NAME 64
#define RULE_WORDS 256			/* of one list */
#define RULE_DEFAULT "default"		/* the name of what is no rule */

struct rule {
	char name[RULE_NAME];
	struct rule_words {
		uint16_t at, count;	/* count 0: any */
	} match[MATCH_COUNT];
	struct rule_words list[2][BY_COUNT];	/* [1]: of what is blocked */
	uint32_t set;			/* OUTCOME_BITs: what it decides */
	uint32_t sets_types;		/* the same, by enum type_rule */
	uint32_t sets_skips;		/* and by enum skip_kind */
	bool sets_mode, sets_unchecked;
	struct policy policy;		/* of these outcomes, and limits */
};

struct rules {
	uint32_t count, used;
	struct rule rule[RULES_MAX];
	char text[RULES_TEXT];		/* words, a NUL behind each */
};

/* Sets one value of the last rule; "name" begins the next. Lists are apart by
 * commas. The reason begins with the key and says what is allowed. */
int rules_set(struct rules *, const char *key, const char *value, struct err *);

/* "NAME=VALUE" lines, `lead` before each, that rules_set() reads again. */
void rules_print(const struct rules *, const char *lead, FILE *);

/* The first that matches, or NULL: none does. */
const struct rule *rules_find(const struct rules *, const struct subject *);

/* What holds there; rule NULL: `fallback`. */
void rules_policy(const struct rule *, const struct policy *fallback,
    struct policy *policy_out);
const char *rule_name(const struct rule *);		/* NULL: "default" */

/* What its own lists say of a value in its canonical form; a block wins. Rule
 * NULL: nothing. */
enum listed rule_listed(const struct rules *, const struct rule *, enum list_by,
    const char *value);

bool rule_lists(const struct rule *, enum list_by);
bool rule_blocks(const struct rule *, enum list_by);

/* The words of a list, one after another: NULL after the last. */
const char *rule_word(const struct rules *, const struct rule_words *,
    const char *last);

const char *rule_list_name(enum list_by);	/* "hosts", as in the file */

#endif
