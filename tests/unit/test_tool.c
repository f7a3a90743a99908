/* SPDX-License-Identifier: GPL-2.0-only */
/* The tool without a daemon: how it shows a status, and what it makes of a
 * segment that nobody serves. Its scans: test_tool_scan.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "tool/report.h"
#include "tool/tool.h"

static char folder[64];
static struct segment *segment;

static int
make_segment(void **state)
{
	struct err err;

	(void)state;
	strcpy(folder, "/tmp/glassgate-tool.XXXXXX");
	assert_non_null(mkdtemp(folder));
	assert_int_equal(segment_create(&segment, folder, getgid(), &err), 0);
	return 0;
}

static int
drop_segment(void **state)
{
	(void)state;
	segment_detach(&segment);
	segment_remove(folder);
	return rmdir(folder);
}

static void
make_report(struct report *r)
{
	memset(r, 0, sizeof(*r));
	r->version = "1.2.3";
	r->now = 1000000;
	r->serving = 7;
	r->status.started = r->now - 3700;
	r->status.supervisor_pid = 11;
	r->status.state = STATE_READY;
	strcpy(r->status.icap_address, "127.0.0.1:1344");
	strcpy(r->status.signatures.engine, "Engine 1");
	r->status.signatures.count = 42;
	r->status.signatures.set_count = 2;
	r->status.signatures.sets[0] = (struct signature_set){
		.name = "daily.cvd", .version = 27, .time = r->now - 7200,
		.count = 40,
	};
	r->status.signatures.sets[1] = (struct signature_set){
		.name = "evil\033name", .count = 2, .builtin = 1,
	};
	r->status.keeper.worker_count = 1;
	r->status.keeper.workers[0] = (struct worker_info){
		.lane = LANE_BIG, .state = WORKER_BUSY, .pid = 99, .scans = 5,
	};
	for (unsigned i = 0; i < METRIC_COUNT; i++)
		r->counters[i] = 100 + i;
}

static void
printed(char *out, size_t size, int (*print)(const struct report *, FILE *),
    const struct report *r)
{
	FILE *to = fmemopen(out, size, "w");

	assert_non_null(to);
	assert_int_equal(print(r, to), 0);
	assert_int_equal(fclose(to), 0);
}

static void
text_for_people_names_what_matters(void **state)
{
	static const char *const wanted[] = {
		"glassgate 1.2.3, ready, up 1 h 1 min\n",
		"icap://127.0.0.1:1344/glassgate",
		"42 in 2 sets, engine Engine 1\n",
		"bodies      3 of 256 MB in memory, 5 of 0 MB on disk\n",
		"daily.cvd: 40 signatures, version 27, 2 h old\n",
		"WARNING     no real signatures",
		"big    busy      pid 99",
		"infected     ",
		"glassgate_requests_total 100\n",
	};
	struct report r;
	char out[16384];

	(void)state;
	make_report(&r);
	r.counters[METRIC_BODY_MEMORY] = 3 << 20;
	r.counters[METRIC_BODY_DISK] = (4 << 20) + 1;
	r.budget[BUDGET_MEMORY] = 256 << 20;
	printed(out, sizeof(out), report_print_text, &r);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (strstr(out, wanted[i]) == NULL)
			fail_msg("missing: %s\n%s", wanted[i], out);
}

static void
text_from_files_cannot_reach_the_terminal(void **state)
{
	struct report r;
	char out[16384];

	(void)state;
	make_report(&r);
	printed(out, sizeof(out), report_print_text, &r);
	assert_null(strchr(out, '\033'));
	assert_non_null(strstr(out, "evil\\x1bname: 2 signatures, built in"));
}

/* A gauge above 0 may be a warning. */
static void
no_gauge(struct report *r)
{
	for (unsigned i = 0; i < METRIC_COUNT; i++)
		if (metric_is_gauge((enum metric)i))
			r->counters[i] = 0;
}

static void
no_warning_when_nothing_is_wrong(void **state)
{
	struct report r;
	char out[16384];

	(void)state;
	make_report(&r);
	no_gauge(&r);
	r.status.cage.layers = LAYERS_REQUIRED;
	printed(out, sizeof(out), report_print_text, &r);
	assert_null(strstr(out, "WARNING"));
}

