/* SPDX-License-Identifier: GPL-2.0-only */
#include "policy/types.h"

#include <string.h>
#include <strings.h>

static const struct row {
	const char *extensions;		/* with a blank on both sides of each */
	const char *types;		/* the same; an end of / is any of
					 * that kind, in no group before */
} rows[GROUP_COUNT] = {
	[GROUP_NONE] = { " ", " " },
	[GROUP_EXECUTABLE] = {
	    " exe com scr pif cpl msi msp mst dll sys ocx drv efi appimage deb"
	    " rpm apk jar gadget application swf ",
	    " application/x-msdownload application/x-dosexec"
	    " application/vnd.microsoft.portable-executable"
	    " application/x-msdos-program application/x-executable"
	    " application/x-elf application/x-sharedlib application/x-msi"
	    " application/x-mach-binary application/java-archive"
	    " application/vnd.android.package-archive application/x-rpm"
	    " application/vnd.debian.binary-package"
	    " application/x-debian-package application/x-shockwave-flash " },
	[GROUP_SCRIPT] = {
	    " js jse mjs vbs vbe wsf wsh ps1 psm1 bat cmd sh bash hta py pl rb"
	    " lnk url scf reg ",
	    " text/javascript application/javascript application/x-javascript"
	    " text/vbscript application/hta application/x-sh"
	    " text/x-shellscript text/x-python application/x-perl"
	    " application/x-bat application/x-powershell"
	    " application/x-ms-shortcut " },
	[GROUP_ARCHIVE] = {
	    " zip zipx rar 7z tar gz tgz bz2 xz zst lz lzma z cab arj lha lzh"
	    " ace cpio xar ",
	    " application/zip application/x-zip-compressed"
	    " application/x-rar-compressed application/vnd.rar"
	    " application/x-7z-compressed application/x-tar application/gzip"
	    " application/x-gzip application/x-bzip2 application/x-xz"
	    " application/zstd application/vnd.ms-cab-compressed"
	    " application/x-compress application/x-arj application/x-lzh " },
	[GROUP_MACRO] = {
	    " docm dotm xlsm xltm xlsb xlam pptm potm ppsm ppam sldm ",
	    " application/vnd.ms-word.document.macroenabled.12"
	    " application/vnd.ms-word.template.macroenabled.12"
	    " application/vnd.ms-excel.sheet.macroenabled.12"
	    " application/vnd.ms-excel.template.macroenabled.12"
	    " application/vnd.ms-excel.sheet.binary.macroenabled.12"
	    " application/vnd.ms-excel.addin.macroenabled.12"
	    " application/vnd.ms-powerpoint.presentation.macroenabled.12"
	    " application/vnd.ms-powerpoint.slideshow.macroenabled.12 " },
	[GROUP_DISK_IMAGE] = {
	    " iso img vhd vhdx vmdk vdi qcow2 dmg wim squashfs ",
	    " application/x-iso9660-image application/x-apple-diskimage"
	    " application/x-qemu-disk application/x-virtualbox-vhd"
	    " application/x-ms-wim application/x-raw-disk-image"
	    " application/vnd.efi.iso " },
	[GROUP_DOCUMENT] = {
	    " pdf doc dot docx dotx xls xlt xlsx xltx ppt pot pps pptx potx"
	    " ppsx odt ods odp odg rtf epub one vsd vsdx pub ",
	    " application/pdf application/msword application/vnd.ms-excel"
	    " application/vnd.ms-powerpoint application/rtf text/rtf"
	    " application/epub+zip application/postscript"
	    " application/vnd.oasis.opendocument.text"
	    " application/vnd.oasis.opendocument.spreadsheet"
	    " application/vnd.oasis.opendocument.presentation"
	    " application/vnd.oasis.opendocument.graphics"
	    " application/vnd.openxmlformats-officedocument.wordprocessingml."
	    "document"
	    " application/vnd.openxmlformats-officedocument.spreadsheetml."
	    "sheet"
	    " application/vnd.openxmlformats-officedocument.presentationml."
	    "presentation " },
	[GROUP_IMAGE] = {
	    " jpg jpeg png gif bmp tif tiff webp svg ico heic heif avif jxl"
	    " psd ",
	    " image/ " },
	[GROUP_MEDIA] = {
	    " mp3 m4a aac flac ogg oga opus wav wma mp4 m4v avi mov webm mkv"
	    " ogv mpg mpeg wmv flv 3gp ",
	    " audio/ video/ application/ogg " },
	[GROUP_TEXT] = {
	    " txt csv tsv htm html xhtml css json xml md log ics vcf ",
	    " text/ application/json application/xml application/xhtml+xml"
	    " application/ld+json application/rss+xml application/atom+xml " },
	[GROUP_UNKNOWN] = { " ", " " },
};

/* A word of the list; most differ in their first letter. */
static int
is_word(const char *at, size_t size, const char *word, size_t len)
{
	if (size > len || ((*at ^ *word) & 0x1f) != 0 ||
	    strncasecmp(at, word, size) != 0)
		return 0;
	return size == len || at[size - 1] == '/';
}

static int
lists(const char *list, const char *word, size_t len)
{
	const char *at, *end;

	for (at = list + 1; *at != '\0'; at = end + 1) {
		end = strchr(at, ' ');
		if (is_word(at, (size_t)(end - at), word, len))
			return 1;
	}
	return 0;
}

/* Without its parameters: where it begins, and how long it is. */
static const char *
bare(const char *type, size_t len, size_t *len_out)
{
	size_t end = 0;

	while (len > 0 && (*type == ' ' || *type == '\t'))
		type++, len--;
	while (end < len && strchr("; \t,", type[end]) == NULL)
		end++;
	*len_out = end;
	return type;
}

enum type_group
type_group_declared(const char *type, size_t len)
{
	unsigned i;

	type = bare(type, len, &len);
	for (i = 0; len > 0 && i < GROUP_COUNT; i++)
		if (lists(rows[i].types, type, len))
			return (enum type_group)i;
	return GROUP_NONE;
}

bool
type_is_events(const char *type, size_t len)
{
	static const char events[] = "text/event-stream";

	type = bare(type, len, &len);
	return len == sizeof events - 1 && strncasecmp(type, events, len) == 0;
}

enum type_group
type_group_named(const char *name, size_t len)
{
	const char *dot = memrchr(name, '.', len);
	size_t rest;
	unsigned i;

	if (dot == NULL)
		return GROUP_NONE;
	rest = len - (size_t)(++dot - name);
	for (i = 0; rest > 0 && i < GROUP_COUNT; i++)
		if (lists(rows[i].extensions, dot, rest))
			return (enum type_group)i;
	return GROUP_NONE;
}
