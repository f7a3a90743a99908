/* SPDX-License-Identifier: GPL-2.0-only */
/* What bytes are, by libclamav and, where it says too little, by the worker. */
#include "engine_fixture.h"

#include <stdlib.h>
#include <string.h>

#include "containers.h"
#include "engines/clamav.h"
#include "worker/identify.h"

#define BODY 34000		/* zeros behind what is given */

/* at, more: a second place. Text is alone, all else has zeros behind it. */
static const struct {
	const char *name, *text;
	size_t len;
	enum type_group group;
	size_t at;
	const char *more;
	size_t more_len;
} cases[] = {
#define IS(group, name, text) { name, text, sizeof(text) - 1, GROUP_##group,   \
	    0, NULL, 0 }
#define TEXT(group, name, text) { name, text, sizeof(text) - 1, GROUP_##group, \
	    0, "", 0 }
#define AND(group, name, text, at, more) { name, text, sizeof(text) - 1,       \
	    GROUP_##group, at, more, sizeof(more) - 1 }
	IS(EXECUTABLE, "program for Windows", "MZ\x90\0\3\0\0\0\4\0\0\0\xff"),
	IS(EXECUTABLE, "program for Linux", "\x7f" "ELF\2\1\1"),
	IS(EXECUTABLE, "program for a Mac", "\xcf\xfa\xed\xfe\7\0\0\1\3\0\0\0"),
	IS(EXECUTABLE, "Java class", "\xca\xfe\xba\xbe\0\0\0\x34\0\x1d"),
	TEXT(EXECUTABLE, "Debian package", "!<arch>\ndebian-binary   1"),
	IS(EXECUTABLE, "RPM package", "\xed\xab\xee\xdb\3\0"),
	IS(EXECUTABLE, "Android code", "dex\n035\0"),
	TEXT(SCRIPT, "shell", "#!/bin/sh\necho a\n"),
	TEXT(SCRIPT, "Python", "#! /usr/bin/python3\nprint(1)\n"),
	TEXT(SCRIPT, "PHP", "<?php echo 1; ?>\n"),
	TEXT(SCRIPT, "batch", "@echo off\r\ndir\r\n"),
	TEXT(SCRIPT, "registry", "Windows Registry Editor Version 5.00\r\n"),
	TEXT(SCRIPT, "link", "[InternetShortcut]\r\nURL=http://a.test/\r\n"),
	IS(SCRIPT, "Windows' link", "L\0\0\0\1\x14\2\0\0\0\0\0\xc0\0\0\0"
	    "\0\0\0F"),
	IS(ARCHIVE, "RAR", "Rar!\x1a\7\1\0"),
	IS(ARCHIVE, "7z", "7z\xbc\xaf\x27\x1c\0\4"),
	IS(ARCHIVE, "cabinet", "MSCF\0\0\0\0"),
	IS(ARCHIVE, "gzip", "\x1f\x8b\x08\0\0\0\0\0"),
	IS(ARCHIVE, "zstd", "\x28\xb5\x2f\xfd"),
	AND(DISK_IMAGE, "ISO 9660", "", 32769, "CD001"),
	AND(DISK_IMAGE, "Apple's", "", BODY - 512, "koly\0\0\0\4"),
	AND(DISK_IMAGE, "JFS", "", 32768, "JFS1\1\0"),
	IS(DISK_IMAGE, "XFS", "XFSB\0\0\x10"),
	AND(DISK_IMAGE, "NILFS2", "", 1024, "\2\0\0\0\0\0\x34\x34"),
	IS(DISK_IMAGE, "QCOW", "QFI\xfb\0\0\0\3"),
	TEXT(DOCUMENT, "PDF", "%PDF-1.4\n1 0 obj\n"),
	TEXT(DOCUMENT, "RTF", "{\\rtf1\\ansi hello}"),
	IS(DOCUMENT, "compound file", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
	IS(IMAGE, "PNG", "\x89PNG\r\n\x1a\n"),
	IS(IMAGE, "GIF", "GIF89a\1\0\1\0"),
	IS(IMAGE, "JPEG", "\xff\xd8\xff\xe0\0\x10JFIF\0\1\1"),
	AND(IMAGE, "WebP", "RIFF", 8, "WEBP"),
	AND(IMAGE, "AVIF", "\0\0\0\x1c", 4, "ftypavif"),
	AND(MEDIA, "WAVE", "RIFF", 8, "WAVE"),
	AND(MEDIA, "MP4", "\0\0\0\x18", 4, "ftypisom"),
	IS(MEDIA, "Matroska", "\x1a\x45\xdf\xa3"),
	IS(MEDIA, "MP3", "ID3\3"),
	IS(MEDIA, "Ogg", "OggS\0\2"),
	TEXT(TEXT, "words", "MX is no program, and this is no script.\n"),
	TEXT(TEXT, "page", "<!DOCTYPE html>\n<html><p>hello</p></html>\n"),
	TEXT(TEXT, "script of a page", "var a = document.cookie;\n"),
	TEXT(TEXT, "JSON", "{ \"a\": [ 1, 2, 3 ] }\n"),
	TEXT(TEXT, "picture of words", "<svg xmlns=\"http://www.w3.org/\">\n"),
	IS(UNKNOWN, "zeros", ""),
	IS(UNKNOWN, "font", "wOF2"),
};

