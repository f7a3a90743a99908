/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/place_images.h"

#include <string.h>

#include "unpack/fat.h"
#include "unpack/program.h"
#include "unpack/udf.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define MARK(text) text, sizeof(text) - 1
#define SECTOR 512

/* Each gets the bytes from the image's first on. Programs have such marks, too,
 * so what else readers look at is looked at. */

static bool
is_power(uint64_t value)
{
	return value != 0 && (value & (value - 1)) == 0;
}

static bool
is_within(uint64_t value, uint64_t least, uint64_t most)
{
	return value >= least && value <= most;
}

/* The block's size as a power of two: of version 4, of older ones. */
static bool
is_squash(struct slice s)
{
	const bool is_little = s.len > 3 && s.at[0] != 'q' && s.at[1] != 'q';
	const uint64_t version = is_little ? slice_uint(s, 28, 2) :
	    slice_big(s, 28, 2);
	const size_t at = version < 4 ? 34 : 22;

	return s.len >= 96 && is_within(version, 1, 4) &&
	    is_within(is_little ? slice_uint(s, at, 2) :
	    slice_big(s, at, 2), 8, 30);
}

static bool
is_cramfs(struct slice s)
{
	return slice_uint(s, 0, 4) == 0x28cd3d45 ||
	    slice_big(s, 0, 4) == 0x28cd3d45;
}

/* No copy of the super block, which is in front of later groups. Each group
 * has as many files, and as many blocks as one block has bits, at most. */
static bool
is_ext(struct slice s)
{
	const struct slice super = s.len < 2048 ? slice_head(s, 0) :
	    slice_tail(s, 1024);
	const uint64_t files = slice_uint(super, 0, 4);
	const uint64_t blocks = slice_uint(super, 4, 4);
	const uint64_t first = slice_uint(super, 20, 4);
	const uint64_t size = slice_uint(super, 24, 4);
	const uint64_t of_group = slice_uint(super, 32, 4);

	return blocks > first && first <= 1 && size <= 6 &&
	    is_within(of_group, 1, 8192ULL << size) &&
	    slice_uint(super, 12, 4) <= blocks &&
	    slice_uint(super, 16, 4) <= files && files ==
	    (blocks - first + of_group - 1) / of_group *
	    slice_uint(super, 40, 4) && slice_uint(super, 90, 2) == 0;
}

/* Boot sectors alone are in programs that write them: the first record of
 * the files must be where they say. */
static bool
is_ntfs(struct slice s)
{
	const uint64_t sector = slice_uint(s, 11, 2);
	const uint64_t cluster = slice_uint(s, 13, 1);
	const uint64_t table = slice_uint(s, 48, 8);

	if (!is_power(sector) || cluster == 0 || table >= s.len)
		return false;
	/* More than 128 sectors are told by a power. */
	return slice_big(s, table * sector * (cluster <= 128 ? cluster :
	    1ULL << ((256 - cluster) & 31)), 4) == 0x46494c45;
}

static bool
is_qcow(struct slice s)
{
	const uint64_t version = slice_big(s, 4, 4);
	const uint64_t bits = version == 1 ? slice_big(s, 32, 1) :
	    slice_big(s, 20, 4);

	return is_within(version, 1, 3) && is_within(bits, 9, 30) &&
	    slice_big(s, 24, 8) != 0;
}

static bool
is_vdi(struct slice s)
{
	return slice_uint(s, 70, 2) == 1 &&
	    is_within(slice_uint(s, 72, 4), 72, 4096) &&
	    is_within(slice_uint(s, 76, 4), 1, 4);
}

/* By its checksum, the complement of the sum. */
static bool
is_vhd(struct slice s)
{
	uint32_t sum = 0;
	size_t i;

	if (s.len < SECTOR)
		return false;
	for (i = 0; i < SECTOR; i++)
		if (!is_within(i, 64, 67))
			sum += s.at[i];
	return (uint32_t)~sum == slice_big(s, 64, 4);
}

static bool
is_vhdx(struct slice s)
{
	return slice_big(s, 65536, 4) == 0x68656164 ||
	    slice_big(s, 131072, 4) ==
	    0x68656164;
}

static bool
is_vmdk(struct slice s)
{
	return is_within(slice_uint(s, 4, 4), 1, 3) &&
	    slice_uint(s, 12, 8) != 0 && is_power(slice_uint(s, 20, 8));
}

