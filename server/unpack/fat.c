/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/fat.h"

#include <string.h>

#include "base/cleanup.h"
#include "unpack/texts.h"
#include "wire/verdict.h"

#define ENTRY 32		/* bytes of a folder for one name */
#define DEPTH_MAX 64		/* Windows' own paths end before that */
#define IS_FOLDER 0x10
#define IS_LONG_NAME 0x0f

struct fat {
	struct slice body;
	const struct sink *sink;
	const char *path;	/* of the image */
	unsigned bits;		/* 12, 16 or 32 */
	uint64_t table, root, data;	/* where they begin */
	size_t table_len;
	unsigned number;	/* of the table by which it is read */
	size_t root_len;	/* 0: it is a chain like all others */
	uint32_t root_cluster;
	size_t cluster;		/* bytes */
	uint32_t count;		/* clusters, those that are there */
	uint8_t *read;		/* bits: clusters of folders */
	unsigned depth;
};

/* A file or a folder by its entry. */
struct entry {
	const uint8_t *at;
	bool behind;		/* the folder's end, where Linux reads on */
	const char *path;	/* of its folder */
};

static bool
is_power(uint32_t value)
{
	return value != 0 && (value & (value - 1)) == 0;
}

/* mtools takes none for 512 bytes. */
static uint32_t
sector_of(const uint8_t *b)
{
	uint32_t sector = bytes_uint(b + 11, 2);

	return sector != 0 ? sector : 512;
}

/* What any reader insists on: a cluster of any number of sectors will do for
 * some, and none looks at the kind of medium. */
static bool
is_sound(struct slice s)
{
	const uint8_t *b = s.at;
	uint32_t sector;

	if (s.len < 512)
		return false;
	sector = sector_of(b);
	return sector >= 512 && sector <= 4096 && is_power(sector) &&
	    b[13] != 0 && bytes_uint(b + 14, 2) != 0 && b[16] != 0 &&
	    b[16] < 16;
}

/* As it is written: else it may be something else, and is not damaged. */
static bool
is_sure(const uint8_t *b)
{
	return b[21] >= 0xf0 && is_power(b[13]) && b[510] == 0x55 &&
	    b[511] == 0xaa;
}

static uint32_t
either(uint32_t narrow, const uint8_t *wide)
{
	return narrow != 0 ? narrow : bytes_uint(wide, 4);
}

/* The last one may be cut. */
static uint32_t
clusters_there(const struct fat *f, uint64_t said)
{
	const size_t len = f->data < f->body.len ?
	    f->body.len - (size_t)f->data : 0;
	const size_t there = len / f->cluster + (len % f->cluster != 0);

	return (uint32_t)(said < there ? said : there);
}

/* 32 bits where only the wide field says how long a table is, else by the
 * number of clusters: as all readers tell them. */
static bool
measure(struct fat *f)
{
	const uint8_t *b = f->body.at;
	const uint64_t sector = sector_of(b);
	const uint32_t narrow = bytes_uint(b + 22, 2);
	const uint64_t tables = (uint64_t)b[16] * either(narrow, b + 36);
	const uint64_t all = sector * either(bytes_uint(b + 19, 2), b + 32);
	uint64_t clusters;

	f->root_len = bytes_uint(b + 17, 2) * ENTRY;
	f->cluster = sector * b[13];
	f->table = sector * bytes_uint(b + 14, 2);
	f->table_len = (size_t)(sector * (tables / b[16]));
	f->root = f->table + sector * tables;
	f->data = f->root + (f->root_len + sector - 1) / sector * sector;
	if (tables == 0 || f->data >= all)
		return false;
	clusters = (all - f->data) / f->cluster;
	f->bits = narrow == 0 ? 32 : clusters < 4085 ? 12 : 16;
	if (f->bits == 32) {
		f->root_cluster = bytes_uint(b + 44, 4);
		f->root_len = 0;
	}
	f->count = clusters_there(f, clusters);
	return true;
}

