/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/pdf_dict.h"

#include <string.h>

#include "unpack/pdf_token.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define PLAIN_MAX 4096

static const struct key {
	const char *name;
	enum pdf_key key;
} keys[] = {
	{ "Filter", PDF_FILTER }, { "DecodeParms", PDF_PARMS },
	{ "DP", PDF_PARMS }, { "Length", PDF_LENGTH },
	{ "First", PDF_FIRST }, { "N", PDF_COUNT },
	{ "Predictor", PDF_PREDICTOR }, { "Columns", PDF_COLUMNS },
	{ "Colors", PDF_COLORS }, { "BitsPerComponent", PDF_BITS },
	{ "EarlyChange", PDF_EARLY },
};

static void
keep(struct pdf_dict *dict, enum pdf_key key, struct slice value)
{
	if (dict->values[key].count < PDF_READINGS)
		dict->values[key].at[dict->values[key].count] = value;
	dict->values[key].count++;
}

static void
entry(struct pdf_dict *dict, struct slice name, struct slice value)
{
	size_t i;

	/* Most begin with another letter. */
	if (name.len < 2 || memchr("#BCDEFLNPST", name.at[1], 11) == NULL)
		return;
	for (i = 0; i < COUNT(keys); i++)
		if (pdf_name_is(name, keys[i].name))
			keep(dict, keys[i].key, value);
	if (pdf_name_is(name, "Type")) {
		dict->xref |= pdf_name_is(value, "XRef");
		dict->file |= pdf_name_is(value, "EmbeddedFile");
	}
	if (pdf_name_is(name, "Subtype"))
		dict->image |= pdf_name_is(value, "Image");
}

bool
pdf_dict_read(struct slice *s, struct pdf_dict *dict_out)
{
	struct slice rest, name, value;

	if (s->len < 2 || memcmp(s->at, "<<", 2) != 0)
		return false;
	*dict_out = (struct pdf_dict){ .all = *s };
	rest = slice_part(*s, 2, PDF_DICT_MAX);
	while (pdf_value(&rest, &name))
		if (name.at[0] == '/' && pdf_value(&rest, &value))
			entry(dict_out, name, value);
	if (rest.len >= 2)		/* its end */
		rest = slice_tail(rest, 2);
	dict_out->all.len = (size_t)(rest.at - s->at);
	*s = slice_tail(*s, dict_out->all.len);
	return true;
}

static bool
has(struct slice s, const char *word)
{
	return memmem(s.at, s.len, word, strlen(word)) != NULL;
}

/* These hide a stream from the engine, or what is in it; some of them only
 * where another name goes on behind them. */
static const char *const odd[] = {
	"#", "%", "(", "stream", "Predictor", "EarlyChange", "Crypt", "XRef",
	"Standard",
};

static bool
filter_is_plain(const struct pdf_dict *dict)
{
	struct slice f = dict->values[PDF_FILTER].at[0];
	const bool image = has(dict->all, "Image");

	if (dict->values[PDF_FILTER].count == 0)
		return !image;
	if (f.len > 2 && f.at[0] == '[' && f.at[f.len - 1] == ']')
		f = slice_trim(slice_part(f, 1, f.len - 2));
	return (!image && slice_same(f, slice_text("/FlateDecode"))) ||
	    slice_same(f, slice_text("/DCTDecode"));
}

bool
pdf_dict_is_plain(const struct pdf_dict *dict)
{
	size_t i;

	if (dict->all.len > PLAIN_MAX || dict->values[PDF_FILTER].count > 1 ||
	    dict->values[PDF_LENGTH].count != 1)
		return false;
	for (i = 0; i < COUNT(odd); i++)
		if (has(dict->all, odd[i]))
			return false;
	return filter_is_plain(dict);
}
