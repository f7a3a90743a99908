/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <string.h>

#include "cache/digest.h"

/* FIPS 180-4: of "abc" and of nothing. */
static const uint8_t of_abc[DIGEST_LEN] = {
	0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
	0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
	0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad,
};
static const uint8_t of_nothing[DIGEST_LEN] = {
	0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4,
	0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b,
	0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
};

static int
is_of(const char *text, const uint8_t want[DIGEST_LEN])
{
	uint8_t got[DIGEST_LEN];

	assert_int_equal(digest_of(text, strlen(text), got), 0);
	return memcmp(got, want, DIGEST_LEN) == 0;
}

static void
it_is_sha256_whatever_the_context_did_before(void **state)
{
	EVP_MD_CTX *left;
	unsigned i;

	(void)state;
	for (i = 0; i < 3; i++) {
		assert_true(is_of("abc", of_abc));
		assert_true(is_of("", of_nothing));
		left = digest_begin();
		assert_non_null(left);
		assert_int_equal(EVP_DigestUpdate(left, "half", 4), 1);
		digest_end(&left);
		assert_null(left);
	}
	digest_end(&left);
}

static void
those_that_run_side_by_side_do_not_mix(void **state)
{
	EVP_MD_CTX *context[100];
	uint8_t got[DIGEST_LEN];
	unsigned i;

	(void)state;
	for (i = 0; i < 100; i++) {
		context[i] = digest_begin();
		assert_non_null(context[i]);
		EVP_DigestUpdate(context[i], i % 2 ? "abc" : "", i % 2 * 3);
	}
	assert_true(is_of("abc", of_abc));
	for (i = 0; i < 100; i++) {
		assert_int_equal(EVP_DigestFinal_ex(context[i], got, NULL), 1);
		assert_memory_equal(got, i % 2 ? of_abc : of_nothing,
		    DIGEST_LEN);
		digest_end(&context[i]);
	}
}

static void *
digest_many(void *wrong)
{
	unsigned i;

	for (i = 0; i < 5000; i++)
		if (!is_of("abc", of_abc))
			return wrong;
	return NULL;
}

static void
threads_share_them(void **state)
{
	pthread_t threads[4];
	void *wrong;
	unsigned i;

	for (i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, digest_many,
		    state), 0);
	for (i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(threads[i], &wrong), 0);
		assert_null(wrong);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_sha256_whatever_the_context_did_before),
		cmocka_unit_test(those_that_run_side_by_side_do_not_mix),
		cmocka_unit_test(threads_share_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
