/* SPDX-License-Identifier: GPL-2.0-only */
#include "fake_worker.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "wire/job.h"
#include "wire/packet.h"
#include "wire/scan_client.h"
#include "wire/verdict.h"

#define SILENT_MAX 64
#define SEALS (F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW)

struct fake_worker {
	pthread_t thread;
	char runtime[256];
	int listeners[LANE_COUNT];
	const enum fake_act *acts;
	int count;
	atomic_int jobs, was_big, hangups;
	atomic_ullong bytes;
	struct told_limits limits;	/* of the last job, as is time_ms */
	uint32_t time_ms;
	atomic_bool stop;
	int silent[SILENT_MAX];
	int silent_count;
};

static void
die(const char *what)
{
	perror(what);
	abort();
}

static int
listen_on(const char *runtime, enum lane lane)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (fd == -1 || scan_socket_path(address.sun_path,
	    sizeof address.sun_path, runtime, 1, lane, NULL) == -1)
		die("fake worker: socket");
	unlink(address.sun_path);
	if (bind(fd, (struct sockaddr *)&address, sizeof address) == -1 ||
	    listen(fd, 16) == -1)
		die(address.sun_path);
	return fd;
}

static bool
holds_mark(const struct job *job, int fd)
{
	size_t len = (size_t)job->body_len;
	bool found;
	void *map;

	if (fd == -1)
		return memmem(job->inline_body, len, FAKE_MARK,
		    strlen(FAKE_MARK)) != NULL;
	map = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		die("fake worker: mmap");
	found = memmem(map, len, FAKE_MARK, strlen(FAKE_MARK)) != NULL;
	munmap(map, len);
	return found;
}

/* As a real worker asks: a body that could still change is refused. */
static void
check_body(const struct job *job, int fd)
{
	struct stat st;

	if (fd == -1)
		return;
	if (fstat(fd, &st) == -1 || (uint64_t)st.st_size != job->body_len ||
	    (fcntl(fd, F_GET_SEALS) & SEALS) != SEALS)
		die("fake worker: the body is not sealed or not as long");
}

