/* SPDX-License-Identifier: GPL-2.0-only */
#include "signatures/origin.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "signatures/manifest.h"

/* Where the folder's whole name is next; "…/1" is not in "…/10". */
static const char *
find(const char *text, const char *folder)
{
	size_t len = strlen(folder);

	while ((text = strstr(text, folder)) != NULL) {
		if (!isdigit((unsigned char)text[len]))
			return text;
		text += len;
	}
	return NULL;
}

/* What is too long then loses its end. */
static void
rename_all(const char *folder, const char *origin, struct err *err)
{
	const struct err was = *err;
	const char *at = was.text, *next;
	size_t room = sizeof(err->text), len = 0;

	while (len < room && (next = find(at, folder)) != NULL) {
		len += (size_t)snprintf(err->text + len, room - len, "%.*s%s",
		    (int)(next - at), at, origin);
		at = next + strlen(folder);
	}
	if (len < room)
		snprintf(err->text + len, room - len, "%s", at);
}

void
origin_tell(const char *set, struct err *err)
{
	char folder[PATH_MAX];
	struct manifest m;
	struct err none;
	uint32_t i;

	if (manifest_load(&m, set, &none) == -1)
		return;
	for (i = 0; m.good == 0 && i < m.origin_count; i++) {
		snprintf(folder, sizeof(folder), "%s/%u", set, i);
		rename_all(folder, m.origin[i], err);
	}
	manifest_free(&m);
}
