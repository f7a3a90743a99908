/* SPDX-License-Identifier: GPL-2.0-only */
/* Settings that are a number: count, bytes, seconds. */
#include "config/settings_rows.h"

#include <inttypes.h>
#include <string.h>

#include "base/number.h"

static int
store(const struct setting *row, void *field, const char *value,
    uint64_t number, struct err *err)
{
	if (number < row->least)
		return value_bad(err, value, "is too small");
	if (number > row->most)
		return value_bad(err, value, "is too large");
	memcpy(field, &number, sizeof number);
	return 0;
}

static int
set_count(const struct setting *row, void *field, const char *value,
    struct err *err)
{
	uint64_t number;

	if (number_read(value, &number) == -1)
		return value_bad(err, value, "is no whole number");
	return store(row, field, value, number, err);
}

static int
set_bytes(const struct setting *row, void *field, const char *value,
    struct err *err)
{
	uint64_t number;

	if (number_read_bytes(value, &number) == -1)
		return value_bad(err, value, "is no number of bytes");
	return store(row, field, value, number, err);
}

static void
print_count(const struct setting *row, const void *field, FILE *out)
{
	uint64_t number;

	(void)row;
	memcpy(&number, field, sizeof number);
	fprintf(out, "%" PRIu64, number);
}

static void
print_bytes(const struct setting *row, const void *field, FILE *out)
{
	uint64_t number;

	(void)row;
	memcpy(&number, field, sizeof number);
	number_print_bytes(number, out);
}

static void
allowed_count(const struct setting *row, FILE *out)
{
	fprintf(out, "%" PRIu64 " to %" PRIu64, row->least, row->most);
}

static void
allowed_bytes(const struct setting *row, FILE *out)
{
	number_print_bytes(row->least, out);
	fputs(" to ", out);
	number_print_bytes(row->most, out);
	fputs(" bytes, with K, M or G behind the number if you like", out);
}

static void
allowed_seconds(const struct setting *row, FILE *out)
{
	allowed_count(row, out);
	fputs(" seconds", out);
}

const struct kind kind_count = { set_count, print_count, allowed_count, true,
	false };
const struct kind kind_bytes = { set_bytes, print_bytes, allowed_bytes, true,
	false };
const struct kind kind_seconds = { set_count, print_count, allowed_seconds,
	true, false };
