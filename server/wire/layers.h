/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * layers - the walls of a worker's cage that not every machine can build, and
 * whether its keeper can see through them what it takes of the memory. All
 * others (no new privileges, no capability, no inherited descriptor, empty
 * environment, limits, a scratch folder of its own) are always there: a worker
 * without one of them does not serve.
 */
#ifndef WIRE_LAYERS_H
#define WIRE_LAYERS_H

#include <stdint.h>

enum layer {
	LAYER_SECCOMP,		/* system calls: a list, any other kills */
	LAYER_LANDLOCK,		/* files: its own scratch; ABI 2 or better */
	LAYER_USER,		/* another user than the one who started us */
	LAYER_NAMESPACES,	/* own user, mount, ipc and net namespaces */
	LAYER_TMPFS,		/* scratch in memory, bytes and inodes capped */
	LAYER_MEMORY,		/* what each takes is seen, and limited */
	LAYER_COUNT
};
#define LAYER_BIT(layer) (1u << (layer))
#define LAYERS_ALL (LAYER_BIT(LAYER_COUNT) - 1)

/* In the segment: the process has told, be it of none. */
#define LAYERS_TOLD (1u << 31)

/* What Linux 6.1 has: without them sandbox = "required" does not start. */
#define LAYERS_REQUIRED                                                        \
	(LAYER_BIT(LAYER_SECCOMP) | LAYER_BIT(LAYER_LANDLOCK) |                \
	    LAYER_BIT(LAYER_MEMORY))
#define LANDLOCK_ABI_REQUIRED 2

/* What a keeper tells of the cage that its workers get. */
struct cage_info {
	uint32_t layers;	/* bits of those that are there */
	uint32_t landlock_abi;	/* in use; 0: none */
};

const char *layer_name(enum layer);		/* "seccomp" ... */

/* "seccomp,landlock"; "none" for no bit. Returns `out`. */
#define LAYERS_TEXT 64
const char *layers_text(uint32_t layers, char out[LAYERS_TEXT]);

/* What helps where one of those required is missing. Returns `out`. */
#define LAYERS_REMEDY 256
const char *layers_remedy(uint32_t missing, char out[LAYERS_REMEDY]);

#endif
