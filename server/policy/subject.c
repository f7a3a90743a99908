/* SPDX-License-Identifier: GPL-2.0-only */
/* What a request tells of itself, in the form that policies compare. */
#include "policy/match.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define TOKEN                                                                  \
	"abcdefghijklmnopqrstuvwxyz0123456789!#$&^_.+-'%*`|~"

static void
to_lower(char *text)
{
	for (; *text != '\0'; text++)
		*text = (char)tolower((unsigned char)*text);
}

/* Behind "http://"; NULL when there is no such thing. */
static const char *
behind_scheme(const char *url)
{
	size_t len = strspn(url, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-");

	if (len == 0 || strncmp(url + len, "://", 3) != 0)
		return NULL;
	return url + len + 3;
}

static bool
has_port(const char *text)
{
	const char *colon = strrchr(text, ':');

	return colon != NULL && colon[1] != '\0' &&
	    colon[1 + strspn(colon + 1, "0123456789")] == '\0';
}

bool
subject_is_url(const char *text)
{
	struct subject subject;

	subject_host(&subject, text, NULL);
	return subject.host[0] != '\0' &&
	    (behind_scheme(text) != NULL || has_port(text));
}

/* Of "user@name:port" the name. */
static void
take_name(char *out, const char *at, size_t len)
{
	const char *sign = memrchr(at, '@', len);
	size_t name;

	out[0] = '\0';
	if (sign != NULL) {
		len -= (size_t)(sign + 1 - at);
		at = sign + 1;
	}
	if (len > 0 && *at == '[') {
		const char *end = memchr(at, ']', len);

		if (end == NULL)
			return;
		at++;
		name = (size_t)(end - at);
	} else {
		const char *colon = memchr(at, ':', len);

		name = colon != NULL ? (size_t)(colon - at) : len;
	}
	if (name >= SUBJECT_HOST)
		return;
	memcpy(out, at, name);
	out[name] = '\0';
}

void
subject_host(struct subject *subject, const char *url, const char *header)
{
	const char *at = url != NULL ? behind_scheme(url) : NULL;
	char *host = subject->host;
	size_t len;

	if (at == NULL && url != NULL && *url != '/' && *url != '*')
		at = url;		/* CONNECT name:port */
	if (at == NULL)
		at = header != NULL ? header + strspn(header, " \t") : "";
	take_name(host, at, strcspn(at, "/?#\\ \t"));
	to_lower(host);
	len = strlen(host);
	if (len > 0 && host[len - 1] == '.')
		host[--len] = '\0';
	if (strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789._:-") != len)
		host[0] = '\0';
}

void
subject_type(struct subject *subject, const char *text, size_t len)
{
	char *type = subject->type;
	const char *end;
	size_t slash;

	type[0] = '\0';
	if (text == NULL || memchr(text, ',', len) != NULL)
		return;
	end = memchr(text, ';', len);
	if (end != NULL)
		len = (size_t)(end - text);
	while (len > 0 && (*text == ' ' || *text == '\t'))
		text++, len--;
	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
		len--;
	if (len >= SUBJECT_TYPE)
		return;
	memcpy(type, text, len);
	type[len] = '\0';
	to_lower(type);
	slash = strspn(type, TOKEN);
	if (slash == 0 || slash + 1 >= len || type[slash] != '/' ||
	    slash + 1 + strspn(type + slash + 1, TOKEN) != len)
		type[0] = '\0';
}
