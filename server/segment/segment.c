/* SPDX-License-Identifier: GPL-2.0-only */
#include "segment/segment.h"

#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"

#define COPY_MS 1000	/* how long a reader puts up with the writer */

/* What the next segment_status_end() publishes. Private, so that the writer
 * never reads back what c-icap could have written over it. */
static struct status draft;

typedef uint32_t __attribute__((may_alias)) word;
#define STATUS_WORDS (sizeof(struct status) / sizeof(word))

_Static_assert(sizeof(struct status) % sizeof(word) == 0, "whole words");

static const char *const state_names[] = {
	[STATE_STARTING] = "starting",
	[STATE_READY] = "ready",
	[STATE_DEGRADED] = "degraded",
	[STATE_ENDING] = "ending",
};

_Static_assert(sizeof(PACKAGE_VERSION) <=
    sizeof(((struct segment *)0)->version), "the version fits");
_Static_assert(sizeof(struct segment) < UINT32_MAX, "the size fits");

const char *
second_state_name(enum second_state state)
{
	static const char *const names[SECOND_STATES] = {
		[SECOND_NONE] = "none",
		[SECOND_LOADING] = "loading",
		[SECOND_PROVING] = "proving",
		[SECOND_LEAVING] = "leaving",
		[SECOND_REFUSED] = "refused",
		[SECOND_COPYING] = "copying",
		[SECOND_WAITING] = "waiting for memory",
		[SECOND_VERIFYING] = "verifying",
		[SECOND_STALLING] = "waiting for the end of the first",
	};

	return (unsigned)state < SECOND_STATES ? names[state] : "unknown";
}

const char *
service_state_name(enum service_state state)
{
	if ((unsigned)state >= sizeof(state_names) / sizeof(*state_names))
		return "unknown";
	return state_names[state];
}

static int
segment_path(char *out, const char *runtime, const char *name, struct err *err)
{
	int n = snprintf(out, PATH_MAX, "%s/%s", runtime, name);

	if (n < 0 || n >= PATH_MAX)
		return err_set(err, "%s: path too long", runtime);
	return 0;
}

static int
map_shared(struct segment **segment_out, int fd, int protection,
    const char *path, struct err *err)
{
	void *memory = mmap(NULL, sizeof(struct segment), protection,
	    MAP_SHARED, fd, 0);

	if (memory == MAP_FAILED)
		return err_sys(err, path);
	*segment_out = memory;
	return 0;
}

static void
write_head(struct segment *segment)
{
	segment->magic = SEGMENT_MAGIC;
	segment->layout = SEGMENT_LAYOUT;
	segment->size = sizeof(*segment);
	memcpy(segment->version, PACKAGE_VERSION, sizeof(PACKAGE_VERSION));
}

/* The file gets its name when it is whole: nobody ever attaches half a one. */
int
segment_create(struct segment **segment_out, const char *runtime, gid_t gid,
    struct err *err)
{
	char path[PATH_MAX], fresh[PATH_MAX];
	AUTO_CLOSE int fd = -1;

	if (segment_path(path, runtime, "segment", err) == -1 ||
	    segment_path(fresh, runtime, "segment.new", err) == -1)
		return -1;
	unlink(fresh);
	fd = open(fresh, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
	    0600);
	if (fd == -1)
		return err_sys(err, fresh);
	/* posix_fallocate: a full file system shows now, not as SIGBUS. */
	if (posix_fallocate(fd, 0, sizeof(struct segment)) != 0)
		return err_set(err, "%s: no space for %zu bytes", fresh,
		    sizeof(struct segment));
	if (fchown(fd, (uid_t)-1, gid) == -1 || fchmod(fd, 0640) == -1)
		return err_sys(err, fresh);
	if (map_shared(segment_out, fd, PROT_READ | PROT_WRITE, fresh, err) ==
	    -1)
		return -1;
	write_head(*segment_out);
	memset(&draft, 0, sizeof(draft));
	if (rename(fresh, path) == -1) {
		err_sys(err, path);
		segment_detach(segment_out);
		return -1;
	}
	return 0;
}

