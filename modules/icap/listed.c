/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/listed.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"

#define DIGEST_LEN 32

static struct self {
	pthread_rwlock_t lock;
	uint32_t seen;			/* number of the file below */
	bool bad;			/* it could not be read */
	struct lists lists;
} self = { .lock = PTHREAD_RWLOCK_INITIALIZER };

static int
read_file(const char *runtime, struct lists *lists, struct err *err)
{
	AUTO_FREE char *text = malloc(LISTS_TEXT_MAX);
	AUTO_CLOSE int fd = -1;
	char path[PATH_MAX];
	ssize_t len;

	if (text == NULL)
		return err_sys(err, "malloc");
	if (snprintf(path, sizeof path, "%s/" LISTS_FILE, runtime) >=
	    (int)sizeof path)
		return err_set(err, "the path is too long");
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd == -1)
		return err_sys(err, path);
	len = read(fd, text, LISTS_TEXT_MAX);
	if (len == -1)
		return err_sys(err, path);
	return lists_read(lists, text, (size_t)len, err);
}

/* With the lock held for writing. */
static void
take(const struct module *module, uint32_t n)
{
	struct err err;

	if (self.seen == n && !self.bad)
		return;
	if (read_file(module->runtime, &self.lists, &err) == 0) {
		self.bad = false;
	} else {
		if (self.seen != n)
			log_error("owner's list not taken", "action=block "
			    "reason=\"%s\"", err.text);
		self.bad = true;
		self.lists.count = 0;
	}
	self.seen = n;
}

int
listed_refresh(const struct module *module)
{
	uint32_t n = atomic_load(&module->segment->lists);
	bool bad, same;

	pthread_rwlock_rdlock(&self.lock);
	same = n == self.seen;
	bad = self.bad;
	pthread_rwlock_unlock(&self.lock);
	if (same && !bad)
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

	if (*value == '\0')
		return LISTED_NOT;
	pthread_rwlock_rdlock(&self.lock);
	entry = lists_find(&self.lists, by, value, clock_unix());
	if (entry != NULL)
		listed = entry->block ? LISTED_BLOCKED : LISTED_ALLOWED;
	pthread_rwlock_unlock(&self.lock);
	return listed;
}

static int
digest_of(const struct body *body, uint8_t digest[DIGEST_LEN])
{
	size_t len = (size_t)body_total(body);
	const void *data = body_memory(body);
	void *map = NULL;
	int good;

	if (body_fd(body) != -1) {
		map = mmap(NULL, len, PROT_READ, MAP_PRIVATE, body_fd(body),
		    0);
		if (map == MAP_FAILED)
			return -1;
		data = map;
	}
	good = EVP_Digest(data, len, digest, NULL, EVP_sha256(), NULL);
	if (map != NULL)
		munmap(map, len);
	return good == 1 ? 0 : -1;
}

/* One whose digest cannot be made is on no list that allows, and is scanned as
 * any other. */
enum listed
listed_body(struct body *body)
{
	char text[2 * DIGEST_LEN + 1];
	uint8_t digest[DIGEST_LEN];
	bool has;
	size_t i;

	pthread_rwlock_rdlock(&self.lock);
	has = lists_has(&self.lists, BY_SHA256);
	pthread_rwlock_unlock(&self.lock);
	if (!has || body_seal(body, NULL) == -1 ||
	    digest_of(body, digest) == -1)
		return LISTED_NOT;
	for (i = 0; i < DIGEST_LEN; i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
	return listed_value(BY_SHA256, text);
}
