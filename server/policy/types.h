/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * types - what kind of file a declared type and a file name tell of. Pure
 * functions, any process. What is in no list is of no group. What the bytes are
 * is said by a worker, which alone looks at them.
 */
#ifndef POLICY_TYPES_H
#define POLICY_TYPES_H

#include <stdbool.h>
#include <stddef.h>

#include "wire/type_group.h"

/* Of a Content-Type with its parameters, any case; no NUL at its end. */
enum type_group type_group_declared(const char *type, size_t len);

/* text/event-stream, in the same form. */
bool type_is_events(const char *type, size_t len);

/* Of a file name: by what stands behind its last dot, any case. */
enum type_group type_group_named(const char *name, size_t len);

#endif
