/* SPDX-License-Identifier: GPL-2.0-only */
#include "signatures_fixture.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char place[64];
struct store store;
struct text_list folders;

const char *
in_place(const char *name)
{
	static char path[4][256];
	static unsigned turn;

	turn = (turn + 1) % 4;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", place, name);
	return path[turn];
}

void
put(const char *name, const char *text)
{
	FILE *out = fopen(in_place(name), "w");

	assert_non_null(out);
	fputs(text, out);
	fclose(out);
}

int
make_store(void **state)
{
	struct err err;

	(void)state;
	umask(022);
	strcpy(place, "/tmp/glassgate-store.XXXXXX");
	if (mkdtemp(place) == NULL || mkdir(in_place("db"), 0755) == -1)
		return -1;
	put("db/a.ndb", "One:0:*:aabbccdd\n");
	put("db/b.hdb", "11111111111111111111111111111111:5:Two\n");
	put("db/freshclam.dat", "its own");
	folders.count = 1;
	snprintf(folders.item[0], sizeof(folders.item[0]), "%s",
	    in_place("db"));
	return store_open(&store, in_place("state/deep"), NULL, &err);
}

int
remove_store(void **state)
{
	char line[128];

	(void)state;
	store_close(&store);
	snprintf(line, sizeof(line), "rm -r %s", place);
	return system(line);
}

void
reopen(void)
{
	struct err err;

	store_close(&store);
	if (store_open(&store, in_place("state/deep"), NULL, &err) != 0)
		fail_msg("%s", err.text);
}

void
take(uint32_t n)
{
	struct err err;

	if (store_take(&store, n, &folders, &err) == -1)
		fail_msg("%s", err.text);
}

void
accept(uint32_t n, uint64_t keep)
{
	struct signature_info info = { .count = 7, .set_count = 1 };
	struct err err;

	strcpy(info.sets[0].name, "a.ndb");
	info.sets[0].count = 1;
	info.sets[0].version = 9;
	if (store_accept(&store, n, &info, keep, &err) == -1)
		fail_msg("%s", err.text);
}
