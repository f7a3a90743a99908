/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * conf_policies - the list `policies` of glassgate.conf. Supervisor only.
 */
#ifndef CONFIG_CONF_POLICIES_H
#define CONFIG_CONF_POLICIES_H

#include <libconfig.h>

#include "base/err.h"
#include "policy/rules.h"

/* Where each limit of each policy stands; 0: nowhere. */
struct policy_lines {
	int limit[RULES_MAX][LIMIT_COUNT];
};

/* The reason: "FILE:LINE: policies: NAME: KEY: what is wrong; allowed: ...". */
int conf_policies(struct rules *, struct policy_lines *lines_out,
    const char *file, const config_setting_t *, struct err *);

#endif
