/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "containers.h"
#include "wire/outcome.h"
#include "worker/inside.h"

/* An engine that comes upon what it is told to, and what was said. */
static struct {
	struct inside inside;
	struct budget budget;
	char said[1024];
	struct engine_layer shows[4];	/* in the first scan */
	unsigned show_count;
	bool closed;			/* the body itself */
	unsigned scans, stop_at;
	size_t first_len;		/* of the first scan */
} self;

static void
say(const char *a, const char *b)
{
	size_t len = strlen(self.said);

	snprintf(self.said + len, sizeof self.said - len, "%s%s%s%s",
	    len > 0 ? ", " : "", a, *b != '\0' ? " " : "", b);
}

static bool
spend(void *ctx, size_t len)
{
	(void)ctx;
	if (!budget_take(&self.budget, len)) {
		say("spent", "");
		return false;
	}
	return true;
}

static bool
scan(void *ctx, const uint8_t *bytes, size_t len, const char *path)
{
	const struct engine_layer body = {
		.bytes = bytes, .len = len, .path = "", .closed = self.closed,
	};
	unsigned i, count = self.show_count;

	(void)ctx;
	say("scan", path);
	if (self.scans == 0)
		self.first_len = len;
	inside_layer(&self.inside, &body);
	self.show_count = 0;
	self.closed = false;
	for (i = 0; i < count; i++)
		inside_layer(&self.inside, &self.shows[i]);
	return ++self.scans != self.stop_at;
}

static void
note(void *ctx, enum outcome outcome, const char *cause, const char *path)
{
	(void)ctx;
	(void)outcome;
	say(cause, path);
}

static bool
scan_value(void *ctx, const uint8_t *bytes, size_t len, const char *path)
{
	say("as a value", "");
	return scan(ctx, bytes, len, path);
}

static const struct sink sink = { NULL, spend, scan, scan, scan_value, note };

static int
begin(void **state)
{
	(void)state;
	memset(&self, 0, sizeof self);
	self.budget = (struct budget){ .bytes = 1 << 20, .depth = 4 };
	self.inside = (struct inside){ &self.budget, 100, .scan = &sink };
	return 0;
}

static int
end(void **state)
{
	(void)state;
	inside_free(&self.inside);
	return 0;
}

static void
shows(const void *bytes, size_t len, const char *path, bool closed)
{
	self.shows[self.show_count++] = (struct engine_layer){
		.bytes = bytes, .len = len, .level = 1, .path = path,
		.closed = closed,
	};
}

static void
assert_said(struct bytes b, const char *want)
{
	inside_look(&self.inside, b.data, b.len, "");
	assert_string_equal(self.said, want);
	bytes_free(&b);
}

static struct bytes
two(void)
{
	struct zip z = { .members = 0 };

	zip_add(&z, "a", "one", 3);
	zip_add(&z, "b", "three", 5);
	return zip_close(&z);
}

static struct bytes
text(const char *line)
{
	struct bytes b = { NULL, 0 };

	bytes_add(&b, line, strlen(line));
	return b;
}

static void
members_that_the_engine_did_not_see_are_scanned(void **state)
{
	(void)state;
	shows("three", 5, "b", false);
	assert_said(two(), "scan, scan a");
}

static void
other_bytes_of_the_same_length_were_not_seen(void **state)
{
	(void)state;
	shows("thre3", 5, "b", false);
	shows("onE", 3, "a", false);
	assert_said(two(), "scan, scan a, scan b");
}

static void
a_member_that_was_seen_is_opened_all_the_same(void **state)
{
	struct bytes inner = two(), outer, copy = two();

	(void)state;
	outer = zip_of("in.zip", &inner);
	shows(copy.data, copy.len, "in.zip", false);
	assert_said(outer, "scan, scan in.zip/a, scan in.zip/b");
	bytes_free(&copy);
}

static void
a_layer_that_only_the_engine_finds_is_opened(void **state)
{
	struct bytes inner = two();

	(void)state;
	shows(inner.data, inner.len, "attachment", false);
	assert_said(text("From: a mail"),
	    "scan, scan attachment/a, scan attachment/b");
	bytes_free(&inner);
}

static struct bytes
behind_a_script(void)
{
	struct bytes content = text("x"), b = text("#!/bin/sh\n"), gz;

	gz = gzip_of(&content);
	bytes_add(&b, gz.data, gz.len);
	bytes_free(&gz);
	return b;
}

static void
what_lies_behind_a_script_in_a_layer_is_opened(void **state)
{
	struct bytes inner = behind_a_script();

	(void)state;
	shows(inner.data, inner.len, "attachment", false);
	assert_said(text("From: a mail"),
	    "scan, scan attachment/behind/content");
	bytes_free(&inner);
}

