/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/body.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/bug.h"
#include "cache/digest.h"
#include "icap/spill.h"
#include "segment/budget.h"

#define FIRST_MEMORY 4096

/*
 * The next `fill` bytes from `base` on are in memory, what was before them is
 * spilled. So the memory is the whole body at first, and the write buffer of
 * what is spilled later. Of a body that passes nothing more is spilled: what
 * was taken leaves the memory.
 */
struct body {
	const struct module *module;
	uint64_t max;
	uint64_t base, taken;
	struct spill spill;
	bool sealed, passes, refused;
	struct err why;			/* it is refused */
	uint8_t *memory;
	size_t size, fill;
	EVP_MD_CTX *running;		/* over all that was added; or NULL */
	bool has_digest;
	uint8_t digest[BODY_DIGEST];
};

int
body_new(struct body **body_out, const struct module *module, struct err *err)
{
	struct body *body = calloc(1, sizeof *body);

	if (body == NULL)
		return err_sys(err, "body");
	body->module = module;
	body->max = module->settings.body_max;
	spill_init(&body->spill, module);
	*body_out = body;
	return 0;
}

void
body_free(struct body **body)
{
	if (*body == NULL)
		return;
	spill_free(&(*body)->spill);
	body_digest_stop(*body);
	budget_give((*body)->module->child, BUDGET_MEMORY, (*body)->size);
	free((*body)->memory);
	free(*body);
	*body = NULL;
}

void
body_limit(struct body *body, uint64_t max)
{
	body->max = max;
}

/* Whatever fails here: it is taken at the end, or not at all. */
void
body_digest_along(struct body *body)
{
	bug_if(body_total(body) > 0);
	body->running = digest_begin();
}

void
body_digest_stop(struct body *body)
{
	digest_end(&body->running);
}

/* -1: no memory. Without room it stays where it is, and is refused. */
static int
spill(struct body *body, struct err *err)
{
	switch (spill_add(&body->spill, body->memory, body->fill,
	    &body->why)) {
	case SPILL_OK:
		body->base += body->fill;
		body->fill = 0;
		return 0;
	case SPILL_NO_ROOM:
		body->refused = true;
		return 0;
	case SPILL_FAILED:
		break;
	}
	return err_set(err, "%s", body->why.text);
}

static bool
may_spill(const struct body *body)
{
	return !body->passes && !body->refused;
}

/* In large steps: what is left is moved, too. */
static void
drop_taken(struct body *body)
{
	size_t gone;

	if (!body->passes || body->taken <= body->base ||
	    body->taken - body->base < body->size / 4)
		return;
	gone = (size_t)(body->taken - body->base);
	memmove(body->memory, body->memory + gone, body->fill - gone);
	body->base += gone;
	body->fill -= gone;
}

/* Counted, but never refused: as long as there is a budget it is one buffer for
 * each thread. */
static int
grow(struct body *body, size_t need, struct err *err)
{
	size_t size = body->size > 0 ? body->size : FIRST_MEMORY;
	uint8_t *memory;

	while (size < need)
		size *= 2;
	if (size > BODY_MEMORY && may_spill(body))
		size = BODY_MEMORY;
	if (size == body->size)
		return 0;
	memory = realloc(body->memory, size);
	if (memory == NULL)
		return err_sys(err, "body");
	budget_count(body->module->child, BUDGET_MEMORY, size - body->size);
	body->memory = memory;
	body->size = size;
	return 0;
}

int
body_add(struct body *body, const void *data, size_t len, struct err *err)
{
	const uint8_t *at = data;

	bug_if(body->sealed || body->has_digest);
	if (body->running != NULL &&
	    EVP_DigestUpdate(body->running, data, len) != 1)
		body_digest_stop(body);
	while (len > 0) {
		size_t room;

		if (body->fill == BODY_MEMORY && may_spill(body) &&
		    spill(body, err) == -1)
			return -1;
		if (body->fill + len > body->size)
			drop_taken(body);
		if (grow(body, body->fill + len, err) == -1)
			return -1;
		room = body->size - body->fill;
		if (room > len)
			room = len;
		memcpy(body->memory + body->fill, at, room);
		body->fill += room;
		at += room;
		len -= room;
	}
	return 0;
}

