/* SPDX-License-Identifier: GPL-2.0-only */
#include "containers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/samples.h"

void
bytes_add(struct bytes *b, const void *data, size_t len)
{
	if (len == 0)
		return;
	b->data = realloc(b->data, b->len + len);
	if (b->data == NULL)
		abort();
	memcpy(b->data + b->len, data, len);
	b->len += len;
}

void
bytes_free(struct bytes *b)
{
	free(b->data);
	*b = (struct bytes){ NULL, 0 };
}

static void
add_little(struct bytes *b, uint32_t value, unsigned size)
{
	uint8_t byte;

	for (; size > 0; size--, value >>= 8) {
		byte = (uint8_t)value;
		bytes_add(b, &byte, 1);
	}
}

struct bytes
eicar_bytes(void)
{
	unsigned char copy[SAMPLE_MAX];
	struct bytes b = { NULL, 0 };

	bytes_add(&b, copy, sample_copy(&samples_found()[0], copy));
	return b;
}

static uint32_t
crc32_of_byte(uint32_t crc)
{
	int bit;

	for (bit = 0; bit < 8; bit++)
		crc = (crc >> 1) ^ (0xedb88320u & -(crc & 1));
	return crc;
}

static uint32_t
crc32_add(uint32_t crc, const uint8_t *at, size_t len)
{
	static uint32_t table[256];
	uint32_t i;

	for (i = 0; i < 256 && table[255] == 0; i++)
		table[i] = crc32_of_byte(i);
	for (crc = ~crc; len > 0; len--)
		crc = (crc >> 8) ^ table[(crc ^ *at++) & 0xff];
	return ~crc;
}

struct member {
	const char *name;
	uint16_t flags, method;
	uint32_t crc;
	size_t packed, size;
};

/* What local header and directory entry have in common. */
static void
add_fields(struct bytes *b, const struct member *m)
{
	add_little(b, 20, 2);
	add_little(b, m->flags, 2);
	add_little(b, m->method, 2);
	add_little(b, 0, 4);
	add_little(b, m->crc, 4);
	add_little(b, (uint32_t)m->packed, 4);
	add_little(b, (uint32_t)m->size, 4);
	add_little(b, (uint32_t)strlen(m->name), 2);
	add_little(b, 0, 2);
}

static void
add_member(struct zip *z, const struct member *m, const void *packed)
{
	size_t at = z->body.len;

	add_little(&z->body, 0x04034b50, 4);
	add_fields(&z->body, m);
	bytes_add(&z->body, m->name, strlen(m->name));
	bytes_add(&z->body, packed, m->packed);
	add_little(&z->directory, 0x02014b50, 4);
	add_little(&z->directory, 20, 2);
	add_fields(&z->directory, m);
	add_little(&z->directory, 0, 2);
	add_little(&z->directory, 0, 4);
	add_little(&z->directory, 0, 4);
	add_little(&z->directory, (uint32_t)at, 4);
	bytes_add(&z->directory, m->name, strlen(m->name));
	z->members++;
}

void
zip_add(struct zip *z, const char *name, const void *data, size_t len)
{
	add_member(z, &(struct member){ name, 0, 0, crc32_add(0, data, len),
	    len, len }, data);
}

void
zip_add_encrypted(struct zip *z, const char *name, const void *data, size_t len)
{
	struct bytes b = { NULL, 0 };

	bytes_add(&b, "\1\2\3\4\5\6\7\10\11\12\13\14", 12);
	bytes_add(&b, data, len);
	add_member(z, &(struct member){ name, 1, 0, 0x12345678, b.len, len },
	    b.data);
	bytes_free(&b);
}

/* A byte at a time would be a copy of all at a time in a sanitizer build. */
struct bits {
	struct bytes out;
	uint8_t chunk[4096];
	size_t used;
	uint32_t held;
	unsigned count;
};

static void
flush(struct bits *b)
{
	bytes_add(&b->out, b->chunk, b->used);
	b->used = 0;
}

/* Lowest bit first. */
static void
put_bits(struct bits *b, uint32_t value, unsigned count)
{
	b->held |= value << b->count;
	for (b->count += count; b->count >= 8; b->count -= 8, b->held >>= 8) {
		b->chunk[b->used++] = b->held & 0xff;
		if (b->used == sizeof b->chunk)
			flush(b);
	}
}

/* Huffman codes come highest bit first. */
static void
put_code(struct bits *b, uint32_t code, unsigned count)
{
	while (count-- > 0)
		put_bits(b, (code >> count) & 1, 1);
}

static void
put_stored(struct bits *b, int last, const void *data, size_t len)
{
	put_bits(b, (uint32_t)last, 3);
	if (b->count > 0)
		put_bits(b, 0, 8 - b->count);
	flush(b);
	add_little(&b->out, (uint32_t)len, 2);
	add_little(&b->out, ~(uint32_t)len, 2);
	bytes_add(&b->out, data, len);
}

