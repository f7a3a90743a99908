/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * child - starts another program with nothing of ours but what is listed.
 * Runs in the supervisor (and in tests).
 *
 * The child has its own process group and its own user, dies with SIGKILL
 * (or die_with) when its parent dies, and has no other descriptors than
 * 0 (/dev/null), 1 (output) and 2 (our standard error) and fds[] as 3, 4, 5 ...
 * It can never gain privileges (no_new_privs).
 */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include <stddef.h>
#include <sys/types.h>

#include "base/account.h"
#include "base/err.h"

#define CHILD_FDS_MAX 8

struct child_spec {
	const char *program;		/* absolute path */
	const char *const *argv;	/* argv[0] is shown by ps; NULL ends */
	const char *const *envp;	/* the whole environment; NULL ends */
	const int *fds;			/* become 3, 4, ...; borrowed */
	size_t fd_count;		/* at most CHILD_FDS_MAX */
	int output;			/* becomes 1; 0: our standard error */
	const struct account *account;	/* NULL: stays who we are */
	int die_with;			/* signal at our death; 0: SIGKILL */
	const char *folder;		/* working folder; NULL: "/" */
	int (*confine)(const void *ctx, struct err *);	/* the last step before
				 * exec, as the child's user; NULL: none */
	const void *confine_ctx;
};

/* Returns when exec worked, or failed: then -1, with the reason, and no child
 * is left. The caller waits for the pid. */
int child_start(const struct child_spec *, pid_t *pid_out, struct err *);

/* "exit 1", "signal 11 (Segmentation fault)" from a waitpid(2) status. */
const char *child_why(char *out, size_t size, int status);

#endif
