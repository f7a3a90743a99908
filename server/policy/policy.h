/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * policy - what is done about an outcome. Pure functions, any process.
 *
 * One table says everything: default action, headers and words of the page.
 * There is no `if` on an outcome anywhere else.
 */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "policy/limits.h"
#include "wire/outcome.h"

enum action { ACTION_BLOCK = 0, ACTION_PASS };

struct policy_row {
	enum outcome outcome;
	enum action action;		/* unless the settings say otherwise */
	int choice;			/* what settings may say: see
					 * policy_choices() */
	int lasting;			/* true of the body: the same again next
					 * time; 0: of this moment only */
	int infection_type;		/* X-Infection-Found Type: 0 found,
					 * 1 a rule, 2 could not be checked */
	const char *threat;		/* Threat when nothing has a name */
	const char *error_code;		/* X-Error-Code for file stores; NULL */
	const char *title;		/* of the page */
	const char *text;		/* of the page: one sentence */
};

/* Never NULL: a number that is no outcome is `none`. */
const struct policy_row *policy_row(enum outcome);

enum policy_mode { POLICY_ENFORCE = 0, POLICY_WATCH };
enum policy_way { WAY_SCAN = 0, WAY_SKIP };
enum policy_unchecked { UNCHECKED_PAGE = 0, UNCHECKED_500 };

/* What may be forbidden by the kind of a file: policy/type_rules.h. */
enum type_rule {
	TYPE_EXECUTABLE, TYPE_SCRIPT, TYPE_ARCHIVE, TYPE_MACRO, TYPE_DISK_IMAGE,
	TYPE_MISMATCH, TYPE_RULES
};

/* What may pass unscanned by its kind. */
enum skip_kind { SKIP_MEDIA, SKIP_EVENTS, SKIP_KINDS };

/* One action for each outcome, from the settings. */
struct policy {
	enum action action[OUTCOME_COUNT];
	uint64_t types[TYPE_RULES];	/* enum action */
	uint64_t skips[SKIP_KINDS];	/* enum policy_way */
	uint64_t mode;			/* enum policy_mode */
	uint64_t unchecked;		/* enum policy_unchecked */
	struct limits limits;		/* of a policy alone */
};

void policy_defaults(struct policy *);

/* Sets one; -1 when that outcome may not have that action: nothing decided
 * never passes, and what has nothing to scan is never blocked. */
int policy_set(struct policy *, enum outcome, enum action);
const char *policy_choices(enum outcome);	/* "block, pass" */

enum action policy_action(const struct policy *, enum outcome);

/* Of all that was seen in a body (OUTCOME_BITs) what decides: `said`, unless
 * that passes and something else is to be blocked. That a part of it was clean
 * decides nothing. */
enum outcome policy_decisive(const struct policy *, enum outcome said,
    uint32_t seen);

/* What it blocks passes all the same, to be seen. Never what is undecided. */
bool policy_watches(const struct policy *, enum outcome);

/* It says that not all could be looked at, not that something was found or that
 * a rule says so. */
bool policy_is_unchecked(enum outcome);

/* Is what it blocks, because it could not be checked, an error of ICAP? */
bool policy_answers_500(const struct policy *, enum outcome);

const char *action_name(enum action);		/* "block", "pass" */
int action_parse(const char *word, enum action *action_out);

/* What is known before a body was seen, and what follows from it. */
struct facts {
	int is_connect;		/* method CONNECT: a tunnel, never blocked */
	int has_body;		/* 0: nothing to scan (HEAD, 304, null-body) */
	uint64_t content_length;	/* as declared, a hint; 0: not known */
	int pass_all;			/* an administrator's emergency */
};

enum plan {
	PLAN_SCAN,
	PLAN_PASS,		/* there is nothing to scan */
	PLAN_PASS_ALL		/* whatever it is, unscanned */
};

enum plan policy_plan(const struct facts *);

#endif
