/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * names - what a file will be called by whoever gets it, and whether that name
 * is made to mislead. Pure functions; every input is a stranger's and may be
 * NULL, endless or garbage.
 */
#ifndef POLICY_NAMES_H
#define POLICY_NAMES_H

#include <stddef.h>

#include "policy/types.h"

#define NAME_SEEN_MAX 512	/* bytes of a name that count: its last ones */

enum name_oddity {
	ODD_DOUBLE_EXTENSION = 1,	/* invoice.pdf.exe */
	ODD_RIGHT_TO_LEFT = 2		/* a mark that turns letters round */
};

struct names {
	unsigned odd;			/* name_oddity, of any of its names */
	enum type_group group;		/* of the one that counts: the last in
					 * Content-Disposition, or the URL's */
	unsigned groups;		/* GROUP_BIT of all that whoever gets
					 * it may take for its name */
};

/* url: as in a request line. disposition: a header's value. */
struct names names_look(const char *url, const char *disposition);

/* A further value of such a header. */
void names_add(struct names *, const char *disposition);

/* "double-extension", "right-to-left", both with a comma; "-" for none. */
const char *name_oddities(unsigned odd);

#endif
