/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/pdf_names.h"

#include <string.h>

#include "unpack/pdf_token.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define LONGEST 24		/* the longest one, each byte as #xx */

static const struct word {
	const char *text;
	unsigned means;
} words[] = {
	{ "EF", PDF_FILES }, { "RF", PDF_FILES }, { "JS", PDF_CODE },
	{ "XFA", PDF_CODE }, { "Encrypt", PDF_SECRET },
};

static unsigned
meaning(struct slice name)
{
	size_t i;

	for (i = 0; i < COUNT(words); i++)
		if (pdf_name_is(name, words[i].text))
			return words[i].means;
	return 0;
}

unsigned
pdf_names_next(struct slice *s)
{
	const uint8_t *slash;
	unsigned means = 0;
	size_t len;

	while (means == 0 && s->len > 0 &&
	    (slash = memchr(s->at, '/', s->len)) != NULL) {
		*s = slice_tail(*s, (size_t)(slash - s->at));
		len = 1;
		if (s->len > 2 && strchr("#EJRX", s->at[1]) != NULL) {
			len = pdf_word_end(slice_part(*s, 0, LONGEST + 2), 0);
			means = meaning(slice_head(*s, len));
		}
		*s = slice_tail(*s, len);
	}
	return means;
}
