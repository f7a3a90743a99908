/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * language - which of our languages a reader wants. Any process, any thread.
 */
#ifndef PAGE_LANGUAGE_H
#define PAGE_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>

#define LANGUAGE_MAX 36		/* longest tag with its NUL */

/* "en", "de-at": a folder of templates may have this name. */
bool language_valid(const char *tag);

/* Index of the best of `count` tags for an Accept-Language value (RFC 4647
 * lookup: de-AT finds de), or `fallback`, also for "*" and for NULL. */
size_t language_choose(const char *accept, const char *const *tags,
    size_t count, size_t fallback);

#endif
