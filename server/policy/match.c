/* SPDX-License-Identifier: GPL-2.0-only */
#include "policy/match.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

struct network {
	uint8_t bytes[16];
	unsigned family, prefix;
};

/* An IPv4 address in the clothes of IPv6 is an IPv4 address. */
static int
read_address(const char *text, struct network *out)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	memset(out, 0, sizeof *out);
	out->family = strchr(text, ':') == NULL ? AF_INET : AF_INET6;
	if (inet_pton((int)out->family, text, out->bytes) != 1)
		return -1;
	out->prefix = out->family == AF_INET ? 32 : 128;
	if (out->family == AF_INET6 &&
	    memcmp(out->bytes, mapped, sizeof mapped) == 0) {
		memmove(out->bytes, out->bytes + 12, 4);
		out->family = AF_INET;
		out->prefix = 32;
	}
	return 0;
}

bool
subject_is_address(const char *text)
{
	struct network network;

	return read_address(text, &network) == 0;
}

static int
read_network(const char *word, struct network *out)
{
	char address[INET6_ADDRSTRLEN];
	size_t len = strcspn(word, "/");
	const char *bits = word + len + 1;
	unsigned long prefix;

	if (len >= sizeof address)
		return -1;
	memcpy(address, word, len);
	address[len] = '\0';
	if (read_address(address, out) == -1)
		return -1;
	if (word[len] == '\0')
		return 0;
	if (*bits == '\0' || strlen(bits) > 3 ||
	    bits[strspn(bits, DIGITS)] != '\0')
		return -1;
	prefix = strtoul(bits, NULL, 10);
	if (prefix > out->prefix)
		return -1;
	out->prefix = (unsigned)prefix;
	return 0;
}

static bool
same_bits(const uint8_t *a, const uint8_t *b, unsigned count)
{
	unsigned rest = count % 8;

	if (memcmp(a, b, count / 8) != 0)
		return false;
	return rest == 0 || ((a[count / 8] ^ b[count / 8]) >> (8 - rest)) == 0;
}

static int
check_client(char *word, struct err *err)
{
	struct network network;

	if (read_network(word, &network) == -1)
		return err_set(err, "is no address or network");
	return 0;
}

static bool
client_holds(const char *word, const struct subject *subject)
{
	struct network network, client;

	return subject->client != NULL && read_network(word, &network) == 0 &&
	    read_address(subject->client, &client) == 0 &&
	    network.family == client.family &&
	    same_bits(network.bytes, client.bytes, network.prefix);
}

static int
check_user(char *word, struct err *err)
{
	size_t len = strlen(word), at = 0, n;
	const char *star = strchr(word, '*');
	uint32_t code;

	if (star != NULL && strchr(star + 1, '*') != NULL)
		return err_set(err, "has more than one *");
	for (; at < len; at += n) {
		n = utf8_next(word + at, len - at, &code);
		if (n == 0 || !utf8_printable(code))
			return err_set(err, "is no printable text");
	}
	return 0;
}

/* Only * has a meaning. Two ends and what is between them, so that the time is
 * linear, whatever somebody sends as name. */
static bool
like(const char *word, const char *text)
{
	size_t head = strcspn(word, "*");
	size_t len = strlen(text), tail;

	if (word[head] == '\0')
		return strcasecmp(word, text) == 0;
	tail = strlen(word + head + 1);
	return len >= head + tail && strncasecmp(word, text, head) == 0 &&
	    strcasecmp(word + head + 1, text + len - tail) == 0;
}

static bool
user_holds(const char *word, const struct subject *subject)
{
	return subject->user != NULL && subject->user[0] != '\0' &&
	    like(word, subject->user);
}

static void
lower(char *word)
{
	for (; *word != '\0'; word++)
		*word = (char)tolower((unsigned char)*word);
}

static int
check_host(char *word, struct err *err)
{
	size_t len = strlen(word);

	lower(word);
	if (word[strspn(word, LOWER DIGITS "._:-")] != '\0')
		return err_set(err, "is no host");
	if (word[len - 1] == '.' || strstr(word, "..") != NULL)
		return err_set(err, "is no host");
	return 0;
}

/* ".example.org" is example.org and all that is in it. */
static bool
host_holds(const char *word, const struct subject *subject)
{
	size_t len = strlen(subject->host), want = strlen(word);

	if (len == 0)
		return false;
	if (*word != '.' || len < want)
		return strcmp(*word == '.' ? word + 1 : word,
		    subject->host) == 0;
	return strcmp(subject->host + len - want, word) == 0;
}

static int
check_method(char *word, struct err *err)
{
	for (; *word != '\0'; word++) {
		if (!isalpha((unsigned char)*word))
			return err_set(err, "is no method");
		*word = (char)toupper((unsigned char)*word);
	}
	return 0;
}

static bool
method_holds(const char *word, const struct subject *subject)
{
	return subject->method != NULL && strcmp(word, subject->method) == 0;
}

static int
check_type(char *word, struct err *err)
{
	struct subject probe;
	const char *slash = strchr(word, '/');
	const char *star = strchr(word, '*');

	lower(word);
	subject_type(&probe, word, strlen(word));
	if (strcmp(probe.type, word) != 0)
		return err_set(err, "is no type");
	if (star != NULL && (star != slash + 1 || star[1] != '\0'))
		return err_set(err, "has a * where none can be");
	return 0;
}

static bool
type_holds(const char *word, const struct subject *subject)
{
	size_t len = strlen(word);

	if (subject->type[0] == '\0')
		return false;
	if (word[len - 1] == '*')
		return strncmp(word, subject->type, len - 1) == 0;
	return strcmp(word, subject->type) == 0;
}

static int
check_way(char *word, struct err *err)
{
	if (strcmp(word, "download") == 0 || strcmp(word, "upload") == 0)
		return 0;
	return err_set(err, "is no way");
}

static bool
way_holds(const char *word, const struct subject *subject)
{
	return (strcmp(word, "upload") == 0) == subject->is_upload;
}

static const struct match rows[MATCH_COUNT] = {
	{ "clients", "addresses or networks, such as 192.0.2.7, 10.0.0.0/8, "
	    "2001:db8::/32",
	    "Who asked the proxy, as it says in X-Client-IP; without that, the "
	    "proxy itself.",
	    check_client, client_holds },
	{ "users", "names, one * in each stands for any text",
	    "The user, as the proxy says in X-Authenticated-User or "
	    "X-Client-Username. Small and capital letters are the same.",
	    check_user, user_holds },
	{ "hosts", "hosts as they stand in URLs (a-z 0-9 . _ : -); with a dot "
	    "before it, all that is in it, too: .example.org",
	    "The host of the URL.",
	    check_host, host_holds },
	{ "methods", "HTTP methods, such as GET, POST",
	    "The method of the request.",
	    check_method, method_holds },
	{ "types", "media types, such as image/png, image/*",
	    "Content-Type of the body, as its sender declares it: he can say "
	    "what he wants.",
	    check_type, type_holds },
	{ "ways", "download, upload",
	    "download: bodies of answers; upload: bodies of requests.",
	    check_way, way_holds },
};

const struct match *
match_row(size_t i)
{
	return &rows[i];
}

const struct match *
match_find(const char *name)
{
	size_t i;

	for (i = 0; i < MATCH_COUNT; i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}
