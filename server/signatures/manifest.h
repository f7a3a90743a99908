/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * manifest - what a set of signatures is made of: files, digests, where they
 * came from, and, once a keeper has loaded them and proved itself, how many
 * signatures. The text file "manifest" in the set's folder; written by the
 * supervisor, read by it and by the tool.
 */
#ifndef SIGNATURES_MANIFEST_H
#define SIGNATURES_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "wire/keeper_msg.h"

#define SET_FILES_MAX 1024	/* settings_table.h tells it, too */
#define SET_DIGEST_LEN 64

struct set_file {
	uint32_t folder;		/* which of the origins */
	uint64_t size;
	int64_t time;			/* changed, Unix seconds */
	char digest[SET_DIGEST_LEN + 1];	/* SHA-256, in hex */
	uint32_t version, count;	/* as the engine said; 0: unknown */
	int64_t built;			/* of a CVD or CLD, Unix seconds; 0 */
	char name[64];
};

struct manifest {
	int64_t made;			/* copied, Unix seconds */
	int64_t good;			/* proved and served; 0: never */
	uint64_t count;			/* signatures, when it was */
	uint32_t origin_count;
	char origin[32][256];		/* the folders */
	uint32_t file_count;
	struct set_file *file;
};

void manifest_free(struct manifest *);

/* Room for one more; NULL and a reason. */
struct set_file *manifest_add(struct manifest *, struct err *);

/* Why something could not be written, from errno: who has a full disk is told
 * what helps. */
int manifest_not_written(const char *path, struct err *);

/* "<folder>/manifest": written whole or not at all, and then on the disk. Those
 * of older versions are read, too. */
int manifest_save(const struct manifest *, const char *folder, struct err *);
int manifest_load(struct manifest *, const char *folder, struct err *);

/* Names that were made or changed in a folder are on the disk. */
int manifest_sync(const char *folder, struct err *);

/* The same files with the same bytes? Times do not count. */
bool manifest_same(const struct manifest *, const struct manifest *);

/* One digest of all names and digests, in any order of the files. */
void manifest_digest(const struct manifest *, char out[SET_DIGEST_LEN + 1]);

/* What the keeper that loaded them said. */
void manifest_note(struct manifest *, const struct signature_info *);

#endif
