/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * strict - no failure of the system passes unseen in a worker.
 *
 * libclamav says clean when memory, descriptors, inodes or its scratch ran out
 * while it unpacked (measured). Its calls into libc pass through this program's
 * own malloc(), open() and the like, which stand in front of libc's: once a
 * worker is strict, a failed allocation kills it, and any other failure that
 * says "something could not be looked at" is kept until it is asked for.
 */
#ifndef WORKER_STRICT_H
#define WORKER_STRICT_H

#include <stdbool.h>
#include <stddef.h>

/* From now on, in this process. */
void strict_begin(void);
bool strict_begun(void);

/* A new body: forgets. */
void strict_reset(void);

/* For the wrappers; errno stays. The first one of a body is kept. */
void strict_note(const char *call, int error);

/* "mkdir: No space left on device", or NULL when nothing failed. */
const char *strict_failure(void);

/* A scan needed memory and did not get it. */
_Noreturn void strict_no_memory(size_t wanted);

#endif
