/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/settings.h"
#include "config/settings_rows.h"
#include "wire/keeper_msg.h"

#define NETWORKS                                                               \
	"allowed: 1 to 32 addresses or networks, such as 192.0.2.7, "          \
	"10.0.0.0/8, ::1, 2001:db8::/32"
#define ENDINGS                                                                \
	"allowed: up to 32 endings without their dot, such as mp4, of a-z "    \
	"0-9 _ + -"
#define HOSTS "allowed: up to 32 names of hosts, such as example.org, or *"
#define GROUPS                                                                 \
	"allowed: none, or some of executable, script, archive, "              \
	"macro, disk-image, document, image, media, text"
#define PATH_SET "A-Z a-z 0-9 . _ / + : @ % = -"
#define LISTEN "allowed: IPV4-ADDRESS:PORT, such as 127.0.0.1:1344"
#define USER "allowed: the name of a user, or its number; not root"
#define BYTES " bytes, with K, M or G behind the number if you like"
#define ABSOLUTE "allowed: an absolute path of at most 255 of " PATH_SET " ,"

static struct settings settings, other;

static int
setup(void **state)
{
	(void)state;
	settings_defaults(&settings);
	return 0;
}

static void
assert_value(const struct settings *of, const char *key, const char *want)
{
	struct err err;
	char *value;

	assert_int_equal(setting_value(setting_find(key), of, &value, &err), 0);
	assert_string_equal(value, want);
	free(value);
}

static void
every_key_has_a_default_that_it_takes_itself(void **state)
{
	struct err err;
	char *value;
	size_t i;

	(void)state;
	settings_defaults(&other);
	for (i = 0; i < setting_count(); i++) {
		const struct setting *row = setting_row(i);

		assert_int_equal(setting_value(row, &settings, &value, &err),
		    0);
		assert_true(*value != '\0' || row->kind == &kind_files);
		if (settings_set(&other, row->key, value, &err) == -1)
			fail_msg("%s", err.text);
		free(value);
	}
	assert_memory_equal(&settings, &other, sizeof settings);
}

