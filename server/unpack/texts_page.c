/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/texts.h"

#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "unpack/data_urls.h"
#include "unpack/entities.h"
#include "unpack/escapes.h"
#include "unpack/runs.h"
#include "unpack/strings.h"
#include "unpack/texts_parts.h"
#include "wire/verdict.h"

#define HEAD 512
#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* What a text has of what nobody finds or undoes where it is not. */
struct marks {
	bool base64, decoder, references, escapes;
};

/* What is undone in a text, if there is any of it. */
struct pass {
	bool (*needed)(struct slice);
	size_t (*make)(struct slice, uint8_t *out);
};

static bool
has_escapes(struct slice s)
{
	return s.len > 0 && memchr(s.at, '\\', s.len) != NULL;
}

static const struct pass of_literal[] = {
	{ has_escapes, escapes_undo },
};

/* In this order a browser does it in an attribute. */
static const struct pass of_url[] = {
	{ entities_any, entities_decode },
	{ has_escapes, escapes_undo },
	{ data_url_gaps, data_url_close_gaps },
};

static const struct pass of_page[] = {
	{ entities_wide, entities_narrow },
	{ entities_torn, entities_mend },
};

static const struct pass of_attribute[] = {
	{ entities_any, entities_decode },
};

/* Scripts and styles differ. */
static const struct pass of_script = { escapes_hide, escapes_of_script };
static const struct pass of_style = { escapes_hide, escapes_of_style };

/* The first one makes a copy, which is the caller's. */
static bool
undo(struct texts *t, const struct pass *passes, size_t count,
    struct slice *text, uint8_t **copy)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (!passes[i].needed(*text))
			continue;
		if (*copy == NULL)
			*copy = texts_memory(text->len, t->sink);
		if (*copy == NULL)
			return false;
		*text = slice_on(*copy, passes[i].make(*text, *copy));
	}
	return true;
}

/* Only a text that is base64 as a whole. */
static bool
visit_whole(struct texts *t, struct slice text)
{
	AUTO_FREE uint8_t *plain = NULL;
	struct base64_look look;

	if (run_hopeless(text))
		return true;
	if (!undo(t, of_literal, COUNT(of_literal), &text, &plain))
		return false;
	return !value_is_base64(text, &look) ||
	    texts_base64(text, t->forms, t->sink, texts_visit, t);
}

/* Found by its rarest two letters, word[rare] and the next, as nearly all pages
 * have nothing of it, and shall pay nothing for it. In any case of the others.
 */
static bool
mentions(struct slice body, const char *word, size_t rare)
{
	const uint8_t *pair = (const uint8_t *)word + rare;
	size_t at = rare;

	while ((at = slice_find_pair(body, at, pair[0], pair[1])) < body.len) {
		if (slice_starts(slice_tail(body, at - rare), word))
			return true;
		at++;
	}
	return false;
}

static bool
visit_literals(struct texts *t, struct slice body, char quote)
{
	struct strings s = strings_on(body, VALUE_MIN);
	struct slice text;

	s.quote = (uint8_t)quote;
	while (strings_next(&s, &text))
		if (!visit_whole(t, text))
			return false;
	return true;
}

/* What a script decodes. */
static bool
visit_scripts(struct texts *t, struct slice body)
{
	static const char quotes[] = { '"', '\'', '`' };
	size_t i;

	for (i = 0; i < sizeof quotes; i++)
		if (!visit_literals(t, body, quotes[i]))
			return false;
	return true;
}

/* Those by base64, in whatever quotes or none. */
static bool
visit_marked(struct texts *t, struct slice body)
{
	AUTO_FREE uint8_t *plain = NULL;

	return undo(t, of_literal, COUNT(of_literal), &body, &plain) &&
	    texts_values(t, values_urls(body));
}

static bool
visit_url(struct texts *t, struct slice url)
{
	AUTO_FREE uint8_t *plain = NULL;
	struct found_value found = { .kind = VALUE_URL };
	struct slice type;

	if (data_url_plain(url))
		return true;
	if (!undo(t, of_url, COUNT(of_url), &url, &plain))
		return false;
	type = slice_cut(&url, ',');
	if (url.len < VALUE_MIN)
		return true;
	if (data_url_is_base64(type))
		found.kind = VALUE_URL_BASE64;
	found.data = url;
	return texts_found(t, &found);
}

