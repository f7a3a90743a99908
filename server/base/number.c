/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/number.h"

#include <inttypes.h>
#include <stdlib.h>

static const struct unit {
	char letter;
	uint64_t bytes;
} units[] = {
	{ 'G', 1ULL << 30 }, { 'M', 1ULL << 20 }, { 'K', 1ULL << 10 },
};
#define UNITS (sizeof units / sizeof *units)

/* strtoull() alone would take spaces and signs. */
static int
read_digits(const char *text, uint64_t *number_out, const char **rest_out)
{
	char *end;

	if (*text < '0' || *text > '9')
		return -1;
	*number_out = strtoull(text, &end, 10);
	*rest_out = end;
	return 0;
}

int
number_read(const char *text, uint64_t *number_out)
{
	uint64_t number;
	const char *rest;

	if (read_digits(text, &number, &rest) == -1 || *rest != '\0')
		return -1;
	*number_out = number;
	return 0;
}

static uint64_t
unit_of(const char *suffix)
{
	size_t i;

	if (suffix[0] == '\0')
		return 1;
	for (i = 0; i < UNITS; i++)
		if (suffix[0] == units[i].letter && suffix[1] == '\0')
			return units[i].bytes;
	return 0;
}

int
number_read_bytes(const char *text, uint64_t *number_out)
{
	uint64_t number, unit;
	const char *rest;

	if (read_digits(text, &number, &rest) == -1)
		return -1;
	unit = unit_of(rest);
	if (unit == 0)
		return -1;
	*number_out = number > UINT64_MAX / unit ? UINT64_MAX : number * unit;
	return 0;
}

void
number_print_bytes(uint64_t number, FILE *out)
{
	size_t i;

	for (i = 0; i < UNITS; i++)
		if (number > 0 && number % units[i].bytes == 0) {
			fprintf(out, "%" PRIu64 "%c", number / units[i].bytes,
			    units[i].letter);
			return;
		}
	fprintf(out, "%" PRIu64, number);
}
