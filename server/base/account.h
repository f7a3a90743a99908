/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * account - the user that a process runs as. Supervisor before it forks; the
 * drop itself runs in the child.
 */
#ifndef BASE_ACCOUNT_H
#define BASE_ACCOUNT_H

#include <sys/types.h>

#include "base/err.h"

struct account {
	uid_t uid;
	gid_t gid;
};

/* By name, or by number ("61771": user and group have that number; it need not
 * be in the passwd file). Never 0. */
int account_find(const char *user, struct account *account_out, struct err *);

/* For good: groups, gid, uid; checks that there is no way back. Does nothing
 * when we already are that user and have no other. */
int account_become(const struct account *, struct err *);

#endif