static bool
is_sparse(struct slice s)
{
	return slice_uint(s, 8, 2) >= 28 && slice_uint(s, 10, 2) >= 12 &&
	    slice_uint(s, 12, 4) != 0 && slice_uint(s, 12, 4) % 4 == 0;
}

/* How large each copy of its table may be, how many, and a block. */
static bool
is_super(struct slice s)
{
	return slice_uint(s, 4136, 4) != 0 &&
	    slice_uint(s, 4136, 4) % SECTOR == 0 &&
	    is_within(slice_uint(s, 4140, 4), 1, 64) &&
	    is_power(slice_uint(s, 4144, 4));
}

static bool
is_apfs(struct slice s)
{
	return slice_uint(s, 24, 2) == 1 && is_within(slice_uint(s, 36, 4),
	    4096, 65536) && is_power(slice_uint(s, 36, 4));
}

/* How long its header is, and how large what is packed as one. Not its version,
 * which 7z does not mind. */
static bool
is_wim(struct slice s)
{
	const uint64_t chunk = slice_uint(s, 20, 4);

	return s.len >= 116 && is_within(slice_uint(s, 8, 4), 116, 1024) &&
	    (chunk == 0 || (chunk >= 4096 && is_power(chunk)));
}

/* Its mark, its length, the revision. Not its checksum, which anybody can make
 * cost as much as a long header for each mark. */
static bool
is_firmware(struct slice s)
{
	const uint64_t length = slice_uint(s, 48, 2);

	return slice_big(s, 40, 4) == 0x5f465648 && length >= 56 &&
	    length % 2 == 0 && is_within(slice_big(s, 55, 1), 1, 2);
}

static bool
is_fat(struct slice s)
{
	return (s.at[0] == 0xeb || s.at[0] == 0xe9) && fat_likely(s);
}

/* How long its header is. */
static bool
is_gpt(struct slice s)
{
	return is_within(slice_uint(s, SECTOR + 12, 4), 92, SECTOR);
}

static bool
is_hfs(struct slice s)
{
	return s.len >= 1536 && is_power(slice_big(s, 1064, 4)) &&
	    slice_big(s, 1068, 4) != 0;
}

/* Its first block says how large blocks are: there is the first entry. */
static bool
is_apm(struct slice s)
{
	const uint64_t block = slice_big(s, 2, 2);

	return slice_big(s, 0, 2) == 0x4552 && is_within(block, 512, 4096) &&
	    is_power(block) && slice_big(s, (size_t)block, 4) == 0x504d0000;
}

/* The first of the programs in it is there. */
static bool
is_universal(struct slice s)
{
	const bool big = s.len > 0 && s.at[0] == 0xca;
	const uint64_t at = big ? slice_big(s, 16, 4) : slice_uint(s, 16, 4);

	return universal_likely(s) && at >= 28 && at < s.len;
}

static size_t
at_most(struct slice s, uint64_t len)
{
	return len > 0 && len < s.len ? (size_t)len : s.len;
}

static size_t
fat_length(struct slice s)
{
	const uint64_t few = slice_uint(s, 19, 2);

	return at_most(s, slice_uint(s, 11, 2) *
	    (few != 0 ? few : slice_uint(s, 32, 4)));
}

/* Up to the second table, which is in the last sector. */
static size_t
gpt_length(struct slice s)
{
	const uint64_t last = slice_uint(s, SECTOR + 32, 8);

	return at_most(s, last < s.len ? (last + 1) * SECTOR : 0);
}

static size_t
hfs_length(struct slice s)
{
	return at_most(s, slice_big(s, 1064, 4) * slice_big(s, 1068, 4));
}

static size_t
apm_length(struct slice s)
{
	return at_most(s, slice_big(s, 2, 2) * slice_big(s, 4, 4));
}

static size_t
all(struct slice s)
{
	return s.len;
}

static bool
is_squash_too(struct slice s)
{
	return slice_starts(s, "qshs") && is_squash(s);
}

#define FIRMWARE(text) { MARK(text), 16, 0, is_firmware, NULL }

