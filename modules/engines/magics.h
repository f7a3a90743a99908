/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * magics - what neither libclamav nor libarchive opens, told by its first
 * bytes. A closed table: tests/integration/test_unsupported.py makes a file of
 * each row with Debian's tools and shows that neither gets anything out of it.
 * Pure; follows no more than magic_checks.h, the folder of a compound file at
 * most.
 */
#ifndef ENGINES_MAGICS_H
#define ENGINES_MAGICS_H

#include <stddef.h>
#include <stdint.h>

#include "wire/outcome.h"

#define PIECES_MAX 2

struct magic {
	const char *name;		/* "Container.WIM" */
	enum outcome outcome;
	struct piece {
		size_t at, len;
		const char *bytes;
	} pieces[PIECES_MAX];		/* all must fit; the second may be 0 */
	int (*also)(const uint8_t *bytes, size_t len);	/* so must this */
};

/* NULL: none of them. */
const struct magic *magic_of(const void *bytes, size_t len);

#endif
