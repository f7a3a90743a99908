/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "containers.h"
#include "said.h"
#include "unpack/gzip.h"
#include "unpack/labels.h"
#include "unpack/places.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define TEXT(text) text, sizeof(text) - 1
#define NEWC(mode, size, name) "070701" "00000001" mode "00000000" \
	"00000000" "00000001" "00000000" size "00000000" "00000000" \
	"00000000" "00000000" name "00000000"
#define ODC(mode, name, size) "070707" "000001000001" mode \
	"000000000000000001000000" "00000000000" name size
#define AR(name, size) name "0           0     0     100644  " size "`\n"
#define WARC(type, line, size) "WARC/1.0\r\nWARC-Type: " type "\r\n" \
	line "\r\nContent-Length: " size "\r\n\r\n"

static struct labels labels;

static const struct {
	enum contents_kind kind;
	const char *bytes;
	size_t len, count;
} cases[] = {
	{ KIND_CPIO, TEXT(NEWC("000081a4", "00000004", "00000002") "n\0"
	    "xar!" NEWC("000081a4", "00000000", "0000000b")
	    "TRAILER!!!\0\0\0\0"), 0 },
	{ KIND_CPIO, TEXT(NEWC("000081a4", "00000004", "00000006") "\0xar!\0"
	    "word"), 1 },
	{ KIND_CPIO, TEXT(NEWC("0000a1ff", "00000004", "00000002") "n\0"
	    "xar!"), 1 },
	{ KIND_CPIO, TEXT(NEWC("000081a4", "00000000", "00000002") "n\0"
	    NEWC("000081a4", "00000000", "00000005") "xar!\0\0"), 1 },
	{ KIND_CPIO, TEXT(NEWC("000041ed", "zzzzzzzz", "00000002") "n\0"
	    "xar!"), 1 },
	{ KIND_CPIO, TEXT(ODC("100644", "000002", "00000000004") "n\0xar!"),
	    0 },
	{ KIND_CPIO, TEXT(ODC("100644", "000006", "00000000004") "\0xar!\0"
	    "xar!"), 1 },
	{ KIND_CPIO, TEXT("\xc7\x71" "dvin\xa4\x81" "uuggnnrrmtmt\6\0\0\0\4\0"
	    "\0xar!\0xar!"), 1 },
	{ KIND_CPIO, TEXT("\x71\xc7" "dvin\x81\xa4" "uuggnnrrmtmt\0\2\0\0\0\4"
	    "n\0xar!"), 0 },
	{ KIND_AR, TEXT("!<arch>\n" AR("n/              ", "4         ")
	    "xar!"), 0 },
	{ KIND_AR, TEXT("!<arch>\n" AR("#1/4            ", "8         ")
	    "namexar!"), 0 },
	{ KIND_AR, TEXT("!<arch>\n" AR("#1/4            ", "8         ")
	    "xar!name"), 1 },
	{ KIND_AR, TEXT("!<arch>\n" AR("//              ", "4         ")
	    "xar!"), 1 },
	{ KIND_AR, TEXT("!<arch>\n" AR("/12             ", "4         ")
	    "xar!"), 0 },
	{ KIND_AR, TEXT("!<arch>\nxar!"), 1 },
	{ KIND_COMPRESSED, TEXT("\x1f\x8b\x08\4\0\0\0\0\0\3\x10\0"
	    "0123xar!89abcdefdeflated"), 1 },
	{ KIND_COMPRESSED, TEXT("\x1f\x8b\x08\x18\0\0\0\0\0\3"
	    "a long name\0and a xar!\0deflated"), 1 },
	{ KIND_COMPRESSED, TEXT("\x1f\x8b\x08\0\0\0\0\0\0\3"
	    "only xar! in what is deflated"), 0 },
	{ KIND_COMPRESSED, TEXT("\x1f\x8b\x08\0\0\0\0\0\0\3 packed, packed"
	    "\x1f\x8b\x08\x08\0\0\0\0\0\3and some more xar!, xar!\0d"), 2 },
	{ KIND_WARC, TEXT(WARC("response", "WARC-Target-URI: http://a/b",
	    "4") "xar!\r\n\r\n"), 0 },
	{ KIND_WARC, TEXT(WARC("response", "WARC-Target-URI: http://a/b/",
	    "4") "xar!\r\n\r\n"), 1 },
	{ KIND_WARC, TEXT(WARC("response", "WARC-Target-URI: http://a",
	    "4") "xar!\r\n\r\n"), 1 },
	{ KIND_WARC, TEXT(WARC("response", "WARC-Target-URI: http:// /b",
	    "4") "xar!\r\n\r\n"), 1 },
	{ KIND_WARC, TEXT(WARC("resource", "WARC-Target-URI: urn:a/b", "4")
	    "xar!"), 1 },
	{ KIND_WARC, TEXT(WARC("request", "WARC-Target-URI: http://a/b", "4")
	    "xar!"), 1 },
	{ KIND_WARC, TEXT(WARC("response", "X: xar!", "4") "word"), 1 },
	{ KIND_WARC, TEXT(WARC("response", "WARC-Target-URI: http://a/b\r\n"
	    "WARC-Target-URI: http://a/b", "4") "xar!"), 1 },
	{ KIND_WARC, TEXT(WARC("response", "WARC-Target-URI: http://a/b\r\n"
	    "Content-Length: 4", "4") "xar!"), 1 },
	{ KIND_WARC, TEXT(WARC("response", "WARC-Target-URI: http://a/b",
	    "4x") "xar!"), 1 },
	{ KIND_WARC, TEXT(WARC("response", "WARC-Target-URI: http://a/b", "4")
	    "xar!\r\n\r\n" WARC("warcinfo", "X: y", "4") "xar!"), 1 },
	{ KIND_WARC, TEXT("WARC/1.0\r\nxar!"), 1 },
	{ KIND_WARC, TEXT(WARC("Response", "WARC-Target-URI: http://a/b",
	    "4") "xar!"), 1 },
	{ KIND_WARC, TEXT(WARC("response", "warc-target-uri: http://a/b",
	    "4") "xar!"), 1 },
	{ KIND_7Z, TEXT("7z\xbc\xaf\x27\x1cxar!"), 0 },
};

