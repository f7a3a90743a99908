/* SPDX-License-Identifier: GPL-2.0-only */
/* With what 7z takes out, they are tried by tests/evasion (programs.py). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "others_fixture.h"

#define TEXT "A part that begins as a text is a file, and is scanned as one: th"
#define TEXT_LEN (sizeof TEXT - 1)
#define SEEN "=A part that begins as a "
#define AT 0x400		/* where the part is in most of them */
#define LEN 0x1000

static void
begin(const char *mark, size_t len)
{
	memset(image, 0, sizeof image);
	memcpy(image, mark, len);
	memcpy(image + AT, TEXT, TEXT_LEN);
}

static const char *
read_image(void)
{
	return read_bytes(image, LEN);
}

/* Of 64 bits, with one section. */
static void
begin_elf(unsigned kind)
{
	begin("\x7f" "ELF\2\1", 6);
	put(40, 0x200, 8);
	put(58, 64, 2);
	put(60, 1, 2);
	put(0x200 + 4, kind, 4);
	put(0x200 + 24, AT, 8);
	put(0x200 + 32, TEXT_LEN, 8);
}

static void
add_segment(void)
{
	put(32, 0x300, 8);
	put(54, 56, 2);
	put(56, 1, 2);
	put(0x300 + 8, AT, 8);
	put(0x300 + 32, TEXT_LEN, 8);
}

static void
a_section_that_begins_as_a_text_is_a_file(void **state)
{
	(void)state;
	begin_elf(1);
	assert_string_equal(read_image(), "section" SEEN);
	image[AT + 31] = '\1';
	assert_string_equal(read_image(), "");
	image[AT + 31] = 'a';
	put(0x200 + 32, 63, 8);
	assert_string_equal(read_image(), "");
	begin_elf(8);
	assert_string_equal(read_image(), "");
}

static void
segments_are_parts_of_a_program_without_sound_sections(void **state)
{
	(void)state;
	begin_elf(1);
	add_segment();
	assert_string_equal(read_image(), "section" SEEN);
	put(60, 0, 2);
	put(40, 0, 8);
	assert_string_equal(read_image(), "section" SEEN);
	begin_elf(8);
	add_segment();
	assert_string_equal(read_image(), "");
	put(60, 1000, 2);
	assert_string_equal(read_image(), "section" SEEN);
}

static void
the_first_section_tells_how_many_there_are_of_many(void **state)
{
	(void)state;
	begin_elf(1);
	put(60, 0, 2);
	assert_string_equal(read_image(), "section" SEEN);
}

static void
a_part_of_a_known_kind_is_a_file(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
	} kinds[] = {
		{ "MZ\1", 3 }, { "#!/\1", 4 }, { "\x7f" "ELF\1", 5 },
		{ "%PDF\1", 5 }, { "\xff\xfe" "a\0", 4 },
		{ "\xfe\xff\0" "a", 4 }, { "\xef\xbb\xbf\xc3", 4 },
		{ "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\1", 9 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		begin_elf(1);
		memcpy(image + AT, kinds[i].bytes, kinds[i].len);
		assert_memory_equal(read_image(), "section=", 8);
	}
}

static void
an_elf_of_32_bits_has_them_elsewhere(void **state)
{
	(void)state;
	begin("\x7f" "ELF\1\2", 6);
	put_big(32, 0x200, 4);
	put_big(46, 40, 2);
	put_big(48, 1, 2);
	put_big(0x200 + 16, AT, 4);
	put_big(0x200 + 20, TEXT_LEN, 4);
	assert_string_equal(read_image(), "section" SEEN);
}

