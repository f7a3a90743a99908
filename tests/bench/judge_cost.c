/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * judge_cost - what a worker does with a body beside the engine's own scan of
 * it, in CPU time: both in turn, in one process, and nothing around them.
 *
 * usage: judge_cost SIGNATURES SCRATCH ROUNDS ENCODING TYPE FILE...
 * ENCODING: "", gzip, br or zstd, TYPE: "" for none. Prints for each file,
 * tab-separated, its name and length, the medians in microseconds of the engine
 * alone on it, of judge() and of the encoding's own library undoing it, and the
 * outcome. checks.py makes tables of that.
 */
#include <brotli/decode.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/err.h"
#include "engines/engine.h"
#include "worker/judge.h"

#define ROUNDS_MAX 1001
#define DECODED_MAX (64 << 20)

static const struct engine_limits limits = {
	.scan_max = 400U << 20,
	.recursion = 17,
	.files = 10000,
	.time_limit_ms = 30000,
};

struct cost {
	struct worker_spec spec;
	struct job job;
	struct body body;
	unsigned rounds;
	double alone[ROUNDS_MAX], judged[ROUNDS_MAX], decoded[ROUNDS_MAX];
};

static double
cpu_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int
by_size(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double
median(double *of, unsigned count)
{
	qsort(of, count, sizeof *of, by_size);
	return of[count / 2];
}

static void
scan_alone(const struct cost *c, struct verdict *verdict)
{
	*verdict = (struct verdict){ .outcome = OUTCOME_NONE };
	engine_clamav.scan(c->spec.engine, c->body.data, c->body.len, 30000,
	    verdict);
}

static void
undo_gzip(const struct body *body, uint8_t *out, size_t room)
{
	z_stream z = { .avail_in = (unsigned)body->len, .next_out = out,
		.avail_out = (unsigned)room };

	z.next_in = (z_const Bytef *)(uintptr_t)body->data;
	if (inflateInit2(&z, 16 + MAX_WBITS) == Z_OK)
		(void)inflate(&z, Z_FINISH);
	inflateEnd(&z);
}

static void
undo_br(const struct body *body, uint8_t *out, size_t room)
{
	(void)BrotliDecoderDecompress(body->len, body->data, &room, out);
}

static void
undo_zstd(const struct body *body, uint8_t *out, size_t room)
{
	(void)ZSTD_decompress(out, room, body->data, body->len);
}

static void
undo_nothing(const struct body *body, uint8_t *out, size_t room)
{
	(void)body, (void)out, (void)room;
}

/* The library alone, all at once and into memory that is there. */
static const struct decoder {
	const char *encoding;
	void (*undo)(const struct body *, uint8_t *, size_t room);
} decoders[] = {
	{ "gzip", undo_gzip }, { "br", undo_br }, { "zstd", undo_zstd },
	{ "", undo_nothing },
};

static double
decode_us(const struct cost *c)
{
	static uint8_t out[DECODED_MAX];
	const struct decoder *decoder = decoders;
	double before;

	while (decoder->encoding[0] != '\0' &&
	    strcmp(decoder->encoding, c->job.told.encodings.at) != 0)
		decoder++;
	before = cpu_us();
	decoder->undo(&c->body, out, sizeof out);
	return cpu_us() - before;
}

static void
measure(struct cost *c, const char *file)
{
	struct verdict verdict;
	double before;
	unsigned i;

	for (i = 0; i < c->rounds; i++) {
		before = cpu_us();
		scan_alone(c, &verdict);
		c->alone[i] = cpu_us() - before;
		verdict = (struct verdict){ .outcome = OUTCOME_NONE };
		before = cpu_us();
		judge(&c->spec, &c->job, &c->body, &verdict);
		c->judged[i] = cpu_us() - before;
		c->decoded[i] = decode_us(c);
	}
	printf("%s\t%zu\t%.1f\t%.1f\t%.1f\t%s\t%s\n", file, c->body.len,
	    median(c->alone, c->rounds), median(c->judged, c->rounds),
	    median(c->decoded, c->rounds),
	    outcome_name(verdict.outcome), verdict.name);
}

static int
measure_file(struct cost *c, const char *file, struct err *err)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *map;

	if (fd == -1 || fstat(fd, &st) == -1)
		return err_sys(err, file);
	map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return err_sys(err, file);
	c->body.data = map;
	c->body.len = (size_t)st.st_size;
	measure(c, file);
	munmap(map, c->body.len);
	close(fd);
	return 0;
}

static int
set_up(struct cost *c, char **argv, struct err *err)
{
	static struct signature_info info;

	c->rounds = (unsigned)strtoul(argv[3], NULL, 10);
	if (c->rounds == 0 || c->rounds > ROUNDS_MAX)
		return err_set(err, "from 1 to %d rounds", ROUNDS_MAX);
	c->job.told.encodings.at = argv[4];
	c->job.told.encodings.len = (uint16_t)strlen(argv[4]);
	c->job.told.type.at = argv[5];
	c->job.told.type.len = (uint16_t)strlen(argv[5]);
	if (engine_clamav.new(&c->spec.engine, &limits, argv[2], err) == -1 ||
	    worker_prepare(err) == -1 ||
	    engine_clamav.load_builtin(c->spec.engine, &info, err) == -1 ||
	    engine_clamav.load(c->spec.engine, argv[1], &info, err) == -1 ||
	    engine_clamav.prepare(c->spec.engine, err) == -1)
		return -1;
	return engine_clamav.enter(c->spec.engine, argv[2], err);
}

int
main(int argc, char **argv)
{
	static struct cost c = {
		.spec = {
			.ops = &engine_clamav, .time_limit_ms = 30000,
			.scan_max = 400U << 20, .recursion = 17,
			.files = 10000,
		},
		.job = { .time_limit_ms = 30000 },
	};
	struct err err;
	int i;

	if (argc < 7) {
		fprintf(stderr, "usage: judge_cost SIGNATURES SCRATCH ROUNDS "
		    "ENCODING TYPE FILE...\n");
		return 2;
	}
	c.spec.scratch = argv[2];
	if (set_up(&c, argv, &err) == -1) {
		fprintf(stderr, "judge_cost: %s\n", err.text);
		return 1;
	}
	for (i = 6; i < argc; i++)
		if (measure_file(&c, argv[i], &err) == -1) {
			fprintf(stderr, "judge_cost: %s\n", err.text);
			return 1;
		}
	engine_clamav.free(&c.spec.engine);
	return 0;
}
