/* SPDX-License-Identifier: GPL-2.0-only */
#include "request_fixture.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"

struct module module;
char folder[64];
struct fake_worker *fake;

int
setup(void **state)
{
	static const enum fake_act acts[] = { FAKE_BY_BODY };

	(void)state;
	log_setup("test", LOG_ERROR);
	strcpy(folder, "/tmp/glassgate-request.XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	memset(&module, 0, sizeof module);
	strcpy(module.runtime, folder);
	module.settings.body_max = 8 * MB;
	module.settings.icap_threads = 100;
	module.settings.scan_small_max = MB;
	module.settings.scan_small_seconds = 5;
	module.settings.scan_big_seconds = 5;
	module.settings.proxy_remember = 60;
	policy_defaults(&module.settings.policy);
	module.segment = calloc(1, sizeof *module.segment);
	if (module.segment == NULL)
		return -1;
	module.child = module.segment->threads;
	atomic_store(&module.segment->budget[BUDGET_MEMORY], 64 * MB);
	strcpy(module.segment->token, "0123456789abcdef0123456789abcdef");
	atomic_store(&module.segment->serving, 1);
	fake = fake_worker_start(folder, acts, 1);
	return 0;
}

uint64_t
metric(enum metric which)
{
	return metrics_get(&module.segment->metrics, which);
}

uint64_t
outcome_count(enum outcome outcome)
{
	return metric(METRIC_OUTCOMES + (unsigned)outcome);
}

/* Every test ends with it: requests equal the sum of outcomes. */
int
teardown(void **state)
{
	uint64_t sum = 0;
	unsigned i;

	(void)state;
	for (i = 0; i < OUTCOME_COUNT; i++)
		sum += outcome_count((enum outcome)i);
	if (sum != metric(METRIC_REQUESTS))
		return -1;
	fake_worker_stop(&fake);
	free(module.segment);
	return rmdir(folder);
}

struct request *
new_request(const char *line, int has_body)
{
	struct request *request;

	assert_int_equal(request_new(&request, &module, NULL), 0);
	assert_int_equal(origin_line(&request->origin, line, NULL), 0);
	origin_peer(&request->origin, "127.0.0.1");
	request->facts.has_body = has_body;
	request->facts.is_connect = !has_body &&
	    strncmp(line, "CONNECT ", 8) == 0;
	return request;
}

void
add_zeros(struct request *request, size_t len)
{
	static const uint8_t zeros[4096];

	while (len > 0) {
		size_t piece = len < sizeof zeros ? len : sizeof zeros;

		assert_int_equal(request_add(request, zeros, piece), 0);
		len -= piece;
	}
}

void
add_mark(struct request *request)
{
	assert_int_equal(request_add(request, FAKE_MARK, strlen(FAKE_MARK)),
	    0);
}

uint64_t
give_all(struct request *request, bool all_arrived, bool *end)
{
	uint64_t sum = 0;
	char out[4064];
	ssize_t n;

	do {
		n = request_give(request, out, sizeof out, all_arrived, end,
		    NULL);
		assert_true(n >= 0);
		sum += (uint64_t)n;
	} while (n > 0);
	return sum;
}

/* More than fits into memory, and no descriptor for it. */
int
add_too_much(struct request *request)
{
	static const uint8_t zeros[2 * BODY_MEMORY];
	struct rlimit had, none;
	int failed;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &had), 0);
	none = had;
	none.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	failed = request_add(request, zeros, sizeof zeros);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &had), 0);
	return failed;
}
