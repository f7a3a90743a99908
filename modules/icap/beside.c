/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/beside.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "base/bug.h"
#include "base/clock.h"

/* A job of 64 KB is packed on it. Only what is touched costs memory. */
#define STACK (512 * 1024)

struct beside {
	const struct module *module;
	struct body *body;
	struct judge_ask ask;
	atomic_bool left;		/* nobody waits for it any more */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t ends;
	bool has_ended;			/* from here on: under the lock */
	enum judged judged;
	struct verdict verdict;
	enum cached cached;
	struct err reason;
};

static void *
run(void *arg)
{
	struct beside *beside = arg;
	struct verdict verdict = { .outcome = OUTCOME_NONE };
	enum cached cached = CACHED_OFF;
	struct err reason = { "" };
	enum judged judged = judge(beside->module, beside->body, &beside->ask,
	    &verdict, &cached, &reason);

	pthread_mutex_lock(&beside->lock);
	beside->judged = judged;
	beside->verdict = verdict;
	beside->cached = cached;
	beside->reason = reason;
	beside->has_ended = true;
	pthread_cond_signal(&beside->ends);
	pthread_mutex_unlock(&beside->lock);
	return NULL;
}

/* Signals are for c-icap's own threads: it sends them some at its end. */
static int
start(struct beside *beside)
{
	sigset_t all, had;
	pthread_attr_t attr;
	int failed;

	if (pthread_attr_init(&attr) != 0)
		return -1;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &had);
	failed = pthread_attr_setstacksize(&attr, STACK) != 0 ||
	    pthread_create(&beside->thread, &attr, run, beside) != 0;
	pthread_sigmask(SIG_SETMASK, &had, NULL);
	pthread_attr_destroy(&attr);
	return failed ? -1 : 0;
}

static void
dispose(struct beside **beside)
{
	pthread_cond_destroy(&(*beside)->ends);
	pthread_mutex_destroy(&(*beside)->lock);
	free(*beside);
	*beside = NULL;
}

static struct beside *
make(const struct module *module, struct body *body,
    const struct judge_ask *ask)
{
	struct beside *beside = calloc(1, sizeof *beside);
	pthread_condattr_t attr;

	if (beside == NULL)
		return NULL;
	beside->module = module;
	beside->body = body;
	beside->ask = *ask;
	beside->ask.left = &beside->left;
	bug_if(pthread_condattr_init(&attr) != 0 ||
	    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) != 0 ||
	    pthread_cond_init(&beside->ends, &attr) != 0 ||
	    pthread_mutex_init(&beside->lock, NULL) != 0);
	pthread_condattr_destroy(&attr);
	return beside;
}

int
beside_new(struct beside **beside_out, const struct module *module,
    struct body *body, const struct judge_ask *ask)
{
	struct beside *beside;
	struct err err;

	if (body_seal(body, &err) == -1)
		return -1;
	beside = make(module, body, ask);
	if (beside == NULL)
		return -1;
	if (start(beside) == -1) {
		dispose(&beside);
		return -1;
	}
	*beside_out = beside;
	return 0;
}

bool
beside_wait(struct beside *beside, int64_t until)
{
	struct timespec at = {
		.tv_sec = until / 1000,
		.tv_nsec = until % 1000 * 1000000,
	};
	bool has_ended;

	pthread_mutex_lock(&beside->lock);
	while (!beside->has_ended && pthread_cond_timedwait(&beside->ends,
	    &beside->lock, &at) == 0)
		continue;
	has_ended = beside->has_ended;
	pthread_mutex_unlock(&beside->lock);
	return has_ended;
}

enum judged
beside_end(struct beside **beside, struct verdict *verdict_out,
    enum cached *cached_out, struct err *reason_out)
{
	enum judged judged;

	pthread_join((*beside)->thread, NULL);
	judged = (*beside)->judged;
	*verdict_out = (*beside)->verdict;
	*cached_out = (*beside)->cached;
	*reason_out = (*beside)->reason;
	dispose(beside);
	return judged;
}

void
beside_free(struct beside **beside)
{
	if (*beside == NULL)
		return;
	atomic_store(&(*beside)->left, true);
	pthread_join((*beside)->thread, NULL);
	dispose(beside);
}
