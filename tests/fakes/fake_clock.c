/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fake_clock - the clock on the wall, set back or forward while programs run:
 * preloaded into them, it adds the seconds that stand in a shared file
 * (GLASSGATE_TEST_CLOCK, 8 bytes). The monotonic clock stays as it is, as it
 * does when somebody sets the machine's clock.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

static const volatile int64_t *offset;

__attribute__((constructor)) static void
find_offset(void)
{
	const char *path = getenv("GLASSGATE_TEST_CLOCK");
	int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	void *memory;

	if (fd == -1)
		return;
	memory = mmap(NULL, sizeof *offset, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (memory != MAP_FAILED)
		offset = memory;
}

EXPORT int
clock_gettime(clockid_t id, struct timespec *now)
{
	int failed = (int)syscall(SYS_clock_gettime, id, now);

	if (failed == 0 && offset != NULL &&
	    (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
		now->tv_sec += *offset;
	return failed;
}

EXPORT int
gettimeofday(struct timeval *restrict now, void *restrict zone)
{
	struct timespec exact;

	(void)zone;
	if (clock_gettime(CLOCK_REALTIME, &exact) == -1)
		return -1;
	now->tv_sec = exact.tv_sec;
	now->tv_usec = exact.tv_nsec / 1000;
	return 0;
}

EXPORT time_t
time(time_t *now_out)
{
	struct timespec exact = { 0 };

	clock_gettime(CLOCK_REALTIME, &exact);
	if (now_out != NULL)
		*now_out = exact.tv_sec;
	return exact.tv_sec;
}
