/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * signature_file - which files of a signature folder count: the supervisor
 * copies those and no others, the keeper's engine loads them.
 */
#ifndef WIRE_SIGNATURE_FILE_H
#define WIRE_SIGNATURE_FILE_H

#include <stdbool.h>

/* Does the name end in that, whatever the case? Not if it is all of it. */
bool signature_file_ends(const char *name, const char *extension);

bool signature_file_is_loaded(const char *name);

/* Loaded, or looked at by the engine beside one that is. */
bool signature_file_is_wanted(const char *name);

#endif
