/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "icap/packing.h"
#include "wire/job.h"

/* Lines with NUL between; each is a header of both messages. What comes of it
 * must be something that a worker takes. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t packet[JOB_PACKET_MAX];
	struct packing packing = { .encodings = { NULL, 0, false } };
	struct job job = { .kind = JOB_SCAN, .time_limit_ms = 1,
		.inline_body = "" }, back;
	char *lines = calloc(1, size + 1);
	struct err err;
	size_t at;
	ssize_t len;

	if (lines == NULL)
		abort();
	if (size > 0)
		memcpy(lines, data, size);
	for (at = 0; at < size; at += strlen(lines + at) + 1)
		if (packing_header(&packing, lines + at, &err) == -1 ||
		    packing_asked(&packing, lines + at, &err) == -1)
			abort();
	job.told = packing_told(&packing, size % 2 == 1);
	len = job_pack(&job, packet, sizeof packet, &err);
	if (len == -1 ||
	    job_unpack(&back, packet, (size_t)len, 0, &err) == -1)
		abort();
	packing_free(&packing);
	free(lines);
	return 0;
}
