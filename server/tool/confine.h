/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * confine - what the tool gives up before it listens to a worker, or shows what
 * another process wrote: an administrator runs it, often as root. As far as the
 * kernel can; without, it does its work all the same.
 */
#ifndef TOOL_CONFINE_H
#define TOOL_CONFINE_H

/* From here on it reads what is in the runtime folder, and prints. */
void confine_status(const char *runtime);

/* From here on it reads files, and prints. */
void confine_files(const char *runtime);

/* From here on it asks the supervisor, and prints. */
void confine_ask(const char *runtime);

/* From here on it reads files, hands in jobs, and prints. */
void confine_scan(const char *runtime);

#endif
