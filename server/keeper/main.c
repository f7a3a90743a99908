/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * glassgate-keeper RUNTIME SETTINGS GENERATION SET alone|beside: started by
 * glassgated, as the user that scans, with 3 = the supervisor, 4 and 5 = the
 * lanes' listening sockets, small and big. SET is the folder of a set of
 * signatures, or "-": the folders of the settings. beside: another one serves.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keeper/keeper.h"

#define FD_SUPERVISOR 3
#define FD_SMALL 4
#define FD_BIG 5

static int
take_number(const char *text, uint32_t *number_out, struct err *err)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || value > UINT32_MAX ||
	    text[0] == '-')
		return err_set(err, "%s is no number", text);
	*number_out = (uint32_t)value;
	return 0;
}

/* Non-blocking: neither a slow supervisor nor a client that left between poll
 * and accept may hold the keeper. */
static int
take_socket(int fd, struct err *err)
{
	socklen_t size = sizeof(int);
	int type = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == -1 ||
	    type != SOCK_SEQPACKET)
		return err_set(err,
		    "descriptor %d is not our socket: glassgated starts this "
		    "program, not people", fd);
	if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) == -1)
		return err_sys(err, "fcntl");
	return 0;
}

static int
take_arguments(struct keeper *k, int argc, char **argv, struct err *err)
{
	uint32_t settings;
	int fd;

	if (argc != 6)
		return err_set(err, "usage: glassgate-keeper RUNTIME SETTINGS "
		    "GENERATION SET alone|beside");
	k->runtime = argv[1];
	k->set = strcmp(argv[4], "-") != 0 ? argv[4] : NULL;
	k->beside = strcmp(argv[5], "beside") == 0;
	if (take_number(argv[2], &settings, err) == -1 ||
	    take_number(argv[3], &k->generation, err) == -1)
		return -1;
	for (fd = FD_SUPERVISOR; fd <= FD_BIG; fd++)
		if (take_socket(fd, err) == -1)
			return -1;
	return settings_load(&k->settings, k->runtime, settings, err);
}

int
main(int argc, char **argv)
{
	static struct keeper self = {
		.ops = &engine_clamav,
		.supervisor = FD_SUPERVISOR,
		.listening = { FD_SMALL, FD_BIG },
	};
	struct err err = { "" };

	setproctitle_init(argc, argv, environ);
	log_setup("keeper", LOG_INFO);
	umask(077);
	signal(SIGPIPE, SIG_IGN);
	if (take_arguments(&self, argc, argv, &err) == -1) {
		log_error("keeper not started", "reason=\"%s\"", err.text);
		return 2;
	}
	self.log_level = LOG_INFO;
	(void)log_level_parse(self.settings.log_level, &self.log_level);
	log_setup("keeper", self.log_level);
	setproctitle("-glassgate-keeper: generation %u", self.generation);
	return keeper_run(&self);
}
