/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The engine finds the same inside the cage as outside of it: each body is
 * scanned by two forks of one loaded engine, one of them caged. What is loaded
 * lazily must be there before: code pages, a plug-in, the time zone.
 */
#include "engine_fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "cage/landlock.h"
#include "cage/seccomp.h"
#include "containers.h"
#include "engines/clamav.h"
#include "packers.h"
#include "unpack/encodings.h"
#include "worker/sandbox.h"
#include "worker/strict.h"

#define TESTFILES "/usr/share/clamav-testfiles"
#define BODIES_MAX 200
#define MARK "glassgate marks this page"

#define TEXT_LEN (20 << 20)

static struct coding_case {
	const char *name;
	char how;
	struct packed body;
} codings[] = {
	{ .name = "gzip", .how = 'g' }, { .name = "deflate", .how = 'z' },
	{ .name = "deflate", .how = 'r' }, { .name = "br", .how = 'b' },
	{ .name = "zstd", .how = 's' },
};

static struct {
	char name[64];
	struct bytes bytes;
} corpus[BODIES_MAX];
static size_t corpus_size;

static void
add(const char *name, struct bytes body)
{
	assert_true(corpus_size < BODIES_MAX);
	snprintf(corpus[corpus_size].name, sizeof corpus->name, "%s", name);
	corpus[corpus_size++].bytes = body;
}

static struct bytes
text(const char *line)
{
	struct bytes b = { NULL, 0 };

	bytes_add(&b, line, strlen(line));
	return b;
}

/* A page that libclamav must convert before its mark can be found. */
static struct bytes
page_in(const char *charset)
{
	char line[] = "<html><head><title>p</title></head><body><script>var a="
	    "1;</script><p>" MARK "</p></body></html>\n";
	char out[2048], *to = out, *from = line;
	size_t left = sizeof line - 1, room = sizeof out;
	iconv_t cd = iconv_open(charset, "ASCII");
	struct bytes b = { NULL, 0 };

	assert_true(cd != (iconv_t)-1);
	assert_int_equal(iconv(cd, &from, &left, &to, &room), 0);
	iconv_close(cd);
	bytes_add(&b, out, sizeof out - room);
	return b;
}

static void
add_own(void)
{
	struct bytes b = eicar_bytes();
	struct zip z = { .members = 0 };

	add("EICAR", eicar_bytes());
	add("text", text("a text\n"));
	add("rar", rar_of("eicar.com", &b));
	b = text("nothing\n");
	add("rar, clean", rar_of("a.txt", &b));
	b = eicar_bytes();
	add("nested zips", zip_nested(&b, 12));
	b = eicar_bytes();
	add("deep zips", zip_nested(&b, 19));
	b = eicar_bytes();
	add("gzip", gzip_of(&b));
	zip_add_encrypted(&z, "secret.txt", "whatever it is", 14);
	add("encrypted", zip_close(&z));
	zip_add_large(&z, "large", 8 << 20, MARK, strlen(MARK));
	add("large member", zip_close(&z));
	add("page in UTF-8", page_in("UTF-8"));
	add("page in UTF-16", page_in("UTF-16"));
	add("page in UTF-16LE", page_in("UTF-16LE"));
	add("page in UTF-32", page_in("UTF-32"));
	add("page in UCS-4BE", page_in("UCS-4BE"));
}

static struct bytes
file(const char *path)
{
	struct bytes b = { NULL, 0 };
	AUTO_FILE FILE *f = fopen(path, "re");
	char piece[65536];
	size_t len;

	assert_non_null(f);
	while ((len = fread(piece, 1, sizeof piece, f)) > 0)
		bytes_add(&b, piece, len);
	return b;
}

static void
add_testfiles(void)
{
	AUTO_DIR DIR *dir = opendir(TESTFILES);
	const struct dirent *entry;
	char path[512];

	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL) {
		snprintf(path, sizeof path, TESTFILES "/%s", entry->d_name);
		if (entry->d_name[0] != '.')
			add(entry->d_name, file(path));
	}
}

