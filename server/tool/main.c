/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "tool/confine.h"
#include "tool/tool.h"

static const struct command {
	const char *name, *arguments, *help;
	int (*run)(const char *runtime, int argc, char **argv);
	void (*confine)(const char *runtime);	/* before run() */
} commands[] = {
	{ "status", "[--json]", "what runs, its signatures, its counters",
	    status_main, confine_status },
	{ "reload", "[--accept-fewer]", "reads settings and signatures anew",
	    reload_main, confine_ask },
	{ "signatures", "list | diff A B | use N | pin | unpin",
	    "the sets of signatures that are kept", signatures_main,
	    confine_scan },
	{ "policy", "show | test OPTIONS",
	    "what is done for whom, about which outcome", policy_main,
	    confine_files },
	{ "allow", "WHAT VALUE --reason TEXT [--until DATE]",
	    "the owner's list: lets pass by sha256, host or signature",
	    allow_main, confine_ask },
	{ "block", "WHAT VALUE --reason TEXT [--until DATE]",
	    "the owner's list: blocks so", block_main, confine_ask },
	{ "remove", "WHAT VALUE", "takes an entry off the owner's list",
	    remove_main, confine_ask },
	{ "list", "", "prints the owner's list", list_main, confine_status },
	{ "pass-all", "--for TIME --reason TEXT | --end",
	    "passes everything, unscanned", pass_all_main, confine_ask },
	{ "scan", "FILE...", "asks the running workers what each file is",
	    scan_main, confine_scan },
	/* It becomes a program that starts others. */
	{ "test", "--evasion [WORD...]",
	    "hides a file in every way, and sends it to the gateway",
	    test_main, NULL },
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static int
usage(FILE *to, int status)
{
	fprintf(to, "usage: glassgate [-r RUNTIME] COMMAND\n\n");
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(to, "  %-7s %-16s %s\n", commands[i].name,
		    commands[i].arguments, commands[i].help);
	fprintf(to, "\n  -r RUNTIME  the runtime folder of glassgated "
	    "(default " TOOL_RUNTIME ")\n  -V          prints the version\n"
	    "  --help      prints this; behind a COMMAND, what it takes\n"
	    "\nexit status: 0 fine or clean, 1 found or refused, "
	    "2 not decided\n");
	return status;
}

static int
dispatch(const char *runtime, int argc, char **argv)
{
	for (size_t i = 0; i < COMMANDS; i++) {
		if (strcmp(argv[0], commands[i].name) != 0)
			continue;
		if (commands[i].confine != NULL)
			commands[i].confine(runtime);
		return commands[i].run(runtime, argc, argv);
	}
	fprintf(stderr, "glassgate: %s: no such command\n", argv[0]);
	return usage(stderr, TOOL_UNDECIDED);
}

int
main(int argc, char **argv)
{
	static const struct option table[] = {
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	const char *runtime = TOOL_RUNTIME;
	int option;

	log_setup("glassgate", LOG_WARN);
	/* "+": an option after the command belongs to the command. */
	while ((option = getopt_long(argc, argv, "+r:Vh", table, NULL)) !=
	    -1) {
		switch (option) {
		case 'r':
			runtime = optarg;
			break;
		case 'V':
			puts("glassgate " PACKAGE_VERSION);
			return TOOL_FINE;
		case 'h':
			return usage(stdout, TOOL_FINE);
		default:
			return usage(stderr, TOOL_UNDECIDED);
		}
	}
	if (optind == argc)
		return usage(stderr, TOOL_UNDECIDED);
	return dispatch(runtime, argc - optind, argv + optind);
}
