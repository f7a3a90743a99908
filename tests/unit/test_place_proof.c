/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "containers.h"
#include "said.h"
#include "unpack/place_proof.h"
#include "unpack/place_search.h"
#include "unpack/places.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define TEXT(text) text, sizeof(text) - 1
#define MOST 36864

static void
put_crc(uint8_t *to, const uint8_t *from, size_t len)
{
	const uint32_t crc = (uint32_t)crc32(0, from, (unsigned)len);
	unsigned i;

	for (i = 0; i < 4; i++)
		to[i] = (uint8_t)(crc >> 8 * i);
}

static void
sum_7z(uint8_t *b)
{
	put_crc(b + 8, b + 12, 20);
}

static void
sum_rar5(uint8_t *b)
{
	put_crc(b + 8, b + 12, 4);
}

static void
sum_rar(uint8_t *b)
{
	uint8_t crc[4];

	put_crc(crc, b + 9, 11);
	memcpy(b + 7, crc, 2);
}

static void
sum_lha(uint8_t *b)
{
	unsigned i;

	for (b[1] = 0, i = 0; i < b[0]; i++)
		b[1] = (uint8_t)(b[1] + b[2 + i]);
}

/* Numbers in both orders, the record of a folder. */
static void
fill_iso(uint8_t *b)
{
	uint8_t *d = b + 32768;

	memset(b, 0, 32768 + 2048);
	memcpy(d, "\1CD001\1", 7);
	d[80] = d[87] = 20;
	d[120] = d[123] = 1;
	d[129] = d[130] = 8;
	d[156] = 34;
	d[158] = d[165] = 18;
}

static const struct kind {
	enum contents_kind kind;
	const char *bytes;
	size_t len;
	void (*sum)(uint8_t *);
	size_t wrong;			/* a byte that makes it none */
	size_t least;			/* bytes that prove it */
} kinds[] = {
	{ KIND_7Z, TEXT("7z\xbc\xaf\x27\x1c\0\4....\5\0\0\0\0\0\0\0"
	    "\2\0\0\0\0\0\0\0\1\2\3\4"), sum_7z, 12, 32 },
	{ KIND_XAR, TEXT("xar!\0\34\0\1\0\0\0\0\0\0\0\20\0\0\0\0\0\0\0\40"
	    "\0\0\0\1\x78\xda"), NULL, 28, 30 },
	{ KIND_CAB, TEXT("MSCF\0\0\0\0\144\0\0\0\0\0\0\0\54\0\0\0\0\0\0\0"
	    "\3\1\1\0\1\0\0\0\0\0\0\0"), NULL, 12, 36 },
	{ KIND_LHA, TEXT("\27\0-lh0-\5\0\0\0\5\0\0\0....\40\0\1a\1\2....."),
	    sum_lha, 1, 28 },
	{ KIND_LHA, TEXT("\40\0-lh0-\5\0\0\0\5\0\0\0....\40\2\1\2M\4\0\1a"
	    "\0\0"), NULL, 24, 30 },
	{ KIND_LHA, TEXT("\4\0-lh0-\5\0\0\0\5\0\0\0....\40\3\1\2M\44\0\0\0"
	    "\0\0\0\0"), NULL, 0, 32 },
	{ KIND_RAR, TEXT("Rar!\x1a\7\0..\x73\0\0\15\0\0\0\0\0\0\0"), sum_rar,
	    14, 20 },
	{ KIND_RAR5, TEXT("Rar!\x1a\7\1\0....\3\1\0\0"), sum_rar5, 13, 16 },
	{ KIND_RAR5, TEXT("Rar!\x1a\7\1\0....\201\41\1\0"), NULL, 14, 4239 },
	{ KIND_ISO, TEXT(""), fill_iso, 32768 + 80, 32768 + 2048 },
};

static uint8_t *
make(const struct kind *k)
{
	uint8_t *b = calloc(1, MOST);

	assert_non_null(b);
	memcpy(b, k->bytes, k->len);
	if (k->sum != NULL)
		k->sum(b);
	return b;
}

/* With no byte behind it that could be read. */
static bool
is_proven(const uint8_t *b, size_t len, enum contents_kind kind)
{
	uint8_t *copy = malloc(len);
	bool proven;

	assert_non_null(copy);
	memcpy(copy, b, len);
	proven = place_is_proven(slice_on(copy, len), kind);
	assert_int_equal(place_is_proven_first(slice_on(copy, len)), proven);
	free(copy);
	return proven;
}

