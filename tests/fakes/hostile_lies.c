/* SPDX-License-Identifier: GPL-2.0-only */
/* What a captured worker would say: to the client, the keeper and the log. */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tests/fakes/hostile.h"
#include "wire/keeper_msg.h"
#include "wire/packet.h"

#define HUGE (200 * 1024)
#define FLOOD_SECONDS 2		/* of the three that a small body has */

static bool captured;

static int
say(int fd, const void *data, size_t len, int passed)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct iovec iov = { (void *)(uintptr_t)data, len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (passed != -1) {
		msg.msg_control = &control;
		msg.msg_controllen = sizeof control;
		control.head = (struct cmsghdr){ CMSG_LEN(sizeof(int)),
			SOL_SOCKET, SCM_RIGHTS };
		memcpy(CMSG_DATA(&control.head), &passed, sizeof passed);
	}
	return sendmsg(fd, &msg, MSG_NOSIGNAL) == -1 ? errno : 0;
}

static int
say_verdict(const struct attempt *a, const char *name, int passed)
{
	struct verdict verdict = { .outcome = OUTCOME_INFECTED,
		.bytes = GROUP_UNKNOWN };
	uint8_t packet[PACKET_MAX];
	ssize_t len;

	verdict_set_name(&verdict, name);
	len = verdict_pack(&verdict, packet, sizeof packet, NULL);
	return len == -1 ? EINVAL :
	    say(a->connection, packet, (size_t)len, passed);
}

static int
say_garbage(const struct attempt *a)
{
	return say(a->connection, "what is this?", 13, -1);
}

/* The second one comes when it returns. */
static int
say_it_twice(const struct attempt *a)
{
	return say_verdict(a, "Hostile.twice.first", -1);
}

static int
done_with_another(const struct attempt *a)
{
	uint8_t packet[64];
	ssize_t len = done_pack(1ULL << 40, false, packet, sizeof packet,
	    NULL);

	say(a->channel, packet, (size_t)len, -1);
	poll(NULL, 0, 5000);		/* the answer shall not be first */
	return 0;
}

/* Whatever it can remember, in what it may write. */
static int
name_earlier_body(const struct attempt *a)
{
	a->verdict->outcome = OUTCOME_INFECTED;
	verdict_set_name(a->verdict, a->earlier);
	return 0;
}

/* Behind the back of the packer, which would mend it. */
static int
name_raw_bytes(const struct attempt *a)
{
	struct verdict verdict = { .outcome = OUTCOME_INFECTED,
		.name = "AAAAAAAA", .bytes = GROUP_UNKNOWN };
	uint8_t packet[PACKET_MAX], *at;
	ssize_t len = verdict_pack(&verdict, packet, sizeof packet, NULL);

	at = memmem(packet, (size_t)len, "AAAAAAAA", 8);
	memcpy(at, "<b>\r\nX: ", 8);
	return say(a->connection, packet, (size_t)len, -1);
}

static int
say_bad_group(const struct attempt *a)
{
	struct verdict verdict = { .outcome = OUTCOME_CLEAN,
		.bytes = GROUP_COUNT };
	uint8_t packet[PACKET_MAX];
	ssize_t len = verdict_pack(&verdict, packet, sizeof packet, NULL);

	return len == -1 ? EINVAL :
	    say(a->connection, packet, (size_t)len, -1);
}

/* To a scan. */
static int
say_type_alone(const struct attempt *a)
{
	uint8_t packet[64];
	ssize_t len = identified_pack(GROUP_MEDIA, packet, sizeof packet,
	    NULL);

	return say(a->connection, packet, (size_t)len, -1);
}

static int
say_huge(const struct attempt *a)
{
	static uint8_t packet[HUGE];
	struct verdict verdict = { .outcome = OUTCOME_CLEAN,
		.bytes = GROUP_UNKNOWN };

	verdict_pack(&verdict, packet, sizeof packet, NULL);
	return say(a->connection, packet, 60 * 1024, -1);
}

static int
say_with_descriptor(const struct attempt *a)
{
	return say_verdict(a, "Hostile.descriptor.first", STDERR_FILENO);
}

/* As if the supervisor had said it, on every descriptor that may lead there. */
static int
fake_log_line(const struct attempt *a)
{
	static const int ways[] = { STDOUT_FILENO, STDERR_FILENO };
	char text[512];
	int len = snprintf(text, sizeof text,
	    "\n2026-11-24T08:15:00.123Z error supervisor[1] %s\n\x1b[2J%s\n",
	    a->argument, a->argument);
	size_t i;

	for (i = 0; i < sizeof ways / sizeof *ways; i++)
		if (write(ways[i], text, (size_t)len) != len)
			return errno;
	return 0;
}

static void
pour(const char *text, size_t len, time_t until)
{
	while (time(NULL) < until)
		if (write(STDERR_FILENO, text, len) == -1 && errno != EAGAIN)
			return;
}

/* First many lines, then one without end. */
static int
flood_log(const struct attempt *a)
{
	static char lines[4096], line[4096];
	time_t begin = time(NULL);
	size_t i;

	(void)a;
	for (i = 0; i < sizeof lines; i++)
		lines[i] = i % 16 == 15 ? '\n' : 'x';
	memset(line, 'x', sizeof line);
	pour(lines, sizeof lines, begin + FLOOD_SECONDS / 2);
	pour(line, sizeof line, begin + FLOOD_SECONDS);
	return 0;
}

/* While the keeper does not listen, after it heard the first line; and without
 * the end of a line. */
static int
say_and_die(const struct attempt *a)
{
	if (write(STDERR_FILENO, "oh\n", 3) == -1)
		return errno;
	poll(NULL, 0, 30);
	if (write(STDERR_FILENO, a->argument, strlen(a->argument)) == -1)
		return errno;
	abort();
}

/* In the keeper's words, a body that harms nobody is one that kills. */
static int
say_as_keeper(const struct attempt *a, enum refusal refusal)
{
	uint8_t packet[64];
	ssize_t len = refusal_pack(refusal, packet, sizeof packet, NULL);

	return say(a->connection, packet, (size_t)len, -1);
}

static int
say_overdue(const struct attempt *a)
{
	return say_as_keeper(a, REFUSED_OVERDUE);
}

static int
say_too_much_memory(const struct attempt *a)
{
	return say_as_keeper(a, REFUSED_MEMORY);
}

static int
say_dead(const struct attempt *a)
{
	return say_as_keeper(a, REFUSED_DIED);
}

/* And is ready for the next. */
static int
hang_up(const struct attempt *a)
{
	return close(a->connection) == -1 ? errno : 0;
}

static int
stay_captured(const struct attempt *a)
{
	(void)a;
	captured = true;
	return 0;
}

bool
hostile_is_captured(void)
{
	return captured;
}

const struct hostile_act hostile_lies[] = {
	{ "garbage", say_garbage },
	{ "twice", say_it_twice },
	{ "other-job", done_with_another },
	{ "earlier", name_earlier_body },
	{ "raw-name", name_raw_bytes },
	{ "bad-group", say_bad_group },
	{ "type-alone", say_type_alone },
	{ "huge", say_huge },
	{ "descriptor", say_with_descriptor },
	{ "log-line", fake_log_line },
	{ "log-flood", flood_log },
	{ "last-words", say_and_die },
	{ "overdue", say_overdue },
	{ "too-much-memory", say_too_much_memory },
	{ "dead", say_dead },
	{ "hang-up", hang_up },
	{ "captured", stay_captured },
	{ NULL, NULL },
};
