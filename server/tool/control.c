/* SPDX-License-Identifier: GPL-2.0-only */
/* The commands that ask the supervisor for something. */
#include "tool/ask.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "tool/tool.h"
#include "wire/packet.h"

static int
dial(const char *runtime, int *fd_out, struct err *err)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (fd == -1)
		return err_sys(err, "socket");
	if (snprintf(name.sun_path, sizeof(name.sun_path), "%s/%s", runtime,
	    CONTROL_SOCKET) >= (int)sizeof(name.sun_path))
		return err_set(err, "%s: the path is too long", runtime);
	if (connect(fd, (struct sockaddr *)&name, sizeof(name)) == -1) {
		err_sys(err, name.sun_path);
		return err_wrap(err, "no glassgated hears (start one, be its "
		    "user or root, or name its runtime folder with -r)");
	}
	*fd_out = steal_fd(&fd);
	return 0;
}

/* As long as it takes: a reload loads all signatures. */
static int
ask_and_hear(const char *runtime, const struct control_ask *ask,
    struct control_answer *answer_out, struct err *err)
{
	uint8_t packet[CONTROL_PACKET_MAX];
	AUTO_CLOSE int fd = -1;
	ssize_t len = control_ask_pack(ask, packet, sizeof(packet), err);

	if (len == -1 || dial(runtime, &fd, err) == -1 ||
	    packet_send(fd, packet, (size_t)len, -1, err) == -1)
		return -1;
	len = packet_recv(fd, packet, sizeof(packet), NULL, err);
	if (len == 0)
		return err_set(err, "glassgated ended before it had answered");
	if (len == -1)
		return -1;
	return control_answer_unpack(answer_out, packet, (size_t)len, err);
}

int
tool_ask(const char *runtime, const struct control_ask *what, const char *done)
{
	struct control_answer answer;
	char text[4 * sizeof(answer.text)];
	struct err err = { "" };

	if (ask_and_hear(runtime, what, &answer, &err) == -1) {
		fprintf(stderr, "glassgate: %s\n", err.text);
		return TOOL_UNDECIDED;
	}
	tool_escape(text, sizeof(text), answer.text);
	if (answer.good) {
		printf("%s: %s\n", done, text);
		return TOOL_FINE;
	}
	fprintf(stderr, "glassgate: refused: %s\n", text);
	return TOOL_FOUND;
}

static int
usage(const char *why)
{
	fprintf(tool_usage_to(why),
	    "usage: glassgate reload [--accept-fewer]\n");
	return tool_usage_exit(why);
}

int
reload_main(const char *runtime, int argc, char **argv)
{
	struct control_ask what = { .verb = CONTROL_RELOAD };

	if (tool_wants_help(argc, argv))
		return usage(NULL);
	if (argc == 2 && strcmp(argv[1], "--accept-fewer") == 0)
		what.flags = CONTROL_ACCEPT_FEWER;
	else if (argc != 1)
		return tool_no_option(argv[1], usage);
	return tool_ask(runtime, &what, "reloaded");
}
