/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * verdicts - what workers said of bodies, so that none is scanned twice. One
 * table for all of c-icap's children, behind the segment in its file. It holds
 * what the worker said, never what was done about it.
 *
 * Fixed size, no lock: an entry carries a checksum and is copied, then checked;
 * a torn one is a miss, whoever was killed in the middle of it. Of another
 * generation none is found, and its place is free. Who has to leave:
 * verdict_set.h.
 *
 * The checksum is against torn copies, not against forgers: nobody but c-icap's
 * own children writes here. Should one be captured, its names still go into the
 * headers of the others' answers, so each copy is checked like a message.
 */
#ifndef CACHE_VERDICTS_H
#define CACHE_VERDICTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "cache/pending.h"
#include "cache/trust.h"
#include "cache/verdict_key.h"
#include "wire/verdict.h"

#define VERDICTS_LEAST 65536	/* bytes of a table */
#define VERDICTS_TEXT 192	/* name and path of an entry, with their NULs */

struct verdicts;

/* Its maker: a table of so many bytes from `at` (a whole number of pages) of a
 * file on, which grows by them. -1: there is no room, the file is as it was. */
int verdicts_make(int fd, off_t at, size_t size, struct err *);

/* From there to the end of the file. -1: damaged, of another version, too
 * small, or not of this owner: no table. */
int verdicts_attach(struct verdicts **verdicts_out, int fd, off_t at,
    uid_t owner, struct err *);
void verdicts_detach(struct verdicts **);	/* NULL is fine */

/* Is it of the kind that is kept, all that was noted of it included? What time,
 * memory, queues and chance had a part in is not; nor are texts that do not
 * fit. */
bool verdicts_may_keep(const struct verdict *);

/* A copy of what a worker said of it that is still believed; or false. */
bool verdicts_get(struct verdicts *, const struct verdict_key *,
    const struct trust *, struct verdict *verdict_out);

/* Keeps one that may be kept. True: another one had to leave for it. */
bool verdicts_put(struct verdicts *, const struct verdict_key *,
    const struct voucher *, const struct verdict *);

/* Places in use, of the newest generation. */
uint32_t verdicts_count(const struct verdicts *);

/* Bodies that are being scanned. */
struct pending *verdicts_pending(struct verdicts *);

#endif