static void
what_is_packed_without_a_mark_in_a_layer_is_opened(void **state)
{
	static const char zlib[] = "x\x9c\xab\0\0\0y\0y";

	(void)state;
	shows(zlib, sizeof zlib - 1, "attachment", false);
	assert_said(text("From: a mail"),
	    "scan, scan attachment/behind/content");
}

/* Whoever opens the archive looks at it. */
static void
a_member_is_not_kept_for_what_lies_behind_a_script_in_it(void **state)
{
	struct bytes inner = behind_a_script();

	(void)state;
	shows(inner.data, inner.len, "a", false);
	self.shows[0].member = true;
	assert_said(text("an archive"), "scan");
	bytes_free(&inner);
}

/* Without its directory. */
static struct bytes
cut(void)
{
	struct bytes b = two();

	b.len -= 80;
	return b;
}

static void
a_cut_member_is_told(void **state)
{
	struct bytes inner = cut(), outer = zip_of("in.zip", &inner);

	(void)state;
	assert_said(outer, "scan, scan in.zip, Container.Cut in.zip/, "
	    "scan in.zip/a, scan in.zip/b");
}

static void
a_layer_that_the_engine_cut_is_opened_but_not_told(void **state)
{
	struct bytes inner = cut();

	(void)state;
	shows(inner.data, inner.len, "attachment", false);
	assert_said(text("From: a mail"),
	    "scan, scan attachment/a, scan attachment/b");
	bytes_free(&inner);
}

static void
a_cut_member_that_is_a_layer_too_is_told(void **state)
{
	struct bytes inner = cut(), outer, copy = cut();

	(void)state;
	outer = zip_of("in.zip", &inner);
	shows(copy.data, copy.len, "in.zip", false);
	assert_said(outer, "scan, Container.Cut in.zip/, scan in.zip/a, "
	    "scan in.zip/b");
	bytes_free(&copy);
}

static void
a_cut_piece_is_opened_but_not_told(void **state)
{
	struct bytes piece = cut();

	(void)state;
	inside_look_piece(&self.inside, piece.data, piece.len, "preamble");
	assert_string_equal(self.said,
	    "scan preamble, scan preamble/a, scan preamble/b");
	assert_said(piece, "scan preamble, scan preamble/a, scan preamble/b, "
	    "scan, Container.Cut");
}

/* "bread and butter" 32 times, by xz. */
static const char run[] = "\xfd\x37zXZ\x00\x00\x04\xe6\xd6\xb4\x46\x02\x00!\x01"
    "\x16\x00\x00\x00t/\xe5\xa3\xe0\x01\xff\x00\x18]\x00\x31\x1c\x88\xcd"
    "\x86\x8c<\x12\x01I!r7~\x93\xdeI3\xf3\x87\x66\x19\x00\x00\x00\xb5\xf8P"
    "\xa0\x10\xe3\xceR\x00\x01\x34\x80\x04\x00\x00\x00\xa3\xb6:b\xb1\xc4g"
    "\xfb\x02\x00\x00\x00\x00\x04YZ";

static void
what_is_behind_the_first_run_of_an_image_is_no_damage(void **state)
{
	char file[2048] = { 0 }, *trailer = file + sizeof file - 512;

	(void)state;
	memcpy(file, run, sizeof run - 1);
	memset(file + sizeof run - 1, 'j', 700);
	inside_look(&self.inside, (uint8_t *)file, sizeof file, "");
	assert_string_equal(self.said, "scan, Container.Broken, "
	    "scan behind/content, scan behind");
	*self.said = '\0';
	memcpy(trailer, "koly\0\0\0\4\0\0\2", 12);
	inside_look(&self.inside, (uint8_t *)file, sizeof file, "");
	assert_non_null(strstr(self.said, "Container.Broken"));
	*self.said = '\0';
	/* A list of 4 bytes, which is none of ours. */
	trailer[222] = 4;
	trailer[231] = 4;
	inside_look(&self.inside, (uint8_t *)file, sizeof file, "");
	assert_null(strstr(self.said, "Container.Broken"));
	assert_non_null(strstr(self.said, "Container.DMG"));
}

static void
the_same_bytes_are_scanned_once(void **state)
{
	struct zip z = { .members = 0 };

	(void)state;
	zip_add(&z, "a", "same", 4);
	zip_add(&z, "b", "same", 4);
	assert_said(zip_close(&z), "scan, scan a");
}

