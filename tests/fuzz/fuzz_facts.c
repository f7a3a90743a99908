/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "fuzz.h"
#include "icap/facts.h"
#include "icap/ranges.h"

static void
must_be_clean(const char *text, size_t size)
{
	if (strnlen(text, size) == size)
		abort();
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			abort();
}

/* A URL without a dot has no ending and, but for "*", no listed host. */
static void
ranges(const char *url, const char *line)
{
	static struct settings settings;

	if (settings.body_max == 0)
		settings_defaults(&settings);
	if (range_is_allowed(&settings, url) && strchr(url, '.') == NULL)
		abort();
	if (line != NULL && range_header(line) && strchr(line, ':') == NULL)
		abort();
}

/* Four texts: request line, X-Client-IP, X-Authenticated-User and
 * X-Client-Username; an empty one is a header that is not there. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_FREE char *text = malloc(size + 1);
	const char *field[4] = { NULL };
	struct origin origin = { .url = NULL };
	struct err err;
	char *rest;
	size_t i;

	if (text == NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	rest = text;
	for (i = 0; i < 4 && rest != NULL; i++) {
		field[i] = strsep(&rest, "\n");
		if (*field[i] == '\0')
			field[i] = NULL;
	}
	if (origin_line(&origin, field[0], &err) == -1)
		return 0;
	if (!origin_client(&origin, field[1]))
		origin_peer(&origin, "127.0.0.1");
	origin_user(&origin, field[2], field[3]);
	must_be_clean(origin.method, sizeof origin.method);
	must_be_clean(origin.shown_url, sizeof origin.shown_url);
	must_be_clean(origin.client, sizeof origin.client);
	must_be_clean(origin.user, sizeof origin.user);
	fact_length(field[1]);
	ranges(origin.url, field[1]);
	if (fact_token_equal(field[1], "0123456789abcdef") &&
	    strcmp(field[1], "0123456789abcdef") != 0)
		abort();
	origin_free(&origin);
	return 0;
}
