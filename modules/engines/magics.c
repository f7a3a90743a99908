/* SPDX-License-Identifier: GPL-2.0-only */
#include "engines/magics.h"

#include <string.h>

#include "engines/magic_checks.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define AT(offset, text) { offset, sizeof(text) - 1, text }
#define CLOSED(name, ...)                                                      \
	{ "Container." name, OUTCOME_UNSUPPORTED, { __VA_ARGS__ }, NULL }
#define CHECKED(name, also, ...)                                               \
	{ "Container." name, OUTCOME_UNSUPPORTED, { __VA_ARGS__ }, also }
#define LOCKED(name, also, ...)                                                \
	{ "Encrypted." name, OUTCOME_ENCRYPTED, { __VA_ARGS__ }, also }

/* Each has what no text, picture or program begins with: control bytes among
 * its first ones, or more that fits. */
static const struct magic magics[] = {
	/* archives and compressed files */
	CLOSED("ACE", AT(7, "**ACE**"), AT(4, "\0")),
	CHECKED("ARC", is_arc, AT(0, "\x1a")),
	CLOSED("bzip3", AT(0, "BZ3v1\0\0")),
	CLOSED("casync", AT(0, "@\0\0\0\0\0\0\0\x51\xbb\x5b\xea\xbc\xfa\x96")),
	CLOSED("cloop", AT(0, "#!/bin/sh\n#V"),
	    AT(13, ".0 Format\nmodprobe cloop ")),
	CLOSED("DACT", AT(0, "DCT\xc3\0\x08")),
	CLOSED("dar", AT(0, "\0\0\0\x7b"), AT(15, "T\x80\0\0\0\1\0\3\x80\0\0")),
	CLOSED("dump", AT(0, "\1\0\0\0"), AT(24, "\x6c\xea\0\0")),
	CLOSED("fsarchiver", AT(0, "FsA0"), AT(42, "FsArCh_00")),
	CLOSED("Help", AT(0, "ITOLITLS\1\0\0\0")),
	CLOSED("KGB", AT(0, "KGB_arch -"), AT(11, "\r\n")),
	CLOSED("lrzip", AT(0, "LRZI\0")),
	CHECKED("lzfse", is_lzfse, AT(0, "bvx")),
	CHECKED("LZH", is_lzh, AT(0, "\x1f\xa0")),
	CLOSED("lzop", AT(0, "\x89LZO\0\r\n\x1a\n")),
	CLOSED("mozLz4", AT(0, "mozLz40\0")),
	CLOSED("NuFile", AT(0, "N\xf5" "F\xe9l\xe5")),
	CHECKED("pack", is_pack, AT(0, "\x1f\x1e")),
	CLOSED("PPMd", AT(0, "\x8f\xaf\xac\x84")),
	CLOSED("rzip", AT(0, "RZIP\2\1")),
	CLOSED("snappy", AT(0, "\xff\6\0\0sNaPpY")),
	CHECKED("VCDIFF", is_whole_vcdiff, AT(0, "\xd6\xc3\xc4\0")),
	CLOSED("WIM", AT(0, "MSWIM\0\0\0")),
	CLOSED("WIM", AT(0, "WLPWM\0\0\0")),
	CLOSED("zchunk", AT(0, "\0ZCK1")),
	CLOSED("ZPAQ", AT(0, "7kSt\xa0\x31\x83\xd3\x8c\xb2\x28\xb0\xd3zPQ")),
	/* as versions 0.5 to 0.7 wrote it, which the program still opens */
	CLOSED("zstd", AT(0, "\x25\xb5\x2f\xfd")),
	CLOSED("zstd", AT(0, "\x26\xb5\x2f\xfd")),
	CLOSED("zstd", AT(0, "\x27\xb5\x2f\xfd")),
	/* disk images and file systems */
	CLOSED("APFS", AT(32, "NXSB\0")),
	CLOSED("bcachefs", AT(4120, "\xc6\x85\x73\xf6\x4e\x1a\x45\xca\x82\x65"
	    "\xf5\x7f\x48\xba\x6d\x81")),
	CLOSED("bcachefs", AT(4120, "\xc6\x85\x73\xf6\x66\xce\x90\xa9\xd9\x6a"
	    "\x60\xcf\x80\x3d\xf7\xef")),
	CLOSED("BFS", AT(0, "\xce\xfa\xad\x1b"), AT(7, "\0")),
	CLOSED("btrfs", AT(65600, "_BHRfS_M")),
	CLOSED("cramfs", AT(0, "E=\xcd\x28"), AT(16, "Compressed ROMFS")),
	CLOSED("cramfs", AT(0, "\x28\xcd=E"), AT(16, "Compressed ROMFS")),
	CLOSED("EROFS", AT(1024, "\xe2\xe1\xf5\xe0")),
	CLOSED("exFAT", AT(3, "EXFAT   \0\0\0"), AT(510, "\x55\xaa")),
	CHECKED("ext", is_ext, AT(1080, "\x53\xef")),
	CLOSED("F2FS", AT(1024, "\x10\x20\xf5\xf2")),
	CLOSED("GFS", AT(65536, "\1\x16\x19\x70\0\0\0\1")),
	CHECKED("HFS", is_hfs, AT(1024, "BD")),
	CHECKED("JFFS2", is_jffs2, AT(0, "\x85\x19")),
	CLOSED("JFS", AT(32768, "JFS1"), AT(32773, "\0\0\0")),
	CLOSED("LVM", AT(512, "LABELONE"), AT(536, "LVM2 001")),
	CHECKED("Minix", is_minix, AT(1040, "\x7f\x13")),
	CHECKED("Minix", is_minix, AT(1040, "\x8f\x13")),
	CHECKED("Minix", is_minix2, AT(1040, "\x68\x24")),
	CHECKED("Minix", is_minix2, AT(1040, "\x78\x24")),
	CHECKED("Minix", is_minix3, AT(1048, "\x5a\x4d")),
	CLOSED("NILFS2", AT(1024, "\2\0\0\0\0\0\x34\x34"), AT(1045, "\0\0\0")),
	CHECKED("NTFS", is_ntfs, AT(3, "NTFS    ")),
	CLOSED("OCFS2", AT(1024, "OCFSV2\0\0")),
	CLOSED("OCFS2", AT(2048, "OCFSV2\0\0")),
	CLOSED("OCFS2", AT(4096, "OCFSV2\0\0")),
	CLOSED("OCFS2", AT(8192, "OCFSV2\0\0")),
	CLOSED("Parallels", AT(0, "WithoutFreeSpace\2\0\0\0")),
	CLOSED("Parallels", AT(0, "WithouFreSpacExt\2\0\0\0")),
	CLOSED("partclone", AT(0, "partclone-image\0")),
	CLOSED("QCOW", AT(0, "QFI\xfb\0\0\0")),
	CLOSED("QED", AT(0, "QED\0"), AT(12, "\1\0\0\0")),
	CLOSED("RAID", AT(0, "\xfc\x4e\x2b\xa9\1\0\0\0")),
	CLOSED("RAID", AT(4096, "\xfc\x4e\x2b\xa9\1\0\0\0")),
	CLOSED("Reiser4", AT(65536, "ReIsEr4\0")),
	CLOSED("ReiserFS", AT(8236, "\0"), AT(8244, "ReIsErFs")),
	CLOSED("ReiserFS", AT(65580, "\0"), AT(65588, "ReIsErFs")),
	CLOSED("ReiserFS", AT(65580, "\0"), AT(65588, "ReIsEr2Fs")),
	CLOSED("ReiserFS", AT(65580, "\0"), AT(65588, "ReIsEr3Fs")),
	CLOSED("romfs", AT(0, "-rom1fs-"), AT(31, "\0")),
	CLOSED("sparse", AT(0, "\x3a\xff\x26\xed\1\0")),
	CLOSED("SquashFS", AT(0, "hsqs"), AT(29, "\0")),
	CLOSED("SquashFS", AT(0, "sqsh"), AT(28, "\0")),
	CLOSED("SquashFS", AT(0, "shsq"), AT(29, "\0")),
	CLOSED("SquashFS", AT(0, "qshs"), AT(28, "\0")),
	CLOSED("super", AT(4096, "gDla\x34\0\0\0")),
	CLOSED("UBI", AT(0, "UBI#\1\0\0\0")),
	CLOSED("UBIFS", AT(0, "\x31\x18\x10\x06")),
	CLOSED("UFS", AT(9564, "\x54\x19\1\0"),
	    AT(8192, "\0\0\0\0\0\0\0\0")),
	CLOSED("UFS", AT(9564, "\0\1\x19\x54"),
	    AT(8192, "\0\0\0\0\0\0\0\0")),
	CLOSED("UFS", AT(9564, "\x19\1\x54\x19"),
	    AT(8192, "\0\0\0\0\0\0\0\0")),
	CLOSED("UFS", AT(66908, "\x19\1\x54\x19"),
	    AT(65536, "\0\0\0\0\0\0\0\0")),
	CLOSED("UFS", AT(66908, "\x19\x54\1\x19"),
	    AT(65536, "\0\0\0\0\0\0\0\0")),
	/* firmware: volumes of files, and what brings them */
	CHECKED("UEFI", is_firmware, AT(16, "\xd9\x54\x93\x7a\x68\x04\x4a\x44"
	    "\x81\xce\x0b\xf6\x17\xd8\x90\xdf"), AT(40, "_FVH")),
	CHECKED("UEFI", is_firmware, AT(16, "\x78\xe5\x8c\x8c\x3d\x8a\x1c\x4f"
	    "\x99\x35\x89\x61\x85\xc3\x2d\xd3"), AT(40, "_FVH")),
	CHECKED("UEFI", is_firmware, AT(16, "\x7a\xc0\x73\x54\xcb\x3d\xca\x4d"
	    "\xbd\x6f\x1e\x96\x89\xe7\x34\x9a"), AT(40, "_FVH")),
	CLOSED("UEFI", AT(0, "\xbd\x86\x66\x3b\x76\x0d\x30\x40"
	    "\xb7\x0e\xb5\x51\x9e\x2f\xc5\xa0")),
	CLOSED("UEFI", AT(0, "\x8b\xa6\x3c\x4a\x23\x77\xfb\x48"
	    "\x80\x3d\x57\x8c\xc1\xfe\xc4\x4d")),
	CLOSED("UEFI", AT(0, "\xb9\x82\x91\x53\xb5\xab\x91\x43"
	    "\xb6\x9a\xe3\xa9\x43\xf7\x2f\xcc")),
	CLOSED("VDI", AT(64, "\x7f\x10\xda\xbe")),
	CLOSED("VHD", AT(0, "conectix\0\0")),
	CLOSED("VHDX", AT(0, "vhdxfile"), AT(65536, "head")),
	CLOSED("VHDX", AT(0, "vhdxfile"), AT(131072, "head")),
	CLOSED("VMDK", AT(0, "KDMV"), AT(19, "\0")),
	CLOSED("VMFS", AT(0x100000, "\x0d\xd0\1\xc0"), AT(0x100006, "\0\0")),
	CLOSED("XFS", AT(0, "XFSB\0\0")),
	CLOSED("ZFS", AT(16384, "\1\1\0\0\0\0\0\0\0\0\0\1"),
	    AT(16404, "\0\0\0\7version")),
	CLOSED("ZFS", AT(16384, "\1\0\0\0\0\0\0\0\0\0\0\1"),
	    AT(16404, "\0\0\0\7version")),
	/* whoever has no key sees nothing in these, and the engine says so of
	 * its own kinds only */
	LOCKED("age", NULL, AT(0, "age-encryption.org/v1\n-> ")),
	LOCKED("ARJ", is_garbled, AT(0, "\x60\xea")),
	LOCKED("DMG", NULL, AT(0, "encrcdsa\0\0\0\2")),
	LOCKED("LUKS", NULL, AT(0, "LUKS\xba\xbe\0")),
	LOCKED("mcrypt", NULL, AT(0, "\0m\3@rijndael-128\0")),
	LOCKED("Office", has_encrypted_package,
	    AT(0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),
	LOCKED("OpenSSL", NULL, AT(0, "Salted__")),
};

/* Most that is no such container has another first byte there: a call for each
 * of them took longer than all else that is asked of a layer. */
static int
may_fit(const struct piece *first, const uint8_t *bytes, size_t len)
{
	return len > first->at && bytes[first->at] == (uint8_t)*first->bytes;
}

static int
fits(const struct magic *magic, const uint8_t *bytes, size_t len)
{
	const struct piece *piece = magic->pieces;
	size_t i;

	if (!may_fit(piece, bytes, len))
		return 0;
	for (i = 0; i < PIECES_MAX; i++, piece++)
		if (len < piece->at + piece->len || memcmp(bytes + piece->at,
		    piece->bytes != NULL ? piece->bytes : "", piece->len) != 0)
			return 0;
	return magic->also == NULL || magic->also(bytes, len);
}

const struct magic *
magic_of(const void *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < COUNT(magics); i++)
		if (fits(&magics[i], bytes, len))
			return &magics[i];
	return NULL;
}
