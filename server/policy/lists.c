/* SPDX-License-Identifier: GPL-2.0-only */
#include "policy/lists.h"

#include <string.h>

#include "policy/policy.h"

static const char *const by_names[BY_COUNT] = {
	[BY_SHA256] = "sha256", [BY_HOST] = "host",
	[BY_SIGNATURE] = "signature",
};

const char *
list_by_name(enum list_by by)
{
	return by_names[by];
}

int
list_by_find(const char *word, enum list_by *by_out)
{
	unsigned i;

	for (i = 0; i < BY_COUNT; i++)
		if (strcmp(word, by_names[i]) == 0) {
			*by_out = (enum list_by)i;
			return 0;
		}
	return -1;
}

void
list_entry_print(const struct list_entry *entry, FILE *out)
{
	fprintf(out, "%s %s %s %lld %s\n", entry->block ? "block" : "allow",
	    list_by_name(entry->by), entry->value, (long long)entry->until,
	    entry->reason);
}

void
lists_print(const struct lists *lists, FILE *out)
{
	uint32_t i;

	for (i = 0; i < lists->count; i++)
		list_entry_print(&lists->entry[i], out);
}

int
lists_read(struct lists *lists, const char *text, size_t len, struct err *err)
{
	const char *end = text + len, *stop;

	lists->count = 0;
	for (; text < end; text = stop + 1) {
		stop = memchr(text, '\n', (size_t)(end - text));
		if (stop == NULL)
			return err_set(err, "its last line has no end");
		if (lists->count == LISTS_MAX)
			return err_set(err, "has more than %d entries",
			    LISTS_MAX);
		if (list_entry_read(&lists->entry[lists->count], text,
		    (size_t)(stop - text), err) == -1)
			return err_wrap(err, "entry %u", lists->count + 1);
		lists->count++;
	}
	return 0;
}

static bool
is_over(const struct list_entry *entry, int64_t now)
{
	return entry->until != 0 && entry->until <= now;
}

bool
list_entry_holds(const struct list_entry *entry, int64_t now)
{
	return !is_over(entry, now);
}

static void
drop(struct lists *lists, uint32_t i)
{
	lists->count--;
	memmove(&lists->entry[i], &lists->entry[i + 1],
	    (lists->count - i) * sizeof lists->entry[0]);
}

static const struct list_entry *
find(const struct lists *lists, enum list_by by, const char *value)
{
	uint32_t i;

	for (i = 0; i < lists->count; i++)
		if (lists->entry[i].by == by &&
		    strcmp(lists->entry[i].value, value) == 0)
			return &lists->entry[i];
	return NULL;
}

int
lists_remove(struct lists *lists, enum list_by by, const char *value)
{
	const struct list_entry *entry = find(lists, by, value);

	if (entry == NULL)
		return -1;
	drop(lists, (uint32_t)(entry - lists->entry));
	return 0;
}

/* Somebody had a reason for it, and would not hear that it is gone. */
static int
check_block(const struct lists *lists, const struct list_entry *entry,
    int64_t now, struct err *err)
{
	const struct list_entry *old = find(lists, entry->by, entry->value);

	if (entry->block || old == NULL || !old->block || is_over(old, now))
		return 0;
	return err_set(err, "there is a block of it (%s); remedy: first "
	    "glassgate remove %s %s", old->reason, list_by_name(old->by),
	    old->value);
}

int
lists_put(struct lists *lists, const struct list_entry *entry, int64_t now,
    struct err *err)
{
	uint32_t i;

	if (is_over(entry, now))
		return err_set(err, "its end is past already");
	if (check_block(lists, entry, now, err) == -1)
		return -1;
	lists_remove(lists, entry->by, entry->value);
	for (i = lists->count; i-- > 0;)
		if (is_over(&lists->entry[i], now))
			drop(lists, i);
	if (lists->count == LISTS_MAX)
		return err_set(err, "there are %d entries already; remedy: "
		    "glassgate remove", LISTS_MAX);
	lists->entry[lists->count++] = *entry;
	return 0;
}

bool
list_lets_pass(enum list_by by, enum outcome outcome)
{
	if (policy_row(outcome)->outcome == OUTCOME_NONE)
		return false;
	return by != BY_HOST || !policy_is_unchecked(outcome);
}

bool
list_value_holds(enum list_by by, const char *entry, const char *value)
{
	struct subject subject;

	if (by != BY_HOST)
		return strcmp(entry, value) == 0;
	if (strlen(value) >= sizeof subject.host)
		return false;
	memset(&subject, 0, sizeof subject);
	memcpy(subject.host, value, strlen(value) + 1);
	return match_find("hosts")->holds(entry, &subject);
}

const struct list_entry *
lists_find(const struct lists *lists, enum list_by by, const char *value,
    int64_t now)
{
	const struct list_entry *found = NULL;
	uint32_t i;

	for (i = 0; i < lists->count; i++) {
		const struct list_entry *entry = &lists->entry[i];

		if (entry->by == by && !is_over(entry, now) &&
		    (found == NULL || entry->block) &&
		    list_value_holds(by, entry->value, value))
			found = entry;
	}
	return found;
}

bool
lists_has(const struct lists *lists, enum list_by by)
{
	uint32_t i;

	for (i = 0; i < lists->count; i++)
		if (lists->entry[i].by == by)
			return true;
	return false;
}

bool
lists_blocks(const struct lists *lists, enum list_by by)
{
	uint32_t i;

	for (i = 0; i < lists->count; i++)
		if (lists->entry[i].by == by && lists->entry[i].block)
			return true;
	return false;
}
