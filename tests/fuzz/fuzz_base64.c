/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "fuzz.h"
#include "unpack/base64.h"

/* Each reading stays in the room that is promised, and is one of few. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice s = slice_on(data, size);
	size_t room = size / 4 * 3 + 2;
	AUTO_FREE uint8_t *plain = malloc(room), *out = malloc(room);
	struct base64_look look = base64_look(s);
	unsigned readings[BASE64_READINGS_MAX], count, i;
	size_t plain_len, len;

	if (plain == NULL || out == NULL)
		return 0;
	if (look.digits + look.blanks + look.foreign > size ||
	    look.upper > look.digits || look.spaces > look.blanks)
		abort();
	count = base64_readings(&look, true, readings);
	if (count == 0 || count > BASE64_READINGS_MAX || readings[0] != 0)
		abort();
	plain_len = base64_decode(s, 0, plain);
	for (i = 0; i < BASE64_ALL; i++) {
		len = base64_decode(s, i, out);
		if (len > room)
			abort();
		/* A reading that is not named differs in nothing. */
		if (count == 1 && (i & BASE64_BLANK) == 0 &&
		    (len != plain_len || memcmp(out, plain, len) != 0))
			abort();
	}
	return 0;
}
