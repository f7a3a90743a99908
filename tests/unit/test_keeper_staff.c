/* SPDX-License-Identifier: GPL-2.0-only */
/* Spare workers, workers that are replaced, and a keeper that wants to be. */
#include "keeper_fixture.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

#define PAUSE_US 120000		/* a quiet moment, and time for a start */

static unsigned wanted;

static unsigned
spares(const struct keeper_stats *stats, enum lane lane)
{
	unsigned n = 0;
	uint32_t i;

	for (i = 0; i < stats->worker_count; i++)
		n += stats->workers[i].lane == lane &&
		    stats->workers[i].state == WORKER_SPARE;
	return n;
}

static bool
staffed(const struct keeper_stats *stats)
{
	return all_idle(stats) && spares(stats, LANE_SMALL) == 1 &&
	    spares(stats, LANE_BIG) == 1 &&
	    at_work(stats, LANE_SMALL) != NULL &&
	    at_work(stats, LANE_BIG) != NULL;
}

static bool
replaced_enough(const struct keeper_stats *stats)
{
	return stats->replaced[REPLACED_BODIES] +
	    stats->replaced[REPLACED_AGE] >= wanted && staffed(stats);
}

static unsigned
all_deaths(void)
{
	unsigned i, sum = 0;

	for (i = 0; i < DEATH_COUNT; i++)
		sum += world.stats.deaths[i];
	return sum;
}

static void
expect_clean(enum lane lane)
{
	assert_int_equal(ask(lane, "clean text", 10).outcome, OUTCOME_CLEAN);
}

static void
each_lane_has_a_spare_worker_that_gets_no_job(void **state)
{
	int i;

	(void)state;
	world_set("scan.small_workers", "2");
	keeper_start();
	stats_until(staffed);
	assert_int_equal(world.stats.worker_count, 5);
	for (i = 0; i < 20; i++)
		expect_clean(LANE_SMALL);
	stats_until(staffed);
	for (i = 0; i < 5; i++)
		if (world.stats.workers[i].state == WORKER_SPARE)
			assert_int_equal(world.stats.workers[i].scans, 0);
}

static bool
any(const struct keeper_stats *stats)
{
	return stats->worker_count > 0;
}

/* The first STATS after READY: who has to be forked yet is not there. */
static void
a_successor_is_ready_when_all_of_its_workers_are(void **state)
{
	unsigned idle = 0;
	uint32_t i;

	(void)state;
	world_set("scan.small_workers", "5");
	world_set("scan.big_workers", "3");
	world.beside = true;
	keeper_start();
	stats_until(any);
	for (i = 0; i < world.stats.worker_count; i++)
		idle += world.stats.workers[i].state == WORKER_IDLE;
	assert_int_equal(idle, 8);
}

static void
after_its_share_of_bodies_another_goes_on_and_nobody_waits(void **state)
{
	int i;

	(void)state;
	world_set("scan.small_bodies", "3");
	keeper_start();
	stats_until(staffed);
	for (i = 0; i < 15; i++) {
		expect_clean(LANE_SMALL);
		usleep(PAUSE_US);
	}
	wanted = 5;
	stats_until(replaced_enough);
	assert_int_equal(world.stats.replaced[REPLACED_BODIES], 5);
	assert_int_equal(world.stats.fork_waits, 0);
	assert_int_equal(all_deaths(), 0);
}

static void
without_a_pause_no_body_is_lost_either(void **state)
{
	int64_t until;

	(void)state;
	world_set("scan.small_bodies", "1");
	world_set("scan.big_bodies", "2");
	keeper_start();
	for (until = clock_ms() + 2500; clock_ms() < until;) {
		expect_clean(LANE_SMALL);
		expect_clean(LANE_BIG);
		usleep(3000);
	}
	wanted = 3;
	stats_until(replaced_enough);
	assert_int_equal(all_deaths(), 0);
}

static void
after_its_time_a_worker_is_replaced(void **state)
{
	pid_t small, big;

	(void)state;
	world_set("scan.small_age", "1");
	keeper_start();
	stats_until(staffed);
	small = worker_of(LANE_SMALL);
	big = worker_of(LANE_BIG);
	wanted = 1;
	stats_until(replaced_enough);
	assert_true(world.stats.replaced[REPLACED_AGE] >= 1);
	assert_int_not_equal(worker_of(LANE_SMALL), small);
	assert_int_equal(worker_of(LANE_BIG), big);
	assert_int_equal(kill(small, 0), -1);
	assert_int_equal(all_deaths(), 0);
	expect_clean(LANE_SMALL);
}

