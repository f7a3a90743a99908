/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "icap/packing.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static const struct {
	const char *lines[4];		/* of the message with the body */
	const char *asked;		/* of the request; NULL: none */
	const char *encodings, *type;
	unsigned flags;
} cases[] = {
	{ { "Host: a.test", "Content-Type: text/html" }, NULL, "", "text/html",
	    0 },
	{ { "Content-Encoding: gzip" }, "Accept-Encoding: gzip", "gzip", "",
	    0 },
	{ { "content-ENCODING:gzip" }, "accept-encoding:GZIP,br", "gzip", "",
	    0 },
	{ { "Content-Encoding: gzip" }, NULL, "gzip", "", TOLD_RAW_TOO },
	{ { "Content-Encoding: br" }, "Accept-Encoding: gzip", "br", "",
	    TOLD_RAW_TOO },
	{ { "Content-Encoding: br" }, "Accept-Encoding: *", "br", "",
	    TOLD_RAW_TOO },
	{ { "Content-Encoding: br" }, "Accept-Encoding: br;q=0.1", "br", "",
	    0 },
	{ { "Content-Encoding: br" }, "Accept-Encoding: gzip, br;q=0", "br",
	    "", TOLD_RAW_TOO },
	{ { "Content-Encoding: gzip", "Content-Encoding: br" },
	    "Accept-Encoding: br, gzip", "gzip, br", "", 0 },
	{ { "Content-Encoding: gzip", "Content-Encoding: br" },
	    "Accept-Encoding: gzip", "gzip, br", "", TOLD_RAW_TOO },
	{ { "Content-Encoding : gzip " }, "Accept-Encoding: gzip", "gzip", "",
	    0 },
	{ { "Content-Encoding: gzip,\r\n br" }, "Accept-Encoding: br, gzip",
	    "gzip,   br", "", 0 },
	{ { "Content-Encoding: ", "Content-Encoding:", "Content-Encoding" },
	    NULL, "", "", 0 },
	{ { "Content-Encodings: gzip", "X-Content-Encoding: br" }, NULL, "",
	    "", 0 },
	{ { "Content-Type: a", "content-type: b; c=\"\xff\"" }, NULL, "",
	    "a, b; c=\"\xff\"", 0 },
};

static void
each_header_line_counts_and_no_other(void **state)
{
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct packing packing = { .encodings = { NULL, 0, false } };
		struct told told;

		for (j = 0; j < 4 && cases[i].lines[j] != NULL; j++)
			assert_int_equal(packing_header(&packing,
			    cases[i].lines[j], NULL), 0);
		if (cases[i].asked != NULL)
			assert_int_equal(packing_asked(&packing,
			    cases[i].asked, NULL), 0);
		told = packing_told(&packing, false);
		if (told.encodings.len != strlen(cases[i].encodings) ||
		    told.type.len != strlen(cases[i].type) ||
		    told.flags != cases[i].flags ||
		    strncmp(told.encodings.at != NULL ? told.encodings.at : "",
		    cases[i].encodings, told.encodings.len) != 0)
			fail_msg("case %zu: \"%.*s\" \"%.*s\" %u", i,
			    told.encodings.len, told.encodings.at,
			    told.type.len, told.type.at, told.flags);
		packing_free(&packing);
	}
}

static void
what_is_too_long_is_cut_and_says_so(void **state)
{
	struct packing packing = { .encodings = { NULL, 0, false } };
	char line[] = "Content-Encoding: identity, identity, identity, gzip";
	struct told told;
	int i;

	(void)state;
	for (i = 0; i < 10000; i++)
		assert_int_equal(packing_header(&packing, line, NULL), 0);
	told = packing_told(&packing, false);
	assert_int_equal(told.encodings.len, TOLD_TEXT_MAX);
	assert_true(told.flags & TOLD_ENCODINGS_CUT);
	assert_false(told.flags & TOLD_TYPE_CUT);
	packing_free(&packing);
}

static void
of_an_upload_the_raw_body_counts_too(void **state)
{
	struct packing packing = { .encodings = { NULL, 0, false } };
	struct told told;

	(void)state;
	packing_header(&packing, "Content-Encoding: gzip", NULL);
	packing_asked(&packing, "Accept-Encoding: gzip", NULL);
	told = packing_told(&packing, true);
	assert_int_equal(told.flags, TOLD_RAW_TOO);
	packing_free(&packing);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_header_line_counts_and_no_other),
		cmocka_unit_test(what_is_too_long_is_cut_and_says_so),
		cmocka_unit_test(of_an_upload_the_raw_body_counts_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
