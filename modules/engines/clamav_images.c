/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libclamav makes a fuzzy hash of each image, which decodes it, whether or not
 * any signature asks for one. They are looked for in all that is loaded:
 * logical signatures are in .ldb files, and in bytecode, and both in the tar
 * that a CVD is, behind its head.
 */
#include "engines/clamav.h"

#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define WORD "fuzzy_img#"	/* in this case only */
#define WORD_LEN (sizeof WORD - 1)
#define CVD_HEAD 512

/* Packed or not: gzread() takes both. */
static bool
has_word(gzFile file)
{
	static char bytes[65536 + WORD_LEN];
	size_t kept = 0;
	int got, fault;

	while ((got = gzread(file, bytes + kept, 65536)) > 0) {
		kept += (size_t)got;
		if (memmem(bytes, kept, WORD, WORD_LEN) != NULL)
			return true;
		if (kept < WORD_LEN)
			continue;
		memmove(bytes, bytes + kept - (WORD_LEN - 1), WORD_LEN - 1);
		kept = WORD_LEN - 1;
	}
	gzerror(file, &fault);
	return fault != Z_OK && fault != Z_STREAM_END;
}

bool
images_are_asked_for(int fd, bool is_container)
{
	int own = dup(fd);
	gzFile file;
	bool found;

	if (own == -1)
		return true;
	if (lseek(own, is_container ? CVD_HEAD : 0, SEEK_SET) == -1 ||
	    (file = gzdopen(own, "r")) == NULL) {
		close(own);
		return true;
	}
	found = has_word(file);
	gzclose(file);
	return found;
}
