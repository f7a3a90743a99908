/* SPDX-License-Identifier: GPL-2.0-only */
#include "page/html.h"

#include <string.h>

#include "base/utf8.h"

#define REPLACEMENT "\xef\xbf\xbd"

static const char *
reference_of(char sign)
{
	switch (sign) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

static void
put_character(FILE *out, const char *text, size_t len, uint32_t code)
{
	const char *reference = len == 1 ? reference_of(*text) : NULL;

	if (!utf8_printable(code))
		return;
	if (reference != NULL)
		fputs(reference, out);
	else
		fwrite(text, 1, len, out);
}

void
html_put(FILE *out, const char *text)
{
	size_t len, at = 0, used;
	uint32_t code;

	if (text == NULL || *text == '\0')
		text = "-";
	len = strlen(text);
	while (at < len && at < HTML_VALUE_MAX) {
		used = utf8_next(text + at, len - at, &code);
		if (used == 0)
			fputs(REPLACEMENT, out);
		else
			put_character(out, text + at, used, code);
		at += used == 0 ? 1 : used;
	}
	if (at < len)
		fputs("...", out);
}
