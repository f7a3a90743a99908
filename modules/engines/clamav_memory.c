/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Each matcher pass follows pointers all over the signatures: with pages of
 * 2 MB the processor finds them faster, and a fork has fewer of them to copy.
 * Collapsed once, so that all workers share them. None are asked for beyond
 * that (MADV_HUGEPAGE): a worker that writes one byte shall copy 4 KB.
 *
 * Linux before 6.1 and one without huge pages refuse it: then all is as it was.
 */
#include "engines/clamav.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/cleanup.h"
#include "base/log.h"

#define HUGE_PAGE ((uintptr_t)2 << 20)
#define LEAST ((size_t)64 << 20)	/* less is not worth it */
#define PAGES 512			/* in a huge one */
#define PAGES_LEAST (PAGES - PAGES / 16)
#define MOST ((size_t)16 << 30)		/* more is a sanitizer's, not ours */

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25		/* Linux 6.1; not in glibc 2.36 */
#endif

struct range {
	uintptr_t from, to;
};

/* Private, writable, of no file: what the signatures were put into. */
static bool
is_ours(const char *line, struct range *out)
{
	unsigned long inode;
	char rights[5];

	return sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s %*x %*s %lu",
	    &out->from, &out->to, rights, &inode) == 4 &&
	    strcmp(rights, "rw-p") == 0 && inode == 0 &&
	    out->to - out->from <= MOST && strstr(line, "[stack]") == NULL;
}

/* What is whole pages of it; empty: none. */
static struct range
huge_part(struct range range)
{
	return (struct range){
		(range.from + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1),
		range.to & ~(HUGE_PAGE - 1),
	};
}

static size_t
size_of(struct range range)
{
	return range.to > range.from ? range.to - range.from : 0;
}

/* Or else its holes would take memory now. */
static bool
is_full(uintptr_t at)
{
	static unsigned char resident[PAGES];
	unsigned count = 0, i;

	if (mincore((void *)at, HUGE_PAGE, resident) == -1)
		return false;
	for (i = 0; i < PAGES; i++)
		count += resident[i] & 1;
	return count >= PAGES_LEAST;
}

/* One by one: of one that cannot be, the others still can. */
static size_t
collapse(struct range range)
{
	size_t done = 0;

	for (; size_of(range) > 0; range.from += HUGE_PAGE)
		if (is_full(range.from) && madvise((void *)range.from,
		    HUGE_PAGE, MADV_COLLAPSE) == 0)
			done += HUGE_PAGE;
	return done;
}

/* The list changes while its lines are worked on: what is collapsed keeps its
 * place in it. */
static size_t
each_range(size_t (*what)(struct range))
{
	AUTO_FILE FILE *maps = fopen("/proc/self/maps", "re");
	struct range range;
	char line[512];
	size_t sum = 0;

	while (maps != NULL && fgets(line, sizeof line, maps) != NULL)
		if (is_ours(line, &range))
			sum += what(huge_part(range));
	return sum;
}

void
memory_collapse(void)
{
	if (each_range(size_of) >= LEAST)
		log_info("signatures in huge pages", "megabytes=%zu",
		    each_range(collapse) >> 20);
}
