/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/owner.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/loop.h"
#include "supervisor/istag.h"

#define LOOK_MS 1000

static int
text_of(const struct lists *lists, char **text_out, size_t *len_out,
    struct err *err)
{
	FILE *out = open_memstream(text_out, len_out);

	if (out == NULL)
		return err_sys(err, "open_memstream");
	lists_print(lists, out);
	return fclose(out) == 0 ? 0 : err_sys(err, "open_memstream");
}

static int
write_list(const struct lists *lists, const char *folder, mode_t mode,
    struct err *err)
{
	AUTO_FREE char *text = NULL;
	char path[PATH_MAX];
	size_t len;

	if (snprintf(path, sizeof path, "%s/" LISTS_FILE, folder) >=
	    (int)sizeof path)
		return err_set(err, "%s: the path is too long", folder);
	if (text_of(lists, &text, &len, err) == -1)
		return -1;
	return file_replace(path, text, len, mode, err);
}

static uint32_t
count_holding(const struct lists *lists, int64_t now)
{
	uint32_t i, count = 0;

	for (i = 0; i < lists->count; i++)
		count += list_entry_holds(&lists->entry[i], now);
	return count;
}

/* After the list itself: an answer that the old one made has the old tag. */
static int
tell_istag(struct owner *owner, struct err *err)
{
	struct house *house = owner->house;
	int64_t now = clock_unix();

	owner->holding = count_holding(&owner->lists, now);
	if (istag_of_lists(house->istag_lists, &owner->lists, now, err) == -1)
		return -1;
	house_show_istag(house);
	segment_status_end(house->segment);
	return 0;
}

/* By the clock of the day, which c-icap goes by: an entry came to its end. */
static void
on_look(void *ctx)
{
	struct owner *owner = ctx;
	struct err err;

	if (count_holding(&owner->lists, clock_unix()) != owner->holding &&
	    tell_istag(owner, &err) == -1)
		log_error("owner's list", "reason=\"%s\"", err.text);
	owner->timer = loop_at(owner->house->loop, clock_ms() + LOOK_MS,
	    on_look, owner);
}

/* A cut answer is remembered as the list was; what is forbidden or allowed by
 * now, no page may say. */
static int
publish(struct owner *owner, struct err *err)
{
	urls_forget(&owner->house->segment->urls);
	atomic_fetch_add(&owner->house->segment->lists, 1);
	return tell_istag(owner, err);
}

/* To c-icap. */
static int
show(const struct owner *owner, const struct lists *lists, struct err *err)
{
	return write_list(lists, owner->house->runtime.path, 0444, err);
}

int
owner_init(struct owner *owner, struct house *house, struct err *err)
{
	const char *folder = house->store.folder;

	owner->house = house;
	owner->lists.count = 0;
	owner->holding = 0;
	memset(house->istag_lists, '0', ISTAG_LEN);
	on_look(owner);
	if (*folder == '\0')
		return 0;
	if (lists_load(&owner->lists, folder, err) == -1)
		return err_wrap(err, "owner's list (remedy: mend or remove "
		    "it)");
	if (owner->lists.count == 0)
		return 0;
	return show(owner, &owner->lists, err) == -1 ? -1 :
	    publish(owner, err);
}

static int
put(struct lists *next, struct list_entry *entry, const char *line,
    struct err *err)
{
	if (list_entry_read(entry, line, strlen(line), err) == -1)
		return -1;
	return lists_put(next, entry, clock_unix(), err);
}

/* "host VALUE" */
static int
take_away(struct lists *next, struct list_entry *entry, const char *text,
    struct err *err)
{
	char line[CONTROL_TEXT + 32];

	snprintf(line, sizeof line, "allow %s 0 gone", text);
	if (list_entry_read(entry, line, strlen(line), err) == -1)
		return -1;
	if (lists_remove(next, entry->by, entry->value) == -1)
		return err_set(err, "there is no such entry");
	return 0;
}

/* A list that was refused must not come into force by the next one, nor by a
 * restart. */
static int
take_back(const struct owner *owner, struct err *err)
{
	struct err why;

	if (write_list(&owner->lists, owner->house->store.folder, 0600,
	    &why) == -1)
		return err_wrap(err, "it holds after a restart, as what was "
		    "kept cannot be taken back (%s)", why.text);
	return -1;
}

/* Kept first: what holds must not be gone after a restart. */
static int
store(struct owner *owner, const struct lists *next, struct err *err)
{
	if (write_list(next, owner->house->store.folder, 0600, err) == -1)
		return -1;
	if (show(owner, next, err) == -1)
		return take_back(owner, err);
	owner->lists = *next;
	return 0;
}

static void
log_change(const struct list_entry *entry, bool is_put)
{
	if (is_put)
		log_info("owner's list", "entry=%s by=%s value=%s until=%lld "
		    "reason=\"%s\"", entry->block ? "block" : "allow",
		    list_by_name(entry->by), entry->value,
		    (long long)entry->until, entry->reason);
	else
		log_info("owner's list", "entry=removed by=%s value=%s",
		    list_by_name(entry->by), entry->value);
}

static int
change(struct owner *owner, const struct control_ask *ask, struct err *err)
{
	AUTO_FREE struct lists *next = malloc(sizeof *next);
	struct list_entry entry;
	bool is_put = ask->number == 1;

	if (next == NULL)
		return err_sys(err, "malloc");
	if (*owner->house->store.folder == '\0')
		return err_set(err, "there is no folder to keep it in; remedy: "
		    "signatures.state_folder");
	*next = owner->lists;
	if ((is_put ? put(next, &entry, ask->text, err) :
	    take_away(next, &entry, ask->text, err)) == -1 ||
	    store(owner, next, err) == -1)
		return -1;
	log_change(&entry, is_put);
	return publish(owner, err);
}

void
owner_ask(struct owner *owner, const struct control_ask *ask,
    struct control_answer *answer)
{
	struct err err;

	answer->good = change(owner, ask, &err) == 0;
	if (!answer->good)
		log_info("owner's list refused", "reason=\"%s\"", err.text);
	snprintf(answer->text, sizeof(answer->text), "%s", answer->good ?
	    "it holds from now on" : err.text);
}
