/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "icap/live.h"
#include "icap/request.h"
#include "icap/threads.h"

static const char template[] = "{{title}}{{text}}{{name}}{{url}}{{client}}"
    "{{user}}{{when}}{{id}}{{contact}}\n";

static struct module module;
static char folder[64], language[80], page[96];

static void
write_page(const char *text)
{
	FILE *file = fopen(page, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* Settings n with this limit are in use. */
static void
publish_settings(uint32_t n, uint64_t body_max)
{
	struct settings settings = module.settings;

	settings.body_max = body_max;
	assert_int_equal(settings_save(&settings, folder, n, NULL), 0);
	atomic_store(&module.segment->settings, n);
}

static int
setup(void **state)
{
	(void)state;
	log_setup("test", LOG_ERROR);
	strcpy(folder, "/tmp/glassgate-live.XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(language, sizeof language, "%s/en", folder);
	snprintf(page, sizeof page, "%s/blocked.html", language);
	assert_int_equal(mkdir(language, 0755), 0);
	write_page(template);
	memset(&module, 0, sizeof module);
	settings_defaults(&module.settings);
	strcpy(module.settings.page_templates, folder);
	strcpy(module.runtime, folder);
	module.segment = calloc(1, sizeof *module.segment);
	if (module.segment == NULL)
		return -1;
	module.settings_n = 1;
	publish_settings(1, module.settings.body_max);
	threads_join(&module, 100);
	live_begin(&module);
	return 0;
}

static int
teardown(void **state)
{
	uint32_t n;

	(void)state;
	for (n = 1; n < 4; n++)
		settings_remove(folder, n);
	free(module.segment);
	unlink(page);
	rmdir(language);
	return rmdir(folder);
}

static uint64_t
limit_of_a_request(void)
{
	const struct module *live = live_take();
	uint64_t most = live->settings.body_max;

	live_give(live);
	return most;
}

static uint32_t
told(void)
{
	return atomic_load(&module.child->settings);
}

static void
new_settings_are_for_all_who_come_and_told_by_number(void **state)
{
	(void)state;
	assert_int_equal(told(), 1);
	publish_settings(2, 4096);
	live_refresh();
	assert_int_equal(limit_of_a_request(), 4096);
	assert_int_equal(told(), 2);
	assert_false(live_refused());
}

static void
what_cannot_be_taken_is_refused_and_tried_again(void **state)
{
	(void)state;
	write_page("no {{such}} name");
	publish_settings(2, 4096);
	live_refresh();
	assert_true(live_refused());
	assert_int_equal(told(), 1);
	write_page(template);
	usleep(1100 * 1000);
	live_refresh();
	assert_false(live_refused());
	assert_int_equal(limit_of_a_request(), 4096);
	assert_int_equal(told(), 2);
}

static void
the_next_ones_end_a_refusal_at_once(void **state)
{
	(void)state;
	publish_settings(2, 4096);
	settings_remove(folder, 2);
	live_refresh();
	assert_true(live_refused());
	publish_settings(3, 8192);
	live_refresh();
	assert_false(live_refused());
	assert_int_equal(limit_of_a_request(), 8192);
	assert_int_equal(told(), 3);
}

static void
while_refused_a_body_is_blocked_whatever_the_old_ones_say(void **state)
{
	struct request *request;

	(void)state;
	module.settings.policy.action[OUTCOME_ENGINE_ERROR] = ACTION_PASS;
	assert_int_equal(request_new(&request, &module, NULL), 0);
	request->facts.has_body = true;
	request->is_refused = true;
	request_consider(request);
	assert_int_equal(request->phase, PHASE_PAGE);
	assert_int_equal(request->verdict.outcome, OUTCOME_ENGINE_ERROR);
	request_free(&request);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(new_settings_are_for_all_who_come_and_told_by_number),
		TEST(what_cannot_be_taken_is_refused_and_tried_again),
		TEST(the_next_ones_end_a_refusal_at_once),
		TEST(
		    while_refused_a_body_is_blocked_whatever_the_old_ones_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