static enum type_group
told(struct engine *engine, const uint8_t *bytes, size_t len)
{
	struct verdict verdict = { .outcome = OUTCOME_NONE };

	ops->scan(engine, bytes, len, 0, &verdict);
	assert_int_not_equal(verdict.bytes, GROUP_NONE);
	assert_int_equal(ops->identify(engine, bytes, len, 0), verdict.bytes);
	return identify(verdict.bytes, bytes, len);
}

static void
each_kind_of_file_is_told_by_its_bytes(void **state)
{
	struct engine *engine = ready();
	uint8_t *body = malloc(BODY);
	enum type_group have;
	size_t i, len;

	(void)state;
	assert_non_null(body);
	for (i = 0; i < COUNT(cases); i++) {
		memset(body, 0, BODY);
		memcpy(body, cases[i].text, cases[i].len);
		len = cases[i].more != NULL && cases[i].at == 0 ?
		    cases[i].len : BODY;
		if (cases[i].at > 0)
			memcpy(body + cases[i].at, cases[i].more,
			    cases[i].more_len);
		have = told(engine, body, len);
		if (have != cases[i].group)
			fail_msg("%s: %s", cases[i].name,
			    type_group_name(have));
	}
	free(body);
	ops->free(&engine);
}

/* All of these are zip files. */
static void
what_a_zip_is_for_is_told_by_its_first_member(void **state)
{
	static const struct {
		const char *member, *text;
		enum type_group group;
	} zips[] = {
		{ "a.txt", "hello", GROUP_ARCHIVE },
		{ "META-INF", "hello", GROUP_ARCHIVE },
		{ "META-INF/manifest.xml", "hello", GROUP_ARCHIVE },
		{ "META-INF/MANIFEST.MF", "Manifest-Version: 1.0",
		    GROUP_EXECUTABLE },
		{ "META-INF/", "", GROUP_EXECUTABLE },
		{ "AndroidManifest.xml", "x", GROUP_EXECUTABLE },
		{ "mimetype", "application/vnd.oasis.opendocument.text",
		    GROUP_DOCUMENT },
		{ "mimetype", "application/epub+zip", GROUP_DOCUMENT },
		{ "[Content_Types].xml", "<Types/>", GROUP_ARCHIVE },
	};
	struct engine *engine = ready();
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(zips); i++) {
		struct zip z = { .members = 0 };
		struct bytes b;
		enum type_group have;

		zip_add(&z, zips[i].member, zips[i].text,
		    strlen(zips[i].text));
		b = zip_close(&z);
		have = told(engine, b.data, b.len);
		if (have != zips[i].group)
			fail_msg("%s: %s", zips[i].member,
			    type_group_name(have));
		bytes_free(&b);
	}
	ops->free(&engine);
}

/* What the body is, not what is in it. */
static void
only_the_outermost_layer_counts(void **state)
{
	struct engine *engine = ready();
	struct bytes program = { NULL, 0 }, b;

	(void)state;
	bytes_add(&program, "MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff", 14);
	assert_int_equal(told(engine, program.data, program.len),
	    GROUP_EXECUTABLE);
	b = zip_of("a.exe", &program);
	assert_int_equal(told(engine, b.data, b.len), GROUP_ARCHIVE);
	b = gzip_of(&b);
	assert_int_equal(told(engine, b.data, b.len), GROUP_ARCHIVE);
	bytes_free(&b);
	ops->free(&engine);
}

