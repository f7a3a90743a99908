/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "tool/ask.h"
#include "tool/signatures_diff.h"
#include "tool/signatures_list.h"
#include "tool/tool.h"

static int
usage(const char *why)
{
	fprintf(tool_usage_to(why), "usage: glassgate signatures list "
	    "[--json] | diff A B | use N | pin | unpin\n");
	return tool_usage_exit(why);
}

static int
complain(const struct err *err)
{
	char text[4 * sizeof(err->text)];

	fprintf(stderr, "glassgate: %s\n", tool_escape(text, sizeof(text),
	    err->text));
	return TOOL_UNDECIDED;
}

/* Where the gateway that runs keeps them. */
static int
find_store(const char *runtime, struct store *store, struct status *status,
    struct err *err)
{
	AUTO_FREE struct settings *settings = calloc(1, sizeof(*settings));
	const struct segment *segment = NULL;

	if (settings == NULL)
		return err_sys(err, "settings");
	if (tool_attach(&segment, runtime, err) == -1 ||
	    settings_load(settings, runtime, atomic_load(&segment->settings),
	    err) == -1)
		return -1;
	if (segment_status_copy(segment, status) == -1)
		return err_set(err, "%s: the status is busy: try again",
		    runtime);
	snprintf(store->folder, sizeof(store->folder), "%s",
	    settings->state_folder);
	return 0;
}

static int
take_number(const char *text, uint32_t *n_out)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end != '\0' || n == 0 ||
	    n > UINT32_MAX)
		return -1;
	*n_out = (uint32_t)n;
	return 0;
}

static int
diff(const struct store *store, const char *from, const char *to)
{
	struct err err;
	uint32_t a, b;

	if (take_number(from, &a) == -1 || take_number(to, &b) == -1)
		return usage("no number of a set");
	if (signatures_diff(store, a, b, stdout, &err) == -1)
		return complain(&err);
	return TOOL_FINE;
}

static int
list(const struct store *store, const struct status *status, bool json)
{
	int failed = json ? signatures_list_json(store, status, stdout) :
	    signatures_list_text(store, status, stdout);
	struct err err;

	if (failed || fflush(stdout) == EOF) {
		err_set(&err, "the list cannot be written");
		return complain(&err);
	}
	return TOOL_FINE;
}

static int
show(const char *runtime, int argc, char **argv)
{
	AUTO_FREE struct status *status = calloc(1, sizeof(*status));
	struct store store = { .lock = -1 };
	struct err err = { "" };

	if (status == NULL) {
		err_sys(&err, "status");
		return complain(&err);
	}
	if (find_store(runtime, &store, status, &err) == -1)
		return complain(&err);
	return argc == 4 ? diff(&store, argv[2], argv[3]) :
	    list(&store, status, argc == 3);
}

static int
ask_use(const char *runtime, const char *text)
{
	struct control_ask what = { .verb = CONTROL_USE };
	uint32_t n;

	if (take_number(text, &n) == -1)
		return usage("no number of a set");
	what.number = n;
	return tool_ask(runtime, &what, "in use and pinned");
}

static int
ask_pin(const char *runtime, bool on)
{
	const struct control_ask what = { .verb = CONTROL_PIN, .number = on };

	return tool_ask(runtime, &what, on ? "pinned" : "not pinned");
}

int
signatures_main(const char *runtime, int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";

	if (tool_wants_help(argc, argv))
		return usage(NULL);
	if ((strcmp(word, "list") == 0 && (argc == 2 ||
	    (argc == 3 && strcmp(argv[2], "--json") == 0))) ||
	    (argc == 4 && strcmp(word, "diff") == 0))
		return show(runtime, argc, argv);
	if (argc == 3 && strcmp(word, "use") == 0)
		return ask_use(runtime, argv[2]);
	if (argc == 2 && strcmp(word, "pin") == 0)
		return ask_pin(runtime, true);
	if (argc == 2 && strcmp(word, "unpin") == 0)
		return ask_pin(runtime, false);
	return argc > 2 && *argv[argc - 1] == '-' ?
	    tool_no_option(argv[argc - 1], usage) : usage("what?");
}
