/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * type_group - the one list of kinds of files that rules speak of. All
 * processes.
 *
 * Zero means that nobody has said anything. The more harm a kind can do, the
 * smaller its number. Numbers go over the wire: another order is another
 * WIRE_VERSION.
 */
#ifndef WIRE_TYPE_GROUP_H
#define WIRE_TYPE_GROUP_H

#define TYPE_GROUPS(X)                                                         \
	X(NONE, "-")                                                           \
	X(EXECUTABLE, "executable")                                            \
	X(SCRIPT, "script")                                                    \
	X(ARCHIVE, "archive")                                                  \
	X(MACRO, "macro")		/* office documents with macros */     \
	X(DISK_IMAGE, "disk-image")                                            \
	X(DOCUMENT, "document")		/* office, PDF */                      \
	X(IMAGE, "image")                                                      \
	X(MEDIA, "media")		/* audio and video */                  \
	X(TEXT, "text")			/* pages, too */                       \
	X(UNKNOWN, "unknown")		/* looked at, and none of these */

enum type_group {
#define X(id, name) GROUP_##id,
	TYPE_GROUPS(X)
#undef X
	GROUP_COUNT
};

#define GROUP_BIT(group) (1u << (group))

/* "executable"; "-" for a number that is no group. */
const char *type_group_name(enum type_group);

/* 0, or -1 when the word is no group. */
int type_group_parse(const char *word, enum type_group *group_out);

/* Of two that were said of one thing the one that can do more harm. */
enum type_group type_group_worse(enum type_group, enum type_group);

#endif
