/* SPDX-License-Identifier: GPL-2.0-only */
#include "worker/identify.h"

#include <stdbool.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define PLACES 2
#define EVENTS_FEW 5	/* libclamav looks at nothing shorter than 6 */
#define EVENTS_LEAST 3	/* less of a name is the first byte of anything */
#define AT(offset, text) { offset, sizeof(text) - 1, text }

#define NOTHING GROUP_BIT(GROUP_UNKNOWN)
#define WORDS (NOTHING | GROUP_BIT(GROUP_TEXT))
#define ZIP GROUP_BIT(GROUP_ARCHIVE)

struct mark {
	enum type_group group;
	unsigned over;		/* GROUP_BITs: what it knows better than */
	struct place {
		size_t at, len;
		const char *bytes;
	} places[PLACES];	/* all must fit; the second may be none */
};

static const struct mark marks[] = {
	{ GROUP_EXECUTABLE, WORDS, { AT(0, "!<arch>\ndebian") } },
	{ GROUP_EXECUTABLE, NOTHING, { AT(0, "\xed\xab\xee\xdb") } },
	{ GROUP_EXECUTABLE, NOTHING, { AT(0, "dex\n0") } },
	{ GROUP_EXECUTABLE, NOTHING, { AT(0, "Cr24") } },
	{ GROUP_EXECUTABLE, ZIP, { AT(26, "\x09\0"), AT(30, "META-INF/") } },
	{ GROUP_EXECUTABLE, ZIP, { AT(26, "\x14\0"),
	    AT(30, "META-INF/MANIFEST.MF") } },
	{ GROUP_EXECUTABLE, ZIP, { AT(26, "\x13\0"),
	    AT(30, "AndroidManifest.xml") } },
	{ GROUP_SCRIPT, WORDS, { AT(0, "#!/") } },
	{ GROUP_SCRIPT, WORDS, { AT(0, "#! /") } },
	{ GROUP_SCRIPT, WORDS, { AT(0, "<?php") } },
	{ GROUP_SCRIPT, WORDS, { AT(0, "@echo off") } },
	{ GROUP_SCRIPT, WORDS, { AT(0, "@ECHO OFF") } },
	{ GROUP_SCRIPT, WORDS, { AT(0, "@Echo Off") } },
	{ GROUP_SCRIPT, WORDS, { AT(0, "[InternetShortcut]") } },
	{ GROUP_SCRIPT, WORDS, { AT(0, "REGEDIT4") } },
	{ GROUP_SCRIPT, WORDS, { AT(0, "Windows Registry Editor") } },
	{ GROUP_SCRIPT, WORDS, { AT(0, "\xff\xfeW\0i\0n\0d\0o\0w\0s\0 \0R\0"
	    "e\0g\0i\0s\0t\0r\0y\0") } },
	{ GROUP_ARCHIVE, NOTHING, { AT(0, "\x28\xb5\x2f\xfd") } },
	{ GROUP_ARCHIVE, NOTHING, { AT(0, "\x04\x22\x4d\x18") } },
	{ GROUP_ARCHIVE, NOTHING, { AT(0, "\x1f\x9d") } },
	{ GROUP_ARCHIVE, NOTHING, { AT(0, "LZIP\1") } },
	{ GROUP_DISK_IMAGE, NOTHING, { AT(32769, "CD001") } },
	{ GROUP_DISK_IMAGE, NOTHING, { AT(32769, "BEA01") } },
	{ GROUP_DISK_IMAGE, NOTHING, { AT(0, "QFI\xfb") } },
	{ GROUP_DISK_IMAGE, NOTHING, { AT(0, "conectix") } },
	{ GROUP_DISK_IMAGE, NOTHING, { AT(0, "vhdxfile") } },
	{ GROUP_DISK_IMAGE, NOTHING, { AT(0, "KDMV") } },
	{ GROUP_DISK_IMAGE, NOTHING, { AT(0, "<<< "),
	    AT(64, "\x7f\x10\xda\xbe") } },
	{ GROUP_DISK_IMAGE, NOTHING, { AT(0, "MSWIM\0\0\0") } },
	{ GROUP_DISK_IMAGE, NOTHING, { AT(0, "hsqs"), AT(28, "\4\0") } },
	{ GROUP_DISK_IMAGE, NOTHING, { AT(0, "XFSB\0\0") } },
	{ GROUP_DISK_IMAGE, NOTHING, { AT(32, "NXSB\0") } },
	{ GROUP_DISK_IMAGE, NOTHING, { AT(1024, "\x10\x20\xf5\xf2") } },
	{ GROUP_DISK_IMAGE, NOTHING, { AT(1024, "\xe2\xe1\xf5\xe0") } },
	{ GROUP_DISK_IMAGE, NOTHING, { AT(1024, "\2\0\0\0\0\0\x34\x34") } },
	{ GROUP_DISK_IMAGE, NOTHING, { AT(32768, "JFS1"), AT(32773, "\0") } },
	{ GROUP_DISK_IMAGE, NOTHING, { AT(65536, "\1\x16\x19\x70\0") } },
	{ GROUP_DISK_IMAGE, NOTHING, { AT(65580, "\0"), AT(65588, "ReIsEr") } },
	{ GROUP_DISK_IMAGE, NOTHING, { AT(65600, "_BHRfS_M") } },
	{ GROUP_DOCUMENT, ZIP, { AT(30, "mimetypeapplication/vnd.oasis.") } },
	{ GROUP_DOCUMENT, ZIP, { AT(30, "mimetypeapplication/epub+zip") } },
	{ GROUP_IMAGE, NOTHING, { AT(0, "RIFF"), AT(8, "WEBP") } },
	{ GROUP_IMAGE, NOTHING, { AT(4, "ftypavif") } },
	{ GROUP_IMAGE, NOTHING, { AT(4, "ftyphei") } },
	{ GROUP_IMAGE, NOTHING, { AT(4, "ftypmif1") } },
	{ GROUP_IMAGE, NOTHING, { AT(0, "\0\0\1\0") } },
	{ GROUP_IMAGE, NOTHING, { AT(0, "\0\0\0\x0cJXL ") } },
	{ GROUP_IMAGE, NOTHING, { AT(0, "8BPS") } },
	{ GROUP_MEDIA, NOTHING, { AT(0, "RIFF"), AT(8, "WAVE") } },
	{ GROUP_MEDIA, NOTHING, { AT(0, "RIFF"), AT(8, "AVI ") } },
	{ GROUP_MEDIA, NOTHING, { AT(4, "ftyp") } },
	{ GROUP_MEDIA, NOTHING, { AT(4, "styp") } },
	{ GROUP_MEDIA, NOTHING, { AT(0, "\x1a\x45\xdf\xa3") } },
	{ GROUP_MEDIA, NOTHING, { AT(0, "OggS\0") } },
	{ GROUP_MEDIA, NOTHING, { AT(0, "fLaC") } },
	{ GROUP_MEDIA, NOTHING, { AT(0, "ID3") } },
	{ GROUP_MEDIA, NOTHING, { AT(0, "\xff\xfb") } },
	{ GROUP_MEDIA, NOTHING, { AT(0, "\xff\xf3") } },
	{ GROUP_MEDIA, NOTHING, { AT(0, "\xff\xf2") } },
	{ GROUP_MEDIA, NOTHING, { AT(0, "\xff\xf1") } },
	{ GROUP_MEDIA, NOTHING, { AT(0, "\xff\xf9") } },
	{ GROUP_MEDIA, NOTHING, { AT(0, "FLV\1") } },
	{ GROUP_MEDIA, NOTHING, { AT(0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11") } },
	{ GROUP_MEDIA, NOTHING, { AT(0, "\0\0\1\xba") } },
	{ GROUP_MEDIA, NOTHING, { AT(0, "\0\0\1\xb3") } },
	{ GROUP_MEDIA, NOTHING, { AT(0, "G"), AT(188, "G") } },
	{ GROUP_MEDIA, WORDS, { AT(0, "#!AMR") } },
	{ GROUP_MEDIA, NOTHING, { AT(0, "MThd\0\0\0\6") } },
};

/* Most bodies have another first byte there. */
static int
may_fit(const struct place *first, const uint8_t *bytes, size_t len)
{
	return len > first->at && bytes[first->at] == (uint8_t)*first->bytes;
}

static int
fits(const struct mark *mark, const uint8_t *bytes, size_t len)
{
	size_t i;

	if (!may_fit(mark->places, bytes, len))
		return 0;
	for (i = 0; i < PLACES; i++) {
		const struct place *place = &mark->places[i];

		if (place->len == 0)
			continue;
		if (len < place->at + place->len || memcmp(bytes + place->at,
		    place->bytes, place->len) != 0)
			return 0;
	}
	return 1;
}

/* The first entry of a compound file's folder (MS-CFB 2.6.1) with the class of
 * Windows' installer. */
static int
is_installer(const uint8_t *bytes, size_t len)
{
	static const uint8_t name[] = { 'R', 0, 'o', 0, 'o', 0, 't', 0, ' ', 0,
		'E', 0, 'n', 0, 't', 0, 'r', 0, 'y', 0 };
	static const uint8_t class[] = { 0x84, 0x10, 0x0c, 0, 0, 0, 0, 0, 0xc0,
		0, 0, 0, 0, 0, 0, 0x46 };
	size_t at;

	for (at = 512; at + 96 <= len; at += 128)
		if (memcmp(bytes + at, name, sizeof name) == 0)
			return memcmp(bytes + at + 80, class,
			    sizeof class) == 0;
	return 0;
}

/* The trailer of Apple's disk images. */
static int
is_apple_image(const uint8_t *bytes, size_t len)
{
	return len > 512 &&
	    memcmp(bytes + len - 512, "koly\0\0\0\4", 8) == 0;
}

/* Of a stream of events only this much may come for minutes, and the engine
 * says nothing of so little. */
static int
begins_events(const uint8_t *bytes, size_t len)
{
	static const char *const fields[] = {
		"data:", "event:", "id:", "retry:", ":", "\xef\xbb\xbf",
	};
	const bool few = len < EVENTS_LEAST;
	size_t i;

	while (len > 0 && (*bytes == '\r' || *bytes == '\n'))
		bytes++, len--;
	for (i = 0; i < COUNT(fields); i++) {
		size_t size = strlen(fields[i]);

		if (few && len > 0 && len < size)
			continue;
		if (memcmp(bytes, fields[i], len < size ? len : size) == 0)
			return 1;
	}
	return 0;
}

enum type_group
identify(enum type_group said, const uint8_t *bytes, size_t len)
{
	size_t i;

	if (said == GROUP_NONE)
		said = GROUP_UNKNOWN;
	for (i = 0; i < COUNT(marks); i++)
		if ((marks[i].over & GROUP_BIT(said)) != 0 &&
		    fits(&marks[i], bytes, len))
			return marks[i].group;
	if (said == GROUP_DOCUMENT && is_installer(bytes, len))
		return GROUP_EXECUTABLE;
	if (said == GROUP_UNKNOWN && len > 0 && len <= EVENTS_FEW &&
	    begins_events(bytes, len))
		return GROUP_TEXT;
	if (said == GROUP_UNKNOWN && is_apple_image(bytes, len))
		return GROUP_DISK_IMAGE;
	return said;
}
