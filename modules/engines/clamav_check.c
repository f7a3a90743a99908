/* SPDX-License-Identifier: GPL-2.0-only */
#include "engines/clamav.h"

#include <iconv.h>
#include <string.h>

#include "engines/samples.h"

#define CHECK_MS 30000
#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static void
scan_sample(struct engine *engine, const struct sample *sample,
    struct verdict *verdict_out)
{
	unsigned char body[SAMPLE_MAX];
	size_t len = sample_copy(sample, body);

	clamav_scan(engine, body, len, CHECK_MS, verdict_out);
}

/* The name may be another one: real signature sets know EICAR too. */
int
check_found(struct engine *engine, struct err *err)
{
	const struct sample *sample;
	struct verdict verdict;

	for (sample = samples_found(); sample->name != NULL; sample++) {
		scan_sample(engine, sample, &verdict);
		if (verdict.outcome != OUTCOME_INFECTED)
			return err_set(err,
			    "self-check: the test file %s is %s (%s)",
			    sample->name, outcome_name(verdict.outcome),
			    verdict.name);
	}
	return 0;
}

int
check_clean(struct engine *engine, struct err *err)
{
	const struct sample *sample;
	struct verdict verdict;

	for (sample = samples_clean(); sample->name != NULL; sample++) {
		scan_sample(engine, sample, &verdict);
		if (verdict.outcome != OUTCOME_CLEAN)
			return err_set(err,
			    "self-check: the clean sample \"%s\" is %s (%s)",
			    sample->name, outcome_name(verdict.outcome),
			    verdict.name);
	}
	return 0;
}

/* What libclamav converts from: to UTF-16BE for pages and mail, to UTF-8 for
 * documents. glibc keeps a module as long as a descriptor is open, and a caged
 * worker shall load no code: so they stay open for the keeper's life. */
void
preload_charsets(void)
{
	static const char *const from[] = {
		"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE",
		"UTF-32BE", "UCS-2", "UCS-4", "UCS4LE", "UNICODE", "UTF-7",
		"CP437", "CP737", "CP775", "CP850", "CP852", "CP855", "CP857",
		"CP858", "CP862", "CP866", "CP874", "CP932", "CP936", "CP949",
		"CP950", "CP1250", "CP1251", "CP1252", "CP1253", "CP1254",
		"CP1255", "CP1256", "CP1257", "CP1258", "ISO-8859-1",
		"ISO-8859-2", "ISO-8859-3", "ISO-8859-4", "ISO-8859-5",
		"ISO-8859-6", "ISO-8859-7", "ISO-8859-8", "ISO-8859-9",
		"ISO-8859-10", "ISO-8859-13", "ISO-8859-14", "ISO-8859-15",
		"KOI8-R", "KOI8-U", "SHIFT_JIS", "EUC-JP", "ISO-2022-JP",
		"GB2312", "GBK", "GB18030", "BIG5", "EUC-KR", "ISO-2022-KR",
		"MACINTOSH", "TIS-620", "IBM037", "IBM500",
	};
	static iconv_t kept[COUNT(from)];
	size_t i;

	for (i = 0; i < COUNT(from); i++)
		if (kept[i] == NULL)
			kept[i] = iconv_open("UTF-16BE", from[i]);
}
