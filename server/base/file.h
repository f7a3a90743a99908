/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * file - a small file that is there whole or not at all. Supervisor.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

/* Writes PATH.new and gives it its name. What was there stays when it fails, a
 * PATH.new of somebody who was killed does not. */
int file_replace(const char *path, const void *bytes, size_t len, mode_t mode,
    struct err *);

#endif
