/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * outcome - the one list of what can become of a body. All processes.
 *
 * Zero means that nothing was decided, and nothing decided blocks. Numbers go
 * over the wire: new ones come at the end. What is done about each outcome
 * stands in policy/policy.c and nowhere else.
 */
#ifndef WIRE_OUTCOME_H
#define WIRE_OUTCOME_H

#define OUTCOMES(X)                                                            \
	X(NONE, "none")                                                        \
	X(CLEAN, "clean")                                                      \
	X(INFECTED, "infected")                                                \
	X(SUSPICIOUS, "suspicious")                                            \
	X(UNWANTED, "unwanted")                                                \
	X(MACRO, "macro")                                                      \
	X(ENCRYPTED, "encrypted")                                              \
	X(DAMAGED, "damaged")                                                  \
	X(UNSUPPORTED, "unsupported")                                          \
	X(TOO_BIG, "too-big")                                                  \
	X(TOO_DEEP, "too-deep")                                                \
	X(TIMEOUT, "timeout")                                                  \
	X(ENGINE_ERROR, "engine-error")                                        \
	X(OVERLOAD, "overload")                                                \
	X(LOADING, "loading")                                                  \
	X(PARTIAL, "partial")                                                  \
	X(SKIPPED, "skipped")                                                  \
	X(FORBIDDEN, "forbidden")

enum outcome {
#define X(id, name) OUTCOME_##id,
	OUTCOMES(X)
#undef X
	OUTCOME_COUNT
};

#define OUTCOME_BIT(outcome) (1u << (outcome))

/* "too-big"; "none" for a number that is no outcome. */
const char *outcome_name(enum outcome);

/* 0, or -1 when the word is no outcome. */
int outcome_parse(const char *word, enum outcome *outcome_out);

#endif
