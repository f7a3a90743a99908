/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ask - one question to the supervisor and its answer, as exit status and text.
 */
#ifndef TOOL_ASK_H
#define TOOL_ASK_H

#include "wire/control.h"

/* Prints "done: ANSWER", or why not. Returns enum tool_exit. */
int tool_ask(const char *runtime, const struct control_ask *,
    const char *done);

#endif
