/* SPDX-License-Identifier: GPL-2.0-only */
#include "tool/scan_file.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "wire/scan_body.h"

/* Zero is "not decided", so that a new outcome is never clean by accident. */
static const enum { UNDECIDED, CLEAN, FOUND } meaning[OUTCOME_COUNT] = {
	[OUTCOME_CLEAN] = CLEAN,
	[OUTCOME_INFECTED] = FOUND,
	[OUTCOME_SUSPICIOUS] = FOUND,
	[OUTCOME_UNWANTED] = FOUND,
};

enum tool_exit
scan_exit(enum outcome outcome)
{
	if ((unsigned)outcome >= OUTCOME_COUNT)
		return TOOL_UNDECIDED;
	if (meaning[outcome] == CLEAN)
		return TOOL_FINE;
	return meaning[outcome] == FOUND ? TOOL_FOUND : TOOL_UNDECIDED;
}

/* With whoever serves; once more if that one was lost. */
static void
ask(const struct scan_place *place, const struct scan_body *body,
    struct verdict *verdict, struct err *err)
{
	const struct settings *s = place->settings;
	const struct scan_limits limits = {
		.small_max = s->scan_small_max,
		.small_seconds = s->scan_small_seconds,
		.big_seconds = s->scan_big_seconds,
		.queue_seconds = s->scan_queue_seconds,
	};
	uint32_t serving;
	int tries;

	for (tries = 0; tries < 2; tries++) {
		serving = atomic_load(&place->segment->serving);
		verdict->outcome = OUTCOME_LOADING;
		if (serving == 0 || scan_body_ask(place->runtime, serving,
		    &limits, body, verdict, err) == 0)
			return;
	}
}

int
scan_file(const struct scan_place *place, const char *path,
    struct verdict *verdict_out, struct err *err)
{
	struct verdict verdict = { .outcome = OUTCOME_NONE };
	AUTO_FREE struct scan_body *body = calloc(1, sizeof(*body));
	AUTO_CLOSE int fd = -1;

	if (body == NULL)
		return err_sys(err, path);
	if (scan_body_read(body, path, place->settings->body_max, err) == -1)
		return -1;
	fd = body->fd;
	ask(place, body, &verdict, err);
	*verdict_out = verdict;
	return 0;
}