static void
what_the_engine_cannot_open_and_nobody_else_is_unsupported(void **state)
{
	(void)state;
	self.closed = true;
	assert_said(text("no known thing"), "scan, Container.RAR");
}

/* 7z opens many of them. */
static void
an_iso_that_libarchive_refuses_is_broken(void **state)
{
	struct bytes b = { calloc(1, 60000), 60000 };

	(void)state;
	assert_non_null(b.data);
	memcpy(b.data + 32768, "\2CD001\1", 7);
	memcpy(b.data + 34816, "\377CD001\1", 7);
	assert_said(b, "scan, Container.Broken");
}

/* As a file of its own it was not scanned. */
static void
a_layer_taken_for_a_file_system_without_a_look_is_not_scanned(void **state)
{
	(void)state;
	shows("one", 3, "partition", false);
	assert_said(two(), "scan, scan b");
	inside_free(&self.inside);
	assert_int_equal(begin(state), 0);
	shows("one", 3, "partition", false);
	self.shows[0].forced = true;
	assert_said(two(), "scan, scan a, scan b");
}

static void
a_layer_that_nobody_can_open_is_unsupported(void **state)
{
	(void)state;
	shows("odd", 3, "a.rar", true);
	assert_said(text("From: a mail"), "scan, Container.RAR a.rar");
}

static void
what_the_engine_cannot_open_but_we_can_is_not(void **state)
{
	(void)state;
	self.closed = true;
	assert_said(two(), "scan, scan a, scan b");
}

static void
deeper_than_allowed_is_told(void **state)
{
	struct bytes content = text("x");

	(void)state;
	assert_said(zip_nested(&content, 5), "scan, scan 4.zip, "
	    "scan 4.zip/3.zip, scan 4.zip/3.zip/2.zip, "
	    "scan 4.zip/3.zip/2.zip/1.zip, "
	    "Limits.Recursion 4.zip/3.zip/2.zip/1.zip");
}

static void
what_lies_deeper_behind_a_script_is_told(void **state)
{
	(void)state;
	self.budget.depth = 0;
	assert_said(behind_a_script(), "scan, Limits.Recursion behind/content");
}

/* An object with one section, which begins as a text or not. */
static struct bytes
program(int first)
{
	struct bytes b = { calloc(1, 160), 160 };

	assert_non_null(b.data);
	memcpy(b.data, "\x64\x86\1", 3);
	b.data[20 + 16] = 100;
	b.data[20 + 20] = 60;
	memset(b.data + 60, 'a', 100);
	b.data[60] = (uint8_t)first;
	return b;
}

static void
a_program_where_nothing_may_be_opened_is_told_if_it_has_files(void **state)
{
	(void)state;
	self.budget.depth = 0;
	assert_said(program('\1'), "scan");
	self.said[0] = '\0';
	assert_said(program('a'), "scan, Limits.Recursion section");
}

/* 64 digits. */
#define PAGE "<a href='data:;base64,AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdH" \
	"h8gISIjJCUmJygpKissLS4v'>"

static void
what_stands_in_a_page_is_scanned(void **state)
{
	struct bytes page = text(PAGE);

	(void)state;
	assert_said(zip_of("a", &page),
	    "scan, scan a, as a value, scan a/value 1");
}

static void
what_stands_in_json_is_scanned_where_it_is_a_member(void **state)
{
	struct bytes json = text(" {\"a\": \"AAECAwQFBgcICQoLDA0ODxAREhMU\\/"
	    "RYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vAAEC\"}");

	(void)state;
	assert_said(zip_of("a", &json),
	    "scan, scan a, as a value, scan a/value 1");
}

static void
a_body_that_begins_like_json_need_be_none(void **state)
{
	(void)state;
	assert_said(text("{\"a\": \"AAECAwQFBgcICQoLDA0ODxAREhMU\\/"
	    "RYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vAAEC\"}"), "scan");
}

static void
what_stands_in_a_page_that_is_a_layer_is_scanned(void **state)
{
	(void)state;
	shows(PAGE, strlen(PAGE), "attachment", false);
	assert_said(text("From: a mail"),
	    "scan, as a value, scan attachment/value 1");
}

static void
a_page_in_a_value_is_read_and_what_is_in_it_counts(void **state)
{
	struct bytes page = text(PAGE), outer = zip_of("a", &page);

	(void)state;
	inside_look_value(&self.inside, outer.data, outer.len, "v");
	assert_string_equal(self.said, "as a value, scan v, scan v/a, "
	    "as a value, scan v/a/value 1");
	bytes_free(&outer);
}

