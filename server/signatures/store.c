/* SPDX-License-Identifier: GPL-2.0-only */
#include "signatures/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/tree.h"
#include "signatures/copy.h"

const char *
store_path(const struct store *store, uint32_t n, char out[PATH_MAX])
{
	if (n == 0 || *store->folder == '\0')
		return "-";
	snprintf(out, PATH_MAX, "%s/set-%u", store->folder, n);
	return out;
}

/* --- the two numbers --- */

static uint32_t
read_number(const struct store *store, const char *name)
{
	char path[PATH_MAX];
	AUTO_FILE FILE *in = NULL;
	uint32_t n = 0;

	if (*store->folder == '\0')
		return 0;
	snprintf(path, sizeof(path), "%s/%s", store->folder, name);
	in = fopen(path, "re");
	if (in == NULL || fscanf(in, "%" SCNu32, &n) != 1)
		return 0;
	return store_has(store, n) ? n : 0;
}

/* With how many signatures, if that is known. */
static int
write_number(const struct store *store, const char *name, uint32_t n,
    uint64_t count, struct err *err)
{
	char path[PATH_MAX], fresh[PATH_MAX];
	AUTO_FILE FILE *out = NULL;

	snprintf(path, sizeof(path), "%s/%s", store->folder, name);
	snprintf(fresh, sizeof(fresh), "%s/%s.new", store->folder, name);
	if (n == 0) {
		if (unlink(path) == -1 && errno != ENOENT)
			return err_sys(err, path);
		return manifest_sync(store->folder, err);
	}
	out = fopen(fresh, "we");
	if (out == NULL)
		return manifest_not_written(fresh, err);
	if (fprintf(out, count != 0 ? "%u %" PRIu64 "\n" : "%u\n", n,
	    count) < 0 || fflush(out) != 0 || fsync(fileno(out)) == -1 ||
	    rename(fresh, path) == -1) {
		manifest_not_written(fresh, err);
		unlink(fresh);
		return -1;
	}
	return manifest_sync(store->folder, err);
}

uint32_t
store_current(const struct store *store)
{
	return read_number(store, "current");
}

uint32_t
store_pinned(const struct store *store)
{
	return read_number(store, "pinned");
}

int
store_pin(const struct store *store, uint32_t n, struct err *err)
{
	return write_number(store, "pinned", n, 0, err);
}

uint64_t
store_good(const struct store *store, uint32_t n)
{
	struct manifest m;
	struct err err;
	uint64_t count;

	if (store_manifest(store, n, &m, &err) == -1)
		return 0;
	count = m.good != 0 ? m.count : 0;
	manifest_free(&m);
	return count;
}

static uint64_t
newest_good(const struct store *store)
{
	uint32_t all[STORE_SETS_MAX];
	size_t i = store_list(store, all);
	uint64_t count = 0;

	while (count == 0 && i-- > 0)
		count = store_good(store, all[i]);
	return count;
}

uint64_t
store_last_good(const struct store *store)
{
	char path[PATH_MAX];
	AUTO_FILE FILE *in = NULL;
	uint64_t count = 0;
	uint32_t n = 0;

	snprintf(path, sizeof(path), "%s/current", store->folder);
	if (*store->folder != '\0')
		in = fopen(path, "re");
	/* Older versions wrote the number alone. */
	if (in != NULL &&
	    fscanf(in, "%" SCNu32 " %" SCNu64, &n, &count) == 1)
		count = store_good(store, n);
	return count != 0 ? count : newest_good(store);
}

/* --- the sets --- */

bool
store_has(const struct store *store, uint32_t n)
{
	char folder[PATH_MAX], path[PATH_MAX + 16];

	if (n == 0 || *store->folder == '\0')
		return false;
	snprintf(path, sizeof(path), "%s/manifest", store_path(store, n,
	    folder));
	return access(path, F_OK) == 0;
}

