/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "fuzz.h"
#include "icap/headers.h"

/* One line each; only X-Violations-Found goes on, in lines that begin with a
 * tab. */
static void
must_be_headers(const struct header_list *list)
{
	const char *at;
	size_t i;

	for (i = 0; i < list->count; i++)
		for (at = list->line[i]; *at != '\0'; at++) {
			if (strncmp(at, "\r\n\t", 3) == 0)
				at += 2;
			else if (*at < ' ' || *at >= 0x7f)
				abort();
		}
}

/* An outcome, then what an engine calls it and where it was. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_FREE char *text = malloc(size + 1);
	struct verdict verdict = { .outcome = OUTCOME_NONE };
	uint8_t packet[VERDICT_PACKET_MAX];
	struct header_list list;
	struct verdict again;
	struct err err;
	ssize_t len;

	if (text == NULL || size == 0)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	verdict.outcome = (enum outcome)(data[0] % (OUTCOME_COUNT + 1));
	verdict_set_name(&verdict, text + 1);
	verdict_set_path(&verdict, text + 1);
	headers_icap(&list, &verdict);
	must_be_headers(&list);
	headers_page(&list, &verdict, size, "en", (time_t)data[0] << 24);
	must_be_headers(&list);
	verdict.outcome = OUTCOME_INFECTED;
	verdict.bytes = GROUP_UNKNOWN;
	len = verdict_pack(&verdict, packet, sizeof packet, &err);
	if (len == -1 ||
	    verdict_unpack(&again, packet, (size_t)len, FROM_WORKER,
	    &err) == -1)
		abort();
	return 0;
}
