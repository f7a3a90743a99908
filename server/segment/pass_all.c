/* SPDX-License-Identifier: GPL-2.0-only */
#include "segment/pass_all.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"

#define DIGITS_MAX 15			/* of milliseconds: 30,000 years */
#define TEXT_MAX (DIGITS_MAX + 1)	/* and the end of the line */

static int
path_of(char *out, size_t size, const char *runtime, struct err *err)
{
	int len = snprintf(out, size, "%s/" PASS_ALL_FILE, runtime);

	if (len < 0 || (size_t)len >= size)
		return err_set(err, "%s: the path is too long", runtime);
	return 0;
}

int
pass_all_begin(struct segment *segment, const char *runtime, int64_t until,
    struct err *err)
{
	char path[PATH_MAX], text[32];
	int len = snprintf(text, sizeof(text), "%lld\n", (long long)until);

	if (path_of(path, sizeof(path), runtime, err) == -1 ||
	    file_replace(path, text, (size_t)len, 0444, err) == -1)
		return -1;
	atomic_store(&segment->pass_all, 1);
	return 0;
}

void
pass_all_end(struct segment *segment, const char *runtime)
{
	char path[PATH_MAX];
	struct err err;

	atomic_store(&segment->pass_all, 0);
	if (path_of(path, sizeof(path), runtime, &err) == 0)
		unlink(path);
}

int
pass_all_parse(const char *text, size_t len, int64_t *until_out)
{
	int64_t until = 0;
	size_t i;

	if (len < 2 || len > TEXT_MAX || text[len - 1] != '\n')
		return -1;
	for (i = 0; i < len - 1; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		until = until * 10 + (text[i] - '0');
	}
	*until_out = until;
	return 0;
}

static int
read_file(const char *runtime, int64_t *until_out)
{
	AUTO_CLOSE int fd = -1;
	char path[PATH_MAX], text[TEXT_MAX + 1];
	struct err err;
	ssize_t len;

	if (path_of(path, sizeof(path), runtime, &err) == -1)
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd == -1)
		return -1;
	len = read(fd, text, sizeof(text));
	return len < 0 ? -1 : pass_all_parse(text, (size_t)len, until_out);
}

bool
pass_all_is_on(const struct segment *segment, const char *runtime, int64_t now)
{
	int64_t until;

	return atomic_load(&segment->pass_all) != 0 &&
	    read_file(runtime, &until) == 0 && until > now &&
	    until - now <= (int64_t)PASS_ALL_MOST * 1000;
}