/* The keeper is who listens: this process. A worker is another one. */
static void
say_as_worker(int connection, const void *packet, size_t len)
{
	pid_t pid = fork();

	if (pid == 0) {
		packet_send(connection, packet, len, -1, NULL);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

static void
answer(int connection, enum fake_act act, const struct job *job, int fd)
{
	struct verdict verdict = { .outcome = OUTCOME_CLEAN,
		.bytes = GROUP_TEXT };
	uint8_t packet[VERDICT_PACKET_MAX];
	ssize_t len;

	if (act == FAKE_INFECTED ||
	    ((act == FAKE_BY_BODY || act == FAKE_SLOW_BY_BODY) &&
	    holds_mark(job, fd))) {
		verdict.outcome = OUTCOME_INFECTED;
		verdict_set_name(&verdict, FAKE_NAME);
	}
	if (act == FAKE_SLOW || act == FAKE_SLOW_BY_BODY)
		usleep(333000);
	len = verdict_pack(&verdict, packet, sizeof packet, NULL);
	if (act == FAKE_GARBAGE)
		len = 7;
	if (act == FAKE_OVERDUE || act == FAKE_SAYS_OVERDUE)
		len = refusal_pack(REFUSED_OVERDUE, packet, sizeof packet,
		    NULL);
	if (act == FAKE_DIES)
		len = refusal_pack(REFUSED_DIED, packet, sizeof packet, NULL);
	if (act == FAKE_OVERDUE || act == FAKE_DIES)
		packet_send(connection, packet, (size_t)len, -1, NULL);
	else
		say_as_worker(connection, packet, (size_t)len);
}

static void
close_lanes(struct fake_worker *fake)
{
	int lane;

	for (lane = 0; lane < LANE_COUNT; lane++)
		close_fd(&fake->listeners[lane]);
}

/* Closes without a word? */
static bool
says_nothing(struct fake_worker *fake, enum fake_act act)
{
	if (act == FAKE_DIES_WITH_KEEPER)
		close_lanes(fake);
	return act == FAKE_HANGS_UP || act == FAKE_DIES_WITH_KEEPER;
}

static void
count_job(struct fake_worker *fake, uint64_t bytes, enum lane lane)
{
	atomic_store(&fake->bytes, bytes);
	atomic_store(&fake->was_big, lane == LANE_BIG);
	atomic_fetch_add(&fake->jobs, 1);
}

static void
serve(struct fake_worker *fake, int connection, enum lane lane)
{
	static uint8_t packet[JOB_PACKET_MAX];
	AUTO_CLOSE int fd = -1;
	struct job job;
	int jobs = atomic_load(&fake->jobs);
	enum fake_act act = fake->acts[jobs < fake->count ? jobs :
	    fake->count - 1];
	ssize_t len;

	if (act == FAKE_DIES_UNREAD) {
		struct pollfd job_there = { .fd = connection,
			.events = POLLIN };

		poll(&job_there, 1, 5000);
		count_job(fake, 10, lane);
		close(connection);
		return;
	}
	len = packet_recv(connection, packet, sizeof packet, &fd, NULL);
	if (len <= 0 || job_unpack(&job, packet, (size_t)len, fd != -1,
	    NULL) == -1)
		die("fake worker: bad job");
	check_body(&job, fd);
	fake->limits = job.told.limits;
	fake->time_ms = job.time_limit_ms;
	count_job(fake, job.body_len, lane);
	if (act == FAKE_SILENT && fake->silent_count < SILENT_MAX) {
		fake->silent[fake->silent_count++] = connection;
		return;
	}
	if (!says_nothing(fake, act))
		answer(connection, act, &job, fd);
	close(connection);
}

static void
count_hangups(struct fake_worker *fake)
{
	int i;

	for (i = 0; i < fake->silent_count; i++) {
		struct pollfd pollfd = { .fd = fake->silent[i] };

		if (pollfd.fd == -1 || poll(&pollfd, 1, 0) <= 0 ||
		    !(pollfd.revents & POLLHUP))
			continue;
		close_fd(&fake->silent[i]);
		atomic_fetch_add(&fake->hangups, 1);
	}
}

static void *
run(void *arg)
{
	struct fake_worker *fake = arg;

	while (!atomic_load(&fake->stop)) {
		struct pollfd fds[LANE_COUNT] = {
			{ .fd = fake->listeners[0], .events = POLLIN },
			{ .fd = fake->listeners[1], .events = POLLIN },
		};
		int lane;

		poll(fds, LANE_COUNT, 20);
		for (lane = 0; lane < LANE_COUNT; lane++) {
			if (!(fds[lane].revents & POLLIN))
				continue;
			serve(fake, accept4(fds[lane].fd, NULL, NULL,
			    SOCK_CLOEXEC), (enum lane)lane);
		}
		count_hangups(fake);
	}
	return NULL;
}

struct fake_worker *
fake_worker_start(const char *runtime, const enum fake_act *acts, int count)
{
	struct fake_worker *fake = calloc(1, sizeof *fake);
	char folder[300];
	int lane;

	if (fake == NULL)
		die("fake worker");
	snprintf(fake->runtime, sizeof fake->runtime, "%s", runtime);
	snprintf(folder, sizeof folder, "%s/gen-1", runtime);
	mkdir(folder, 0700);
	for (lane = 0; lane < LANE_COUNT; lane++)
		fake->listeners[lane] = listen_on(runtime, (enum lane)lane);
	fake->acts = acts;
	fake->count = count;
	if (pthread_create(&fake->thread, NULL, run, fake) != 0)
		die("fake worker: thread");
	return fake;
}

void
fake_worker_stop(struct fake_worker **fake_p)
{
	struct fake_worker *fake = *fake_p;
	char path[300];
	int i;

	if (fake == NULL)
		return;
	atomic_store(&fake->stop, true);
	pthread_join(fake->thread, NULL);
	for (i = 0; i < fake->silent_count; i++)
		close_fd(&fake->silent[i]);
	for (i = 0; i < LANE_COUNT; i++) {
		close_fd(&fake->listeners[i]);
		scan_socket_path(path, sizeof path, fake->runtime, 1,
		    (enum lane)i, NULL);
		unlink(path);
	}
	snprintf(path, sizeof path, "%s/gen-1", fake->runtime);
	rmdir(path);
	free(fake);
	*fake_p = NULL;
}

int
fake_worker_jobs(const struct fake_worker *fake)
{
	return atomic_load(&fake->jobs);
}

uint64_t
fake_worker_bytes(const struct fake_worker *fake)
{
	return atomic_load(&fake->bytes);
}

const struct told_limits *
fake_worker_limits(const struct fake_worker *fake)
{
	return &fake->limits;
}

uint32_t
fake_worker_time_ms(const struct fake_worker *fake)
{
	return fake->time_ms;
}

int
fake_worker_was_big(const struct fake_worker *fake)
{
	return atomic_load(&fake->was_big);
}

int
fake_worker_hangups(const struct fake_worker *fake)
{
	return atomic_load(&fake->hangups);
}