static void
add_hex(char *at, const unsigned char *bytes, size_t len)
{
	for (; len > 0; len--)
		at += sprintf(at, "%02x", *bytes++);
}

/* The page's mark counts only where pages are searched. */
static void
write_signatures(void)
{
	char line[512] = "Test.Page:3:*:";
	unsigned char digest[16];
	size_t i;

	add_hex(line + strlen(line), (const unsigned char *)MARK, strlen(MARK));
	write_file(inside("db/page.ndb"), strcat(line, "\n"));
	for (i = 0; i < corpus_size; i++) {
		if (strcmp(corpus[i].name, "clam.exe") != 0)
			continue;
		assert_non_null(cl_hash_data("md5", corpus[i].bytes.data,
		    corpus[i].bytes.len, digest, NULL));
		line[0] = '\0';
		add_hex(line, digest, sizeof digest);
		sprintf(line + 32, ":%zu:Test.Clam\n", corpus[i].bytes.len);
		write_file(inside("db/clam.hdb"), line);
	}
}

static struct engine *
loaded(void)
{
	static const struct engine_limits all = {
		.scan_max = 64 << 20,
		.recursion = 17,
		.files = 10000,
		.time_limit_ms = 60000,
	};
	struct signature_info info = { .count = 0 };
	struct engine *engine = NULL;
	struct err err = { "" };

	add_own();
	add_testfiles();
	assert_int_equal(setenv("TZ", "Asia/Tokyo", 1), 0);
	if (ops->new(&engine, &all, inside("scratch"), &err) == -1)
		fail_msg("%s", err.text);
	write_signatures();
	if (ops->load(engine, inside("db"), &info, &err) == -1 ||
	    ops->load_builtin(engine, &info, &err) == -1 ||
	    ops->prepare(engine, &err) == -1)
		fail_msg("%s", err.text);
	return engine;
}

static int
enter_cage(int keep, const char *scratch, pid_t parent)
{
	const int fds[] = { 0, 1, 2, keep };
	int abi = landlock_abi();
	struct cage cage = {
		.parent = parent,
		.scratch = scratch,
		.fds = fds,
		.fd_count = COUNT(fds),
		.scratch_max = 128 << 20,
		.memory_max = 2ULL << 30,
		.info.landlock_abi = (uint32_t)abi,
	};
	struct err err;

	if (abi > 0)
		cage.info.layers |= LAYER_BIT(LAYER_LANDLOCK);
	if (seccomp_possible())
		cage.info.layers |= LAYER_BIT(LAYER_SECCOMP);
	if (sandbox_enter(&cage, &err) == 0)
		return 0;
	fprintf(stderr, "%s\n", err.text);
	return -1;
}

/* What one of the two says of one body. */
struct said {
	struct verdict verdict;
	char failure[128];	/* worker/strict.h: a call that failed */
};

/* Names that libclamav makes up: "clamav-0123...ef.tmp". */
static void
hide_random(char *path)
{
	size_t len;

	for (; *path != '\0'; path += len > 0 ? len : 1) {
		len = strspn(path, "0123456789abcdef");
		if (len >= 10)
			memset(path, '#', len);
	}
}

static void
scan_all(struct engine *engine, int out)
{
	struct said said;
	size_t i;

	strict_begin();
	for (i = 0; i < corpus_size; i++) {
		memset(&said, 0, sizeof said);
		strict_reset();
		ops->scan(engine, corpus[i].bytes.data, corpus[i].bytes.len,
		    60000, &said.verdict);
		hide_random(said.verdict.path);
		if (strict_failure() != NULL)
			snprintf(said.failure, sizeof said.failure, "%s",
			    strict_failure());
		if (write(out, &said, sizeof said) != sizeof said)
			_exit(3);
	}
}

