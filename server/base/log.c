/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#define LINE_MAX_LEN 4096

static const char *const level_words[] = {
	[LOG_ERROR] = "error",
	[LOG_WARN] = "warn",
	[LOG_INFO] = "info",
	[LOG_DEBUG] = "debug",
};

static struct {
	const char *role;
	enum log_level level;
	pid_t pid;			/* 0: not asked for */
} self = { "glassgate", LOG_INFO, 0 };

static void
note_pid(void)
{
	self.pid = getpid();
}

void
log_setup(const char *role, enum log_level level)
{
	if (self.pid != 0 || pthread_atfork(NULL, NULL, note_pid) == 0)
		note_pid();
	self.role = role;
	self.level = level;
}

int
log_level_parse(const char *word, enum log_level *level_out)
{
	size_t i;

	for (i = 0; i < sizeof level_words / sizeof *level_words; i++)
		if (strcmp(word, level_words[i]) == 0) {
			*level_out = (enum log_level)i;
			return 0;
		}
	return -1;
}

/* "2026-11-24T08:15:00": a thread writes many lines in one second. */
static const char *
date_of(time_t second)
{
	static _Thread_local struct {
		time_t second;
		char text[sizeof "2026-11-24T08:15:00"];
	} last;
	struct tm tm;

	if (last.second != second) {
		gmtime_r(&second, &tm);
		strftime(last.text, sizeof last.text, "%Y-%m-%dT%H:%M:%S",
		    &tm);
		last.second = second;
	}
	return last.text;
}

/* "2026-11-24T08:15:00.123Z warn keeper[71] text" */
static size_t
put_head(char *line, size_t size, enum log_level level, const char *role,
    pid_t pid, const char *text)
{
	struct timespec now;
	int len;

	clock_gettime(CLOCK_REALTIME, &now);
	len = snprintf(line, size, "%s.%03ldZ %s %s[%d] %s",
	    date_of(now.tv_sec), now.tv_nsec / 1000000, level_words[level],
	    role, (int)pid, text);
	return len > 0 ? (size_t)len : 0;
}

/* No byte that a format string or its strings brought may end the line. */
static void
send_line(char *line, size_t used)
{
	size_t i;

	if (used > LINE_MAX_LEN - 1)
		used = LINE_MAX_LEN - 1;
	for (i = 0; i < used; i++)
		if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
			line[i] = '?';
	line[used++] = '\n';
	while (write(STDERR_FILENO, line, used) == -1 && errno == EINTR)
		;
}

void
log_write(enum log_level level, const char *event, const char *fmt, ...)
{
	char line[LINE_MAX_LEN + 1];
	int saved = errno, more;
	size_t used;
	va_list ap;

	if (level > self.level)
		return;
	used = put_head(line, LINE_MAX_LEN, level, self.role,
	    self.pid != 0 ? self.pid : getpid(), event);
	if (*fmt != '\0' && used + 1 < LINE_MAX_LEN) {
		line[used++] = ' ';
		va_start(ap, fmt);
		more = vsnprintf(line + used, LINE_MAX_LEN - used, fmt, ap);
		va_end(ap);
		used += more > 0 ? (size_t)more : 0;
	}
	send_line(line, used);
	errno = saved;
}

void
log_relay(enum log_level level, const char *role, pid_t pid, const char *text)
{
	char line[LINE_MAX_LEN + 1];
	int saved = errno;

	if (level > self.level)
		return;
	send_line(line, put_head(line, LINE_MAX_LEN, level, role, pid, text));
	errno = saved;
}

static const char *
skip_time(const char *line)
{
	const char *shape = "0000-00-00T00:00:00.000Z ";

	for (; *shape != '\0'; shape++, line++)
		if (*shape == '0' ? *line < '0' || *line > '9' :
		    *line != *shape)
			return NULL;
	return line;
}

static const char *
skip_level(const char *at, enum log_level *level_out)
{
	size_t i, len = strcspn(at, " ");

	for (i = 0; i < sizeof level_words / sizeof *level_words; i++)
		if (strlen(level_words[i]) == len &&
		    strncmp(at, level_words[i], len) == 0 && at[len] == ' ') {
			*level_out = (enum log_level)i;
			return at + len + 1;
		}
	return NULL;
}

const char *
log_head_parse(const char *line, const char *role, pid_t pid,
    enum log_level *level_out)
{
	const char *at = skip_time(line);
	enum log_level level;
	char who[64];
	int len;

	if (at == NULL || (at = skip_level(at, &level)) == NULL)
		return NULL;
	len = snprintf(who, sizeof who, "%s[%d] ", role, (int)pid);
	if (strncmp(at, who, (size_t)len) != 0)
		return NULL;
	*level_out = level;
	return at + len;
}

static bool
is_plain(unsigned char c)
{
	return c > ' ' && c < 0x7f && c != '"' && c != '\\';
}

const char *
log_quote(char *out, size_t size, const char *value)
{
	const unsigned char *in;
	size_t used = 0;

	if (value == NULL || *value == '\0')
		value = "-";
	for (in = (const unsigned char *)value; *in != '\0'; in++) {
		if (used + 4 + 4 > size) {	/* \xNN here, "..." and NUL */
			memcpy(out + used, "...", 4);
			return out;
		}
		if (is_plain(*in))
			out[used++] = (char)*in;
		else
			used += (size_t)sprintf(out + used, "\\x%02x", *in);
	}
	out[used] = '\0';
	return out;
}
