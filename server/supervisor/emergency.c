/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/emergency.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "segment/pass_all.h"

#define TELL_MS 60000

void
emergency_init(struct emergency *e, struct house *house)
{
	*e = (struct emergency){ .house = house };
}

static uint64_t
passed(const struct emergency *e)
{
	return metrics_get(&e->house->segment->metrics, METRIC_PASSED_ALL) -
	    e->passed_before;
}

static void
show(const struct emergency *e)
{
	struct segment *segment = e->house->segment;
	struct status *status = segment_status_edit(segment);

	status->pass_all_until = e->until;
	snprintf(status->pass_all_reason, sizeof(status->pass_all_reason),
	    "%s", e->reason);
	segment_status_end(segment);
	metrics_set(&segment->metrics, METRIC_PASS_ALL, e->until != 0);
}

static void on_time(void *);

static void
wait_on(struct emergency *e)
{
	int64_t at = clock_ms() + TELL_MS;

	e->timer = loop_at(e->house->loop, at < e->until ? at : e->until,
	    on_time, e);
}

static void
on_time(void *ctx)
{
	struct emergency *e = ctx;

	e->timer = 0;
	if (clock_ms() >= e->until) {
		emergency_end(e, "time");
		return;
	}
	log_warn("pass-all is on", "seconds_left=%" PRId64 " passed=%" PRIu64
	    " reason=\"%s\"", (e->until - clock_ms()) / 1000, passed(e),
	    e->reason);
	wait_on(e);
}

void
emergency_end(struct emergency *e, const char *why)
{
	if (e->until == 0)
		return;
	pass_all_end(e->house->segment, e->house->runtime.path);
	loop_cancel(e->house->loop, &e->timer);
	log_warn("pass-all ended", "why=%s passed=%" PRIu64 " reason=\"%s\"",
	    why, passed(e), e->reason);
	e->until = 0;
	e->reason[0] = '\0';
	show(e);
}

/* It stands between quotation marks in the log. */
static void
take_reason(struct emergency *e, const char *text)
{
	size_t i;

	for (i = 0; i + 1 < sizeof(e->reason) && text[i] != '\0'; i++)
		e->reason[i] = text[i] == '"' ? '\'' : text[i];
	e->reason[i] = '\0';
}

/* Once more while it is on: the new time and reason count. */
static int
begin(struct emergency *e, const struct control_ask *ask, struct err *err)
{
	int64_t until = clock_ms() + (int64_t)ask->number * 1000;

	if (pass_all_begin(e->house->segment, e->house->runtime.path, until,
	    err) == -1)
		return -1;
	if (e->until == 0)
		e->passed_before = metrics_get(&e->house->segment->metrics,
		    METRIC_PASSED_ALL);
	e->until = until;
	take_reason(e, ask->text);
	loop_cancel(e->house->loop, &e->timer);
	show(e);
	wait_on(e);
	log_warn("pass-all begins", "seconds=%" PRIu64 " reason=\"%s\"",
	    ask->number, e->reason);
	return 0;
}

static void
ask_end(struct emergency *e, struct control_answer *answer)
{
	answer->good = e->until != 0;
	snprintf(answer->text, sizeof(answer->text), "%s", answer->good ?
	    "everything is scanned again" : "pass-all is not on");
	emergency_end(e, "asked");
}

static bool
is_blank(const char *text)
{
	return text[strspn(text, " ")] == '\0';
}

void
emergency_ask(struct emergency *e, const struct control_ask *ask,
    struct control_answer *answer)
{
	struct err err;

	answer->good = 0;
	if (ask->number == 0)
		ask_end(e, answer);
	else if (ask->number > PASS_ALL_MOST)
		snprintf(answer->text, sizeof(answer->text),
		    "for a day at most (--for 24h)");
	else if (is_blank(ask->text))
		snprintf(answer->text, sizeof(answer->text),
		    "say why: --reason TEXT");
	else if (begin(e, ask, &err) == -1)
		snprintf(answer->text, sizeof(answer->text), "%s", err.text);
	else {
		answer->good = 1;
		snprintf(answer->text, sizeof(answer->text), "for %" PRIu64
		    " seconds everything passes and nothing is scanned; "
		    "\"glassgate pass-all --end\" ends it", ask->number);
	}
}
