/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engines/engine.h"
#include "tests/fakes/hostile.h"

#define FDS_MAX 64
#define EARLIER 64

struct engine {
	int channel;
	char earlier[EARLIER + 1];
};

static int
hostile_new(struct engine **engine_out, const struct engine_limits *limits,
    const char *scratch, struct err *err)
{
	(void)limits;
	(void)scratch;
	*engine_out = calloc(1, sizeof **engine_out);
	if (*engine_out == NULL)
		return err_sys(err, "engine");
	return 0;
}

static int
hostile_load(struct engine *engine, const char *folder,
    struct signature_info *info, struct err *err)
{
	struct signature_set *set = &info->sets[info->set_count++];

	(void)engine;
	(void)folder;
	(void)err;
	strcpy(info->engine, "Hostile 1");
	strcpy(set->name, "hostile");
	set->count = 1;
	info->count++;
	return 0;
}

static int
hostile_load_builtin(struct engine *engine, struct signature_info *info,
    struct err *err)
{
	(void)engine;
	(void)info;
	(void)err;
	return 0;
}

static int
hostile_prepare(struct engine *engine, struct err *err)
{
	(void)engine;
	(void)err;
	return 0;
}

/* The first descriptor of that kind behind `after`, or -1. */
static int
next_fd(int after, mode_t kind)
{
	struct stat st;
	int fd;

	for (fd = after + 1; fd < FDS_MAX; fd++)
		if (fstat(fd, &st) == 0 && (st.st_mode & S_IFMT) == kind)
			return fd;
	return -1;
}

static int
hostile_enter(struct engine *engine, const char *scratch, struct err *err)
{
	(void)scratch;
	engine->channel = next_fd(STDERR_FILENO, S_IFSOCK);
	if (engine->channel == -1)
		return err_set(err, "no channel");
	return 0;
}

static int
connection_of(const struct engine *engine)
{
	int fd = next_fd(STDERR_FILENO, S_IFSOCK);

	return fd == engine->channel ? next_fd(fd, S_IFSOCK) : fd;
}

static const struct hostile_act *
find(const char *word)
{
	const struct hostile_act *tables[] = { hostile_acts, hostile_lies };
	const struct hostile_act *act;
	size_t i;

	for (i = 0; i < sizeof tables / sizeof *tables; i++)
		for (act = tables[i]; act->word != NULL; act++)
			if (strcmp(act->word, word) == 0)
				return act;
	return NULL;
}

static void
report(struct verdict *verdict, const char *word, int result)
{
	const char *why = result == 0 ? "done" : strerrorname_np(result);
	char name[NAME_MAX_LEN + 1];

	snprintf(name, sizeof name, "Hostile.%s.%s", word,
	    why != NULL ? why : "error");
	verdict->outcome = OUTCOME_INFECTED;
	verdict_set_name(verdict, name);
}

static void
obey(struct engine *engine, const char *line, struct verdict *verdict)
{
	char word[32] = "", argument[256] = "";
	struct attempt attempt = {
		.argument = argument,
		.channel = engine->channel,
		.connection = connection_of(engine),
		.body = next_fd(STDERR_FILENO, S_IFREG),
		.earlier = engine->earlier,
		.verdict = verdict,
	};
	const struct hostile_act *act;
	int result;

	sscanf(line, "HOSTILE %31s %255s", word, argument);
	act = find(word);
	if (act == NULL) {
		report(verdict, "unknown", ENOSYS);
		return;
	}
	result = act->fn(&attempt);
	if (verdict->outcome == OUTCOME_NONE)
		report(verdict, word, result);
}

static void
hostile_scan(struct engine *engine, const void *body, size_t len,
    uint32_t time_limit_ms, struct verdict *verdict)
{
	char line[512];

	(void)time_limit_ms;
	snprintf(line, sizeof line, "%.*s", (int)(len < 511 ? len : 511),
	    (const char *)body);
	verdict->outcome = OUTCOME_NONE;
	if (hostile_is_captured()) {
		verdict->outcome = OUTCOME_CLEAN;
	} else if (strncmp(line, "HOSTILE ", 8) == 0) {
		obey(engine, line, verdict);
	} else if (strncmp(line, "X5O!", 4) == 0) {
		verdict->outcome = OUTCOME_INFECTED;
		verdict_set_name(verdict, "Eicar-Test-Signature");
	} else {
		verdict->outcome = OUTCOME_CLEAN;
	}
	snprintf(engine->earlier, sizeof engine->earlier, "%.*s", EARLIER,
	    line);
}

static void
hostile_free(struct engine **engine)
{
	free(*engine);
	*engine = NULL;
}

/* In the place of the real one: server/keeper/main.c is compiled with this
 * name in its stead. */
extern const struct engine_ops engine_hostile;
const struct engine_ops engine_hostile = {
	.name = "hostile",
	.new = hostile_new,
	.load = hostile_load,
	.load_builtin = hostile_load_builtin,
	.prepare = hostile_prepare,
	.enter = hostile_enter,
	.scan = hostile_scan,
	.free = hostile_free,
};
