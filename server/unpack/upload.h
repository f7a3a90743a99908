/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * upload - what a server will take out of a body by its Content-Type: the parts
 * of a multipart body, decoded, the values of a form, files in JSON; what a
 * browser will take out of a page that looks like none, and a reader of mail
 * out of a mail. Visits each as a file of its own. Only in a worker; time
 * linear in the body.
 *
 * The body itself is the caller's to look at, and what is visited to be read as
 * a page where it looks like one (texts.h).
 */
#ifndef UNPACK_UPLOAD_H
#define UNPACK_UPLOAD_H

#include "unpack/sink.h"
#include "unpack/slice.h"

#define UPLOAD_DEPTH_MAX 8	/* multipart in multipart */
#define UPLOAD_MAIL_DEPTH_MAX 40	/* also mail in mail; the engine says
					 * too deep at 16 with parts */
#define UPLOAD_PARTS_MAX 20000	/* of one body, the empty ones, too */

/* type: the value of Content-Type, whatever is in it; may be empty. path: what
 * the body itself is called. Notes OUTCOME_DAMAGED and OUTCOME_TOO_DEEP with
 * "Multipart..." causes. NULL, or the cause why it is not whole: no boundary,
 * no end. Nothing went unseen then, and another reading of the body may be
 * whole; if none is, it is damaged. */
const char *upload_walk(struct slice type, struct slice body, const char *path,
    const struct sink *);

/* What mails_likely() is; spends what it visits. One that is cut is not told.
 * False: the sink wants no more. */
bool upload_mails(struct slice, const char *path, const struct sink *);

#endif