/* A compound file's folder is in its second sector here. */
static void
an_installer_is_a_program_and_not_a_document(void **state)
{
	static const uint8_t class[] = { 0x84, 0x10, 0x0c, 0, 0, 0, 0, 0, 0xc0,
		0, 0, 0, 0, 0, 0, 0x46 };
	static const char name[] = "R\0o\0o\0t\0 \0E\0n\0t\0r\0y";
	uint8_t file[2048] = { 0 };

	(void)state;
	memcpy(file + 1024, name, sizeof name);
	assert_int_equal(identify(GROUP_DOCUMENT, file, sizeof file),
	    GROUP_DOCUMENT);
	memcpy(file + 1024 + 80, class, sizeof class);
	assert_int_equal(identify(GROUP_DOCUMENT, file, sizeof file),
	    GROUP_EXECUTABLE);
	assert_int_equal(identify(GROUP_DOCUMENT, file, 1024 + 95),
	    GROUP_DOCUMENT);
}

/* First bytes are easily put in front of something else. */
static void
what_the_engine_knows_is_not_taken_back(void **state)
{
	static const uint8_t film[] = "\0\0\0\x18" "ftypisom\0\0\2\0";
	static const uint8_t script[] = "#!/bin/sh\n";

	(void)state;
	assert_int_equal(identify(GROUP_NONE, film, sizeof film), GROUP_MEDIA);
	assert_int_equal(identify(GROUP_TEXT, film, sizeof film), GROUP_TEXT);
	assert_int_equal(identify(GROUP_EXECUTABLE, film, sizeof film),
	    GROUP_EXECUTABLE);
	assert_int_equal(identify(GROUP_ARCHIVE, script, sizeof script),
	    GROUP_ARCHIVE);
	assert_int_equal(identify(GROUP_NONE, NULL, 0), GROUP_UNKNOWN);
}

static void
a_few_bytes_are_text_if_a_stream_of_events_begins_so(void **state)
{
	static const char *const begin[] = { ":", ":\n", "dat", "data:", "eve",
		"id:", "\r\n", "\nda", "retry", "\xef\xbb\xbf", "\n:" };
	static const char *const other[] = { "dex", "MZ\x90", "PK\3", "hello",
		"<", "D", " data", "\n#!/", "idx", "data:x", "retries",
		"e", "da", "\nr", "i", "\xef\xbb" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof begin / sizeof begin[0]; i++)
		assert_int_equal(identify(GROUP_UNKNOWN,
		    (const uint8_t *)begin[i], strlen(begin[i])), GROUP_TEXT);
	for (i = 0; i < sizeof other / sizeof other[0]; i++)
		assert_int_equal(identify(GROUP_UNKNOWN,
		    (const uint8_t *)other[i], strlen(other[i])),
		    GROUP_UNKNOWN);
	assert_int_equal(identify(GROUP_SCRIPT, (const uint8_t *)"id:", 3),
	    GROUP_SCRIPT);
}

static void
a_type_that_the_table_does_not_have_is_unknown(void **state)
{
	static const char *const none[] = { NULL, "", "CL_TYPE_", "PDF",
		"CL_TYPE_PDF2", "CL_TYPE_BINARY_DATA", "CL_TYPE_IGNORED",
		"CL_TYPE_ANY", "CL_TYPE_TEXT_UTF16BE", "CL_TYPE_RIFF" };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(none); i++)
		assert_int_equal(clamav_type_group(none[i]), GROUP_UNKNOWN);
	assert_int_equal(clamav_type_group("CL_TYPE_PDF"), GROUP_DOCUMENT);
	assert_int_equal(clamav_type_group("CL_TYPE_OOXML_XL"),
	    GROUP_DOCUMENT);
	assert_int_equal(clamav_type_group("CL_TYPE_MACHO_UNIBIN"),
	    GROUP_EXECUTABLE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(each_kind_of_file_is_told_by_its_bytes),
		IN_FOLDER(what_a_zip_is_for_is_told_by_its_first_member),
		IN_FOLDER(only_the_outermost_layer_counts),
		cmocka_unit_test(an_installer_is_a_program_and_not_a_document),
		cmocka_unit_test(what_the_engine_knows_is_not_taken_back),
		cmocka_unit_test(
		    a_few_bytes_are_text_if_a_stream_of_events_begins_so),
		cmocka_unit_test(
		    a_type_that_the_table_does_not_have_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
