/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "magics_fixture.h"

const struct magic *
magic_of_first(const void *bytes, size_t len)
{
	char *copy = malloc(len + (len == 0));
	const struct magic *magic;

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	magic = magic_of(copy, len);
	free(copy);
	return magic;
}
