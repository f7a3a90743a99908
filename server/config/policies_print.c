/* SPDX-License-Identifier: GPL-2.0-only */
/* The list `policies` for people: the sample file and the manual. */
#include "config/print.h"

#include "policy/rules.h"

static const char help[] = "What is done for whom: the first policy that "
    "matches a request is taken, else the group policy. A policy matches if "
    "each list of its match does; a list does if one of its words does; what "
    "a request does not tell matches no word. Outcomes and kinds of files that "
    "it does not name are treated as in the groups policy and types. "
    "`glassgate policy show` prints the list, `glassgate policy test` says "
    "what becomes of a request. Its limits hold for its bodies alone and "
    "cannot be above those of all.";

static const struct row {
	const char *key, *allowed, *help;
} rows[] = {
	{ "name", "up to 63 of A-Z a-z 0-9 . _ -, no name twice, not default",
	    "For log and status; it must be there." },
	{ "mode", "enforce, watch", "As policy.mode, for this policy alone." },
	{ "unchecked", "page, 500", "As policy.unchecked, for this policy "
	    "alone: file stores and mail servers." },
	{ "lists.allow, lists.block", "sha256, hosts, signatures, each with a "
	    "list of values as `glassgate allow` and `block` take them",
	    "What passes or is forbidden there, asked before the owner's list. "
	    "A block wins. An allowed host passes what was found or a rule "
	    "forbids, not what could not be checked." },
	{ "outcomes", "OUTCOME = \"block\" or \"pass\"; OUTCOME as in the "
	    "group policy",
	    "What is done there about each outcome." },
	{ "types", "RULE = \"block\" or \"pass\"; RULE as in the group types",
	    "Which kinds of files are forbidden there; media and events = "
	    "\"scan\" or \"skip\"." },
};

static const char *const example[] = {
	"policies = (",
	"    { name = \"files\";",
	"      match = { clients = [ \"192.0.2.10\" ]; ways = \"upload\"; };",
	"      outcomes = { encrypted = \"block\"; too-big = \"pass\"; };",
	"      limits = { body_max = \"20M\"; seconds = 10; };",
	"      types = { executable = \"block\"; mismatch = \"block\"; }; },",
	"    { name = \"partner\";",
	"      match = { hosts = [ \".example.org\" ]; };",
	"      outcomes = { suspicious = \"pass\"; };",
	"      lists = { allow = { signatures = [ \"Evil.Name-1\" ]; }; }; }",
	");",
};
#define EXAMPLE_LINES (sizeof example / sizeof *example)

void
policies_print_sample(FILE *out)
{
	size_t i;

	fputs("#\n", out);
	print_wrapped(out, "##", help);
	print_wrapped(out, "##", "An example:");
	for (i = 0; i < EXAMPLE_LINES; i++)
		fprintf(out, "## %s\n", example[i]);
	fputs("#policies = ( );\n", out);
}

static void
manual_row(FILE *out, const char *lead, const struct row *row)
{
	fprintf(out, ".TP\n.I %s", lead);
	print_roff(out, row->key);
	fputs("\n", out);
	print_roff(out, row->help);
	fputs("\n.br\nAllowed: ", out);
	print_roff(out, row->allowed);
	fputs("\n", out);
}

void
policies_print_manual(FILE *out)
{
	size_t i;

	fputs(".SS policies\n.TP\n.B policies\n", out);
	print_roff(out, help);
	fputs("\n.br\nDefault: ( )\n.PP\n.EX\n", out);
	for (i = 0; i < EXAMPLE_LINES; i++)
		fprintf(out, "%s\n", example[i]);
	fputs(".EE\n", out);
	manual_row(out, "", &rows[0]);
	for (i = 0; i < MATCH_COUNT; i++) {
		const struct match *match = match_row(i);
		const struct row row = { match->name, match->allowed,
			match->help };

		manual_row(out, "match.", &row);
	}
	for (i = 1; i < sizeof rows / sizeof *rows; i++)
		manual_row(out, "", &rows[i]);
	for (i = 0; i < LIMIT_COUNT; i++) {
		const struct limit_row *limit = limit_row((enum limit)i);
		const struct row row = { limit->name, limit->allowed,
			limit->help };

		manual_row(out, "limits.", &row);
	}
}
