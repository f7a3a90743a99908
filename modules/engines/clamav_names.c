/* SPDX-License-Identifier: GPL-2.0-only */
#include "engines/clamav.h"

#include <string.h>

/* libclamav tells everything that is not plain "clean" by a name. First match
 * wins. A limit inside of a body is too-deep: part of it was not scanned. A
 * body that is itself too large never gets here. */
static const struct meaning {
	const char *prefix;
	enum outcome outcome;
} meanings[] = {
	{ "Heuristics.Limits.Exceeded.MaxScanTime", OUTCOME_TIMEOUT },
	{ "Heuristics.Limits.Exceeded.", OUTCOME_TOO_DEEP },
	{ "Heuristics.XZ.DicSizeLimit", OUTCOME_TOO_DEEP },
	{ "Heuristics.Encrypted.", OUTCOME_ENCRYPTED },
	{ "Heuristics.OLE2.ContainsMacros", OUTCOME_MACRO },
	{ "Heuristics.Broken.", OUTCOME_DAMAGED },
	{ "Heuristics.", OUTCOME_SUSPICIOUS },
	{ "BC.Heuristics.", OUTCOME_SUSPICIOUS },
	{ "PUA.", OUTCOME_UNWANTED },
	{ "", OUTCOME_INFECTED },
};

/* Of several findings in one body the most severe is told. */
static const enum outcome severity[] = {
	OUTCOME_INFECTED, OUTCOME_SUSPICIOUS, OUTCOME_UNWANTED,
	OUTCOME_ENGINE_ERROR, OUTCOME_TIMEOUT, OUTCOME_TOO_DEEP,
	OUTCOME_TOO_BIG, OUTCOME_UNSUPPORTED, OUTCOME_DAMAGED,
	OUTCOME_ENCRYPTED, OUTCOME_MACRO, OUTCOME_CLEAN, OUTCOME_NONE,
};

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

enum outcome
name_outcome(const char *name)
{
	size_t i = 0;

	while (strncmp(name, meanings[i].prefix, strlen(meanings[i].prefix)))
		i++;		/* the last one fits everything */
	return meanings[i].outcome;
}

static size_t
rank(enum outcome outcome)
{
	size_t i = 0;

	while (i < COUNT(severity) - 1 && severity[i] != outcome)
		i++;
	return i;
}

void
note(struct verdict *best, enum outcome outcome, const char *name,
    const char *path)
{
	if (rank(outcome) >= rank(best->outcome))
		return;
	best->outcome = outcome;
	verdict_set_name(best, name);
	verdict_set_path(best, path);
}

/* libclamav adds the suffix to each signature that is not in a signed CVD. */
void
note_name(struct verdict *best, const char *name, const char *path)
{
	static const char suffix[] = ".UNOFFICIAL";
	char plain[512];
	size_t len = strnlen(name, sizeof plain - 1);

	memcpy(plain, name, len);
	plain[len] = '\0';
	if (len > sizeof suffix - 1 &&
	    strcmp(plain + len - (sizeof suffix - 1), suffix) == 0)
		plain[len - (sizeof suffix - 1)] = '\0';
	note(best, name_outcome(plain), plain, path);
}
