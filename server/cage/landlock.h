/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * landlock - which files a process may touch from here on, whatever its user
 * may. By the kernel's raw calls: Debian 12 has no library for it.
 *
 * ABI 2 (Linux 6.1) is what is promised; where the kernel knows more, more is
 * kept: cutting files (3), TCP (4), devices (5), signals (6). What each ABI
 * lacks must be kept by seccomp or by the user.
 */
#ifndef CAGE_LANDLOCK_H
#define CAGE_LANDLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Rights; those of folders hold for all that is beneath. */
#define FILES_READ	(1u << 0)	/* files and lists of files */
#define FILES_EXECUTE	(1u << 1)
#define FILES_WRITE	(1u << 2)	/* not: make, cut */
#define FILES_MAKE	(1u << 3)	/* files, folders, FIFOs, sockets */
#define FILES_REMOVE	(1u << 4)
#define FILES_CUT	(1u << 5)	/* ABI 3; before: as with WRITE */
#define FILES_MOVE	(1u << 6)	/* to another folder */

struct landlock_rule {
	const char *path;
	unsigned rights;
	bool may_be_missing;
};

/* TCP, ABI 4. To bind to port 0 is to take one that the kernel picks. */
#define PORT_BIND	(1u << 0)
#define PORT_CONNECT	(1u << 1)

struct landlock_port {
	unsigned number;
	unsigned rights;
};

/* All zero: nothing may be touched. */
struct landlock_cage {
	const struct landlock_rule *rules;
	size_t count;
	const struct landlock_port *ports;
	size_t port_count;
	bool only_ports;		/* any file, any signal, and mounting;
					 * before ABI 4: keeps nothing */
	bool may_signal;		/* processes outside, ABI 6 */
	int abi_max;			/* 0: all that the kernel knows */
};

/* 0: this kernel has none, or it is switched off. */
int landlock_abi(void);

/* For good, for this thread and its children; needs no_new_privs. */
int landlock_enter(const struct landlock_cage *, struct err *);

#endif
