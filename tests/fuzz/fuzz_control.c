/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "wire/control.h"

static uint8_t again[CONTROL_PACKET_MAX];

static void
must_be_same(ssize_t len, const uint8_t *data, size_t size)
{
	if (len != (ssize_t)size || memcmp(again, data, size) != 0)
		abort();
}

/* What is taken is packed into the same bytes. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct control_answer answer;
	struct control_ask ask;
	struct err err;

	if (control_ask_unpack(&ask, data, size, &err) == 0)
		must_be_same(control_ask_pack(&ask, again, sizeof again, &err),
		    data, size);
	if (control_answer_unpack(&answer, data, size, &err) == 0)
		must_be_same(control_answer_pack(&answer, again, sizeof again,
		    &err), data, size);
	return 0;
}