/* Before anything is mapped: another version may have another size. */
static int
check_head(int fd, const char *path, struct err *err)
{
	struct {
		uint64_t magic;
		uint32_t layout, size;
		char version[32];
	} head;
	struct stat st;

	_Static_assert(sizeof(head) == offsetof(struct segment, serving),
	    "the head is what stands before `serving`");
	if (fstat(fd, &st) == -1)
		return err_sys(err, path);
	if (!S_ISREG(st.st_mode) ||
	    pread(fd, &head, sizeof(head), 0) != (ssize_t)sizeof(head) ||
	    head.magic != SEGMENT_MAGIC)
		return err_set(err, "%s: not a segment of glassgate", path);
	head.version[sizeof(head.version) - 1] = '\0';
	if (strcmp(head.version, PACKAGE_VERSION) != 0)
		return err_set(err,
		    "%s: made by glassgated %s, this is glassgate %s", path,
		    head.version, PACKAGE_VERSION);
	if (head.layout != SEGMENT_LAYOUT ||
	    head.size != sizeof(struct segment) ||
	    st.st_size < (off_t)sizeof(struct segment))
		return err_set(err,
		    "%s: layout %u with %u of %lld bytes, expected %u with %zu",
		    path, head.layout, head.size, (long long)st.st_size,
		    SEGMENT_LAYOUT, sizeof(struct segment));
	return 0;
}

static int
open_segment(const char *runtime, int flags, struct err *err)
{
	char path[PATH_MAX];
	int fd;

	if (segment_path(path, runtime, "segment", err) == -1)
		return -1;
	fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd == -1)
		return err_sys(err, path);
	return fd;
}

int
segment_open(const char *runtime, struct err *err)
{
	return open_segment(runtime, O_RDWR, err);
}

int
segment_attach_fd(struct segment **segment_out, int fd, struct err *err)
{
	if (check_head(fd, "segment", err) == -1)
		return -1;
	return map_shared(segment_out, fd, PROT_READ | PROT_WRITE, "segment",
	    err);
}

int
segment_attach(struct segment **segment_out, const char *runtime,
    struct err *err)
{
	AUTO_CLOSE int fd = segment_open(runtime, err);

	if (fd == -1)
		return -1;
	return segment_attach_fd(segment_out, fd, err);
}

int
segment_attach_readonly(const struct segment **segment_out,
    const char *runtime, struct err *err)
{
	AUTO_CLOSE int fd = open_segment(runtime, O_RDONLY, err);
	struct segment *segment = NULL;

	if (fd == -1 || check_head(fd, runtime, err) == -1 ||
	    map_shared(&segment, fd, PROT_READ, runtime, err) == -1)
		return -1;
	*segment_out = segment;
	return 0;
}

void
segment_detach(struct segment **segment)
{
	if (*segment == NULL)
		return;
	munmap(*segment, sizeof(**segment));
	*segment = NULL;
}

void
segment_remove(const char *runtime)
{
	char path[PATH_MAX];

	if (segment_path(path, runtime, "segment", NULL) == 0)
		unlink(path);
	if (segment_path(path, runtime, "segment.new", NULL) == 0)
		unlink(path);
}

struct status *
segment_status_edit(struct segment *segment)
{
	(void)segment;
	return &draft;
}

/* Each word is stored with release, so none is seen before the odd number;
 * each is loaded with acquire, so the second look at the number comes after
 * all of them. No fences: the thread sanitizer does not know them. */
void
segment_status_end(struct segment *segment)
{
	word *to = (word *)&segment->status;
	const word *from = (const word *)&draft;
	uint32_t odd;
	size_t i;

	/* c-icap can write to it: an odd one is no bug_if(), it is taken on */
	odd = atomic_load_explicit(&segment->status_seq,
	    memory_order_relaxed) | 1;
	atomic_store_explicit(&segment->status_seq, odd, memory_order_relaxed);
	for (i = 0; i < STATUS_WORDS; i++)
		__atomic_store_n(&to[i], from[i], __ATOMIC_RELEASE);
	atomic_store_explicit(&segment->status_seq, odd + 1,
	    memory_order_release);
}

static int
copy_once(const struct segment *segment, struct status *status_out)
{
	const word *from = (const word *)&segment->status;
	word *to = (word *)status_out;
	uint32_t before, after;
	size_t i;

	before = atomic_load_explicit(&segment->status_seq,
	    memory_order_acquire);
	if (before & 1)
		return -1;
	for (i = 0; i < STATUS_WORDS; i++)
		to[i] = __atomic_load_n(&from[i], __ATOMIC_ACQUIRE);
	after = atomic_load_explicit(&segment->status_seq,
	    memory_order_relaxed);
	return before == after ? 0 : -1;
}

int
segment_status_copy(const struct segment *segment, struct status *status_out)
{
	static const struct timespec nap = { .tv_nsec = 200 * 1000 };
	int64_t deadline = clock_ms() + COPY_MS;

	do {
		if (copy_once(segment, status_out) == 0)
			return 0;
		nanosleep(&nap, NULL);
	} while (clock_left(deadline) > 0);
	return -1;
}
