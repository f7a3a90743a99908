/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/begin.h"

#include <c-icap.h>
#include <request.h>
#include <service.h>
#include <simple_api.h>

#include "base/clock.h"
#include "icap/stall.h"
#include "icap/threads.h"
#include "icap/trickle.h"

#define LINE_END 2		/* "\r\n" after a chunk */
#define SLICE_MS 1000		/* of a wait: we live */

/* Of the chunk that is being read, with its line end. */
static size_t
left_of_chunk(const ci_request_t *req)
{
	return req->current_chunk_len - req->chunk_bytes_read;
}

static bool
is_more_here(const ci_request_t *req)
{
	return req->pstrblock_read_len > 0 || left_of_chunk(req) > LINE_END;
}

static bool
is_silent(ci_request_t *req, int64_t ms)
{
	return stall_silent(req->connection->fd, left_of_chunk(req),
	    clock_ms() + ms, &module_is_ending);
}

static bool
has_stalled(ci_request_t *req, struct request *request)
{
	const struct module *module = request->module;
	struct stall_view view = {
		.drip = (enum drip)module->settings.proxy_drip,
		.received = request->received,
		.declared = request->facts.content_length,
		.at_end = ci_req_hasalldata(req),
		.more_here = is_more_here(req),
	};

	switch (stall_step(&view)) {
	case STALL_HOLD:
		return false;
	case STALL_LET_GO:
		return true;
	case STALL_LISTEN:
		break;
	}
	if (!is_silent(req, STALL_SILENCE_MS))
		return false;
	metrics_add(&module->segment->metrics, METRIC_STALLS, 1);
	return true;
}

/* c-icap waits for input alone, whatever the time is. So we wait for both here,
 * or a slow origin would keep its browser in the dark. */
static bool
has_delay_passed(ci_request_t *req, struct request *request)
{
	const struct settings *settings = &request->module->settings;
	struct trickle_view view = trickle_view(request, clock_ms());
	int64_t left;

	if (ci_req_hasalldata(req) || is_more_here(req) ||
	    !trickle_can(settings, &view))
		return false;
	while ((left = trickle_wait_ms(settings, &view)) > 0) {
		threads_beat(request->module);
		if (!is_silent(req, left < SLICE_MS ? left : SLICE_MS))
			return false;
		view = trickle_view(request, clock_ms());
	}
	return true;
}

bool
begin_is_due(ci_request_t *req, struct request *request)
{
	if (request->is_dripping || request->is_trickling ||
	    (!ci_req_hasalldata(req) && trickle_begins(request, clock_ms())))
		return true;
	request->is_dripping = has_stalled(req, request);
	return request->is_dripping || (has_delay_passed(req, request) &&
	    trickle_begins(request, clock_ms()));
}
