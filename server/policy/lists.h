/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lists - the owner's own list: what passes or is blocked by the SHA-256 of the
 * body, by host, by the name of a finding. Plain data, any process.
 *
 * A policy has such lists, too (rules.h): they are asked first.
 *
 * As text, an entry is a line: "allow sha256 VALUE UNTIL REASON", UNTIL in Unix
 * seconds, 0 without an end. The supervisor writes the file, c-icap reads it.
 */
#ifndef POLICY_LISTS_H
#define POLICY_LISTS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "policy/match.h"
#include "wire/outcome.h"

#define LISTS_FILE "lists"		/* in runtime and state folder */
#define LISTS_MAX 512
#define LISTS_REASON 96
#define LISTS_TEXT_MAX (LISTS_MAX * 512)

enum list_by { BY_SHA256, BY_HOST, BY_SIGNATURE, BY_COUNT };

enum listed { LISTED_NOT, LISTED_ALLOWED, LISTED_BLOCKED };

struct list_entry {
	bool block;
	enum list_by by;
	char value[SUBJECT_HOST];
	int64_t until;			/* Unix seconds; 0: no end */
	char reason[LISTS_REASON];
};

struct lists {
	uint32_t count;
	struct list_entry entry[LISTS_MAX];
};

const char *list_by_name(enum list_by);
int list_by_find(const char *word, enum list_by *by_out);

/* A value of that kind, brought into its canonical form in place. The reason
 * does not say what is allowed. */
int list_value_check(enum list_by, char *value, struct err *);
const char *list_value_allowed(enum list_by);

/* Not blank, at most LISTS_REASON - 1 characters of ASCII, no double quote. */
int list_reason_check(const char *reason, struct err *);

/* Does the entry's value hold for this one, which is in its canonical form?
 * Hosts are looked up as policies do it. */
bool list_value_holds(enum list_by, const char *entry, const char *value);

/* Does an entry that allows by this let such an outcome pass? By host only what
 * was checked; never what is undecided. */
bool list_lets_pass(enum list_by, enum outcome);

/* One line, with or without its end. The value gets its canonical form. */
int list_entry_read(struct list_entry *entry_out, const char *line, size_t len,
    struct err *);
void list_entry_print(const struct list_entry *, FILE *);

/* A whole file; not one bad line is taken. */
int lists_read(struct lists *lists_out, const char *text, size_t len,
    struct err *);
void lists_print(const struct lists *, FILE *);

/* In the place of one for the same value; what allows never takes that of one
 * that blocks. Entries that are over make room. */
int lists_put(struct lists *, const struct list_entry *, int64_t now,
    struct err *);
/* -1: there is none. */
int lists_remove(struct lists *, enum list_by, const char *value);

/* What holds now, for a value in its canonical form; a block wins. NULL: no
 * entry. */
const struct list_entry *lists_find(const struct lists *, enum list_by,
    const char *value, int64_t now);
bool list_entry_holds(const struct list_entry *, int64_t now);
bool lists_has(const struct lists *, enum list_by);
bool lists_blocks(const struct lists *, enum list_by);

/* The file of that name in a folder. 1: there is none, and the list is empty;
 * -1: it cannot be read. lists_file.c. */
int lists_load(struct lists *lists_out, const char *folder, struct err *);

#endif
