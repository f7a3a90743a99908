/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "fuzz.h"
#include "page/html.h"
#include "page/language.h"
#include "page/template.h"

static void
check_value(const char *value)
{
	AUTO_FREE char *html = NULL;
	size_t len;
	FILE *out = open_memstream(&html, &len);

	if (out == NULL)
		return;
	html_put(out, value);
	fclose(out);
	if (len == 0 || strpbrk(html, "<>\"'\r\n") != NULL)
		abort();
}

/* The input is a template, a value from outside and an Accept-Language. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const tags[] = { "de", "en", "pt-br" };
	AUTO_FREE char *text = malloc(size + 1);
	struct template *template;
	struct err err;

	if (text == NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (template_parse(&template, "F", text, size, &err) == 0)
		template_free(&template);
	else if (strchr(err.text, '\n') != NULL)
		abort();
	check_value(text);
	if (language_choose(text, tags, 3, 1) > 2)
		abort();
	return 0;
}
