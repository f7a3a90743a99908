/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * request_fixture - requests of a module that has a fake worker. It finds
 * FAKE_MARK.
 */
#ifndef REQUEST_FIXTURE_H
#define REQUEST_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fakes/fake_worker.h"
#include "icap/request.h"

#define MB 1000000u
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

extern struct module module;
extern char folder[64];			/* its runtime folder */
extern struct fake_worker *fake;

int setup(void **state);
int teardown(void **state);		/* requests equal the sum of outcomes */

uint64_t metric(enum metric);
uint64_t outcome_count(enum outcome);

struct request *new_request(const char *line, int has_body);
void add_zeros(struct request *, size_t len);
void add_mark(struct request *);
int add_too_much(struct request *);	/* it cannot be kept */
uint64_t give_all(struct request *, bool all_arrived, bool *end);

#endif
