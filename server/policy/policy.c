/* SPDX-License-Identifier: GPL-2.0-only */
#include "policy/policy.h"

#include <stddef.h>
#include <string.h>

enum { FOUND = 0, RULE = 1, UNCHECKED = 2 };	/* X-Infection-Found Type */
enum { BOTH, BLOCK_ONLY, PASS_ONLY };		/* what settings may choose */
enum { PASSES_BY, LASTS };	/* true of the moment, or of the body */

/*
 * The one place that says what becomes of an outcome. The error codes are those
 * that file stores know (Symantec's; Nextcloud looks for them). Every sentence
 * goes to an office worker who did nothing wrong.
 */
static const struct policy_row rows[OUTCOME_COUNT] = {
	{ OUTCOME_NONE, ACTION_BLOCK, BLOCK_ONLY, PASSES_BY, UNCHECKED,
	    "Not.Checked", NULL,
	    "This file could not be checked",
	    "The virus scanner did not reach a decision, so the file was "
	    "not let through. Please try again in a minute." },
	{ OUTCOME_CLEAN, ACTION_PASS, BOTH, LASTS, RULE,
	    "Blocked.By.Rule", NULL,
	    "This file is blocked by a rule",
	    "No virus was found, but a rule of your organisation does not "
	    "let this file through." },
	{ OUTCOME_INFECTED, ACTION_BLOCK, BOTH, LASTS, FOUND,
	    "Infected.Unnamed", NULL,
	    "A virus was found",
	    "This file contains a virus or other harmful program and was "
	    "not let through." },
	{ OUTCOME_SUSPICIOUS, ACTION_BLOCK, BOTH, LASTS, FOUND,
	    "Suspicious.Unnamed", NULL,
	    "This file looks dangerous",
	    "This file behaves like known attacks, although it is not a "
	    "known virus. It was not let through." },
	{ OUTCOME_UNWANTED, ACTION_BLOCK, BOTH, LASTS, FOUND,
	    "Unwanted.Unnamed", NULL,
	    "An unwanted program was found",
	    "This file contains a program that most offices do not want, "
	    "such as adware or a remote control tool." },
	{ OUTCOME_MACRO, ACTION_PASS, BOTH, LASTS, RULE,
	    "Macro.Document", NULL,
	    "Documents with macros are blocked",
	    "This document contains macros, small programs that can do "
	    "harm. A rule of your organisation does not let it through." },
	{ OUTCOME_ENCRYPTED, ACTION_PASS, BOTH, LASTS, UNCHECKED,
	    "Encrypted.Container", "password_protected",
	    "This file is protected by a password",
	    "A file that is protected by a password cannot be checked for "
	    "viruses, so it was not let through." },
	{ OUTCOME_DAMAGED, ACTION_BLOCK, BOTH, LASTS, UNCHECKED,
	    "Damaged.Container", "decode_error",
	    "This file is damaged",
	    "The file is incomplete or damaged, so it could not be checked "
	    "for viruses and was not let through." },
	{ OUTCOME_UNSUPPORTED, ACTION_BLOCK, BOTH, LASTS, UNCHECKED,
	    "Unsupported.Container", "decode_error",
	    "This kind of file cannot be checked",
	    "The virus scanner cannot open this kind of file, so it was "
	    "not let through." },
	{ OUTCOME_TOO_BIG, ACTION_BLOCK, BOTH, LASTS, UNCHECKED,
	    "Not.Checked.TooBig", "max_file_size_exceeded",
	    "This file is too big to be checked",
	    "The file, or what is packed in it, is larger than the virus "
	    "scanner accepts, so it was not let through." },
	{ OUTCOME_TOO_DEEP, ACTION_BLOCK, BOTH, LASTS, UNCHECKED,
	    "Not.Checked.TooDeep", "max_archive_layers_exceeded",
	    "This file could not be checked completely",
	    "The file contains too many files, or too many packed inside "
	    "each other, to be checked completely. It was not let through." },
	{ OUTCOME_TIMEOUT, ACTION_BLOCK, BOTH, PASSES_BY, UNCHECKED,
	    "Not.Checked.Timeout", NULL,
	    "The virus check took too long",
	    "The file could not be checked in the time allowed, so it was "
	    "not let through. Please try again later." },
	{ OUTCOME_ENGINE_ERROR, ACTION_BLOCK, BOTH, PASSES_BY, UNCHECKED,
	    "Not.Checked.EngineError", NULL,
	    "The virus check failed",
	    "The virus scanner failed on this file, so it was not let "
	    "through. Please try again in a minute." },
	{ OUTCOME_OVERLOAD, ACTION_BLOCK, BOTH, PASSES_BY, UNCHECKED,
	    "Not.Checked.Overload", NULL,
	    "The virus scanner is busy",
	    "Too many files are being checked right now, so this one was "
	    "not let through. Please try again in a minute." },
	{ OUTCOME_LOADING, ACTION_BLOCK, BOTH, PASSES_BY, UNCHECKED,
	    "Not.Checked.Loading", NULL,
	    "The virus scanner is starting",
	    "The virus scanner is still starting and cannot check files "
	    "yet. Please try again in a minute." },
	{ OUTCOME_PARTIAL, ACTION_PASS, BOTH, PASSES_BY, UNCHECKED,
	    "Not.Checked.Partial", NULL,
	    "Only a part of this file was sent",
	    "A part of a file cannot be checked for viruses, so it was not "
	    "let through. Please download the whole file again." },
	{ OUTCOME_SKIPPED, ACTION_PASS, PASS_ONLY, PASSES_BY, RULE,
	    "Blocked.Unscanned", NULL,
	    "This file was not checked",
	    "A rule of your organisation exempts this file from the virus "
	    "check, and another does not let unchecked files through." },
	{ OUTCOME_FORBIDDEN, ACTION_BLOCK, BOTH, PASSES_BY, RULE,
	    "Forbidden.By.Rule", "file_type_blocked",
	    "This is not allowed here",
	    "A rule of your organisation does not allow this kind of file, "
	    "this file name or this website." },
};

