/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/lines.h"

#include <string.h>

#include "unpack/mail.h"
#include "unpack/upload.h"
#include "unpack/uu.h"

static bool
begins(struct slice s)
{
	static const char *const words[] = { "begin", "From ", "\1\1\1\1" };
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (s.len >= strlen(words[i]) &&
		    memcmp(s.at, words[i], strlen(words[i])) == 0)
			return true;
	return false;
}

static bool
has_line(struct slice s)
{
	size_t at = 0;

	if (begins(s))
		return true;
	while ((at = slice_find_line(s, at, 'b', 'F')) < s.len)
		if (begins(slice_tail(s, ++at)))
			return true;
	return false;
}

bool
lines_likely(struct slice s)
{
	return mail_likely(s) ||
	    (has_line(s) && (uu_likely(s) || mails_likely(s)));
}

bool
lines_walk(struct slice s, const char *path, const struct sink *sink)
{
	return (!mails_likely(s) || upload_mails(s, path, sink)) &&
	    (!uu_likely(s) || uu_walk(s, path, sink));
}
