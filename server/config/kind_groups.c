/* SPDX-License-Identifier: GPL-2.0-only */
/* Settings that are kinds of files: a set of the groups that a declared type
 * can tell of. Kept as GROUP_BITs. */
#include "config/settings_rows.h"

#include <string.h>

#include "wire/type_group.h"

/* NONE and UNKNOWN are what nothing was said of. */
static bool
is_told(enum type_group group)
{
	return group > GROUP_NONE && group < GROUP_UNKNOWN;
}

static int
one_group(char *item, struct err *err)
{
	enum type_group group;

	if (type_group_parse(item, &group) == -1 || !is_told(group))
		return value_bad(err, item, "is no kind of files");
	return 0;
}

static int
set_groups(const struct setting *row, void *field, const char *value,
    struct err *err)
{
	struct text_list list = { 0 };
	uint64_t bits = 0;
	uint32_t i;

	(void)row;
	if (*value != '\0' && list_set(&list, value, one_group, err) == -1)
		return -1;
	for (i = 0; i < list.count; i++) {
		enum type_group group = GROUP_NONE;

		type_group_parse(list.item[i], &group);	/* one_group() did */
		bits |= GROUP_BIT(group);
	}
	memcpy(field, &bits, sizeof bits);
	return 0;
}

static void
print_bits(uint64_t bits, const char *between, FILE *out)
{
	const char *lead = "";
	unsigned i;

	for (i = 0; i < GROUP_COUNT; i++) {
		if ((bits & GROUP_BIT(i)) == 0)
			continue;
		fprintf(out, "%s%s", lead, type_group_name(i));
		lead = between;
	}
}

static void
print_groups(const struct setting *row, const void *field, FILE *out)
{
	uint64_t bits;

	(void)row;
	memcpy(&bits, field, sizeof bits);
	print_bits(bits, ",", out);
}

static void
allowed_groups(const struct setting *row, FILE *out)
{
	uint64_t told = 0;
	unsigned i;

	(void)row;
	for (i = 0; i < GROUP_COUNT; i++)
		if (is_told(i))
			told |= GROUP_BIT(i);
	fputs("none, or some of ", out);
	print_bits(told, ", ", out);
}

const struct kind kind_groups = { set_groups, print_groups, allowed_groups,
	false, true };
