/* SPDX-License-Identifier: GPL-2.0-only */
#include "engines/clamav.h"

#include <string.h>

#include "base/log.h"

/* One process, one engine, one scan at a time (engine.h). */
static struct complaints *listener;

/* Keeps the end: the last line is the one that names the file. What does not
 * fit goes with its whole line, as half a path is the path of another file. */
static size_t
how_much_goes(const struct complaints *c, size_t have, size_t least)
{
	const char *end;

	if (least >= have)
		return have;
	end = strstr(c->text + least, "; ");
	return end != NULL ? (size_t)(end - c->text) + 2 : have;
}

static void
append_line(struct complaints *c, const char *line)
{
	size_t len = strcspn(line, "\r\n");
	size_t have = strlen(c->text), room = sizeof c->text - 1, drop;

	if (len > room - 2)
		len = room - 2;
	if (have > 0 && have + 2 + len > room) {
		drop = how_much_goes(c, have, have + 2 + len - room);
		memmove(c->text, c->text + drop, have - drop + 1);
		have -= drop;
	}
	if (have > 0) {
		memcpy(c->text + have, "; ", 2);
		have += 2;
	}
	memcpy(c->text + have, line, len);
	c->text[have + len] = '\0';
}

/* It calls what is wrong with the body an error of its own. */
static bool
is_damage(const char *text)
{
	static const char *const damages[] = {
		"cli_scanxz: premature end of compressed stream",
		"cli_scanxz: decompress error: 1\n",	/* SZ_ERROR_DATA */
	};
	size_t i;

	for (i = 0; i < sizeof damages / sizeof *damages; i++)
		if (strncmp(text, damages[i], strlen(damages[i])) == 0)
			return true;
	return false;
}

static void
on_message(enum cl_msg severity, const char *full, const char *text, void *ctx)
{
	char quoted[512];

	(void)full;
	(void)ctx;
	if (listener != NULL && is_damage(text))
		listener->damages++;
	else if (severity >= CL_MSG_ERROR && listener != NULL) {
		listener->errors++;
		append_line(listener, text);
	}
	log_debug("libclamav says", "severity=%d text=\"%s\"", (int)severity,
	    log_quote(quoted, sizeof quoted, text));
}

void
complaints_install(void)
{
	cl_set_clcb_msg(on_message);
}

void
complaints_listen(struct complaints *c)
{
	listener = c;
	if (c != NULL)
		*c = (struct complaints){ 0 };
}
