/* SPDX-License-Identifier: GPL-2.0-only */
#include "said.h"

#include <stdio.h>
#include <string.h>

char said[512];
size_t spent, most;

static void
say(const char *a, const char *b)
{
	size_t len = strlen(said);

	snprintf(said + len, sizeof said - len, "%s%s%s%s",
	    len > 0 ? ", " : "", a, *b != '\0' ? " " : "", b);
}

static bool
spend(void *ctx, size_t len)
{
	(void)ctx;
	spent += len;
	return spent <= most;
}

static bool
visit(void *ctx, const uint8_t *bytes, size_t len, const char *name)
{
	char size[32];

	(void)ctx, (void)bytes;
	snprintf(size, sizeof size, "%zu", len);
	say(name, size);
	return true;
}

static void
note(void *ctx, enum outcome outcome, const char *cause, const char *name)
{
	(void)ctx, (void)outcome, (void)name;
	say(cause, "");
}

const struct sink sink = { NULL, spend, visit, visit, visit, note };

void
start(void)
{
	*said = '\0';
	spent = 0;
	most = SIZE_MAX;
}