static void
what_begins_in_a_head_is_a_label(void **state)
{
	struct slice s;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		labels.count = 0;
		s = slice_on(cases[i].bytes, cases[i].len);
		assert_true(labels_add(&labels, cases[i].kind, s, 0, s.len));
		assert_int_equal(labels.count, cases[i].count);
		if (labels.count > 0)
			assert_memory_equal(s.at + labels.at[0], "xar!", 4);
	}
}

static void
a_record_of_a_tar_is_one_and_its_members_are_none(void **state)
{
	uint8_t tar[3072] = { 0 };

	(void)state;
	tar_header(tar, 'x', "17");
	memcpy(tar + 512, "15 path=a/xar!\n", 15);
	tar_header(tar + 1024, '0', "4");
	memcpy(tar + 1536, "xar!", 4);
	labels.count = 0;
	assert_true(labels_add(&labels, KIND_TAR, slice_on(tar, sizeof tar), 0,
	    sizeof tar));
	assert_int_equal(labels.count, 1);
	assert_true(labels_have(&labels, 522));
	assert_false(labels_have(&labels, 521));
	assert_false(labels_have(&labels, 1536));
	labels.count = 0;
	memcpy(tar + 1024, "broken", 6);
	assert_true(labels_add(&labels, KIND_TAR, slice_on(tar, sizeof tar), 0,
	    sizeof tar));
	assert_int_equal(labels.count, 2);
}