/* As a JSON that is read by who knows what it is, too. */
static void
a_value_that_its_text_gave_is_not_scanned_again(void **state)
{
	static const uint8_t value[] = {
		0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17,
		18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33,
		34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
	};

	(void)state;
	assert_said(text(PAGE), "scan, as a value, scan value 1");
	assert_true(inside_look_new_value(&self.inside, value, sizeof value,
	    "v"));
	assert_string_equal(self.said, "scan, as a value, scan value 1");
	assert_true(inside_look_new_value(&self.inside, value, 47, "v"));
	assert_string_equal(self.said, "scan, as a value, scan value 1, "
	    "as a value, scan v");
	assert_true(inside_look_value(&self.inside, value, sizeof value, "w"));
	assert_non_null(strstr(self.said, ", scan w"));
}

static void
a_page_where_nothing_may_be_opened_is_told_if_it_has_files(void **state)
{
	(void)state;
	self.budget.depth = 0;
	assert_said(text("<a href='data:;base64,AAECAwQ='>"), "scan");
	self.said[0] = '\0';
	assert_said(text(PAGE), "scan, Limits.Recursion value 1");
}

static void
nothing_more_is_read_when_the_sink_wants_no_more(void **state)
{
	(void)state;
	self.stop_at = 2;
	assert_said(two(), "scan, scan a");
}

static void
kept_layers_cost_what_they_take(void **state)
{
	struct bytes inner = two();

	(void)state;
	self.budget.bytes = inner.len - 1;
	shows(inner.data, inner.len, "attachment", false);
	assert_said(text("From: a mail"), "scan, spent");
	bytes_free(&inner);
}

/* The engine does not get the directory: it would take too long. */
static void
an_archive_of_too_many_files_is_told_before_the_scan(void **state)
{
	struct bytes b = two();

	(void)state;
	self.inside.files = 1;
	inside_look(&self.inside, b.data, b.len, "");
	assert_string_equal(self.said,
	    "Limits.Files, scan, scan a, scan b");
	assert_memory_equal(b.data + self.first_len, "PK\1\2", 4);
	bytes_free(&b);
}

#define IN_SELF(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_SELF(members_that_the_engine_did_not_see_are_scanned),
		IN_SELF(other_bytes_of_the_same_length_were_not_seen),
		IN_SELF(a_member_that_was_seen_is_opened_all_the_same),
		IN_SELF(a_layer_that_only_the_engine_finds_is_opened),
		IN_SELF(what_lies_behind_a_script_in_a_layer_is_opened),
		IN_SELF(what_is_packed_without_a_mark_in_a_layer_is_opened),
		IN_SELF(
		    a_member_is_not_kept_for_what_lies_behind_a_script_in_it),
		IN_SELF(a_cut_member_is_told),
		IN_SELF(a_layer_that_the_engine_cut_is_opened_but_not_told),
		IN_SELF(a_cut_member_that_is_a_layer_too_is_told),
		IN_SELF(a_cut_piece_is_opened_but_not_told),
		IN_SELF(
		    what_is_behind_the_first_run_of_an_image_is_no_damage),
		IN_SELF(the_same_bytes_are_scanned_once),
		IN_SELF(
		    what_the_engine_cannot_open_and_nobody_else_is_unsupported),
		IN_SELF(an_iso_that_libarchive_refuses_is_broken),
		IN_SELF(
		a_layer_taken_for_a_file_system_without_a_look_is_not_scanned),
		IN_SELF(a_layer_that_nobody_can_open_is_unsupported),
		IN_SELF(what_the_engine_cannot_open_but_we_can_is_not),
		IN_SELF(deeper_than_allowed_is_told),
		IN_SELF(what_lies_deeper_behind_a_script_is_told),
		IN_SELF(
		a_program_where_nothing_may_be_opened_is_told_if_it_has_files),
		IN_SELF(what_stands_in_a_page_is_scanned),
		IN_SELF(what_stands_in_json_is_scanned_where_it_is_a_member),
		IN_SELF(a_body_that_begins_like_json_need_be_none),
		IN_SELF(what_stands_in_a_page_that_is_a_layer_is_scanned),
		IN_SELF(a_page_in_a_value_is_read_and_what_is_in_it_counts),
		IN_SELF(a_value_that_its_text_gave_is_not_scanned_again),
		IN_SELF(
		    a_page_where_nothing_may_be_opened_is_told_if_it_has_files),
		IN_SELF(nothing_more_is_read_when_the_sink_wants_no_more),
		IN_SELF(an_archive_of_too_many_files_is_told_before_the_scan),
		IN_SELF(kept_layers_cost_what_they_take),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
