/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/live.h"

#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "icap/threads.h"

#define AGAIN_MS 1000		/* until what could not be taken is tried */

atomic_bool module_is_ending;

struct live {
	struct module module;		/* first: known by its address */
	unsigned uses;			/* requests, and 1 while current */
};

static struct self {
	pthread_mutex_t lock;
	struct live first, *current;
	uint32_t tried;			/* the snapshot looked at last */
	int64_t again;			/* when it is tried again */
	atomic_bool refused;		/* it could not be taken */
	struct segment *segment;
	_Atomic uint32_t taken;		/* the snapshot of `current` */
} self = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void
release(struct live *live)
{
	if (live == NULL || --live->uses > 0)
		return;
	page_set_free(&live->module.pages);
	free(live);
}

void
live_begin(const struct module *module)
{
	release(self.current);
	self.first = (struct live){
		.module = *module,
		.uses = 2,		/* the monitor's pages: it stays */
	};
	self.current = &self.first;
	self.segment = module->segment;
	atomic_store(&self.taken, module->settings_n);
	self.tried = module->settings_n;
	atomic_store(&self.refused, false);
	threads_settings(module);
}

static struct live *
load(const struct module *old, uint32_t n, struct err *err)
{
	struct live *live = calloc(1, sizeof *live);

	if (live == NULL) {
		err_sys(err, "settings");
		return NULL;
	}
	live->module = *old;
	live->module.pages = NULL;
	live->module.settings_n = n;
	live->uses = 1;
	if (settings_load(&live->module.settings, old->runtime, n, err) == 0 &&
	    page_set_load(&live->module.pages,
	    live->module.settings.page_templates, err) == 0)
		return live;
	release(live);
	return NULL;
}

/* Logged once for each snapshot. */
static void
refuse(uint32_t n, const struct err *reason)
{
	if (n != self.tried || !atomic_load(&self.refused))
		log_error("settings not taken", "settings=%u action=block "
		    "reason=\"%s\"", n, reason->text);
	atomic_store(&self.refused, true);
	self.tried = n;
	self.again = clock_ms() + AGAIN_MS;
}

static void
swap(uint32_t n)
{
	struct live *old = self.current, *live;
	enum log_level level;
	struct err err;

	live = load(&old->module, n, &err);
	if (live == NULL) {
		refuse(n, &err);
		return;
	}
	self.current = live;
	self.tried = n;
	atomic_store(&self.refused, false);
	atomic_store(&self.taken, n);
	threads_settings(&live->module);
	release(old);
	if (log_level_parse(live->module.settings.log_level, &level) == 0)
		log_setup("icap", level);
	log_debug("settings taken", "settings=%u", n);
}

/* Whoever comes while one thread reads waits for it: nobody gets the old ones
 * after the reload was reported. */
void
live_refresh(void)
{
	uint32_t n;

	if (self.current == NULL || atomic_load(&self.segment->settings) ==
	    atomic_load(&self.taken))
		return;
	pthread_mutex_lock(&self.lock);
	n = atomic_load(&self.segment->settings);
	if (n != self.current->module.settings_n &&
	    (n != self.tried || clock_ms() >= self.again))
		swap(n);
	pthread_mutex_unlock(&self.lock);
}

bool
live_refused(void)
{
	return atomic_load(&self.refused);
}

const struct module *
live_take(void)
{
	struct live *live;

	pthread_mutex_lock(&self.lock);
	live = self.current;
	live->uses++;
	pthread_mutex_unlock(&self.lock);
	return &live->module;
}

void
live_give(const struct module *module)
{
	struct live *live = (struct live *)(uintptr_t)module;

	pthread_mutex_lock(&self.lock);
	release(live);
	pthread_mutex_unlock(&self.lock);
}