static void
defaults_are_those_of_the_manual(void **state)
{
	static const struct {
		const char *key, *want;
	} cases[] = {
		{ "log.level", "info" },
		{ "icap.listen", "127.0.0.1:1344" },
		{ "icap.clients", "127.0.0.1,::1" },
		{ "icap.preview", "16K" },
		{ "body.max", "100M" },
		{ "proxy.drip", "on-stall" },
		{ "sandbox", "required" },
		{ "scan.max", "400M" },
		{ "signatures.folders", "/var/lib/clamav" },
		{ "page.contact", "your administrator" },
		{ "policy.none", "block" },
		{ "policy.infected", "block" },
		{ "policy.encrypted", "pass" },
		{ "policy.too-big", "block" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_value(&settings, cases[i].key, cases[i].want);
	assert_int_equal(settings.icap_threads, 256);
	assert_int_equal(settings.body_max, 100 * 1024 * 1024);
}

static void
every_key_stands_once(void **state)
{
	size_t i, j;

	(void)state;
	for (i = 0; i < setting_count(); i++) {
		assert_ptr_equal(setting_find(setting_row(i)->key),
		    setting_row(i));
		for (j = 0; j < i; j++)
			assert_true(setting_row(i)->offset !=
			    setting_row(j)->offset);
	}
}

static void
good_value_is_kept_in_its_canonical_form(void **state)
{
	static const struct {
		const char *key, *value, *want;
	} cases[] = {
		{ "icap.threads", "4", "4" },
		{ "icap.threads", "4096", "4096" },
		{ "icap.preview", "0", "0" },
		{ "body.max", "2048K", "2M" },
		{ "body.max", "1073741824", "1G" },
		{ "body.max", "1025", "1025" },
		{ "scan.max", "2147483645", "2147483645" },
		{ "icap.listen", "0.0.0.0:1", "0.0.0.0:1" },
		{ "icap.listen", "[::]:65535", "[::]:65535" },
		{ "icap.listen", "[0:0:0::1]:01344", "[::1]:1344" },
		{ "icap.clients", "10.1.2.3/8", "10.0.0.0/8" },
		{ "icap.clients", "10.1.2.3/32", "10.1.2.3" },
		{ "icap.clients", "0.0.0.0/0,::/0", "0.0.0.0/0,::/0" },
		{ "icap.clients", " 192.0.2.7 ,  2001:DB8::FF/33",
		    "192.0.2.7,2001:db8::/33" },
		{ "icap.clients", "10.0.0.129/25", "10.0.0.128/25" },
		{ "icap.user", "nobody", "nobody" },
		{ "icap.user", "61771", "61771" },
		{ "scan.user", "_c-icap.2", "_c-icap.2" },
		{ "icap.program", "/opt/a+b/c,d=e", "/opt/a+b/c,d=e" },
		{ "signatures.folders", "/a, /b/c", "/a,/b/c" },
		{ "proxy.drip", "never", "never" },
		{ "proxy.range_endings", " MP4 , 7z", "mp4,7z" },
		{ "proxy.range_endings", "", "" },
		{ "proxy.range_hosts", "Example.ORG,*", "example.org,*" },
		{ "trickle.types", "", "" },
		{ "trickle.types", "text , disk-image", "disk-image,text" },
		{ "trickle.types", "media,media", "media" },
		{ "sandbox", "best-effort", "best-effort" },
		{ "log.level", "debug", "debug" },
		{ "page.contact", "J\xc3\xbcrgen, Tel. <12>",
		    "J\xc3\xbcrgen, Tel. <12>" },
		{ "page.contact", "a=b", "a=b" },
		{ "policy.timeout", "pass", "pass" },
		{ "policy.clean", "block", "block" },
		{ "policy.none", "block", "block" },
	};
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		if (settings_set(&settings, cases[i].key, cases[i].value,
		    &err) == -1)
			fail_msg("%s", err.text);
		assert_value(&settings, cases[i].key, cases[i].want);
	}
}

static const struct bad {
	const char *key, *value, *want;
} bad[] = {
	{ "icap.thread", "1", "icap.thread: there is no such setting; allowed: "
	    "listen, clients, threads, spare_threads, preview, "
	    "options_ttl, keepalive, "
	    "timeout, program, module, user" },
	{ "icap", "1", "icap: there is no such setting; allowed: "
	    "listen, clients, threads, spare_threads, preview, "
	    "options_ttl, keepalive, "
	    "timeout, program, module, user" },
	{ "x.y", "1", "x.y: there is no such setting; allowed: sandbox, "
	    "the list policies, the groups log, icap, body, cache, names, "
	    "types, proxy, trickle, signatures, reload, scan, page, test, "
	    "policy" },
	{ "", "1", ": there is no such setting; allowed: sandbox, "
	    "the list policies, the groups log, icap, body, cache, names, "
	    "types, proxy, trickle, signatures, reload, scan, page, test, "
	    "policy" },
	{ "a\nb", "1", "a\\x0ab: there is no such setting; allowed: "
	    "sandbox, the list policies, the groups log, icap, body, cache, "
	    "names, types, proxy, trickle, signatures, reload, scan, page, "
	    "test, policy" },
	{ "icap.threads", "3",
	    "icap.threads: \"3\" is too small; allowed: 4 to 4096" },
	{ "icap.threads", "4097",
	    "icap.threads: \"4097\" is too large; allowed: 4 to 4096" },
	{ "icap.threads", "99999999999999999999999",
	    "icap.threads: \"99999999999999999999999\" is too large; allowed: "
	    "4 to 4096" },
	{ "icap.threads", "-5",
	    "icap.threads: \"-5\" is no whole number; allowed: 4 to 4096" },
	{ "icap.threads", "1K",
	    "icap.threads: \"1K\" is no whole number; allowed: 4 to 4096" },
	{ "icap.threads", " 5",
	    "icap.threads: \" 5\" is no whole number; allowed: 4 to 4096" },
	{ "icap.threads", "",
	    "icap.threads: \"\" is no whole number; allowed: 4 to 4096" },
	{ "icap.timeout", "0",
	    "icap.timeout: \"0\" is too small; allowed: 5 to 3600 seconds" },
	{ "icap.preview", "64.5K", "icap.preview: \"64.5K\" is no number of "
	    "bytes; allowed: 0 to 60K" BYTES },
	{ "icap.preview", "1k", "icap.preview: \"1k\" is no number of bytes; "
	    "allowed: 0 to 60K" BYTES },
	{ "icap.preview", "1KB", "icap.preview: \"1KB\" is no number of bytes; "
	    "allowed: 0 to 60K" BYTES },
	{ "body.max", "2G", "body.max: \"2G\" is too large; allowed: 1K to "
	    "2147483645" BYTES },
	{ "body.max", "18446744073709551615G", "body.max: "
	    "\"18446744073709551615G\" is too large; allowed: 1K to "
	    "2147483645" BYTES },
	{ "icap.listen", "1344", "icap.listen: \"1344\" is no address and "
	    "port; " LISTEN },
	{ "icap.listen", "localhost:1344", "icap.listen: \"localhost:1344\" is "
	    "no address and port; " LISTEN },
	{ "icap.listen", "::1:1344", "icap.listen: \"::1:1344\" is no address "
	    "and port; " LISTEN },
	{ "icap.listen", "[127.0.0.1]:1344", "icap.listen: "
	    "\"[127.0.0.1]:1344\" is no address and port; " LISTEN },
	{ "icap.listen", "127.0.0.1:0", "icap.listen: \"127.0.0.1:0\" has no "
	    "port from 1 to 65535; " LISTEN },
	{ "icap.listen", "127.0.0.1:65536", "icap.listen: \"127.0.0.1:65536\" "
	    "has no port from 1 to 65535; " LISTEN },
	{ "icap.listen", "127.0.0.1:1344 ", "icap.listen: \"127.0.0.1:1344 \" "
	    "has no port from 1 to 65535; " LISTEN },
	{ "icap.listen", "[::1]:1\nUser root", "icap.listen: "
	    "\"[::1]:1\\x0aUser root\" has no port from 1 to 65535; " LISTEN },
	{ "icap.clients", "10.0.0.0/33", "icap.clients: \"10.0.0.0/33\" has a "
	    "bad prefix length; " NETWORKS },
	{ "icap.clients", "::1/129", "icap.clients: \"::1/129\" has a bad "
	    "prefix length; " NETWORKS },
	{ "icap.clients", "10.0.0.0/", "icap.clients: \"10.0.0.0/\" has a bad "
	    "prefix length; " NETWORKS },
	{ "icap.clients", "10.0.0", "icap.clients: \"10.0.0\" is no address or "
	    "network; " NETWORKS },
	{ "icap.clients", "::1,all", "icap.clients: \"all\" is no address or "
	    "network; " NETWORKS },
	{ "icap.clients", "", "icap.clients: an item is empty; " NETWORKS },
	{ "icap.clients", "::1,", "icap.clients: an item is empty; " NETWORKS },
	{ "icap.user", "root",
	    "icap.user: \"root\" cannot be the user; " USER },
	{ "icap.user", "0", "icap.user: \"0\" cannot be the user; " USER },
	{ "icap.user", "4294967296", "icap.user: \"4294967296\" cannot be the "
	    "user; " USER },
	{ "icap.user", "a b", "icap.user: \"a b\" cannot be the user; " USER },
	{ "icap.user", "-x", "icap.user: \"-x\" cannot be the user; " USER },
	{ "icap.user", "", "icap.user: \"\" cannot be the user; " USER },
	{ "icap.program", "c-icap", "icap.program: \"c-icap\" is no absolute "
	    "path; " ABSOLUTE },
	{ "icap.program", "/a b", "icap.program: \"/a b\" has a character that "
	    "a path here may not have; " ABSOLUTE },
	{ "icap.program", "/a\n", "icap.program: \"/a\\x0a\" has a character "
	    "that a path here may not have; " ABSOLUTE },
	{ "icap.program", "/a\"", "icap.program: \"/a\\x22\" has a character "
	    "that a path here may not have; " ABSOLUTE },
	{ "icap.program", "/\xc3\xa4", "icap.program: \"/\\xc3\\xa4\" has a "
	    "character that a path here may not have; " ABSOLUTE },
	{ "signatures.folders", "/a,b", "signatures.folders: \"b\" is no "
	    "absolute path; allowed: 1 to 32 absolute paths of at most 255 of "
	    PATH_SET },
	{ "proxy.drip", "on", "proxy.drip: \"on\" is none of the words; "
	    "allowed: on-stall, always, never" },
	{ "proxy.drip", "on-stall|always", "proxy.drip: \"on-stall|always\" is "
	    "none of the words; allowed: on-stall, always, never" },
	{ "proxy.range_endings", ".mp4", "proxy.range_endings: \".mp4\" is no "
	    "ending of a file; " ENDINGS },
	{ "proxy.range_endings", "mp4,", "proxy.range_endings: an item is "
	    "empty; " ENDINGS },
	{ "proxy.range_hosts", "*.a.test", "proxy.range_hosts: \"*.a.test\" is "
	    "no name of a host; " HOSTS },
	{ "proxy.range_hosts", ".a.test", "proxy.range_hosts: \".a.test\" is "
	    "no name of a host; " HOSTS },
	{ "proxy.range_hosts", "a.test/b", "proxy.range_hosts: \"a.test/b\" is "
	    "no name of a host; " HOSTS },
	{ "trickle.types", "video", "trickle.types: \"video\" is no kind of "
	    "files; " GROUPS },
	{ "trickle.types", "-", "trickle.types: \"-\" is no kind of files; "
	    GROUPS },
	{ "trickle.types", "unknown", "trickle.types: \"unknown\" is no kind "
	    "of files; " GROUPS },
	{ "trickle.types", "media,", "trickle.types: an item is empty; "
	    GROUPS },
	{ "trickle.share", "100", "trickle.share: \"100\" is too large; "
	    "allowed: 1 to 99" },
	{ "trickle.share", "0", "trickle.share: \"0\" is too small; allowed: "
	    "1 to 99" },
	{ "trickle.hold", "0", "trickle.hold: \"0\" is too small; allowed: 1 "
	    "to 2147483645" BYTES },
	{ "sandbox", "off", "sandbox: \"off\" is none of the words; "
	    "allowed: required, best-effort" },
	{ "log.level", "", "log.level: \"\" is none of the words; allowed: "
	    "error, warn, info, debug" },
	{ "page.contact", "", "page.contact: \"\" is empty; allowed: 1 to 255 "
	    "bytes of printable UTF-8 text" },
	{ "page.contact", "a\nb", "page.contact: \"a\\x0ab\" has a character "
	    "that cannot be printed; allowed: 1 to 255 bytes of printable "
	    "UTF-8 text" },
	{ "page.contact", "\xff", "page.contact: \"\\xff\" is no UTF-8 text; "
	    "allowed: 1 to 255 bytes of printable UTF-8 text" },
	{ "policy.none", "pass", "policy.none: \"pass\" may not be for this "
	    "outcome; allowed: block" },
	{ "policy.timeout", "allow", "policy.timeout: \"allow\" is no action; "
	    "allowed: block, pass" },
};

static void
bad_value_is_refused_with_key_reason_and_what_is_allowed(void **state)
{
	struct err err;
	size_t i;

	(void)state;
	other = settings;
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(settings_set(&settings, bad[i].key,
		    bad[i].value, &err), -1);
		assert_string_equal(err.text, bad[i].want);
	}
	assert_memory_equal(&settings, &other, sizeof settings);
}

