/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * usage: load --protocol icap|http --port N --corpus FOLDER --kind WORD
 *             --requests N [OPTION...]
 *
 *	--service NAME    icap: the service asked for
 *	--origin N        http: the port of the origin, asked for by a proxy
 *	--connections N   kept ones, side by side (default 1)
 *	--rate N          so many a second, each one's latency counted from the
 *	                  moment that it was due; else the next follows the last
 *	--repeats N       percent of bodies that came before
 *	--same N          so many bodies, over and over
 *	--first N         the number of the first new body
 *	--unjudged        the server looks at nothing: all must pass
 *	--limit N         seconds to wait for an answer (default 120)
 *	--samples FILE    a line for each: due, ns; latency, ns; 1 if right
 *
 * Only on loopback. Prints one line of JSON. Exit status 1 if any answer was
 * not as it must be, 2 if nothing could be asked.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "bench/load.h"

static const struct option options[] = {
	{ "protocol", required_argument, NULL, 'p' },
	{ "port", required_argument, NULL, 'P' },
	{ "corpus", required_argument, NULL, 'c' },
	{ "kind", required_argument, NULL, 'k' },
	{ "requests", required_argument, NULL, 'n' },
	{ "service", required_argument, NULL, 's' },
	{ "origin", required_argument, NULL, 'o' },
	{ "connections", required_argument, NULL, 'C' },
	{ "rate", required_argument, NULL, 'r' },
	{ "repeats", required_argument, NULL, 'z' },
	{ "same", required_argument, NULL, 'S' },
	{ "first", required_argument, NULL, 'f' },
	{ "limit", required_argument, NULL, 'l' },
	{ "unjudged", no_argument, NULL, 'u' },
	{ "samples", required_argument, NULL, 'W' },
	{ 0 },
};

static unsigned
number(const char *text)
{
	return (unsigned)strtoul(text, NULL, 10);
}

static int
set_text(struct load *load, int option, const char *value)
{
	switch (option) {
	case 'p':
		load->protocol = strcmp(value, "icap") == 0 ? &protocol_icap :
		    strcmp(value, "http") == 0 ? &protocol_http : NULL;
		break;
	case 'c': load->folder = value; break;
	case 'k': load->rules.kind = value; break;
	case 's': load->service = value; break;
	case 'W': load->samples_path = value; break;
	default: return -1;
	}
	return 0;
}

static int
set_number(struct load *load, int option, const char *value)
{
	switch (option) {
	case 'P': load->port = number(value); break;
	case 'n': load->requests = strtoull(value, NULL, 10); break;
	case 'o': load->origin_port = number(value); break;
	case 'C': load->connections = number(value); break;
	case 'r': load->rate = strtod(value, NULL); break;
	case 'z': load->rules.repeats = number(value); break;
	case 'S': load->rules.same = number(value); break;
	case 'f': load->rules.first = strtoull(value, NULL, 10); break;
	case 'u': load->unjudged = true; break;
	case 'l': load->limit_seconds = number(value); break;
	default: return -1;
	}
	return 0;
}

static int
read_options(struct load *load, int argc, char **argv)
{
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (set_text(load, option, optarg) == -1 &&
		    set_number(load, option, optarg) == -1)
			return -1;
	return load->protocol != NULL && load->port != 0 &&
	    load->folder != NULL && load->rules.kind != NULL &&
	    load->requests > 0 && load->connections > 0 ? 0 : -1;
}

static double
cpu_seconds(void)
{
	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
	    (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

/* What a server said stands in the first error: no quotes from there. */
static void
print_text(const char *text)
{
	for (; *text != '\0'; text++)
		putchar(*text < ' ' || *text > '~' || strchr("\"\\", *text) ?
		    ' ' : *text);
}

static void
report(struct load *load, double seconds)
{
	static const struct { const char *name; double percent; } shares[] = {
		{ "p50", 50 }, { "p90", 90 }, { "p99", 99 }, { "max", 100 },
	};
	size_t i;

	printf("{\"requests\": %" PRIu64 ", \"seconds\": %.6f, "
	    "\"rate\": %.3f, \"bytes\": %" PRIu64 ", \"wrong\": %" PRIu64
	    ", \"altered\": %" PRIu64 ", \"broken\": %" PRIu64
	    ", \"again\": %" PRIu64 ", \"preview\": %ld, \"cpu\": %.6f",
	    load->ended, seconds, (double)load->ended / seconds, load->bytes,
	    load->wrong, load->altered, load->broken, load->again,
	    load->preview, cpu_seconds());
	for (i = 0; i < sizeof(shares) / sizeof(shares[0]); i++)
		printf(", \"%s\": %.6f", shares[i].name,
		    (double)samples_percentile(&load->samples,
		    shares[i].percent) / 1e6);
	printf(", \"first_error\": \"");
	print_text(load->first_error);
	printf("\"}\n");
}

static int
open_all(struct load *load)
{
	if (load->samples_path != NULL) {
		load->samples_file = fopen(load->samples_path, "w");
		if (load->samples_file == NULL) {
			perror(load->samples_path);
			return -1;
		}
		setlinebuf(load->samples_file);
	}
	if (corpus_open(&load->corpus, load->folder) == -1 ||
	    corpus_fetch_kind(&load->corpus, load->rules.kind) == -1 ||
	    sequence_start(&load->sequence, &load->corpus,
	    &load->rules) == -1)
		return -1;
	if (load->protocol->prepare(load) == 0)
		return 0;
	fprintf(stderr, "load: nobody hears at port %u\n", load->port);
	return -1;
}

int
main(int argc, char **argv)
{
	static struct load load = {
		.connections = 1, .limit_seconds = 120, .preview = -1,
	};
	double seconds;

	if (read_options(&load, argc, argv) == -1) {
		fprintf(stderr, "usage: see the beginning of load.c\n");
		return 2;
	}
	if (open_all(&load) == -1 || load_run(&load) == -1)
		return 2;
	seconds = (double)(load_now() - load.begin) / 1e9;
	report(&load, seconds);
	if (load.samples_file != NULL)
		fclose(load.samples_file);
	samples_free(&load.samples);
	sequence_end(&load.sequence);
	corpus_close(&load.corpus);
	return load.wrong + load.altered + load.broken > 0;
}
