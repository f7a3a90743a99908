/* SPDX-License-Identifier: GPL-2.0-only */
/* engine_fixture - a folder of its own and engines in it, for each test. */
#ifndef TESTS_ENGINE_FIXTURE_H
#define TESTS_ENGINE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "engines/engine.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define SCAN_MAX (1024 * 1024)

extern const struct engine_ops *const ops;
extern const struct engine_limits limits;
extern char folder[64];			/* has "scratch" and "db" in it */

int make_folder(void **state);
int remove_folder(void **state);
const char *inside(const char *name);	/* until the next call */
void remove_all(const char *path);
void write_file(const char *path, const char *text);

struct engine *fresh(void);		/* nothing loaded */
struct engine *ready(void);		/* built-in signatures, prepared */

#define IN_FOLDER(f)                                                           \
	cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)

#endif
