/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/listed.h"

#include <pthread.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"

static struct self {
	pthread_rwlock_t lock;
	_Atomic uint32_t seen;		/* number of the file below */
	atomic_bool bad;		/* it could not be read */
	atomic_bool some;		/* it has entries: else no lock */
	struct lists lists;
} self = { .lock = PTHREAD_RWLOCK_INITIALIZER };

/* With the lock held for writing. */
static void
take(const struct module *module, uint32_t n)
{
	struct err err = { "it is gone" };

	if (self.seen == n && !self.bad)
		return;
	if (lists_load(&self.lists, module->runtime, &err) == 0) {
		self.bad = false;
	} else {
		if (self.seen != n)
			log_error("owner's list not taken", "action=block "
			    "reason=\"%s\"", err.text);
		self.bad = true;
		self.lists.count = 0;
	}
	atomic_store(&self.some, self.lists.count > 0);
	self.seen = n;
}

int
listed_refresh(const struct module *module)
{
	uint32_t n = atomic_load(&module->segment->lists);
	bool bad;

	if (n == atomic_load(&self.seen) && !atomic_load(&self.bad))
		return 0;
	pthread_rwlock_wrlock(&self.lock);
	take(module, n);
	bad = self.bad;
	pthread_rwlock_unlock(&self.lock);
	return bad ? -1 : 0;
}

enum listed
listed_value(enum list_by by, const char *value)
{
	const struct list_entry *entry;
	enum listed listed = LISTED_NOT;

	if (*value == '\0' || !atomic_load(&self.some))
		return LISTED_NOT;
	pthread_rwlock_rdlock(&self.lock);
	entry = lists_find(&self.lists, by, value, clock_unix());
	if (entry != NULL)
		listed = entry->block ? LISTED_BLOCKED : LISTED_ALLOWED;
	pthread_rwlock_unlock(&self.lock);
	return listed;
}

static bool
ask(bool (*question)(const struct lists *, enum list_by), enum list_by by)
{
	bool answer;

	if (!atomic_load(&self.some))
		return false;
	pthread_rwlock_rdlock(&self.lock);
	answer = question(&self.lists, by);
	pthread_rwlock_unlock(&self.lock);
	return answer;
}

bool
listed_any(enum list_by by)
{
	return ask(lists_has, by);
}

bool
listed_blocks(enum list_by by)
{
	return ask(lists_blocks, by);
}

int
listed_digest(struct body *body, char text[static LISTED_DIGEST],
    struct err *err)
{
	uint8_t digest[BODY_DIGEST];
	size_t i;

	if (body_digest(body, digest, err) == -1)
		return -1;
	for (i = 0; i < BODY_DIGEST; i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
	return 0;
}
