/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * containers - makes archives for tests, byte by byte: no program of the
 * machine is needed and nothing infected is ever a file of this tree.
 */
#ifndef TESTS_CONTAINERS_H
#define TESTS_CONTAINERS_H

#include <stddef.h>
#include <stdint.h>

struct bytes {
	uint8_t *data;		/* malloc()ed */
	size_t len;
};

void bytes_add(struct bytes *, const void *, size_t);
void bytes_free(struct bytes *);

struct bytes eicar_bytes(void);

/* A zip in the making: add members, then close. */
struct zip {
	struct bytes body, directory;
	uint16_t members;
};
void zip_add(struct zip *, const char *name, const void *, size_t);
void zip_add_encrypted(struct zip *, const char *name, const void *, size_t);
/* `zeroes` zero bytes and then the tail, deflated: small outside. */
void zip_add_large(struct zip *, const char *name, size_t zeroes,
    const void *tail, size_t tail_len);
struct bytes zip_close(struct zip *);

struct bytes zip_of(const char *name, struct bytes *content);	/* takes it */
struct bytes zip_nested(struct bytes *content, unsigned levels); /* takes it */
struct bytes gzip_of(struct bytes *content);			/* takes it */
struct bytes rar_of(const char *name, struct bytes *content);	/* takes it */

/* 512 bytes, of a member "n". */
void tar_header(uint8_t *, char kind, const char *size);

#endif