static void
each_thing_that_is_wrong_is_a_warning(void **state)
{
	static const struct {
		enum metric gauge;
		const char *want;
	} cases[] = {
		{ METRIC_NO_REAL_SIGNATURES, "no real signatures" },
		{ METRIC_SETTINGS_BEHIND, "c-icap cannot take the settings" },
		{ METRIC_SETS_NOT_KEPT, "signature sets are not kept" },
	};
	char line[80], out[16384];
	struct report r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		make_report(&r);
		no_gauge(&r);
		r.counters[cases[i].gauge] = 1;
		snprintf(line, sizeof(line), "WARNING     %s: ",
		    cases[i].want);
		printed(out, sizeof(out), report_print_text, &r);
		assert_non_null(strstr(out, line));
		snprintf(line, sizeof(line), "\"warnings\": [\n    \"%s\"\n  ]",
		    cases[i].want);
		printed(out, sizeof(out), report_print_json, &r);
		assert_non_null(strstr(out, line));
	}
}

static void
sandbox_without_seccomp_is_a_warning(void **state)
{
	struct report r;
	char out[16384];

	(void)state;
	make_report(&r);
	r.counters[METRIC_NO_REAL_SIGNATURES] = 0;
	r.status.cage.layers = LAYERS_ALL & ~LAYER_BIT(LAYER_SECCOMP);
	printed(out, sizeof(out), report_print_text, &r);
	assert_non_null(strstr(out, "missing: seccomp\nWARNING     sandbox "
	    "incomplete: workers without seccomp\n"));
}

static void
a_lane_shows_its_workers_its_jobs_and_its_queue(void **state)
{
	struct status *status = segment_status_edit(segment);
	struct report r;
	char out[16384];

	(void)state;
	memset(&r, 0, sizeof(r));
	status->queue = 64;
	status->keeper.worker_count = 4;
	status->keeper.workers[0].state = WORKER_BUSY;
	status->keeper.workers[1].state = WORKER_IDLE;
	status->keeper.workers[2].state = WORKER_SPARE;
	status->keeper.workers[3].state = WORKER_GONE;
	segment_status_end(segment);
	atomic_store(&segment->threads[0].jobs[LANE_SMALL], 1);
	atomic_store(&segment->threads[1].jobs[LANE_SMALL], 2);
	assert_int_equal(report_take(&r, segment), 0);
	printed(out, sizeof(out), report_print_text, &r);
	assert_non_null(strstr(out, "lanes       small: 3 workers, 1 idle, "
	    "1 busy, 1 spare; 3 jobs, 2 waiting, queue 64\n            big: "
	    "0 workers, 0 idle, 0 busy, 0 spare; 0 jobs, 0 waiting, queue "
	    "64\n"));
}

/* Two children of c-icap, of which one has less. */
static void
each_process_is_shown_with_the_layers_that_it_told_of(void **state)
{
	const uint32_t both = LAYERS_REQUIRED | LAYERS_TOLD;
	struct report r;
	char out[16384];

	(void)state;
	memset(&r, 0, sizeof(r));
	segment_status_edit(segment)->own_layers = LAYERS_TOLD;
	segment_status_edit(segment)->icap_pid = 5;
	segment_status_end(segment);
	atomic_store(&segment->monitor_layers, both);
	atomic_store(&segment->threads[0].pid, 6);
	atomic_store(&segment->threads[0].layers, both);
	atomic_store(&segment->threads[1].pid, 7);
	atomic_store(&segment->threads[1].layers, LAYERS_TOLD |
	    LAYER_BIT(LAYER_SECCOMP));
	atomic_store(&segment->threads[2].pid, 8);	/* not told yet */
	assert_int_equal(report_take(&r, segment), 0);
	printed(out, sizeof(out), report_print_text, &r);
	assert_non_null(strstr(out, " supervisor: none, missing: seccomp\n"
	    "WARNING     sandbox incomplete: supervisor without seccomp\n"));
	assert_non_null(strstr(out, " icap: seccomp,landlock, missing: "
	    "user\n"));
	assert_non_null(strstr(out, " icap-child: seccomp, missing: "
	    "landlock,user\nWARNING     sandbox incomplete: icap-child "
	    "without landlock\n"));
	assert_null(strstr(out, " keeper: "));		/* none serves */
	assert_int_equal(r.cages[CAGE_CHILD].count, 2);
}

