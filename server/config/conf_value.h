/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * conf_value - values of glassgate.conf as text. Supervisor only.
 */
#ifndef CONFIG_CONF_VALUE_H
#define CONFIG_CONF_VALUE_H

#include <libconfig.h>

#include "base/err.h"

/* "a group": what stands there, for people. */
const char *conf_type_word(const config_setting_t *);

/* ["a", "b"] as "a,b", the caller's; the reason begins with `key`. */
int conf_join(const config_setting_t *, const char *key, char **text_out,
    struct err *);

#endif
