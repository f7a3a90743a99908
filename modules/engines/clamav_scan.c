/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libclamav's CL_CLEAN means "no match in what I looked at", also when it
 * looked at nothing: no scratch, no memory, a limit. So everything it can tell
 * is collected here, and clean is what is left when nothing else was said and
 * the first layer was seen.
 */
#include "engines/clamav.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "engines/magics.h"

#define SMALLEST 6	/* libclamav looks at nothing shorter (measured) */

static struct level *
innermost(struct scan *s)
{
	return &s->levels[s->level < LEVELS_MAX ? s->level - 1
						: LEVELS_MAX - 1];
}

static size_t
path_end(struct scan *s)
{
	return s->level == 0 ? 0 : innermost(s)->path_len;
}

static void
extend_path(struct scan *s, unsigned level, const char *name)
{
	size_t at = path_end(s);

	if (level > 0 && at < sizeof s->path)
		at += (size_t)snprintf(s->path + at, sizeof s->path - at,
		    "%s%s", at > 0 ? "/" : "", name != NULL ? name : "unnamed");
	if (at >= sizeof s->path)
		at = sizeof s->path - 1;
	s->path[at] = '\0';
}

/* libclamav passes over what it does not know without a word. */
static void
note_magic(struct scan *s, const void *bytes, size_t size)
{
	const struct magic *magic = NULL;

	if (bytes != NULL)
		magic = magic_of(bytes, size);
	if (magic != NULL)
		verdict_note(&s->best, magic->outcome, magic->name, s->path);
}

static bool
is_archive(const char *type)
{
	static const char *const archives[] = {
		"7Z", "BZ", "CPIO_CRC", "CPIO_NEWC", "CPIO_ODC", "CPIO_OLD",
		"GZ", "ISO9660", "MSCAB", "OLD_TAR", "POSIX_TAR", "XZ", "ZIP",
	};
	static const char lead[] = "CL_TYPE_";
	size_t i;

	if (type == NULL || strncmp(type, lead, sizeof lead - 1) != 0)
		return false;
	for (i = 0; i < sizeof archives / sizeof *archives; i++)
		if (strcmp(type + sizeof lead - 1, archives[i]) == 0)
			return true;
	return false;
}

#define PARTITION "CL_TYPE_PART_"

/* Without the plug-in a RAR is passed over without a word. */
static void
tell_layer(struct scan *s, const char *type, const char *bytes, size_t len,
    const struct level *here)
{
	const struct listener *listener = s->engine->listener;
	const struct engine_layer layer = {
		.bytes = (const uint8_t *)bytes,
		.len = bytes != NULL ? len : 0,
		.level = here->looked.level,
		.digest = here->is_known ? here->looked.digest : NULL,
		.path = s->path,
		.member = is_archive(here->looked.parent),
		.closed = !s->engine->opens_rar &&
		    strcmp(type, "CL_TYPE_RAR") == 0,
		.forced = strncmp(type, PARTITION, sizeof PARTITION - 1) == 0,
	};

	if (listener != NULL && layer.len > 0)
		listener->layer(listener->ctx, &layer);
	else if (layer.closed)
		verdict_note(&s->best, OUTCOME_UNSUPPORTED, "Container.RAR",
		    s->path);
}

/* A level that is passed over is a piece of a file, which libclamav opens
 * without a word. */
static struct level *
go_deeper(struct scan *s, unsigned level, const char *type)
{
	unsigned outer = s->level < level ? s->level : level;
	const char *parent = NULL;
	struct level *here;

	if (outer == level && level > 0)
		parent = innermost(s)->looked.type;
	s->level = level + 1;
	here = innermost(s);
	here->path_len = strlen(s->path);
	here->outer = outer;
	here->is_known = false;
	here->looked.type = type;
	here->looked.parent = parent;
	here->looked.level = level;
	return here;
}

static void
recognise(struct level *here, const char *bytes, size_t len)
{
	if (here->looked.level == 0 || bytes == NULL)
		return;
	repeats_describe(&here->looked, bytes, len);
	here->is_known = true;
}

static bool
is_repeat(struct scan *s, const struct level *here)
{
	return here->is_known && !(s->engine->plain & PLAIN_REPEATS) &&
	    repeats_has(&s->engine->repeats, &here->looked);
}

/* Called once for each layer, before it is unpacked. Its end is on_layer_done:
 * with the cache off, one never comes without the other. */
static cl_error_t
on_layer(int fd, const char *type, const char **ancestors, size_t parent_size,
    const char *name, size_t size, const char *bytes, uint32_t level,
    uint32_t attributes, void *ctx)
{
	struct scan *s = ctx;
	struct level *here;

	(void)fd, (void)ancestors, (void)parent_size, (void)attributes;
	extend_path(s, level, name);
	here = go_deeper(s, level, type);
	recognise(here, bytes, size);
	if (is_repeat(s, here))
		return CL_BREAK;
	note_magic(s, bytes, size);
	tell_layer(s, type, bytes, size, here);
	return CL_CLEAN;
}

/* As long as nothing was said of anything. */
static bool
is_clean_so_far(const struct scan *s, int result)
{
	return result == CL_CLEAN && s->best.outcome == OUTCOME_NONE &&
	    s->complaints.errors == 0 && s->complaints.damages == 0;
}

static cl_error_t
on_layer_done(int fd, int result, const char *name, void *ctx)
{
	struct scan *s = ctx;
	struct level *here;

	(void)fd, (void)name;
	if (s->level == 0)
		return CL_CLEAN;
	here = innermost(s);
	if (here->is_known && is_clean_so_far(s, result))
		repeats_add(&s->engine->repeats, &here->looked);
	s->level = here->outer;
	s->path[path_end(s)] = '\0';
	return CL_CLEAN;
}

