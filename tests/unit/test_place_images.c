/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "said.h"
#include "unpack/place_images.h"
#include "unpack/place_search.h"
#include "unpack/places.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define FRONT 7			/* other bytes in front of the image */
#define FIELDS 9
#define IS(at, text) { at, sizeof(text) - 1, text }

/* What is there, and each of it must be. */
static const struct kind {
	const char *name;
	size_t len, length;	/* the latter: 0, nobody opens it */
	struct field {
		size_t at, len;
		const char *bytes;
	} fields[FIELDS];
} kinds[] = {
	{ "SquashFS", 96, 0, { IS(0, "hsqs"), IS(22, "\x11"), IS(28, "\4") } },
	{ "SquashFS 3", 119, 0, { IS(0, "sqsh"), IS(29, "\3"),
	    IS(35, "\x11") } },
	{ "SquashFS, old lzma", 96, 0, { IS(0, "shsq"), IS(22, "\x11"),
	    IS(28, "\4") } },
	{ "SquashFS, old lzma, big", 96, 0, { IS(0, "qshs"), IS(23, "\x11"),
	    IS(29, "\4") } },
	{ "cramfs", 64, 0, { IS(0, "\x45\x3d\xcd\x28"),
	    IS(16, "Compressed ROMFS") } },
	{ "ext", 2048, 0, { IS(1024, "\x20"), IS(1029, "\4"), IS(1044, "\1"),
	    IS(1057, "\x20"), IS(1064, "\x20"), IS(1080, "\x53\xef") } },
	{ "NTFS", 1024, 0, { IS(3, "NTFS    "), IS(11, "\0\2"), IS(13, "\1"),
	    IS(48, "\1"), IS(512, "FILE") } },
	{ "NTFS, wide", 262148, 0, { IS(3, "NTFS    "), IS(11, "\0\2"),
	    IS(13, "\xf8"), IS(48, "\2"), IS(262144, "FILE") } },
	{ "QCOW", 104, 0, { IS(0, "QFI\xfb"), IS(7, "\2"), IS(23, "\x10"),
	    IS(30, "\1") } },
	{ "VDI", 400, 0, { IS(64, "\x7f\x10\xda\xbe"),
	    IS(70, "\1"), IS(73, "\1"), IS(76, "\1") } },
	{ "VHD", 512, 0, { IS(0, "conectix"), IS(12, "\1"),
	    IS(64, "\xff\xff\xfc\xa1") } },
	{ "VHDX", 65540, 0, { IS(0, "vhdxfile"), IS(65536, "head") } },
	{ "VMDK", 512, 0, { IS(0, "KDMV"), IS(4, "\1"), IS(13, "\1"),
	    IS(20, "\x80") } },
	{ "sparse", 64, 0, { IS(0, "\x3a\xff\x26\xed\1"), IS(8, "\x1c"),
	    IS(10, "\x0c"), IS(13, "\x10") } },
	{ "super", 8192, 0, { IS(4096, "gDla\x34"), IS(4138, "\1"),
	    IS(4140, "\2"), IS(4145, "\x10") } },
	{ "APFS", 4096, 0, { IS(24, "\1"), IS(32, "NXSB"), IS(37, "\x10") } },
	{ "WIM", 208, 0, { IS(0, "MSWIM"), IS(8, "\xd0") } },
	{ "UEFI", 72, 0, { IS(16, "\x78\xe5\x8c\x8c\x3d\x8a\x1c\x4f"
	    "\x99\x35\x89\x61\x85\xc3\x2d\xd3"), IS(40, "_FVH"),
	    IS(48, "\x48"), IS(55, "\2") } },
	{ "FAT", 2000, 1536, { IS(0, "\xeb"), IS(12, "\2"), IS(13, "\1"),
	    IS(14, "\1"), IS(16, "\1"), IS(19, "\3"), IS(22, "\1"),
	    IS(510, "\x55\xaa") } },
	{ "GPT", 9000, 8192, { IS(512, "EFI PART\0\0\1"), IS(524, "\x5c"),
	    IS(544, "\x0f") } },
	{ "HFS+", 9000, 8192, { IS(1024, "H+\0\4"), IS(1066, "\x10"),
	    IS(1071, "\2") } },
	{ "APM", 200000, 131072, { IS(0, "ER\2"), IS(6, "\1"),
	    IS(512, "PM") } },
	{ "APM of large blocks", 200000, 200000, { IS(0, "ER\x10"),
	    IS(4096, "PM") } },
	{ "programs", 512, 512, { IS(0, "\xca\xfe\xba\xbe"), IS(7, "\1"),
	    IS(18, "\1") } },
	{ "programs for EFI", 512, 512, { IS(0, "\xb9\xfa\xf1\x0e"),
	    IS(4, "\2"), IS(17, "\1") } },
};

