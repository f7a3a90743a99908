/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fake_keeper - does what a script says, in the place of glassgate-keeper, so
 * that the supervisor's ways can be seen without an engine.
 *
 * The script lies beside the program, with ".do" behind its name. Each line:
 * generation (or *) and command. Commands:
 *	ready			READY, one set that is no built-in
 *	ready builtin		READY, a built-in set
 *	stats N			STATS, one worker, N deaths by signal, and as
 *				many bad messages
 *	failed REASON		FAILED
 *	garbage			a message that is none
 *	sleep MS
 *	deaf			SIGTERM is ignored from here on
 *	die SIGNAL | exit N
 *	find HEX		bodies that begin so are infected, too
 *	serve			answers jobs of both lanes until SIGTERM: bodies
 *				that begin with X5O! are infected
 *	wait			until fd 3 ends
 *	hangup			closes fd 3
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire/job.h"
#include "wire/keeper_msg.h"
#include "wire/packet.h"
#include "wire/verdict.h"

enum { CONTROL = 3, SMALL = 4, BIG = 5 };

static uint8_t packet[PACKET_MAX];

static void
tell(ssize_t len)
{
	if (len < 0 ||
	    packet_send(CONTROL, packet, (size_t)len, -1, NULL) == -1)
		exit(3);
}

static void
do_ready(const char *rest)
{
	static struct signature_info info = { .engine = "Fake 1",
		.count = 2, .set_count = 1 };

	info.sets[0].builtin = strstr(rest, "builtin") != NULL;
	info.sets[0].count = 2;
	strcpy(info.sets[0].name, "fake.ndb");
	tell(ready_pack(&info, packet, sizeof(packet), NULL));
}

static void
do_stats(const char *rest)
{
	static struct keeper_stats stats = { .worker_count = 1 };

	stats.workers[0] = (struct worker_info){ .lane = LANE_SMALL,
		.state = WORKER_IDLE, .pid = 99, .scans = 1 };
	stats.deaths[DEATH_SIGNAL] = (uint32_t)atoi(rest);
	stats.bad_messages = stats.deaths[DEATH_SIGNAL];
	tell(stats_pack(&stats, packet, sizeof(packet), NULL));
}

static void
do_failed(const char *rest)
{
	tell(failed_pack(rest, packet, sizeof(packet), NULL));
}

static void
do_garbage(const char *rest)
{
	(void)rest;
	memcpy(packet, "garbage garbage", 15);
	tell(15);
}

static void
do_sleep(const char *rest)
{
	usleep((useconds_t)atoi(rest) * 1000);
}

static void
do_deaf(const char *rest)
{
	(void)rest;
	signal(SIGTERM, SIG_IGN);
}

static void
do_die(const char *rest)
{
	raise(atoi(rest));
}

static void
do_exit(const char *rest)
{
	exit(atoi(rest));
}

static uint8_t found[16];
static size_t found_len;

static void
do_find(const char *rest)
{
	for (found_len = 0; found_len < sizeof(found) && sscanf(rest +
	    2 * found_len, "%2hhx", &found[found_len]) == 1; found_len++)
		;
}

static bool
begins(const struct job *job, const void *bytes, size_t len)
{
	return len > 0 && job->inline_body != NULL && job->body_len >= len &&
	    memcmp(job->inline_body, bytes, len) == 0;
}

static void
answer_job(int fd)
{
	struct verdict verdict = { .outcome = OUTCOME_CLEAN,
		.bytes = GROUP_UNKNOWN };
	struct job job;
	int body = -1;
	ssize_t len = packet_recv(fd, packet, sizeof(packet), &body, NULL);

	if (len <= 0 || job_unpack(&job, packet, (size_t)len, body != -1,
	    NULL) == -1)
		return;
	if (begins(&job, "X5O!", 4) || begins(&job, found, found_len)) {
		verdict.outcome = OUTCOME_INFECTED;
		verdict_set_name(&verdict, "Fake.Infected");
	}
	if (body != -1)
		close(body);
	len = verdict_pack(&verdict, packet, sizeof(packet), NULL);
	packet_send(fd, packet, (size_t)len, -1, NULL);
}

static void
accept_one(int lane)
{
	int fd = accept(lane, NULL, NULL);

	if (fd == -1)
		return;
	answer_job(fd);
	close(fd);
}

static void
do_serve(const char *rest)
{
	struct pollfd fds[] = {
		{ .fd = CONTROL, .events = POLLIN },
		{ .fd = SMALL, .events = POLLIN },
		{ .fd = BIG, .events = POLLIN },
	};

	(void)rest;
	while (poll(fds, 3, -1) != -1 && fds[0].revents == 0) {
		if (fds[1].revents != 0)
			accept_one(SMALL);
		if (fds[2].revents != 0)
			accept_one(BIG);
	}
}

static void
do_wait(const char *rest)
{
	(void)rest;
	while (read(CONTROL, packet, sizeof(packet)) > 0)
		;
}

static void
do_hangup(const char *rest)
{
	(void)rest;
	close(CONTROL);
}

static const struct {
	const char *name;
	void (*fn)(const char *rest);
} commands[] = {
	{ "ready", do_ready }, { "stats", do_stats }, { "failed", do_failed },
	{ "garbage", do_garbage }, { "sleep", do_sleep }, { "deaf", do_deaf },
	{ "die", do_die }, { "exit", do_exit }, { "find", do_find },
	{ "serve", do_serve }, { "wait", do_wait }, { "hangup", do_hangup },
};

static void
obey(char *line, const char *generation)
{
	char *mine = strtok(line, " \n"), *name = strtok(NULL, " \n");
	const char *rest = strtok(NULL, "\n");
	size_t i;

	if (mine == NULL || name == NULL ||
	    (strcmp(mine, "*") != 0 && strcmp(mine, generation) != 0))
		return;
	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			commands[i].fn(rest != NULL ? rest : "");
}

int
main(int argc, char **argv)
{
	char path[4096], line[512];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 4);
	FILE *script;

	if (argc != 6 || len <= 0)
		return 3;
	strcpy(path + len, ".do");
	script = fopen(path, "re");
	if (script == NULL)
		return 3;
	while (fgets(line, sizeof(line), script) != NULL)
		obey(line, argv[3]);
	fclose(script);
	return 0;
}
