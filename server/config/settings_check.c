/* SPDX-License-Identifier: GPL-2.0-only */
/* What one value alone cannot say: other settings and this machine. */
#include "config/settings.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/settings_rows.h"
#include "wire/keeper_msg.h"

typedef int check_fn(const struct settings *, struct err *);

static int
check_workers(const struct settings *settings, struct err *err)
{
	uint64_t both = settings->scan_small_workers +
	    settings->scan_big_workers;

	if (both <= SERVING_MOST)
		return 0;
	return err_set(err, "%" PRIu64 " workers are too many; allowed: "
	    "scan.small_workers and scan.big_workers together at most %d", both,
	    SERVING_MOST);
}

static int
check_spare_threads(const struct settings *settings, struct err *err)
{
	if (settings->icap_spare_threads < settings->icap_threads)
		return 0;
	return err_set(err, "%" PRIu64 " spare ones leave no thread for "
	    "requests; allowed: less than icap.threads, which is %" PRIu64,
	    settings->icap_spare_threads, settings->icap_threads);
}

static int
check_body_max(const struct settings *settings, struct err *err)
{
	if (settings->body_max <= settings->scan_max)
		return 0;
	return err_set(err, "%" PRIu64 " bytes are more than are scanned; "
	    "allowed: at most scan.max, which is %" PRIu64,
	    settings->body_max, settings->scan_max);
}

static int
check_memory(const struct settings *settings, struct err *err)
{
	if (settings->scan_memory >= settings->scan_max)
		return 0;
	return err_set(err, "%" PRIu64 " bytes are less than may be unpacked; "
	    "allowed: at least scan.max, which is %" PRIu64,
	    settings->scan_memory, settings->scan_max);
}

static int
check_cache(const struct settings *settings, struct err *err)
{
	if (settings->cache_size == 0 || settings->cache_size >= CACHE_LEAST)
		return 0;
	return err_set(err, "%" PRIu64 " bytes are too few; allowed: 0, or at "
	    "least %d", settings->cache_size, CACHE_LEAST);
}

/* A file, or (S_IFDIR) a folder, that this process may use. */
static int
check_path(const char *path, mode_t type, int access_mode, const char *allowed,
    struct err *err)
{
	struct stat st;

	if (stat(path, &st) == -1 || access(path, access_mode) == -1)
		return err_set(err, "%s: %m; allowed: %s", path, allowed);
	if ((st.st_mode & S_IFMT) != type)
		return err_set(err, "%s: is no %s; allowed: %s", path,
		    type == S_IFDIR ? "folder" : "file", allowed);
	return 0;
}

static int
check_icap_program(const struct settings *settings, struct err *err)
{
	return check_path(settings->icap_program, S_IFREG, X_OK,
	    "the program c-icap (Debian's package c-icap)", err);
}

static int
check_icap_module(const struct settings *settings, struct err *err)
{
	return check_path(settings->icap_module, S_IFREG, R_OK,
	    "srv_glassgate.so of this glassgate", err);
}

static int
check_scan_program(const struct settings *settings, struct err *err)
{
	return check_path(settings->scan_program, S_IFREG, X_OK,
	    "the program glassgate-keeper of this glassgate", err);
}

static int
check_templates(const struct settings *settings, struct err *err)
{
	return check_path(settings->page_templates, S_IFDIR, R_OK | X_OK,
	    "a folder with en/blocked.html", err);
}

/* The default folder may be missing: then the built-in set serves. */
static int
is_default(const struct text_list *folders)
{
	return folders->count == 1 && strcmp(folders->item[0],
	    setting_find("signatures.folders")->fallback) == 0;
}

static int
check_signatures(const struct settings *settings, struct err *err)
{
	const struct text_list *folders = &settings->signature_folders;
	uint32_t i;

	if (is_default(folders) && access(folders->item[0], F_OK) == -1 &&
	    errno == ENOENT)
		return 0;
	for (i = 0; i < folders->count; i++)
		if (check_path(folders->item[i], S_IFDIR, R_OK | X_OK,
		    "folders with ClamAV signatures", err) == -1)
			return -1;
	return 0;
}

static int
check_must_pass(const struct settings *settings, struct err *err)
{
	const struct text_list *files = &settings->must_pass;
	uint32_t i;

	for (i = 0; i < files->count; i++)
		if (check_path(files->item[i], S_IFREG, R_OK,
		    "files that can be read", err) == -1)
			return -1;
	return 0;
}

struct check {
	const char *key;
	check_fn *fn;
	const char *other;		/* with which it does not agree */
};

/* Two settings agree. */
static const struct check of_values[] = {
	{ "icap.spare_threads", check_spare_threads, "icap.threads" },
	{ "scan.small_workers", check_workers, "scan.big_workers" },
	{ "body.max", check_body_max, "scan.max" },
	{ "cache.size", check_cache, NULL },
	{ "scan.memory", check_memory, "scan.max" },
};

static const struct check of_machine[] = {
	{ "icap.program", check_icap_program, NULL },
	{ "icap.module", check_icap_module, NULL },
	{ "scan.program", check_scan_program, NULL },
	{ "page.templates", check_templates, NULL },
	{ "signatures.folders", check_signatures, NULL },
	{ "signatures.must_pass", check_must_pass, NULL },
};

static int
go_through(const struct check *checks, size_t count,
    const struct settings *settings, const char **key_out, struct err *err)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (checks[i].fn(settings, err) == -1) {
			*key_out = checks[i].key;
			return -1;
		}
	return 0;
}

int
settings_check_values(const struct settings *settings, const char **key_out,
    struct err *err)
{
	return go_through(of_values, sizeof of_values / sizeof *of_values,
	    settings, key_out, err);
}

int
settings_check(const struct settings *settings, const char **key_out,
    struct err *err)
{
	if (settings_check_values(settings, key_out, err) == -1)
		return -1;
	return go_through(of_machine, sizeof of_machine / sizeof *of_machine,
	    settings, key_out, err);
}

const char *
settings_check_other(const char *key)
{
	size_t i;

	for (i = 0; i < sizeof of_values / sizeof *of_values; i++)
		if (strcmp(of_values[i].key, key) == 0)
			return of_values[i].other;
	return NULL;
}

/* The most that a policy may say. */
static uint64_t
most_of(const struct settings *settings, enum limit limit)
{
	const uint64_t most[LIMIT_COUNT] = {
		[LIMIT_BODY_MAX] = settings->body_max,
		[LIMIT_SCAN_MAX] = settings->scan_max,
		[LIMIT_RECURSION] = settings->scan_recursion,
		[LIMIT_FILES] = settings->scan_files,
		[LIMIT_SECONDS] = settings->scan_small_seconds >
		    settings->scan_big_seconds ? settings->scan_small_seconds :
		    settings->scan_big_seconds,
	};

	return most[limit];
}

int
settings_check_limits(const struct settings *settings, uint32_t *policy_out,
    enum limit *limit_out, struct err *err)
{
	uint32_t n;
	unsigned i;

	for (n = 0; n < settings->rules.count; n++)
		for (i = 0; i < LIMIT_COUNT; i++) {
			uint64_t most = most_of(settings, i);
			const struct policy *policy =
			    &settings->rules.rule[n].policy;

			if (policy->limits.value[i] <= most)
				continue;
			*policy_out = n;
			*limit_out = i;
			return err_set(err, "%" PRIu64 " is above the settings;"
			    " allowed: up to %" PRIu64 " (%s)",
			    policy->limits.value[i], most, limit_row(i)->most);
		}
	return 0;
}
