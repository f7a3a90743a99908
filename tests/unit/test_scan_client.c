/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wire/packet.h"
#include "wire/scan_client.h"

static int
listen_at(const char *path, int backlog)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	strcpy(address.sun_path, path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address,
	    sizeof address), 0);
	assert_int_equal(listen(fd, backlog), 0);
	return fd;
}

struct lane_fixture {
	char folder[64], gen[80], path[96];
	int listener;
};

static void
make_lane(struct lane_fixture *f, int backlog)
{
	strcpy(f->folder, "/tmp/glassgate-wire-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->gen, sizeof f->gen, "%s/gen-3", f->folder);
	assert_int_equal(mkdir(f->gen, 0700), 0);
	snprintf(f->path, sizeof f->path, "%s/small", f->gen);
	f->listener = listen_at(f->path, backlog);
}

static void
drop_lane(struct lane_fixture *f)
{
	close(f->listener);
	unlink(f->path);
	rmdir(f->gen);
	assert_int_equal(rmdir(f->folder), 0);
}

static const struct job one_job = { .kind = JOB_SCAN,
	.time_limit_ms = 1000, .body_len = 3, .inline_body = "abc" };

static void
client_gets_the_verdict_of_the_worker(void **state)
{
	struct verdict said = { .outcome = OUTCOME_CLEAN,
		.bytes = GROUP_TEXT }, got;
	uint8_t packet[JOB_PACKET_MAX];
	struct lane_fixture lane;
	int fd, worker, body = -1;
	struct job job;
	struct err err;
	ssize_t len;

	(void)state;
	make_lane(&lane, 4);
	assert_int_equal(scan_submit(lane.folder, 3, LANE_SMALL, &one_job, -1,
	    &fd, &err), SUBMIT_OK);
	assert_int_equal(scan_collect(fd, &got, &err), COLLECT_NOTHING);
	worker = accept(lane.listener, NULL, NULL);
	len = packet_recv(worker, packet, sizeof packet, &body, &err);
	assert_int_equal(job_unpack(&job, packet, (size_t)len, 0, &err), 0);
	assert_memory_equal(job.inline_body, "abc", 3);
	len = verdict_pack(&said, packet, sizeof packet, &err);
	assert_int_equal(packet_send(worker, packet, (size_t)len, -1, &err), 0);
	close(worker);
	assert_int_equal(scan_collect(fd, &got, &err), COLLECT_VERDICT);
	assert_int_equal(got.outcome, OUTCOME_CLEAN);
	close(fd);
	drop_lane(&lane);
}

static void
say_clean(int connection)
{
	struct verdict said = { .outcome = OUTCOME_CLEAN,
		.bytes = GROUP_TEXT };
	uint8_t packet[VERDICT_PACKET_MAX];
	struct err err;
	ssize_t len = verdict_pack(&said, packet, sizeof packet, &err);

	assert_int_equal(packet_send(connection, packet, (size_t)len, -1, &err),
	    0);
}

/* Whoever has the connection: the name of another it cannot give. */
static void
the_kernel_names_the_worker_that_answered(void **state)
{
	struct lane_fixture lane;
	int fd, connection;
	struct verdict got;
	struct err err;
	pid_t pid;

	(void)state;
	make_lane(&lane, 4);
	assert_int_equal(scan_submit(lane.folder, 3, LANE_SMALL, &one_job, -1,
	    &fd, &err), SUBMIT_OK);
	connection = accept(lane.listener, NULL, NULL);
	pid = fork();
	if (pid == 0) {
		say_clean(connection);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(scan_collect(fd, &got, &err), COLLECT_VERDICT);
	assert_int_equal(got.worker, pid);
	say_clean(connection);
	assert_int_equal(scan_collect(fd, &got, &err), COLLECT_VERDICT);
	assert_int_equal(got.worker, 0);	/* the keeper is none */
	close(connection);
	close(fd);
	drop_lane(&lane);
}

static const struct {
	bool reads;
	const char *says;
	enum collect want;
} no_verdicts[] = {
	{ true, NULL, COLLECT_SILENT },
	{ false, NULL, COLLECT_UNREAD },
	{ true, "garbage", COLLECT_BROKEN },
	{ false, "garbage", COLLECT_BROKEN },
};

static void
worker_that_goes_or_babbles_gives_no_verdict(void **state)
{
	struct verdict got = { .outcome = OUTCOME_NONE };
	uint8_t packet[JOB_PACKET_MAX];
	struct lane_fixture lane;
	struct err err;
	int fd, worker;
	size_t i;

	(void)state;
	make_lane(&lane, 4);
	for (i = 0; i < sizeof no_verdicts / sizeof *no_verdicts; i++) {
		assert_int_equal(scan_submit(lane.folder, 3, LANE_SMALL,
		    &one_job, -1, &fd, &err), SUBMIT_OK);
		worker = accept(lane.listener, NULL, NULL);
		if (no_verdicts[i].reads)
			assert_true(packet_recv(worker, packet, sizeof packet,
			    NULL, &err) > 0);
		if (no_verdicts[i].says != NULL)
			assert_int_equal(packet_send(worker,
			    no_verdicts[i].says, strlen(no_verdicts[i].says),
			    -1, &err), 0);
		close(worker);
		assert_int_equal(scan_collect(fd, &got, &err),
		    no_verdicts[i].want);
		assert_int_equal(got.outcome, OUTCOME_NONE);
		close(fd);
	}
	drop_lane(&lane);
}

static void
say_refusal(int connection, enum refusal refusal)
{
	uint8_t packet[64];
	struct err err;
	ssize_t len = refusal_pack(refusal, packet, sizeof packet, &err);

	assert_int_equal(packet_send(connection, packet, (size_t)len, -1, &err),
	    0);
}

static void
say_refusal_as_another(int connection, enum refusal refusal)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		say_refusal(connection, refusal);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static const struct {
	enum refusal refusal;
	void (*say)(int connection, enum refusal);
	enum collect want;
} refusals[] = {
	{ REFUSED_NOT_SUPPORTED, say_refusal_as_another, COLLECT_VERDICT },
	{ REFUSED_OVERDUE, say_refusal, COLLECT_VERDICT },
	{ REFUSED_OVERDUE, say_refusal_as_another, COLLECT_BROKEN },
	{ REFUSED_MEMORY, say_refusal, COLLECT_VERDICT },
	{ REFUSED_MEMORY, say_refusal_as_another, COLLECT_BROKEN },
	{ REFUSED_DIED, say_refusal, COLLECT_DIED },
	{ REFUSED_DIED, say_refusal_as_another, COLLECT_BROKEN },
};

/* Both hold the same connection; the keeper is who listens. */
static void
only_the_keeper_tells_how_a_worker_ended(void **state)
{
	struct lane_fixture lane;
	struct verdict got;
	struct err err;
	int fd, connection;
	size_t i;

	(void)state;
	make_lane(&lane, 4);
	for (i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		assert_int_equal(scan_submit(lane.folder, 3, LANE_SMALL,
		    &one_job, -1, &fd, &err), SUBMIT_OK);
		connection = accept(lane.listener, NULL, NULL);
		refusals[i].say(connection, refusals[i].refusal);
		assert_int_equal(scan_collect(fd, &got, &err),
		    refusals[i].want);
		close(connection);
		close(fd);
	}
	drop_lane(&lane);
}

/* Its keeper closes the socket that it waits at. */
static void
job_that_nobody_took_was_not_read(void **state)
{
	struct lane_fixture lane;
	struct verdict got;
	struct err err;
	int fd;

	(void)state;
	make_lane(&lane, 4);
	assert_int_equal(scan_submit(lane.folder, 3, LANE_SMALL, &one_job, -1,
	    &fd, &err), SUBMIT_OK);
	close(lane.listener);
	assert_int_equal(scan_collect(fd, &got, &err), COLLECT_UNREAD);
	close(fd);
	lane.listener = -1;
	drop_lane(&lane);
}

static void
full_queue_is_overload_and_nobody_there_is_failure(void **state)
{
	struct lane_fixture lane;
	int fds[8], count = 0, i;
	enum submit how = SUBMIT_OK;
	struct err err;

	(void)state;
	make_lane(&lane, 1);
	while (count < 8 && how == SUBMIT_OK) {
		how = scan_submit(lane.folder, 3, LANE_SMALL, &one_job, -1,
		    &fds[count], &err);
		count += how == SUBMIT_OK;
	}
	assert_int_equal(how, SUBMIT_OVERLOAD);
	assert_int_equal(count, 2);
	for (i = 0; i < count; i++)
		close(fds[i]);
	assert_int_equal(scan_submit(lane.folder, 4, LANE_SMALL, &one_job, -1,
	    &fds[0], &err), SUBMIT_FAILED);
	drop_lane(&lane);
}

static void
runtime_folder_that_is_too_long_for_a_socket_is_told(void **state)
{
	char out[108], folder[200];
	struct err err;

	(void)state;
	memset(folder, 'f', sizeof folder);
	folder[sizeof folder - 1] = '\0';
	assert_int_equal(scan_socket_path(out, sizeof out, folder, 1,
	    LANE_BIG, &err), -1);
	assert_int_equal(scan_socket_path(out, sizeof out, "/run/glassgate",
	    12, LANE_BIG, &err), 0);
	assert_string_equal(out, "/run/glassgate/gen-12/big");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(client_gets_the_verdict_of_the_worker),
		cmocka_unit_test(the_kernel_names_the_worker_that_answered),
		cmocka_unit_test(worker_that_goes_or_babbles_gives_no_verdict),
		cmocka_unit_test(job_that_nobody_took_was_not_read),
		cmocka_unit_test(only_the_keeper_tells_how_a_worker_ended),
		cmocka_unit_test(
		    full_queue_is_overload_and_nobody_there_is_failure),
		cmocka_unit_test(
		    runtime_folder_that_is_too_long_for_a_socket_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
