/* SPDX-License-Identifier: GPL-2.0-only */
/* magics_fixture - asks the table of magics. */
#ifndef TESTS_MAGICS_FIXTURE_H
#define TESTS_MAGICS_FIXTURE_H

#include <stddef.h>

#include "engines/magics.h"

/* Of a copy of exactly that length: a sanitizer sees a byte too many. */
const struct magic *magic_of_first(const void *bytes, size_t len);

#endif