bool
fat_likely(struct slice s)
{
	struct fat f = { .body = s };

	return is_sound(s) && measure(&f);
}

/* Empty: it lies behind the end. The first two clusters are none, and keep what
 * the system notes. */
static struct slice
table_of(const struct fat *f, unsigned number)
{
	const uint64_t from = f->table + (uint64_t)number * f->table_len +
	    f->bits / 4;
	const size_t most = f->table_len - f->bits / 4;
	struct slice s;

	if (from >= f->body.len || f->table_len < f->bits / 4)
		return slice_head(f->body, 0);
	s = slice_tail(f->body, (size_t)from);
	return slice_head(s, s.len < most ? s.len : most);
}

/* Most are copies of the first. */
static bool
is_other(const struct fat *f, unsigned number)
{
	const struct slice s = table_of(f, number);

	return s.len > 0 &&
	    memcmp(s.at, table_of(f, 0).at, s.len) != 0;
}

/* By which it is to be read: others may be old. */
static unsigned
active_table(const struct fat *f)
{
	const unsigned flags = f->bits == 32 ? f->body.at[40] : 0;

	return (flags & 0x80) && (flags & 15) < f->body.at[16] ? flags & 15 :
	    0;
}

/* What follows in the chain; 0 is no cluster. */
static uint32_t
next(const struct fat *f, uint32_t cluster)
{
	uint64_t at = f->table + (uint64_t)f->number * f->table_len +
	    (uint64_t)cluster * f->bits / 8;
	unsigned len = f->bits == 32 ? 4 : 2;
	uint32_t value;

	if (at + len > f->body.len)
		return 0;
	value = bytes_uint(f->body.at + at, len);
	if (f->bits == 12)
		value = (cluster & 1) ? value >> 4 : value & 0xfff;
	return f->bits == 32 ? value & 0x0fffffff : value;
}

/* Empty: there is no such cluster, as behind the end of a chain. */
static struct slice
cluster_of(const struct fat *f, uint32_t number)
{
	struct slice s;

	if (number < 2 || number - 2 >= f->count)
		return slice_head(f->body, 0);
	s = slice_tail(f->body, (size_t)(f->data +
	    (uint64_t)(number - 2) * f->cluster));
	return slice_head(s, s.len < f->cluster ? s.len : f->cluster);
}

/* "NAME.EXT" */
static void
set_path(const struct entry *e, char *out, size_t size)
{
	char name[13];
	size_t i, len = 0;

	for (i = 0; i < 11; i++) {
		if (i == 8 && e->at[8] != ' ')
			name[len++] = '.';
		if (e->at[i] != ' ' && e->at[i] != '\0')
			name[len++] = (char)e->at[i];
	}
	name[len] = '\0';
	texts_path(out, size, e->path, len > 0 ? name : "unnamed");
}

static uint32_t
first_cluster(const struct fat *f, const uint8_t *entry)
{
	uint32_t high = f->bits == 32 ? bytes_uint(entry + 20, 2) : 0;

	return high << 16 | bytes_uint(entry + 26, 2);
}

/* Bytes that the chain has of the file. */
static size_t
gather(const struct fat *f, uint32_t cluster, uint8_t *out, size_t len)
{
	size_t got = 0, most;
	struct slice s;

	for (; got < len; cluster = next(f, cluster)) {
		s = cluster_of(f, cluster);
		if (s.len == 0)
			break;
		most = s.len < len - got ? s.len : len - got;
		memcpy(out + got, s.at, most);
		got += most;
	}
	return got;
}

