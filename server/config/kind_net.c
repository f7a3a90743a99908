/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Settings that are addresses. What is stored is what inet_ntop(3) says, so
 * that nothing else reaches the generated settings of c-icap.
 */
#include "config/settings_rows.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct address {
	int family;
	unsigned bits;			/* of the whole address */
	uint8_t bytes[16];
};

static int
address_parse(const char *text, struct address *address_out)
{
	memset(address_out, 0, sizeof *address_out);
	address_out->family = strchr(text, ':') == NULL ? AF_INET : AF_INET6;
	address_out->bits = address_out->family == AF_INET ? 32 : 128;
	return inet_pton(address_out->family, text, address_out->bytes) == 1 ?
	    0 : -1;
}

static int
number_parse(const char *text, unsigned most, unsigned *number_out)
{
	size_t len = strspn(text, "0123456789");

	if (len == 0 || len > 5 || text[len] != '\0')
		return -1;
	*number_out = (unsigned)strtoul(text, NULL, 10);
	return *number_out <= most ? 0 : -1;
}

/* Cuts "127.0.0.1:1344" or "[::1]:1344" in two, in place. */
static int
split_port(char *text, char **host_out, char **port_out)
{
	char *colon = strrchr(text, ':');
	size_t host_len;

	if (colon == NULL)
		return -1;
	*colon = '\0';
	*port_out = colon + 1;
	*host_out = text;
	host_len = strlen(text);
	if (*text != '[')
		return strchr(text, ':') == NULL ? 0 : -1;
	if (host_len < 2 || text[host_len - 1] != ']')
		return -1;
	text[host_len - 1] = '\0';
	*host_out = text + 1;
	return strchr(*host_out, ':') != NULL ? 0 : -1;
}

static int
set_address(const struct setting *row, void *field, const char *value,
    struct err *err)
{
	char copy[128], canonical[INET6_ADDRSTRLEN], *host, *port;
	struct address address;
	unsigned number;

	if (strlen(value) >= sizeof copy)
		return value_bad(err, value, "is too long");
	memcpy(copy, value, strlen(value) + 1);
	if (split_port(copy, &host, &port) == -1 ||
	    address_parse(host, &address) == -1)
		return value_bad(err, value, "is no address and port");
	if (number_parse(port, 65535, &number) == -1 || number == 0)
		return value_bad(err, value, "has no port from 1 to 65535");
	inet_ntop(address.family, address.bytes, canonical, sizeof canonical);
	memset(field, 0, row->size);
	snprintf(field, row->size,
	    address.family == AF_INET ? "%s:%u" : "[%s]:%u", canonical, number);
	return 0;
}

static void
print_address(const struct setting *row, const void *field, FILE *out)
{
	(void)row;
	fputs(field, out);
}

static void
allowed_address(const struct setting *row, FILE *out)
{
	(void)row;
	fputs("IPV4-ADDRESS:PORT, such as 127.0.0.1:1344", out);
}

/* Only the bits of the network stay. */
static void
mask(struct address *address, unsigned prefix)
{
	unsigned i;

	for (i = prefix; i < address->bits; i++)
		address->bytes[i / 8] &= (uint8_t)~(0x80U >> i % 8);
}

static int
one_network(char *item, struct err *err)
{
	char given[SETTING_TEXT], canonical[INET6_ADDRSTRLEN], *slash;
	struct address address;
	unsigned prefix;

	memcpy(given, item, sizeof given);
	slash = strchr(item, '/');
	if (slash != NULL)
		*slash = '\0';
	if (address_parse(item, &address) == -1)
		return value_bad(err, given, "is no address or network");
	prefix = address.bits;
	if (slash != NULL &&
	    number_parse(slash + 1, address.bits, &prefix) == -1)
		return value_bad(err, given, "has a bad prefix length");
	mask(&address, prefix);
	inet_ntop(address.family, address.bytes, canonical, sizeof canonical);
	memset(item, 0, SETTING_TEXT);
	if (prefix == address.bits)
		snprintf(item, SETTING_TEXT, "%s", canonical);
	else
		snprintf(item, SETTING_TEXT, "%s/%u", canonical, prefix);
	return 0;
}

static int
set_networks(const struct setting *row, void *field, const char *value,
    struct err *err)
{
	(void)row;
	return list_set(field, value, one_network, err);
}

static void
print_networks(const struct setting *row, const void *field, FILE *out)
{
	(void)row;
	list_print(field, out);
}

static void
allowed_networks(const struct setting *row, FILE *out)
{
	(void)row;
	fprintf(out, "1 to %d addresses or networks, such as 192.0.2.7, "
	    "10.0.0.0/8, ::1, 2001:db8::/32", LIST_MAX);
}

const struct kind kind_address = { set_address, print_address, allowed_address,
	false, false };
const struct kind kind_networks = { set_networks, print_networks,
	allowed_networks, false, true };
