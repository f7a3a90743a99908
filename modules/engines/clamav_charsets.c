/* SPDX-License-Identifier: GPL-2.0-only */
#include "engines/clamav.h"

#include <iconv.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* What libclamav converts from: to UTF-16BE for pages and mail, to UTF-8 for
 * documents, whose code page it knows by these names. glibc keeps a module as
 * long as a descriptor is open, and a caged worker can load no code: so they
 * stay open for the keeper's life. One that is missing in the cage would be
 * text that is not looked at, without a word. */
void
preload_charsets(void)
{
	static const char *const from[] = {
		"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE",
		"UTF-32BE", "UCS-2", "UCS-4", "UCS4LE", "UNICODE", "UTF-7",
		"US-ASCII", "ASMO-708", "JOHAB", "MACINTOSH", "CP437", "CP737",
		"CP775", "CP850", "CP852", "CP855", "CP857", "CP858", "CP862",
		"CP866", "CP874", "CP875", "CP932", "CP936", "CP949", "CP950",
		"CP1025", "CP1250", "CP1251", "CP1252", "CP1253", "CP1254",
		"CP1255", "CP1256", "CP1257", "CP1258", "IBM037", "IBM273",
		"IBM277", "IBM278", "IBM280", "IBM284", "IBM285", "IBM290",
		"IBM297", "IBM420", "IBM423", "IBM424", "IBM500", "IBM860",
		"IBM861", "IBM863", "IBM864", "IBM865", "IBM869", "IBM870",
		"IBM871", "IBM880", "IBM905", "IBM1026", "ISO-8859-1",
		"ISO-8859-2", "ISO-8859-3", "ISO-8859-4", "ISO-8859-5",
		"ISO-8859-6", "ISO-8859-7", "ISO-8859-8", "ISO-8859-9",
		"ISO-8859-10", "ISO-8859-13", "ISO-8859-14", "ISO-8859-15",
		"KOI8-R", "KOI8-U", "TIS-620", "SHIFT_JIS", "EUC-JP",
		"ISO-2022-JP", "ISO-2022-JP-2", "ISO-2022-JP-3", "GB2312",
		"GBK", "GB18030", "EUC-CN", "BIG5", "EUC-KR", "ISO-2022-KR",
	};
	static iconv_t kept[COUNT(from)];
	size_t i;

	for (i = 0; i < COUNT(from); i++)
		if (kept[i] == NULL)
			kept[i] = iconv_open("UTF-16BE", from[i]);
}
