/* SPDX-License-Identifier: GPL-2.0-only */
#include "engines/clamav.h"

#include <string.h>

#include "wire/samples.h"

#define CHECK_MS 30000

static void
scan_sample(struct engine *engine, const struct sample *sample,
    struct verdict *verdict_out)
{
	unsigned char body[SAMPLE_MAX];
	size_t len = sample_copy(sample, body);

	clamav_scan(engine, body, len, CHECK_MS, verdict_out);
}

static int
not_found(const struct engine *engine, const struct sample *sample,
    const struct verdict *verdict, struct err *err)
{
	if (*engine->official != '\0' && sample->is_known)
		return err_set(err, "%s is loaded, but the test file EICAR, "
		    "which main and daily find, is %s; remedy: fetch it anew "
		    "with freshclam, and look whether an ignore list (.ign2, "
		    ".fp) takes EICAR out", engine->official,
		    outcome_name(verdict->outcome));
	return err_set(err, "self-check: the test file %s is %s (%s)",
	    sample->name, outcome_name(verdict->outcome), verdict->name);
}

/* The name may be another one: main and daily have their own for EICAR. */
int
check_found(struct engine *engine, struct err *err)
{
	const struct sample *sample;
	struct verdict verdict;

	for (sample = samples_found(); sample->name != NULL; sample++) {
		scan_sample(engine, sample, &verdict);
		if (verdict.outcome != OUTCOME_INFECTED)
			return not_found(engine, sample, &verdict, err);
	}
	return 0;
}

int
check_clean(struct engine *engine, struct err *err)
{
	const struct sample *sample;
	struct verdict verdict;

	for (sample = samples_clean(); sample->name != NULL; sample++) {
		scan_sample(engine, sample, &verdict);
		if (verdict.outcome != OUTCOME_CLEAN)
			return err_set(err,
			    "self-check: the clean sample \"%s\" is %s (%s)",
			    sample->name, outcome_name(verdict.outcome),
			    verdict.name);
	}
	return 0;
}
