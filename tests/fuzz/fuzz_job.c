/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "wire/job.h"

/* What unpacks must pack to the same bytes again. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t again[JOB_PACKET_MAX];
	struct job job;
	struct err err;
	int has_fd;
	ssize_t len;

	for (has_fd = 0; has_fd <= 1; has_fd++) {
		if (job_unpack(&job, data, size, has_fd, &err) == -1)
			continue;
		len = job_pack(&job, again, sizeof again, &err);
		if (len != (ssize_t)size || memcmp(again, data, size) != 0)
			abort();
	}
	return 0;
}
