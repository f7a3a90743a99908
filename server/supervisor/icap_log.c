/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/icap_log.h"

#include <fnmatch.h>
#include <stdbool.h>
#include <string.h>

/* What c-icap says when all is as it should be. */
static const char *const ordinary[] = {
	"Possibly a term signal received*",
	"Exiting*",
	"Parent closed the pipe connection*",
	"Can not load magic file*",
	/* We end a connection by an error of ours: the answer was cut, or the
	 * client is gone. Log line and counter of the module have told it. */
	"An error occured in end-of-data handler*",
};

enum log_level
icap_log_level(const char *message)
{
	size_t i;

	for (i = 0; i < sizeof(ordinary) / sizeof(*ordinary); i++)
		if (fnmatch(ordinary[i], message, 0) == 0)
			return LOG_DEBUG;
	return LOG_WARN;
}

const char *
icap_log_message(const char *line)
{
	const char *who = strstr(line, ", ");
	const char *what = who != NULL ? strstr(who + 2, ", ") : NULL;

	/* The date is 24 characters; a comma further on belongs to a text. */
	if (what == NULL || who - line > 32 || what - who > 32)
		return line;
	return what + 2;
}

static void
clean(char *text)
{
	unsigned char c;

	for (; *text != '\0'; text++) {
		c = (unsigned char)*text;
		if (c == '"')
			*text = '\'';
		else if (c < ' ' || c >= 0x7f || c == '\\')
			*text = '?';
	}
}

/* What is ordinary may be as frequent as it likes: it is debug. */
static bool
is_too_much(struct icap_log *log, enum log_level level)
{
	if (level == LOG_DEBUG)
		return false;
	if (log->said == ICAP_LINES_MAX) {
		log->dropped++;
		return true;
	}
	log->said++;
	return false;
}

static void
say(struct icap_log *log)
{
	const char *message = icap_log_message(log->line);
	enum log_level level = icap_log_level(message);

	if (!is_too_much(log, level))
		log_write(level, "icap says", "text=\"%s\"", message);
}

static void
end_line(struct icap_log *log, int64_t now_ms)
{
	log->line[log->len] = '\0';
	log->len = 0;
	if (now_ms / 1000 != log->second) {
		if (log->dropped > 0)
			log_warn("icap lines dropped", "count=%u",
			    log->dropped);
		log->second = now_ms / 1000;
		log->said = log->dropped = 0;
	}
	if (*log->line == '\0')
		return;
	clean(log->line);
	say(log);
}

unsigned
icap_log_feed(struct icap_log *log, const char *text, size_t len,
    int64_t now_ms)
{
	unsigned ended = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		if (text[i] == '\n') {
			end_line(log, now_ms);
			ended++;
		} else if (log->len < ICAP_LINE_MAX) {
			log->line[log->len++] = text[i];
		}
	}
	return ended;
}
