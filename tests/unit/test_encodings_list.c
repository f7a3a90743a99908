/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "unpack/encodings.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static const struct {
	const char *header, *want;	/* g d b s */
	const char *unknown;		/* what is told of one; NULL: none */
	bool more;
} headers[] = {
	{ "", "", NULL, false },
	{ "gzip", "g", NULL, false },
	{ "GZip", "g", NULL, false },
	{ "x-gzip", "g", NULL, false },
	{ "DEFLATE", "d", NULL, false },
	{ "gzip, br", "gb", NULL, false },
	{ "gzip,br,zstd,deflate", "gbsd", NULL, false },
	{ " ,, gzip ,\t, ", "g", NULL, false },
	{ "identity", "", NULL, false },
	{ "Identity, gzip, identity", "g", NULL, false },
	{ "\"gzip\"", "g", NULL, false },
	{ "gzip br", "gb", NULL, false },
	{ "gzip\xa0", "", "", false },
	{ "utf-8", "", NULL, false },
	{ "gzipp", "", "", false },
	{ "gzi", "", "", false },
	{ "compress, gzip", "g", "compress", false },
	{ "gzip, gzip", "gg", NULL, false },
	{ "gzip,gzip,", "gg", NULL, false },
	{ ",", "", NULL, false },
	{ "*", "", "", false },
	{ "X-Compress", "", "compress", false },
	{ "aws-chunked", "", "aws-chunked", false },
	{ "AWS-Chunked,gzip", "g", "aws-chunked", false },
	{ "dcb", "", "dcb", false },
	{ "dcz", "", "dcz", false },
	{ "aes128gcm", "", "aes128gcm", false },
	{ "exi", "", "exi", false },
	{ "pack200-gzip", "", "pack200-gzip", false },
	{ "rot13, dcb", "", "", false },
	{ "dcb, rot13", "", "dcb", false },
	{ "gzip;q=1", "g", "", false },
	{ "br,br,br,br,br,br,br,br,br,br,br,br,br,br,br,br",
	    "bbbbbbbbbbbbbbbb", NULL, false },
	{ "br,br,br,br,br,br,br,br,br,br,br,br,br,br,br,br,gzip",
	    "bbbbbbbbbbbbbbbb", NULL, true },
};

static bool
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void
the_header_is_read_as_the_lenient_read_it(void **state)
{
	static const char letters[] = "gdbs";
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(headers); i++) {
		struct told_text text = { headers[i].header,
			(uint16_t)strlen(headers[i].header) };
		struct encodings list = encodings_parse(&text);
		char have[ENCODINGS_MAX + 1] = "";

		for (j = 0; j < list.count; j++)
			have[j] = letters[list.list[j]];
		if (strcmp(have, headers[i].want) != 0 ||
		    !same(list.unknown, headers[i].unknown) ||
		    list.more != headers[i].more)
			fail_msg("\"%s\": \"%s\" %s %d", headers[i].header,
			    have, list.unknown != NULL ? list.unknown : "-",
			    list.more);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_header_is_read_as_the_lenient_read_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