static int
ascending(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

size_t
store_list_all(const struct store *store, uint32_t out[STORE_SETS_MAX])
{
	AUTO_DIR DIR *dir = NULL;
	const struct dirent *entry;
	size_t count = 0;

	if (*store->folder != '\0')
		dir = opendir(store->folder);
	while (dir != NULL && (entry = readdir(dir)) != NULL &&
	    count < STORE_SETS_MAX)
		if (sscanf(entry->d_name, "set-%" SCNu32, &out[count]) == 1 &&
		    out[count] != 0)
			count++;
	qsort(out, count, sizeof(*out), ascending);
	return count;
}

size_t
store_list(const struct store *store, uint32_t out[STORE_SETS_MAX])
{
	size_t count = store_list_all(store, out), kept = 0, i;

	for (i = 0; i < count; i++)
		if (store_has(store, out[i]))
			out[kept++] = out[i];
	return kept;
}

uint32_t
store_next(const struct store *store)
{
	uint32_t all[STORE_SETS_MAX];
	size_t count = store_list_all(store, all);

	return count > 0 ? all[count - 1] + 1 : 1;
}

static int
take(const struct store *store, const struct text_list *folders,
    const char *set, struct manifest *m, struct err *err)
{
	char folder[PATH_MAX + 16];
	struct copy_to to = { store->folder, folder, 0, store->reader, m };

	if (mkdir(set, 0755) == -1)
		return manifest_not_written(store->folder, err);
	for (; to.origin < folders->count; to.origin++) {
		const char *from = folders->item[to.origin];

		snprintf(folder, sizeof(folder), "%s/%u", set, to.origin);
		snprintf(m->origin[m->origin_count++], sizeof(*m->origin),
		    "%s", from);
		if (copy_folder(from, &to, err) == -1)
			return -1;
	}
	m->made = clock_unix();
	return manifest_save(m, set, err);
}

int
store_take(const struct store *store, uint32_t n,
    const struct text_list *folders, struct err *err)
{
	struct manifest m = { 0 };
	char set[PATH_MAX];
	int failed = take(store, folders, store_path(store, n, set), &m, err);

	if (!failed)
		failed = manifest_sync(store->folder, err);

	manifest_free(&m);
	if (failed)
		store_drop(store, n);
	return failed;
}

void
store_drop(const struct store *store, uint32_t n)
{
	AUTO_CLOSE int at = -1;
	char name[32];

	if (n == 0 || *store->folder == '\0')
		return;
	snprintf(name, sizeof(name), "set-%u", n);
	at = open(store->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (at == -1 || tree_remove(at, name) == -1)
		log_warn("set left behind", "path=%s/%s reason=\"%s\"",
		    store->folder, name, strerror(errno));
}

/* The newest `keep`, and whatever serves or is to serve. */
static void
prune(const struct store *store, uint64_t keep)
{
	uint32_t all[STORE_SETS_MAX], current = store_current(store);
	uint32_t pinned = store_pinned(store);
	size_t count = store_list_all(store, all), i;

	for (i = 0; i + keep < count; i++)
		if (all[i] != current && all[i] != pinned)
			store_drop(store, all[i]);
}

int
store_accept(const struct store *store, uint32_t n,
    const struct signature_info *info, uint64_t keep, struct err *err)
{
	struct manifest m;
	char set[PATH_MAX];
	int failed;

	if (n == 0 || *store->folder == '\0')
		return 0;
	if (store_manifest(store, n, &m, err) == -1)
		return -1;
	manifest_note(&m, info);
	m.good = clock_unix();
	failed = manifest_save(&m, store_path(store, n, set), err) == -1 ||
	    write_number(store, "current", n, m.count, err) == -1;
	manifest_free(&m);
	if (failed)
		return -1;
	prune(store, keep);
	return 0;
}

int
store_manifest(const struct store *store, uint32_t n, struct manifest *m,
    struct err *err)
{
	char set[PATH_MAX];

	*m = (struct manifest){ 0 };
	if (!store_has(store, n))
		return err_set(err, "there is no set %u", n);
	return manifest_load(m, store_path(store, n, set), err);
}

int
store_verify(const struct store *store, uint32_t n, struct err *err)
{
	char set[PATH_MAX];
	struct manifest m;
	int failed;

	if (store_manifest(store, n, &m, err) == -1)
		return -1;
	failed = copy_verify(store_path(store, n, set), &m, err);
	manifest_free(&m);
	return failed;
}

int
store_whole(const struct store *store, uint32_t n, struct err *err)
{
	char set[PATH_MAX];
	struct manifest m;
	int failed;

	if (n == 0 || *store->folder == '\0')
		return 0;
	if (store_manifest(store, n, &m, err) == -1)
		return -1;
	failed = copy_whole(store_path(store, n, set), &m, err);
	manifest_free(&m);
	return failed;
}

bool
store_same(const struct store *store, uint32_t a, uint32_t b)
{
	struct manifest one, two;
	struct err err;
	bool same;

	if (store_manifest(store, a, &one, &err) == -1)
		return false;
	if (store_manifest(store, b, &two, &err) == -1) {
		manifest_free(&one);
		return false;
	}
	same = manifest_same(&one, &two);
	manifest_free(&one);
	manifest_free(&two);
	return same;
}

void
store_digest(const struct store *store, uint32_t n,
    char out[SET_DIGEST_LEN + 1])
{
	struct manifest m;
	struct err err;

	*out = '\0';
	if (store_manifest(store, n, &m, &err) == -1)
		return;
	manifest_digest(&m, out);
	manifest_free(&m);
}
