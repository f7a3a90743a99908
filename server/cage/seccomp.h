/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * seccomp - which system calls a process may make from here on: a table of
 * calls, each allowed or with an end of its own, and what becomes of all
 * others. Filters stack: the strictest answer counts, in children too.
 *
 * In sanitizer builds it does nothing (seccomp_sanitized.c): they make calls of
 * their own.
 */
#ifndef CAGE_SECCOMP_H
#define CAGE_SECCOMP_H

#include <seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* A test of one argument; all zero: none. */
struct seccomp_test {
	unsigned arg;			/* from 0 */
	enum scmp_compare how;
	uint64_t a, b;			/* as libseccomp has them */
};
#define ARG_IS(arg, value) { (arg), SCMP_CMP_EQ, (value), 0 }
#define ARG_BITS(arg, mask, value)                                             \
	{ (arg), SCMP_CMP_MASKED_EQ, (mask), (value) }

/* A row: the call, what becomes of it, and the tests that must hold. Several
 * rows of one call: any of them. */
struct seccomp_call {
	int call;			/* SCMP_SYS(read) */
	uint32_t action;
	struct seccomp_test test[2];
};
#define CALL_ALLOW(name) { SCMP_SYS(name), SCMP_ACT_ALLOW, { { 0 } } }
#define CALL_KILL(name) { SCMP_SYS(name), SCMP_ACT_KILL_PROCESS, { { 0 } } }
#define CALL_REFUSE(name, number)                                              \
	{ SCMP_SYS(name), SCMP_ACT_ERRNO(number), { { 0 } } }
/* Says it was done, and does nothing. */
#define CALL_PRETEND(name) CALL_REFUSE(name, 0)
#define CALL_REFUSE_IF(name, number, ...)                                      \
	{ SCMP_SYS(name), SCMP_ACT_ERRNO(number), { __VA_ARGS__ } }
#define CALL_ALLOW_IF(name, ...)                                               \
	{ SCMP_SYS(name), SCMP_ACT_ALLOW, { __VA_ARGS__ } }

struct seccomp_filter {
	uint32_t otherwise;		/* of calls that have no row */
	const struct seccomp_call *calls;
	size_t count;
};

/* `otherwise` of a cage that kills. Built with --enable-cage-debug the process
 * names the call before it dies. */
uint32_t seccomp_end(void);

/* Can this kernel and this build do it? */
bool seccomp_possible(void);

/* For good; needs no_new_privs, and sets it. The calling thread and all that it
 * will start. */
int seccomp_enter(const struct seccomp_filter *, struct err *);

#endif
