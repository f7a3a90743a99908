/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * print - words of the sample file and of the manual, for this folder only.
 */
#ifndef CONFIG_PRINT_H
#define CONFIG_PRINT_H

#include <stdio.h>

/* Lines that begin with `lead`. */
void print_wrapped(FILE *, const char *lead, const char *text);

/* What stands between commas, in brackets as libconfig wants it, in as many
 * lines that begin with `lead` as it takes; so many signs are in this one. */
void print_list(FILE *, const char *lead, size_t column, const char *items);

/* Text that roff shall not take for its own, with blanks behind commas. */
void print_roff(FILE *, const char *text);

/* The list `policies`. */
void policies_print_sample(FILE *);
void policies_print_manual(FILE *);

#endif
