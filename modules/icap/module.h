/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * module - what one c-icap process knows: filled in by the monitor before it
 * forks, never changed while threads run. New settings are a new struct
 * (live.h): a request keeps the one that it began with.
 */
#ifndef ICAP_MODULE_H
#define ICAP_MODULE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "cache/verdicts.h"
#include "config/settings.h"
#include "icap/publish.h"
#include "page/page.h"
#include "segment/segment.h"

struct module {
	char runtime[SETTING_TEXT];
	struct settings settings;
	uint32_t settings_n;		/* their snapshot */
	struct page_set *pages;
	int segment_fd;			/* -1: c-icap is not ours */
	struct segment *segment;
	struct verdicts *verdicts;	/* NULL: every body is scanned */
	publish_fn *tell;		/* c-icap's statistics; or NULL */
	struct thread_count *child;	/* this one; NULL in the monitor */
};

/* Of this process: SIGTERM came, no wait lasts. */
extern atomic_bool module_is_ending;

static inline bool
module_ending(const struct module *module)
{
	return atomic_load(&module_is_ending) ||
	    atomic_load(&module->segment->stop) != 0;
}

#endif
