/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/body.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/bug.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "cache/digest.h"

#define FIRST_MEMORY 4096
#define PUNCH_STEP (1024 * 1024)	/* give pages back this often */

/*
 * The first `spilled` bytes are in the memfd, the next `fill` in memory. So the
 * memory is the whole body at first and the write buffer of the memfd later.
 */
struct body {
	uint64_t max;
	uint64_t spilled, taken, punched;
	int fd;
	bool sealed;
	uint8_t *memory;
	size_t size, fill;
	EVP_MD_CTX *running;		/* over all that was added; or NULL */
	bool has_digest;
	uint8_t digest[BODY_DIGEST];
};

int
body_new(struct body **body_out, uint64_t max, struct err *err)
{
	struct body *body = calloc(1, sizeof *body);

	if (body == NULL)
		return err_sys(err, "body");
	body->max = max;
	body->fd = -1;
	*body_out = body;
	return 0;
}

void
body_free(struct body **body)
{
	if (*body == NULL)
		return;
	close_fd(&(*body)->fd);
	body_digest_stop(*body);
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

static int
spill(struct body *body, struct err *err)
{
	if (body->fd == -1)
		body->fd = memfd_create("glassgate-body",
		    MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (body->fd == -1)
		return err_sys(err, "body: memfd");
	if (file_write_all(body->fd, body->memory, body->fill) == -1)
		return err_sys(err, "body: memfd");
	body->spilled += body->fill;
	body->fill = 0;
	return 0;
}

static int
grow(struct body *body, size_t need, struct err *err)
{
	size_t size = body->size > 0 ? body->size : FIRST_MEMORY;
	uint8_t *memory;

	while (size < need && size < BODY_MEMORY)
		size *= 2;
	if (size > BODY_MEMORY)
		size = BODY_MEMORY;
	if (size == body->size)
		return 0;
	memory = realloc(body->memory, size);
	if (memory == NULL)
		return err_sys(err, "body");
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

		if (body->fill == BODY_MEMORY && spill(body, err) == -1)
			return -1;
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

uint64_t
body_total(const struct body *body)
{
	return body->spilled + body->fill;
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
	if (body->fd != -1) {
		if (spill(body, err) == -1)
			return -1;
		if (fcntl(body->fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK |
		    F_SEAL_GROW | F_SEAL_WRITE) == -1)
			return err_sys(err, "body: seal");
	}
	body->sealed = true;
	return 0;
}

const void *
body_memory(const struct body *body)
{
	bug_if(!body->sealed);
	if (body->fd != -1)
		return NULL;
	return body->memory != NULL ? (const void *)body->memory : "";
}

int
body_fd(const struct body *body)
{
	bug_if(!body->sealed);
	return body->fd;
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
		map = mmap(NULL, len, PROT_READ, MAP_PRIVATE, body->fd, 0);
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

/* A sealed memfd cannot be punched, and is small enough to be kept. A failure
 * costs memory only. */
static void
punch(struct body *body)
{
	uint64_t upto = body->taken - body->taken % PUNCH_STEP;

	if (body->sealed || body->fd == -1 || upto <= body->punched)
		return;
	if (upto > body->spilled)
		return;
	(void)fallocate(body->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
	    (off_t)body->punched, (off_t)(upto - body->punched));
	body->punched = upto;
}

static ssize_t
take_spilled(struct body *body, void *out, size_t len, struct err *err)
{
	uint64_t left = body->spilled - body->taken;
	ssize_t n;

	if (len > left)
		len = (size_t)left;
	do
		n = pread(body->fd, out, len, (off_t)body->taken);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return err_sys(err, "body: memfd");
	if (n == 0)
		return err_set(err, "body: memfd is short");
	return n;
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
	if (body->taken < body->spilled) {
		n = take_spilled(body, out, len, err);
		if (n == -1)
			return -1;
	} else {
		memcpy(out, body->memory + (body->taken - body->spilled), len);
		n = (ssize_t)len;
	}
	body->taken += (uint64_t)n;
	punch(body);
	return n;
}
