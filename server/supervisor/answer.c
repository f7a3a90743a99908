/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HEAD_END "\r\n\r\n"

/* Where the head ends, behind its empty line; NULL if it goes on. */
static const char *
head_end(const char *text, size_t len)
{
	const char *end = memmem(text, len, HEAD_END, strlen(HEAD_END));

	return end != NULL ? end + strlen(HEAD_END) : NULL;
}

/* Copies the value of a header; -1 if the head has none of that name. */
static int
header(char *out, size_t size, const char *head, const char *end,
    const char *name)
{
	const char *line = head, *eol;
	size_t len = strlen(name), n;

	while (line < end) {
		eol = memmem(line, (size_t)(end - line), "\r\n", 2);
		if (eol == NULL)
			return -1;
		n = (size_t)(eol - line);
		if (n > len && line[len] == ':' &&
		    strncasecmp(line, name, len) == 0) {
			line += len + 1;
			snprintf(out, size, "%.*s", (int)(eol - line), line);
			return 0;
		}
		line = eol + 2;
	}
	return -1;
}

static int
status_of(const char *text, size_t len, const char *protocol)
{
	char line[32];
	size_t skip = strlen(protocol);

	if (len < skip + 4 || strncmp(text, protocol, skip) != 0)
		return 0;
	snprintf(line, sizeof(line), "%.*s", 4, text + skip);
	return atoi(line);
}

static int
has_http_head(const char *head, const char *end)
{
	char value[200];

	return header(value, sizeof(value), head, end, "Encapsulated") == 0 &&
	    strstr(value, "res-hdr=0") != NULL;
}

int
answer_complete(const char *text, size_t len)
{
	const char *end = head_end(text, len);

	if (end == NULL)
		return 0;
	return !has_http_head(text, end) ||
	    head_end(end, len - (size_t)(end - text)) != NULL;
}

static void
parse_found(struct answer *out, const char *value)
{
	const char *type = strstr(value, "Type=");
	const char *threat = strstr(value, "Threat=");

	out->found_type = type != NULL ? atoi(type + strlen("Type=")) : -1;
	if (threat != NULL)
		snprintf(out->threat, sizeof(out->threat), "%.*s",
		    (int)strcspn(threat + strlen("Threat="), ";"),
		    threat + strlen("Threat="));
}

int
answer_parse(struct answer *out, const char *text, size_t len,
    struct err *err)
{
	const char *end = head_end(text, len);
	char value[400];

	*out = (struct answer){ .found_type = -1 };
	if (end == NULL)
		return err_set(err, "no whole answer");
	out->icap_status = status_of(text, len, "ICAP/1.0 ");
	if (out->icap_status == 0)
		return err_set(err, "not an ICAP server");
	if (header(value, sizeof(value), text, end, "X-Infection-Found") == 0)
		parse_found(out, value);
	if (has_http_head(text, end))
		out->http_status = status_of(end, len - (size_t)(end - text),
		    "HTTP/1.1 ");
	return 0;
}
