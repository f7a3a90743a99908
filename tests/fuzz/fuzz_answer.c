/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "supervisor/answer.h"

/* The input is what an ICAP server, or whoever has its port, says to our
 * self-check. What is whole stays whole when more comes. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct answer answer;
	struct err err;

	if (size > 0 && answer_complete(text, size - 1) &&
	    !answer_complete(text, size))
		abort();
	if (answer_parse(&answer, text, size, &err) == -1)
		return 0;
	if (answer.icap_status == 0 ||
	    strnlen(answer.threat, sizeof answer.threat) ==
	    sizeof answer.threat)
		abort();
	return 0;
}
