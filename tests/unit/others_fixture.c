/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "others_fixture.h"

struct heard heard;
uint8_t image[40 * 512];

static void
say(const char *name, const uint8_t *bytes, size_t len)
{
	size_t at = strlen(heard.said);

	snprintf(heard.said + at, sizeof heard.said - at, "%s%s%s%.*s",
	    at > 0 ? ", " : "", name, len > 0 ? "=" : "",
	    len < 24 ? (int)len : 24, (const char *)bytes);
}

static bool
spend(void *ctx, size_t len)
{
	(void)ctx;
	heard.spent += len;
	return heard.spent <= heard.most;
}

static bool
visit(void *ctx, const uint8_t *bytes, size_t len, const char *name)
{
	(void)ctx;
	assert_true(len > 0);
	say(name, bytes, len);
	return true;
}

static void
note(void *ctx, enum outcome outcome, const char *cause, const char *name)
{
	(void)ctx;
	(void)outcome;
	say(cause, (const uint8_t *)name, strlen(name));
}

const struct sink hearing = { NULL, spend, visit, visit, visit, note };

const char *
read_bytes(const void *bytes, size_t len)
{
	const struct slice s = slice_on(bytes, len);

	heard = (struct heard){ .most = 1 << 20 };
	assert_true(others_read(s, "", &hearing));
	assert_true(*heard.said == '\0' || others_likely(s));
	return heard.said;
}

void
put(size_t at, unsigned value, unsigned len)
{
	for (; len-- > 0; value >>= 8)
		image[at++] = value & 0xff;
}

void
put_big(size_t at, unsigned value, unsigned len)
{
	for (; len-- > 0; value >>= 8)
		image[at + len] = value & 0xff;
}
