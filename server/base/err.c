/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int
err_set(struct err *err, const char *fmt, ...)
{
	va_list ap;

	if (err == NULL)
		return -1;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof err->text, fmt, ap);
	va_end(ap);
	return -1;
}

int
err_sys(struct err *err, const char *what)
{
	int number = errno;
	char words[128];

	if (err != NULL)
		snprintf(err->text, sizeof err->text, "%s: %s", what,
		    strerror_r(number, words, sizeof words));
	errno = number;
	return -1;
}

int
err_wrap(struct err *err, const char *fmt, ...)
{
	char inner[sizeof err->text];
	size_t used;
	va_list ap;

	if (err == NULL)
		return -1;
	memcpy(inner, err->text, sizeof inner);
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof err->text, fmt, ap);
	va_end(ap);
	used = strlen(err->text);
	if (used + 2 < sizeof err->text)
		snprintf(err->text + used, sizeof err->text - used, ": %.*s",
		    (int)(sizeof err->text - used - 3), inner);
	return -1;
}
