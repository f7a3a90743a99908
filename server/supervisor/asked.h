/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * asked - what an administrator asks for, one function each. Supervisor.
 */
#ifndef SUPERVISOR_ASKED_H
#define SUPERVISOR_ASKED_H

#include "supervisor/control.h"

/* ctx: struct supervisor. */
enum control_now asked(void *ctx, struct control_client *,
    const struct control_ask *, struct control_answer *answer_out);

#endif
