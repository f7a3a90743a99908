/* SPDX-License-Identifier: GPL-2.0-only */
/* `glassgate policy`: the policies in use, and what becomes of a request. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "config/conf_file.h"
#include "tool/policy.h"
#include "tool/tool.h"
#include "wire/type_group.h"

static int
usage(const char *why)
{
	fprintf(tool_usage_to(why),
	    "usage: glassgate policy show [--config FILE]\n"
	    "       glassgate policy test [--config FILE] "
	    "[--client ADDRESS] [--user NAME] "
	    "[--url URL]\n"
	    "           [--method METHOD] [--type TYPE] "
	    "[--way download|upload]\n"
	    "           [--outcome OUTCOME] [--sha256 DIGEST] "
	    "[--signature NAME]\n"
	    "           [--bytes GROUP]\n"
	    "With --config, FILE is looked at, not what is in use and the "
	    "owner's list.\n"
	    "What is left out matches no word, --method is GET, --way "
	    "download.\n"
	    "GROUP, as a verdict's bytes= in the log: executable, script, "
	    "archive, macro,\n"
	    "disk-image, document, image, media, text, unknown.\n");
	return tool_usage_exit(why);
}

static int
take(struct question *question, const char *name, const char *value,
    struct err *err)
{
	const struct {
		const char *name, **value;
	} options[] = {
		{ "--client", &question->client },
		{ "--user", &question->user },
		{ "--url", &question->url },
		{ "--method", &question->method },
		{ "--type", &question->type },
		{ "--way", &question->way },
		{ "--outcome", &question->outcome },
		{ "--sha256", &question->sha256 },
		{ "--signature", &question->signature },
		{ "--bytes", &question->bytes },
	};
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (strcmp(name, options[i].name) == 0) {
			*options[i].value = value;
			return 0;
		}
	return err_set(err, "%s: no such option", name);
}

/* In its canonical form, if it is any. */
static bool
is_value(enum list_by by, const char **value, char *copy, size_t size)
{
	struct err err;

	if (*value == NULL)
		return true;
	if (strlen(*value) >= size)
		return false;
	strcpy(copy, *value);
	*value = copy;
	return list_value_check(by, copy, &err) == 0;
}

/* A slip here must not read as an answer. Why not, or NULL. */
static const char *
check(struct question *question)
{
	static char sha256[SUBJECT_HOST], signature[SUBJECT_HOST];
	enum outcome outcome;
	enum type_group group;

	if (question->way != NULL && strcmp(question->way, "download") != 0 &&
	    strcmp(question->way, "upload") != 0)
		return "--way: neither download nor upload";
	if (question->client != NULL && !subject_is_address(question->client))
		return "--client: no address";
	if (question->url != NULL && !subject_is_url(question->url))
		return "--url: no URL; remedy: one with its scheme, "
		    "http://example.org/, or what CONNECT has, "
		    "example.org:443";
	if (question->outcome != NULL &&
	    outcome_parse(question->outcome, &outcome) == -1)
		return "--outcome: no such outcome";
	if (!is_value(BY_SHA256, &question->sha256, sha256, sizeof(sha256)))
		return "--sha256: not 64 hexadecimal digits";
	if (!is_value(BY_SIGNATURE, &question->signature, signature,
	    sizeof(signature)))
		return "--signature: no name as it stands in the log";
	if (question->bytes != NULL &&
	    type_group_parse(question->bytes, &group) == -1)
		return "--bytes: no such group";
	return NULL;
}

/* Either what is in use, and the owner's list with it, or a file. */
static int
gather(const char *runtime, const char *file, struct settings *settings,
    struct lists *owners, struct err *err)
{
	const struct segment *segment;

	if (file != NULL)
		return conf_file_preview(settings, file, err);
	if (tool_attach(&segment, runtime, err) == -1 ||
	    settings_load(settings, runtime, atomic_load(&segment->settings),
	    err) == -1 || lists_load(owners, runtime, err) == -1)
		return -1;
	return 0;
}

static int
run(const char *runtime, const char *file, bool show,
    const struct question *question)
{
	AUTO_FREE struct settings *settings = calloc(1, sizeof(*settings));
	AUTO_FREE struct lists *owners = calloc(1, sizeof(*owners));
	struct err err = { "no memory" };

	if (settings == NULL || owners == NULL ||
	    gather(runtime, file, settings, owners, &err) == -1) {
		fprintf(stderr, "glassgate: %s\n", err.text);
		return TOOL_UNDECIDED;
	}
	return show ? policy_show(settings) :
	    policy_test(settings, owners, question);
}

/* With "show", question is NULL: it takes --config alone. */
static int
options(int argc, char **argv, const char **file, struct question *question,
    struct err *err)
{
	int i;

	for (i = 2; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--config") == 0)
			*file = argv[i + 1];
		else if (question == NULL)
			return err_set(err, "%s: show takes no such option",
			    argv[i]);
		else if (take(question, argv[i], argv[i + 1], err) == -1)
			return -1;
	}
	return i != argc ? err_set(err, "%s: no value follows", argv[i]) : 0;
}

int
policy_main(const char *runtime, int argc, char **argv)
{
	struct question question = { .client = NULL };
	const char *wrong, *file = NULL;
	bool show = argc > 1 && strcmp(argv[1], "show") == 0;
	struct err err;

	if (tool_wants_help(argc, argv))
		return usage(NULL);
	if (!show && (argc < 2 || strcmp(argv[1], "test") != 0))
		return usage("show or test?");
	if (options(argc, argv, &file, show ? NULL : &question, &err) == -1)
		return usage(err.text);
	wrong = check(&question);
	return wrong != NULL ? usage(wrong) :
	    run(runtime, file, show, &question);
}