static void
pass_all_is_a_warning_until_its_deadline(void **state)
{
	struct report r;
	char out[16384];

	(void)state;
	make_report(&r);
	r.clock = 5000;
	r.status.pass_all_until = 5000 + 90 * 60 * 1000;
	strcpy(r.status.pass_all_reason, "bad \033 set");
	printed(out, sizeof(out), report_print_text, &r);
	assert_non_null(strstr(out, "WARNING     PASS-ALL: nothing is "
	    "scanned, everything passes, for another 1 h 30 min: "
	    "bad \\x1b set\n"));
	r.clock = r.status.pass_all_until;
	printed(out, sizeof(out), report_print_text, &r);
	assert_null(strstr(out, "PASS-ALL"));
}

static json_t *
reparsed(const struct report *r)
{
	char out[32768];
	json_error_t error;
	json_t *root;

	printed(out, sizeof(out), report_print_json, r);
	root = json_loads(out, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL)
		fail_msg("%s\n%s", error.text, out);
	return root;
}

static void
json_has_every_counter_under_its_own_name(void **state)
{
	struct report r;
	json_t *root, *counters;

	(void)state;
	make_report(&r);
	root = reparsed(&r);
	counters = json_object_get(root, "counters");
	assert_int_equal(json_object_size(counters), METRIC_COUNT);
	for (unsigned i = 0; i < METRIC_COUNT; i++)
		assert_int_equal(json_integer_value(json_object_get(counters,
		    metric_name((enum metric)i))), 100 + i);
	json_decref(root);
}

static void
json_has_the_parts_that_programs_ask_for(void **state)
{
	const char *version, *word, *set, *lane, *warning;
	int keeper, age, scans, infected;
	struct report r;
	json_t *root;

	(void)state;
	make_report(&r);
	root = reparsed(&r);
	assert_int_equal(json_unpack(root,
	    "{s:s s:s s:[s] s:{s:[{s:s s:i} *] *} s:[{s:s s:i *}] s:{s:i *} "
	    "s:{s:i *} *}",
	    "version", &version, "state", &word, "warnings", &warning,
	    "signatures", "sets", "name", &set, "age_seconds", &age,
	    "workers", "lane", &lane, "scans", &scans,
	    "pids", "keeper", &keeper, "outcomes", "infected", &infected), 0);
	assert_string_equal(version, "1.2.3");
	assert_string_equal(word, "ready");
	assert_string_equal(warning, "no real signatures");
	assert_string_equal(set, "daily.cvd");
	assert_int_equal(age, 7200);
	assert_string_equal(lane, "big");
	assert_int_equal(scans, 5);
	assert_int_equal(infected, 100 + METRIC_OUTCOMES + OUTCOME_INFECTED);
	json_decref(root);
}

