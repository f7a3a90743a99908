/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/begin.h"

#include "base/clock.h"
#include "icap/stall.h"
#include "icap/threads.h"
#include "icap/trickle.h"

#define SLICE_MS 1000		/* of a wait: we live */

static bool
is_silent(const struct request *request, const struct begin_view *input,
    int64_t ms)
{
	int64_t until = clock_ms() + ms, slice;

	while (clock_left(until) > 0) {
		threads_beat(request->module);
		slice = clock_ms() + SLICE_MS;
		if (!stall_silent(input->fd, input->due,
		    slice < until ? slice : until, &module_is_ending))
			return false;
	}
	return true;
}

static struct stall_view
stall_view(const struct request *request, const struct begin_view *input)
{
	return (struct stall_view){
		.drip = (enum drip)request->module->settings.proxy_drip,
		.received = request->received,
		.silent_at = request->silent_at,
		.declared = request->facts.content_length,
		.at_end = input->at_end,
		.more_here = input->more_here,
		.is_upload = request->is_upload,
	};
}

static bool
note_stall(const struct request *request)
{
	metrics_add(&request->module->segment->metrics, METRIC_STALLS, 1);
	return true;
}

/* What is to trickle soon gets its bytes by that. */
static bool
trickles_sooner(const struct request *request, int64_t ms)
{
	const struct settings *settings = &request->module->settings;
	struct trickle_view view = trickle_view(request, clock_ms());

	return trickle_can(settings, &view) &&
	    trickle_wait_ms(settings, &view) < ms;
}

/* A pause before as much as Squid holds has come: slow, and not stopped. */
static bool
has_stopped_later(struct request *request, const struct begin_view *input)
{
	struct stall_view view = stall_view(request, input);

	if (!is_silent(request, input, STALL_SILENCE_MS))
		return false;
	request->silent_at = request->received;
	return stall_is_likely(&view) &&
	    !trickles_sooner(request, STALL_LATER_MS) &&
	    is_silent(request, input, STALL_LATER_MS - STALL_SILENCE_MS) &&
	    note_stall(request);
}

static bool
has_stalled(struct request *request, const struct begin_view *input)
{
	struct stall_view view = stall_view(request, input);

	switch (stall_step(&view)) {
	case STALL_HOLD:
		break;
	case STALL_LET_GO:
		return true;
	case STALL_LISTEN:
		return is_silent(request, input, STALL_SILENCE_MS) &&
		    note_stall(request);
	case STALL_LISTEN_LONG:
		return has_stopped_later(request, input);
	}
	return false;
}

/* Never a byte of the last ones, if it is to keep them back. */
static bool
may_nudge(const struct request *request)
{
	const struct settings *settings = &request->module->settings;
	uint64_t hold = request->may_trickle ? settings->trickle_hold : 1;

	return settings->proxy_drip != DRIP_NEVER &&
	    request->nudges < STALL_NUDGES &&
	    request->received > hold &&
	    request->given < request->received - hold;
}

void
begin_nudge(struct request *request, const struct begin_view *input)
{
	struct stall_view view = stall_view(request, input);

	if (!request->is_begun || input->is_writing || input->more_here ||
	    input->at_end || view.declared == view.received ||
	    view.received <= STALL_TO || trickle_left(request) > 0 ||
	    !is_silent(request, input, STALL_SILENCE_MS))
		return;
	request->silent_at = request->received;
	if (!stall_is_likely(&view) || !may_nudge(request))
		return;
	note_stall(request);
	request->nudged = request->given + 1;
	request->nudges++;
}

/* c-icap waits for input alone, whatever the time is. So we wait for both here,
 * or a slow origin would keep its browser in the dark. */
static bool
has_delay_passed(const struct request *request, const struct begin_view *input)
{
	const struct settings *settings = &request->module->settings;
	struct trickle_view view = trickle_view(request, clock_ms());

	return !input->at_end && !input->more_here &&
	    trickle_can(settings, &view) &&
	    is_silent(request, input, trickle_wait_ms(settings, &view));
}

/* Some of the answer is to go out, and would wait with us. */
static bool
is_busy(const struct request *request, const struct begin_view *input)
{
	return request->is_dripping && (!request->is_begun ||
	    input->is_writing || trickle_left(request) > 0);
}

bool
begin_is_due(struct request *request, const struct begin_view *input)
{
	if (request->is_trickling ||
	    (!input->at_end && trickle_begins(request, clock_ms())))
		return true;
	if (!request->is_dripping && has_stalled(request, input)) {
		request->is_dripping = true;
		return true;
	}
	if (!is_busy(request, input) && has_delay_passed(request, input))
		trickle_begins(request, clock_ms());
	return request->is_dripping || request->is_trickling;
}
