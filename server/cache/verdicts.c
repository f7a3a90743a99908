/* SPDX-License-Identifier: GPL-2.0-only */
#include "cache/verdicts.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache/verdict_set.h"

#define MAGIC 0x476c617373566572ULL
#define LAYOUT 1
#define HEAD_SIZE 16384		/* the sets behind it are pages */

/* Checked before anything else is touched; then what follows it. */
struct head {
	uint64_t magic;
	uint32_t layout, spare;
	uint64_t size;			/* of the whole table */
	char version[32];		/* PACKAGE_VERSION */
};

struct shared {
	struct head head;
	_Atomic uint64_t count;		/* generation, then places in use */
	struct pending pending;
};

struct verdicts {
	struct shared *shared;
	struct verdict_set *sets;
	size_t size, set_count;
};

/* One entry, copied. */
struct entry {
	uint64_t digest[4];
	uint32_t generation, seen;
	uint32_t worker, of_worker, of_lane;
	uint8_t lane, outcome, bytes, spare;
	char text[VERDICTS_TEXT];	/* name, NUL, path, NUL */
	uint64_t check;
};

_Static_assert(sizeof(struct entry) == ENTRY_WORDS * sizeof(uint64_t),
    "an entry is its words");
_Static_assert(sizeof(struct shared) <= HEAD_SIZE, "the head fits");
_Static_assert(sizeof(PACKAGE_VERSION) <= sizeof(((struct head *)0)->version),
    "the version fits");

#define KEPT                                                                   \
	(OUTCOME_BIT(OUTCOME_CLEAN) | OUTCOME_BIT(OUTCOME_INFECTED) |          \
	    OUTCOME_BIT(OUTCOME_SUSPICIOUS) | OUTCOME_BIT(OUTCOME_UNWANTED) |  \
	    OUTCOME_BIT(OUTCOME_MACRO) | OUTCOME_BIT(OUTCOME_ENCRYPTED) |      \
	    OUTCOME_BIT(OUTCOME_DAMAGED) | OUTCOME_BIT(OUTCOME_UNSUPPORTED) |  \
	    OUTCOME_BIT(OUTCOME_TOO_BIG) | OUTCOME_BIT(OUTCOME_TOO_DEEP))

/* --- the table --- */

static struct head
head_of(size_t size)
{
	struct head head = {
		.magic = MAGIC, .layout = LAYOUT, .size = size,
	};

	memcpy(head.version, PACKAGE_VERSION, sizeof PACKAGE_VERSION);
	return head;
}

/* posix_fallocate: a full file system shows now, not as SIGBUS. */
int
verdicts_make(int fd, off_t at, size_t size, struct err *err)
{
	struct head head = head_of(size);

	if (posix_fallocate(fd, at, (off_t)size) == 0 &&
	    pwrite(fd, &head, sizeof head, at) == (ssize_t)sizeof head)
		return 0;
	if (ftruncate(fd, at) == -1)
		return err_sys(err, "verdict cache");
	return err_set(err, "no space for %zu bytes", size);
}

static int
check_file(int fd, off_t at, uid_t owner, size_t *size_out, struct err *err)
{
	struct head head, want;
	struct stat st;

	if (fstat(fd, &st) == -1)
		return err_sys(err, "verdict cache");
	if (!S_ISREG(st.st_mode) || st.st_uid != owner)
		return err_set(err, "it belongs to user %d", (int)st.st_uid);
	if (st.st_size < at + VERDICTS_LEAST)
		return err_set(err, "it is too small");
	want = head_of((size_t)(st.st_size - at));
	if (pread(fd, &head, sizeof head, at) != (ssize_t)sizeof head ||
	    memcmp(&head, &want, sizeof head) != 0)
		return err_set(err, "it is damaged or of another version");
	*size_out = (size_t)head.size;
	return 0;
}

int
verdicts_attach(struct verdicts **verdicts_out, int fd, off_t at,
    uid_t owner, struct err *err)
{
	struct verdicts *verdicts;
	size_t size;
	void *memory;

	if (check_file(fd, at, owner, &size, err) == -1)
		return -1;
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, at);
	if (memory == MAP_FAILED)
		return err_sys(err, "verdict cache");
	verdicts = calloc(1, sizeof *verdicts);
	if (verdicts == NULL) {
		munmap(memory, size);
		return err_sys(err, "verdict cache");
	}
	verdicts->shared = memory;
	verdicts->sets = (struct verdict_set *)((char *)memory + HEAD_SIZE);
	verdicts->set_count = (size - HEAD_SIZE) / sizeof(struct verdict_set);
	verdicts->size = size;
	*verdicts_out = verdicts;
	return 0;
}

void
verdicts_detach(struct verdicts **verdicts)
{
	if (*verdicts == NULL)
		return;
	munmap((*verdicts)->shared, (*verdicts)->size);
	free(*verdicts);
	*verdicts = NULL;
}

struct pending *
verdicts_pending(struct verdicts *verdicts)
{
	return &verdicts->shared->pending;
}

/* --- one entry --- */

/* FNV-1a by words. */
static uint64_t
check_of(const uint64_t words[ENTRY_WORDS])
{
	uint64_t check = 14695981039346656037ULL;
	size_t i;

	for (i = 0; i < ENTRY_WORDS - 1; i++) {
		check = (check ^ words[i]) * 1099511628211ULL;
		check ^= check >> 29;
	}
	return check;
}

static bool
has_outcomes(const struct entry *entry)
{
	return entry->outcome < OUTCOME_COUNT &&
	    (OUTCOME_BIT(entry->outcome) & KEPT) != 0 &&
	    (entry->seen & ~KEPT) == 0 &&
	    entry->bytes != GROUP_NONE && entry->bytes < GROUP_COUNT;
}

