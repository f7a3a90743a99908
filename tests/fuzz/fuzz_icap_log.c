/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "supervisor/icap_log.h"

/* The first byte says in which pieces the rest comes; each takes 100 ms. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct icap_log log = { .len = 0 };
	const char *text = (const char *)data;
	size_t step, at, piece, lines = 0, ended = 0, i;

	log_setup("fuzz", LOG_ERROR);
	if (size == 0)
		return 0;
	step = 1 + data[0];
	for (at = 1; at < size; at += piece) {
		piece = size - at < step ? size - at : step;
		ended += icap_log_feed(&log, text + at, piece,
		    (int64_t)at * 100);
		if (log.len > ICAP_LINE_MAX || log.said > ICAP_LINES_MAX)
			abort();
	}
	for (i = 1; i < size; i++)
		lines += data[i] == '\n';
	if (lines != ended)
		abort();
	return 0;
}
