/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * control - what an administrator asks of the supervisor, over the socket
 * "<runtime>/control": one connection, one question, one answer. Only root and
 * the supervisor's own user may ask.
 */
#ifndef WIRE_CONTROL_H
#define WIRE_CONTROL_H

#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

#define CONTROL_SOCKET "control"
#define CONTROL_TEXT 256		/* of a question, with its NUL */
#define CONTROL_PACKET_MAX 2048

enum control_verb {
	CONTROL_RELOAD,		/* settings and signatures anew */
	CONTROL_PASS_ALL,	/* number: seconds, 0: end it; text: why */
	CONTROL_USE,		/* number: this set of signatures, and stay */
	CONTROL_PIN,		/* number 1: stay with these; 0: no more */
	CONTROL_LIST,		/* number 1: text is an entry of the owner's
				 * list; 0: what to remove, "host VALUE" */
	CONTROL_VERBS
};

struct control_ask {
	enum control_verb verb;
	uint32_t flags;			/* CONTROL_* below */
	uint64_t number;
	char text[CONTROL_TEXT];
};
#define CONTROL_ACCEPT_FEWER 1u		/* reload: fewer signatures are fine */
#define CONTROL_FLAGS CONTROL_ACCEPT_FEWER

struct control_answer {
	int good;			/* 1: done; 0: refused */
	char text[1024];		/* what was done, or why not */
};

ssize_t control_ask_pack(const struct control_ask *, void *, size_t size,
    struct err *);
int control_ask_unpack(struct control_ask *ask_out, const void *, size_t len,
    struct err *);
ssize_t control_answer_pack(const struct control_answer *, void *, size_t size,
    struct err *);
int control_answer_unpack(struct control_answer *answer_out, const void *,
    size_t len, struct err *);

#endif