static uint8_t body[300000];

static struct slice
filled(const struct kind *kind, size_t without)
{
	size_t i;

	memset(body, 0, sizeof body);
	memset(body, 'x', FRONT);
	for (i = 0; i < FIELDS && kind->fields[i].bytes != NULL; i++)
		if (i != without)
			memcpy(body + FRONT + kind->fields[i].at,
			    kind->fields[i].bytes, kind->fields[i].len);
	return slice_on(body, FRONT + kind->len);
}

static bool
finds(struct slice s, struct place *place_out)
{
	struct place_search search = places_in(s);

	while (place_next(&search, place_out))
		if (place_out->image != NULL)
			return true;
	return false;
}

static void
an_image_is_found_behind_other_bytes(void **state)
{
	struct place p;
	struct slice s;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(kinds); i++) {
		s = filled(&kinds[i], FIELDS);
		if (!finds(s, &p))
			fail_msg("%s", kinds[i].name);
		assert_int_equal(p.at, FRONT);
		assert_int_equal(image_length(p.image, slice_tail(s, FRONT)),
		    kinds[i].length);
	}
}

/* Of ext its first block, of FAT a sector of 512 bytes, of a GPT its end, of an
 * APM how many blocks it has. */
static bool
may_be_none(size_t at)
{
	return at == 1044 || at == 12 || at == 544 || at == 6;
}

static void
programs_have_marks_that_begin_none(void **state)
{
	const struct kind *kind;
	struct place p;
	size_t i, n;

	(void)state;
	for (i = 0; i < COUNT(kinds); i++)
		for (kind = &kinds[i], n = 0; n < FIELDS &&
		    kind->fields[n].bytes != NULL; n++)
			if (!may_be_none(kind->fields[n].at) &&
			    finds(filled(kind, n), &p))
				fail_msg("%s without %zu", kind->name,
				    kind->fields[n].at);
}

static void
no_image_is_read_behind_the_end(void **state)
{
	struct place p;
	struct slice s, rest;
	uint8_t *exact;
	size_t i, len;

	(void)state;
	for (i = 0; i < COUNT(kinds); i++)
		for (len = 0; len < 2100; len += len < 80 ? 1 : 13) {
			s = filled(&kinds[i], FIELDS);
			s.len = s.len < len ? s.len : len;
			exact = malloc(s.len + (s.len == 0));
			assert_non_null(exact);
			memcpy(exact, s.at, s.len);
			if (finds(slice_on(exact, s.len), &p)) {
				rest = slice_tail(slice_on(exact, s.len), p.at);
				assert_true(image_length(p.image, rest) <=
				    rest.len);
			}
			free(exact);
		}
}

static void
read(struct slice s, bool on)
{
	const struct places_known none = { .first = NULL };

	start();
	assert_int_equal(places_read(s, &none, "", &sink), on);
}

/* The body itself is looked at by others; with the rest behind it, too. */
static void
who_opens_it_gets_it_as_a_piece(void **state)
{
	struct slice s;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(kinds); i++) {
		s = filled(&kinds[i], FIELDS);
		read(s, true);
		if (kinds[i].length == 0)
			assert_string_equal(said, "Container.Unsupported");
		else
			assert_non_null(strstr(said, "behind "));
		read(slice_tail(s, FRONT), true);
		assert_string_equal(said, "");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_image_is_found_behind_other_bytes),
		cmocka_unit_test(programs_have_marks_that_begin_none),
		cmocka_unit_test(no_image_is_read_behind_the_end),
		cmocka_unit_test(who_opens_it_gets_it_as_a_piece),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
