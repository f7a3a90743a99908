/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * conf_scan - refuses what libconfig 1.5 would take without a word. Supervisor
 * only.
 */
#ifndef CONFIG_CONF_SCAN_H
#define CONFIG_CONF_SCAN_H

#include "base/err.h"

/* Refuses includes: one file, so that each mistake has one place (and libconfig
 * ends the process on an include that is a folder). Refuses numbers of more
 * than 32 bits: libconfig cuts 4294968320 to 1024. The reason begins with
 * "FILE:LINE: ". */
int conf_scan(const char *file, const char *text, struct err *);

#endif
