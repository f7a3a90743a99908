/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/texts_parts.h"

#include "base/cleanup.h"
#include "unpack/data_urls.h"
#include "unpack/numbers.h"
#include "unpack/runs.h"

#define TYPE_MAX 64		/* looked at before data */

static bool
is_quoted(struct slice body, struct slice run)
{
	const uint8_t *behind = run.at + run.len;

	return run.at > body.at && behind < body.at + body.len &&
	    run.at[-1] == *behind && (*behind == '"' || *behind == '\'' ||
	    *behind == '`');
}

/* Percent-encoded, or the data of a URL, all of which is read together; or the
 * body itself. */
static bool
is_elsewhere(struct slice body, struct slice run)
{
	size_t at = (size_t)(run.at - body.at), from;
	struct slice before;

	if (run.len == body.len)
		return true;
	if (at == 0)
		return false;
	from = at > TYPE_MAX ? at - TYPE_MAX : 0;
	before = slice_part(body, from, at - 1 - from);
	return run.at[-1] == '%' ||
	    (run.at[-1] == ',' && data_url_is_base64(before));
}

static bool
visit_hex(struct texts *t, struct slice run)
{
	AUTO_FREE uint8_t *out = texts_memory(run.len / 2, t->sink);
	size_t len;

	if (out == NULL)
		return false;
	len = run_from_hex(run, out);
	return t->sink->spend(t->sink->ctx, len) &&
	    texts_visit(t, slice_on(out, len));
}

static bool
visit_run(struct texts *t, struct slice run, enum run_kind kind)
{
	if (kind == RUN_HEX)
		return visit_hex(t, run);
	return kind == RUN_NONE ||
	    texts_base64(run, t->forms, t->sink, texts_visit, t);
}

static enum run_kind
kind_of(struct slice body, struct slice run, bool literals)
{
	enum run_kind kind = run_kind(run);

	return kind == RUN_BASE64 && (is_elsewhere(body, run) ||
	    (literals && is_quoted(body, run))) ? RUN_NONE : kind;
}

static bool
has_numbers(struct slice body)
{
	struct numbers numbers = numbers_on(body);

	return numbers_next(&numbers, NULL) > 0;
}

static bool
visit_numbers(struct texts *t, struct slice body)
{
	struct numbers numbers = numbers_on(body);
	AUTO_FREE uint8_t *out = NULL;
	size_t len;

	if (!has_numbers(body))
		return true;
	out = texts_memory(body.len / 2 + 1, t->sink);
	if (out == NULL)
		return false;
	while ((len = numbers_next(&numbers, out)) > 0)
		if (!t->sink->spend(t->sink->ctx, len) ||
		    !texts_visit(t, slice_on(out, len)))
			return false;
	return true;
}

bool
texts_runs(struct texts *t, struct slice body, bool literals)
{
	struct runs runs = runs_on(body);
	struct slice run;

	while (runs_next(&runs, &run))
		if (!visit_run(t, run, kind_of(body, run, literals)))
			return false;
	return visit_numbers(t, body);
}

bool
texts_has_runs(struct slice body)
{
	struct runs runs = runs_on(body);
	struct slice run;

	while (runs_next(&runs, &run))
		if (kind_of(body, run, false) != RUN_NONE)
			return true;
	return has_numbers(body);
}
