/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * conf_fixture - a settings file in a folder of its own, for tests of what
 * reads it.
 */
#ifndef CONF_FIXTURE_H
#define CONF_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config/conf_file.h"

/* What must exist, so that settings_check() is content. */
#define REAL 4
extern const struct override real[REAL];

extern struct settings settings;		/* what was loaded */
extern char folder[64], path[96];		/* its file is F */

int setup(void **state);
int teardown(void **state);

void put_file(const void *bytes, size_t len);

/* The reason, its folder taken away; "" when all was fine. text NULL: no
 * file. */
const char *load(const char *text, const struct override *, size_t count);

#endif