void
body_pass(struct body *body)
{
	body_digest_stop(body);
	body->passes = true;
}

const struct err *
body_refused(const struct body *body)
{
	return body->refused ? &body->why : NULL;
}

bool
body_is_full(const struct body *body)
{
	uint64_t left = body_left(body);

	return left >= BODY_PASS || (left >= BODY_MEMORY &&
	    !budget_has(body->module->segment, body->module->child,
	    BUDGET_MEMORY, BODY_PASS));
}

uint64_t
body_total(const struct body *body)
{
	return body->base + body->fill;
}

uint64_t
body_left(const struct body *body)
{
	return body_total(body) - body->taken;
}

bool
body_over(const struct body *body)
{
	return body_total(body) > body->max;
}

int
body_seal(struct body *body, struct err *err)
{
	if (body->sealed)
		return 0;
	bug_if(body->passes);
	if (body->spill.fd != -1 && !body->refused && spill(body, err) == -1)
		return -1;
	if (body->refused)
		return err_set(err, "%s", body->why.text);
	if (body->spill.fd != -1 && spill_seal(&body->spill, err) == -1)
		return -1;
	body->sealed = true;
	return 0;
}

const void *
body_memory(const struct body *body)
{
	bug_if(!body->sealed);
	if (body->spill.fd != -1)
		return NULL;
	return body->memory != NULL ? (const void *)body->memory : "";
}

int
body_fd(const struct body *body)
{
	bug_if(!body->sealed);
	return body->spill.fd;
}

static int
digest_now(struct body *body, struct err *err)
{
	size_t len = (size_t)body_total(body);
	const void *data;
	void *map = NULL;
	int good;

	if (body_seal(body, err) == -1)
		return -1;
	data = body_memory(body);
	if (data == NULL) {
		map = mmap(NULL, len, PROT_READ, MAP_PRIVATE,
		    body->spill.fd, 0);
		if (map == MAP_FAILED)
			return err_sys(err, "digest: mmap");
		data = map;
	}
	good = digest_of(data, len, body->digest);
	if (map != NULL)
		munmap(map, len);
	return good == 0 ? 0 : err_set(err, "digest: libcrypto failed");
}

static int
finish_digest(struct body *body, struct err *err)
{
	int good;

	if (body->running == NULL)
		return digest_now(body, err);
	good = EVP_DigestFinal_ex(body->running, body->digest, NULL);
	body_digest_stop(body);
	return good == 1 ? 0 : err_set(err, "digest: libcrypto failed");
}

int
body_digest(struct body *body, uint8_t digest_out[static BODY_DIGEST],
    struct err *err)
{
	if (!body->has_digest && finish_digest(body, err) == -1)
		return -1;
	body->has_digest = true;
	memcpy(digest_out, body->digest, BODY_DIGEST);
	return 0;
}

/* Of one that is sealed nothing can be punched, and of one that is not judged
 * all is needed. */
static void
give_back(struct body *body)
{
	if (!body->passes || body->sealed)
		return;
	if (body->taken < body->base) {
		spill_punch(&body->spill, body->taken);
		return;
	}
	spill_free(&body->spill);
	if (body_left(body) == 0) {
		body->base = body->taken;
		body->fill = 0;
	}
}

static ssize_t
take(struct body *body, void *out, size_t len, struct err *err)
{
	if (body->taken < body->base)
		return spill_read(&body->spill, out, len, body->taken, err);
	memcpy(out, body->memory + (body->taken - body->base), len);
	return (ssize_t)len;
}

ssize_t
body_take(struct body *body, void *out, size_t len, struct err *err)
{
	uint64_t left = body_left(body);
	ssize_t n;

	if (len > left)
		len = (size_t)left;
	if (len == 0)
		return 0;
	n = take(body, out, len, err);
	if (n == -1)
		return -1;
	body->taken += (uint64_t)n;
	give_back(body);
	return n;
}
