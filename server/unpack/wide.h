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
#endif

#endif
