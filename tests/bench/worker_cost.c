/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * worker_cost - what one body costs in CPU time: in libclamav's own loop as it
 * comes, in the same loop with our surroundings one by one, in our engine, and
 * in a whole worker.
 *
 * usage: worker_cost SIGNATURES SCRATCH [PLAIN]
 * Reads lines "WAY TYPE WARM FILE...", answers each with the microseconds of
 * CPU time and the page faults of one body, tab-separated. WAY: "loop" and its
 * choices ("loop,keep,map"), "engine" or "worker"; TYPE: a Content-Type or "-";
 * the first WARM files are scanned before it is measured. Each line is a fork
 * of one process that has the signatures, as a worker is one of its keeper.
 * PLAIN: the sum of what our engine leaves as libclamav does it (engine.h).
 * surroundings.py makes tables of that.
 */
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cage/namespaces.h"
#include "engines/clamav.h"
#include "wire/packet.h"
#include "wire/scan_client.h"
#include "worker/judge.h"

#define ORDER_MOST 4096
#define SCAN_MAX (400U << 20)
#define TIME_MS 60000

enum choice {
	KEEP = 1,	/* the heap keeps its pages */
	MAP = 2,	/* from memory, not from a descriptor */
	TMPFS = 4,	/* scratch in memory, not in /tmp */
	NO_CACHE = 8,	/* of clean layers, the engine's own */
	NO_HASH = 16,	/* of images */
};

static const struct { const char *name; unsigned bit; } choices[] = {
	{ "keep", KEEP }, { "map", MAP }, { "tmpfs", TMPFS },
	{ "no-cache", NO_CACHE }, { "no-hash", NO_HASH },
};

struct order {
	struct worker_spec spec;
	const char *way, *type;
	unsigned chosen, count, warm;
	char *files[ORDER_MOST];
};

struct cost {
	double us;
	unsigned long faults;
};

_Noreturn static void
die(const char *what, const char *why)
{
	fprintf(stderr, "worker_cost: %s: %s\n", what, why);
	exit(1);
}

static struct cost
spent(clockid_t clock)
{
	struct rusage usage;
	struct timespec now;

	if (clock_gettime(clock, &now) == -1 ||
	    getrusage(RUSAGE_SELF, &usage) == -1)
		die("clock", "gone");
	return (struct cost){
		(double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3,
		(unsigned long)usage.ru_minflt };
}

static int
open_body(const char *path, size_t *len_out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd == -1 || fstat(fd, &st) == -1)
		die(path, "cannot be read");
	*len_out = (size_t)st.st_size;
	return fd;
}

/* --- libclamav's own loop --- */

static void
as_it_comes(struct cl_engine *cl, unsigned chosen, const char *scratch)
{
	const struct { enum cl_engine_field field; long long value; } all[] = {
		{ CL_ENGINE_MAX_FILESIZE, 100 << 20 },
		{ CL_ENGINE_MAX_SCANSIZE, 400 << 20 },
		{ CL_ENGINE_MAX_EMBEDDEDPE, 40 << 20 },
		{ CL_ENGINE_MAX_HTMLNORMALIZE, 40 << 20 },
		{ CL_ENGINE_MAX_HTMLNOTAGS, 8 << 20 },
		{ CL_ENGINE_MAX_SCRIPTNORMALIZE, 20 << 20 },
		{ CL_ENGINE_MAX_ZIPTYPERCG, 1 << 20 },
		{ CL_ENGINE_PCRE_MAX_FILESIZE, 100 << 20 },
		{ CL_ENGINE_DISABLE_CACHE, (chosen & NO_CACHE) != 0 },
	};
	size_t i;

	for (i = 0; i < sizeof all / sizeof *all; i++)
		cl_engine_set_num(cl, all[i].field, all[i].value);
	cl_engine_set_str(cl, CL_ENGINE_TMPDIR,
	    (chosen & TMPFS) != 0 ? scratch : "/tmp");
	cl_engine_set_clcb_pre_cache(cl, NULL);
	cl_engine_set_clcb_file_inspection(cl, NULL);
	cl_engine_set_clcb_post_scan(cl, NULL);
	cl_engine_set_clcb_virus_found(cl, NULL);
	cl_engine_set_clcb_meta(cl, NULL);
}

static void
loop_one(const struct order *o, const char *path)
{
	struct cl_scan_options options = {
		.general = CL_SCAN_GENERAL_HEURISTICS, .parse = ~0U };
	struct cl_engine *cl = o->spec.engine->cl;
	const char *name = NULL;
	unsigned long scanned = 0;
	cl_fmap_t *map;
	size_t len;
	void *at;
	int fd;

	if (o->chosen & NO_HASH)
		options.parse &= ~(unsigned)CL_SCAN_PARSE_IMAGE_FUZZY_HASH;
	if ((o->chosen & MAP) == 0) {
		if (cl_scanfile(path, &name, &scanned, cl, &options) !=
		    CL_CLEAN)
			die(path, "not clean");
		return;
	}
	fd = open_body(path, &len);
	at = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
	map = cl_fmap_open_memory(at, len);
	if (map == NULL || cl_scanmap_callback(map, NULL, &name, &scanned, cl,
	    &options, NULL) != CL_CLEAN)
		die(path, "not clean");
	cl_fmap_close(map);
	munmap(at, len);
	close(fd);
}

