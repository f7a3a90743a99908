/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * log - one event, one line, one write(2) to standard error. Any process, any
 * thread; lines of several processes do not mix (up to 4 KB).
 *
 *	2026-11-24T08:15:00.123Z warn keeper[71] worker died pid=80 signal=11
 *
 * error: the operator acts. warn: the operator should know. info: one line per
 * verdict, and changes of state. debug: for us. Body bytes never; whatever
 * comes from outside goes through log_quote() first.
 *
 * A worker's standard error is a pipe to its keeper, who says its lines again
 * (keeper/said.h).
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stddef.h>
#include <sys/types.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* Who speaks ("supervisor", "keeper", "worker", "icap") and from which level
 * on. Before the first call: "glassgate", LOG_INFO. role is borrowed. */
void log_setup(const char *role, enum log_level);

/* event: two or three words. fmt: "key=value key=value", or "" for none. */
void log_write(enum log_level, const char *event, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#define log_error(...) log_write(LOG_ERROR, __VA_ARGS__)
#define log_warn(...) log_write(LOG_WARN, __VA_ARGS__)
#define log_info(...) log_write(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_write(LOG_DEBUG, __VA_ARGS__)

/* A value from outside as one harmless token: printable ASCII but `"`, `\` and
 * space stays, all else becomes \xNN; empty or NULL becomes "-"; cut to size
 * with "..." at the end. Returns out. */
const char *log_quote(char *out, size_t size, const char *value);

/* A line of another process, as if it had written it itself now; text: all
 * behind the head. */
void log_relay(enum log_level, const char *role, pid_t, const char *text);

/* What such a process itself would write: its level, and where its text begins.
 * NULL: it is no line of that process. */
const char *log_head_parse(const char *line, const char *role, pid_t,
    enum log_level *level_out);

/* "error" ... "debug" -> level; -1 when it is none of them. */
int log_level_parse(const char *word, enum log_level *level_out);

#endif