static void
spans_show_their_two_largest_units(void **state)
{
	static const struct {
		int64_t seconds;
		const char *want;
	} cases[] = {
		{ -5, "0 s" }, { 0, "0 s" }, { 59, "59 s" }, { 60, "1 min" },
		{ 61, "1 min 1 s" }, { 3600, "1 h" }, { 3660, "1 h 1 min" },
		{ 86400, "1 d" }, { 86400 + 3599, "1 d" }, { 90000, "1 d 1 h" },
	};
	char out[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(report_span(out, sizeof(out),
		    cases[i].seconds), cases[i].want);
}

static void
escaped_text_is_one_harmless_line_that_fits(void **state)
{
	static const struct {
		size_t size;
		const char *given, *want;
	} cases[] = {
		{ 64, "plain name.txt", "plain name.txt" },
		{ 64, "a\nb\x1b[2J", "a\\x0ab\\x1b[2J" },
		{ 64, "\xc3\xa4", "\\xc3\\xa4" },
		{ 64, "a\\x0a", "a\\x5cx0a" },
		{ 12, "0123456789", "01234567..." },
		{ 12, "01234567", "01234567" },
		{ 12, "012345\n", "012345..." },
	};
	char out[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(tool_escape(out, cases[i].size,
		    cases[i].given), cases[i].want);
}

static void
no_segment_is_told_with_a_remedy(void **state)
{
	const struct segment *found = NULL;
	struct err err = { "" };

	(void)state;
	assert_int_equal(tool_attach(&found, "/nonexistent", &err), -1);
	assert_null(found);
	assert_non_null(strstr(err.text, "start one"));
	assert_non_null(strstr(err.text, "-r"));
}

static void
segment_of_a_dead_supervisor_is_refused(void **state)
{
	const struct segment *found = NULL;
	struct err err = { "" };

	(void)state;
	segment_status_edit(segment)->supervisor_pid = INT_MAX;
	segment_status_end(segment);
	assert_int_equal(tool_attach(&found, folder, &err), -1);
	assert_null(found);
	assert_non_null(strstr(err.text, "is gone"));
}

static void
segment_of_a_live_supervisor_is_reported(void **state)
{
	const struct segment *found = NULL;
	struct report r;
	struct err err = { "" };

	(void)state;
	segment_status_edit(segment)->supervisor_pid = (int32_t)getpid();
	segment_status_end(segment);
	metrics_decided(&segment->metrics, OUTCOME_CLEAN, 0);
	assert_int_equal(tool_attach(&found, folder, &err), 0);
	assert_int_equal(report_take(&r, found), 0);
	assert_string_equal(r.version, PACKAGE_VERSION);
	assert_int_equal(r.counters[METRIC_REQUESTS], 1);
	assert_int_equal(r.counters[METRIC_OUTCOMES + OUTCOME_CLEAN], 1);
	assert_int_equal(r.status.supervisor_pid, getpid());
}

/* A captured child of c-icap can write so. */
static void
status_that_nobody_published_reaches_no_terminal(void **state)
{
	char out[65536];
	struct report r;
	const char *at;

	(void)state;
	memset(&segment->status, 0x9b, sizeof(segment->status));
	segment->status.started = INT64_MIN;
	segment->status.icap_address[0] = '\033';
	assert_int_equal(report_take(&r, segment), 0);
	printed(out, sizeof(out), report_print_text, &r);
	for (at = out; *at != '\0'; at++)
		assert_true(*at == '\n' || (*at >= ' ' && *at < 0x7f));
	assert_int_equal(r.status.signatures.set_count, SETS_MAX);
	assert_int_equal(r.status.keeper.worker_count, WORKERS_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_for_people_names_what_matters),
		cmocka_unit_test(text_from_files_cannot_reach_the_terminal),
		cmocka_unit_test(no_warning_when_nothing_is_wrong),
		cmocka_unit_test(each_thing_that_is_wrong_is_a_warning),
		cmocka_unit_test(sandbox_without_seccomp_is_a_warning),
		cmocka_unit_test_setup_teardown(
		    a_lane_shows_its_workers_its_jobs_and_its_queue,
		    make_segment, drop_segment),
		cmocka_unit_test_setup_teardown(
		    each_process_is_shown_with_the_layers_that_it_told_of,
		    make_segment, drop_segment),
		cmocka_unit_test(pass_all_is_a_warning_until_its_deadline),
		cmocka_unit_test(json_has_every_counter_under_its_own_name),
		cmocka_unit_test(json_has_the_parts_that_programs_ask_for),
		cmocka_unit_test(spans_show_their_two_largest_units),
		cmocka_unit_test(escaped_text_is_one_harmless_line_that_fits),
		cmocka_unit_test(no_segment_is_told_with_a_remedy),
		cmocka_unit_test_setup_teardown(
		    segment_of_a_dead_supervisor_is_refused, make_segment,
		    drop_segment),
		cmocka_unit_test_setup_teardown(
		    status_that_nobody_published_reaches_no_terminal,
		    make_segment, drop_segment),
		cmocka_unit_test_setup_teardown(
		    segment_of_a_live_supervisor_is_reported, make_segment,
		    drop_segment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
