/* SPDX-License-Identifier: GPL-2.0-only */
#include "signatures/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

#define HEAD "glassgate-signatures 2"
#define HEAD_1 "glassgate-signatures 1"	/* without `built` */
#define LINE 512

void
manifest_free(struct manifest *m)
{
	free(m->file);
	*m = (struct manifest){ 0 };
}

struct set_file *
manifest_add(struct manifest *m, struct err *err)
{
	struct set_file *more;

	if (m->file_count == SET_FILES_MAX) {
		err_set(err, "more than %d signature files", SET_FILES_MAX);
		return NULL;
	}
	more = realloc(m->file, (m->file_count + 1) * sizeof(*more));
	if (more == NULL) {
		err_sys(err, "manifest");
		return NULL;
	}
	m->file = more;
	more += m->file_count++;
	*more = (struct set_file){ 0 };
	return more;
}

int
manifest_not_written(const char *path, struct err *err)
{
	struct err why;

	if (errno != ENOSPC && errno != EDQUOT)
		return err_sys(err, path);
	err_sys(&why, path);
	return err_set(err, "%s; remedy: free space there, or keep the sets "
	    "of signatures on a larger disk (signatures.state_folder)",
	    why.text);
}

static void
print(const struct manifest *m, FILE *out)
{
	const struct set_file *f;
	uint32_t i;

	fprintf(out, HEAD "\nmade %" PRId64 "\ngood %" PRId64 "\ncount %" PRIu64
	    "\n", m->made, m->good, m->count);
	for (i = 0; i < m->origin_count; i++)
		fprintf(out, "origin %s\n", m->origin[i]);
	for (f = m->file; f != NULL && f < m->file + m->file_count; f++)
		fprintf(out, "file %u %" PRIu64 " %" PRId64 " %s %u %u %"
		    PRId64 " %s\n", f->folder, f->size, f->time, f->digest,
		    f->version, f->count, f->built, f->name);
	fputs("end\n", out);
}

int
manifest_save(const struct manifest *m, const char *folder, struct err *err)
{
	char path[PATH_MAX], fresh[PATH_MAX];
	AUTO_FILE FILE *out = NULL;

	snprintf(path, sizeof(path), "%s/manifest", folder);
	snprintf(fresh, sizeof(fresh), "%s/manifest.new", folder);
	out = fopen(fresh, "we");
	if (out == NULL)
		return manifest_not_written(fresh, err);
	print(m, out);
	errno = 0;
	if (fflush(out) != 0 || ferror(out) ||
	    fchmod(fileno(out), 0644) == -1 || fsync(fileno(out)) == -1 ||
	    rename(fresh, path) == -1) {
		manifest_not_written(fresh, err);
		unlink(fresh);
		return -1;
	}
	return manifest_sync(folder, err);
}

int
manifest_sync(const char *folder, struct err *err)
{
	AUTO_CLOSE int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd == -1 || fsync(fd) == -1 ?
	    manifest_not_written(folder, err) : 0;
}

static int
take_file(struct manifest *m, const char *line, bool old, struct err *err)
{
	struct set_file *f = manifest_add(m, err);
	int at = 0;

	if (f == NULL)
		return -1;
	if (sscanf(line, "%" SCNu32 " %" SCNu64 " %" SCNd64 " %64s %" SCNu32
	    " %" SCNu32 "%n", &f->folder, &f->size, &f->time, f->digest,
	    &f->version, &f->count, &at) != 6)
		return err_set(err, "not a line of a file");
	line += at;
	if (!old && sscanf(line, "%" SCNd64 "%n", &f->built, &at) != 1)
		return err_set(err, "not a line of a file");
	if (!old)
		line += at;
	if (sscanf(line, " %63[^\n]", f->name) != 1 ||
	    strchr(f->name, '/') != NULL)
		return err_set(err, "not a line of a file");
	return 0;
}

static int
take_origin(struct manifest *m, const char *line, struct err *err)
{
	if (m->origin_count == sizeof(m->origin) / sizeof(*m->origin))
		return err_set(err, "too many folders");
	snprintf(m->origin[m->origin_count++], sizeof(*m->origin), "%.255s",
	    line);
	return 0;
}

