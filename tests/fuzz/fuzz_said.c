/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "keeper/said.h"

#define PID 80
#define STEP_MS 100

static unsigned said_lines;

/* Whatever came, it is one printable line that says who speaks. */
static void
on_line(void *ctx, enum log_level level, const char *text)
{
	const char *at;

	(void)ctx;
	(void)level;
	said_lines++;
	for (at = text; *at != '\0'; at++)
		if (*at < ' ' || *at > '~')
			abort();
	if (at - text > SAID_LINE_MAX + 32)
		abort();
}

/* It reads a string to its end at most, and gives a place in it. */
static void
try_head(const uint8_t *data, size_t size)
{
	char line[128];
	enum log_level level;
	const char *rest;

	if (size > sizeof line - 1)
		size = sizeof line - 1;
	memcpy(line, data, size);
	line[size] = '\0';
	rest = log_head_parse(line, SAID_ROLE, PID, &level);
	if (rest != NULL && (rest < line || rest > line + strlen(line)))
		abort();
}

/* The first byte says in which pieces the rest comes; each takes a moment. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct said said = { .say = on_line };
	const char *text = (const char *)data;
	size_t step, at, piece, lines = 1, i;
	unsigned long dropped = 0;
	int64_t now = 0;

	if (size == 0)
		return 0;
	try_head(data + 1, size - 1);
	said_lines = 0;
	step = 1 + data[0];
	said_begin(&said, PID);
	for (at = 1; at < size; at += piece, now += STEP_MS) {
		piece = size - at < step ? size - at : step;
		said_feed(&said, text + at, piece, now);
		dropped += said_dropped(&said, now);
	}
	said_end(&said, now);
	dropped += said_dropped(&said, INT64_MAX);
	for (i = 1; i < size; i++)
		lines += data[i] == '\n';
	if (said_lines + dropped > lines)
		abort();
	if (said_lines > SAID_LINES_MAX * (1 + (uint64_t)now / SAID_WINDOW_MS))
		abort();
	return 0;
}
