/* SPDX-License-Identifier: GPL-2.0-only */
#include "signatures/copy.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "wire/signature_file.h"

#define PIECE (256 * 1024)

#define NOT_WRITTEN (-2)

/* To nowhere, when `to` is -1. */
static int
copy_bytes(int from, int to, EVP_MD_CTX *digest)
{
	static unsigned char piece[PIECE];
	ssize_t n;

	while ((n = read(from, piece, sizeof(piece))) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		if (to != -1 && file_write_all(to, piece, (size_t)n) == -1)
			return NOT_WRITTEN;
		if (EVP_DigestUpdate(digest, piece, (size_t)n) != 1) {
			errno = EIO;
			return -1;
		}
	}
	return 0;
}

static void
put_digest(EVP_MD_CTX *digest, char out[SET_DIGEST_LEN + 1])
{
	unsigned char bytes[EVP_MAX_MD_SIZE];
	unsigned int len = 0, i;

	EVP_DigestFinal_ex(digest, bytes, &len);
	for (i = 0; i < len && i < SET_DIGEST_LEN / 2; i++)
		snprintf(out + 2 * (size_t)i, 3, "%02x", bytes[i]);
}

/* Whoever may write here decides what is found. */
static int
check_mode(const struct stat *st, const char *path, struct err *err)
{
	if ((st->st_mode & S_IWOTH) == 0)
		return 0;
	return err_set(err, "%s: everybody may write it; remedy: chmod o-w",
	    path);
}

/* Not what freshclam notes for itself, nor what somebody put beside. */
static bool
is_wanted(const char *name)
{
	return name[0] != '.' && signature_file_is_wanted(name);
}

/* Ours; the reader may read it, if that is not us. */
static int
guard(int fd, mode_t mode, const struct account *reader)
{
	if (reader == NULL)
		return fchmod(fd, mode & 0700);
	if (fchown(fd, (uid_t)-1, reader->gid) == -1)
		return -1;
	return fchmod(fd, mode & 0750);
}

static bool
has_changed(int fd, const struct stat *before)
{
	struct stat now;

	return fstat(fd, &now) == -1 || now.st_size != before->st_size ||
	    now.st_mtim.tv_sec != before->st_mtim.tv_sec ||
	    now.st_mtim.tv_nsec != before->st_mtim.tv_nsec;
}

/* A time of change is only as fine as the kernel's clock tick. */
static bool
has_size(int fd, off_t size)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_size == size;
}

/* 0, -1, or NOT_WRITTEN; errno says why. */
static int
copy_and_digest(int from, int to, char out[SET_DIGEST_LEN + 1])
{
	EVP_MD_CTX *digest = EVP_MD_CTX_new();
	int failed = -1, why;

	errno = EIO;
	if (digest != NULL &&
	    EVP_DigestInit_ex(digest, EVP_sha256(), NULL) == 1)
		failed = copy_bytes(from, to, digest);
	if (failed == 0)
		put_digest(digest, out);
	why = errno;
	EVP_MD_CTX_free(digest);
	errno = why;
	return failed;
}

static int
copy_open(int from, int target, const struct stat *st, struct set_file *file,
    const struct copy_to *to, const char *path, struct err *err)
{
	int failed = copy_and_digest(from, target, file->digest);

	if (failed == NOT_WRITTEN)
		return manifest_not_written(to->state, err);
	if (failed)
		return err_sys(err, path);
	if (has_changed(from, st) || !has_size(target, st->st_size))
		return err_set(err, "%s: is being written; remedy: replace "
		    "files by renaming, as freshclam does", path);
	file->size = (uint64_t)st->st_size;
	file->time = (int64_t)st->st_mtime;
	/* Their age is told by it. */
	if (futimens(target, (const struct timespec[]){ st->st_mtim,
	    st->st_mtim }) == -1 || fsync(target) == -1)
		return manifest_not_written(to->state, err);
	return 0;
}