static void
value_that_is_too_long_is_refused_for_every_key(void **state)
{
	static char text[9000], list[9000];
	struct err err;
	size_t i;

	(void)state;
	memset(text, 'a', sizeof text - 1);
	text[0] = '/';
	for (i = 0; i < 100; i++)
		strcat(list, "/a,");
	strcat(list, "/a");
	other = settings;
	for (i = 0; i < setting_count(); i++) {
		assert_int_equal(settings_set(&settings, setting_row(i)->key,
		    text, &err), -1);
		assert_true(strlen(err.text) < sizeof err.text - 1);
	}
	assert_int_equal(settings_set(&settings, "signatures.folders", list,
	    &err), -1);
	text[SETTING_TEXT] = '\0';
	assert_int_equal(settings_set(&settings, "icap.program", text, &err),
	    -1);
	assert_memory_equal(&settings, &other, sizeof settings);
	text[SETTING_TEXT - 1] = '\0';
	assert_int_equal(settings_set(&settings, "icap.program", text, &err),
	    0);
}

static void
list_takes_32_items_and_not_one_more(void **state)
{
	char list[LIST_MAX * 4 + 8] = "/a";
	struct err err;
	int i;

	(void)state;
	for (i = 1; i < LIST_MAX; i++)
		strcat(list, ",/a");
	assert_int_equal(settings_set(&settings, "signatures.folders", list,
	    &err), 0);
	assert_int_equal(settings.signature_folders.count, LIST_MAX);
	strcat(list, ",/a");
	assert_int_equal(settings_set(&settings, "signatures.folders", list,
	    &err), -1);
	assert_int_equal(strncmp(err.text,
	    "signatures.folders: the list is too long; ", 42), 0);
}

