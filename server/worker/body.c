/* SPDX-License-Identifier: GPL-2.0-only */
#include "worker/body.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define SEALS (F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW)

/* A memfd that can no longer change, or a file opened for reading only. */
static int
check_readonly(int fd, struct err *err)
{
	int flags = fcntl(fd, F_GETFL);
	int seals = fcntl(fd, F_GET_SEALS);	/* -1: cannot be sealed */

	if (flags == -1)
		return err_sys(err, "body descriptor");
	if (seals != -1 && (seals & SEALS) == SEALS)
		return 0;
	if ((flags & (O_ACCMODE | O_PATH)) == O_RDONLY)
		return 0;
	return err_set(err, "body descriptor: neither sealed nor read-only");
}

int
body_open(struct body *body_out, const struct job *job, int fd, struct err *err)
{
	struct stat st;
	void *map;

	if (job->inline_body != NULL || job->body_len == 0) {
		*body_out = (struct body){ job->inline_body,
			(size_t)job->body_len, NULL };
		return 0;
	}
	if (fstat(fd, &st) == -1)
		return err_sys(err, "body descriptor");
	if (!S_ISREG(st.st_mode))
		return err_set(err, "body descriptor: not a regular file");
	if (st.st_size < 0 || (uint64_t)st.st_size != job->body_len)
		return err_set(err, "body descriptor: %lld bytes, not %llu",
		    (long long)st.st_size, (unsigned long long)job->body_len);
	if (check_readonly(fd, err) == -1)
		return -1;
	map = mmap(NULL, (size_t)job->body_len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return err_sys(err, "body: mmap");
	*body_out = (struct body){ map, (size_t)job->body_len, map };
	return 0;
}

void
body_close(struct body *body)
{
	if (body->map != NULL)
		munmap(body->map, body->len);
	*body = (struct body){ NULL, 0, NULL };
}