static void
loop_begin(struct order *o)
{
	as_it_comes(o->spec.engine->cl, o->chosen, o->spec.scratch);
	if (o->chosen & KEEP) {
		mallopt(M_MMAP_THRESHOLD, 1 << 30);
		mallopt(M_TRIM_THRESHOLD, INT_MAX);
		mallopt(M_TOP_PAD, 64 << 20);
	}
}

/* --- our engine alone --- */

static void
engine_begin(struct order *o)
{
	struct err err;

	if (engine_clamav.enter(o->spec.engine, o->spec.scratch, &err) == -1)
		die("engine", err.text);
}

static void
engine_one(const struct order *o, const char *path)
{
	struct verdict verdict;
	size_t len;
	int fd = open_body(path, &len);
	void *at = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);

	engine_clamav.scan(o->spec.engine, at, len, TIME_MS, &verdict);
	if (verdict.outcome != OUTCOME_CLEAN)
		die(path, verdict.name);
	munmap(at, len);
	close(fd);
}

static const struct way {
	const char *name;
	void (*begin)(struct order *);
	void (*one)(const struct order *, const char *path);
} ways[] = {
	{ "loop", loop_begin, loop_one },
	{ "engine", engine_begin, engine_one },
};

static void
measure_here(struct order *o, const struct way *way)
{
	struct cost before = { 0, 0 }, after;
	unsigned i;

	way->begin(o);
	for (i = 0; i < o->count; i++) {
		if (i == o->warm)
			before = spent(CLOCK_PROCESS_CPUTIME_ID);
		way->one(o, o->files[i]);
	}
	after = spent(CLOCK_PROCESS_CPUTIME_ID);
	printf("%.1f\t%.1f\n", (after.us - before.us) / (o->count - o->warm),
	    (double)(after.faults - before.faults) / (o->count - o->warm));
	fflush(stdout);
}

/* --- a worker, with ourselves as its keeper and its client --- */

static void
await_done(int channel)
{
	uint8_t packet[64];
	struct err err = { "gone" };

	if (packet_recv(channel, packet, sizeof packet, NULL, &err) <= 0)
		die("worker", err.text);
}

static int
memory_body(const char *path, size_t *len_out)
{
	int from = open_body(path, len_out);
	int fd = memfd_create("body", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	void *at = mmap(NULL, *len_out, PROT_READ, MAP_PRIVATE, from, 0);

	if (write(fd, at, *len_out) != (ssize_t)*len_out ||
	    fcntl(fd, F_ADD_SEALS,
	    F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW) == -1)
		die(path, "no memory");
	munmap(at, *len_out);
	close(from);
	return fd;
}

static void
worker_one(const struct order *o, int channel, const char *path)
{
	static uint8_t packet[JOB_PACKET_MAX], inline_body[JOB_INLINE_MAX];
	struct job job = { .kind = JOB_SCAN, .time_limit_ms = TIME_MS };
	struct verdict verdict = { .name = "no verdict" };
	struct err err = { "" };
	int ends[2], fd;
	ssize_t len;
	size_t size;

	job.told.type.at = o->type;
	job.told.type.len = (uint16_t)strlen(o->type);
	fd = memory_body(path, &size);
	job.body_len = size;
	if (size <= JOB_INLINE_MAX) {
		job.inline_body = inline_body;
		if (pread(fd, inline_body, size, 0) != (ssize_t)size)
			die(path, "short");
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == -1)
		die("socketpair", "none");
	len = handover_pack(1, packet, sizeof packet, &err);
	packet_send(channel, packet, (size_t)len, ends[1], &err);
	len = job_pack(&job, packet, sizeof packet, &err);
	if (len == -1 || packet_send(ends[0], packet, (size_t)len,
	    job.inline_body == NULL ? fd : -1, &err) == -1)
		die(path, err.text);
	await_done(channel);
	if (scan_collect(ends[0], &verdict, &err) != COLLECT_VERDICT ||
	    verdict.outcome != OUTCOME_CLEAN)
		die(path, verdict.name);
	close(ends[0]);
	close(ends[1]);
	close(fd);
}

static unsigned long
faults_of(pid_t pid)
{
	char path[64], line[1024];
	unsigned long faults = 0;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (file != NULL && fgets(line, sizeof line, file) != NULL)
		sscanf(strrchr(line, ')'), ") %*c %*d %*d %*d %*d %*d %*u %lu",
		    &faults);
	if (file != NULL)
		fclose(file);
	return faults;
}

static struct cost
spent_by(pid_t pid)
{
	struct cost cost;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) != 0)
		die("worker", "gone");
	cost = spent(clock);
	cost.faults = faults_of(pid);
	return cost;
}

