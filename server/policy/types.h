/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * types - groups of file types that rules speak of, as a declared type and a
 * file name tell them. Pure functions, any process. What is neither is in no
 * group. The bytes have the last word where they are asked; here they are not.
 */
#ifndef POLICY_TYPES_H
#define POLICY_TYPES_H

#include <stddef.h>

enum type_group {
	GROUP_NONE = 0,
	GROUP_EXECUTABLE,
	GROUP_SCRIPT,
	GROUP_ARCHIVE,
	GROUP_MACRO,		/* office documents with macros */
	GROUP_DISK_IMAGE,
	GROUP_COUNT
};

/* "executable"; "-" for GROUP_NONE. */
const char *type_group_name(enum type_group);

/* Of a Content-Type with its parameters, any case; no NUL at its end. */
enum type_group type_group_declared(const char *type, size_t len);

/* Of a file name: by what stands behind its last dot, any case. */
enum type_group type_group_named(const char *name, size_t len);

#endif
