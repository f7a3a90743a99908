/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * multipart - the parts of a multipart body that lies in memory. Worker only.
 * Copies nothing, allocates nothing, time linear in the body.
 *
 * Readers differ about what a boundary is, so there are two readings. Exact:
 * a line "--boundary", blanks behind it, at its end LF or CRLF, "--" for the
 * last one. Loose: "--boundary" wherever it stands, whatever follows. Where a
 * body is odd (the two differ), whoever wants to see all takes both.
 *
 * They differ about the end of a part's headers, too: such a part comes several
 * times, once for each place where its body may begin.
 */
#ifndef UNPACK_MULTIPART_H
#define UNPACK_MULTIPART_H

#include "unpack/slice.h"

enum piece_kind { PIECE_PREAMBLE, PIECE_PART, PIECE_EPILOGUE };

struct piece {
	enum piece_kind kind;
	bool again;		/* the part before, read otherwise */
	struct slice head;	/* header lines; none outside of parts */
	struct slice body;
};

enum multipart_end {
	MULTIPART_NONE,		/* no boundary in it: not one piece */
	MULTIPART_CUT,		/* the last part has no end */
	MULTIPART_CLOSED
};

#define BODY_STARTS 5

struct multipart {
	struct slice body, delimiter;
	bool loose, odd, open;		/* open: in a part */
	bool mail;			/* its readers take LF for a line end */
	size_t from, at;		/* of this piece; of the search */
	enum multipart_end end;
	struct slice part;
	size_t starts[BODY_STARTS];	/* of the part's body */
	unsigned start_count, start_at;
};

/* delimiter: "--" and the boundary, at least one byte of it, without line
 * ends. Both stay the caller's, and must stay. */
void multipart_start(struct multipart *, struct slice body,
    struct slice delimiter, bool loose);

/* A mail, not empty: one part, without a boundary. */
void multipart_start_mail(struct multipart *, struct slice mail);

/* False: that was all. Preamble and epilogue come when they are not empty; a
 * part after the last boundary is a part again, as for some servers. */
bool multipart_next(struct multipart *, struct piece *piece_out);

/* After the last piece. */
enum multipart_end multipart_end(const struct multipart *);
bool multipart_odd(const struct multipart *);

#endif