static void
measure_worker(struct order *o)
{
	struct cost before = { 0, 0 }, after;
	int ends[2];
	unsigned i;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == -1)
		die("socketpair", "none");
	o->spec.keeper = getpid();
	o->spec.channel = ends[1];
	pid = fork();
	if (pid == 0)
		worker_run(&o->spec);
	close(ends[1]);
	await_done(ends[0]);
	for (i = 0; i < o->count; i++) {
		if (i == o->warm)
			before = spent_by(pid);
		worker_one(o, ends[0], o->files[i]);
	}
	after = spent_by(pid);
	close(ends[0]);
	waitpid(pid, NULL, 0);
	printf("%.1f\t%.1f\n", (after.us - before.us) / (o->count - o->warm),
	    (double)(after.faults - before.faults) / (o->count - o->warm));
	fflush(stdout);
}

static void
measure(struct order *o)
{
	size_t i;

	for (i = 0; i < sizeof ways / sizeof *ways; i++)
		if (strcmp(o->way, ways[i].name) == 0) {
			measure_here(o, &ways[i]);
			return;
		}
	if (strcmp(o->way, "worker") != 0)
		die(o->way, "no way");
	measure_worker(o);
}

static void
parse(struct order *o, char *line)
{
	char *word = strtok(line, " \n"), *rest;
	size_t i;

	o->way = strsep(&word, ",");
	for (o->chosen = 0; word != NULL;) {
		rest = strsep(&word, ",");
		for (i = 0; i < sizeof choices / sizeof *choices; i++)
			if (strcmp(rest, choices[i].name) == 0)
				o->chosen |= choices[i].bit;
	}
	o->type = strtok(NULL, " \n");
	word = strtok(NULL, " \n");
	o->warm = word != NULL ? (unsigned)strtoul(word, NULL, 10) : 0;
	o->count = 0;
	while ((word = strtok(NULL, " \n")) != NULL && o->count < ORDER_MOST)
		o->files[o->count++] = word;
	if (o->count <= o->warm)
		die("order", "WAY TYPE WARM FILE...");
	if (strcmp(o->type, "-") == 0)
		o->type = "";
}

/* Layers as a keeper gives them, as far as this machine has them. */
static void
make_cage(struct worker_spec *spec)
{
	struct err err;

	spec->cage = (struct cage_info){
		LAYER_BIT(LAYER_SECCOMP) | LAYER_BIT(LAYER_LANDLOCK), 2 };
	if (namespaces_enter(&err) == 0 && namespaces_tmpfs(spec->scratch,
	    1ULL << 30, 100000, &err) == 0)
		spec->cage.layers |= LAYER_BIT(LAYER_TMPFS);
	else
		fprintf(stderr, "worker_cost: scratch: %s\n", err.text);
}

static void
set_up(struct worker_spec *spec, const char *signatures, const char *plain)
{
	const struct engine_limits limits = { SCAN_MAX, 17, 10000, TIME_MS,
		(unsigned)strtoul(plain, NULL, 10) };
	static struct signature_info info;
	struct err err;

	spec->ops = &engine_clamav;
	spec->time_limit_ms = TIME_MS;
	spec->scan_max = SCAN_MAX;
	spec->recursion = limits.recursion;
	spec->files = limits.files;
	spec->memory = 1ULL << 30;
	spec->log_level = LOG_ERROR;
	make_cage(spec);
	if (engine_clamav.new(&spec->engine, &limits, spec->scratch, &err) ==
	    -1 || worker_prepare(&err) == -1)
		die(signatures, err.text);
	engine_clamav.expect(spec->engine, signatures);
	if (engine_clamav.load(spec->engine, signatures, &info, &err) == -1 ||
	    engine_clamav.load_builtin(spec->engine, &info, &err) == -1 ||
	    engine_clamav.prepare(spec->engine, &err) == -1)
		die(signatures, err.text);
}

int
main(int argc, char **argv)
{
	static struct order order;
	char *line = NULL;
	size_t size = 0;
	pid_t pid;

	if (argc < 3) {
		fprintf(stderr,
		    "usage: worker_cost SIGNATURES SCRATCH [PLAIN]\n");
		return 2;
	}
	setproctitle_init(argc, argv, environ);
	order.spec.scratch = argv[2];
	set_up(&order.spec, argv[1], argc > 3 ? argv[3] : "0");
	while (getline(&line, &size, stdin) > 0) {
		parse(&order, line);
		pid = fork();
		if (pid == 0) {
			measure(&order);
			_exit(0);
		}
		waitpid(pid, NULL, 0);
	}
	return 0;
}
