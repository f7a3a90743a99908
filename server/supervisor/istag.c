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

int
istag_make(char out[ISTAG_LEN + 1], const struct signature_info *info,
    const char *content, const struct settings *settings, struct err *err)
{
	AUTO_FREE char *text = NULL;
	unsigned char digest[EVP_MAX_MD_SIZE];
	size_t len, i;
	FILE *stream = open_memstream(&text, &len);
	int failed;

	if (stream == NULL)
		return err_sys(err, "istag");
	failed = describe(stream, info, content, settings, err);
	if (fclose(stream) != 0)
		return err_sys(err, "istag");
	if (failed)
		return -1;
	if (EVP_Digest(text, len, digest, NULL, EVP_sha256(), NULL) != 1)
		return err_set(err, "istag: no SHA-256");
	for (i = 0; i < ISTAG_LEN / 2; i++)
		snprintf(out + 2 * i, 3, "%02x", digest[i]);
	return 0;
}
