/* SPDX-License-Identifier: GPL-2.0-only */
#include "tool/tool.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static int
alive(pid_t pid)
{
	return pid > 0 && (kill(pid, 0) == 0 || errno == EPERM);
}

int
tool_attach(const struct segment **segment_out, const char *runtime,
    struct err *err)
{
	const struct segment *segment = NULL;
	struct status status;

	if (segment_attach_readonly(&segment, runtime, err) == -1)
		return err_wrap(err, "no glassgated to be seen in %s (start "
		    "one, be its user or root, or name its runtime folder "
		    "with -r)", runtime);
	if (segment_status_copy(segment, &status) == -1)
		return err_set(err, "%s: the status is written without end: "
		    "restart glassgated", runtime);
	/* A supervisor that was killed leaves its segment behind. */
	if (!alive(status.supervisor_pid))
		return err_set(err, "the glassgated of %s (pid %d) is gone: "
		    "start it again", runtime, (int)status.supervisor_pid);
	*segment_out = segment;
	return 0;
}

bool
tool_wants_help(int argc, char **argv)
{
	return argc > 1 && strcmp(argv[argc - 1], "--help") == 0;
}

FILE *
tool_usage_to(const char *why)
{
	char text[4 * sizeof(((struct err *)NULL)->text)];

	if (why == NULL)
		return stdout;
	fprintf(stderr, "glassgate: %s\n", tool_escape(text, sizeof(text),
	    why));
	return stderr;
}

int
tool_usage_exit(const char *why)
{
	return why == NULL ? TOOL_FINE : TOOL_UNDECIDED;
}

int
tool_no_option(const char *name, int (*usage)(const char *why))
{
	struct err err;

	err_set(&err, "%s: no such option", name);
	return usage(err.text);
}

static int
harmless(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '\\';
}

const char *
tool_escape(char *out, size_t size, const char *text)
{
	static const char dots[] = "...";
	size_t at = 0, room = size - sizeof(dots);

	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;
		size_t need = harmless(c) ? 1 : 4;

		if (at + need > room) {
			memcpy(out + at, dots, sizeof(dots));
			return out;
		}
		if (harmless(c))
			out[at] = (char)c;
		else
			snprintf(out + at, 5, "\\x%02x", (unsigned)c);
		at += need;
	}
	out[at] = '\0';
	return out;
}
