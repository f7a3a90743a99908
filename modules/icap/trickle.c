/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/trickle.h"

#include <string.h>

#include "base/clock.h"
#include "icap/stall.h"

struct trickle_view
trickle_view(const struct request *request, int64_t now_ms)
{
	return (struct trickle_view){
		.may = request->may_trickle,
		.is_letting = request->is_dripping || request->is_trickling,
		.at_end = request->beside != NULL,
		.received = request->received,
		.declared = request->facts.content_length,
		.age_ms = now_ms - request->started,
	};
}

static int64_t
delay_ms(const struct settings *settings)
{
	return (int64_t)settings->trickle_delay * 1000;
}

bool
trickle_can(const struct settings *settings, const struct trickle_view *view)
{
	return view->may && (view->received > settings->trickle_hold ||
	    (!view->at_end && view->declared > settings->trickle_hold));
}

int64_t
trickle_wait_ms(const struct settings *settings,
    const struct trickle_view *view)
{
	int64_t left = delay_ms(settings) - view->age_ms;

	return left > 0 ? left : 0;
}

static bool
is_due(const struct settings *settings, const struct trickle_view *view)
{
	return trickle_can(settings, view) &&
	    trickle_wait_ms(settings, view) == 0;
}

static uint64_t
least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* One byte at once, and then so many in each tick. */
static uint64_t
by_time(const struct settings *settings, const struct trickle_view *view)
{
	uint64_t ticks = (uint64_t)(view->age_ms - delay_ms(settings)) /
	    TRICKLE_TICK_MS;

	return 1 + ticks * settings->trickle_rate * TRICKLE_TICK_MS / 1000;
}

/* In pieces of a hundred: no product of a body's length can overflow. */
static uint64_t
by_share(const struct settings *settings, const struct trickle_view *view)
{
	return view->received / 100 * settings->trickle_share +
	    view->received % 100 * settings->trickle_share / 100;
}

/* Squid passes on no head without a byte behind it: one goes ahead. */
static uint64_t
by_hold(const struct settings *settings, const struct trickle_view *view)
{
	if (view->received <= settings->trickle_hold)
		return 1;
	return view->received - settings->trickle_hold;
}

uint64_t
trickle_allowance(const struct settings *settings,
    const struct trickle_view *view)
{
	uint64_t drip = view->is_letting ? stall_allowance(view->received) : 0;
	uint64_t most;

	if (!is_due(settings, view))
		return drip;
	/* Squid stalls between two ticks, too, and then nobody asks again. */
	most = least(by_time(settings, view) + drip, by_share(settings, view));
	most = least(most, by_hold(settings, view));
	return most > drip ? most : drip;
}

static bool
is_one_of(const struct request *request, uint64_t types)
{
	const struct packed_text *type = &request->packing.type;
	uint64_t fine = types | GROUP_BIT(GROUP_NONE);

	return (types & GROUP_BIT(request->declared)) != 0 && !type->cut &&
	    memchr(type->at, ',', type->len) == NULL &&
	    (request->names.groups & ~fine) == 0 && request->names.odd == 0;
}

bool
trickle_may(const struct request *request)
{
	const struct policy *policy = &request->policy;

	return !request->is_upload && !request->is_selfcheck &&
	    !request->is_forbidden && request->allowed == NULL &&
	    policy->mode == POLICY_ENFORCE &&
	    policy->unchecked == UNCHECKED_PAGE &&
	    is_one_of(request, request->module->settings.trickle_types);
}

bool
trickle_begins(struct request *request, int64_t now_ms)
{
	const struct module *module = request->module;
	struct trickle_view view = trickle_view(request, now_ms);

	if (request->is_trickling || !is_due(&module->settings, &view))
		return request->is_trickling;
	request->is_trickling = true;
	metrics_add(&module->segment->metrics, METRIC_TRICKLED, 1);
	return true;
}

uint64_t
trickle_left(const struct request *request)
{
	struct trickle_view view = trickle_view(request, clock_ms());
	uint64_t most = trickle_allowance(&request->module->settings, &view);

	if (most < request->nudged)
		most = request->nudged;
	return most > request->given ? most - request->given : 0;
}
