/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * clamav - what the files of the ClamAV engine share. Nobody else includes
 * this, and nobody else includes <clamav.h>.
 */
#ifndef ENGINES_CLAMAV_H
#define ENGINES_CLAMAV_H

#include <clamav.h>
#include <limits.h>
#include <stdbool.h>

#include "engines/engine.h"
#include "wire/merge.h"

#define LEVELS_MAX 128	/* nested layers whose names we can tell */
#define REPEATS_MAX 1024	/* those beyond are looked at again */

/* A layer, as far as it matters whether it was looked at before. */
struct looked {
	uint8_t digest[32];		/* SHA-256 */
	size_t len;
	const char *type, *parent;	/* libclamav's own; NULL: not told */
	unsigned level, scan;
};

struct repeats {
	unsigned scan;			/* of what is here of it, only that */
	struct looked places[REPEATS_MAX];
};

struct engine {
	struct cl_engine *cl;
	struct cl_scan_options options;
	uint64_t file_max;		/* a larger body is too-big, unseen */
	uint32_t time_limit_ms;
	unsigned plain;
	bool opens_rar;
	bool asks_for_images;		/* a signature does, for their hash */
	uint64_t expected;		/* bytes of signature files to come */
	char official[64];		/* "daily.cvd"; "": neither it nor main
					 * was loaded */
	char scratch[PATH_MAX];
	const struct listener *listener;	/* NULL: none */
	void *heap_start;		/* of a worker, before its first body */
	struct repeats repeats;
};

/* What libclamav says while it works: it has one callback for the process, so
 * there is one listener at a time. */
struct complaints {
	unsigned errors;
	unsigned damages;	/* that a container is cut or broken */
	char text[400];		/* the last error lines, "; " between */
};

void complaints_install(void);				/* before cl_init() */
void complaints_listen(struct complaints *);		/* NULL: nobody */

/* A layer that is being looked at. */
struct level {
	size_t path_len;		/* of path, up to here */
	unsigned outer;			/* levels that were open before */
	bool is_known;			/* what was looked at */
	struct looked looked;
};

/* One scan; libclamav hands it to every callback. */
struct scan {
	struct engine *engine;
	struct verdict best;		/* the most severe of all noted */
	bool only_type;			/* end when that is known */
	unsigned layers;		/* the witness: layers looked at */
	struct complaints complaints;
	unsigned level;			/* levels that are open */
	struct level levels[LEVELS_MAX];
	char path[PATH_MAX_LEN];	/* "a.zip/b.zip/c.exe", raw bytes */
};

/* clamav_types.c: "CL_TYPE_PDF"; UNKNOWN for what it does not tell. Pure. */
enum type_group clamav_type_group(const char *type);

/* clamav_names.c: pure. */
enum outcome name_outcome(const char *name);
void note_name(struct verdict *best, const char *name, const char *path);

/* clamav_scan.c */
void scan_callbacks_install(struct cl_engine *);
void clamav_scan(struct engine *, const void *body, size_t len,
    uint32_t time_limit_ms, struct verdict *verdict_out);
enum type_group clamav_identify(struct engine *, const void *bytes, size_t len,
    uint32_t time_limit_ms);

/* clamav_load.c; the first of them is in clamav_matcher.c */
void clamav_expect(struct engine *, const char *folder);
int clamav_load(struct engine *, const char *folder, struct signature_info *,
    struct err *);
int clamav_load_builtin(struct engine *, struct signature_info *,
    struct err *);

/* clamav_images.c: does one ask for hashes of images, or cannot be read? */
bool images_are_asked_for(int fd, bool is_container);

/* clamav_repeats.c: layers that were looked at, in one scan */
void repeats_begin(struct repeats *);
void repeats_describe(struct looked *, const char *bytes, size_t len);
void repeats_add(struct repeats *, const struct looked *);
bool repeats_has(struct repeats *, const struct looked *);

/* clamav_memory.c: signatures into huge pages, before the first fork. */
void memory_collapse(void);

/* clamav_check.c: scans what must be found and what must pass. */
int check_found(struct engine *, struct err *);
int check_clean(struct engine *, struct err *);

/* clamav_charsets.c: before the cage closes. */
void preload_charsets(void);

#endif
