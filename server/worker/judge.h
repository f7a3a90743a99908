/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * judge - one body, all of its readings, one verdict. Worker only.
 */
#ifndef WORKER_JUDGE_H
#define WORKER_JUDGE_H

#include "worker/body.h"
#include "worker/scratch.h"
#include "worker/worker.h"

/* Always sets an outcome but `none`; `clean` only if all that was found to be
 * looked at was, and was clean. left: of the scratch, as it is known to be and
 * then as it is at the end; no inodes: that is not known. */
void judge(const struct worker_spec *, const struct job *, const struct body *,
    struct scratch_left *left, struct verdict *verdict_out);

/* What the bytes are, which begin a body, without a scan. Not for engines that
 * do not tell. */
enum type_group judge_type(const struct worker_spec *, const struct job *,
    const struct body *);

#endif
