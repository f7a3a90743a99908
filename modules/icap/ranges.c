/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/ranges.h"

#include <string.h>
#include <strings.h>

struct piece {
	const char *at;
	size_t len;
};

const char *const range_headers[] = { "Range", "If-Range", "Request-Range",
	NULL };

static bool
is_one_of(const char *const *names, const char *line)
{
	size_t i, len;

	for (i = 0; names[i] != NULL; i++) {
		len = strlen(names[i]);
		if (strncasecmp(line, names[i], len) != 0)
			continue;
		line += len + strspn(line + len, " \t");
		return *line == ':';
	}
	return false;
}

bool
range_header(const char *line)
{
	return is_one_of(range_headers, line);
}

bool
range_piece(const char *line)
{
	static const char *const names[] = { "Content-Range",
		"Upload-Offset", NULL };

	return is_one_of(names, line);
}

/* "http://user@host:80/path?query": host and path. False: it is no URL. */
static bool
split(const char *url, struct piece *host, struct piece *path)
{
	const char *from = strstr(url, "://"), *at;

	if (from == NULL)
		return false;
	from += 3;
	host->at = from;
	host->len = strcspn(from, "/?#\\");
	path->at = from + host->len;
	path->len = strcspn(path->at, "?#");
	while ((at = memchr(host->at, '@', host->len)) != NULL) {
		host->len -= (size_t)(at + 1 - host->at);
		host->at = at + 1;
	}
	at = memchr(host->at, ':', host->len);
	if (at != NULL)
		host->len = (size_t)(at - host->at);
	if (host->len > 0 && host->at[host->len - 1] == '.')
		host->len--;
	return host->len > 0;
}

static bool
is_below(const struct piece *host, const char *name)
{
	size_t len = strlen(name);

	if (strcmp(name, "*") == 0)
		return true;
	if (len > host->len)
		return false;
	return strncasecmp(host->at + host->len - len, name, len) == 0 &&
	    (len == host->len || host->at[host->len - len - 1] == '.');
}

static bool
host_is_listed(const struct text_list *list, const struct piece *host)
{
	uint32_t i;

	for (i = 0; i < list->count; i++)
		if (is_below(host, list->item[i]))
			return true;
	return false;
}

/* Behind the last dot of the last name; signs that servers read as an end of
 * the name stand in no ending. */
static bool
ending_is_listed(const struct text_list *list, const struct piece *path)
{
	const char *slash = memrchr(path->at, '/', path->len);
	const char *end = path->at + path->len, *dot;
	uint32_t i;

	if (slash == NULL || memchr(slash, ';', (size_t)(end - slash)) != NULL)
		return false;
	dot = memrchr(slash, '.', (size_t)(end - slash));
	if (dot == NULL)
		return false;
	for (i = 0; i < list->count; i++)
		if (strlen(list->item[i]) == (size_t)(end - dot - 1) &&
		    strncasecmp(list->item[i], dot + 1,
		    (size_t)(end - dot - 1)) == 0)
			return true;
	return false;
}

bool
range_is_allowed(const struct settings *settings, const char *url)
{
	struct piece host, path;

	if (url == NULL || !split(url, &host, &path))
		return false;
	return host_is_listed(&settings->range_hosts, &host) ||
	    ending_is_listed(&settings->range_endings, &path);
}
