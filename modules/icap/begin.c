/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/begin.h"

#include "base/clock.h"
#include "icap/stall.h"
#include "icap/threads.h"
#include "icap/trickle.h"

#define SLICE_MS 1000		/* of a wait: we live */

static bool
is_silent(const struct begin_view *input, int64_t ms)
{
	return stall_silent(input->fd, input->due, clock_ms() + ms,
	    &module_is_ending);
}

static bool
has_stalled(const struct request *request, const struct begin_view *input)
{
	const struct module *module = request->module;
	struct stall_view view = {
		.drip = (enum drip)module->settings.proxy_drip,
		.received = request->received,
		.declared = request->facts.content_length,
		.at_end = input->at_end,
		.more_here = input->more_here,
	};

	switch (stall_step(&view)) {
	case STALL_HOLD:
		return false;
	case STALL_LET_GO:
		return true;
	case STALL_LISTEN:
		break;
	}
	if (!is_silent(input, STALL_SILENCE_MS))
		return false;
	metrics_add(&module->segment->metrics, METRIC_STALLS, 1);
	return true;
}

/* c-icap waits for input alone, whatever the time is. So we wait for both here,
 * or a slow origin would keep its browser in the dark. */
static bool
has_delay_passed(const struct request *request, const struct begin_view *input)
{
	const struct settings *settings = &request->module->settings;
	struct trickle_view view = trickle_view(request, clock_ms());
	int64_t left;

	if (input->at_end || input->more_here || !trickle_can(settings, &view))
		return false;
	while ((left = trickle_wait_ms(settings, &view)) > 0) {
		threads_beat(request->module);
		if (!is_silent(input, left < SLICE_MS ? left : SLICE_MS))
			return false;
		view = trickle_view(request, clock_ms());
	}
	return true;
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
