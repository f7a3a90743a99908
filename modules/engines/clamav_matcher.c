/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libclamav looks for signatures that are plain bytes in any file or in a
 * program by a pass of its own (Boyer-Moore), beside that for all others
 * (Aho-Corasick), which finds them, too: it is the only one for pages, scripts,
 * mail and most other kinds of files. Of a few signatures the second pass costs
 * as much as the first, and saves nothing; of many it saves a quarter of the
 * first where bytes are random, and 25 MB. Only before the first cl_load().
 */
#include "engines/clamav.h"

#include <dirent.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "wire/signature_file.h"

#define FEW (64ULL << 10)	/* bytes of text: some 1000 signatures */

/* What is packed is more than few. */
static uint64_t
length_of(int folder, const char *name)
{
	struct stat st;

	if (!signature_file_is_loaded(name))
		return 0;
	if (signature_file_ends(name, ".cvd") ||
	    signature_file_ends(name, ".cld") ||
	    signature_file_ends(name, ".cud") ||
	    fstatat(folder, name, &st, 0) == -1)
		return FEW + 1;
	return (uint64_t)st.st_size;
}

/* A folder that cannot be read is told of by load(). */
void
clamav_expect(struct engine *engine, const char *folder)
{
	AUTO_DIR DIR *dir = opendir(folder);
	const struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL)
		engine->expected += length_of(dirfd(dir), entry->d_name);
	if (!(engine->plain & PLAIN_MATCHER))
		(void)cl_engine_set_num(engine->cl, CL_ENGINE_AC_ONLY,
		    engine->expected <= FEW);
}
