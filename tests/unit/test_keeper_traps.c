/* SPDX-License-Identifier: GPL-2.0-only */
/* Where libclamav says clean and it is not: what comes out of a real worker. */
#include "keeper_fixture.h"

#include <dirent.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "wire/packet.h"
#include "wire/scan_client.h"

/* Matches only once the page is normalised, which takes files. */
static const char page[] = "<html><body><P   >only-in-the-\n"
    "<!-- x -->normal-form</P></body></html>";

static void
write_page_signature(void)
{
	AUTO_FILE FILE *file = fopen(in_world("db/page.ndb"), "w");

	assert_non_null(file);
	fputs("Page.Test:3:*:3c703e6f6e6c792d696e2d7468652d{-9}"
	    "6e6f726d616c2d666f726d\n", file);
}

static struct bytes
make_page(void)
{
	struct bytes b = { NULL, 0 };

	bytes_add(&b, page, sizeof page - 1);
	return b;
}

static struct bytes
make_large_member(void)
{
	struct zip z = { .members = 0 };

	zip_add_large(&z, "large", 8 << 20, page, sizeof page - 1);
	return zip_close(&z);
}

static const struct {
	const char *options;
	struct bytes (*make)(void);
	const char *name;
} scratches[] = {
	{ "size=8m,nr_inodes=60", make_page, "Worker.ScratchShort" },
	{ "size=1020k", make_page, "Worker.ScratchShort" },
	{ "size=2m", make_large_member, "Worker.CallFailed" },
	{ "size=8m,nr_inodes=90", make_page, "Page.Test" },
};

static void
expect_with_scratch(size_t i)
{
	struct bytes body = scratches[i].make();
	struct verdict verdict;

	if (mount("none", in_world("gen-1/scratch/0"), "tmpfs", 0,
	    scratches[i].options) == -1)
		fail_msg("tmpfs: %s", scratches[i].options);
	keeper_start();
	verdict = ask(LANE_SMALL, body.data, body.len);
	bytes_free(&body);
	assert_int_equal(umount2(in_world("gen-1/scratch/0"), MNT_DETACH), 0);
	if (strcmp(verdict.name, scratches[i].name) != 0)
		fail_msg("%s: %s \"%s\"", scratches[i].options,
		    outcome_name(verdict.outcome), verdict.name);
	if (strncmp(verdict.name, "Worker.", 7) == 0)
		assert_int_equal(verdict.outcome, OUTCOME_ENGINE_ERROR);
	/* the other lane has room */
	verdict = ask(LANE_BIG, page, sizeof page - 1);
	assert_string_equal(verdict.name, "Page.Test");
}

