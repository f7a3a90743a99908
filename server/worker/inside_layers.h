/* SPDX-License-Identifier: GPL-2.0-only */
/* inside_layers - what the engine came upon in one scan, kept until that is
 * over; nobody's but inside's. Worker only. */
#ifndef WORKER_INSIDE_LAYERS_H
#define WORKER_INSIDE_LAYERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "unpack/seen.h"
#include "wire/verdict.h"

/* Has a copy of its bytes: the engine's own are gone after the scan. */
struct found_layer {
	struct found_layer *next;
	uint8_t *bytes;
	size_t len;
	bool closed;
	struct digest digest;
	char path[PATH_MAX_LEN + 1];
};

void found_layer_free(struct found_layer *);

#endif
