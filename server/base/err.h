/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * err - why a function returned -1. Any process, any thread.
 *
 * The one error idiom: a function returns 0, or -1 and the reason in `err`.
 * The callee fills, the caller decides and logs, once. Every function here
 * takes NULL for `err` and always returns -1, so that it can stand in the
 * return statement.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

struct err {
	char text[512];
};

/* The reason in words. */
int err_set(struct err *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* "what: Permission denied", from errno: call it in the very next line. */
int err_sys(struct err *, const char *what);

/* Puts "words: " in front of the reason that is there already. */
int err_wrap(struct err *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
