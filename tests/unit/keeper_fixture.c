/* SPDX-License-Identifier: GPL-2.0-only */
#include "keeper_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "wire/doubt.h"
#include "wire/frame.h"
#include "wire/packet.h"
#include "wire/scan_client.h"

#define WAIT_MS 10000
#define LOAD_MS 60000

struct world world;

const char *
in_world(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/%s", world.folder, name);
	return path;
}

void
world_set(const char *key, const char *value)
{
	struct err err;

	if (settings_set(&world.settings, key, value, &err) == -1)
		fail_msg("%s", err.text);
}

static int
listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	assert_true(strlen(path) < sizeof address.sun_path);
	strcpy(address.sun_path, path);
	if (fd == -1 || bind(fd, (struct sockaddr *)&address,
	    sizeof address) == -1 || listen(fd, 8) == -1)
		fail_msg("%s: %s", path, strerror(errno));
	return fd;
}

int
world_make(void **state)
{
	(void)state;
	memset(&world, 0, sizeof world);
	strcpy(world.folder, "/tmp/test_keeper.XXXXXX");
	if (mkdtemp(world.folder) == NULL || mkdir(in_world("db"), 0700) ||
	    mkdir(in_world("gen-1"), 0700) ||
	    mkdir(in_world("gen-1/scratch"), 0700))
		return -1;
	settings_defaults(&world.settings);
	world_set("signatures.folders", in_world("db"));
	/* a sanitizer build has less */
	world_set("sandbox", "best-effort");
	world_set("scan.small_workers", "1");
	world_set("scan.big_workers", "1");
	world_set("scan.small_seconds", "1");
	world_set("scan.big_seconds", "1");
	world.channel = -1;
	world.listening[LANE_SMALL] = listen_at(in_world("gen-1/small"));
	world.listening[LANE_BIG] = listen_at(in_world("gen-1/big"));
	return 0;
}

int
world_end(void **state)
{
	char command[PATH_MAX + 16];

	(void)state;
	close_fd(&world.channel);
	if (world.keeper > 0 && keeper_end_status() == -1)
		kill(world.keeper, SIGKILL);
	close_fd(&world.listening[LANE_SMALL]);
	close_fd(&world.listening[LANE_BIG]);
	snprintf(command, sizeof command, "rm -rf '%s'", world.folder);
	return system(command);
}

void
keeper_start_only(void)
{
	static const char *const envp[] = { "TZ=UTC0", NULL };
	const char *const argv[] = { "glassgate-keeper", world.folder, "1",
		"1", "-", world.beside ? "beside" : "alone", NULL };
	char program[PATH_MAX];
	struct child_spec spec = { .program = program, .argv = argv,
		.envp = envp };
	struct err err;
	int pair[2], fds[3];

	if (settings_save(&world.settings, world.folder, 1, &err) == -1)
		fail_msg("%s", err.text);
	if (realpath("glassgate-keeper", program) == NULL)
		fail_msg("run me where glassgate-keeper was built");
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
	    pair), 0);
	fds[0] = pair[1];
	fds[1] = world.listening[LANE_SMALL];
	fds[2] = world.listening[LANE_BIG];
	spec.fds = fds;
	spec.fd_count = 3;
	if (child_start(&spec, &world.keeper, &err) == -1)
		fail_msg("%s", err.text);
	close(pair[1]);
	world.channel = pair[0];
}

/* One message, or the test fails. */
static ssize_t
receive(uint8_t *packet, size_t size, int wait_ms)
{
	struct pollfd look = { .fd = world.channel, .events = POLLIN };
	struct err err = { "end of the channel" };
	ssize_t len;

	if (poll(&look, 1, wait_ms) != 1)
		fail_msg("the keeper says nothing for %d ms", wait_ms);
	len = packet_recv(world.channel, packet, size, NULL, &err);
	if (len <= 0)
		fail_msg("the keeper: %s", err.text);
	return len;
}

static void
expect_cage(void)
{
	uint8_t packet[KEEPER_PACKET_MAX];
	ssize_t len = receive(packet, sizeof packet, LOAD_MS);
	struct err err;

	if (cage_unpack(&world.cage, packet, (size_t)len, &err) == -1)
		fail_msg("%s", err.text);
}

void
keeper_start(void)
{
	uint8_t packet[KEEPER_PACKET_MAX];
	struct err err, reason;
	ssize_t len;

	keeper_start_only();
	expect_cage();
	len = receive(packet, sizeof packet, LOAD_MS);
	if (ready_unpack(&world.info, packet, (size_t)len, &err) == 0)
		return;
	if (failed_unpack(&reason, packet, (size_t)len, &err) == 0)
		fail_msg("the keeper failed: %s", reason.text);
	fail_msg("%s", err.text);
}