static void
they_are_in_order_and_only_so_many(void **state)
{
	const size_t len = 8 + 60 + 4 * (LABELS_MAX + 1);
	uint8_t *ar = malloc(len);
	size_t i;

	(void)state;
	memcpy(ar, "!<arch>\n" AR("//              ", "9999      "), 68);
	for (i = 68; i < len; i += 4)
		memcpy(ar + i, "xar!", 4);
	labels.count = 0;
	assert_true(labels_add(&labels, KIND_AR, slice_on(ar, len), 0,
	    len - 4));
	assert_int_equal(labels.count, LABELS_MAX);
	assert_true(labels_add(&labels, KIND_AR, slice_on(ar, len), 0,
	    len - 4));
	assert_false(labels_add(&labels, KIND_AR, slice_on(ar, len), 0, len));
	labels.count = 0;
	assert_true(labels_add(&labels, KIND_AR, slice_on(ar, len), 60, 72));
	assert_true(labels_add(&labels, KIND_AR, slice_on(ar, len), 0, 72));
	assert_int_equal(labels.count, 1);
	free(ar);
}

static void
the_head_of_a_gzip_member_has_an_end(void **state)
{
	uint8_t gzip[8192];

	(void)state;
	memset(gzip, 'n', sizeof gzip);
	memcpy(gzip, "\x1f\x8b\x08\x08\0\0\0\0\0\3", 10);
	assert_int_equal(gzip_head(slice_on(gzip, sizeof gzip)), 8192);
	gzip[5000] = 0;
	assert_int_equal(gzip_head(slice_on(gzip, sizeof gzip)), 8192);
	gzip[500] = 0;
	assert_int_equal(gzip_head(slice_on(gzip, sizeof gzip)), 501);
	gzip[0] = 'n';
	assert_int_equal(gzip_head(slice_on(gzip, sizeof gzip)), 0);
}

/* Which libarchive opens and has no file. */
static const char *
read_around(const char *front, size_t len, struct bytes *inner,
    const char *behind)
{
	struct places_known known = { .first = NULL };
	struct contents *contents;
	struct bytes body = { NULL, 0 };

	bytes_add(&body, front, len);
	bytes_add(&body, inner->data, inner->len);
	bytes_add(&body, behind, strlen(behind));
	contents = contents_open(body.data, body.len);
	start();
	if (contents != NULL)
		assert_true(contents_read(contents, "", &sink));
	known.first = contents;
	*said = '\0';
	assert_true(places_read(slice_on(body.data, body.len), &known, "",
	    &sink));
	contents_close(&contents);
	bytes_free(&body);
	return said;
}

static void
what_libarchive_passes_over_is_opened(void **state)
{
	struct bytes words = { NULL, 0 }, inner;
	uint8_t tar[1536] = { 0 };

	(void)state;
	bytes_add(&words, "words", 5);
	inner = gzip_of(&words);
	assert_int_equal(inner.len, 28);
	assert_string_equal(read_around(TEXT("WARC/1.0\r\nWARC-Type: metadata"
	    "\r\nWARC-Date: 2026-01-01T00:00:00Z\r\nWARC-Record-ID: <urn:1>"
	    "\r\nContent-Length: 28\r\n\r\n"), &inner, "\r\n\r\n"),
	    "behind/content 5");
	bytes_free(&inner);
	tar_header(tar, '0', "5");
	memcpy(tar + 512, "words", 5);
	bytes_add(&inner, tar, sizeof tar);
	assert_string_equal(read_around(TEXT("7z\xbc\xaf\x27\x1c\0\4"),
	    &inner, ""), "behind/n 5");
	bytes_free(&inner);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_begins_in_a_head_is_a_label),
		cmocka_unit_test(
		    a_record_of_a_tar_is_one_and_its_members_are_none),
		cmocka_unit_test(they_are_in_order_and_only_so_many),
		cmocka_unit_test(the_head_of_a_gzip_member_has_an_end),
		cmocka_unit_test(what_libarchive_passes_over_is_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
