/* SPDX-License-Identifier: GPL-2.0-only */
/* Fuzzy hashes of images: made only where a signature asks for one. */
#include "engine_fixture.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "engines/clamav.h"

#define LDB(name, hash)                                                        \
	name ";Engine:150-255,Target:0;0;fuzzy_img#" hash "#0\n"
#define ITS_HASH "ad1bd2e46c1bd02d"	/* as sigtool --fuzzy-img says it */

static const unsigned char png[] = {
	0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d,
	0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x08,
	0x01, 0x00, 0x00, 0x00, 0x00, 0xec, 0x74, 0x83, 0x26, 0x00, 0x00, 0x00,
	0x11, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0xe0, 0x67, 0x80, 0x40,
	0x63, 0x86, 0xff, 0x20, 0x0c, 0x00, 0x0a, 0xd8, 0x02, 0xa1, 0xc4, 0x8e,
	0x69, 0x7d, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42,
	0x60, 0x82,
};

static enum outcome
outcome_with(const char *file, const char *text, bool *asked_out)
{
	struct engine *engine = fresh();
	struct signature_info info = { .count = 0 };
	struct verdict verdict;
	struct err err = { "" };
	char path[128];

	snprintf(path, sizeof path, "%s/db/%s", folder, file);
	write_file(path, text);
	if (ops->load(engine, inside("db"), &info, &err) == -1 ||
	    ops->load_builtin(engine, &info, &err) == -1 ||
	    ops->prepare(engine, &err) == -1)
		fail_msg("%s", err.text);
	ops->scan(engine, png, sizeof png, 0, &verdict);
	*asked_out = (engine->options.parse &
	    CL_SCAN_PARSE_IMAGE_FUZZY_HASH) != 0;
	assert_int_equal(unlink(path), 0);
	ops->free(&engine);
	return verdict.outcome;
}

static void
an_image_is_found_by_its_fuzzy_hash(void **state)
{
	bool asked;

	(void)state;
	assert_int_equal(outcome_with("own.ldb", LDB("Own", ITS_HASH), &asked),
	    OUTCOME_INFECTED);
	assert_true(asked);
	assert_int_equal(outcome_with("own.ldb",
	    LDB("Own", "0123456789abcdef"), &asked), OUTCOME_CLEAN);
	assert_true(asked);
}

static void
no_hash_is_made_for_nobody(void **state)
{
	bool asked;

	(void)state;
	assert_int_equal(outcome_with("own.ldb",
	    "Own;Engine:51-255,Target:0;0;6f6e652d746573742d6d61726b\n",
	    &asked), OUTCOME_CLEAN);
	assert_false(asked);
}

enum shape { PLAIN, PACKED, CUT };

/* What is asked for stands at `at` of 200,000 bytes that do not pack well. */
static bool
is_asked_for(const char *word, size_t at, size_t head, enum shape shape)
{
	static char bytes[200000];
	unsigned dice = 1;
	gzFile file;
	size_t i;
	bool asked;
	int fd;

	for (i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)(((dice = dice * 1103515245U + 12345U) >> 16) |
		    0x80);
	memcpy(bytes + at, word, strlen(word));
	fd = open(inside("db/file"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC,
	    0600);
	assert_int_equal(write(fd, "ClamAV-VDB:", head > 0 ? 11 : 0),
	    head > 0 ? 11 : 0);
	assert_int_equal(lseek(fd, (off_t)head, SEEK_SET), head);
	file = gzdopen(dup(fd), shape == PLAIN ? "wT" : "w6");
	assert_int_equal(gzwrite(file, bytes, sizeof bytes), sizeof bytes);
	assert_int_equal(gzclose(file), Z_OK);
	if (shape == CUT)
		assert_int_equal(ftruncate(fd, 100000), 0);
	asked = images_are_asked_for(fd, head > 0);
	close(fd);
	return asked;
}

static const struct {
	const char *word;
	size_t at, head;
	enum shape shape;
	bool asked;
} files[] = {
	{ "fuzzy_img#", 0, 0, PLAIN, true },
	{ "fuzzy_img#", 199990, 0, PLAIN, true },
	{ "fuzzy_img#", 65530, 0, PLAIN, true },
	{ "fuzzy_img#", 131063, 0, PLAIN, true },
	{ "fuzzy_img", 65530, 0, PLAIN, false },
	{ "fuzzy_img#", 199990, 512, PLAIN, true },
	{ "fuzzy_img#", 65527, 512, PACKED, true },
	{ "fuzzy_img#", 199990, 512, PACKED, true },
	{ "fuzzy-img#", 199990, 512, PACKED, false },
	{ "fuzzy_img#", 199990, 512, CUT, true },
	{ "fuzzy-img#", 199990, 512, CUT, true },
};

static void
it_is_found_wherever_it_stands(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(files); i++)
		if (is_asked_for(files[i].word, files[i].at, files[i].head,
		    files[i].shape) != files[i].asked)
			fail_msg("row %zu", i);
}

static void
a_file_that_cannot_be_read_asks(void **state)
{
	int fd = open(inside("db/file"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	(void)state;
	assert_true(images_are_asked_for(fd, false));
	assert_true(images_are_asked_for(-1, false));
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(an_image_is_found_by_its_fuzzy_hash),
		IN_FOLDER(no_hash_is_made_for_nobody),
		IN_FOLDER(it_is_found_wherever_it_stands),
		IN_FOLDER(a_file_that_cannot_be_read_asks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
