/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>
#include <zlib.h>

#include "said.h"
#include "unpack/rar5.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define TEXT(text) text, sizeof(text) - 1
#define MARK "Rar!\x1a\7\1\0"

static uint8_t rar[4096];
static size_t rar_len;

static void
put(const void *bytes, size_t len)
{
	memcpy(rar + rar_len, bytes, len);
	rar_len += len;
}

/* Behind those that are there; a head of less than 128 bytes. */
static void
add(const char *head, size_t len, const char *data)
{
	uint8_t *at = rar + rar_len;
	uint8_t size = (uint8_t)len;
	uint32_t sum;
	size_t i;

	put("sum?", 4);
	put(&size, 1);
	put(head, len);
	sum = (uint32_t)crc32(0, at + 4, (unsigned)len + 1);
	for (i = 0; i < 4; i++)
		at[i] = (uint8_t)(sum >> (8 * i));
	put(data, strlen(data));
}

static const char *
walk(void)
{
	start();
	assert_true(rar5_walk(slice_on(rar, rar_len), "", &sink));
	return said;
}

/* Each head: kind, flags, bytes of data; then flags, size, attributes, a sum,
 * how it is packed, the system, a name. */
static const struct {
	const char *head;
	size_t len;
	const char *said;
} cases[] = {
	{ TEXT("\3\2\5\4\5\40sum \0\1\3STM"), "stream 5" },
	{ TEXT("\3\2\5\6\5\40timesum \0\1\3STM"), "stream 5" },
	{ TEXT("\3\2\5\0\5\40\0\1\3STM"), "stream 5" },
	{ TEXT("\3\2\5\4\5\40sum \0\1\3NEW"), "stream 5" },
	{ TEXT("\3\2\5\4\5\40sum \0\1\0"), "stream 5" },
	{ TEXT("\3\2\x85\0\4\5\40sum \0\1\3STM"), "stream 5" },
	{ TEXT("\3\2\5\4\5\40sum \x80\1\1\3STM"), "Container.Unsupported" },
	{ TEXT("\3\3\3\5\4\5\40sum \0\1\3STM\2\1\0"), "Container.Encrypted" },
	{ TEXT("\3\3\3\5\4\5\40sum \0\1\3STM\2\7:"), "stream 5" },
	{ TEXT("\3\3\5\5\4\5\40sum \0\1\3STM\1\7\2\1\0"),
	    "Container.Encrypted" },
	{ TEXT("\3\3\x7f\5\4\5\40sum \0\1\3STM"), "stream 5" },
	{ TEXT("\3\0\4\0\40sum \0\1\3STM"), "" },
	{ TEXT("\3\2\5\4\5\40sum \0\1\3CMT"), "" },
	{ TEXT("\3\2\5\4\5\40sum \0\1\2QO"), "" },
	{ TEXT("\3\2\5\4\5\40sum \0\1\3ACL"), "" },
	{ TEXT("\3\2\5\4\5\40sum \0\1\2RR"), "" },
	{ TEXT("\2\2\5\4\5\40sum \0\1\5a.bin"), "" },
	{ TEXT("\3\2\5"), "stream 5" },
	{ TEXT("\3"), "" },
};

static void
a_service_that_holds_a_file_is_visited(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		rar_len = 0;
		put(MARK, 8);
		add("\1\0\0", 3, "");
		add(cases[i].head, cases[i].len, "words");
		add("\5\0\0", 3, "");
		assert_string_equal(walk(), cases[i].said);
	}
}

static void
the_blocks_end(void **state)
{
	static const char stm[] = "\3\2\5\4\5\40sum \0\1\3STM";
	size_t first, i;

	(void)state;
	rar_len = 0;
	put(MARK, 8);
	add(stm, sizeof stm - 1, "words");
	first = rar_len;
	add(stm, sizeof stm - 1, "words");
	assert_string_equal(walk(), "stream 5, stream 5");
	rar[first + 8] ^= 1;
	assert_string_equal(walk(), "stream 5");
	for (i = 0; i < first; i++) {
		rar_len = i;
		(void)walk();
	}
	rar_len = first - 2;
	assert_string_equal(walk(), "stream 3");
	rar_len = 8;
	add("\4\0\0", 3, "");
	add(stm, sizeof stm - 1, "words");
	assert_string_equal(walk(), "");
	rar_len = 8;
	add("\5\0\0", 3, "");
	add(stm, sizeof stm - 1, "words");
	assert_string_equal(walk(), "");
}

static void
it_ends_when_the_sink_wants_no_more(void **state)
{
	static const char stm[] = "\3\2\5\4\5\40sum \0\1\3STM";

	(void)state;
	rar_len = 0;
	put(MARK, 8);
	add(stm, sizeof stm - 1, "words");
	start();
	most = 10;
	assert_false(rar5_walk(slice_on(rar, rar_len), "", &sink));
	assert_string_equal(said, "");
	start();
	most = 64 + sizeof stm;
	assert_false(rar5_walk(slice_on(rar, rar_len), "", &sink));
	assert_string_equal(said, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_service_that_holds_a_file_is_visited),
		cmocka_unit_test(the_blocks_end),
		cmocka_unit_test(it_ends_when_the_sink_wants_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
