/* SPDX-License-Identifier: GPL-2.0-only */
#include "tool/signatures_diff.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "tool/tool.h"

#define NAMES_SHOWN 20
#define LINE_SHOWN 256

/* The lines of a text file, sorted. */
struct lines {
	char **line;
	size_t count;
};

/* Containers are compared by what the engine said of them. */
static bool
is_text(const char *name)
{
	static const char *const packed[] = { ".cvd", ".cld", ".cud", ".cbc" };
	const char *dot = strrchr(name, '.');
	size_t i;

	for (i = 0; dot != NULL && i < sizeof(packed) / sizeof(*packed); i++)
		if (strcmp(dot, packed[i]) == 0)
			return false;
	return true;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
lines_free(struct lines *lines)
{
	while (lines->count > 0)
		free(lines->line[--lines->count]);
	free(lines->line);
	lines->line = NULL;
}

static int
lines_read(struct lines *lines, const char *path, struct err *err)
{
	AUTO_FILE FILE *in = fopen(path, "re");
	size_t size = 0, room = 0;
	char *line = NULL, **more;

	*lines = (struct lines){ NULL, 0 };
	if (in == NULL)
		return err_sys(err, path);
	for (; getline(&line, &size, in) != -1; line = NULL, size = 0) {
		if (lines->count == room) {
			room = room * 2 + 64;
			more = realloc(lines->line, room * sizeof(*more));
			if (more == NULL)
				break;
			lines->line = more;
		}
		line[strcspn(line, "\r\n")] = '\0';
		lines->line[lines->count++] = line;
	}
	free(line);
	if (lines->count > 0)
		qsort(lines->line, lines->count, sizeof(*lines->line),
		    by_text);
	return 0;
}

/* A line that says nothing but a comment is no signature. The name stands
 * first, but for files of digests, where it stands last. */
static void
print_line(const char *sign, const char *line, FILE *to)
{
	char text[LINE_SHOWN], name[LINE_SHOWN];
	size_t len = strcspn(line, ":;");

	if (len >= 32)			/* a digest */
		line = strrchr(line, ':') != NULL ? strrchr(line, ':') + 1 :
		    line;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(line, ":;"), line);
	fprintf(to, "    %s %s\n", sign, tool_escape(text, sizeof(text),
	    name));
}

/* Those of `a` that are not in `b`. */
static size_t
print_missing(const char *sign, const struct lines *a, const struct lines *b,
    FILE *to)
{
	size_t i, found = 0;

	for (i = 0; i < a->count; i++) {
		if (*a->line[i] == '\0' || *a->line[i] == '#' ||
		    (b->count > 0 && bsearch(&a->line[i], b->line, b->count,
		    sizeof(*b->line), by_text) != NULL))
			continue;
		if (found++ < NAMES_SHOWN)
			print_line(sign, a->line[i], to);
	}
	if (found > NAMES_SHOWN)
		fprintf(to, "    %s and %zu more\n", sign, found -
		    NAMES_SHOWN);
	return found;
}

static int
diff_text(const char *old, const char *new, FILE *to, struct err *err)
{
	struct lines a, b;

	if (lines_read(&a, old, err) == -1)
		return -1;
	if (lines_read(&b, new, err) == -1) {
		lines_free(&a);
		return -1;
	}
	print_missing("+", &b, &a, to);
	print_missing("-", &a, &b, to);
	lines_free(&a);
	lines_free(&b);
	return 0;
}

static const struct set_file *
find(const struct manifest *m, const char *name)
{
	const struct set_file *f;

	for (f = m->file; f < m->file + m->file_count; f++)
		if (strcmp(f->name, name) == 0)
			return f;
	return NULL;
}

static void
print_file(const char *sign, const struct set_file *f, FILE *to)
{
	char name[4 * sizeof(f->name)];

	fprintf(to, "%s %s: %" PRIu32 " signatures, version %" PRIu32 ", %"
	    PRIu64 " bytes\n", sign, tool_escape(name, sizeof(name), f->name),
	    f->count, f->version, f->size);
}

static void
path_of(const struct store *store, uint32_t n, const struct set_file *f,
    char out[PATH_MAX + 128])
{
	char set[PATH_MAX];

	snprintf(out, PATH_MAX + 128, "%s/%u/%s", store_path(store, n, set),
	    f->folder, f->name);
}

static int
diff_file(const struct store *store, uint32_t a, const struct set_file *old,
    uint32_t b, const struct set_file *new, FILE *to, struct err *err)
{
	char was[PATH_MAX + 128], is[PATH_MAX + 128];

	if (strcmp(old->digest, new->digest) == 0)
		return 0;
	print_file("-", old, to);
	print_file("+", new, to);
	if (!is_text(new->name))
		return 0;
	path_of(store, a, old, was);
	path_of(store, b, new, is);
	return diff_text(was, is, to, err);
}

static int
diff(const struct store *store, uint32_t a, const struct manifest *old,
    uint32_t b, const struct manifest *new, FILE *to, struct err *err)
{
	const struct set_file *f, *other;

	for (f = old->file; f < old->file + old->file_count; f++)
		if (find(new, f->name) == NULL)
			print_file("-", f, to);
	for (f = new->file; f < new->file + new->file_count; f++) {
		other = find(old, f->name);
		if (other == NULL)
			print_file("+", f, to);
		else if (diff_file(store, a, other, b, f, to, err) == -1)
			return -1;
	}
	fprintf(to, "signatures: %" PRIu64 " in set %u, %" PRIu64
	    " in set %u\n", old->count, a, new->count, b);
	return 0;
}

int
signatures_diff(const struct store *store, uint32_t a, uint32_t b, FILE *to,
    struct err *err)
{
	struct manifest old, new;
	int failed;

	if (store_manifest(store, a, &old, err) == -1)
		return -1;
	if (store_manifest(store, b, &new, err) == -1) {
		manifest_free(&old);
		return -1;
	}
	failed = diff(store, a, &old, b, &new, to, err);
	manifest_free(&old);
	manifest_free(&new);
	return failed;
}