static const struct image {
	const char *bytes;
	size_t len, at;			/* of the image */
	size_t rare;			/* texts have hardly what is from it */
	bool (*fits)(struct slice);	/* NULL: the mark says it all */
	size_t (*length)(struct slice);	/* NULL: nobody here opens it */
} images[] = {
	{ MARK("hsqs"), 0, 1, is_squash, NULL },
	{ MARK("sqsh"), 0, 0, is_squash, NULL },
	{ MARK("shsq"), 0, 1, is_squash, NULL },
	{ MARK("qs"), 0, 0, is_squash_too, NULL },
	{ MARK("Compressed ROMFS"), 16, 12, is_cramfs, NULL },
	{ MARK("\x53\xef"), 1080, 0, is_ext, NULL },
	{ MARK("NTFS    "), 3, 1, is_ntfs, NULL },
	{ MARK("QFI\xfb\0\0\0"), 0, 0, is_qcow, NULL },
	{ MARK("\x7f\x10\xda\xbe"), 64, 0, is_vdi, NULL },
	{ MARK("conectix\0\0"), 0, 6, is_vhd, NULL },
	{ MARK("vhdxfile"), 0, 3, is_vhdx, NULL },
	{ MARK("KDMV"), 0, 0, is_vmdk, NULL },
	{ MARK("\x3a\xff\x26\xed\1\0"), 0, 0, is_sparse, NULL },
	{ MARK("gDla\x34\0\0\0"), 4096, 0, is_super, NULL },
	{ MARK("NXSB\0"), 32, 0, is_apfs, NULL },
	{ MARK("MSWIM\0\0\0"), 0, 0, is_wim, NULL },
	FIRMWARE("\xd9\x54\x93\x7a\x68\x04\x4a\x44"
	    "\x81\xce\x0b\xf6\x17\xd8\x90\xdf"),
	FIRMWARE("\x78\xe5\x8c\x8c\x3d\x8a\x1c\x4f"
	    "\x99\x35\x89\x61\x85\xc3\x2d\xd3"),
	{ MARK("\x55\xaa"), 510, 0, is_fat, fat_length },
	{ MARK("EFI PART\0\0\1\0"), SECTOR, 0, is_gpt, gpt_length },
	{ MARK("H+\0\4"), 1024, 0, is_hfs, hfs_length },
	{ MARK("HX\0\5"), 1024, 0, is_hfs, hfs_length },
	/* behind the descriptors of an ISO 9660 that is no more */
	{ MARK("PM\0\0"), 512, 0, is_apm, apm_length },
	{ MARK("PM\0\0"), 1024, 0, is_apm, apm_length },
	{ MARK("PM\0\0"), 2048, 0, is_apm, apm_length },
	{ MARK("PM\0\0"), 4096, 0, is_apm, apm_length },
	{ MARK("\xca\xfe\xba\xbe\0\0\0"), 0, 0, is_universal, all },
	{ MARK("\xb9\xfa\xf1\x0e"), 0, 0, is_universal, all },
	{ MARK("BEA01\1"), 32769, 0, udf_likely, all },
	{ MARK("BEA01\1"), 34817, 0, udf_likely, all },
	{ MARK("BEA01\1"), 36865, 0, udf_likely, all },
	{ MARK("BEA01\1"), 38913, 0, udf_likely, all },
};

bool
image_mark(size_t number, struct slice *bytes_out)
{
	if (number >= COUNT(images))
		return false;
	*bytes_out = slice_tail(slice_on(images[number].bytes,
	    images[number].len), images[number].rare);
	return true;
}

static bool
is_there(struct slice body, size_t at, const struct image *image)
{
	const size_t before = image->at + image->rare;

	if (at < before || image->len > body.len - at + image->rare ||
	    memcmp(body.at + at - image->rare, image->bytes, image->len) != 0)
		return false;
	return image->fits == NULL || image->fits(slice_tail(body,
	    at - before));
}

const struct image *
image_at(struct slice body, size_t at, size_t *from_out)
{
	const struct image *image;

	for (image = images; image < images + COUNT(images); image++)
		if ((uint8_t)image->bytes[image->rare] == body.at[at] &&
		    is_there(body, at, image)) {
			*from_out = at - image->at - image->rare;
			return image;
		}
	return NULL;
}

size_t
image_length(const struct image *image, struct slice s)
{
	return image->length != NULL ? image->length(s) : 0;
}
