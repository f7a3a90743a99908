/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/armor.h"

#include <string.h>

#include "unpack/cms.h"
#include "unpack/openpgp.h"
#include "unpack/texts.h"
#include "wire/verdict.h"

#define BEGIN "-----BEGIN "

struct place_in {
	const struct sink *sink;
	char path[PATH_MAX_LEN + 1];
};

static bool
begins(struct slice line, const char *with)
{
	return line.len >= strlen(with) &&
	    memcmp(line.at, with, strlen(with)) == 0;
}

bool
armor_likely(struct slice s)
{
	return begins(s, BEGIN);
}

static bool
is_data(struct slice line)
{
	return !begins(line, "-") && !begins(line, "=");
}

/* Lines with a colon are headers of it. */
static bool
is_header(struct slice line)
{
	return slice_trim(line).len == 0 ||
	    memchr(line.at, ':', line.len) != NULL;
}

/* Up to its end or a checksum. False: there is no more. */
static bool
take_block(struct slice *s, struct slice *data_out)
{
	struct slice line, rest;

	do {
		if (s->len == 0)
			return false;
		line = slice_cut(s, '\n');
	} while (!begins(line, BEGIN));
	rest = *s;
	while (rest.len > 0 && is_header(slice_cut(&rest, '\n')))
		*s = rest;
	*data_out = rest = *s;
	while (rest.len > 0 && is_data(slice_cut(&rest, '\n')))
		*s = rest;
	data_out->len -= s->len;
	return true;
}

/* Keys and certificates are none of them. */
static bool
visit_likely(void *ctx, struct slice s)
{
	const struct place_in *p = ctx;

	return !(cms_likely(s) || openpgp_likely(s)) ||
	    p->sink->visit(p->sink->ctx, s.at, s.len, p->path);
}

bool
armor_walk(struct slice s, const char *path, const struct sink *sink)
{
	struct place_in p = { .sink = sink };
	struct slice data;

	texts_path(p.path, sizeof p.path, path, "base64");
	while (take_block(&s, &data))
		if (data.len > 0 &&
		    !texts_base64(data, false, sink, visit_likely, &p))
			return false;
	return true;
}
