/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * worker_folder - a folder of one test, for scratches and bodies in files.
 */
#ifndef UNIT_WORKER_FOLDER_H
#define UNIT_WORKER_FOLDER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define TEXT "the body"			/* of a file */
#define IN_FOLDER(f)                                                           \
	cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)

extern char folder[64];

int make_folder(void **state);
int remove_folder(void **state);

/* Its path; until the next call. */
const char *inside(const char *name);

void make_file(const char *path);	/* TEXT is in it */

#endif
