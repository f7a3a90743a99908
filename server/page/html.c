/* SPDX-License-Identifier: GPL-2.0-only */
#include "page/html.h"

#include <stdbool.h>
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

/* False when the character was dropped. */
static bool
put_character(FILE *out, const char *text, size_t len, uint32_t code)
{
	const char *reference = len == 1 ? reference_of(*text) : NULL;

	if (!utf8_printable(code))
		return false;
	if (reference != NULL)
		fputs(reference, out);
	else
		fwrite(text, 1, len, out);
	return true;
}

void
html_put(FILE *out, const char *text)
{
	size_t len = text == NULL ? 0 : strlen(text), at = 0, used;
	bool any = false;
	uint32_t code;

	while (at < len && at < HTML_VALUE_MAX) {
		used = utf8_next(text + at, len - at, &code);
		if (used == 0) {
			fputs(REPLACEMENT, out);
			any = true;
		} else if (put_character(out, text + at, used, code))
			any = true;
		at += used == 0 ? 1 : used;
	}
	if (at < len)
		fputs("...", out);
	else if (!any)
		fputs("-", out);
}
