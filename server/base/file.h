/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * file - a small file that is there whole or not at all; reads and writes that
 * end when all is done. Any process.
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

/* All of it: 0, or -1 and errno. */
int file_write_all(int fd, const void *bytes, size_t len);

/* Until there is no more room or no more file: how much, or -1 and errno. */
ssize_t file_read_all(int fd, void *bytes, size_t size);

#endif