static pid_t
start(struct engine *engine, bool caged, int *from_out)
{
	char scratch[PATH_MAX];
	pid_t self = getpid(), pid;
	int ends[2];
	struct err err;

	snprintf(scratch, sizeof scratch, "%s", inside(caged ? "in" : "out"));
	assert_int_equal(mkdir(scratch, 0700), 0);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		if (caged && enter_cage(ends[1], scratch, self) == -1)
			_exit(1);
		if (ops->enter(engine, scratch, &err) == -1)
			_exit(2);
		scan_all(engine, ends[1]);
		_exit(0);
	}
	close(ends[1]);
	*from_out = ends[0];
	return pid;
}

static struct said all[2][BODIES_MAX];

/* Reads all that it says, to its end. */
static void
listen(int from, pid_t pid, struct said *out)
{
	size_t have = 0, want = corpus_size * sizeof *out;
	ssize_t len;
	int status;

	while ((len = read(from, (char *)out + have, want - have)) > 0)
		have += (size_t)len;
	close(from);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (status != 0)
		fail_msg("status 0x%x after %zu bodies", (unsigned)status,
		    have / sizeof *out);
	assert_int_equal(have, want);
}

static void
compare(void)
{
	const struct said *a = all[0], *b = all[1];
	size_t found = 0, i;

	for (i = 0; i < corpus_size; i++, a++, b++) {
		found += a->verdict.outcome == OUTCOME_INFECTED;
		if (memcmp(a, b, sizeof *a) != 0)
			fail_msg("%s: outside %s \"%s\" in \"%s\" \"%s\", "
			    "caged %s \"%s\" in \"%s\" \"%s\"", corpus[i].name,
			    outcome_name(a->verdict.outcome), a->verdict.name,
			    a->verdict.path, a->failure,
			    outcome_name(b->verdict.outcome), b->verdict.name,
			    b->verdict.path, b->failure);
	}
	/* Else the test says nothing. */
	assert_true(found >= (corpus_size > 40 ? 40 : 7));
}

static void
inside_the_cage_as_outside(void **state)
{
	struct engine *engine = loaded();
	pid_t pid;
	int from;

	(void)state;
	pid = start(engine, false, &from);
	listen(from, pid, all[0]);
	pid = start(engine, true, &from);
	listen(from, pid, all[1]);
	compare();
	while (corpus_size > 0)
		bytes_free(&corpus[--corpus_size].bytes);
	ops->free(&engine);
}

/* libclamav's own table of code pages, and what it takes pages for. */
static const char *const charsets[] = {
	"IBM037", "IBM437", "IBM500", "ASMO-708", "IBM775", "IBM850", "IBM852",
	"IBM855", "IBM857", "IBM860", "IBM861", "IBM863", "IBM864", "IBM865",
	"CP866", "IBM869", "IBM870", "WINDOWS-874", "CP875", "SHIFT_JIS",
	"GB2312", "CP949", "BIG5", "IBM1026", "UTF-16LE", "UTF-16BE",
	"WINDOWS-1250", "WINDOWS-1251", "WINDOWS-1252", "WINDOWS-1253",
	"WINDOWS-1254", "WINDOWS-1255", "WINDOWS-1256", "WINDOWS-1257",
	"WINDOWS-1258", "JOHAB", "MACINTOSH", "US-ASCII", "IBM273", "IBM277",
	"IBM278", "IBM280", "IBM284", "IBM285", "IBM290", "IBM297", "IBM420",
	"IBM423", "IBM424", "KOI8-R", "IBM871", "IBM880", "IBM905", "EUC-JP",
	"CP1025", "KOI8-U", "ISO-8859-1", "ISO-8859-2", "ISO-8859-3",
	"ISO-8859-4", "ISO-8859-5", "ISO-8859-6", "ISO-8859-7", "ISO-8859-8",
	"ISO-8859-9", "ISO-8859-13", "ISO-8859-15", "ISO-2022-JP",
	"ISO-2022-JP-2", "ISO-2022-JP-3", "ISO-2022-KR", "EUC-CN", "EUC-KR",
	"GB18030", "UTF-7", "UTF-8", "UCS-2", "UCS-4", "UCS-4BE", "UCS-4LE",
	"UTF-16", "UTF-32", "UTF-32BE", "UTF-32LE", "UNICODE",
};

