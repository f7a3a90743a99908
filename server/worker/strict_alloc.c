/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The allocator in front of glibc's. Not in sanitizer builds, which have one of
 * their own. glibc promises that its own callers (strdup ...) come here, too.
 */
#include <errno.h>
#include <stdlib.h>

#include "worker/strict.h"

#define EXPORT __attribute__((visibility("default")))

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

static void *
checked(void *memory, size_t size)
{
	if (memory == NULL && size > 0 && strict_begun())
		strict_no_memory(size);
	return memory;
}

EXPORT void *
malloc(size_t size)
{
	return checked(__libc_malloc(size), size);
}

EXPORT void *
calloc(size_t count, size_t size)
{
	return checked(__libc_calloc(count, size), count > 0 ? size : 0);
}

EXPORT void *
realloc(void *old, size_t size)
{
	return checked(__libc_realloc(old, size), size);
}

EXPORT void *
aligned_alloc(size_t align, size_t size)
{
	return checked(__libc_memalign(align, size), size);
}

EXPORT int
posix_memalign(void **out, size_t align, size_t size)
{
	void *memory;

	if (align % sizeof(void *) != 0 || (align & (align - 1)) != 0 ||
	    align == 0)
		return EINVAL;
	memory = checked(__libc_memalign(align, size), size);
	if (memory == NULL)
		return ENOMEM;
	*out = memory;
	return 0;
}
