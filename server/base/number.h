/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * number - whole numbers and sizes as people write them. Any process.
 */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stdint.h>
#include <stdio.h>

/* "17"; "100M" for bytes, with K, M, G or nothing. Digits only: no sign, no
 * blank. -1: that is none. What is beyond 64 bits becomes the largest. */
int number_read(const char *text, uint64_t *number_out);
int number_read_bytes(const char *text, uint64_t *number_out);

/* As number_read_bytes() reads it. */
void number_print_bytes(uint64_t, FILE *);

#endif
