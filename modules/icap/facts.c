/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/facts.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Base64 of the longest name that we keep, and not more. */
#define BASE64_MAX ((FACT_MAX + 2) / 3 * 4)

static bool
is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

char *
fact_clean(char *out, size_t size, const char *value)
{
	size_t len = 0;

	if (value == NULL)
		value = "";
	while (*value == ' ' || *value == '\t')
		value++;
	for (; *value != '\0' && len + 1 < size; value++)
		if (!is_control(*value))
			out[len++] = *value;
	while (len > 0 && out[len - 1] == ' ')
		len--;
	out[len] = '\0';
	return out;
}

static bool
is_method(const char *line, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!isalpha((unsigned char)line[i]))
			return false;
	return len > 0 && len < sizeof ((struct origin *)0)->method;
}

/* What is between method and " HTTP/1.1"; a broken URL may hold spaces. */
static size_t
url_length(const char *url)
{
	size_t len = strlen(url);
	const char *space = strrchr(url, ' ');

	if (space != NULL && strncasecmp(space + 1, "HTTP/", 5) == 0)
		len = (size_t)(space - url);
	while (len > 0 && url[len - 1] == ' ')
		len--;
	return len;
}

int
origin_line(struct origin *origin, const char *line, struct err *err)
{
	size_t method_len = line != NULL ? strcspn(line, " ") : 0;
	const char *url;

	strcpy(origin->method, "-");
	strcpy(origin->shown_url, "-");
	if (line == NULL || !is_method(line, method_len))
		return 0;
	memcpy(origin->method, line, method_len);
	origin->method[method_len] = '\0';
	url = line + method_len;
	url += strspn(url, " ");
	if (url_length(url) == 0)
		return 0;
	origin->url = strndup(url, url_length(url));
	if (origin->url == NULL)
		return err_sys(err, "url");
	fact_clean(origin->shown_url, sizeof origin->shown_url, origin->url);
	return 0;
}

static bool
is_address(const char *text)
{
	unsigned char address[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, text, address) == 1 ||
	    inet_pton(AF_INET6, text, address) == 1;
}

bool
origin_client(struct origin *origin, const char *header)
{
	fact_clean(origin->client, sizeof origin->client, header);
	return is_address(origin->client);
}

void
origin_peer(struct origin *origin, const char *peer)
{
	fact_clean(origin->client, sizeof origin->client, peer);
	if (origin->client[0] == '\0')
		strcpy(origin->client, "-");
}

static bool
is_printable(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (is_control(text[i]))
			return false;
	return true;
}

/* EVP_DecodeBlock() counts the padding as bytes. */
static bool
from_base64(char *out, size_t size, const char *text)
{
	size_t len = strlen(text);
	int n;

	if (len == 0 || len % 4 != 0 || len > BASE64_MAX ||
	    len / 4 * 3 >= size)
		return false;
	n = EVP_DecodeBlock((unsigned char *)out, (const unsigned char *)text,
	    (int)len);
	if (n < 0 || (size_t)n != len / 4 * 3)
		return false;
	n -= (text[len - 1] == '=') + (text[len - 2] == '=');
	out[n] = '\0';
	return is_printable(out, (size_t)n) && strstr(out, "://") != NULL;
}

void
origin_user(struct origin *origin, const char *authenticated,
    const char *client_username)
{
	char plain[BASE64_MAX + 1], decoded[FACT_MAX + 8];

	fact_clean(plain, sizeof plain, authenticated);
	if (plain[0] == '\0')
		fact_clean(plain, sizeof plain, client_username);
	if (from_base64(decoded, sizeof decoded, plain))
		fact_clean(origin->user, sizeof origin->user, decoded);
	else
		fact_clean(origin->user, sizeof origin->user, plain);
}

void
origin_free(struct origin *origin)
{
	free(origin->url);
	origin->url = NULL;
}

uint64_t
fact_length(const char *value)
{
	unsigned long long length;
	char *end;

	if (value == NULL)
		return 0;
	value += strspn(value, " \t");
	if (!isdigit((unsigned char)*value))
		return 0;
	errno = 0;
	length = strtoull(value, &end, 10);
	end += strspn(end, " \t");
	return errno == 0 && *end == '\0' ? length : 0;
}

static bool
has_status(const char *line, const char *status)
{
	const char *at = line != NULL ? strchr(line, ' ') : NULL;
	size_t len = strlen(status);

	while (at != NULL && *at == ' ')
		at++;
	return at != NULL && strncmp(at, status, len) == 0 &&
	    (at[len] < '0' || at[len] > '9');
}

bool
fact_is_partial(const char *status_line, const char *type, size_t len)
{
	static const char ranges[] = "multipart/byteranges";
	size_t i;

	if (has_status(status_line, "206"))
		return true;
	for (i = 0; i + sizeof ranges - 1 <= len; i++)
		if (strncasecmp(type + i, ranges, sizeof ranges - 1) == 0)
			return true;
	return false;
}

bool
fact_is_fetched(const char *dest)
{
	return dest == NULL || strcmp(dest, "empty") == 0;
}

bool
fact_token_equal(const char *given, const char *token)
{
	size_t len = strlen(token);

	if (given == NULL || len == 0 || strlen(given) != len)
		return false;
	return CRYPTO_memcmp(given, token, len) == 0;
}
