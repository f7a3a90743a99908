/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * texts - visits the files that stand as text in a body: base64 and data: URLs
 * in JSON, in the values of a form, in a field, in pages. Only in a worker.
 */
#ifndef UNPACK_TEXTS_H
#define UNPACK_TEXTS_H

#include "unpack/sink.h"
#include "unpack/slice.h"

struct texts {
	const struct sink *sink;
	const char *path;	/* of the body; "" */
	bool forms;		/* a blank may have been a "+" */
	unsigned count;
};

/* False: the sink wants no more. */
bool texts_json(struct texts *, struct slice body);	/* or any text */
bool texts_page(struct texts *, struct slice body);	/* HTML, a script */
bool texts_form(struct texts *, struct slice body);	/* url-encoded */

/* By its first bytes it is to be read as a page, whatever it calls itself: one,
 * or a text as short as scripts are. */
bool texts_fits(struct slice);

/* And by a look all over it, texts_page() could find something. */
bool texts_likely(struct slice);

/* Behind blanks and a mark of its encoding; 0: nothing is. */
uint8_t texts_first(struct slice);
bool texts_begins_json(struct slice);

/* base64 in each reading that readers may have of it. `each` gets it. */
bool texts_base64(struct slice, bool forms, const struct sink *,
    bool (*each)(void *ctx, struct slice), void *ctx);

/* Memory for that many bytes, or NULL and a note that blocks. */
uint8_t *texts_memory(size_t len, const struct sink *);

/* "path/name", cut to `size`. */
void texts_path(char *out, size_t size, const char *path, const char *name);

#endif