static void
a_worker_that_is_busy_is_not_too_old(void **state)
{
	struct verdict verdict;
	pid_t old;
	int fd;

	(void)state;
	world_set("scan.small_age", "1");
	world_set("scan.small_seconds", "60");
	keeper_start();
	stats_until(staffed);
	old = worker_of(LANE_SMALL);
	kill(old, SIGSTOP);
	fd = client_submit(LANE_SMALL, "clean text", 10);
	usleep(1500000);
	assert_int_equal(kill(old, 0), 0);
	kill(old, SIGCONT);
	assert_int_equal(client_answer(fd, &verdict), 0);
	assert_int_equal(verdict.outcome, OUTCOME_CLEAN);
	wanted = 1;
	stats_until(replaced_enough);
}

static bool
one_died(const struct keeper_stats *stats)
{
	return stats->deaths[DEATH_SIGNAL] == 1;
}

static void
a_spare_one_takes_over_at_once_from_one_that_died(void **state)
{
	int64_t start;

	(void)state;
	keeper_start();
	stats_until(staffed);
	start = clock_ms();
	kill(worker_of(LANE_SMALL), SIGKILL);	/* before its first job */
	stats_until(one_died);
	expect_clean(LANE_SMALL);
	assert_true(clock_ms() - start < 900);
	stats_until(staffed);
	assert_int_equal(world.stats.fork_waits, 0);
}

static bool
both_dead(const struct keeper_stats *stats)
{
	return stats->deaths[DEATH_SIGNAL] == 2 && staffed(stats);
}

static void
without_a_spare_one_a_job_waits_and_is_counted(void **state)
{
	struct verdict verdict;
	pid_t spare = 0, worker;
	uint32_t i;
	bool waited;
	int fd;

	(void)state;
	keeper_start();
	expect_clean(LANE_SMALL);
	stats_until(staffed);
	worker = worker_of(LANE_SMALL);
	for (i = 0; i < world.stats.worker_count; i++)
		if (world.stats.workers[i].lane == LANE_SMALL &&
		    world.stats.workers[i].state == WORKER_SPARE)
			spare = (pid_t)world.stats.workers[i].pid;
	kill(world.keeper, SIGSTOP);
	kill(spare, SIGKILL);
	kill(worker, SIGKILL);
	usleep(PAUSE_US);	/* a dying one would still take the job */
	fd = client_submit(LANE_SMALL, "clean text", 10);
	kill(world.keeper, SIGCONT);
	/* If it was given to the dead one, once more, as the module does: then
	 * the next worker may be there already. */
	waited = client_answer(fd, &verdict) == 0;
	if (!waited)
		expect_clean(LANE_SMALL);
	stats_until(both_dead);
	assert_in_range(world.stats.fork_waits, waited ? 1 : 0, 2);
}

/* --- RENEW --- */

static bool
asked_for(const struct keeper_stats *stats)
{
	(void)stats;
	return world.renew.deaths > 0;
}

static bool
wanted_deaths(const struct keeper_stats *stats)
{
	return stats->deaths[DEATH_SIGNAL] == wanted && staffed(stats);
}

static void
lose_worker(void)
{
	expect_clean(LANE_SMALL);
	stats_until(staffed);
	kill(worker_of(LANE_SMALL), SIGKILL);
	wanted++;
	stats_until(wanted_deaths);
}

static void
after_several_deaths_by_signal_a_successor_is_wanted(void **state)
{
	(void)state;
	wanted = 0;
	world_set("scan.renew_deaths", "3");
	world_set("scan.renew_seconds", "600");
	keeper_start();
	lose_worker();
	lose_worker();
	assert_int_equal(world.renew.deaths, 0);
	expect_clean(LANE_SMALL);
	kill(worker_of(LANE_SMALL), SIGKILL);
	stats_until(asked_for);
	assert_int_equal(world.renew.deaths, 3);
	assert_int_equal(world.renew.seconds, 600);
	expect_clean(LANE_SMALL);
}

static void
deaths_that_lie_apart_ask_for_nothing(void **state)
{
	(void)state;
	wanted = 0;
	world_set("scan.renew_deaths", "2");
	world_set("scan.renew_seconds", "1");
	keeper_start();
	lose_worker();
	usleep(1200000);
	lose_worker();
	assert_int_equal(world.renew.deaths, 0);
}

#define IN_WORLD(f) cmocka_unit_test_setup_teardown(f, world_make, world_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(each_lane_has_a_spare_worker_that_gets_no_job),
		IN_WORLD(
		    after_its_share_of_bodies_another_goes_on_and_nobody_waits),
		IN_WORLD(without_a_pause_no_body_is_lost_either),
		IN_WORLD(a_successor_is_ready_when_all_of_its_workers_are),
		IN_WORLD(after_its_time_a_worker_is_replaced),
		IN_WORLD(a_worker_that_is_busy_is_not_too_old),
		IN_WORLD(a_spare_one_takes_over_at_once_from_one_that_died),
		IN_WORLD(without_a_spare_one_a_job_waits_and_is_counted),
		IN_WORLD(after_several_deaths_by_signal_a_successor_is_wanted),
		IN_WORLD(deaths_that_lie_apart_ask_for_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
