/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * samples - small harmless bodies that an engine must find or must pass: as the
 * keeper has loaded it, and in the cage of a worker. They stand in the program:
 * the keeper scans nothing from outside.
 */
#ifndef WIRE_SAMPLES_H
#define WIRE_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>

#define SAMPLE_MAX 512

struct sample {
	const char *name;	/* found ones: of the signature */
	const void *bytes;
	size_t len;		/* at most SAMPLE_MAX */
	unsigned char mask;	/* each byte is kept xor this */
	bool is_known;		/* to any scanner: EICAR */
};

/* The name NULL ends each. */
const struct sample *samples_found(void);
const struct sample *samples_clean(void);

unsigned char sample_byte(const struct sample *, size_t i);
size_t sample_copy(const struct sample *, unsigned char *out);

#endif