static bool
read_file(const struct fat *f, const struct entry *e, const char *path)
{
	const struct sink *sink = f->sink;
	const size_t said = bytes_uint(e->at + 28, 4);
	const size_t len = said < f->body.len ? said : f->body.len;
	AUTO_FREE uint8_t *bytes = NULL;
	size_t got;

	if (len == 0)
		return true;
	if (!sink->spend(sink->ctx, len))
		return false;
	bytes = texts_memory(len, sink);
	if (bytes == NULL)
		return false;
	got = gather(f, first_cluster(f, e->at), bytes, len);
	if (got < said && !e->behind && f->number == active_table(f) &&
	    is_sure(f->body.at))
		sink->note(sink->ctx, OUTCOME_DAMAGED, "Fat.Cut", path);
	return got == 0 || sink->visit(sink->ctx, bytes, got, path);
}

static bool read_folder(struct fat *, uint32_t cluster, const char *path);

static bool
read_entry(struct fat *f, const struct entry *e)
{
	char path[PATH_MAX_LEN + 1];

	set_path(e, path, sizeof path);
	if ((e->at[11] & IS_FOLDER) == 0)
		return read_file(f, e, path);
	if (f->depth == DEPTH_MAX) {
		f->sink->note(f->sink->ctx, OUTCOME_TOO_DEEP,
		    "Limits.Recursion", path);
		return true;
	}
	f->depth++;
	if (!read_folder(f, first_cluster(f, e->at), path))
		return false;
	f->depth--;
	return true;
}

/* The folder itself or the one that it is in; names begin with a dot, too. */
static bool
is_way_back(const uint8_t *entry)
{
	return (entry[11] & IS_FOLDER) != 0 &&
	    (memcmp(entry, ".          ", 11) == 0 ||
	    memcmp(entry, "..         ", 11) == 0);
}

static bool
read_entries(struct fat *f, struct slice s, struct entry *e)
{
	for (; s.len >= ENTRY; s = slice_tail(s, ENTRY)) {
		e->at = s.at;
		if (*s.at == 0)
			e->behind = true;
		else if (*s.at != 0xe5 && !is_way_back(s.at) &&
		    (s.at[11] & 0x3f) != IS_LONG_NAME && !read_entry(f, e))
			return false;
	}
	return true;
}

/* True the first time. */
static bool
is_first(struct fat *f, uint32_t cluster)
{
	const uint8_t bit = (uint8_t)(1 << cluster % 8);
	uint8_t *bits = &f->read[cluster / 8];

	if (*bits & bit)
		return false;
	*bits |= bit;
	return true;
}

static bool
read_folder(struct fat *f, uint32_t cluster, const char *path)
{
	struct entry e = { .path = path };
	struct slice s;

	for (;; cluster = next(f, cluster)) {
		s = cluster_of(f, cluster);
		if (s.len == 0 || !is_first(f, cluster))
			return true;
		if (!f->sink->spend(f->sink->ctx, 0) ||
		    !read_entries(f, s, &e))
			return false;
	}
}

static bool
read_root(struct fat *f)
{
	struct entry e = { .path = f->path };
	struct slice s;

	if (f->bits == 32)
		return read_folder(f, f->root_cluster, f->path);
	if (f->root >= f->body.len)
		return true;
	s = slice_tail(f->body, (size_t)f->root);
	return read_entries(f, s.len > f->root_len ?
	    slice_head(s, f->root_len) : s, &e);
}

static bool
read_tables(struct fat *f)
{
	for (f->number = 0; f->number < f->body.at[16]; f->number++) {
		if (f->number > 0 && !is_other(f, f->number))
			continue;
		memset(f->read, 0, f->count / 8 + 1);
		f->depth = 0;
		if (!read_root(f))
			return false;
	}
	return true;
}

bool
fat_walk(struct slice body, const char *path, const struct sink *sink)
{
	struct fat f = { .body = body, .sink = sink, .path = path };
	AUTO_FREE uint8_t *bits = NULL;

	if (!is_sound(body) || !measure(&f))
		return true;
	bits = texts_memory(f.count / 8 + 1, sink);
	if (bits == NULL)
		return false;
	f.read = bits;
	return read_tables(&f);
}
