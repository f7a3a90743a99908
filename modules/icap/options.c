/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/options.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "segment/segment.h"

#define SPARE_CONNECTIONS_MIN 4		/* kept for checks: see demand */

/* Squid counts for each icap_service: one for requests and one for responses
 * go by the same name, one for streams of events by its own. */
#define SHARES 9
#define SHARE_METHOD 4
#define SHARE_EVENTS 1

/* Squid hands on a preview when it is full. Of a stream of events a few bytes
 * come first, ":\n\n" perhaps, and the next may be minutes away. */
#define EVENTS_PREVIEW 3

/* An idle kept-alive connection holds a thread, and c-icap itself refuses
 * nobody: so proxies are told of fewer threads than there are, and so few that
 * those which one method or streams left idle never keep another waiting. */
static uint64_t
max_connections(const struct settings *settings, bool events)
{
	uint64_t threads = settings->icap_threads;
	uint64_t spare = threads / 16;

	if (spare < SPARE_CONNECTIONS_MIN)
		spare = SPARE_CONNECTIONS_MIN;
	if (spare < settings->icap_spare_threads + 2)
		spare = settings->icap_spare_threads + 2;
	threads = threads > spare ? threads - spare : 0;
	threads = threads * (events ? SHARE_EVENTS : SHARE_METHOD) / SHARES;
	return threads > 0 ? threads : 1;
}

static uint64_t
preview(const struct settings *settings, bool events)
{
	uint64_t size = settings->icap_preview;

	return events && size > EVENTS_PREVIEW ? EVENTS_PREVIEW : size;
}

void
options_tell(const struct settings *settings, const char *service,
    char lines_out[OPTIONS_LINES][OPTIONS_LINE])
{
	bool events = strcmp(service, ICAP_EVENTS) == 0;

	snprintf(lines_out[0], OPTIONS_LINE, "Preview: %llu",
	    (unsigned long long)preview(settings, events));
	snprintf(lines_out[1], OPTIONS_LINE, "Max-Connections: %llu",
	    (unsigned long long)max_connections(settings, events));
	snprintf(lines_out[2], OPTIONS_LINE, "Transfer-Preview: *");
}
