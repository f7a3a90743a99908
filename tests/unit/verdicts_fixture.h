/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * verdicts_fixture - a table of verdicts in a file of its own, with a second
 * map of it, so that tests can damage it.
 */
#ifndef VERDICTS_FIXTURE_H
#define VERDICTS_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cache/verdicts.h"

#define TABLE_SIZE (16384 + 64 * 4096)	/* 64 sets: 960 places */
#define TABLE_PLACES 960

extern struct verdicts *table;
extern uint8_t *table_bytes;
extern struct trust table_trust;
extern const struct voucher by_somebody;

int table_setup(void **state);
int table_teardown(void **state);

/* A key as a digest makes them: any bits. */
struct verdict_key key_number(uint64_t n);

/* Found, with the n-th name; fails if the verdict is another one's. */
bool knows(const struct verdict_key *, uint64_t n);

/* Infected with the n-th name; true: another had to leave. */
bool learn(const struct verdict_key *, uint64_t n);

#endif
