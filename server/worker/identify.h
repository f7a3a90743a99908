/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * identify - what a body is, where the engine's own type says too little: it
 * calls scripts text, films data, and programs for Java archives. Worker only.
 * By a closed table of first bytes; follows nothing but the folder of a
 * compound file.
 */
#ifndef WORKER_IDENTIFY_H
#define WORKER_IDENTIFY_H

#include <stddef.h>
#include <stdint.h>

#include "wire/type_group.h"

/* said: by the engine; NONE: it has said nothing. Never NONE. */
enum type_group identify(enum type_group said, const uint8_t *bytes,
    size_t len);

#endif
