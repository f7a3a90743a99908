/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "icap/body.h"
#include "segment/budget.h"

#define KB 1024u
#define MB (1024u * KB)
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static struct module module;

static int
setup(void **state)
{
	(void)state;
	log_setup("test", LOG_ERROR);
	memset(&module, 0, sizeof module);
	module.segment = calloc(1, sizeof *module.segment);
	if (module.segment == NULL)
		return -1;
	atomic_store(&module.segment->budget[BUDGET_MEMORY], 64 * MB);
	module.child = module.segment->threads;
	return 0;
}

/* Whatever a body took is given back. */
static int
teardown(void **state)
{
	uint64_t held = budget_held(module.segment, BUDGET_MEMORY) +
	    budget_held(module.segment, BUDGET_DISK);

	(void)state;
	free(module.segment);
	return held == 0 ? 0 : -1;
}

static struct body *
new_body(uint64_t max)
{
	struct body *body;

	module.settings.body_max = max;
	assert_int_equal(body_new(&body, &module, NULL), 0);
	return body;
}

static uint8_t
byte_at(uint64_t i)
{
	return (uint8_t)(i * 2654435761u >> 13);
}

static void
add_range(struct body *body, uint64_t from, uint64_t to, size_t piece)
{
	uint8_t *data = malloc(piece);

	while (from < to) {
		size_t len = to - from < piece ? (size_t)(to - from) : piece;
		size_t i;

		for (i = 0; i < len; i++)
			data[i] = byte_at(from + i);
		assert_int_equal(body_add(body, data, len, NULL), 0);
		from += len;
	}
	free(data);
}

static void
take_range(struct body *body, uint64_t from, uint64_t to, size_t piece)
{
	uint8_t *data = malloc(piece);

	while (from < to) {
		size_t want = to - from < piece ? (size_t)(to - from) : piece;
		ssize_t n = body_take(body, data, want, NULL);
		ssize_t i;

		assert_true(n > 0);
		for (i = 0; i < n; i++)
			if (data[i] != byte_at(from + (uint64_t)i))
				fail_msg("byte %llu is wrong",
				    (unsigned long long)(from + (uint64_t)i));
		from += (uint64_t)n;
	}
	free(data);
}

static const struct { uint64_t len; size_t in, out; } sizes[] = {
	{ 0, 1, 1 },
	{ 1, 1, 1 },
	{ 4095, 100, 4064 },
	{ 4096, 4096, 4064 },
	{ 4097, 4096, 4064 },
	{ 64 * KB - 1, 4096, 4064 },
	{ 64 * KB, 4096, 4064 },
	{ 64 * KB + 1, 4096, 4064 },
	{ 64 * KB + 1, 64 * KB + 1, 100 },
	{ 128 * KB, 4001, 70000 },
	{ MB, 4096, 4064 },
	{ MB + 7, 300000, 4064 },
};

static void
what_went_in_comes_out_at_any_size(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct body *body;
		char spare;

		body = new_body(MB);
		add_range(body, 0, sizes[i].len, sizes[i].in);
		assert_int_equal(body_total(body), sizes[i].len);
		assert_int_equal(body_over(body), sizes[i].len > MB);
		assert_int_equal(body_seal(body, NULL), 0);
		take_range(body, 0, sizes[i].len, sizes[i].out);
		assert_int_equal(body_left(body), 0);
		assert_int_equal(body_take(body, &spare, 1, NULL), 0);
		body_free(&body);
		assert_null(body);
	}
}

static void
up_to_64_kb_stay_in_memory_and_more_do_not(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		uint64_t j, len = sizes[i].len;
		struct body *body;

		body = new_body(MB);
		add_range(body, 0, len, sizes[i].in);
		assert_int_equal(body_seal(body, NULL), 0);
		assert_int_equal(body_fd(body) == -1, len <= 64 * KB);
		assert_int_equal(body_memory(body) != NULL, len <= 64 * KB);
		for (j = 0; len <= 64 * KB && j < len; j++)
			assert_int_equal(((const uint8_t *)
			    body_memory(body))[j], byte_at(j));
		body_free(&body);
	}
}

static void
a_sealed_body_cannot_be_changed_by_who_gets_it(void **state)
{
	struct body *body;
	struct stat st;
	int fd;

	(void)state;
	body = new_body(MB);
	add_range(body, 0, 100 * KB, 4096);
	assert_int_equal(body_seal(body, NULL), 0);
	fd = body_fd(body);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, 100 * KB);
	assert_int_equal(pwrite(fd, "x", 1, 0), -1);
	assert_int_equal(errno, EPERM);
	assert_int_equal(ftruncate(fd, 1), -1);
	assert_int_equal(ftruncate(fd, 200 * KB), -1);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, 0), -1);
	body_free(&body);
}

static void
sealing_keeps_what_was_taken_before(void **state)
{
	struct body *body;

	(void)state;
	body = new_body(MB);
	add_range(body, 0, 200 * KB, 4096);
	take_range(body, 0, 3, 1);
	assert_int_equal(body_seal(body, NULL), 0);
	assert_int_equal(body_seal(body, NULL), 0);
	take_range(body, 3, 200 * KB, 4064);
	assert_int_equal(body_left(body), 0);
	body_free(&body);
}