const struct policy_row *
policy_row(enum outcome outcome)
{
	if ((unsigned)outcome >= OUTCOME_COUNT)
		return &rows[OUTCOME_NONE];
	return &rows[outcome];
}

void
policy_defaults(struct policy *policy)
{
	size_t i;

	memset(policy, 0, sizeof *policy);
	for (i = 0; i < OUTCOME_COUNT; i++)
		policy->action[i] = rows[i].action;
	for (i = 0; i < TYPE_RULES; i++)
		policy->types[i] = ACTION_PASS;
}

int
policy_set(struct policy *policy, enum outcome outcome, enum action action)
{
	if ((unsigned)outcome >= OUTCOME_COUNT)
		return -1;
	if (action != ACTION_BLOCK && rows[outcome].choice == BLOCK_ONLY)
		return -1;
	if (action != ACTION_PASS && rows[outcome].choice == PASS_ONLY)
		return -1;
	policy->action[outcome] = action;
	return 0;
}

const char *
policy_choices(enum outcome outcome)
{
	static const char *const words[] = {
		[BOTH] = "block, pass",
		[BLOCK_ONLY] = "block",
		[PASS_ONLY] = "pass",
	};

	return words[policy_row(outcome)->choice];
}

/* Asks for exactly PASS: any other number blocks. */
enum action
policy_action(const struct policy *policy, enum outcome outcome)
{
	if ((unsigned)outcome >= OUTCOME_COUNT ||
	    rows[outcome].choice == BLOCK_ONLY)
		return ACTION_BLOCK;
	if (policy->action[outcome] != ACTION_PASS)
		return ACTION_BLOCK;
	return ACTION_PASS;
}

enum outcome
policy_decisive(const struct policy *policy, enum outcome said, uint32_t seen)
{
	int i;

	if (policy_action(policy, said) == ACTION_BLOCK)
		return said;
	for (i = OUTCOME_CLEAN + 1; i < OUTCOME_COUNT; i++)
		if ((seen & OUTCOME_BIT(i)) != 0 &&
		    policy_action(policy, (enum outcome)i) == ACTION_BLOCK)
			return (enum outcome)i;
	return said;
}

bool
policy_watches(const struct policy *policy, enum outcome outcome)
{
	return policy->mode == POLICY_WATCH &&
	    policy_row(outcome)->choice != BLOCK_ONLY;
}

bool
policy_is_unchecked(enum outcome outcome)
{
	return policy_row(outcome)->infection_type == UNCHECKED;
}

bool
policy_answers_500(const struct policy *policy, enum outcome outcome)
{
	return policy->unchecked == UNCHECKED_500 &&
	    policy_is_unchecked(outcome);
}

const char *
action_name(enum action action)
{
	return action == ACTION_PASS ? "pass" : "block";
}

int
action_parse(const char *word, enum action *action_out)
{
	if (strcmp(word, "block") == 0)
		*action_out = ACTION_BLOCK;
	else if (strcmp(word, "pass") == 0)
		*action_out = ACTION_PASS;
	else
		return -1;
	return 0;
}

enum plan
policy_plan(const struct facts *facts)
{
	if (facts->pass_all)
		return PLAN_PASS_ALL;
	if (facts->is_connect || !facts->has_body)
		return PLAN_PASS;
	return PLAN_SCAN;
}
