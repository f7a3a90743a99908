/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * left - a body that ended undecided when some of it was out already: its end
 * never came, or its client went away. Runs in c-icap, in the thread of the
 * request.
 */
#ifndef ICAP_LEFT_H
#define ICAP_LEFT_H

#include "icap/request.h"

/* Has what came judged, if not all has come. What is found is told and
 * remembered as if it had been cut; else a line in the log says how much was
 * out. */
void left_judge(struct request *);

#endif