static const uint8_t of_abc[BODY_DIGEST] = {
	0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde,
	0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c,
	0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad
};

static void
the_digest_is_sha256(void **state)
{
	uint8_t digest[BODY_DIGEST];
	struct body *body;

	(void)state;
	body = new_body(MB);
	body_digest_along(body);
	assert_int_equal(body_add(body, "a", 1, NULL), 0);
	assert_int_equal(body_add(body, "bc", 2, NULL), 0);
	assert_int_equal(body_digest(body, digest, NULL), 0);
	assert_memory_equal(digest, of_abc, sizeof digest);
	body_free(&body);
}

/* Along the way, at the end, or begun and given up. */
static void
a_digest_is_the_same_whenever_it_is_taken(void **state)
{
	static const uint64_t lengths[] = { 0, 1, 64 * KB, 64 * KB + 1,
		300000 };
	uint8_t digest[3][BODY_DIGEST];
	struct body *body;
	size_t i, how;

	(void)state;
	for (i = 0; i < sizeof lengths / sizeof *lengths; i++)
		for (how = 0; how < 3; how++) {
			body = new_body(MB);
			if (how > 0)
				body_digest_along(body);
			add_range(body, 0, lengths[i] / 2, 4096);
			if (how > 1)
				body_digest_stop(body);
			add_range(body, lengths[i] / 2, lengths[i], 100);
			assert_int_equal(body_digest(body, digest[how], NULL),
			    0);
			assert_int_equal(body_digest(body, digest[how], NULL),
			    0);
			assert_memory_equal(digest[how], digest[0],
			    BODY_DIGEST);
			take_range(body, 0, lengths[i], 4096);
			body_free(&body);
		}
}

static void
only_more_than_the_limit_is_over(void **state)
{
	struct body *body;

	(void)state;
	body = new_body(1000);
	add_range(body, 0, 1000, 1000);
	assert_false(body_over(body));
	add_range(body, 1000, 1001, 1);
	assert_true(body_over(body));
	assert_int_equal(body_total(body), 1001);
	body_free(&body);
}

/* The memfd of this process, found by its name. */
static int
find_memfd(void)
{
	char path[64], target[256];
	int fd;

	for (fd = 3; fd < 256; fd++) {
		ssize_t n;

		snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
		n = readlink(path, target, sizeof target - 1);
		if (n <= 0)
			continue;
		target[n] = '\0';
		if (strstr(target, "glassgate-body") != NULL)
			return fd;
	}
	return -1;
}

/* As long as nobody brings more than it says. */
static void
what_passes_needs_no_room_for_what_is_gone(void **state)
{
	uint64_t in = 3 * MB, out = 0, before;
	struct body *body;
	struct stat st;

	(void)state;
	body = new_body(2 * MB);
	add_range(body, 0, in, 4096);
	before = budget_held(module.segment, BUDGET_MEMORY);
	body_pass(body);
	for (; out < 20 * MB; out += 4064) {
		for (; !body_is_full(body); in += 4096)
			add_range(body, in, in + 4096, 4096);
		take_range(body, out, out + 4064, 4064);
		assert_true(budget_held(module.segment, BUDGET_MEMORY) <=
		    before);
		if (out / 4064 != 2 * MB / 4064)
			continue;
		assert_true(find_memfd() > 0);
		assert_int_equal(fstat(find_memfd(), &st), 0);
		assert_true(st.st_blocks * 512 <= MB);
		assert_true(budget_held(module.segment, BUDGET_MEMORY) <=
		    before - MB);
	}
	assert_int_equal(find_memfd(), -1);
	assert_true(budget_held(module.segment, BUDGET_MEMORY) <= 512 * KB);
	take_range(body, out, in, 4064);
	assert_int_equal(body_left(body), 0);
	body_free(&body);
}

/* Some of it may be out before it is judged. */
static void
what_was_taken_before_the_verdict_is_still_there(void **state)
{
	static uint8_t data[4 * MB];
	struct body *body;
	size_t i;

	(void)state;
	body = new_body(8 * MB);
	add_range(body, 0, sizeof data, 4096);
	take_range(body, 0, 3 * MB, 4064);
	assert_int_equal(body_seal(body, NULL), 0);
	assert_int_equal(pread(body_fd(body), data, sizeof data, 0),
	    sizeof data);
	for (i = 0; i < sizeof data; i++)
		if (data[i] != byte_at(i))
			fail_msg("byte %zu is wrong", i);
	take_range(body, 3 * MB, sizeof data, 4064);
	body_free(&body);
}

static void
freeing_nothing_is_fine(void **state)
{
	struct body *body = NULL;

	(void)state;
	body_free(&body);
	assert_null(body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_went_in_comes_out_at_any_size),
		TEST(up_to_64_kb_stay_in_memory_and_more_do_not),
		TEST(a_sealed_body_cannot_be_changed_by_who_gets_it),
		TEST(sealing_keeps_what_was_taken_before),
		TEST(the_digest_is_sha256),
		TEST(a_digest_is_the_same_whenever_it_is_taken),
		TEST(only_more_than_the_limit_is_over),
		TEST(what_passes_needs_no_room_for_what_is_gone),
		TEST(what_was_taken_before_the_verdict_is_still_there),
		TEST(freeing_nothing_is_fine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
