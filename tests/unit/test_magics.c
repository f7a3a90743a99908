/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "engines/magics.h"
#include "magics_fixture.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* What ordinary texts, programs and pictures begin with, up to where a magic
 * of the table begins to differ. */
static const char *const ordinary[] = {
	"BZ3v1 is the first format of bzip3, whose blocks are up to 511 MB",
	"LRZI", "LRZI is a magic", "RZIP", "RZIP is an old program",
	"MSWIM", "MSWIM is what Windows installs from",
	"KGB_arch - a slow archiver of the nineties", "KGB_arch -",
	"hsqs", "hsqs is what squashfs begins with, in a text of more than 32",
	"conectix", "conectix is what images of Virtual PC end with, a text",
	"vhdxfile", "vhdxfile begins a disk image", "KDMV", "QFI", "QED",
	"QED\n\nquod erat demonstrandum, and more text behind it",
	"<<< look here >>> and so on, a text that is long enough for a look at "
	    "its byte 64 and more",
	"-rom1fs-", "-rom1fs- begins a small file system",
	"partclone-image", "partclone-image is its first word",
	"age-encryption.org/v1", "age-encryption.org is a web site",
	"Salted_ butter", "7kSt", "DCT of a picture", "E=mc2",
	"Compressed ROMFS", "\x1a",
	"\x1a\2 is the end of a text of DOS, whatever follows it",
	"**ACE**", "The **ACE** of spades", "ITOLITLS", "XFSB",
	"XFSB is a mark", "UBI", "UBI# is another", "LUKS",
	"LUKS is for secrets", "NXSB",
	"JFS1", "ReIsEr2Fs is in the super block", "FsA0", "mozLz40 is a mark",
	"NuFile", "sNaPpY", "#!/bin/sh\n#V2.0 Format\nmodprobe nbd",
	"WithoutFreeSpace there is no image of Parallels",
	"   NTFS    is a file system, and this is a text of 60 letters", "@",
	"%PDF-1.4", "GIF89a", "<html>", "{", "MZ",
	"\x7f" "ELF",
};

static void
texts_are_none_of_them(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(ordinary); i++)
		if (magic_of(ordinary[i], strlen(ordinary[i])) != NULL)
			fail_msg("\"%s\"", ordinary[i]);
	assert_null(magic_of("", 0));
}

static void
all_of_a_magic_must_be_there(void **state)
{
	char squashed[30] = "hsqs";
	size_t len;

	(void)state;
	squashed[28] = 4;
	for (len = 0; len < sizeof squashed; len++)
		assert_null(magic_of_first(squashed, len));
	assert_string_equal(magic_of(squashed, sizeof squashed)->name,
	    "Container.SquashFS");
	assert_int_equal(magic_of(squashed, sizeof squashed)->outcome,
	    OUTCOME_UNSUPPORTED);
	squashed[29] = 3;
	assert_null(magic_of(squashed, sizeof squashed));
}

static void
the_second_place_may_be_far_away(void **state)
{
	static char image[65540] = "vhdxfile";

	(void)state;
	assert_null(magic_of(image, sizeof image));
	memcpy(image + 65536, "head", 4);
	assert_null(magic_of_first(image, sizeof image - 1));
	assert_string_equal(magic_of(image, sizeof image)->name,
	    "Container.VHDX");
}

static void
what_has_a_key_is_encrypted(void **state)
{
	static const char text[] = "age-encryption.org/v1\n-> X25519 a\n";

	(void)state;
	assert_int_equal(magic_of(text, sizeof text - 1)->outcome,
	    OUTCOME_ENCRYPTED);
}

/* Its own header of 34 bytes, then one of a member. */
static void
an_archive_is_encrypted_when_its_first_member_is(void **state)
{
	char arj[60] = "\x60\xea\x22";
	size_t len;

	(void)state;
	memcpy(arj + 44, "\x60\xea\x2e\0\x1e\x0b\1\2", 8);
	arj[52] = 1;
	assert_string_equal(magic_of(arj, sizeof arj)->name, "Encrypted.ARJ");
	for (len = 0; len < 53; len++)
		assert_null(magic_of_first(arj, len));
	arj[52] = 0x10;
	assert_null(magic_of(arj, sizeof arj));
	arj[2] = arj[3] = '\xff';
	assert_null(magic_of(arj, sizeof arj));
}