static int
take_line(struct manifest *m, const char *line, bool old, struct err *err)
{
	if (sscanf(line, "made %" SCNd64, &m->made) == 1 ||
	    sscanf(line, "good %" SCNd64, &m->good) == 1 ||
	    sscanf(line, "count %" SCNu64, &m->count) == 1)
		return 0;
	if (strncmp(line, "origin ", 7) == 0)
		return take_origin(m, line + 7, err);
	if (strncmp(line, "file ", 5) == 0)
		return take_file(m, line + 5, old, err);
	return err_set(err, "an unknown line");
}

static int
take_lines(struct manifest *m, FILE *in, struct err *err)
{
	char line[LINE] = "";
	bool old;

	if (fgets(line, sizeof(line), in) == NULL ||
	    (strcmp(line, HEAD "\n") != 0 && strcmp(line, HEAD_1 "\n") != 0))
		return err_set(err, "not a manifest of signatures");
	old = strcmp(line, HEAD_1 "\n") == 0;
	while (fgets(line, sizeof(line), in) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strcmp(line, "end") == 0)
			return 0;
		if (take_line(m, line, old, err) == -1)
			return -1;
	}
	return err_set(err, "the end is missing");
}

int
manifest_load(struct manifest *m, const char *folder, struct err *err)
{
	char path[PATH_MAX];
	AUTO_FILE FILE *in = NULL;

	*m = (struct manifest){ 0 };
	snprintf(path, sizeof(path), "%s/manifest", folder);
	in = fopen(path, "re");
	if (in == NULL)
		return err_sys(err, path);
	if (take_lines(m, in, err) == 0)
		return 0;
	manifest_free(m);
	return err_wrap(err, "%s", path);
}

static int
by_name(const void *a, const void *b)
{
	const struct set_file *x = a, *y = b;
	int differ = strcmp(x->name, y->name);

	return differ != 0 ? differ : strcmp(x->digest, y->digest);
}

void
manifest_digest(const struct manifest *m, char out[SET_DIGEST_LEN + 1])
{
	unsigned char bytes[EVP_MAX_MD_SIZE];
	AUTO_FREE char *text = NULL;
	size_t len = 0, i;
	FILE *stream;
	uint32_t n;

	if (m->file_count > 0)
		qsort(m->file, m->file_count, sizeof(*m->file), by_name);
	*out = '\0';
	stream = open_memstream(&text, &len);
	if (stream == NULL)
		return;
	for (n = 0; n < m->file_count; n++)
		fprintf(stream, "%s %s\n", m->file[n].digest,
		    m->file[n].name);
	if (fclose(stream) != 0 ||
	    EVP_Digest(text, len, bytes, NULL, EVP_sha256(), NULL) != 1)
		return;
	for (i = 0; i < SET_DIGEST_LEN / 2; i++)
		snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

static bool
holds(const struct manifest *m, const struct set_file *wanted)
{
	const struct set_file *f;

	for (f = m->file; f != NULL && f < m->file + m->file_count; f++)
		if (strcmp(f->name, wanted->name) == 0 &&
		    strcmp(f->digest, wanted->digest) == 0)
			return true;
	return false;
}

bool
manifest_same(const struct manifest *a, const struct manifest *b)
{
	const struct set_file *f;

	if (a->file_count != b->file_count)
		return false;
	for (f = a->file; f != NULL && f < a->file + a->file_count; f++)
		if (!holds(b, f))
			return false;
	return true;
}

void
manifest_note(struct manifest *m, const struct signature_info *info)
{
	const struct signature_set *set;
	struct set_file *f;

	m->count = info->count;
	for (f = m->file; f != NULL && f < m->file + m->file_count; f++)
		for (set = info->sets; set < info->sets + info->set_count;
		    set++)
			if (strcmp(set->name, f->name) == 0) {
				f->version = set->version;
				f->count = set->count;
				f->built = set->version != 0 ? set->time : 0;
			}
}
