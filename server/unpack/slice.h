/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * slice - a piece of somebody else's bytes. Worker only; pure functions.
 */
#ifndef UNPACK_SLICE_H
#define UNPACK_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct slice {
	const uint8_t *at;
	size_t len;
};

struct slice slice_on(const void *, size_t len);
struct slice slice_text(const char *);

/* The first `len` bytes, or what follows them. len is at most s.len. */
struct slice slice_head(struct slice, size_t len);
struct slice slice_tail(struct slice, size_t len);

/* `len` bytes from `at` on, or as much of that as is there. */
struct slice slice_part(struct slice, uint64_t at, uint64_t len);

/* Up to the first `stop`, which is taken off `rest`, too; else all of it. */
struct slice slice_cut(struct slice *rest, uint8_t stop);

/* Without blanks, tabs and line ends around it. */
struct slice slice_trim(struct slice);

/* Where the word begins, in any letter case; s.len if nowhere. O(s.len) for
 * our own short words. */
size_t slice_find(struct slice, const char *word);

/* Where two bytes stand next to each other, at `from` or behind; s.len if
 * nowhere. Nearly as fast as memchr() where they are rare. */
size_t slice_find_pair(struct slice, size_t from, uint8_t first,
    uint8_t second);

/* The same of a line feed and either of two bytes. */
size_t slice_find_line(struct slice, size_t from, uint8_t one, uint8_t other);

bool slice_is(struct slice, const char *word);
bool slice_starts(struct slice, const char *word);
bool slice_same(struct slice, struct slice);

/* A number of `len` bytes, the lowest first; 0 if not all are there. */
uint64_t slice_uint(struct slice, uint64_t at, unsigned len);

/* The highest first. */
uint64_t slice_big(struct slice, size_t at, unsigned len);

/* The same of bytes that are all there; eight at most. */
uint64_t bytes_uint(const uint8_t *at, unsigned len);

bool is_blank(uint8_t);		/* blank or tab */
bool is_line_end(uint8_t);	/* CR or LF */
int hex_value(uint8_t);		/* -1: none */

#endif