void
keeper_failure(char *reason_out, size_t size)
{
	uint8_t packet[KEEPER_PACKET_MAX];
	struct err err, reason;
	ssize_t len = receive(packet, sizeof packet, LOAD_MS);

	if (cage_unpack(&world.cage, packet, (size_t)len, &err) == 0)
		len = receive(packet, sizeof packet, LOAD_MS);
	while (stats_unpack(&world.stats, packet, (size_t)len, &err) == 0)
		len = receive(packet, sizeof packet, LOAD_MS);
	if (failed_unpack(&reason, packet, (size_t)len, &err) == -1)
		fail_msg("%s", err.text);
	snprintf(reason_out, size, "%s", reason.text);
}

int
keeper_end_status(void)
{
	int64_t deadline = clock_ms() + WAIT_MS;
	int status;

	do {
		if (waitpid(world.keeper, &status, WNOHANG) == world.keeper) {
			world.keeper = 0;
			return status;
		}
		usleep(5000);
	} while (clock_ms() < deadline);
	return -1;
}

bool
all_idle(const struct keeper_stats *stats)
{
	uint32_t i;

	for (i = 0; i < stats->worker_count; i++)
		if (stats->workers[i].state != WORKER_IDLE &&
		    stats->workers[i].state != WORKER_SPARE)
			return false;
	return stats->worker_count > 0;
}

void
stats_until(bool (*what)(const struct keeper_stats *))
{
	uint8_t packet[KEEPER_PACKET_MAX];
	int64_t deadline = clock_ms() + WAIT_MS;
	struct err err;
	ssize_t len;

	while (!what(&world.stats)) {
		len = receive(packet, sizeof packet, clock_left(deadline));
		if (doubt_unpack(&world.doubt, packet, (size_t)len, &err) == 0)
			continue;
		if (renew_unpack(&world.renew, packet, (size_t)len, &err) == 0)
			continue;
		if (stats_unpack(&world.stats, packet, (size_t)len, &err) == -1)
			fail_msg("%s", err.text);
	}
}

const struct worker_info *
at_work(const struct keeper_stats *stats, enum lane lane)
{
	uint32_t i;

	for (i = 0; i < stats->worker_count; i++)
		if (stats->workers[i].lane == lane &&
		    (stats->workers[i].state == WORKER_IDLE ||
		    stats->workers[i].state == WORKER_BUSY))
			return &stats->workers[i];
	return NULL;
}

pid_t
worker_of(enum lane lane)
{
	const struct worker_info *worker = at_work(&world.stats, lane);

	if (worker == NULL)
		fail_msg("no worker of lane %s", lane_name(lane));
	return (pid_t)worker->pid;
}

int
client_connect(enum lane lane)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof address.sun_path, "%s/gen-1/%s",
	    world.folder, lane_name(lane));
	assert_int_equal(connect(fd, (struct sockaddr *)&address,
	    sizeof address), 0);
	return fd;
}

int
sealed_memfd(const void *body, size_t len)
{
	int fd = memfd_create("body", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, body, len), len);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK |
	    F_SEAL_GROW), 0);
	return fd;
}

int
client_submit(enum lane lane, const void *body, size_t len)
{
	struct job job = { .kind = JOB_SCAN, .time_limit_ms = 60000,
		.body_len = len };
	AUTO_CLOSE int body_fd = -1;
	struct err err;
	int fd;

	if (len <= JOB_INLINE_MAX)
		job.inline_body = body;
	else
		body_fd = sealed_memfd(body, len);
	if (scan_submit(world.folder, 1, lane, &job, body_fd, &fd, &err) !=
	    SUBMIT_OK)
		fail_msg("%s", err.text);
	return fd;
}

int
client_answer(int fd, struct verdict *verdict_out)
{
	struct pollfd look = { .fd = fd, .events = POLLIN };
	enum collect got;
	struct err err;

	if (poll(&look, 1, WAIT_MS) != 1)
		fail_msg("neither answer nor end of a job");
	got = scan_collect(fd, verdict_out, &err);
	close(fd);
	return got == COLLECT_VERDICT ? 0 : -1;
}

struct verdict
ask(enum lane lane, const void *body, size_t len)
{
	struct verdict verdict;

	if (client_answer(client_submit(lane, body, len), &verdict) == -1)
		fail_msg("the job was not answered");
	return verdict;
}
