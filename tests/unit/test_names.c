/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "policy/names.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define BOTH (ODD_DOUBLE_EXTENSION | ODD_RIGHT_TO_LEFT)

static const struct {
	const char *url, *disposition;
	unsigned odd;
	enum type_group group;
} cases[] = {
	{ NULL, NULL, 0, GROUP_NONE },
	{ "", "", 0, GROUP_NONE },
	{ "http://a.test", NULL, 0, GROUP_NONE },
	{ "http://a.com/", NULL, 0, GROUP_NONE },
	{ "http://a.test/a.pdf", NULL, 0, GROUP_DOCUMENT },
	{ "http://a.test/a.Jpeg", NULL, 0, GROUP_IMAGE },
	{ "http://a.test/a.mp4", NULL, 0, GROUP_MEDIA },
	{ "http://a.test/index.html?a=b.exe", NULL, 0, GROUP_TEXT },
	{ "http://a.test/a.EXE?b=c.zip", NULL, 0, GROUP_EXECUTABLE },
	{ "/a/b.zip#c.exe", NULL, 0, GROUP_ARCHIVE },
	{ "http://a.test/x.pdf/setup.exe", NULL, 0, GROUP_EXECUTABLE },
	{ "http://a.test/a.pdf.exe", NULL, ODD_DOUBLE_EXTENSION,
	    GROUP_EXECUTABLE },
	{ "http://a.test/a.PDF.Scr", NULL, ODD_DOUBLE_EXTENSION,
	    GROUP_EXECUTABLE },
	{ "http://a.test/a.pdf%20%20%20.js", NULL, ODD_DOUBLE_EXTENSION,
	    GROUP_SCRIPT },
	{ "http://a.test/a.pdf.exe.%20", NULL, ODD_DOUBLE_EXTENSION,
	    GROUP_EXECUTABLE },
	{ "http://a.test/a%2epdf%2eexe", NULL, ODD_DOUBLE_EXTENSION,
	    GROUP_EXECUTABLE },
	{ "http://a.test/pdf.exe", NULL, 0, GROUP_EXECUTABLE },
	{ "http://a.test/jquery.min.js", NULL, 0, GROUP_SCRIPT },
	{ "http://a.test/a.tar.gz", NULL, 0, GROUP_ARCHIVE },
	{ "http://a.test/a.1.2.exe", NULL, 0, GROUP_EXECUTABLE },
	{ "http://a.test/a%E2%80%AEfdp.exe", NULL, ODD_RIGHT_TO_LEFT,
	    GROUP_EXECUTABLE },
	{ "http://a.test/a\xe2\x80\x8f.pdf", NULL, ODD_RIGHT_TO_LEFT,
	    GROUP_DOCUMENT },
	{ "http://a.test/%D7%A9%D7%9C.pdf", NULL, 0, GROUP_DOCUMENT },
	{ "http://a.test/a%E2%80%AEb.doc.exe", NULL, BOTH, GROUP_EXECUTABLE },
	{ "http://a.test/get", "attachment; filename=a.pdf.exe",
	    ODD_DOUBLE_EXTENSION, GROUP_EXECUTABLE },
	{ "http://a.test/get", "attachment; FileName = \"a b.iso\"; size=3",
	    0, GROUP_DISK_IMAGE },
	{ "http://a.test/get", "attachment; filename=\"a.pdf\"; "
	    "filename*=UTF-8''a%2Edoc%2Evbs", ODD_DOUBLE_EXTENSION,
	    GROUP_SCRIPT },
	{ "http://a.test/get", "attachment; filename=\"a\\\".pdf.exe\"",
	    ODD_DOUBLE_EXTENSION, GROUP_EXECUTABLE },
	{ "http://a.test/a.exe", "attachment; filename=a.docm", 0,
	    GROUP_MACRO },
	{ "http://a.test/get", "attachment; filename", 0, GROUP_NONE },
	{ "http://a.test/get", "attachment; filename=\"a.exe", 0,
	    GROUP_EXECUTABLE },
	{ "http://a.test/get", "attachment; filename=\"\\", 0, GROUP_NONE },
	{ "http://a.test/%", "filename=%;filename=%4", 0, GROUP_NONE },
};

