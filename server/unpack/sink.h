/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sink - where a reader of containers puts what it finds. Only in a worker.
 *
 * A reader gets the bytes of one body and knows nothing of engines, budgets or
 * verdicts. Each function that says `false` ends the reader at once: whoever
 * said so has noted why.
 */
#ifndef UNPACK_SINK_H
#define UNPACK_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/outcome.h"

struct sink {
	void *ctx;

	/* `len` more bytes came out of a container. */
	bool (*spend)(void *ctx, size_t len);

	/* All bytes of one member; they are the reader's, until it returns. */
	bool (*visit)(void *ctx, const uint8_t *bytes, size_t len,
	    const char *name);

	/* The same for a piece that nobody need have meant as a file, as the
	 * text around the parts of a form: what looks like a cut container in
	 * there is none. */
	bool (*visit_piece)(void *ctx, const uint8_t *bytes, size_t len,
	    const char *name);

	/* The same for a value of a text: an honest one has more of them than
	 * an archive has files. */
	bool (*visit_value)(void *ctx, const uint8_t *bytes, size_t len,
	    const char *name);

	/* What is wrong with the container, or with one member of it. */
	void (*note)(void *ctx, enum outcome, const char *cause,
	    const char *name);
};

#endif
