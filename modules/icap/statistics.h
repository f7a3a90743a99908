/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * statistics - our counters among those of c-icap, which its `info` service
 * shows. Names are given by the monitor before it forks; c-icap takes none
 * later. So a policy that comes with a reload has no name of its own until
 * c-icap starts again: all of them count as "(newer)".
 */
#ifndef ICAP_STATISTICS_H
#define ICAP_STATISTICS_H

#include "icap/publish.h"
#include "policy/rules.h"

struct icap_statistics {
	int (*name)(const char *label);	/* its id; below 0: no memory. The
					 * same label has the same id */
	void (*add)(int id, int difference);
};

/* The monitor, when it reads the Service line. -1: no memory. */
int statistics_name(const struct icap_statistics *);

/* ... and when it knows the settings. -1: no memory. */
int statistics_name_policies(const struct rules *);

/* Children: for publish.h. */
publish_fn statistics_tell;
publish_policy_fn statistics_tell_policy;

#endif
