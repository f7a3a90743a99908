/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * settings - the one table of settings: parser, snapshot, sample file and
 * manual section come from it. This part has no libconfig: c-icap's children,
 * keeper and tool read snapshots with it.
 *
 * Loaded settings are const. A reload makes a new struct and swaps the pointer.
 */
#ifndef CONFIG_SETTINGS_H
#define CONFIG_SETTINGS_H

#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "policy/policy.h"
#include "policy/rules.h"

#define SETTING_TEXT 256	/* longest text or path, with its NUL */
#define LIST_MAX 32		/* longest list */
#define CACHE_LEAST 65536	/* bytes, if there is a cache */

struct text_list {
	uint32_t count;
	char item[LIST_MAX][SETTING_TEXT];
};

enum sandbox { SANDBOX_REQUIRED, SANDBOX_BEST_EFFORT };
enum reload_memory { RELOAD_WAIT, RELOAD_STALL };
enum drip { DRIP_ON_STALL, DRIP_ALWAYS, DRIP_NEVER };

/* Keys are those of glassgate.conf: group.name. */
struct settings {
	char log_level[16];			/* log.level */

	char icap_listen[64];			/* icap.listen, canonical */
	struct text_list icap_clients;		/* icap.clients, canonical */
	uint64_t icap_threads, icap_spare_threads;	/* in all */
	uint64_t icap_preview;			/* icap.preview, bytes */
	uint64_t icap_options_ttl;		/* seconds */
	uint64_t icap_keepalive, icap_timeout;	/* seconds */
	char icap_program[SETTING_TEXT];	/* c-icap itself */
	char icap_module[SETTING_TEXT];		/* srv_glassgate.so */
	char icap_user[SETTING_TEXT];		/* as root: runs as this */

	uint64_t body_max, body_memory, body_disk;	/* bytes */
	char body_folder[SETTING_TEXT];		/* body.folder */
	uint64_t cache_size;			/* bytes; 0: no cache */

	uint64_t names_double_extension, names_right_to_left;	/* 1: block */

	uint64_t proxy_drip, proxy_remember;	/* enum drip; seconds */
	struct text_list range_endings;		/* proxy.range_endings */
	struct text_list range_hosts;		/* proxy.range_hosts */
	uint64_t trickle_types;			/* GROUP_BITs; 0: none */
	uint64_t trickle_delay, trickle_rate, trickle_share, trickle_hold;

	struct text_list signature_folders;	/* signatures.folders */
	char state_folder[SETTING_TEXT];	/* signatures.state_folder */
	uint64_t signatures_keep;		/* sets */
	uint64_t signatures_watch;		/* seconds; 0: not watched */
	struct text_list must_pass;		/* signatures.must_pass */

	uint64_t reload_memory;			/* enum reload_memory */
	char scan_program[SETTING_TEXT];	/* glassgate-keeper */
	char scan_user[SETTING_TEXT];
	uint64_t scan_small_workers, scan_big_workers;
	uint64_t scan_small_max;		/* bytes: border of the lanes */
	uint64_t scan_small_seconds, scan_big_seconds;
	uint64_t scan_small_bodies, scan_big_bodies;	/* of one worker */
	uint64_t scan_small_age, scan_big_age;		/* of one, seconds */
	uint64_t scan_renew_deaths, scan_renew_seconds;
	uint64_t scan_queue;			/* jobs waiting, per lane */
	uint64_t scan_queue_seconds;		/* longest wait in it */
	uint64_t scan_max;			/* bytes unpacked, in all */
	uint64_t scan_recursion, scan_files;
	uint64_t scan_memory;			/* bytes, one worker */

	char page_templates[SETTING_TEXT];
	char page_contact[SETTING_TEXT];

	uint64_t sandbox;			/* enum sandbox */

	uint64_t test_memory, test_landlock_abi;	/* 0: what is there */
	uint64_t test_errand_seconds, test_engine_plain; /* 0: our own */
	uint64_t test_namespaces, test_seccomp;	/* 0: not there */

	struct policy policy;			/* policy.<outcome> */
	struct rules rules;			/* policies */
};

void settings_defaults(struct settings *);

/* Sets one value from text ("100M", "30", "true"; list items apart by commas).
 * The reason names key, value and what is allowed, not file and line. */
int settings_set(struct settings *, const char *key, const char *value,
    struct err *);

/* What needs more than one value: two settings agree, folders and programs
 * exist. `key_out`: which setting is to blame; the reason is without it. */
int settings_check(const struct settings *, const char **key_out, struct err *);

/* Takes one away; nothing there is fine. */
void settings_remove(const char *runtime, uint32_t n);

/* A snapshot: "<runtime>/settings-<n>", readable text with a digest at its end,
 * written whole or not at all. */
int settings_save(const struct settings *, const char *runtime, uint32_t n,
    struct err *);
int settings_load(struct settings *settings_out, const char *runtime,
    uint32_t n, struct err *);

/* All settings as the snapshot has them ("key=value" lines): what the ISTag is
 * made of. *text_out is the caller's, to free(). */
int settings_text(const struct settings *, char **text_out, struct err *);

void settings_print_sample(FILE *);	/* etc/glassgate.conf */
void settings_print_manual(FILE *);	/* roff, for glassgate.conf(5) */

#endif