static void
a_mach_o_has_segments_and_sections_in_both_orders(void **state)
{
	(void)state;
	begin("\xcf\xfa\xed\xfe", 4);
	put(16, 2, 4);
	put(32, 2, 4);
	put(36, 8, 4);
	put(40, 0x19, 4);
	put(44, 152, 4);
	put(40 + 40, AT, 8);
	put(40 + 48, TEXT_LEN, 8);
	assert_string_equal(read_image(), "section" SEEN);
	put(40 + 40, 0, 8);
	put(40 + 64, 1, 4);
	put(40 + 72 + 40, TEXT_LEN, 8);
	put(40 + 72 + 48, AT, 4);
	assert_string_equal(read_image(), "section" SEEN);
	begin("\xfe\xed\xfa\xce", 4);
	put_big(16, 1, 4);
	put_big(28, 1, 4);
	put_big(32, 56, 4);
	put_big(28 + 32, AT, 4);
	put_big(28 + 36, TEXT_LEN, 4);
	assert_string_equal(read_image(), "section" SEEN);
}

static void
programs_for_several_machines_are_parts_a_java_class_is_none(void **state)
{
	(void)state;
	begin("\xca\xfe\xba\xbe", 4);
	put_big(4, 1, 4);
	put_big(8 + 8, AT, 4);
	put_big(8 + 12, TEXT_LEN, 4);
	assert_string_equal(read_image(), "machine" SEEN);
	put_big(4, 65, 4);
	assert_string_equal(read_image(), "");
	begin("\xb9\xfa\xf1\x0e", 4);
	put(4, 1, 4);
	put(8 + 8, AT, 4);
	put(8 + 12, TEXT_LEN, 4);
	assert_string_equal(read_image(), "machine" SEEN);
}

/* Of 32 bits, with one section at AT, loaded at 0x1000. */
static void
begin_pe(void)
{
	begin("MZ", 2);
	put(0x3c, 0x40, 4);
	memcpy(image + 0x40, "PE\0\0\x4c\1", 6);
	put(0x46, 1, 2);
	put(0x54, 0xe0, 2);
	put(0x58, 0x10b, 2);
	put(0x138 + 12, 0x1000, 4);
	put(0x138 + 16, 0x200, 4);
	put(0x138 + 20, AT, 4);
}

static void
a_pe_has_sections_certificates_and_something_behind(void **state)
{
	(void)state;
	begin_pe();
	assert_string_equal(read_image(), "section" SEEN);
	memset(image + AT, 1, TEXT_LEN);
	memcpy(image + AT + 0x200, TEXT, TEXT_LEN);
	assert_string_equal(read_image(), "behind" SEEN);
	memcpy(image + AT + 0x208, TEXT, TEXT_LEN);
	memset(image + AT + 0x200, 1, 8);
	put(0x58 + 96 + 4 * 8, AT + 0x208, 4);
	put(0x58 + 96 + 4 * 8 + 4, TEXT_LEN, 4);
	assert_string_equal(read_image(), "certificate" SEEN);
}

/* From one directory to the next one, and to the data. */
static void
put_resource(unsigned at, unsigned to)
{
	put(AT + at + 14, 1, 2);
	put(AT + at + 20, to, 4);
}

static void
begin_resources(void)
{
	begin_pe();
	memset(image + AT, 0, TEXT_LEN);
	put(0x58 + 96 + 2 * 8, 0x1000, 4);
	put_resource(0, 24 | 1U << 31);
	put_resource(24, 48 | 1U << 31);
	put_resource(48, 72);
	put(AT + 72, 0x1000 + 0x100, 4);
	put(AT + 76, TEXT_LEN, 4);
	memcpy(image + AT + 0x100, TEXT, TEXT_LEN);
}

static void
a_pe_has_resources_of_three_levels(void **state)
{
	(void)state;
	begin_resources();
	assert_string_equal(read_image(), "resource" SEEN);
	put_resource(48, 72 | 1U << 31);
	assert_string_equal(read_image(), "");
}

/* Each directory names itself, as often as it can. */
static void
resources_that_go_round_cost_and_end(void **state)
{
	const struct slice s = slice_on(image, sizeof image);
	size_t i;

	(void)state;
	begin_resources();
	for (i = AT + 12; i + 8 < sizeof image; i += 8)
		put(i, 0x8000ffff, 4);
	put(AT + 12, 0xffffffff, 4);
	for (i = AT + 16; i + 8 < sizeof image; i += 8)
		put(i + 4, 1U << 31, 4);
	put(0x138 + 16, sizeof image - AT, 4);
	heard = (struct heard){ .most = 1 << 20 };
	assert_false(others_read(s, "", &hearing));
	assert_in_range(heard.spent, 1 << 20, (1 << 20) + 0x20000);
}

