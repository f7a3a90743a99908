/* SPDX-License-Identifier: GPL-2.0-only */
/* scan_file() against a worker of this test, which a thread plays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "tool/scan_file.h"
#include "wire/packet.h"
#include "wire/scan_client.h"

#define GENERATION 3
#define SMALL_MAX 1000

static char folder[64], file[128];
static struct segment *segment;
static struct settings settings;
static struct scan_place place;

static struct fake {
	int listener;
	pthread_t thread;
	int deaths;		/* connections that it drops unanswered */
	enum outcome outcome;	/* what it says of the next one */
	int jobs;
	struct job job;
	uint8_t body[256 * 1024];
	int seals;
} fake;

static void
keep_body(const struct job *job, int fd)
{
	if (fd == -1) {
		memcpy(fake.body, job->inline_body, job->body_len);
		return;
	}
	fake.seals = fcntl(fd, F_GET_SEALS);
	assert_int_equal(pread(fd, fake.body, sizeof(fake.body), 0),
	    job->body_len);
}

static void
answer(int connection, enum outcome outcome)
{
	struct verdict verdict = { .outcome = outcome,
		.bytes = GROUP_UNKNOWN };
	uint8_t packet[VERDICT_PACKET_MAX];
	ssize_t len;

	if (outcome == OUTCOME_INFECTED)
		verdict_set_name(&verdict, "Test.Name");
	len = verdict_pack(&verdict, packet, sizeof(packet), NULL);
	assert_true(len > 0);
	packet_send(connection, packet, (size_t)len, -1, NULL);
}

static void *
play_worker(void *unused)
{
	static uint8_t packet[JOB_PACKET_MAX];

	(void)unused;
	for (;;) {
		AUTO_CLOSE int connection = accept(fake.listener, NULL, NULL);
		AUTO_CLOSE int fd = -1;
		ssize_t len;

		if (connection == -1)
			return NULL;
		fake.jobs++;
		len = packet_recv(connection, packet, sizeof(packet), &fd,
		    NULL);
		if (len <= 0 || job_unpack(&fake.job, packet, (size_t)len,
		    fd != -1, NULL) == -1)
			continue;
		if (fake.deaths > 0 && fake.deaths-- > 0)
			continue;
		keep_body(&fake.job, fd);
		answer(connection, fake.outcome);
	}
}

static void
listen_on(enum lane lane)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char path[128];

	snprintf(path, sizeof(path), "%s/gen-%d", folder, GENERATION);
	mkdir(path, 0700);
	assert_int_equal(scan_socket_path(path, sizeof(path), folder,
	    GENERATION, lane, NULL), 0);
	strcpy(address.sun_path, path);
	fake.listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fake.listener, (struct sockaddr *)&address,
	    sizeof(address)), 0);
	assert_int_equal(listen(fake.listener, 8), 0);
	assert_int_equal(pthread_create(&fake.thread, NULL, play_worker, NULL),
	    0);
}

