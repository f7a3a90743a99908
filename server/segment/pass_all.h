/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pass_all - the emergency switch: until a deadline everything passes and
 * nothing is scanned. The supervisor sets it, c-icap's children ask for it.
 *
 * The truth is the file "pass-all" in the runtime folder, where only the
 * supervisor can write. The segment, into which every child of c-icap can
 * write, says no more than that there may be one: whoever captures a child
 * cannot switch the others off.
 */
#ifndef SEGMENT_PASS_ALL_H
#define SEGMENT_PASS_ALL_H

#include <stdbool.h>
#include <stdint.h>

#include "segment/segment.h"

#define PASS_ALL_FILE "pass-all"
#define PASS_ALL_MOST 86400		/* seconds: a day */

/* Supervisor. until_ms: on clock_ms(). */
int pass_all_begin(struct segment *, const char *runtime, int64_t until_ms,
    struct err *);
void pass_all_end(struct segment *, const char *runtime);

/* Anybody. No file, one that is torn, or a deadline further away than
 * PASS_ALL_MOST: it is off. */
bool pass_all_is_on(const struct segment *, const char *runtime,
    int64_t now_ms);

/* The file's text; -1 when it is none of ours. */
int pass_all_parse(const char *text, size_t len, int64_t *until_ms_out);

#endif