static void
all_names_that_may_be_taken_are_told(void **state)
{
	static const unsigned media = GROUP_BIT(GROUP_MEDIA),
	    archive = GROUP_BIT(GROUP_ARCHIVE), none = GROUP_BIT(GROUP_NONE);
	static const struct {
		const char *url, *first, *second;
		unsigned groups;
	} told[] = {
		{ "http://a.test/", NULL, NULL, 0 },
		{ "/a.mp4", NULL, NULL, media },
		{ "/a.zip;x.mp4", NULL, NULL, archive | media },
		{ "/a.mp4;x;y.zip", NULL, NULL, archive | media },
		{ "/a.mp4;id=5", NULL, NULL, media | none },
		{ "/a.zip", "attachment; filename=a.mp4", NULL,
		    archive | media },
		{ "/get", "filename*=utf-8''a.zip; filename=a.mp4", NULL,
		    archive | media | none },
		{ "/a.mp4", "filename=a.mp4", "filename=\"a.zip\"",
		    archive | media },
		{ "/a.mp4", "filename=a.zip", "filename=a.mp4",
		    archive | media },
	};
	struct names have;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(told); i++) {
		have = names_look(told[i].url, told[i].first);
		names_add(&have, told[i].second);
		if (have.groups != told[i].groups)
			fail_msg("case %zu: %x", i, have.groups);
	}
}

static void
each_name_is_what_it_looks_like(void **state)
{
	struct names have;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		have = names_look(cases[i].url, cases[i].disposition);
		if (have.odd != cases[i].odd || have.group != cases[i].group)
			fail_msg("case %zu: odd %s, %s", i,
			    name_oddities(have.odd),
			    type_group_name(have.group));
	}
}

static void
the_end_of_a_long_name_counts(void **state)
{
	char url[3000] = "http://a.test/";

	(void)state;
	memset(url + strlen(url), 'x', 2000);
	strcat(url, ".pdf.exe");
	assert_int_equal(names_look(url, NULL).odd, ODD_DOUBLE_EXTENSION);
}

static const struct {
	const char *type;
	enum type_group group;
} declared[] = {
	{ "", GROUP_NONE },
	{ " ", GROUP_NONE },
	{ ";", GROUP_NONE },
	{ "text/html; charset=utf-8", GROUP_TEXT },
	{ "text/", GROUP_TEXT },
	{ "text", GROUP_NONE },
	{ "image/png", GROUP_IMAGE },
	{ "IMAGE/svg+xml", GROUP_IMAGE },
	{ "image", GROUP_NONE },
	{ "video/mp4", GROUP_MEDIA },
	{ "audio/mpeg", GROUP_MEDIA },
	{ "application/ogg", GROUP_MEDIA },
	{ "application/oggs", GROUP_NONE },
	{ "text/rtf", GROUP_DOCUMENT },
	{ "application/pdf", GROUP_DOCUMENT },
	{ "application/octet-stream", GROUP_NONE },
	{ "multipart/form-data; boundary=a", GROUP_NONE },
	{ "application/zip", GROUP_ARCHIVE },
	{ " Application/ZIP ;x=y", GROUP_ARCHIVE },
	{ "application/zip application/x-msi", GROUP_ARCHIVE },
	{ "zip", GROUP_NONE },
	{ "application/x-dosexec", GROUP_EXECUTABLE },
	{ "text/javascript", GROUP_SCRIPT },
	{ "application/vnd.ms-word.document.macroEnabled.12", GROUP_MACRO },
	{ "application/x-iso9660-image", GROUP_DISK_IMAGE },
};

static void
each_declared_type_has_its_group(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(declared); i++)
		if (type_group_declared(declared[i].type,
		    strlen(declared[i].type)) != declared[i].group)
			fail_msg("\"%s\"", declared[i].type);
}

static void
one_type_is_of_streams_of_events(void **state)
{
	static const char *const is[] = { "text/event-stream",
		" TEXT/Event-Stream; charset=utf-8", "text/event-stream x" };
	static const char *const is_not[] = { "", "text/event-streams",
		"text/event", "text/event-strea", "x text/event-stream",
		"text/plain; text/event-stream", "text/" };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(is); i++)
		assert_true(type_is_events(is[i], strlen(is[i])));
	for (i = 0; i < COUNT(is_not); i++)
		assert_false(type_is_events(is_not[i], strlen(is_not[i])));
}

static void
each_oddity_has_a_word(void **state)
{
	(void)state;
	assert_string_equal(name_oddities(0), "-");
	assert_string_equal(name_oddities(BOTH),
	    "double-extension,right-to-left");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_name_is_what_it_looks_like),
		cmocka_unit_test(all_names_that_may_be_taken_are_told),
		cmocka_unit_test(the_end_of_a_long_name_counts),
		cmocka_unit_test(each_declared_type_has_its_group),
		cmocka_unit_test(one_type_is_of_streams_of_events),
		cmocka_unit_test(each_oddity_has_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
