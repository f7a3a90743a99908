/* SPDX-License-Identifier: GPL-2.0-only */
/* What was looked at to its end in one scan is not looked at again. */
#include "engine_fixture.h"

#include <stdlib.h>
#include <string.h>

#include "containers.h"
#include "engines/clamav.h"

/* --- what is a repeat --- */

static const char pdf[] = "CL_TYPE_PDF", mail[] = "CL_TYPE_MAIL";
static const char zip_type[] = "CL_TYPE_ZIP";

static const struct {
	const char *what;
	struct looked now;
	const char *bytes;
	bool repeats;
} looks[] = {
	{ "the same", { .type = pdf, .level = 3 }, "bytes", true },
	{ "deeper", { .type = pdf, .level = 4 }, "bytes", true },
	{ "higher", { .type = pdf, .level = 2 }, "bytes", false },
	{ "like members", { .type = pdf, .parent = zip_type, .level = 3 },
	    "bytes", false },
	{ "in a mail", { .type = pdf, .parent = mail, .level = 3 },
	    "bytes", false },
	{ "of another type", { .type = mail, .level = 3 }, "bytes", false },
	{ "other bytes", { .type = pdf, .level = 3 }, "bytez", false },
	{ "fewer bytes", { .type = pdf, .level = 3 }, "byte", false },
};

static void
only_the_same_no_higher_in_a_piece_is_a_repeat(void **state)
{
	static struct repeats repeats;
	struct looked first = { .type = pdf, .parent = zip_type, .level = 3 };
	struct looked now;
	size_t i;

	(void)state;
	repeats_begin(&repeats);
	repeats_describe(&first, "bytes", 5);
	assert_false(repeats_has(&repeats, &first));
	repeats_add(&repeats, &first);
	for (i = 0; i < COUNT(looks); i++) {
		now = looks[i].now;
		repeats_describe(&now, looks[i].bytes, strlen(looks[i].bytes));
		if (repeats_has(&repeats, &now) != looks[i].repeats)
			fail_msg("%s", looks[i].what);
	}
	now = (struct looked){ .type = pdf, .level = 3 };
	repeats_describe(&now, "bytes", 5);
	repeats_begin(&repeats);
	assert_false(repeats_has(&repeats, &now));
}

/* --- in a scan --- */

struct layers {
	unsigned count;
	char paths[16][64];
};

static void
on_layer(void *ctx, const struct engine_layer *layer)
{
	struct layers *layers = ctx;

	if (layer->level > 0 && layers->count < COUNT(layers->paths))
		strncpy(layers->paths[layers->count++], layer->path, 63);
}

/* libclamav takes out of an office document what it took out of its zip. */
static struct bytes
document(const char *last, size_t last_len)
{
	struct zip zip = { .members = 0 };
	const char types[] = "<?xml version=\"1.0\"?><Types></Types>";
	const char links[] = "<?xml version=\"1.0\"?><Relationships/>";
	const char styles[] = "<?xml version=\"1.0\"?><w:styles></w:styles>";

	zip_add(&zip, "[Content_Types].xml", types, strlen(types));
	zip_add(&zip, "_rels/.rels", links, strlen(links));
	zip_add(&zip, "word/document.xml", styles, strlen(styles));
	zip_add(&zip, "word/last.xml", last, last_len);
	return zip_close(&zip);
}

static unsigned
layers_of(struct engine *engine, const struct bytes *body,
    struct verdict *verdict, struct layers *layers)
{
	const struct listener listener = { layers, on_layer };

	*layers = (struct layers){ 0 };
	ops->listen(engine, &listener);
	ops->scan(engine, body->data, body->len, 0, verdict);
	ops->listen(engine, NULL);
	return layers->count;
}

static struct engine *
ready_with(unsigned plain)
{
	struct engine_limits chosen = limits;
	struct engine *engine = NULL;
	struct signature_info info = { .count = 0 };
	struct err err = { "" };

	chosen.plain = plain;
	if (ops->new(&engine, &chosen, inside("scratch"), &err) == -1 ||
	    ops->load_builtin(engine, &info, &err) == -1 ||
	    ops->prepare(engine, &err) == -1)
		fail_msg("%s", err.text);
	return engine;
}

static void
each_member_of_a_document_is_looked_at_once(void **state)
{
	struct bytes body = document("a clean text", 12);
	struct engine *engine = ready_with(0);
	struct engine *plain = ready_with(PLAIN_REPEATS);
	struct verdict verdict;
	struct layers layers;

	(void)state;
	assert_int_equal(layers_of(engine, &body, &verdict, &layers), 4);
	assert_int_equal(verdict.outcome, OUTCOME_CLEAN);
	assert_string_equal(layers.paths[3], "last.xml");
	assert_int_equal(layers_of(engine, &body, &verdict, &layers), 4);
	assert_true(layers_of(plain, &body, &verdict, &layers) > 4);
	assert_int_equal(verdict.outcome, OUTCOME_CLEAN);
	ops->free(&plain);
	ops->free(&engine);
	bytes_free(&body);
}

/* It is found, named and placed with and without. */
static void
what_is_found_in_a_document_is_the_same(void **state)
{
	struct bytes eicar = eicar_bytes();
	struct bytes body = document((const char *)eicar.data, eicar.len);
	struct engine *engines[] = { ready_with(0), ready_with(PLAIN_ALL) };
	struct verdict verdict;
	struct layers layers;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(engines); i++) {
		layers_of(engines[i], &body, &verdict, &layers);
		assert_int_equal(verdict.outcome, OUTCOME_INFECTED);
		assert_string_equal(verdict.name, "Eicar-Test-Signature");
		assert_string_equal(verdict.path, "last.xml");
		ops->free(&engines[i]);
	}
	bytes_free(&body);
	bytes_free(&eicar);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    only_the_same_no_higher_in_a_piece_is_a_repeat),
		IN_FOLDER(each_member_of_a_document_is_looked_at_once),
		IN_FOLDER(what_is_found_in_a_document_is_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
