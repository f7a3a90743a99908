/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tree - makes a folder with all that it is in, and removes one with all that
 * is in it. What removes is safe as root, in folders that others may write to:
 * no symbolic link is ever followed.
 */
#ifndef BASE_TREE_H
#define BASE_TREE_H

#include "base/err.h"

/* Those that are not there yet, 0755. */
int tree_make(const char *folder, struct err *);

/* `name` in the folder `at`: a file or a folder; nothing there is fine. -1 with
 * errno when something stayed. */
int tree_remove(int at, const char *name);

#endif
