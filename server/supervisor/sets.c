/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/sets.h"

#include "base/log.h"

#define COPY_SECONDS 600
#define COPYING "copying the signatures"
#define VERIFYING "verifying the signatures"

static bool
has_store(const struct sets *sets)
{
	return *sets->house->store.folder != '\0';
}

static int
copy(const void *ctx, struct err *err)
{
	const struct sets *sets = ctx;

	return store_take(&sets->house->store, sets->next, &sets->from, err);
}

static int
verify(const void *ctx, struct err *err)
{
	const struct sets *sets = ctx;

	return store_verify(&sets->house->store, sets->next, err) == 0 ? 0 :
	    err_wrap(err, "set %u", sets->next);
}

void
sets_init(struct sets *sets, struct house *house,
    void (*copied)(void *ctx, bool good, const char *reason), void *ctx)
{
	*sets = (struct sets){
		.house = house,
		.copied = copied,
		.ctx = ctx,
		.errand = {
			.ctx = sets,
			.seconds = COPY_SECONDS,
			.gently = true,
			.cage = &cage_of_copy,
			.settings = &house->settings,
		},
	};
}

static int
start(struct sets *sets, const char *name, errand_fn *fn,
    const struct errand_cage *cage, struct err *err)
{
	sets->errand.cage = cage;
	sets->errand.name = name;
	sets->errand.fn = fn;
	return errand_start(&sets->errand, err);
}

static void
show(const struct sets *sets)
{
	struct segment *segment = sets->house->segment;
	struct status *status = segment_status_edit(segment);

	status->set = sets->current;
	status->pinned = sets_pinned(sets);
	segment_status_end(segment);
}

void
sets_copy(struct sets *sets, const struct text_list *from)
{
	struct err err;

	sets_same(sets);
	if (!has_store(sets) || (sets->current != 0 && sets_pinned(sets))) {
		sets->copied(sets->ctx, true, "");
		return;
	}
	sets->from = *from;
	sets->next = store_next(&sets->house->store);
	sets->is_copy = true;
	if (start(sets, COPYING, copy, &cage_of_copy, &err) == -1)
		sets->copied(sets->ctx, false, err.text);
}

void
sets_use(struct sets *sets, uint32_t n)
{
	struct err err;

	sets_same(sets);
	if (!store_has(&sets->house->store, n)) {
		err_set(&err, "there is no set %u; remedy: `glassgate "
		    "signatures list` shows those there are", n);
		sets->copied(sets->ctx, false, err.text);
		return;
	}
	sets->next = n;
	if (start(sets, VERIFYING, verify, &cage_of_verify, &err) == -1)
		sets->copied(sets->ctx, false, err.text);
}

bool
sets_unchanged(struct sets *sets)
{
	if (!sets->is_copy)
		return sets_pinned(sets);
	if (!store_same(&sets->house->store, sets->current, sets->next))
		return false;
	store_drop(&sets->house->store, sets->next);
	sets_same(sets);
	return true;
}

void
sets_same(struct sets *sets)
{
	sets->next = sets->current;
	sets->is_copy = false;
}

void
sets_refuse(struct sets *sets)
{
	if (sets->is_copy)
		store_drop(&sets->house->store, sets->next);
	sets_same(sets);
}

void
sets_swap(struct sets *sets)
{
	sets->current = sets->next;
	sets->is_copy = false;
	show(sets);
}

void
sets_good(struct sets *sets, const struct signature_info *info)
{
	const struct house *house = sets->house;
	struct err err;

	if (store_accept(&house->store, sets->current, info,
	    house->settings.signatures_keep, &err) == -1)
		log_error("signatures not noted", "set=%u reason=\"%s\"",
		    sets->current, err.text);
	show(sets);
}

/* Else status and reloads would go by a set that does not serve. */
void
sets_first(struct sets *sets, bool is_kept)
{
	const struct store *store = &sets->house->store;
	uint32_t pinned = store_pinned(store), n;
	struct err err;

	sets_swap(sets);
	n = is_kept ? sets->current : 0;
	if (pinned == 0 || pinned == n)
		return;
	log_error("signatures not pinned any more", "set=%u instead=%u",
	    pinned, n);
	if (store_pin(store, n, &err) == -1)
		log_error("signatures not pinned", "reason=\"%s\"", err.text);
	show(sets);
}

bool
sets_pinned(const struct sets *sets)
{
	return store_pinned(&sets->house->store) != 0;
}

void
sets_pin(struct sets *sets, bool on)
{
	struct err err;

	if (!has_store(sets))
		return;
	if (store_pin(&sets->house->store, on ? sets->current : 0, &err) == -1)
		log_error("signatures not pinned", "reason=\"%s\"", err.text);
	else
		log_info(on ? "signatures pinned" : "signatures not pinned",
		    "set=%u", sets->current);
	show(sets);
}

void
sets_stop(struct sets *sets)
{
	errand_kill(&sets->errand);
}

bool
sets_reap(struct sets *sets, pid_t pid)
{
	struct err err = { "" };
	int result;

	if (!errand_reap(&sets->errand, pid, &result, &err))
		return false;
	sets->copied(sets->ctx, result == 0, err.text);
	return true;
}