/* Not one that only speaks of it. */
static void
a_document_is_encrypted_when_a_stream_of_it_is_called_so(void **state)
{
	static const char name[] = "EncryptedPackage";
	char document[1024] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
	char *entry = document + 640;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof name; i++)
		entry[2 * i] = name[i];
	assert_null(magic_of(document, sizeof document));
	entry[64] = 34;
	entry[66] = 1;		/* a folder */
	assert_null(magic_of(document, sizeof document));
	entry[66] = 2;
	assert_string_equal(magic_of(document, sizeof document)->name,
	    "Encrypted.Office");
	assert_null(magic_of_first(document, 640 + 66));
	memmove(entry + 1, entry, 128);
	assert_null(magic_of(document, sizeof document));
}

static void
put(char *at, unsigned value)
{
	at[0] = (char)(value & 0xff);
	at[1] = (char)(value >> 8);
}

/* As mke2fs writes it: two bytes are no proof. */
static void
a_file_system_is_told_by_more_than_its_two_bytes(void **state)
{
	static const size_t must[] = { 0, 4, 32, 40 };
	static const size_t most[] = { 20, 24 };
	static char image[2048];
	char *super = image + 1024;
	size_t i;

	(void)state;
	put(super + 56, 0xef53);
	assert_null(magic_of(image, sizeof image));
	for (i = 0; i < COUNT(must); i++)
		put(super + must[i], 256);
	assert_string_equal(magic_of(image, sizeof image)->name,
	    "Container.ext");
	assert_null(magic_of_first(image, sizeof image - 1));
	for (i = 0; i < COUNT(most); i++) {
		put(super + most[i], 7);
		assert_null(magic_of(image, sizeof image));
		put(super + most[i], 1);
	}
	for (i = 0; i < COUNT(must); i++) {
		put(super + must[i], 0);
		assert_null(magic_of(image, sizeof image));
		put(super + must[i], 256);
	}
	assert_non_null(magic_of(image, sizeof image));
}

/* Such sectors alone are part of programs that write them. */
static void
a_sector_that_starts_ntfs_is_no_image(void **state)
{
	static char image[1024] = "\xeb\x52\x90" "NTFS    ";

	(void)state;
	image[510] = 0x55;
	image[511] = '\xaa';
	put(image + 11, 512);
	assert_string_equal(magic_of(image, sizeof image)->name,
	    "Container.NTFS");
	assert_null(magic_of_first(image, 512));
	put(image + 11, 520);
	assert_null(magic_of(image, sizeof image));
	put(image + 11, 0);
	assert_null(magic_of(image, sizeof image));
}

static void
old_hfs_that_is_an_iso_too_is_read_as_that(void **state)
{
	static char image[40000];

	(void)state;
	memcpy(image + 1024, "BD", 2);
	image[1024 + 22] = 2;
	image[1024 + 36] = 4;
	assert_string_equal(magic_of(image, sizeof image)->name,
	    "Container.HFS");
	assert_null(magic_of_first(image, 1535));
	memcpy(image + 32769, "CD001", 5);
	assert_null(magic_of(image, sizeof image));
	memset(image + 32769, 0, 5);
	image[1024 + 36] = 28;
	assert_null(magic_of(image, sizeof image));
	image[1024 + 36] = 4;
	image[1024 + 23] = 1;
	assert_null(magic_of(image, sizeof image));
}

static void
a_node_of_jffs2_has_a_kind_and_a_length(void **state)
{
	char nodes[16] = "\x85\x19\x01\xe0\x10";

	(void)state;
	assert_string_equal(magic_of(nodes, sizeof nodes)->name,
	    "Container.JFFS2");
	assert_null(magic_of_first(nodes, 11));
	assert_null(magic_of_first(nodes, 15));
	nodes[2] = 7;
	assert_null(magic_of(nodes, sizeof nodes));
}

/* A member of four bytes, and the end. */
static void
an_arc_is_told_by_what_follows_its_first_member(void **state)
{
	char arc[35] = "\x1a\x02" "a.txt";

	(void)state;
	put(arc + 15, 4);
	arc[33] = 0x1a;
	assert_string_equal(magic_of(arc, sizeof arc)->name, "Container.ARC");
	assert_null(magic_of_first(arc, 34));
	assert_null(magic_of_first(arc, 30));
	arc[34] = 12;
	assert_null(magic_of(arc, sizeof arc));
	arc[34] = 0;
	arc[3] = 1;
	assert_null(magic_of(arc, sizeof arc));
	memset(arc + 2, 'a', 13);
	assert_null(magic_of(arc, sizeof arc));
	memset(arc + 2, 0, 13);
	assert_null(magic_of(arc, sizeof arc));
}

