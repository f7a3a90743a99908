/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/openpgp_key.h"

#include <string.h>

#define CIPHER_MAX 13
#define HASH_MAX 14
#define SESSION_MAX 80		/* a key that is encrypted itself, its check */
#define KEY_HEAD 12		/* version, whose, how, bits of a number */
#define FINGERPRINT_4 21	/* of a key of version 4, and that number */
#define FINGERPRINT_6 33

/* How a key is made of a password: the kind says how long that is. 0: none. */
static size_t
made_by(struct slice s)
{
	static const size_t lengths[] = { 2, 10, 0, 11, 20 };
	const unsigned kind = s.len > 0 ? *s.at : UINT8_MAX;

	if (kind >= sizeof lengths / sizeof *lengths || lengths[kind] == 0 ||
	    s.len < lengths[kind])
		return 0;
	if (kind < 4 && (s.at[1] == 0 || s.at[1] > HASH_MAX))
		return 0;
	return lengths[kind];
}

/* Where the cipher stands, and behind how many bytes what made_by() reads. */
static const struct version {
	uint8_t number, cipher, made;
} versions[] = { { 4, 1, 2 }, { 5, 1, 3 }, { 6, 2, 5 } };

bool
openpgp_is_password(struct slice body)
{
	const struct version *v = versions;
	const struct version *end = v + sizeof versions / sizeof *versions;
	size_t len;

	while (v < end && (body.len <= v->made || *body.at != v->number))
		v++;
	if (v == end || body.at[v->cipher] == 0 ||
	    body.at[v->cipher] > CIPHER_MAX)
		return false;
	len = made_by(slice_tail(body, v->made));
	return len > 0 && body.len - v->made - len <= SESSION_MAX;
}

/* RSA, Elgamal and ECDH begin with a number of so many bits; X25519 and X448
 * do not. */
static bool
is_number(struct slice body)
{
	const uint64_t bits = slice_big(body, KEY_HEAD - 2, 2);

	return bits > 0 && (bits + 7) / 8 <= body.len - KEY_HEAD;
}

bool
openpgp_is_key(struct slice body)
{
	static const char numbers[] = { 1, 2, 16, 18 }, plain[] = { 25, 26 };

	if (body.len <= KEY_HEAD)
		return false;
	if (*body.at == 6)
		return body.at[1] == 0 || body.at[1] == FINGERPRINT_4 ||
		    body.at[1] == FINGERPRINT_6;
	if (*body.at != 3)
		return false;
	return memchr(plain, body.at[9], sizeof plain) != NULL ||
	    (memchr(numbers, body.at[9], sizeof numbers) != NULL &&
	    is_number(body));
}
