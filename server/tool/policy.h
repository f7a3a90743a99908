/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * policy - the parts of `glassgate policy`.
 */
#ifndef TOOL_POLICY_H
#define TOOL_POLICY_H

#include "config/settings.h"
#include "policy/lists.h"

/* What `test` asks about; NULL: not said. */
struct question {
	const char *client, *user, *url, *method, *type, *outcome, *way;
	const char *sha256, *signature;		/* in their canonical form */
	const char *bytes;			/* a type group */
};

/* Exit statuses of the tool. */
int policy_show(const struct settings *);
int policy_test(const struct settings *, const struct lists *owners,
    const struct question *);

/* Limits and actions of one. */
void policy_show_answers(const struct policy *);

#endif
