/* SPDX-License-Identifier: GPL-2.0-only */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cache/poison.h"
#include "fuzz.h"
#include "segment/pass_all.h"
#include "tool/report.h"

/* c-icap's children write into it: whatever stands there, terminal and module
 * must live with it. The input fills all behind the head, again and again. */
static void
fill(uint8_t *to, size_t room, const uint8_t *data, size_t size)
{
	size_t piece;

	for (; room > 0; to += piece, room -= piece) {
		piece = size < room ? size : room;
		memcpy(to, data, piece);
	}
}

static void
must_be_harmless(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((text[i] < ' ' && text[i] != '\n') || text[i] == 0x7f)
			abort();
}

static void
print(const struct report *report, int (*how)(const struct report *, FILE *))
{
	AUTO_FREE char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (out == NULL)
		return;
	how(report, out);
	fclose(out);
	must_be_harmless(text, len);
}

/* A name that one child remembers goes into the headers of another. */
static void
remember(struct segment *segment, const uint8_t *data, size_t size)
{
	struct verdict verdict = { .outcome = OUTCOME_INFECTED };

	if (size >= sizeof verdict.name)
		size = sizeof verdict.name - 1;
	memcpy(verdict.name, data, size);
	urls_remember(&segment->urls, "GET", "http://a.test/", &verdict, 1000);
	if (urls_find(&segment->urls, "GET", "http://a.test/", 1, &verdict) &&
	    *verdict.name != '\0' &&
	    !verdict_name_valid(verdict.name, strlen(verdict.name)))
		abort();
}

static void
use(struct segment *segment)
{
	struct poison_key key = { .len = segment->poison.entry[0][4] };
	struct report report;

	segment->status_seq &= ~1u;
	if (report_take(&report, segment) == 0) {
		print(&report, report_print_text);
		print(&report, report_print_json);
	}
	poison_may_know(&segment->poison, key.len);
	poison_deaths(&segment->poison, &key);
}

static void
attach(const uint8_t *data, size_t size)
{
	AUTO_CLOSE int fd = memfd_create("segment", MFD_CLOEXEC);
	struct segment *segment = NULL;
	struct err err;

	if (fd == -1 || write(fd, data, size) != (ssize_t)size ||
	    ftruncate(fd, (off_t)sizeof *segment) == -1)
		return;
	if (segment_attach_fd(&segment, fd, &err) == -1)
		return;
	segment_detach(&segment);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct segment segment;
	const size_t head = offsetof(struct segment, serving);
	int64_t until;

	if (size == 0)
		return 0;
	attach(data, size);
	if (pass_all_parse((const char *)data, size, &until) == 0 && until < 0)
		abort();
	strcpy(segment.version, PACKAGE_VERSION);
	fill((uint8_t *)&segment + head, sizeof segment - head, data, size);
	use(&segment);
	remember(&segment, data, size);
	return 0;
}
