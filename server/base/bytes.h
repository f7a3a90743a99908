/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bytes - writes and reads numbers and bytes in a bounded piece of memory.
 * Big-endian. Any process, any thread.
 *
 * Neither side checks after each call: the first one that does not fit sets
 * `bad`, later ones do nothing (a read gives 0), and the user asks once.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct writer {
	uint8_t *start, *at, *end;
	bool bad;
};

struct reader {
	const uint8_t *at, *end;
	bool bad;
};

struct writer writer_on(void *memory, size_t size);
void put_u8(struct writer *, uint8_t);
void put_u16(struct writer *, uint16_t);
void put_u32(struct writer *, uint32_t);
void put_u64(struct writer *, uint64_t);
void put_bytes(struct writer *, const void *, size_t);
size_t writer_len(const struct writer *);

struct reader reader_on(const void *memory, size_t size);
uint8_t get_u8(struct reader *);
uint16_t get_u16(struct reader *);
uint32_t get_u32(struct reader *);
uint64_t get_u64(struct reader *);
const uint8_t *get_bytes(struct reader *, size_t);	/* ours; NULL if bad */
bool reader_done(const struct reader *);	/* nothing bad, nothing left */

#endif