static void
text_differs_when_any_setting_differs(void **state)
{
	char *first, *second;
	struct err err;

	(void)state;
	assert_int_equal(settings_text(&settings, &first, &err), 0);
	assert_int_equal(settings_set(&settings, "policy.forbidden", "pass",
	    &err), 0);
	assert_int_equal(settings_text(&settings, &second, &err), 0);
	assert_string_not_equal(first, second);
	free(first);
	free(second);
}

/* Points all that must exist to something that does. */
static void
point_to_real_things(struct settings *to)
{
	assert_int_equal(settings_set(to, "icap.program", "/bin/sh", NULL), 0);
	assert_int_equal(settings_set(to, "scan.program", "/bin/sh", NULL), 0);
	assert_int_equal(settings_set(to, "icap.module", "/bin/sh", NULL), 0);
	assert_int_equal(settings_set(to, "page.templates", "/", NULL), 0);
	assert_int_equal(settings_set(to, "signatures.folders", "/", NULL), 0);
}

static void
check_names_the_setting_that_is_to_blame(void **state)
{
	static const struct {
		const char *key, *value, *blamed, *want;
	} cases[] = {
		{ "icap.spare_threads", "256", "icap.spare_threads",
		    "256 spare ones leave no thread for requests; allowed: "
		    "less than icap.threads, which is 256" },
		{ "scan.small_workers", "125", "scan.small_workers",
		    "127 workers are too many; allowed: scan.small_workers and "
		    "scan.big_workers together at most 126" },
		{ "cache.size", "65535", "cache.size",
		    "65535 bytes are too few; allowed: 0, or at least 65536" },
		{ "body.max", "401M", "body.max", "420478976 bytes are more "
		    "than are scanned; allowed: at most scan.max, which is "
		    "419430400" },
		{ "scan.memory", "399M", "scan.memory", "418381824 bytes are "
		    "less than may be unpacked; allowed: at least scan.max, "
		    "which is 419430400" },
		{ "icap.program", "/nowhere", "icap.program", "/nowhere: No "
		    "such file or directory; allowed: the program c-icap "
		    "(Debian's package c-icap)" },
		{ "icap.program", "/", "icap.program", "/: is no file; "
		    "allowed: the program c-icap (Debian's package c-icap)" },
		{ "icap.module", "/nowhere", "icap.module", "/nowhere: No such "
		    "file or directory; allowed: srv_glassgate.so of this "
		    "glassgate" },
		{ "scan.program", "/etc/passwd", "scan.program", "/etc/passwd: "
		    "Permission denied; allowed: the program glassgate-keeper "
		    "of this glassgate" },
		{ "page.templates", "/bin/sh", "page.templates", "/bin/sh: is "
		    "no folder; allowed: a folder with en/blocked.html" },
		{ "signatures.folders", "/,/nowhere", "signatures.folders",
		    "/nowhere: No such file or directory; allowed: folders "
		    "with ClamAV signatures" },
	};
	const char *blamed = NULL;
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		settings_defaults(&settings);
		point_to_real_things(&settings);
		if (settings_check(&settings, &blamed, &err) == -1)
			fail_msg("%s: %s", blamed, err.text);
		assert_int_equal(settings_set(&settings, cases[i].key,
		    cases[i].value, &err), 0);
		assert_int_equal(settings_check(&settings, &blamed, &err), -1);
		assert_string_equal(blamed, cases[i].blamed);
		assert_string_equal(err.text, cases[i].want);
	}
}

