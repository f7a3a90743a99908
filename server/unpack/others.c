/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/others.h"

#include "unpack/armor.h"
#include "unpack/ascii.h"
#include "unpack/cms.h"
#include "unpack/digits.h"
#include "unpack/dmg.h"
#include "unpack/fat.h"
#include "unpack/film.h"
#include "unpack/hfs.h"
#include "unpack/iso_boot.h"
#include "unpack/lines.h"
#include "unpack/lzma.h"
#include "unpack/mail.h"
#include "unpack/maps.h"
#include "unpack/mbr.h"
#include "unpack/openpgp.h"
#include "unpack/program.h"
#include "unpack/program_pe.h"
#include "unpack/pdf.h"
#include "unpack/udf.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static const struct other {
	bool (*fits)(struct slice);
	bool (*read)(struct slice, const char *path, const struct sink *);
} others[] = {
	{ apm_likely, apm_walk },
	{ armor_likely, armor_walk },
	{ ascii_is_base64, ascii_read_base64 },
	{ ascii_is_hex, ascii_read_hex },
	{ cms_likely, cms_walk },
	{ coff_likely, coff_walk },
	{ digits_likely, digits_walk },
	{ dmg_likely, dmg_walk },
	{ elf_likely, elf_walk },
	{ fat_likely, fat_walk },
	{ flv_likely, flv_walk },
	{ gpt_likely, gpt_walk },
	{ hfs_likely, hfs_walk },
	{ iso_boot_likely, iso_boot_walk },
	{ lines_likely, lines_walk },
	{ lzma_likely, lzma_walk },
	{ macho_likely, macho_walk },
	{ mbr_likely, mbr_walk },
	{ openpgp_likely, openpgp_walk },
	{ pe_likely, pe_walk },
	{ swf_likely, swf_walk },
	{ te_likely, te_walk },
	{ pdf_likely, pdf_walk },
	{ udf_likely, udf_walk },
	{ universal_likely, universal_walk },
};

bool
others_likely(struct slice s)
{
	size_t i;

	for (i = 0; i < COUNT(others); i++)
		if (others[i].fits(s))
			return true;
	return false;
}

bool
others_read(struct slice s, const char *path, const struct sink *sink)
{
	size_t i;

	for (i = 0; i < COUNT(others); i++)
		if (others[i].fits(s) && !others[i].read(s, path, sink))
			return false;
	return true;
}
