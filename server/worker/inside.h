/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * inside - the second reader of containers: what libarchive takes out of a body
 * and the engine did not look at is scanned as a file of its own. Worker only.
 * What looks like a page or a script is such a container, too (texts.h), and so
 * is JSON in one; a body that is JSON says so, and is read by that (upload.h).
 *
 * Containers are the body itself, each member of one, and each layer that the
 * engine came upon (a mail's attachment). Copies of those count as bytes that
 * came out. The engine takes layers out by guess, too, and not always whole:
 * like other pieces they are opened, but not called damaged, unless a header
 * proves that there is a container (place_proof.h).
 */
#ifndef WORKER_INSIDE_H
#define WORKER_INSIDE_H

#include "engines/engine.h"
#include "unpack/budget.h"
#include "unpack/seen.h"
#include "unpack/sink.h"

struct found_layer;

struct inside {
	struct budget *budget;
	uint32_t files;			/* of one archive, at most */
	const struct sink *scan;	/* its visits ask the engine */
	struct seen scanned;		/* of members and layers */
	struct seen opened;		/* containers among them */
	struct seen pieces;		/* those opened as a piece */
	bool is_piece;			/* what is being opened is no file that
					 * anybody meant */
	bool is_value;			/* what is scanned next */
	unsigned level;			/* of what is open, in the body */
	const char *path;		/* of what is being scanned */
	bool body_closed;		/* the engine could not open it */
	struct found_layer *layers;	/* containers, to be read */
};

/* Has it scanned, then reads all containers in it. False: nothing that comes
 * could still matter. */
bool inside_look(struct inside *, const uint8_t *, size_t len,
    const char *path);

/* The same for a piece that need be no file (sink.h). */
bool inside_look_piece(struct inside *, const uint8_t *, size_t len,
    const char *path);

/* The same for a value of a text. */
bool inside_look_value(struct inside *, const uint8_t *, size_t len,
    const char *path);

/* But not once more what was found already, in the text that it stands in. */
bool inside_look_new_value(struct inside *, const uint8_t *, size_t len,
    const char *path);

/* What the engine is to tell in each scan. */
void inside_layer(struct inside *, const struct engine_layer *);

void inside_free(struct inside *);

#endif
