/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one table from libclamav's types to ours. Left out, and so unknown, are
 * those that say nothing: BINARY_DATA, IGNORED, ANY, RIFF (sounds, films and
 * pictures), CRYPTFF, and text in UTF-16, as noise is often called so.
 */
#include "engines/clamav.h"

#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static const struct {
	const char *type;	/* behind "CL_TYPE_"; with a * any such end */
	enum type_group group;
} rows[] = {
	{ "MSEXE", GROUP_EXECUTABLE },
	{ "ELF", GROUP_EXECUTABLE },
	{ "MACHO*", GROUP_EXECUTABLE },
	{ "JAVA", GROUP_EXECUTABLE },
	{ "PYTHON_COMPILED", GROUP_EXECUTABLE },
	{ "SIS", GROUP_EXECUTABLE },
	{ "SWF", GROUP_EXECUTABLE },
	{ "NULSFT", GROUP_EXECUTABLE },
	{ "AUTOIT", GROUP_EXECUTABLE },
	{ "ISHIELD_MSI", GROUP_EXECUTABLE },
	{ "ZIPSFX", GROUP_EXECUTABLE },
	{ "RARSFX", GROUP_EXECUTABLE },
	{ "7ZSFX", GROUP_EXECUTABLE },
	{ "CABSFX", GROUP_EXECUTABLE },
	{ "ARJSFX", GROUP_EXECUTABLE },
	{ "EGGSFX", GROUP_EXECUTABLE },
	{ "LNK", GROUP_SCRIPT },
	{ "SCRENC", GROUP_SCRIPT },
	{ "SCRIPT", GROUP_SCRIPT },
	{ "ZIP", GROUP_ARCHIVE },
	{ "RAR", GROUP_ARCHIVE },
	{ "7Z", GROUP_ARCHIVE },
	{ "EGG", GROUP_ARCHIVE },
	{ "ALZ", GROUP_ARCHIVE },
	{ "ARJ", GROUP_ARCHIVE },
	{ "LHA_LZH", GROUP_ARCHIVE },
	{ "MSCAB", GROUP_ARCHIVE },
	{ "MSSZDD", GROUP_ARCHIVE },
	{ "MSCHM", GROUP_ARCHIVE },
	{ "GZ", GROUP_ARCHIVE },
	{ "BZ", GROUP_ARCHIVE },
	{ "XZ", GROUP_ARCHIVE },
	{ "XAR", GROUP_ARCHIVE },
	{ "POSIX_TAR", GROUP_ARCHIVE },
	{ "OLD_TAR", GROUP_ARCHIVE },
	{ "CPIO*", GROUP_ARCHIVE },
	{ "BINHEX", GROUP_ARCHIVE },
	{ "UUENCODED", GROUP_ARCHIVE },
	{ "ISO9660", GROUP_DISK_IMAGE },
	{ "UDF", GROUP_DISK_IMAGE },
	{ "DMG", GROUP_DISK_IMAGE },
	{ "MBR", GROUP_DISK_IMAGE },
	{ "GPT", GROUP_DISK_IMAGE },
	{ "APM", GROUP_DISK_IMAGE },
	{ "PART*", GROUP_DISK_IMAGE },
	{ "MSOLE2", GROUP_DOCUMENT },
	{ "MSWORD", GROUP_DOCUMENT },
	{ "MSXL", GROUP_DOCUMENT },
	{ "MSPPT", GROUP_DOCUMENT },
	{ "OOXML*", GROUP_DOCUMENT },
	{ "XML_WORD", GROUP_DOCUMENT },
	{ "XML_XL", GROUP_DOCUMENT },
	{ "XML_HWP", GROUP_DOCUMENT },
	{ "HWP*", GROUP_DOCUMENT },
	{ "ONENOTE", GROUP_DOCUMENT },
	{ "PDF", GROUP_DOCUMENT },
	{ "XDP", GROUP_DOCUMENT },
	{ "PS", GROUP_DOCUMENT },
	{ "RTF", GROUP_DOCUMENT },
	{ "TNEF", GROUP_DOCUMENT },
	{ "GRAPHICS", GROUP_IMAGE },
	{ "GIF", GROUP_IMAGE },
	{ "PNG", GROUP_IMAGE },
	{ "JPEG", GROUP_IMAGE },
	{ "TIFF", GROUP_IMAGE },
	{ "HTML*", GROUP_TEXT },
	{ "MHTML", GROUP_TEXT },
	{ "MAIL", GROUP_TEXT },
	{ "TEXT_ASCII", GROUP_TEXT },
	{ "TEXT_UTF8", GROUP_TEXT },
};

static bool
fits(const char *row, const char *type)
{
	size_t len = strcspn(row, "*");

	return strncmp(row, type, len) == 0 &&
	    (row[len] == '*' || type[len] == '\0');
}

enum type_group
clamav_type_group(const char *type)
{
	static const char lead[] = "CL_TYPE_";
	size_t i;

	if (type == NULL || strncmp(type, lead, sizeof lead - 1) != 0)
		return GROUP_UNKNOWN;
	for (i = 0; i < COUNT(rows); i++)
		if (fits(rows[i].type, type + sizeof lead - 1))
			return rows[i].group;
	return GROUP_UNKNOWN;
}