/* One literal zero, then copies of 258 of it: code 285 is 11000101, distance
 * code 0 is 00000, the end is 0000000 (RFC 1951, 3.2.6). */
static struct bytes
deflate_zeroes(size_t zeroes, const void *tail, size_t tail_len)
{
	struct bits b = { .held = 0 };

	put_bits(&b, 0, 1);
	put_bits(&b, 1, 2);
	put_code(&b, 0x30, 8);
	for (; zeroes > 258; zeroes -= 258) {
		put_code(&b, 0xc5, 8);
		put_code(&b, 0, 5);
	}
	for (; zeroes > 1; zeroes--)
		put_code(&b, 0x30, 8);
	put_code(&b, 0, 7);
	put_stored(&b, 1, tail, tail_len);
	return b.out;
}

void
zip_add_large(struct zip *z, const char *name, size_t zeroes, const void *tail,
    size_t tail_len)
{
	struct bytes packed = deflate_zeroes(zeroes, tail, tail_len);
	uint8_t *plain = calloc(1, zeroes + tail_len);

	if (plain == NULL)
		abort();
	memcpy(plain + zeroes, tail, tail_len);
	add_member(z, &(struct member){ name, 0, 8,
	    crc32_add(0, plain, zeroes + tail_len), packed.len,
	    zeroes + tail_len }, packed.data);
	free(plain);
	bytes_free(&packed);
}

struct bytes
zip_close(struct zip *z)
{
	struct bytes done = z->body;
	size_t at = done.len;

	bytes_add(&done, z->directory.data, z->directory.len);
	add_little(&done, 0x06054b50, 4);
	add_little(&done, 0, 4);
	add_little(&done, z->members, 2);
	add_little(&done, z->members, 2);
	add_little(&done, (uint32_t)z->directory.len, 4);
	add_little(&done, (uint32_t)at, 4);
	add_little(&done, 0, 2);
	bytes_free(&z->directory);
	*z = (struct zip){ .members = 0 };
	return done;
}

struct bytes
zip_of(const char *name, struct bytes *content)
{
	struct zip z = { .members = 0 };

	zip_add(&z, name, content->data, content->len);
	bytes_free(content);
	return zip_close(&z);
}

struct bytes
zip_nested(struct bytes *content, unsigned levels)
{
	struct bytes inner = *content;
	unsigned i;
	char name[32];

	*content = (struct bytes){ NULL, 0 };
	for (i = 0; i < levels; i++) {
		snprintf(name, sizeof name, "%u.zip", i);
		inner = zip_of(i == 0 ? "eicar.com" : name, &inner);
	}
	return inner;
}

struct bytes
gzip_of(struct bytes *content)
{
	static const uint8_t head[] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3 };
	struct bits b = { .held = 0 };

	bytes_add(&b.out, head, sizeof head);
	put_stored(&b, 1, content->data, content->len);
	add_little(&b.out, crc32_add(0, content->data, content->len), 4);
	add_little(&b.out, (uint32_t)content->len, 4);
	bytes_free(content);
	return b.out;
}

/* RAR 2.9: the check of a header is the lower half of its CRC. */
static void
add_rar_header(struct bytes *b, struct bytes *header)
{
	add_little(b, crc32_add(0, header->data, header->len) & 0xffff, 2);
	bytes_add(b, header->data, header->len);
	bytes_free(header);
}

struct bytes
rar_of(const char *name, struct bytes *content)
{
	const uint32_t crc = crc32_add(0, content->data, content->len);
	struct bytes b = { NULL, 0 }, header = { NULL, 0 };

	bytes_add(&b, "Rar!\x1a\x07", 7);
	bytes_add(&header, "\x73\0\0\x0d\0\0\0\0\0\0", 11);
	add_rar_header(&b, &header);
	bytes_add(&header, "\x74\0\x80", 3);
	add_little(&header, (uint32_t)(32 + strlen(name)), 2);
	add_little(&header, (uint32_t)content->len, 4);
	add_little(&header, (uint32_t)content->len, 4);
	bytes_add(&header, "\3", 1);		/* Unix */
	add_little(&header, crc, 4);
	add_little(&header, 0x58210000, 4);
	bytes_add(&header, "\x14\x30", 2);	/* stored */
	add_little(&header, (uint32_t)strlen(name), 2);
	add_little(&header, 0100644, 4);
	bytes_add(&header, name, strlen(name));
	add_rar_header(&b, &header);
	bytes_add(&b, content->data, content->len);
	bytes_free(content);
	return b;
}

void
tar_header(uint8_t *at, char kind, const char *size)
{
	unsigned i, sum = 8 * ' ';

	memset(at, 0, 512);
	at[0] = 'n';
	at[156] = (uint8_t)kind;
	memcpy(at + 124, size, strlen(size));
	for (i = 0; i < 512; i++)
		sum += at[i];
	snprintf((char *)at + 148, 8, "%06o", sum);
	at[155] = ' ';
}
