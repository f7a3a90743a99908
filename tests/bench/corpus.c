/* SPDX-License-Identifier: GPL-2.0-only */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "bench/corpus.h"

#define ADLER 65521U
#define LINE 1024

/* --- numbers ----------------------------------------------------------- */

/* How the CRC-32 of something changes by these changes in it: CRCs are linear,
 * so nothing else of it is looked at. */
static uint32_t
crc_change(const unsigned char *changes, size_t after)
{
	static const unsigned char none[CORPUS_NUMBER];
	uint32_t change = (uint32_t)(crc32(0, changes, CORPUS_NUMBER) ^
	    crc32(0, none, CORPUS_NUMBER));

	return (uint32_t)(crc32_combine(change, 0, (z_off_t)after));
}

static uint32_t
adler_changed(uint32_t sum, const char *before, const char *digits,
    size_t after)
{
	uint64_t a = sum & 0xffff, b = sum >> 16, less;
	size_t i, weight;

	for (i = 0; i < CORPUS_NUMBER; i++) {
		weight = (CORPUS_NUMBER - i + after) % ADLER;
		less = ADLER - (unsigned char)before[i];
		a += (unsigned char)digits[i] + less;
		b += weight * ((unsigned char)digits[i] + less);
	}
	return (uint32_t)(b % ADLER << 16 | a % ADLER);
}

static uint32_t
load(const unsigned char *at, bool little)
{
	return little ? (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 |
	    (uint32_t)at[1] << 8 | at[0] :
	    (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
	    (uint32_t)at[2] << 8 | at[3];
}

static void
store(unsigned char *at, bool little, uint32_t value)
{
	int i;

	for (i = 0; i < 4; i++)
		at[i] = (unsigned char)(value >> (little ? 8 * i : 24 - 8 * i));
}

static void
write_place(const struct corpus_place *place, char *body, const char *digits)
{
	unsigned char changes[CORPUS_NUMBER], *at;
	const struct corpus_fix *fix;
	uint32_t sum;
	size_t i;

	for (i = 0; i < CORPUS_NUMBER; i++)
		changes[i] = (unsigned char)(body[place->at + i] ^ digits[i]);
	for (fix = place->fix; fix < place->fix + place->fixes; fix++) {
		at = (unsigned char *)body + fix->at;
		sum = load(at, fix->kind == 'l');
		if (fix->kind == 'a')
			sum = adler_changed(sum, body + place->at, digits,
			    fix->after);
		else
			sum ^= crc_change(changes, fix->after);
		store(at, fix->kind == 'l', sum);
	}
	memcpy(body + place->at, digits, CORPUS_NUMBER);
}

void
corpus_number(const struct template *template, char *body, uint64_t number)
{
	char digits[CORPUS_NUMBER + 1];
	size_t i;

	snprintf(digits, sizeof(digits), "%016" PRIx64, number);
	for (i = 0; i < template->places; i++)
		write_place(&template->place[i], body, digits);
}

/* --- the index --------------------------------------------------------- */

/* Two numbers as "a+b" behind the kind of a checksum. */
static int
read_fix(struct template *template, struct corpus_place *place, char *text)
{
	struct corpus_fix *fix = &place->fix[place->fixes];

	if (place->fixes == CORPUS_FIXES ||
	    sscanf(text, "%c%zu+%zu", &fix->kind, &fix->at, &fix->after) != 3 ||
	    strchr("lba", fix->kind) == NULL || fix->at + 4 > template->len)
		return -1;
	place->fixes++;
	return 0;
}

static int
read_place(struct template *template, char *text)
{
	struct corpus_place *place = &template->place[template->places];
	char *part, *rest = text;

	if (template->places == CORPUS_PLACES)
		return -1;
	part = strsep(&rest, ",");
	place->at = strtoul(part, NULL, 10);
	if (place->at + CORPUS_NUMBER > template->len)
		return -1;
	while ((part = strsep(&rest, ",")) != NULL)
		if (read_fix(template, place, part) == -1)
			return -1;
	template->places++;
	return 0;
}

static int
read_template(struct template *template, char *line)
{
	char expected[16], places[512], *part, *rest = places;

	if (sscanf(line, "%23s %u %15s %zu %511s %63s %95[^\n]", template->kind,
	    &template->weight, expected, &template->len, places,
	    template->file, template->type) != 7)
		return -1;
	template->infected = strcmp(expected, "infected") == 0;
	while ((part = strsep(&rest, ";")) != NULL)
		if (read_place(template, part) == -1)
			return -1;
	return 0;
}

static int
read_index(struct corpus *corpus, FILE *index)
{
	struct template *more;
	char line[LINE];

	while (fgets(line, sizeof(line), index) != NULL) {
		more = realloc(corpus->templates,
		    (corpus->count + 1) * sizeof(*more));
		if (more == NULL)
			return -1;
		corpus->templates = more;
		memset(more + corpus->count, 0, sizeof(*more));
		corpus->count++;
		if (read_template(more + corpus->count - 1, line) == -1)
			return -1;
	}
	return corpus->count > 0 ? 0 : -1;
}

int
corpus_open(struct corpus *corpus, const char *folder)
{
	char path[4096];
	FILE *index;
	int result;

	memset(corpus, 0, sizeof(*corpus));
	corpus->folder = folder;
	snprintf(path, sizeof(path), "%s/index", folder);
	index = fopen(path, "r");
	result = index != NULL ? read_index(corpus, index) : -1;
	if (index != NULL)
		fclose(index);
	if (result == -1)
		fprintf(stderr, "%s: no corpus, or template %zu is bad\n",
		    folder, corpus->count);
	return result;
}

static size_t
read_file(const char *path, char *bytes, size_t size)
{
	FILE *file = fopen(path, "rb");
	size_t got;

	if (file == NULL)
		return 0;
	got = fread(bytes, 1, size, file);
	fclose(file);
	return got;
}

int
corpus_fetch(const struct corpus *corpus, struct template *template)
{
	char path[4096], *bytes;

	if (template->bytes != NULL)
		return 0;
	snprintf(path, sizeof(path), "%s/%s", corpus->folder, template->file);
	bytes = malloc(template->len + 1);
	if (bytes == NULL)
		return -1;
	if (read_file(path, bytes, template->len + 1) != template->len) {
		fprintf(stderr, "%s: not as the index has it\n", path);
		free(bytes);
		return -1;
	}
	template->bytes = bytes;
	return 0;
}

int
corpus_fetch_kind(const struct corpus *corpus, const char *kind)
{
	size_t i;

	for (i = 0; i < corpus->count; i++)
		if (strcmp(corpus->templates[i].kind, kind) == 0 &&
		    corpus_fetch(corpus, &corpus->templates[i]) == -1)
			return -1;
	return 0;
}

void
corpus_close(struct corpus *corpus)
{
	size_t i;

	for (i = 0; i < corpus->count; i++)
		free(corpus->templates[i].bytes);
	free(corpus->templates);
	memset(corpus, 0, sizeof(*corpus));
}
