/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/address.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Digits only, no sign, no space: strtoul alone takes both. */
static int
parse_number(const char *text, unsigned long max, unsigned long *out)
{
	size_t digits = strspn(text, "0123456789");

	if (digits == 0 || digits > 5 || text[digits] != '\0')
		return -1;
	*out = strtoul(text, NULL, 10);
	return *out > max ? -1 : 0;
}

/* Cuts `text` at the separator; returns what stands behind it, or NULL. */
static char *
split(char *copy, size_t size, const char *text, char separator)
{
	char *at;

	if (strlen(text) >= size)
		return NULL;
	memcpy(copy, text, strlen(text) + 1);
	at = strrchr(copy, separator);
	if (at == NULL)
		return NULL;
	*at = '\0';
	return at + 1;
}

int
address_parse_listen(const char *text, struct sockaddr_in *out,
    struct err *err)
{
	char host[64];
	const char *port = split(host, sizeof(host), text, ':');
	unsigned long number;

	*out = (struct sockaddr_in){ .sin_family = AF_INET };
	if (*text == '[')
		return err_set(err, "%s: Debian's c-icap has no IPv6; "
		    "allowed: an IPv4 address and a port, 127.0.0.1:1344",
		    text);
	if (port == NULL || parse_number(port, 65535, &number) == -1 ||
	    number == 0 || inet_pton(AF_INET, host, &out->sin_addr) != 1)
		return err_set(err, "not an address; allowed: an IPv4 address "
		    "and a port, 127.0.0.1:1344");
	out->sin_port = htons((uint16_t)number);
	return 0;
}

static int
parse_mask(const char *text, struct in_addr *out)
{
	unsigned long bits;

	if (inet_pton(AF_INET, text, out) == 1)
		return 0;
	if (parse_number(text, 32, &bits) == -1)
		return -1;
	out->s_addr = bits == 0 ? 0 : htonl(UINT32_MAX << (32 - bits));
	return 0;
}

int
address_parse_client(const char *text, struct network *out, struct err *err)
{
	char host[64];
	const char *mask = split(host, sizeof(host), text, '/');

	if (strchr(text, ':') != NULL)
		return 1;
	if (mask == NULL) {
		out->mask.s_addr = UINT32_MAX;
		if (inet_pton(AF_INET, text, &out->address) == 1)
			return 0;
	} else if (parse_mask(mask, &out->mask) == 0 &&
	    inet_pton(AF_INET, host, &out->address) == 1) {
		return 0;
	}
	return err_set(err, "not a client; allowed: IPv4 addresses and "
	    "networks, 192.168.1.7, 10.0.0.0/8");
}

struct sockaddr_in
address_of_self(const struct sockaddr_in *listen)
{
	struct sockaddr_in self = *listen;

	if (self.sin_addr.s_addr == htonl(INADDR_ANY))
		self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return self;
}
