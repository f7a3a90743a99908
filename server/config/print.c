/* SPDX-License-Identifier: GPL-2.0-only */
#include "config/print.h"

#include <string.h>

#define WRAP 76

void
print_wrapped(FILE *out, const char *lead, const char *text)
{
	size_t column = strlen(lead), len;

	fputs(lead, out);
	for (; *text != '\0'; text += len + strspn(text + len, " ")) {
		len = strcspn(text, " ");
		if (column + 1 + len > WRAP) {
			fprintf(out, "\n%s", lead);
			column = strlen(lead);
		}
		fprintf(out, " %.*s", (int)len, text);
		column += len + 1;
	}
	fputc('\n', out);
}

void
print_list(FILE *out, const char *lead, size_t column, const char *items)
{
	const char *before = "";
	size_t len;

	fputs("[ ", out);
	for (;; items += len + 1) {
		len = strcspn(items, ",");
		fputs(before, out);
		if (column + len + 5 > WRAP) {
			column = (size_t)fprintf(out, "\n%s    ", lead) - 1;
			before = "";
		}
		column += (size_t)fprintf(out, "%s\"%.*s\"",
		    before[0] != '\0' ? " " : "", (int)len, items) + 1;
		before = ",";
		if (items[len] == '\0')
			break;
	}
	fputs(" ]", out);
}

/* Text that roff shall not take for its own. */
void
print_roff(FILE *out, const char *text)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", out);
	for (; *text != '\0'; text++)
		if (*text == '-')
			fputs("\\-", out);
		else if (*text == '\\')
			fputs("\\e", out);
		else if (*text == ',' && text[1] > ' ')
			fputs(", ", out);
		else
			fputc(*text, out);
}
