/* SPDX-License-Identifier: GPL-2.0-only */
#include "tool/signatures_list.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>
#include <time.h>

#include "tool/tool.h"

#define WHEN 32

/* One set, as it is shown. */
struct row {
	uint32_t n;
	bool serves, pinned;
	const struct manifest *manifest;	/* NULL: broken */
	const char *broken;			/* why */
};

static const char *
when(char out[WHEN], int64_t unix_time)
{
	time_t seconds = (time_t)unix_time;
	struct tm tm;

	if (gmtime_r(&seconds, &tm) == NULL ||
	    strftime(out, WHEN, "%Y-%m-%d %H:%M:%S UTC", &tm) == 0)
		*out = '\0';
	return out;
}

static const char *
state(const struct row *row)
{
	if (row->manifest == NULL)
		return "broken";
	if (row->serves)
		return "serves";
	return row->manifest->good != 0 ? "good" : "new";
}

static const char *
origin(const struct manifest *m, const struct set_file *f)
{
	return f->folder < m->origin_count ? m->origin[f->folder] : "?";
}

static int
each(const struct store *store, const struct status *status,
    void (*show)(void *ctx, const struct row *), void *ctx)
{
	uint32_t all[STORE_SETS_MAX];
	size_t count = store_list(store, all), i;
	struct manifest m;
	struct err err;

	for (i = 0; i < count; i++) {
		struct row row = { .n = all[i], .manifest = &m,
			.serves = all[i] == status->set,
			.pinned = all[i] == store_pinned(store) };

		if (store_manifest(store, all[i], &m, &err) == -1) {
			row.manifest = NULL;
			row.broken = err.text;
		}
		show(ctx, &row);
		manifest_free(&m);
	}
	return (int)count;
}

/* --- for people --- */

static void
print_file(FILE *to, const struct manifest *m, const struct set_file *f)
{
	char path[sizeof(m->origin[0]) + sizeof(f->name) + 1];
	char text[4 * sizeof(path)], time[WHEN];

	snprintf(path, sizeof(path), "%s/%s", origin(m, f), f->name);
	fprintf(to, "    %s: ", tool_escape(text, sizeof(text), path));
	if (f->built != 0)
		fprintf(to, "version %" PRIu32 ", built %s", f->version,
		    when(time, f->built));
	else
		fprintf(to, "changed %s", when(time, f->time));
	if (f->count != 0)
		fprintf(to, ", %" PRIu32 " signatures", f->count);
	fputc('\n', to);
}

static void
print_set(void *ctx, const struct row *row)
{
	const struct manifest *m = row->manifest;
	char text[4 * sizeof(struct err)], time[WHEN];
	FILE *to = ctx;
	uint32_t i;

	fprintf(to, "%" PRIu32 "  ", row->n);
	if (m == NULL) {
		fprintf(to, "broken: %s\n", tool_escape(text, sizeof(text),
		    row->broken));
		return;
	}
	fprintf(to, "%s  %" PRIu32 " files, ", when(time, m->made),
	    m->file_count);
	if (m->good != 0)
		fprintf(to, "%" PRIu64 " signatures  ", m->count);
	else
		fputs("not proved  ", to);
	fprintf(to, "%s%s\n", state(row), row->pinned ? "  pinned" : "");
	for (i = 0; i < m->file_count; i++)
		print_file(to, m, &m->file[i]);
}

int
signatures_list_text(const struct store *store, const struct status *status,
    FILE *to)
{
	char text[4 * sizeof(status->refused_reason)], time[WHEN];

	if (each(store, status, print_set, to) == 0)
		fprintf(to, "no set is kept in %s\n", store->folder);
	if (status->refused != 0)
		fprintf(to, "refused %s: %s\n", when(time, status->refused),
		    tool_escape(text, sizeof(text), status->refused_reason));
	return ferror(to) ? -1 : 0;
}

/* --- for programs --- */

static json_t *
file_json(const struct manifest *m, const struct set_file *f)
{
	json_t *file = json_pack("{s:s s:s s:I s:I s:s s:I}", "origin",
	    origin(m, f), "name", f->name, "bytes", (json_int_t)f->size,
	    "changed", (json_int_t)f->time, "sha256", f->digest, "signatures",
	    (json_int_t)f->count);

	if (f->built != 0) {
		json_object_set_new(file, "version", json_integer(f->version));
		json_object_set_new(file, "built", json_integer(f->built));
	}
	return file;
}

static void
add_set(void *ctx, const struct row *row)
{
	const struct manifest *m = row->manifest;
	json_t *files = json_array(), *set;
	uint32_t i;

	for (i = 0; m != NULL && i < m->file_count; i++)
		json_array_append_new(files, file_json(m, &m->file[i]));
	set = json_pack("{s:I s:s s:b s:o}", "number", (json_int_t)row->n,
	    "state", state(row), "pinned", (int)row->pinned, "files", files);
	if (m != NULL) {
		json_object_set_new(set, "taken", json_integer(m->made));
		json_object_set_new(set, "signatures", m->good == 0 ?
		    json_null() : json_integer((json_int_t)m->count));
	} else {
		json_object_set_new(set, "reason", json_string(row->broken));
	}
	json_array_append_new(ctx, set);
}

int
signatures_list_json(const struct store *store, const struct status *status,
    FILE *to)
{
	json_t *sets = json_array(), *root;
	int failed;

	each(store, status, add_set, sets);
	root = json_pack("{s:s s:o}", "folder", store->folder, "sets", sets);
	failed = json_object_set_new(root, "refused", status->refused == 0 ?
	    json_null() : json_pack("{s:I s:s}", "time",
	    (json_int_t)status->refused, "reason", status->refused_reason));
	if (!failed)
		failed = json_dumpf(root, to, JSON_INDENT(2));
	json_decref(root);
	fputc('\n', to);
	return failed || ferror(to) ? -1 : 0;
}
