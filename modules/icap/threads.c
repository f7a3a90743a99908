/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/threads.h"

static void
leave(struct thread_count *child)
{
	atomic_store(&child->held[BUDGET_MEMORY], 0);
	atomic_store(&child->held[BUDGET_DISK], 0);
	atomic_store(&child->busy, 0);
	atomic_store(&child->jobs[LANE_SMALL], 0);
	atomic_store(&child->jobs[LANE_BIG], 0);
	atomic_store(&child->waiting, 0);
	atomic_store(&child->settings, 0);
	atomic_store(&child->layers, 0);
	atomic_store(&child->pid, 0);
}

void
threads_forget(struct segment *segment)
{
	size_t i;

	for (i = 0; i < ICAP_CHILDREN_MAX; i++)
		leave(&segment->threads[i]);
}

void
threads_ended(struct segment *segment, pid_t pid)
{
	size_t i;

	for (i = 0; i < ICAP_CHILDREN_MAX; i++)
		if (atomic_load(&segment->threads[i].pid) == pid)
			leave(&segment->threads[i]);
}

void
threads_join(struct module *module, pid_t pid)
{
	size_t i;

	for (i = 0; i < ICAP_CHILDREN_MAX; i++) {
		struct thread_count *child = &module->segment->threads[i];
		int32_t nobody = 0;

		if (!atomic_compare_exchange_strong(&child->pid, &nobody, pid))
			continue;
		module->child = child;
		return;
	}
}

void
threads_beat(const struct module *module)
{
	if (module->child != NULL)
		atomic_fetch_add_explicit(&module->child->beat, 1,
		    memory_order_relaxed);
}

void
threads_settings(const struct module *module)
{
	if (module->child != NULL)
		atomic_store(&module->child->settings, module->settings_n);
}

void
threads_layers(const struct module *module, uint32_t layers)
{
	if (module->child != NULL)
		atomic_store(&module->child->layers, layers);
}

void
threads_take(const struct module *module)
{
	if (module->child != NULL)
		atomic_fetch_add_explicit(&module->child->busy, 1,
		    memory_order_relaxed);
}

void
threads_give(const struct module *module)
{
	if (module->child != NULL)
		atomic_fetch_sub_explicit(&module->child->busy, 1,
		    memory_order_relaxed);
}

void
threads_job_begins(const struct module *module, enum lane lane)
{
	if (module->child != NULL)
		atomic_fetch_add_explicit(&module->child->jobs[lane], 1,
		    memory_order_relaxed);
}

void
threads_job_ends(const struct module *module, enum lane lane)
{
	if (module->child != NULL)
		atomic_fetch_sub_explicit(&module->child->jobs[lane], 1,
		    memory_order_relaxed);
}

bool
threads_are_scarce(const struct module *module)
{
	const struct settings *settings = &module->settings;
	uint64_t busy = settings->icap_spare_threads;
	size_t i;

	for (i = 0; i < ICAP_CHILDREN_MAX; i++)
		busy += atomic_load_explicit(
		    &module->segment->threads[i].busy,
		    memory_order_relaxed);
	return busy > settings->icap_threads;
}

bool
threads_wait_begins(const struct module *module)
{
	uint64_t waiting = 0;
	size_t i;

	for (i = 0; i < ICAP_CHILDREN_MAX; i++)
		waiting += atomic_load_explicit(
		    &module->segment->threads[i].waiting,
		    memory_order_relaxed);
	if (waiting >= module->settings.icap_threads / 2 ||
	    threads_are_scarce(module))
		return false;
	if (module->child != NULL)
		atomic_fetch_add_explicit(&module->child->waiting, 1,
		    memory_order_relaxed);
	return true;
}

void
threads_wait_ends(const struct module *module)
{
	if (module->child != NULL)
		atomic_fetch_sub_explicit(&module->child->waiting, 1,
		    memory_order_relaxed);
}