static void
a_scratch_that_is_short_is_never_clean(void **state)
{
	size_t i;

	if (unshare(CLONE_NEWNS) == -1 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
		skip();
	for (i = 0; i < COUNT(scratches); i++) {
		assert_int_equal(world_make(state), 0);
		world_set("test.namespaces", "off");	/* ours counts */
		write_page_signature();
		assert_int_equal(mkdir(in_world("gen-1/scratch/0"), 0700), 0);
		expect_with_scratch(i);
		assert_int_equal(world_end(state), 0);
	}
}

/* Of a gzip, to a worker that has room for no descriptor but its client's. */
static enum outcome
outcome_without_descriptor(struct bytes content)
{
	struct bytes body = gzip_of(&content);
	struct rlimit few = { 4, 4 };	/* it has 3 */
	struct verdict verdict = { .outcome = OUTCOME_ENGINE_ERROR };

	keeper_start();
	stats_until(all_idle);
	assert_int_equal(prlimit(worker_of(LANE_SMALL), RLIMIT_NOFILE, &few,
	    NULL), 0);
	(void)client_answer(client_submit(LANE_SMALL, body.data, body.len),
	    &verdict);
	bytes_free(&body);
	return verdict.outcome;
}

/* What our own readers find in there all the same is found. */
static void
a_gzip_without_a_descriptor_for_it_is_not_clean(void **state)
{
	enum outcome outcome;

	if (geteuid() != 0)
		skip();
	outcome = outcome_without_descriptor(eicar_bytes());
	assert_true(outcome == OUTCOME_ENGINE_ERROR ||
	    outcome == OUTCOME_INFECTED);
	assert_int_equal(world_end(state), 0);
	assert_int_equal(world_make(state), 0);
	assert_int_equal(outcome_without_descriptor(make_page()),
	    OUTCOME_ENGINE_ERROR);
}

static int
count_entries(const char *path)
{
	AUTO_DIR DIR *dir = opendir(path);
	int count = -2;		/* . and .. */

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		count++;
	return count;
}

static bool
five_scans(const struct keeper_stats *stats)
{
	return all_idle(stats) && at_work(stats, LANE_SMALL)->scans == 5;
}

static void
nothing_of_a_body_stays_in_the_scratch(void **state)
{
	struct bytes body = eicar_bytes();
	int i;

	(void)state;
	body = zip_nested(&body, 5);
	world_set("test.namespaces", "off");	/* seen from outside */
	keeper_start();
	for (i = 0; i < 5; i++)
		assert_int_equal(ask(LANE_SMALL, body.data, body.len).outcome,
		    OUTCOME_INFECTED);
	bytes_free(&body);
	stats_until(five_scans);
	assert_int_equal(count_entries(in_world("gen-1/scratch/0")), 0);
}

static void
eight_workers_miss_none_of_800_infected_zips(void **state)
{
	struct bytes body = eicar_bytes();
	struct verdict verdict;
	int clients[8], i, j;

	(void)state;
	body = zip_nested(&body, 2);
	world_set("scan.small_workers", "8");
	keeper_start();
	for (i = 0; i < 100; i++) {
		for (j = 0; j < 8; j++)
			clients[j] = client_submit(LANE_SMALL, body.data,
			    body.len);
		for (j = 0; j < 8; j++) {
			assert_int_equal(client_answer(clients[j], &verdict),
			    0);
			assert_int_equal(verdict.outcome, OUTCOME_INFECTED);
		}
	}
	bytes_free(&body);
}

static void
what_the_bytes_are_is_told_without_a_scan(void **state)
{
	struct job job = { .kind = JOB_IDENTIFY, .time_limit_ms = 1000,
		.inline_body = "some bytes", .body_len = 10 };
	uint8_t packet[256];
	struct verdict verdict;
	struct err err;
	int fd;

	(void)state;
	keeper_start();
	fd = client_connect(LANE_SMALL);
	assert_int_equal(packet_send(fd, packet, (size_t)job_pack(&job, packet,
	    sizeof packet, &err), -1, &err), 0);
	assert_int_equal(client_answer(fd, &verdict), 0);
	assert_int_equal(verdict.outcome, OUTCOME_NONE);
	assert_int_equal(verdict.bytes, GROUP_TEXT);
}

static void
a_job_takes_no_longer_than_it_may(void **state)
{
	static uint8_t body[16 << 20];
	struct job job = { .kind = JOB_SCAN, .time_limit_ms = 1,
		.body_len = sizeof body };
	AUTO_CLOSE int fd = sealed_memfd(body, sizeof body);
	struct verdict verdict;
	struct err err;
	int client;

	(void)state;
	keeper_start();
	assert_int_equal(scan_submit(world.folder, 1, LANE_BIG, &job, fd,
	    &client, &err), SUBMIT_OK);
	assert_int_equal(client_answer(client, &verdict), 0);
	assert_int_equal(verdict.outcome, OUTCOME_TIMEOUT);
}

#define IN_WORLD(f) cmocka_unit_test_setup_teardown(f, world_make, world_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scratch_that_is_short_is_never_clean),
		IN_WORLD(a_gzip_without_a_descriptor_for_it_is_not_clean),
		IN_WORLD(nothing_of_a_body_stays_in_the_scratch),
		IN_WORLD(what_the_bytes_are_is_told_without_a_scan),
		IN_WORLD(a_job_takes_no_longer_than_it_may),
		IN_WORLD(eight_workers_miss_none_of_800_infected_zips),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
