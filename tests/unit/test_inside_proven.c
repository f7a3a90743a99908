/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "containers.h"
#include "said.h"
#include "worker/inside.h"

/* Bytes in a RAR that ends in the middle of them, or of its own last block. */
#define END 7

static struct inside inside;
static struct budget budget;
static struct bytes shown;		/* what the engine comes upon once */

static bool
scan(void *ctx, const uint8_t *bytes, size_t len, const char *path)
{
	const struct engine_layer body = { .bytes = bytes, .len = len,
		.path = "" };
	const struct engine_layer layer = { .bytes = shown.data,
		.len = shown.len, .level = 1, .path = "found" };

	inside_layer(&inside, &body);
	if (shown.len > 0)
		inside_layer(&inside, &layer);
	shown.len = 0;
	return sink.visit(ctx, bytes, len, path);
}

static struct sink scanner;

static int
begin(void **state)
{
	(void)state;
	start();
	scanner = sink;
	scanner.visit = scanner.visit_piece = scanner.visit_value = scan;
	budget = (struct budget){ .bytes = 1 << 20, .depth = 4 };
	inside = (struct inside){ &budget, 100, .scan = &scanner };
	return 0;
}

static int
end(void **state)
{
	(void)state;
	inside_free(&inside);
	bytes_free(&shown);
	return 0;
}

static struct bytes
text(const char *of)
{
	struct bytes b = { NULL, 0 };

	bytes_add(&b, of, strlen(of));
	return b;
}

/* A gzip without its last bytes. */
static struct bytes
cut_gzip(void)
{
	struct bytes content = text("some text that is not short"), gz;

	gz = gzip_of(&content);
	gz.len -= 10;
	return gz;
}

static struct bytes
rar_with(struct bytes content)
{
	return rar_of("a", &content);
}

static struct bytes
cut_rar(void)
{
	struct bytes b = rar_with(text("some text that is not short"));

	b.len -= END + 10;
	return b;
}

static struct bytes
behind_a_script(struct bytes b)
{
	struct bytes script = text("#!/bin/sh\n");

	bytes_add(&script, b.data, b.len);
	bytes_free(&b);
	return script;
}

static void
look_at_piece(struct bytes b)
{
	inside_look_piece(&inside, b.data, b.len, "piece");
	bytes_free(&b);
}

static void
a_piece_that_is_cut_is_told_if_its_header_proves_it(void **state)
{
	(void)state;
	look_at_piece(cut_rar());
	assert_non_null(strstr(said, "Container.Cut"));
}

static void
a_piece_that_need_not_be_a_container_is_not(void **state)
{
	(void)state;
	look_at_piece(cut_gzip());
	assert_null(strstr(said, "Container."));
}

static void
so_it_is_behind_a_script(void **state)
{
	(void)state;
	look_at_piece(behind_a_script(cut_rar()));
	assert_non_null(strstr(said, "Container.Cut"));
}

static void
what_the_engine_took_out_is_told_so(void **state)
{
	struct bytes mail = text("From: a mail");

	(void)state;
	shown = cut_rar();
	inside_look(&inside, mail.data, mail.len, "");
	assert_non_null(strstr(said, "Container.Cut"));
	bytes_free(&mail);
}

static void
members_of_what_is_proven_are_files(void **state)
{
	(void)state;
	look_at_piece(rar_with(cut_gzip()));
	assert_non_null(strstr(said, "Container.Cut"));
}

static void
so_are_those_behind_a_script(void **state)
{
	(void)state;
	look_at_piece(behind_a_script(rar_with(cut_gzip())));
	assert_non_null(strstr(said, "Container.Cut"));
}

#define PROVEN(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PROVEN(a_piece_that_is_cut_is_told_if_its_header_proves_it),
		PROVEN(a_piece_that_need_not_be_a_container_is_not),
		PROVEN(so_it_is_behind_a_script),
		PROVEN(what_the_engine_took_out_is_told_so),
		PROVEN(members_of_what_is_proven_are_files),
		PROVEN(so_are_those_behind_a_script),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