static void
manual_has_every_key_and_no_stray_roff_request(void **state)
{
	char *manual = NULL, *line, want[96], *rest;
	FILE *out;
	size_t len, i;

	(void)state;
	out = open_memstream(&manual, &len);
	assert_non_null(out);
	settings_print_manual(out);
	assert_int_equal(fclose(out), 0);
	for (i = 0; i < setting_count(); i++) {
		snprintf(want, sizeof want, "\n.B %.7s",
		    setting_row(i)->key);
		assert_non_null(strstr(manual, want));
	}
	for (line = strtok_r(manual, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest))
		if (*line == '.')
			assert_non_null(strstr(".TH .SH .SS .TP .B .br .PP .EX "
			    ".EE .BR .I ", strndupa(line, strcspn(line, " "))));
	free(manual);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, setup)
	const struct CMUnitTest tests[] = {
		TEST(every_key_has_a_default_that_it_takes_itself),
		TEST(defaults_are_those_of_the_manual),
		TEST(every_key_stands_once),
		TEST(good_value_is_kept_in_its_canonical_form),
		TEST(bad_value_is_refused_with_key_reason_and_what_is_allowed),
		TEST(value_that_is_too_long_is_refused_for_every_key),
		TEST(list_takes_32_items_and_not_one_more),
		TEST(text_differs_when_any_setting_differs),
		TEST(check_names_the_setting_that_is_to_blame),
		TEST(manual_has_every_key_and_no_stray_roff_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
