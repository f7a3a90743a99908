/* SPDX-License-Identifier: GPL-2.0-only */
/* Settings that are a number: count, bytes, seconds. */
#include "config/settings_rows.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct unit {
	char letter;
	uint64_t bytes;
} units[] = {
	{ 'G', 1ULL << 30 }, { 'M', 1ULL << 20 }, { 'K', 1ULL << 10 },
};

/* Digits only: strtoull() would take spaces and signs. A number beyond 64 bits
 * becomes the largest, which no setting allows. */
static int
parse_digits(const char *text, uint64_t *number_out, const char **rest_out)
{
	char *end;

	if (*text < '0' || *text > '9')
		return -1;
	*number_out = strtoull(text, &end, 10);
	*rest_out = end;
	return 0;
}

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
	const char *rest;

	if (parse_digits(value, &number, &rest) == -1 || *rest != '\0')
		return value_bad(err, value, "is no whole number");
	return store(row, field, value, number, err);
}

static uint64_t
unit_of(const char *suffix)
{
	size_t i;

	if (suffix[0] == '\0')
		return 1;
	for (i = 0; i < sizeof units / sizeof *units; i++)
		if (suffix[0] == units[i].letter && suffix[1] == '\0')
			return units[i].bytes;
	return 0;
}

static int
set_bytes(const struct setting *row, void *field, const char *value,
    struct err *err)
{
	uint64_t number, unit;
	const char *rest;

	if (parse_digits(value, &number, &rest) == -1 || unit_of(rest) == 0)
		return value_bad(err, value, "is no number of bytes");
	unit = unit_of(rest);
	if (number > UINT64_MAX / unit)
		return value_bad(err, value, "is too large");
	return store(row, field, value, number * unit, err);
}

static void
put_bytes_of(uint64_t number, FILE *out)
{
	size_t i;

	for (i = 0; i < sizeof units / sizeof *units; i++)
		if (number > 0 && number % units[i].bytes == 0) {
			fprintf(out, "%" PRIu64 "%c", number / units[i].bytes,
			    units[i].letter);
			return;
		}
	fprintf(out, "%" PRIu64, number);
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
	put_bytes_of(number, out);
}

static void
allowed_count(const struct setting *row, FILE *out)
{
	fprintf(out, "%" PRIu64 " to %" PRIu64, row->least, row->most);
}

static void
allowed_bytes(const struct setting *row, FILE *out)
{
	put_bytes_of(row->least, out);
	fputs(" to ", out);
	put_bytes_of(row->most, out);
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