static cl_error_t
on_layer_type(int fd, const char *type, void *ctx)
{
	struct scan *s = ctx;

	(void)fd;
	if (s->layers++ == 0)
		s->best.bytes = clamav_type_group(type);
	if (s->only_type)
		return CL_BREAK;
	return CL_CLEAN;
}

static void
on_found(int fd, const char *name, void *ctx)
{
	struct scan *s = ctx;

	(void)fd;
	note_name(&s->best, name != NULL ? name : "Unnamed", s->path);
}

/* Who listens reads these itself, and tells headers from bytes that look like
 * one: every program that knows zip has some, and a binary cpio is known by two
 * bytes. */
static bool
is_for_listener(const struct engine *engine, const char *container)
{
	return engine->listener != NULL &&
	    (strcmp(container, "CL_TYPE_ZIP") == 0 ||
	    strncmp(container, "CL_TYPE_CPIO", 12) == 0);
}

/* Headers of members, before they are unpacked. A zip member that is larger
 * than the limit would be cut and passed without a note. */
static cl_error_t
on_member(const char *container, unsigned long packed, const char *name,
    unsigned long size, int encrypted, unsigned int position, void *ctx)
{
	struct scan *s = ctx;

	(void)packed, (void)name, (void)position;
	if (is_for_listener(s->engine, container))
		return CL_CLEAN;
	if (encrypted)
		verdict_note(&s->best, OUTCOME_ENCRYPTED, "Encrypted.Member",
		    s->path);
	if (size > s->engine->file_max)
		verdict_note(&s->best, OUTCOME_TOO_BIG, "Limits.MemberSize",
		    s->path);
	return CL_CLEAN;
}

void
scan_callbacks_install(struct cl_engine *cl)
{
	cl_engine_set_clcb_pre_cache(cl, on_layer_type);
	cl_engine_set_clcb_file_inspection(cl, on_layer);
	cl_engine_set_clcb_post_scan(cl, on_layer_done);
	cl_engine_set_clcb_virus_found(cl, on_found);
	cl_engine_set_clcb_meta(cl, on_member);
}

/* What the engine did not report as a name. */
static void
conclude(struct scan *s, cl_error_t code, const char *name, size_t len)
{
	char text[NAME_MAX_LEN];

	if (code == CL_VIRUS)
		note_name(&s->best, name != NULL ? name : "Unnamed", "");
	else if (code != CL_CLEAN) {
		snprintf(text, sizeof text, "Engine.%s", cl_strerror(code));
		verdict_note(&s->best, OUTCOME_ENGINE_ERROR, text, "");
	}
	if (s->complaints.damages > 0)
		verdict_note(&s->best, OUTCOME_DAMAGED, "Container.Broken",
		    "");
	if (s->complaints.errors > 0) {
		verdict_note(&s->best, OUTCOME_ENGINE_ERROR,
		    "Engine.Complained", "");
		log_warn("engine complained", "text=\"%s\"",
		    s->complaints.text);
	}
	if (s->best.outcome == OUTCOME_NONE && s->layers == 0 &&
	    len >= SMALLEST)
		verdict_note(&s->best, OUTCOME_ENGINE_ERROR,
		    "Engine.NoWitness", "");
	verdict_note(&s->best, OUTCOME_CLEAN, "", "");
}

static cl_error_t
run(struct engine *engine, const void *body, size_t len, struct scan *s,
    const char **name_out)
{
	struct cl_scan_options options = engine->options;
	unsigned long scanned = 0;
	cl_fmap_t *map = cl_fmap_open_memory(body, len);
	cl_error_t code;

	if (map == NULL)
		return CL_EMEM;
	code = cl_scanmap_callback(map, NULL, name_out, &scanned, engine->cl,
	    &options, s);
	cl_fmap_close(map);
	return code;
}

static uint32_t
limit_set(struct engine *engine, uint32_t limit_ms)
{
	if (limit_ms == 0)
		limit_ms = engine->time_limit_ms;
	cl_engine_set_num(engine->cl, CL_ENGINE_MAX_SCANTIME, limit_ms);
	return limit_ms;
}

void
clamav_scan(struct engine *engine, const void *body, size_t len,
    uint32_t time_limit_ms, struct verdict *verdict_out)
{
	struct scan s = { .engine = engine, .best.bytes = GROUP_UNKNOWN };
	const char *name = NULL;
	int64_t deadline;
	cl_error_t code = CL_CLEAN;

	repeats_begin(&engine->repeats);
	deadline = clock_ms() + limit_set(engine, time_limit_ms);
	complaints_listen(&s.complaints);
	if (len > engine->file_max)
		verdict_note(&s.best, OUTCOME_TOO_BIG, "Limits.BodySize", "");
	else if (len > 0)
		code = run(engine, body, len, &s, &name);
	complaints_listen(NULL);
	/* libclamav reports one limit a scan: an earlier one hides this. */
	if (clock_ms() > deadline)
		verdict_note(&s.best, OUTCOME_TIMEOUT, "Limits.ScanTime", "");
	conclude(&s, code, name, len);
	*verdict_out = s.best;
}

enum type_group
clamav_identify(struct engine *engine, const void *bytes, size_t len,
    uint32_t time_limit_ms)
{
	struct scan s = { .engine = engine, .only_type = true,
		.best.bytes = GROUP_UNKNOWN };
	const char *name = NULL;

	limit_set(engine, time_limit_ms);
	complaints_listen(&s.complaints);
	if (len > 0)
		(void)run(engine, bytes, len, &s, &name);
	complaints_listen(NULL);
	return s.best.bytes;
}