static void
a_header_that_fits_proves_its_kind(void **state)
{
	const struct kind *k;
	uint8_t *b;

	(void)state;
	for (k = kinds; k < kinds + COUNT(kinds); k++) {
		b = make(k);
		if (!is_proven(b, k->least, k->kind))
			fail_msg("row %zu is none", (size_t)(k - kinds));
		b[k->wrong] ^= 0x15;
		if (is_proven(b, k->least, k->kind))
			fail_msg("row %zu is one", (size_t)(k - kinds));
		free(b);
	}
}

static void
a_header_that_is_cut_proves_nothing(void **state)
{
	const struct kind *k;
	size_t len, from;
	uint8_t *b;

	(void)state;
	for (k = kinds; k < kinds + COUNT(kinds); k++) {
		b = make(k);
		from = k->least > 4096 ? k->least - 100 : 1;
		for (len = from; len < k->least; len++)
			if (is_proven(b, len, k->kind))
				fail_msg("row %zu, %zu bytes",
				    (size_t)(k - kinds), len);
		free(b);
	}
}

static void
a_mark_alone_proves_nothing(void **state)
{
	static const char *const marks[] = {
		"7z\xbc\xaf\x27\x1c", "xar!", "MSCF", "..-lh5-", "..-lhd-",
		"Rar!\x1a\7",
	};
	uint8_t b[512];
	size_t i, j;
	int fill;

	(void)state;
	for (i = 0; i < COUNT(marks); i++)
		for (fill = 0; fill < 256; fill++) {
			memset(b, fill, sizeof b);
			memcpy(b, marks[i], strlen(marks[i]));
			for (j = 0; j < KIND_COUNT; j++)
				assert_false(is_proven(b, sizeof b, j));
		}
}

/* Of each, behind a script: what follows upon its header is zeros. */
static void
what_is_proven_and_cannot_be_read_is_told(void **state)
{
	static const struct places_known none = { .first = NULL };
	static const enum contents_kind told[] = {
		KIND_7Z, KIND_XAR, KIND_CAB,
	};
	const struct kind *k;
	uint8_t *b;
	size_t i;

	(void)state;
	for (k = kinds; k < kinds + COUNT(kinds); k++) {
		for (i = 0; i < COUNT(told) && told[i] != k->kind; i++)
			;
		if (i == COUNT(told))
			continue;
		b = make(k);
		memmove(b + 10, b, k->least);
		memcpy(b, "#!/bin/sh\n", 10);
		start();
		assert_true(places_read(slice_on(b, 11 + k->least), &none, "",
		    &sink));
		if (strstr(said, "Container.") == NULL)
			fail_msg("row %zu: %s", (size_t)(k - kinds), said);
		b[10 + k->wrong] ^= 0x15;
		start();
		assert_true(places_read(slice_on(b, 11 + k->least), &none, "",
		    &sink));
		assert_null(strstr(said, "Container."));
		free(b);
	}
}

static void
a_head_has_its_end_nearby_and_each_end_is_looked_for_once(void **state)
{
	static char body[2 * PLACE_HEAD + 8];
	const struct slice s = slice_on(body, sizeof body);
	size_t end = 0;

	(void)state;
	memset(body, 'a', sizeof body);
	memcpy(body + PLACE_HEAD + 1, "\r\n\r\n", 4);
	assert_false(place_has_head(s, 0, &end));
	assert_int_equal(end, PLACE_HEAD + 1);
	assert_true(place_has_head(s, 1, &end));
	memset(body, 'a', sizeof body);
	assert_true(place_has_head(s, PLACE_HEAD, &end));
	assert_false(place_has_head(s, PLACE_HEAD + 2, &end));
	assert_int_equal(end, sizeof body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_head_has_its_end_nearby_and_each_end_is_looked_for_once),
		cmocka_unit_test(a_header_that_fits_proves_its_kind),
		cmocka_unit_test(a_header_that_is_cut_proves_nothing),
		cmocka_unit_test(a_mark_alone_proves_nothing),
		cmocka_unit_test(what_is_proven_and_cannot_be_read_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
