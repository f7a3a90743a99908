/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wide - for the searches that are done with each byte of each body: functions
 * that work on 32 bytes at a time, and whether this machine has what they need.
 * Each finds the same as one for any machine, which is beside it.
 */
#ifndef UNPACK_WIDE_H
#define UNPACK_WIDE_H

#include <stdbool.h>
#include <stdint.h>

#define WIDE_BYTES 32

/* ASCII characters of up to eight rows of sixteen: for each lower half of a
 * byte the rows that have it, for each upper half its row, as a bit. */
struct wide_set {
	uint8_t low[16], high[16];
};

/* In each function that is compiled for one of them. */
#define IN_EACH inline __attribute__((always_inline))

#ifdef __x86_64__
#include <immintrin.h>

#define WIDE __attribute__((target("avx2")))
#define WIDE_HERE (__builtin_cpu_supports("avx2") != 0)

/* A bit for each of 32 bytes that is this one. */
WIDE static IN_EACH uint32_t
wide_equal(const uint8_t *at, uint8_t byte)
{
	return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(
	    _mm256_loadu_si256((const void *)at),
	    _mm256_set1_epi8((char)byte)));
}

/* A bit for each that is the one of the table for its lower half, capitals as
 * small letters. */
WIDE static IN_EACH uint32_t
wide_among(const uint8_t *at, const uint8_t table[16])
{
	const __m256i bytes = _mm256_or_si256(_mm256_loadu_si256(
	    (const void *)at), _mm256_set1_epi8(0x20));
	const __m256i all = _mm256_broadcastsi128_si256(
	    _mm_loadu_si128((const void *)table));

	return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes,
	    _mm256_shuffle_epi8(all, bytes)));
}

/* A bit for each that is in the set. */
WIDE static IN_EACH uint32_t
wide_in(const uint8_t *at, const struct wide_set *set)
{
	const __m256i bytes = _mm256_loadu_si256((const void *)at);
	const __m256i low = _mm256_broadcastsi128_si256(
	    _mm_loadu_si128((const void *)set->low));
	const __m256i high = _mm256_broadcastsi128_si256(
	    _mm_loadu_si128((const void *)set->high));
	const __m256i row = _mm256_and_si256(_mm256_srli_epi16(bytes, 4),
	    _mm256_set1_epi8(15));

	return ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(
	    _mm256_setzero_si256(), _mm256_and_si256(
	    _mm256_shuffle_epi8(low, bytes),
	    _mm256_shuffle_epi8(high, row))));
}
#else
#define WIDE
#define WIDE_HERE false

static IN_EACH uint32_t
wide_equal(const uint8_t *at, uint8_t byte)
{
	uint32_t bits = 0;
	unsigned i;

	for (i = 0; i < WIDE_BYTES; i++)
		bits |= (uint32_t)(at[i] == byte) << i;
	return bits;
}

static IN_EACH uint32_t
wide_among(const uint8_t *at, const uint8_t table[16])
{
	uint32_t bits = 0;
	unsigned i;

	for (i = 0; i < WIDE_BYTES; i++)
		bits |= (uint32_t)((at[i] | 0x20) == table[at[i] & 15]) << i;
	return bits;
}

static IN_EACH uint32_t
wide_in(const uint8_t *at, const struct wide_set *set)
{
	uint32_t bits = 0;
	unsigned i;

	for (i = 0; i < WIDE_BYTES; i++)
		bits |= (uint32_t)(at[i] < 128 &&
		    (set->low[at[i] & 15] & set->high[at[i] >> 4]) != 0) << i;
	return bits;
}
#endif

#endif
