/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * utf8 - reads text that people wrote. Any process, any thread.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the character at `text` (1 to 4), 0 when it is no valid UTF-8: too
 * long a form, a surrogate, beyond U+10FFFF, or cut. len > 0. */
size_t utf8_next(const char *text, size_t len, uint32_t *code_out);

/* Not a control character, a line end, or one that turns the direction of the
 * text around it. */
bool utf8_printable(uint32_t code);

#endif
