/* SPDX-License-Identifier: GPL-2.0-only */
#include "keeper/said.h"

#include <stdio.h>
#include <string.h>

#define ESCAPED 4		/* \xNN */
#define TEXT_SIZE (SAID_LINE_MAX + sizeof "...")

void
said_begin(struct said *said, pid_t pid)
{
	said->pid = pid;
	said->len = 0;
	said->cut = false;
}

static bool
may_say(struct said *said, int64_t now_ms)
{
	if (said->lines == 0 || now_ms - said->since >= SAID_WINDOW_MS) {
		said->since = now_ms;
		said->lines = 0;
	}
	if (said->lines < SAID_LINES_MAX) {
		said->lines++;
		return true;
	}
	if (said->dropped++ == 0)
		said->due = said->since + SAID_WINDOW_MS;
	return false;
}

static void
make_plain(const struct said *said, char text[TEXT_SIZE])
{
	bool cut = said->cut;
	size_t i, used = 0;

	for (i = 0; i < said->len; i++) {
		unsigned char c = (unsigned char)said->line[i];
		bool plain = c >= ' ' && c < 0x7f;

		if (used + (plain ? 1 : ESCAPED) > SAID_LINE_MAX) {
			cut = true;
			break;
		}
		if (plain)
			text[used++] = (char)c;
		else
			used += (size_t)sprintf(text + used, "\\x%02x", c);
	}
	strcpy(text + used, cut ? "..." : "");
}

/* Whatever head it made up stands inside of the quotes. */
static void
say_foreign(const struct said *said, char *text)
{
	char words[TEXT_SIZE + sizeof "says text=\"\""];
	char *quote;

	while ((quote = strchr(text, '"')) != NULL)
		*quote = '\'';
	snprintf(words, sizeof words, "says text=\"%s\"", text);
	said->say(said->ctx, LOG_WARN, words);
}

static void
say_line(const struct said *said)
{
	char text[TEXT_SIZE];
	const char *own;
	enum log_level level;

	make_plain(said, text);
	own = log_head_parse(text, SAID_ROLE, said->pid, &level);
	if (own != NULL)
		said->say(said->ctx, level, own);
	else
		say_foreign(said, text);
}

/* An empty one says nothing, and costs nothing. */
static void
end_line(struct said *said, int64_t now_ms)
{
	if (said->len > 0 && may_say(said, now_ms))
		say_line(said);
	said->len = 0;
	said->cut = false;
}

void
said_feed(struct said *said, const char *piece, size_t len, int64_t now_ms)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (piece[i] == '\n')
			end_line(said, now_ms);
		else if (said->len < SAID_LINE_MAX)
			said->line[said->len++] = piece[i];
		else
			said->cut = true;
	}
}

void
said_end(struct said *said, int64_t now_ms)
{
	end_line(said, now_ms);
}

unsigned long
said_dropped(struct said *said, int64_t now_ms)
{
	unsigned long dropped = said->dropped;

	if (dropped == 0 || now_ms < said->due)
		return 0;
	said->dropped = 0;
	return dropped;
}
