/* SPDX-License-Identifier: GPL-2.0-only */
#include "engines/clamav.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "wire/samples.h"
#include "wire/signature_file.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* Those that take away, or only say how to look: they find nothing. */
static const char *const findless[] = {
	".wdb", ".ftm", ".cfg", ".cat", ".crb", ".pwdb", ".ign", ".ign2",
	".fp", ".sfp",
};

static bool
finds_nothing(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT(findless); i++)
		if (signature_file_ends(name, findless[i]))
			return true;
	return false;
}

static bool
is_container(const char *name)
{
	return signature_file_ends(name, ".cvd") ||
	    signature_file_ends(name, ".cld") ||
	    signature_file_ends(name, ".cud");
}

static void
describe_cvd(const char *path, struct signature_set *set)
{
	struct cl_cvd *head = cl_cvdhead(path);

	if (head == NULL)
		return;		/* cl_load() says what is wrong with it */
	set->version = head->version;
	set->time = (int64_t)head->stime;
	set->count = head->sigs;
	cl_cvdfree(head);
}

static void
describe_plain(const char *path, const struct stat *st,
    struct signature_set *set)
{
	unsigned int count = 0;

	set->time = (int64_t)st->st_mtime;
	if (finds_nothing(path))
		return;
	if (cl_countsigs(path, CL_COUNTSIGS_ALL, &count) == CL_SUCCESS)
		set->count = count;
}

/* More than SETS_MAX files are loaded like the others, but not told apart. */
static struct signature_set *
set_add(struct signature_info *info, const char *name)
{
	struct signature_set *set;

	if (info->set_count == SETS_MAX)
		return NULL;
	set = &info->sets[info->set_count++];
	*set = (struct signature_set){ 0 };
	snprintf(set->name, sizeof set->name, "%s", name);
	return set;
}

/* Main and daily know EICAR: as freshclam brings them, as cdiffs and sigtool
 * leave them, and unpacked (one file of many, but EICAR's). */
static bool
is_official(const char *name)
{
	static const char *const stems[] = { "main", "daily" };
	static const char *const ends[] = { ".cvd", ".cld", ".cud", ".hdb" };
	size_t i, j, len;

	for (i = 0; i < COUNT(stems); i++) {
		len = strlen(stems[i]);
		for (j = 0; j < COUNT(ends); j++)
			if (strncmp(name, stems[i], len) == 0 &&
			    strcasecmp(name + len, ends[j]) == 0)
				return true;
	}
	return false;
}

static int
describe(struct engine *engine, const char *folder, const char *name,
    struct signature_info *info, struct err *err)
{
	char path[PATH_MAX];
	struct signature_set *set;
	struct stat st;
	AUTO_CLOSE int fd = -1;

	if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >=
	    sizeof path)
		return err_set(err, "%s: path too long", folder);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd == -1 || fstat(fd, &st) == -1)
		return err_sys(err, path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, "%s: not a regular file", path);
	if (is_official(name))
		snprintf(engine->official, sizeof engine->official, "%s",
		    name);
	if (!engine->asks_for_images)
		engine->asks_for_images = images_are_asked_for(fd,
		    is_container(name));
	set = set_add(info, name);
	if (set == NULL)
		return 0;
	if (is_container(name))
		describe_cvd(path, set);
	else
		describe_plain(path, &st, set);
	return 0;
}

/* How many signature files there are; each can be read. */
static int
describe_folder(struct engine *engine, const char *folder,
    struct signature_info *info, struct err *err)
{
	AUTO_DIR DIR *dir = opendir(folder);
	const struct dirent *entry;
	int count = 0;

	if (dir == NULL && errno == ENOENT)
		return 0;
	if (dir == NULL)
		return err_sys(err, folder);
	for (errno = 0; (entry = readdir(dir)) != NULL; errno = 0) {
		if (!signature_file_is_loaded(entry->d_name))
			continue;
		if (describe(engine, folder, entry->d_name, info, err) == -1)
			return -1;
		count++;
	}
	if (errno != 0)
		return err_sys(err, folder);
	return count;
}

/* libclamav's last lines name file and line; the code is often only "Malformed
 * database". */
static int
load_path(struct engine *engine, const char *path, struct signature_info *info,
    struct err *err)
{
	struct complaints complaints;
	unsigned int count = 0;
	cl_error_t code;

	complaints_listen(&complaints);
	code = cl_load(path, engine->cl, &count, CL_DB_STDOPT);
	complaints_listen(NULL);
	if (code != CL_SUCCESS)
		return err_set(err, "%s: %s: %s", path, cl_strerror(code),
		    complaints.text);
	info->count += count;
	return 0;
}

int
clamav_load(struct engine *engine, const char *folder,
    struct signature_info *info, struct err *err)
{
	int files = describe_folder(engine, folder, info, err);

	if (files <= 0)
		return files;
	return load_path(engine, folder, info, err);
}

/* What main or daily must find is not made easy for them: else nobody would
 * see that they find nothing. */
static bool
is_left_to_official(const struct engine *engine, const struct sample *sample)
{
	return *engine->official != '\0' && sample->is_known;
}

static int
write_builtin(const struct engine *engine, const char *path, struct err *err)
{
	AUTO_FILE FILE *file = fopen(path, "we");
	const struct sample *sample;
	size_t i;

	if (file == NULL)
		return err_sys(err, path);
	for (sample = samples_found(); sample->name != NULL; sample++) {
		if (is_left_to_official(engine, sample))
			continue;
		fprintf(file, "%s:0:0:", sample->name);
		for (i = 0; i < sample->len; i++)
			fprintf(file, "%02x", sample_byte(sample, i));
		fputc('\n', file);
	}
	if (fflush(file) != 0)
		return err_sys(err, path);
	return 0;
}

int
clamav_load_builtin(struct engine *engine, struct signature_info *info,
    struct err *err)
{
	char path[PATH_MAX + 32];
	uint64_t before = info->count;
	struct signature_set *set;
	int result;

	snprintf(path, sizeof path, "%s/glassgate.ndb", engine->scratch);
	result = write_builtin(engine, path, err);
	if (result == 0)
		result = load_path(engine, path, info, err);
	unlink(path);
	if (result == -1)
		return err_wrap(err, "built-in signatures");
	snprintf(info->engine, sizeof info->engine, "ClamAV %s", cl_retver());
	set = set_add(info, "built-in");
	if (set != NULL) {
		set->count = (uint32_t)(info->count - before);
		set->builtin = 1;
	}
	return 0;
}