static int
begin(void **state)
{
	struct err err;

	(void)state;
	memset(&fake, 0, sizeof(fake));
	fake.listener = -1;
	strcpy(folder, "/tmp/glassgate-scan.XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(file, sizeof(file), "%s/file", folder);
	assert_int_equal(segment_create(&segment, folder, getgid(), &err), 0);
	atomic_store(&segment->serving, GENERATION);
	settings_defaults(&settings);
	settings.scan_small_max = SMALL_MAX;
	settings.body_max = 200 * 1024;
	place = (struct scan_place){ folder, segment, &settings };
	return 0;
}

static int
end(void **state)
{
	char command[128];

	(void)state;
	if (fake.listener != -1) {
		shutdown(fake.listener, SHUT_RDWR);
		pthread_join(fake.thread, NULL);
		close_fd(&fake.listener);
	}
	segment_detach(&segment);
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

/* Bytes that tell their place. */
static void
write_file(size_t len)
{
	AUTO_FILE FILE *f = fopen(file, "w");

	assert_non_null(f);
	for (size_t i = 0; i < len; i++)
		fputc((int)(i * 7 + (i >> 8)) & 0xff, f);
}

static void
expect_body(size_t len)
{
	assert_int_equal(fake.job.body_len, len);
	for (size_t i = 0; i < len; i++)
		if (fake.body[i] != (uint8_t)((i * 7 + (i >> 8)) & 0xff))
			fail_msg("byte %zu differs", i);
}

static enum outcome
scanned(size_t len)
{
	struct verdict verdict;
	struct err err;

	write_file(len);
	assert_int_equal(scan_file(&place, file, &verdict, &err), 0);
	return verdict.outcome;
}

static void
small_body_goes_inline_to_the_small_lane(void **state)
{
	(void)state;
	fake.outcome = OUTCOME_CLEAN;
	listen_on(LANE_SMALL);
	assert_int_equal(scanned(SMALL_MAX), OUTCOME_CLEAN);
	assert_non_null(fake.job.inline_body);
	assert_int_equal(fake.job.time_limit_ms,
	    settings.scan_small_seconds * 1000);
	expect_body(SMALL_MAX);
}

static void
empty_file_is_a_job_too(void **state)
{
	(void)state;
	fake.outcome = OUTCOME_CLEAN;
	listen_on(LANE_SMALL);
	assert_int_equal(scanned(0), OUTCOME_CLEAN);
	assert_int_equal(fake.jobs, 1);
}

static void
big_body_goes_inline_up_to_the_cap(void **state)
{
	(void)state;
	fake.outcome = OUTCOME_INFECTED;
	listen_on(LANE_BIG);
	assert_int_equal(scanned(JOB_INLINE_MAX), OUTCOME_INFECTED);
	assert_non_null(fake.job.inline_body);
	expect_body(JOB_INLINE_MAX);
}

static void
beyond_the_cap_it_is_a_sealed_descriptor(void **state)
{
	const int all = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW;

	(void)state;
	fake.outcome = OUTCOME_CLEAN;
	listen_on(LANE_BIG);
	assert_int_equal(scanned(JOB_INLINE_MAX + 1), OUTCOME_CLEAN);
	assert_null(fake.job.inline_body);
	assert_int_equal(fake.seals & all, all);
	expect_body(JOB_INLINE_MAX + 1);
	assert_int_equal(scanned(200 * 1024), OUTCOME_CLEAN);
	expect_body(200 * 1024);
}

static void
larger_than_body_max_is_too_big_and_never_sent(void **state)
{
	(void)state;
	fake.outcome = OUTCOME_CLEAN;
	listen_on(LANE_BIG);
	assert_int_equal(scanned(200 * 1024 + 1), OUTCOME_TOO_BIG);
	assert_int_equal(fake.jobs, 0);
}

/* 2 GiB - 3 are as many as the engine takes. */
static void
what_no_engine_takes_is_too_big_and_never_read(void **state)
{
	const struct rlimit little = { 1 << 20, RLIM_INFINITY };
	struct rlimit before;
	uint64_t max = settings.body_max;
	struct verdict verdict;
	struct err err;

	(void)state;
	fake.outcome = OUTCOME_CLEAN;
	listen_on(LANE_BIG);
	write_file(0);
	assert_int_equal(truncate(file, (1LL << 31) - 2), 0);
	assert_int_equal(settings_set(&settings, "body.max", "2147483645",
	    NULL), 0);
	/* A copy of it in memory would end here. */
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
	assert_int_equal(scan_file(&place, file, &verdict, &err), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(verdict.outcome, OUTCOME_TOO_BIG);
	assert_int_equal(fake.jobs, 0);
	settings.body_max = max;
}

static void
one_dead_worker_is_retried_two_are_an_error(void **state)
{
	(void)state;
	fake.outcome = OUTCOME_CLEAN;
	fake.deaths = 1;
	listen_on(LANE_SMALL);
	assert_int_equal(scanned(10), OUTCOME_CLEAN);
	assert_int_equal(fake.jobs, 2);
	fake.deaths = 2;
	assert_int_equal(scanned(10), OUTCOME_ENGINE_ERROR);
	assert_int_equal(fake.jobs, 4);
}

static void
nobody_there_is_an_error_not_clean(void **state)
{
	(void)state;
	assert_int_equal(scanned(10), OUTCOME_ENGINE_ERROR);
}

static void
no_generation_is_loading(void **state)
{
	(void)state;
	atomic_store(&segment->serving, 0);
	assert_int_equal(scanned(10), OUTCOME_LOADING);
}

static void
what_is_no_readable_file_fails(void **state)
{
	struct verdict verdict;
	struct err err = { "" };

	(void)state;
	assert_int_equal(scan_file(&place, "/nonexistent", &verdict, &err), -1);
	assert_non_null(strstr(err.text, "No such file"));
	assert_int_equal(scan_file(&place, folder, &verdict, &err), -1);
	assert_non_null(strstr(err.text, "not a regular file"));
	assert_int_equal(mkfifo(file, 0600), 0);
	assert_int_equal(scan_file(&place, file, &verdict, &err), -1);
}

static void
only_clean_is_clean_and_findings_are_found(void **state)
{
	(void)state;
	for (unsigned i = 0; i <= OUTCOME_COUNT; i++) {
		enum tool_exit want = TOOL_UNDECIDED;

		if (i == OUTCOME_CLEAN)
			want = TOOL_FINE;
		if (i == OUTCOME_INFECTED || i == OUTCOME_SUSPICIOUS ||
		    i == OUTCOME_UNWANTED)
			want = TOOL_FOUND;
		assert_int_equal(scan_exit((enum outcome)i), want);
	}
}

#define WITH_PLACE(test) cmocka_unit_test_setup_teardown(test, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_PLACE(small_body_goes_inline_to_the_small_lane),
		WITH_PLACE(empty_file_is_a_job_too),
		WITH_PLACE(big_body_goes_inline_up_to_the_cap),
		WITH_PLACE(beyond_the_cap_it_is_a_sealed_descriptor),
		WITH_PLACE(larger_than_body_max_is_too_big_and_never_sent),
		WITH_PLACE(what_no_engine_takes_is_too_big_and_never_read),
		WITH_PLACE(one_dead_worker_is_retried_two_are_an_error),
		WITH_PLACE(nobody_there_is_an_error_not_clean),
		WITH_PLACE(no_generation_is_loading),
		WITH_PLACE(what_is_no_readable_file_fails),
		cmocka_unit_test(only_clean_is_clean_and_findings_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
