/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/istag.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

/* Everything that decides about a verdict, as text. */
static int
describe(FILE *out, const struct signature_info *info, const char *content,
    const struct settings *settings, struct err *err)
{
	AUTO_FREE char *text = NULL;
	const struct signature_set *set;

	if (settings_text(settings, &text, err) == -1)
		return -1;
	fprintf(out, "%s\n%s\n%" PRIu64 "\n", info->engine, content,
	    info->count);
	for (set = info->sets; set < info->sets + info->set_count; set++)
		fprintf(out, "%s %u %" PRId64 " %u\n", set->name, set->version,
		    set->time, set->count);
	fputs(text, out);
	return 0;
}

static int
hash(char out[ISTAG_LEN + 1], const char *text, size_t len, struct err *err)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	size_t i;

	if (EVP_Digest(text, len, digest, NULL, EVP_sha256(), NULL) != 1)
		return err_set(err, "istag: no SHA-256");
	for (i = 0; i < ISTAG_LEN / 2; i++)
		snprintf(out + 2 * i, 3, "%02x", digest[i]);
	return 0;
}

int
istag_make(char out[ISTAG_LEN + 1], const struct signature_info *info,
    const char *content, const struct settings *settings, struct err *err)
{
	AUTO_FREE char *text = NULL;
	size_t len;
	FILE *stream = open_memstream(&text, &len);
	int failed;

	if (stream == NULL)
		return err_sys(err, "istag");
	failed = describe(stream, info, content, settings, err);
	if (fclose(stream) != 0)
		return err_sys(err, "istag");
	if (failed)
		return -1;
	return hash(out, text, len, err);
}

/* Reason and end decide nothing. */
static int
hash_entry(char out[ISTAG_LEN + 1], const struct list_entry *entry,
    struct err *err)
{
	char text[SUBJECT_HOST + 64];
	int len = snprintf(text, sizeof text, "%d %s %s", entry->block,
	    list_by_name(entry->by), entry->value);

	return hash(out, text, (size_t)len, err);
}

int
istag_of_lists(char out[ISTAG_LEN + 1], const struct lists *lists, int64_t now,
    struct err *err)
{
	char one[ISTAG_LEN + 1];
	uint32_t i;

	memset(out, '0', ISTAG_LEN);
	out[ISTAG_LEN] = '\0';
	for (i = 0; i < lists->count; i++) {
		if (!list_entry_holds(&lists->entry[i], now))
			continue;
		if (hash_entry(one, &lists->entry[i], err) == -1)
			return -1;
		istag_join(out, out, one);
	}
	return 0;
}

static unsigned
digit(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

void
istag_join(char out[ISTAG_LEN + 1], const char *a, const char *b)
{
	size_t i;

	for (i = 0; i < ISTAG_LEN; i++)
		out[i] = "0123456789abcdef"[digit(a[i]) ^ digit(b[i])];
	out[ISTAG_LEN] = '\0';
}
