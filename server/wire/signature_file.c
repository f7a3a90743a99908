/* SPDX-License-Identifier: GPL-2.0-only */
#include "wire/signature_file.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

/* What libclamav 1.4 loads from a folder; it ignores all else. */
static const char *const loaded[] = {
	".cvd", ".cld", ".cud", ".db", ".hdb", ".hsb", ".hdu", ".hsu", ".mdb",
	".msb", ".mdu", ".msu", ".ndb", ".ndu", ".ldb", ".ldu", ".sdb", ".zmd",
	".rmd", ".pdb", ".gdb", ".wdb", ".cbc", ".ftm", ".cfg", ".cdb", ".cat",
	".crb", ".idb", ".ioc", ".yar", ".yara", ".pwdb", ".ign", ".ign2",
	".imp", ".fp", ".sfp",
};

/* libclamav 1.5 reads daily-27800.cvd.sign to verify a daily.cvd. */
static const char *const beside[] = { ".sign" };

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

bool
signature_file_ends(const char *name, const char *extension)
{
	size_t len = strlen(name), ext = strlen(extension);

	return len > ext && strcasecmp(name + len - ext, extension) == 0;
}

static bool
ends_in_one(const char *name, const char *const *table, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (signature_file_ends(name, table[i]))
			return true;
	return false;
}

bool
signature_file_is_loaded(const char *name)
{
	return ends_in_one(name, loaded, COUNT(loaded));
}

bool
signature_file_is_wanted(const char *name)
{
	return signature_file_is_loaded(name) ||
	    ends_in_one(name, beside, COUNT(beside));
}
