/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * engine - what a scan engine must be able to do. Life: keeper calls new, load,
 * prepare; each worker, a fork of it, calls enter once, limit per body, scan.
 * One thread. An engine is one table of functions.
 *
 * "clean" is only said with a witness: the engine did look at the body.
 */
#ifndef ENGINES_ENGINE_H
#define ENGINES_ENGINE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "wire/keeper_msg.h"
#include "wire/verdict.h"

struct engine;

/* What can be left as the engine does it by itself: tests compare. */
enum plain {
	PLAIN_IMAGES = 1,	/* hashes of all images, asked for or not */
	PLAIN_REPEATS = 2,	/* layers are looked at again */
	PLAIN_HEAP = 4,		/* which does not keep its pages */
	PLAIN_PAGES = 8,	/* of the signatures, which are small */
	PLAIN_MATCHER = 16,	/* which has two ways to look for them */
	PLAIN_ALL = 31
};

struct engine_limits {
	uint64_t scan_max;	/* bytes, body and all that is in it */
	uint32_t recursion, files;
	uint32_t time_limit_ms;	/* the largest of the lanes */
	unsigned plain;		/* only in new(); 0, but in tests */
};

/* What a scan came upon: the body, and whatever the engine takes out of it and
 * looks at. */
struct engine_layer {
	const uint8_t *bytes;	/* until the listener returns */
	size_t len;
	unsigned level;		/* 0: the body itself */
	const uint8_t *digest;	/* its SHA-256; NULL: nobody made it */
	const char *path;	/* in the body, raw bytes; "": none */
	bool member;		/* of an archive that the listener reads, too */
	bool closed;		/* it cannot open this: the listener must, or
				 * it is `unsupported` */
	bool forced;		/* taken for a file system without a look, and
				 * not scanned as the file that it may be */
};

struct listener {
	void *ctx;
	void (*layer)(void *ctx, const struct engine_layer *);
};

struct engine_ops {
	const char *name;

	/* scratch: an existing folder of our own, for loading and preparing */
	int (*new)(struct engine **engine_out, const struct engine_limits *,
	    const char *scratch, struct err *);

	/* Before the first load(), of each folder: how much is to come says how
	 * best to look for it. What is not told is loaded all the same. NULL:
	 * it does not matter. */
	void (*expect)(struct engine *, const char *folder);

	/* Adds one signature folder. 0 files in it: fine, adds no set. The
	 * reason names the file and the engine's own words. */
	int (*load)(struct engine *, const char *folder,
	    struct signature_info *info, struct err *);

	/* After the last load(): adds the built-in test signatures. Among them
	 * is EICAR only if there is no set that must find it by itself. */
	int (*load_builtin)(struct engine *, struct signature_info *info,
	    struct err *);

	/* Compiles, checks itself (finds what it must, passes what it must),
	 * and does now all that would be done lazily later. */
	int (*prepare)(struct engine *, struct err *);

	/* In a fresh worker: seeds, own scratch folder, allocator. */
	int (*enter)(struct engine *, const char *scratch, struct err *);

	/* Who is told of each layer of the scans to come; stays the caller's.
	 * NULL: nobody. No such function: it tells nobody. */
	void (*listen)(struct engine *, const struct listener *);

	/* Of the scans that follow, until the next call: none is above those
	 * of new(). -1: they are not in force. NULL: it has none. */
	int (*limit)(struct engine *, const struct engine_limits *);

	/* Always sets an outcome but `none`, and the type group of the body
	 * itself, not of what is in it. The body is not touched. */
	void (*scan)(struct engine *, const void *body, size_t len,
	    uint32_t time_limit_ms, struct verdict *verdict_out);

	/* What the first bytes of a body are, without a scan. NULL: the engine
	 * does not tell. */
	enum type_group (*identify)(struct engine *, const void *bytes,
	    size_t len, uint32_t time_limit_ms);

	void (*free)(struct engine **);
};

extern const struct engine_ops engine_clamav;

#endif
