/* SPDX-License-Identifier: GPL-2.0-only */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "tool/ask.h"
#include "tool/signatures_diff.h"
#include "tool/tool.h"

static int
usage(void)
{
	fprintf(stderr, "usage: glassgate signatures list | diff A B | use N "
	    "| pin | unpin\n");
	return TOOL_UNDECIDED;
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
find_store(const char *runtime, struct store *store, struct err *err)
{
	AUTO_FREE struct settings *settings = calloc(1, sizeof(*settings));
	const struct segment *segment = NULL;

	if (settings == NULL)
		return err_sys(err, "settings");
	if (tool_attach(&segment, runtime, err) == -1 ||
	    settings_load(settings, runtime, atomic_load(&segment->settings),
	    err) == -1)
		return -1;
	snprintf(store->folder, sizeof(store->folder), "%s",
	    settings->state_folder);
	return 0;
}

static void
print_set(const struct store *store, uint32_t n, const struct manifest *m)
{
	char when[64] = "";
	time_t made = (time_t)m->made;
	struct tm tm;

	if (gmtime_r(&made, &tm) != NULL)
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S UTC", &tm);
	printf("%u  %s  %" PRIu32 " files, ", n, when, m->file_count);
	if (m->good != 0)
		printf("%" PRIu64 " signatures", m->count);
	else
		printf("never served");
	printf("%s%s\n", n == store_current(store) ? "  serves" : "",
	    n == store_pinned(store) ? "  pinned" : "");
}

static int
list(const struct store *store)
{
	uint32_t all[STORE_SETS_MAX];
	size_t count = store_list(store, all), i;
	struct manifest m;
	struct err err;

	for (i = 0; i < count; i++) {
		if (store_manifest(store, all[i], &m, &err) == -1)
			return complain(&err);
		print_set(store, all[i], &m);
		manifest_free(&m);
	}
	if (count == 0)
		printf("no set is kept in %s\n", store->folder);
	return TOOL_FINE;
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
		return usage();
	if (signatures_diff(store, a, b, stdout, &err) == -1)
		return complain(&err);
	return TOOL_FINE;
}

static int
show(const char *runtime, int argc, char **argv)
{
	struct store store = { "" };
	struct err err = { "" };

	if (find_store(runtime, &store, &err) == -1)
		return complain(&err);
	return argc == 4 ? diff(&store, argv[2], argv[3]) : list(&store);
}

static int
ask_use(const char *runtime, const char *text)
{
	struct control_ask what = { .verb = CONTROL_USE };
	uint32_t n;

	if (take_number(text, &n) == -1)
		return usage();
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

	if ((argc == 2 && strcmp(word, "list") == 0) ||
	    (argc == 4 && strcmp(word, "diff") == 0))
		return show(runtime, argc, argv);
	if (argc == 3 && strcmp(word, "use") == 0)
		return ask_use(runtime, argv[2]);
	if (argc == 2 && strcmp(word, "pin") == 0)
		return ask_pin(runtime, true);
	if (argc == 2 && strcmp(word, "unpin") == 0)
		return ask_pin(runtime, false);
	return usage();
}
