/* SPDX-License-Identifier: GPL-2.0-only */
#include "policy/limits.h"

#include <inttypes.h>
#include <string.h>

#include "base/number.h"

static const struct limit_row rows[LIMIT_COUNT] = {
	[LIMIT_BODY_MAX] = { "body_max", true, 1024, "body.max",
	    "1K up to body.max", "Larger bodies have the outcome too-big." },
	[LIMIT_SCAN_MAX] = { "scan_max", true, SCAN_MAX_LEAST, "scan.max",
	    "1M up to scan.max",
	    "Bytes that are scanned of one body, all that is packed in it "
	    "included. More has the outcome too-big." },
	[LIMIT_RECURSION] = { "recursion", false, RECURSION_LEAST,
	    "scan.recursion", "3 up to scan.recursion",
	    "Containers inside of containers that are opened. Deeper ones have "
	    "the outcome too-deep." },
	[LIMIT_FILES] = { "files", false, FILES_LEAST, "scan.files",
	    "2 up to scan.files",
	    "Files of one container that are scanned. More have the outcome "
	    "too-deep." },
	[LIMIT_SECONDS] = { "seconds", false, 1,
	    "scan.small_seconds or scan.big_seconds",
	    "1 up to the larger of scan.small_seconds and scan.big_seconds",
	    "Longest scan of a body, where it is less than that of its lane; "
	    "then its outcome is timeout." },
};

const struct limit_row *
limit_row(enum limit limit)
{
	return &rows[limit];
}

int
limit_find(const char *name, enum limit *limit_out)
{
	unsigned i;

	for (i = 0; i < LIMIT_COUNT; i++)
		if (strcmp(name, rows[i].name) == 0) {
			*limit_out = (enum limit)i;
			return 0;
		}
	return -1;
}

int
limit_read(enum limit limit, const char *text, uint64_t *value_out,
    struct err *err)
{
	const struct limit_row *row = &rows[limit];
	uint64_t value;

	if (row->is_bytes && number_read_bytes(text, &value) == -1)
		return err_set(err, "is no number of bytes");
	if (!row->is_bytes && number_read(text, &value) == -1)
		return err_set(err, "is no whole number");
	if (value < row->least)
		return err_set(err, "is too small");
	*value_out = value;
	return 0;
}

void
limit_print(enum limit limit, uint64_t value, FILE *out)
{
	if (rows[limit].is_bytes)
		number_print_bytes(value, out);
	else
		fprintf(out, "%" PRIu64, value);
}

uint64_t
limits_least(const struct limits *limits, enum limit limit, uint64_t settings)
{
	uint64_t value = limits->value[limit];

	return value != 0 && value < settings ? value : settings;
}

/* What is beyond the most that a worker takes, no settings allow. */
static uint64_t
told(const struct limits *limits, enum limit limit, uint64_t most)
{
	return limits->value[limit] == 0 ? 0 :
	    limits_least(limits, limit, most);
}

struct told_limits
limits_told(const struct limits *limits)
{
	return (struct told_limits){
		.scan_max = told(limits, LIMIT_SCAN_MAX, SCAN_MAX_MOST),
		.recursion = (uint32_t)told(limits, LIMIT_RECURSION,
		    RECURSION_MOST),
		.files = (uint32_t)told(limits, LIMIT_FILES, FILES_MOST),
	};
}

bool
limits_any(const struct limits *limits)
{
	unsigned i;

	for (i = 0; i < LIMIT_COUNT; i++)
		if (limits->value[i] != 0)
			return true;
	return false;
}
