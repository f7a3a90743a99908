/* SPDX-License-Identifier: GPL-2.0-only */
#include "cache/urls.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "cache/digest.h"

#define SETS (URLS_MAX / URLS_WAYS)

static int
key_of(const char *method, const char *url, uint64_t digest_out[2])
{
	EVP_MD_CTX *ctx = digest_begin();
	uint8_t sum[EVP_MAX_MD_SIZE];
	int fine;

	fine = ctx != NULL &&
	    EVP_DigestUpdate(ctx, method, strlen(method)) == 1 &&
	    EVP_DigestUpdate(ctx, " ", 1) == 1 &&
	    EVP_DigestUpdate(ctx, url, strlen(url)) == 1 &&
	    EVP_DigestFinal_ex(ctx, sum, NULL) == 1;
	digest_end(&ctx);
	if (!fine)
		return -1;
	memcpy(digest_out, sum, 2 * sizeof *digest_out);
	return 0;
}

/* FNV-1a: against torn copies, not against forgers. Nobody but c-icap's own
 * children writes here; should one be captured, its names still go into the
 * headers of the others' answers, so they are checked (take_copy). */
static uint64_t
check_of(const struct url_entry *entry)
{
	uint8_t bytes[offsetof(struct url_entry, check)];
	uint64_t check = 14695981039346656037ULL;
	size_t i;

	memcpy(bytes, entry, sizeof bytes);
	for (i = 0; i < sizeof bytes; i++)
		check = (check ^ bytes[i]) * 1099511628211ULL;
	return check;
}

static bool
is_name(const char name[NAME_MAX_LEN + 1])
{
	size_t len = strnlen(name, NAME_MAX_LEN + 1);

	return len == 0 ||
	    (len <= NAME_MAX_LEN && verdict_name_valid(name, len));
}

/* A copy that no other process changes while we look: whole, or all zero. */
static void
take_copy(struct url_entry *copy, const struct url_entry *shared)
{
	memcpy(copy, shared, sizeof *copy);
	atomic_thread_fence(memory_order_acquire);
	if (copy->check != check_of(copy) || copy->outcome >= OUTCOME_COUNT ||
	    !is_name(copy->name))
		memset(copy, 0, sizeof *copy);
}

static size_t
first_of(const uint64_t digest[2])
{
	return digest[0] % SETS * URLS_WAYS;
}

static int
is_same(const struct url_entry *entry, const uint64_t digest[2])
{
	return entry->until_ms != 0 && entry->digest[0] == digest[0] &&
	    entry->digest[1] == digest[1];
}

/* The place of this URL, else the one that ends first; empty ones end at 0. */
static struct url_entry *
place_for(struct url_memory *memory, const uint64_t digest[2])
{
	struct url_entry *set = &memory->entries[first_of(digest)];
	struct url_entry copy, *oldest = set;
	int64_t ends = INT64_MAX;
	size_t i;

	for (i = 0; i < URLS_WAYS; i++) {
		take_copy(&copy, &set[i]);
		if (is_same(&copy, digest))
			return &set[i];
		if (copy.until_ms < ends) {
			ends = copy.until_ms;
			oldest = &set[i];
		}
	}
	return oldest;
}

/* Before the entry is there: whoever finds it is sent there. */
static void
lasts_until(struct url_memory *memory, int64_t until_ms)
{
	int64_t ends = atomic_load(&memory->ends_ms);

	while (ends < until_ms && !atomic_compare_exchange_weak(
	    &memory->ends_ms, &ends, until_ms))
		;
}

void
urls_remember(struct url_memory *memory, const char *method, const char *url,
    const struct verdict *verdict, int64_t until_ms)
{
	struct url_entry entry;

	memset(&entry, 0, sizeof entry);	/* the padding, too */
	if (key_of(method, url, entry.digest) == -1)
		return;
	entry.until_ms = until_ms;
	entry.outcome = (uint32_t)verdict->outcome;
	snprintf(entry.name, sizeof entry.name, "%s", verdict->name);
	entry.check = check_of(&entry);
	lasts_until(memory, until_ms);
	memcpy(place_for(memory, entry.digest), &entry, sizeof entry);
}

/* The check no longer fits. */
void
urls_forget(struct url_memory *memory)
{
	size_t i;

	atomic_store(&memory->ends_ms, 0);
	for (i = 0; i < URLS_MAX; i++)
		memory->entries[i].until_ms = 0;
}

int
urls_find(const struct url_memory *memory, const char *method,
    const char *url, int64_t now_ms, struct verdict *verdict_out)
{
	const struct url_entry *set;
	struct url_entry copy;
	uint64_t digest[2];
	size_t i;

	if (now_ms >= atomic_load(&memory->ends_ms) ||
	    key_of(method, url, digest) == -1)
		return 0;
	set = &memory->entries[first_of(digest)];
	for (i = 0; i < URLS_WAYS; i++) {
		take_copy(&copy, &set[i]);
		if (!is_same(&copy, digest) || copy.until_ms <= now_ms)
			continue;
		memset(verdict_out, 0, sizeof *verdict_out);
		verdict_out->outcome = (enum outcome)copy.outcome;
		memcpy(verdict_out->name, copy.name, sizeof copy.name);
		return 1;
	}
	return 0;
}
