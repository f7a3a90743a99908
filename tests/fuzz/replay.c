/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * replay - gives every file of a corpus folder to a fuzz target, in a heap
 * block of its exact size, so that sanitizers and valgrind see an overrun.
 * Prints how many there were; none is a failure.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "fuzz.h"

static int
replay_file(const char *path)
{
	AUTO_FILE FILE *file = fopen(path, "rb");
	AUTO_FREE uint8_t *data = NULL;
	struct stat st;
	size_t size;

	if (file == NULL || fstat(fileno(file), &st) == -1)
		return -1;
	if (!S_ISREG(st.st_mode))
		return 0;
	size = (size_t)st.st_size;
	data = malloc(size > 0 ? size : 1);
	if (data == NULL || fread(data, 1, size, file) != size)
		return -1;
	LLVMFuzzerTestOneInput(data, size);
	return 1;
}

int
main(int argc, char **argv)
{
	AUTO_DIR DIR *dir = argc == 2 ? opendir(argv[1]) : NULL;
	struct dirent *entry;
	char path[4096];
	int count = 0, got;

	if (dir == NULL) {
		fprintf(stderr, "usage: replay CORPUS-FOLDER\n");
		return 2;
	}
	while ((entry = readdir(dir)) != NULL) {
		snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
		got = replay_file(path);
		if (got == -1) {
			perror(path);
			return 1;
		}
		count += got;
	}
	printf("%d\n", count);
	return count > 0 ? 0 : 1;
}
