/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/prove.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "supervisor/selfcheck.h"
#include "wire/samples.h"
#include "wire/scan_body.h"

#define PROOF_SECONDS 600

static bool
is_finding(enum outcome outcome)
{
	return outcome == OUTCOME_INFECTED || outcome == OUTCOME_SUSPICIOUS ||
	    outcome == OUTCOME_UNWANTED;
}

static int
ask(const struct proof *proof, const struct scan_body *body,
    struct verdict *verdict, struct err *err)
{
	const struct settings *s = proof->settings;
	const struct scan_limits limits = {
		.small_max = s->scan_small_max,
		.small_seconds = s->scan_small_seconds,
		.big_seconds = s->scan_big_seconds,
		.queue_seconds = s->scan_queue_seconds,
	};

	return scan_body_ask(proof->house->runtime.path, proof->generation,
	    &limits, body, verdict, err);
}

static int
expect(const struct proof *proof, const struct scan_body *body,
    const char *name, enum outcome want, struct err *err)
{
	struct verdict verdict;

	if (ask(proof, body, &verdict, err) == -1)
		return err_wrap(err, "test body \"%s\"", name);
	if (verdict.outcome == want)
		return 0;
	return err_set(err, "the test body \"%s\" is %s (%s) instead of %s",
	    name, outcome_name(verdict.outcome), verdict.name,
	    outcome_name(want));
}

static int
try_sample(const struct proof *proof, struct scan_body *body,
    const struct sample *sample, enum outcome want, struct err *err)
{
	body->len = sample_copy(sample, body->bytes);
	body->fd = -1;
	return expect(proof, body, sample->name, want, err);
}

/* The clean one of the check that follows: else that would say that we are
 * degraded. */
static int
try_selfcheck(const struct proof *proof, struct scan_body *body,
    struct err *err)
{
	char sample[SAMPLE_LEN + 1];

	selfcheck_make_clean(sample);
	memcpy(body->bytes, sample, SAMPLE_LEN);
	body->len = SAMPLE_LEN;
	body->fd = -1;
	return expect(proof, body, "self-check", OUTCOME_CLEAN, err);
}

static int
try_samples(const struct proof *proof, struct scan_body *body, struct err *err)
{
	const struct sample *sample;

	for (sample = samples_clean(); sample->name != NULL; sample++)
		if (try_sample(proof, body, sample, OUTCOME_CLEAN, err) == -1)
			return -1;
	for (sample = samples_found(); sample->name != NULL; sample++)
		if (sample->is_known && try_sample(proof, body, sample,
		    OUTCOME_INFECTED, err) == -1)
			return -1;
	return try_selfcheck(proof, body, err);
}

/* A known-good file: as a body of somebody's it would have to pass. */
static int
try_file(const struct proof *proof, struct scan_body *body, const char *path,
    struct err *err)
{
	AUTO_CLOSE int fd = -1;
	struct verdict verdict;

	if (scan_body_read(body, path, proof->settings->body_max, err) == -1)
		return err_wrap(err, "signatures.must_pass");
	fd = body->fd;
	if (ask(proof, body, &verdict, err) == -1)
		return err_wrap(err, "signatures.must_pass: %s", path);
	if (!is_finding(verdict.outcome) && policy_action(
	    &proof->settings->policy, verdict.outcome) == ACTION_PASS)
		return 0;
	return err_set(err, "signatures.must_pass: %s does not pass: %s (%s); "
	    "remedy: put the name into an ignore list (.ign2), or take the "
	    "file off the list", path, verdict.name,
	    outcome_name(verdict.outcome));
}

static int
prove(const void *ctx, struct err *err)
{
	const struct proof *proof = ctx;
	const struct text_list *files = &proof->settings->must_pass;
	AUTO_FREE struct scan_body *body = calloc(1, sizeof(*body));
	uint32_t i;

	if (body == NULL)
		return err_sys(err, "malloc");
	if (try_samples(proof, body, err) == -1)
		return -1;
	for (i = 0; i < files->count; i++)
		if (try_file(proof, body, files->item[i], err) == -1)
			return -1;
	return 0;
}

void
proof_init(struct proof *proof, struct house *house,
    void (*over)(void *ctx, bool good, const char *reason), void *ctx)
{
	*proof = (struct proof){
		.house = house,
		.errand = {
			.name = "proof of the new generation",
			.fn = prove,
			.ctx = proof,
			.seconds = PROOF_SECONDS,
			.cage = &cage_of_proof,
			.settings = &house->settings,
		},
		.over = over,
		.ctx = ctx,
	};
}

void
proof_start(struct proof *proof, const struct settings *settings,
    uint32_t generation)
{
	struct err err;

	proof->settings = settings;
	proof->generation = generation;
	if (errand_start(&proof->errand, &err) == -1)
		proof->over(proof->ctx, false, err.text);
}

void
proof_stop(struct proof *proof)
{
	errand_kill(&proof->errand);
}

bool
proof_reap(struct proof *proof, pid_t pid)
{
	struct err err = { "" };
	int result;

	if (!errand_reap(&proof->errand, pid, &result, &err))
		return false;
	proof->over(proof->ctx, result == 0, err.text);
	return true;
}
