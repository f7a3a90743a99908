/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tree - removes a folder with all that is in it. Safe as root, in folders that
 * others may write to: no symbolic link is ever followed.
 */
#ifndef BASE_TREE_H
#define BASE_TREE_H

/* `name` in the folder `at`: a file or a folder; nothing there is fine. -1 with
 * errno when something stayed. */
int tree_remove(int at, const char *name);

#endif
