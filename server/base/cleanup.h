/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cleanup - what a scope owns goes with the scope. Any process, any thread.
 *
 *	AUTO_CLOSE int fd = open(...);
 *	...
 *	*fd_out = steal_fd(&fd);	now it is the caller's
 */
#ifndef BASE_CLEANUP_H
#define BASE_CLEANUP_H

#include <dirent.h>
#include <stdio.h>

void cleanup_fd(int *);		/* closes if >= 0; errno stays */
void cleanup_free(void *);	/* takes the address of any pointer */
void cleanup_file(FILE **);
void cleanup_dir(DIR **);

#define AUTO_CLOSE __attribute__((cleanup(cleanup_fd)))
#define AUTO_FREE __attribute__((cleanup(cleanup_free)))
#define AUTO_FILE __attribute__((cleanup(cleanup_file)))
#define AUTO_DIR __attribute__((cleanup(cleanup_dir)))

int steal_fd(int *fd);		/* gives the descriptor, leaves -1 */
void *steal_ptr(void *pp);	/* gives *(void **)pp, leaves NULL */
void close_fd(int *fd);		/* closes if >= 0, leaves -1 */

#endif
