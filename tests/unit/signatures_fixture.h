/* SPDX-License-Identifier: GPL-2.0-only */
/* signatures_fixture - a signature folder and a store of sets for each test. */
#ifndef TESTS_SIGNATURES_FIXTURE_H
#define TESTS_SIGNATURES_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "signatures/store.h"

extern char place[64];			/* has "db", the store is state/deep */
extern struct store store;
extern struct text_list folders;	/* db, with two signature files */

int make_store(void **state);
int remove_store(void **state);
const char *in_place(const char *name);	/* until the fourth call after it */
void put(const char *name, const char *text);
void reopen(void);
void take(uint32_t n);
void accept(uint32_t n, uint64_t keep);

#define T(fn) cmocka_unit_test_setup_teardown(fn, make_store, remove_store)

#endif
