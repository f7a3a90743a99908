/* SPDX-License-Identifier: GPL-2.0-only */
#include "engines/clamav.h"

#include <string.h>

/* libclamav tells everything that is not plain "clean" by a name; first match
 * wins. Of its limits, one of bytes is too-big and one of a number is too-deep:
 * part of the body was not scanned. Each row is triggered by a file, or says
 * why none can, in tests/integration/test_limits.py. */
static const struct meaning {
	const char *prefix;
	enum outcome outcome;
} meanings[] = {
	{ "Heuristics.Limits.Exceeded.MaxScanTime", OUTCOME_TIMEOUT },
	{ "Heuristics.Limits.Exceeded.MaxFileSize", OUTCOME_TOO_BIG },
	{ "Heuristics.Limits.Exceeded.MaxScanSize", OUTCOME_TOO_BIG },
	{ "Heuristics.Limits.Exceeded.MaxRecursion", OUTCOME_TOO_DEEP },
	{ "Heuristics.Limits.Exceeded.MaxFiles", OUTCOME_TOO_DEEP },
	{ "Heuristics.Limits.Exceeded.EmailHeaderBytes", OUTCOME_TOO_BIG },
	{ "Heuristics.Limits.Exceeded.EmailHeaders", OUTCOME_TOO_DEEP },
	{ "Heuristics.Limits.Exceeded.EmailLineFoldCnt", OUTCOME_TOO_DEEP },
	{ "Heuristics.Limits.Exceeded.EmailMIMEArguments", OUTCOME_TOO_DEEP },
	{ "Heuristics.Limits.Exceeded.EmailMIMEPartsPerMessage",
	    OUTCOME_TOO_DEEP },
	{ "Heuristics.Limits.Exceeded.", OUTCOME_TOO_DEEP },
	{ "Heuristics.XZ.DicSizeLimit", OUTCOME_TOO_BIG },
	{ "Heuristics.Encrypted.", OUTCOME_ENCRYPTED },
	{ "Heuristics.OLE2.ContainsMacros.", OUTCOME_MACRO },
	{ "Heuristics.Broken.", OUTCOME_DAMAGED },
	{ "Heuristics.", OUTCOME_SUSPICIOUS },
	{ "BC.Heuristics.", OUTCOME_SUSPICIOUS },
	{ "PUA.", OUTCOME_UNWANTED },
	{ "", OUTCOME_INFECTED },
};

enum outcome
name_outcome(const char *name)
{
	size_t i = 0;

	while (strncmp(name, meanings[i].prefix, strlen(meanings[i].prefix)))
		i++;		/* the last one fits everything */
	return meanings[i].outcome;
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
	verdict_note(best, name_outcome(plain), plain, path);
}