/* How many are missing. */
static int
open_charsets(void)
{
	static const char *const to[] = {
		"UTF-16BE", "UTF-8//TRANSLIT", "UTF-8",
	};
	int missing = 0;
	size_t i, j;

	for (i = 0; i < COUNT(charsets); i++)
		for (j = 0; j < COUNT(to); j++) {
			iconv_t cd = iconv_open(to[j], charsets[i]);

			if (cd != (iconv_t)-1) {
				iconv_close(cd);
				continue;
			}
			fprintf(stderr, "%s to %s\n", charsets[i], to[j]);
			missing++;
		}
	return missing;
}

static int
fate_of(int (*fn)(void), const char *scratch)
{
	pid_t self = getpid(), pid = fork();
	int status;

	if (pid == 0)
		_exit(enter_cage(3, scratch, self) == -1 ? 120 : fn());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
every_code_page_is_there_before_the_cage_closes(void **state)
{
	struct engine *engine = ready();

	(void)state;
	assert_int_equal(fate_of(open_charsets, inside("scratch")), 0);
	ops->free(&engine);
}

extern char **environ;

/* Not the machine's: libc would look for its file at each signed program. */
static int
time_zone(void)
{
	time_t day = 86400;

	return environ[0] == NULL || strcmp(environ[0], "TZ=UTC0") != 0 ||
	    environ[1] != NULL || localtime(&day)->tm_hour != 0;
}

static void
a_caged_worker_knows_its_time_zone_and_nothing_else(void **state)
{
	(void)state;
	assert_int_equal(setenv("TZ", "Asia/Tokyo", 1), 0);
	assert_int_equal(fate_of(time_zone, inside("scratch")), 0);
}

/* What came out was the text, and no call failed. */
static bool
sees_text(void *ctx, const uint8_t *bytes, size_t len, const char *name)
{
	size_t i;

	(void)name;
	for (i = 0; i < len && bytes[i] == (uint8_t)(i / 999); i++)
		continue;
	*(bool *)ctx = len == TEXT_LEN && i == len;
	return true;
}

static void
hears_nothing(void *ctx, enum outcome outcome, const char *cause,
    const char *name)
{
	(void)ctx, (void)outcome, (void)cause, (void)name;
}

static int
undo_codings(void)
{
	struct budget budget = { .depth = 1 };
	struct told told = { .flags = 0 };
	bool seen;
	struct sink sink = { &seen, NULL, sees_text, sees_text, sees_text,
		hears_nothing };
	size_t i;

	strict_begin();
	for (i = 0; i < COUNT(codings); i++) {
		budget.bytes = 64 << 20;
		budget.deadline = clock_ms() + 60000;
		told.encodings.at = codings[i].name;
		told.encodings.len = (uint16_t)strlen(codings[i].name);
		seen = false;
		encodings_read(&told, codings[i].body.data,
		    codings[i].body.len, &budget, &sink);
		if (!seen || strict_failure() != NULL)
			return (int)i + 1;
	}
	return 0;
}

/* As many bytes as make the libraries ask the kernel for memory. */
static void
each_content_coding_is_undone_in_the_cage(void **state)
{
	uint8_t *text = malloc(TEXT_LEN);
	size_t i;

	(void)state;
	assert_non_null(text);
	for (i = 0; i < TEXT_LEN; i++)
		text[i] = (uint8_t)(i / 999);
	for (i = 0; i < COUNT(codings); i++)
		codings[i].body = pack(codings[i].how, text, TEXT_LEN);
	assert_int_equal(fate_of(undo_codings, inside("scratch")), 0);
	for (i = 0; i < COUNT(codings); i++)
		packed_free(&codings[i].body);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(inside_the_cage_as_outside),
		IN_FOLDER(
		    every_code_page_is_there_before_the_cage_closes),
		IN_FOLDER(a_caged_worker_knows_its_time_zone_and_nothing_else),
		IN_FOLDER(each_content_coding_is_undone_in_the_cage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
