/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * upload - what a server will take out of a body by its Content-Type: the parts
 * of a multipart body, decoded, the values of a form, files in JSON. Visits
 * each as a file of its own. Only in a worker; time linear in the body.
 *
 * The body itself is the caller's to look at.
 */
#ifndef UNPACK_UPLOAD_H
#define UNPACK_UPLOAD_H

#include "unpack/sink.h"
#include "unpack/slice.h"

#define UPLOAD_DEPTH_MAX 8	/* multipart in multipart */
#define UPLOAD_PARTS_MAX 20000	/* of one body, the empty ones, too */

/* type: the value of Content-Type, whatever is in it; may be empty. Notes
 * OUTCOME_DAMAGED and OUTCOME_TOO_DEEP with "Multipart..." causes. */
void upload_walk(struct slice type, struct slice body, const struct sink *);

#endif
