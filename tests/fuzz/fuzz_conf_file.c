/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "config/conf_file.h"
#include "fuzz.h"

/* libconfig's own: what it had of a string when the file broke off. */
const char *__lsan_default_suppressions(void);
const char *
__lsan_default_suppressions(void)
{
	return "leak:libconfig.so\n";
}

/* The input is a glassgate.conf. A refusal is one line and names the file. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct settings settings;
	AUTO_CLOSE int fd = memfd_create("conf", MFD_CLOEXEC);
	struct err err = { "" };
	char path[64];

	if (fd == -1 || write(fd, data, size) != (ssize_t)size)
		return 0;
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (conf_file_load(&settings, path, NULL, 0, &err) == 0)
		return 0;
	if (err.text[0] == '\0' || strchr(err.text, '\n') != NULL)
		abort();
	return 0;
}