/* As mkfs.minix writes them, and what must not be so. */
static void
a_minix_is_told_by_its_maps(void **state)
{
	static const struct {
		size_t at;
		unsigned magic, first, wrong_at, wrong;
	} cases[] = {
		{ 16, 0x137f, 15, 0, 0 }, { 16, 0x138f, 300, 0, 9000 },
		{ 16, 0x138f, 15, 4, 0 }, { 16, 0x138f, 15, 6, 0 },
		{ 16, 0x138f, 15, 8, 14 }, { 16, 0x2468, 26, 8, 25 },
		{ 16, 0x2478, 26, 10, 1 }, { 16, 0x2478, 26, 18, 4 },
	};
	static char image[2048];
	char *super = image + 1024;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		memset(image, 0, sizeof image);
		put(super, 352);
		put(super + 4, 1);
		put(super + 6, 1);
		put(super + 8, cases[i].first);
		put(super + cases[i].at, cases[i].magic);
		assert_string_equal(magic_of(image, sizeof image)->name,
		    "Container.Minix");
		assert_null(magic_of_first(image, sizeof image - 1));
		put(super + cases[i].wrong_at, cases[i].wrong);
		assert_null(magic_of(image, sizeof image));
	}
}

static void
so_is_the_third_minix(void **state)
{
	static const struct {
		size_t at;
		unsigned wrong;
	} cases[] = {
		{ 0, 0 }, { 4, 1 }, { 6, 0 }, { 8, 0 }, { 12, 1 }, { 20, 0 },
		{ 28, 0 }, { 28, 512 }, { 28, 1536 },
	};
	static char image[2048];
	char super[30] = { 0 };
	size_t i;

	(void)state;
	put(super, 352);
	put(super + 6, 1);
	put(super + 8, 1);
	put(super + 20, 1024);
	put(super + 24, 0x4d5a);
	put(super + 28, 1024);
	for (i = 0; i < COUNT(cases); i++) {
		memcpy(image + 1024, super, sizeof super);
		assert_string_equal(magic_of(image, sizeof image)->name,
		    "Container.Minix");
		assert_null(magic_of_first(image, sizeof image - 1));
		put(image + 1024 + cases[i].at, cases[i].wrong);
		assert_null(magic_of(image, sizeof image));
	}
}

/* The words of its header have the sum 0. */
static void
firmware_is_told_by_its_checksum(void **state)
{
	char volume[56] = { 0 };
	unsigned sum = 0, i;

	(void)state;
	memcpy(volume + 16, "\x78\xe5\x8c\x8c\x3d\x8a\x1c\x4f"
	    "\x99\x35\x89\x61\x85\xc3\x2d\xd3", 16);
	memcpy(volume + 40, "_FVH", 4);
	volume[48] = sizeof volume;
	for (i = 0; i < sizeof volume; i += 2)
		sum += (uint8_t)volume[i] + 256U * (uint8_t)volume[i + 1];
	put(volume + 50, -sum & 0xffff);
	assert_string_equal(magic_of(volume, sizeof volume)->name,
	    "Container.UEFI");
	assert_null(magic_of_first(volume, sizeof volume - 1));
	volume[0] = 1;
	assert_null(magic_of(volume, sizeof volume));
	volume[48]++;		/* and so the sum, but half a word */
	volume[0] = -1;
	assert_null(magic_of(volume, sizeof volume));
	volume[48] = 54;
	volume[0] = 2;
	assert_null(magic_of(volume, sizeof volume));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_none_of_them),
		cmocka_unit_test(all_of_a_magic_must_be_there),
		cmocka_unit_test(the_second_place_may_be_far_away),
		cmocka_unit_test(what_has_a_key_is_encrypted),
		cmocka_unit_test(
		    an_archive_is_encrypted_when_its_first_member_is),
		cmocka_unit_test(
		    a_document_is_encrypted_when_a_stream_of_it_is_called_so),
		cmocka_unit_test(
		    a_file_system_is_told_by_more_than_its_two_bytes),
		cmocka_unit_test(a_sector_that_starts_ntfs_is_no_image),
		cmocka_unit_test(old_hfs_that_is_an_iso_too_is_read_as_that),
		cmocka_unit_test(a_minix_is_told_by_its_maps),
		cmocka_unit_test(so_is_the_third_minix),
		cmocka_unit_test(firmware_is_told_by_its_checksum),
		cmocka_unit_test(a_node_of_jffs2_has_a_kind_and_a_length),
		cmocka_unit_test(
		    an_arc_is_told_by_what_follows_its_first_member),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
