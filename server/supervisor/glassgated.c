/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * glassgated - the supervisor's main(). It parses settings and what its own
 * children say, never a byte from the web, and does not link the scan engine.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "config/conf_file.h"
#include "supervisor/check.h"
#include "supervisor/supervisor.h"

#define DEFAULT_FILE SYSCONFDIR "/glassgate/glassgate.conf"
#define DEFAULT_RUNTIME "/run/glassgate"
#define OVERRIDES_MAX 64

#define EXIT_WRONG 2		/* settings or options */

struct options {
	const char *file;		/* NULL: the default one, if there */
	const char *runtime;
	struct override overrides[OVERRIDES_MAX];
	size_t override_count;
	int only_test;
	void (*print)(FILE *);		/* instead of all else */
};

static struct supervisor self;
static struct options given = { .runtime = DEFAULT_RUNTIME };

static const char usage[] =
    "usage: glassgated [-c FILE] [-r RUNTIME] [-s KEY=VALUE]... [-t]\n"
    "       glassgated --sample | --manual | --version\n"
    "\n"
    "  -c, --config FILE    settings (default: " DEFAULT_FILE ")\n"
    "  -r, --runtime FOLDER for sockets and state (default: "
    DEFAULT_RUNTIME ")\n"
    "  -s, --set KEY=VALUE  one setting, before those of the file\n"
    "  -t, --test           check the settings and end\n"
    "      --sample         print a settings file with all defaults\n"
    "      --manual         print the settings as a manual section\n"
    "\n"
    "Runs in the foreground and logs to standard error; SIGTERM ends it.\n";

static void
print_usage(FILE *out)
{
	fputs(usage, out);
}

static void
print_version(FILE *out)
{
	fprintf(out, "glassgated %s\n", PACKAGE_VERSION);
}

static int
add_override(struct options *options, char *text, struct err *err)
{
	char *equals = strchr(text, '=');

	if (equals == NULL)
		return err_set(err, "--set: \"%s\" is not KEY=VALUE", text);
	if (options->override_count == OVERRIDES_MAX)
		return err_set(err, "--set: more than %d", OVERRIDES_MAX);
	*equals = '\0';
	options->overrides[options->override_count++] =
	    (struct override){ .key = text, .value = equals + 1 };
	return 0;
}

static int
take_option(struct options *options, int option, char *value, struct err *err)
{
	switch (option) {
	case 'c':
		options->file = value;
		return 0;
	case 'r':
		options->runtime = value;
		return 0;
	case 's':
		return add_override(options, value, err);
	case 't':
		options->only_test = 1;
		return 0;
	case 'S':
		options->print = settings_print_sample;
		return 0;
	case 'M':
		options->print = settings_print_manual;
		return 0;
	case 'V':
		options->print = print_version;
		return 0;
	case 'h':
		options->print = print_usage;
		return 0;
	default:
		return err_set(err, "try glassgated --help");
	}
}

static int
parse_options(struct options *options, int argc, char **argv,
    struct err *err)
{
	static const struct option table[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "runtime", required_argument, NULL, 'r' },
		{ "set", required_argument, NULL, 's' },
		{ "test", no_argument, NULL, 't' },
		{ "sample", no_argument, NULL, 'S' },
		{ "manual", no_argument, NULL, 'M' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "c:r:s:th", table, NULL)) !=
	    -1)
		if (take_option(options, option, optarg, err) == -1)
			return -1;
	if (optind < argc)
		return err_set(err, "\"%s\" is too much: try glassgated "
		    "--help", argv[optind]);
	return 0;
}

/* The default file need not be there; one that was named must be. */
static const char *
settings_file(const struct options *options)
{
	if (options->file != NULL)
		return options->file;
	return access(DEFAULT_FILE, F_OK) == 0 ? DEFAULT_FILE : NULL;
}

/* At the start and at each reload, from the same file and options. */
static int
load_settings(struct settings *settings_out, struct err *err)
{
	static struct house trial;
	const char *file = settings_file(&given);

	if (conf_file_load(&trial.settings, file, given.overrides,
	    given.override_count, err) == -1)
		return -1;
	trial.segment = self.house.segment;	/* counts errands that hang */
	if (check_settings(&trial, err) == -1)
		return err_wrap(err, "%s", file != NULL ? file : "settings");
	*settings_out = trial.settings;
	return 0;
}

static int
take_settings(struct err *err)
{
	self.house.load_settings = load_settings;
	if (load_settings(&self.house.settings, err) == -1)
		return -1;
	house_log_level(&self.house);
	return check_settings(&self.house, err);
}

static int
complain(const struct err *err)
{
	fprintf(stderr, "glassgated: %s\n", err->text);
	return EXIT_WRONG;
}

int
main(int argc, char **argv)
{
	const char *file;
	struct err err;

	log_setup("supervisor", LOG_INFO);
	if (parse_options(&given, argc, argv, &err) == -1)
		return complain(&err);
	if (given.print != NULL) {
		given.print(stdout);
		return 0;
	}
	if (take_settings(&err) == -1)
		return complain(&err);
	if (given.only_test) {
		file = settings_file(&given);
		printf("%s: fine\n", file != NULL ? file : "default settings");
		return 0;
	}
	return supervisor_run(&self, given.runtime);
}