/* True: and `path` is where the second text begins. */
static bool
has_texts(const struct entry *entry, const char **path_out)
{
	size_t name = strnlen(entry->text, VERDICTS_TEXT);
	const char *path = entry->text + name + 1;
	size_t left = VERDICTS_TEXT - name - 1;

	if (name > NAME_MAX_LEN ||
	    (name > 0 && !verdict_name_valid(entry->text, name)))
		return false;
	*path_out = path;
	return strnlen(path, left) < left &&
	    verdict_path_valid(path, strlen(path));
}

/* Whole and of this key; nobody changes the copy while we look. */
static bool
take(const struct verdict_set *set, unsigned way,
    const struct verdict_key *key, struct entry *entry_out)
{
	uint64_t words[ENTRY_WORDS];
	size_t i;

	for (i = 0; i < ENTRY_WORDS; i++)
		words[i] = atomic_load_explicit(&set->entry[way][i],
		    memory_order_relaxed);
	memcpy(entry_out, words, sizeof words);
	return entry_out->check == check_of(words) &&
	    entry_out->generation == key->generation &&
	    memcmp(entry_out->digest, key->digest, sizeof key->digest) == 0;
}

static void
put(struct verdict_set *set, unsigned way, const struct entry *entry)
{
	uint64_t words[ENTRY_WORDS];
	size_t i;

	memcpy(words, entry, sizeof words);
	words[ENTRY_WORDS - 1] = check_of(words);
	for (i = 0; i < ENTRY_WORDS; i++)
		atomic_store_explicit(&set->entry[way][i], words[i],
		    memory_order_relaxed);
}

static struct verdict_set *
set_of(const struct verdicts *verdicts, const struct verdict_key *key)
{
	return &verdicts->sets[key->digest[0] % verdicts->set_count];
}

/* Its place, or SET_WAYS. */
static unsigned
find(const struct verdict_set *set, const struct verdict_key *key,
    struct entry *entry_out)
{
	struct set_mark mark = set_mark(key->digest, key->generation);
	unsigned way = set_find(set, 0, &mark);

	while (way < SET_WAYS && !take(set, way, key, entry_out))
		way = set_find(set, way + 1, &mark);
	return way;
}

/* --- verdicts --- */

bool
verdicts_may_keep(const struct verdict *verdict)
{
	struct entry entry = {
		.outcome = (uint8_t)verdict->outcome,
		.bytes = (uint8_t)verdict->bytes,
		.seen = verdict->seen,
	};

	return !verdict->lost && !verdict->died && has_outcomes(&entry) &&
	    strlen(verdict->name) + strlen(verdict->path) + 2 <=
	    VERDICTS_TEXT;
}

bool
verdicts_get(struct verdicts *verdicts, const struct verdict_key *key,
    const struct trust *trust, struct verdict *verdict_out)
{
	struct verdict_set *set = set_of(verdicts, key);
	struct entry entry;
	struct voucher voucher;
	unsigned way = find(set, key, &entry);
	const char *path;

	if (way == SET_WAYS)
		return false;
	voucher = (struct voucher){ entry.worker, entry.of_worker,
	    entry.of_lane, entry.lane };
	if (!trust_holds(trust, &voucher) || !has_outcomes(&entry) ||
	    !has_texts(&entry, &path))
		return false;
	*verdict_out = (struct verdict){
		.outcome = (enum outcome)entry.outcome,
		.seen = entry.seen,
		.bytes = (enum type_group)entry.bytes,
		.worker = entry.worker,
	};
	strcpy(verdict_out->name, entry.text);
	strcpy(verdict_out->path, path);
	set_asked(set, way);
	return true;
}

/* One more of this generation; an older one does not count. */
static void
count_up(struct shared *shared, uint32_t generation)
{
	uint64_t old = atomic_load(&shared->count), now;

	do {
		if (generation < old >> 32)
			return;
		now = old + 1;
		if (generation > old >> 32)
			now = (uint64_t)generation << 32 | 1;
	} while (!atomic_compare_exchange_weak(&shared->count, &old, now));
}

static struct entry
entry_of(const struct verdict_key *key, const struct voucher *voucher,
    const struct verdict *verdict)
{
	struct entry entry = {
		.generation = key->generation,
		.seen = verdict->seen,
		.worker = voucher->worker,
		.of_worker = voucher->of_worker,
		.of_lane = voucher->of_lane,
		.lane = voucher->lane,
		.outcome = (uint8_t)verdict->outcome,
		.bytes = (uint8_t)verdict->bytes,
	};

	memcpy(entry.digest, key->digest, sizeof entry.digest);
	strcpy(entry.text, verdict->name);
	strcpy(entry.text + strlen(verdict->name) + 1, verdict->path);
	return entry;
}

/* One that is there and is not believed any more gives its own place. */
bool
verdicts_put(struct verdicts *verdicts, const struct verdict_key *key,
    const struct voucher *voucher, const struct verdict *verdict)
{
	struct set_mark mark = set_mark(key->digest, key->generation);
	struct verdict_set *set = set_of(verdicts, key);
	struct entry entry = entry_of(key, voucher, verdict), old;
	unsigned way = find(set, key, &old);
	enum set_place place;

	if (way < SET_WAYS) {
		put(set, way, &entry);
		return false;
	}
	place = set_place(set, &mark, &way);
	put(set, way, &entry);
	set_entered(set, &mark, way);
	if (place == PLACE_FREE)
		count_up(verdicts->shared, key->generation);
	return place == PLACE_TAKEN;
}

uint32_t
verdicts_count(const struct verdicts *verdicts)
{
	return (uint32_t)atomic_load(&verdicts->shared->count);
}
