/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bug - a broken promise of our own code ends this process, in release builds
 * too: the supervisor starts it anew. Never for a bad file (that is an outcome)
 * or a bad peer (that loses its connection).
 */
#ifndef BASE_BUG_H
#define BASE_BUG_H

_Noreturn void bug(const char *file, int line, const char *what);

#define bug_if(cond)                                                           \
	do {                                                                   \
		if (cond)                                                      \
			bug(__FILE__, __LINE__, #cond);                        \
	} while (0)

#endif
