/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mail - does a body begin as a mail with parts, or as one that is to be
 * decoded? What the engine takes for a mail begins with one of some headers;
 * readers of mail take any. Worker only.
 */
#ifndef UNPACK_MAIL_H
#define UNPACK_MAIL_H

#include "unpack/slice.h"

/* By a look at its beginning: costs next to nothing for what is no header. */
bool mail_likely(struct slice);

/* The same, or one of several, as an mbox has them, behind any text, or MMDF:
 * costs a look at all of it. */
bool mails_likely(struct slice);

/* mail_likely(), and not the first of several. */
bool mail_alone(struct slice);

/* One of several. Some readers let it end at any line that begins with "From ",
 * others go on if no mail follows. */
struct mail_place {
	struct slice mail, more;	/* alike but for that */
};

/* The next one, from `from` on, which is moved behind it. False: there is
 * none. Linear in all together. */
bool mail_next(struct slice, size_t *from, struct mail_place *place_out);

#endif