static void
an_object_and_a_te_have_sections(void **state)
{
	(void)state;
	begin("\x64\x86\1", 3);
	put(20 + 16, TEXT_LEN, 4);
	put(20 + 20, AT, 4);
	assert_string_equal(read_image(), "section" SEEN);
	begin("VZ", 2);
	put(4, 1, 1);
	put(6, 0x128, 2);
	put(40 + 16, TEXT_LEN, 4);
	put(40 + 20, AT + 0x100, 4);
	assert_string_equal(read_image(), "section" SEEN);
}

static void
a_flash_film_has_tags_short_and_long(void **state)
{
	(void)state;
	begin("FWS\x0a", 4);
	put(8, 0x78, 1);	/* numbers of 15 bits */
	put(8 + 9 + 4, 2, 2);
	put(8 + 9 + 4 + 2 + 2, 77 << 6 | 0x3f, 2);
	put(8 + 9 + 4 + 2 + 2 + 2, TEXT_LEN, 4);
	memcpy(image + 8 + 9 + 4 + 2 + 2 + 6, TEXT, TEXT_LEN);
	assert_string_equal(read_image(), "tag" SEEN);
}

static size_t
add_tag(size_t at, unsigned kind, const char *bytes, unsigned len)
{
	put(at + 4, kind, 1);
	put_big(at + 5, len + 1, 3);
	memcpy(image + at + 16, bytes, len);
	return at + 16 + len;
}

static void
the_tags_of_a_kind_in_a_video_are_one_file(void **state)
{
	size_t at = 9;

	(void)state;
	begin("FLV\1", 4);
	put_big(5, 9, 4);
	at = add_tag(at, 8, TEXT, 10);
	at = add_tag(at, 9, "\1\2\3", 3);
	at = add_tag(at, 8, &TEXT[10], TEXT_LEN - 10);
	assert_string_equal(read_bytes(image, at), "tag" SEEN);
	image[9 + 4] = 18;
	assert_string_equal(read_bytes(image, at), "");
}

static void
what_tables_say_is_not_there_is_nothing(void **state)
{
	(void)state;
	begin_elf(1);
	put(0x200 + 24, LEN, 8);
	assert_string_equal(read_image(), "");
	put(0x200 + 28, 0xffffffff, 4);
	assert_string_equal(read_image(), "");
	begin_elf(1);
	put(58, 0, 2);
	assert_string_equal(read_image(), "");
	begin_elf(1);
	put(44, 0xffffffff, 4);
	assert_string_equal(read_image(), "");
	begin_pe();
	put(0x3c, 0xffffff00, 4);
	assert_string_equal(read_image(), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_section_that_begins_as_a_text_is_a_file),
		cmocka_unit_test(
		    segments_are_parts_of_a_program_without_sound_sections),
		cmocka_unit_test(
		    the_first_section_tells_how_many_there_are_of_many),
		cmocka_unit_test(a_part_of_a_known_kind_is_a_file),
		cmocka_unit_test(an_elf_of_32_bits_has_them_elsewhere),
		cmocka_unit_test(
		    a_mach_o_has_segments_and_sections_in_both_orders),
		cmocka_unit_test(
		programs_for_several_machines_are_parts_a_java_class_is_none),
		cmocka_unit_test(
		    a_pe_has_sections_certificates_and_something_behind),
		cmocka_unit_test(a_pe_has_resources_of_three_levels),
		cmocka_unit_test(resources_that_go_round_cost_and_end),
		cmocka_unit_test(an_object_and_a_te_have_sections),
		cmocka_unit_test(a_flash_film_has_tags_short_and_long),
		cmocka_unit_test(the_tags_of_a_kind_in_a_video_are_one_file),
		cmocka_unit_test(what_tables_say_is_not_there_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