/* The others, and those whose mark is torn. */
static bool
visit_others(struct texts *t, struct slice body)
{
	struct data_urls urls = data_urls_on(body);
	struct slice url;

	while (data_urls_next(&urls, &url))
		if (!visit_url(t, url))
			return false;
	return true;
}

/* fromBase64(), "base64", Base64.decode(); not prose, nor the mark of a URL. */
static bool
is_name(struct slice behind)
{
	if (behind.len > 1 && behind.at[0] == '.')
		behind = slice_tail(behind, 1);
	return behind.len > 0 && (isalpha(behind.at[0]) ||
	    (behind.at[0] != '\0' && strchr("_(\\\"'`", behind.at[0])));
}

static bool
names_base64(struct slice body)
{
	static const char word[] = "base64";
	size_t at = 4;
	struct slice rest;

	while ((at = slice_find_pair(body, at, '6', '4')) < body.len) {
		rest = slice_tail(body, at - 4);
		if (slice_starts(rest, word) &&
		    is_name(slice_tail(rest, strlen(word))))
			return true;
		at++;
	}
	return false;
}

static struct marks
marks_of(struct slice body)
{
	const bool base64 = mentions(body, "base64", 4);

	return (struct marks){
		.base64 = base64,
		.decoder = mentions(body, "atob", 2) ||
		    (base64 && names_base64(body)),
		.references = entities_hide(body),
		.escapes = escapes_hide(body),
	};
}

static bool
has_urls(struct slice body)
{
	struct data_urls urls = data_urls_on(body);
	struct slice url;

	return data_urls_next(&urls, &url);
}

/* At its begin: what is a program behind it is none. */
static bool
is_torn(struct slice s)
{
	return entities_torn(s.len < HEAD ? s : slice_head(s, HEAD));
}

bool
texts_likely(struct slice s)
{
	struct marks m;

	if (!texts_fits(s))
		return false;
	m = marks_of(s);
	return entities_wide(s) || is_torn(s) || m.base64 || m.decoder ||
	    m.references || m.escapes || has_urls(s) || texts_has_runs(s);
}

static bool
visit_text(struct texts *t, struct slice body, const struct marks *m)
{
	return (!m->decoder || visit_scripts(t, body)) &&
	    (!m->base64 || visit_marked(t, body)) &&
	    visit_others(t, body) && texts_runs(t, body, m->decoder);
}

static bool
visit_hidden(struct texts *t, struct slice body, const struct pass *pass)
{
	AUTO_FREE uint8_t *plain = NULL;
	struct marks m;

	if (!undo(t, pass, 1, &body, &plain))
		return false;
	m = marks_of(body);
	return visit_text(t, body, &m);
}

static bool
visit_all(struct texts *t, struct slice body, const struct marks *m)
{
	if (!visit_text(t, body, m))
		return false;
	return !m->escapes || (visit_hidden(t, body, &of_script) &&
	    visit_hidden(t, body, &of_style));
}

/* In scripts nobody undoes character references, in URLs no entity stays. */
static bool
visit_attributes(struct texts *t, struct slice body, struct marks m)
{
	AUTO_FREE uint8_t *plain = NULL;

	if (m.decoder && !visit_scripts(t, body))
		return false;
	if (!undo(t, of_attribute, COUNT(of_attribute), &body, &plain))
		return false;
	m = marks_of(body);
	return visit_all(t, body, &m);
}

bool
texts_page(struct texts *t, struct slice body)
{
	AUTO_FREE uint8_t *narrow = NULL;
	struct marks m;

	if (!undo(t, of_page, COUNT(of_page), &body, &narrow))
		return false;
	m = marks_of(body);
	if ((m.base64 || m.decoder || m.references) && entities_any(body))
		return visit_attributes(t, body, m);
	return visit_all(t, body, &m);
}