static int
copy_file(int in, int out, const char *from, const char *name,
    const struct copy_to *to, struct err *err)
{
	AUTO_CLOSE int source = openat(in, name,
	    O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	AUTO_CLOSE int target = -1;
	char path[PATH_MAX];
	struct set_file *file;
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", from, name);
	/* Whoever owns the folder could have us read what he may not. */
	if (source == -1 && errno == ELOOP)
		return err_set(err, "%s: is a symbolic link; remedy: put the "
		    "file itself there, or name its folder in "
		    "signatures.folders", path);
	if (source == -1 && errno == ENOENT)	/* renamed meanwhile */
		return err_set(err, "%s: went away while it was read", path);
	if (source == -1 || fstat(source, &st) == -1)
		return err_sys(err, path);
	if (!S_ISREG(st.st_mode))
		return 0;
	if (check_mode(&st, path, err) == -1)
		return -1;
	if (to->manifest->file_count == SET_FILES_MAX)
		return err_set(err, "%s: more than %d signature files, with "
		    "those of the folders before it; remedy: put lines of one "
		    "kind into one file, or name fewer folders in "
		    "signatures.folders", from, SET_FILES_MAX);
	file = manifest_add(to->manifest, err);
	if (file == NULL)
		return -1;
	file->folder = to->origin;
	if ((size_t)snprintf(file->name, sizeof(file->name), "%s", name) >=
	    sizeof(file->name) || strpbrk(name, "\n") != NULL)
		return err_set(err, "%s: not a name for signatures", path);
	target = openat(out, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
	    0600);
	if (target == -1 || guard(target, 0640, to->reader) == -1)
		return manifest_not_written(to->state, err);
	return copy_open(source, target, &st, file, to, path, err);
}

int
copy_folder(const char *from, const struct copy_to *to, struct err *err)
{
	AUTO_DIR DIR *dir = NULL;
	AUTO_CLOSE int out = -1;
	const struct dirent *entry;
	struct stat st;

	if (mkdir(to->folder, 0700) == -1)
		return manifest_not_written(to->state, err);
	out = open(to->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (out == -1 || guard(out, 0750, to->reader) == -1)
		return manifest_not_written(to->state, err);
	dir = opendir(from);
	if (dir == NULL)
		return errno == ENOENT ? 0 : err_sys(err, from);
	if (fstat(dirfd(dir), &st) == -1)
		return err_sys(err, from);
	if (check_mode(&st, from, err) == -1)
		return -1;
	for (errno = 0; (entry = readdir(dir)) != NULL; errno = 0)
		if (is_wanted(entry->d_name) && copy_file(dirfd(dir), out, from,
		    entry->d_name, to, err) == -1)
			return -1;
	if (errno != 0)
		return err_sys(err, from);
	return fsync(out) == -1 ? manifest_not_written(to->state, err) : 0;
}

static int
guard_path(const char *path, mode_t mode, const struct account *reader,
    struct err *err)
{
	AUTO_CLOSE int fd = open(path,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd == -1 || guard(fd, mode, reader) == -1)
		return err_sys(err, path);
	return 0;
}

int
copy_guard(const char *folder, const struct account *reader,
    const struct manifest *m, struct err *err)
{
	char path[PATH_MAX];
	const struct set_file *f;
	uint32_t i;

	for (i = 0; i < m->origin_count; i++) {
		snprintf(path, sizeof(path), "%s/%u", folder, i);
		if (guard_path(path, 0750, reader, err) == -1)
			return -1;
	}
	for (f = m->file; f < m->file + m->file_count; f++) {
		snprintf(path, sizeof(path), "%s/%u/%s", folder, f->folder,
		    f->name);
		if (guard_path(path, 0640, reader, err) == -1)
			return -1;
	}
	return 0;
}

static bool
is_listed(const struct manifest *m, uint32_t folder, const char *name)
{
	const struct set_file *f;

	for (f = m->file; f < m->file + m->file_count; f++)
		if (f->folder == folder && strcmp(f->name, name) == 0)
			return true;
	return false;
}

/* One more, and the engine would load it, too: a list of what to ignore. */
static int
no_more_than_listed(const char *folder, uint32_t i, const struct manifest *m,
    struct err *err)
{
	char path[PATH_MAX];
	AUTO_DIR DIR *dir = NULL;
	const struct dirent *entry;

	snprintf(path, sizeof(path), "%s/%u", folder, i);
	dir = opendir(path);
	if (dir == NULL)
		return err_sys(err, path);
	while ((entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0 &&
		    !is_listed(m, i, entry->d_name))
			return err_set(err, "%s/%s: was not copied by us",
			    path, entry->d_name);
	return 0;
}

int
copy_whole(const char *folder, const struct manifest *m, struct err *err)
{
	const struct set_file *f;
	char path[PATH_MAX];
	struct stat st;

	for (f = m->file; f < m->file + m->file_count; f++) {
		snprintf(path, sizeof(path), "%s/%u/%s", folder, f->folder,
		    f->name);
		if (lstat(path, &st) == -1)
			return err_sys(err, path);
		if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size != f->size)
			return err_set(err, "%s: is not what was copied", path);
	}
	return 0;
}

int
copy_verify(const char *folder, const struct manifest *m, struct err *err)
{
	const struct set_file *f;
	uint32_t i;

	for (i = 0; i < m->origin_count; i++)
		if (no_more_than_listed(folder, i, m, err) == -1)
			return -1;

	for (f = m->file; f < m->file + m->file_count; f++) {
		char path[PATH_MAX], digest[SET_DIGEST_LEN + 1];
		AUTO_CLOSE int fd = -1;

		snprintf(path, sizeof(path), "%s/%u/%s", folder, f->folder,
		    f->name);
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
		if (fd == -1)
			return err_sys(err, path);
		if (copy_and_digest(fd, -1, digest) != 0)
			return err_sys(err, path);
		if (strcmp(digest, f->digest) != 0)
			return err_set(err, "%s: is not what was copied", path);
	}
	return 0;
}
