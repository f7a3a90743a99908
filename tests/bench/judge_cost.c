/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * judge_cost - what a worker does with a body beside the engine's own scan of
 * it, in CPU time: both in turn, in one process, and nothing around them.
 *
 * usage: judge_cost SIGNATURES SCRATCH ROUNDS {ENCODING TYPE FILE}...
 * ENCODING: "", gzip, br or zstd, TYPE: "" for none. Prints for each file,
 * tab-separated, its name and length, the medians in microseconds of the engine
 * alone on what is packed in it, of judge() and of the encoding's own library
 * undoing it, and the outcome. checks.py makes tables of that.
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
	struct scratch_left left;
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

static size_t
undo_gzip(const struct body *body, uint8_t *out, size_t room)
{
	z_stream z = { .avail_in = (unsigned)body->len, .next_out = out,
		.avail_out = (unsigned)room };

	z.next_in = (z_const Bytef *)(uintptr_t)body->data;
	if (inflateInit2(&z, 16 + MAX_WBITS) == Z_OK)
		(void)inflate(&z, Z_FINISH);
	inflateEnd(&z);
	return room - z.avail_out;
}

static size_t
undo_br(const struct body *body, uint8_t *out, size_t room)
{
	return BrotliDecoderDecompress(body->len, body->data, &room, out) ==
	    BROTLI_DECODER_RESULT_SUCCESS ? room : 0;
}

static size_t
undo_zstd(const struct body *body, uint8_t *out, size_t room)
{
	size_t len = ZSTD_decompress(out, room, body->data, body->len);

	return ZSTD_isError(len) ? 0 : len;
}

/* The library alone, all at once and into memory that is there. */
static const struct decoder {
	const char *encoding;
	size_t (*undo)(const struct body *, uint8_t *, size_t room);
} decoders[] = {
	{ "gzip", undo_gzip }, { "br", undo_br }, { "zstd", undo_zstd },
	{ "", NULL },
};

static const struct decoder *
decoder_of(const struct cost *c)
{
	const struct decoder *decoder = decoders;

	while (decoder->undo != NULL &&
	    strcmp(decoder->encoding, c->job.told.encodings.at) != 0)
		decoder++;
	return decoder;
}

/* What the engine would see if nothing were packed. */
static struct body
decode(const struct cost *c)
{
	static uint8_t out[DECODED_MAX];
	const struct decoder *decoder = decoder_of(c);
	struct body plain = c->body;

	if (decoder->undo != NULL) {
		plain.data = out;
		plain.len = decoder->undo(&c->body, out, sizeof out);
	}
	return plain;
}

static void
measure(struct cost *c, const char *file)
{
	struct verdict verdict;
	struct body plain;
	double before;
	unsigned i;

	for (i = 0; i < c->rounds; i++) {
		before = cpu_us();
		plain = decode(c);
		c->decoded[i] = cpu_us() - before;
		verdict = (struct verdict){ .outcome = OUTCOME_NONE };
		before = cpu_us();
		engine_clamav.scan(c->spec.engine, plain.data, plain.len,
		    30000, &verdict);
		c->alone[i] = cpu_us() - before;
		verdict = (struct verdict){ .outcome = OUTCOME_NONE };
		before = cpu_us();
		judge(&c->spec, &c->job, &c->body, &c->left, &verdict);
		c->judged[i] = cpu_us() - before;
	}
	printf("%s\t%zu\t%.1f\t%.1f\t%.1f\t%s\t%s\n", file, c->body.len,
	    median(c->alone, c->rounds), median(c->judged, c->rounds),
	    median(c->decoded, c->rounds),
	    outcome_name(verdict.outcome), verdict.name);
}

static void
tell(struct told_text *told, const char *text)
{
	told->at = text;
	told->len = (uint16_t)strlen(text);
}

static int
measure_file(struct cost *c, char **argv, struct err *err)
{
	const char *file = argv[2];
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *map;

	if (fd == -1 || fstat(fd, &st) == -1)
		return err_sys(err, file);
	map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return err_sys(err, file);
	tell(&c->job.told.encodings, argv[0]);
	tell(&c->job.told.type, argv[1]);
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
	if (engine_clamav.new(&c->spec.engine, &limits, argv[2], err) == -1 ||
	    worker_prepare(err) == -1)
		return -1;
	engine_clamav.expect(c->spec.engine, argv[1]);
	if (engine_clamav.load_builtin(c->spec.engine, &info, err) == -1 ||
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

	if (argc < 7 || (argc - 4) % 3 != 0) {
		fprintf(stderr, "usage: judge_cost SIGNATURES SCRATCH ROUNDS "
		    "{ENCODING TYPE FILE}...\n");
		return 2;
	}
	c.spec.scratch = argv[2];
	if (set_up(&c, argv, &err) == -1) {
		fprintf(stderr, "judge_cost: %s\n", err.text);
		return 1;
	}
	for (i = 4; i < argc; i += 3)
		if (measure_file(&c, argv + i, &err) == -1) {
			fprintf(stderr, "judge_cost: %s\n", err.text);
			return 1;
		}
	engine_clamav.free(&c.spec.engine);
	return 0;
}
