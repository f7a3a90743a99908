/* SPDX-License-Identifier: GPL-2.0-only */
#include "policy/names.h"

#include <string.h>
#include <strings.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

struct name {
	size_t len;
	char text[NAME_SEEN_MAX];
};

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 32) >= 'a' && (c | 32) <= 'f')
		return (c | 32) - 'a' + 10;
	return -1;
}

static void
add(struct name *name, char c)
{
	if (name->len == sizeof name->text)
		memmove(name->text, name->text + 1, --name->len);
	name->text[name->len++] = c;
}

/* With %XX undone, as browsers do in either place. */
static struct name
decoded(const char *at, size_t len)
{
	struct name name = { .len = 0 };
	size_t i;

	for (i = 0; i < len; i++) {
		if (at[i] == '%' && i + 2 < len && hex(at[i + 1]) >= 0 &&
		    hex(at[i + 2]) >= 0) {
			add(&name, (char)(hex(at[i + 1]) << 4 |
			    hex(at[i + 2])));
			i += 2;
		} else {
			add(&name, at[i]);
		}
	}
	return name;
}

/* Right-to-left mark, Arabic letter mark, embedding, override, isolate. */
static int
turns_round(const struct name *name)
{
	static const char *const marks[] = {
		"\xe2\x80\x8f", "\xd8\x9c", "\xe2\x80\xab", "\xe2\x80\xae",
		"\xe2\x81\xa7",
	};
	size_t i;

	for (i = 0; i < COUNT(marks); i++)
		if (memmem(name->text, name->len, marks[i],
		    strlen(marks[i])) != NULL)
			return 1;
	return 0;
}

/* What people open without a thought. */
static int
is_lure(const char *at, size_t len)
{
	static const char *const lures[] = {
		"pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt",
		"ods", "odp", "rtf", "txt", "csv", "jpg", "jpeg", "png", "gif",
		"bmp", "tif", "tiff", "mp3", "mp4", "avi", "mov", "wav", "zip",
		"rar", "eml", "msg",
	};
	size_t i;

	for (i = 0; i < COUNT(lures); i++)
		if (strlen(lures[i]) == len &&
		    strncasecmp(lures[i], at, len) == 0)
			return 1;
	return 0;
}

static size_t
without_end(const char *at, size_t len, const char *dropped)
{
	while (len > 0 && at[len - 1] != '\0' &&
	    strchr(dropped, at[len - 1]) != NULL)
		len--;
	return len;
}

/* Windows drops blanks and dots at the end; blanks in front of the last
 * extension push it out of sight. */
static int
has_double_extension(const struct name *name)
{
	size_t len = without_end(name->text, name->len, " .");
	enum type_group group = type_group_named(name->text, len);
	const char *last = memrchr(name->text, '.', len), *before;

	if (group != GROUP_EXECUTABLE && group != GROUP_SCRIPT)
		return 0;
	len = without_end(name->text, (size_t)(last - name->text), " ");
	before = memrchr(name->text, '.', len);
	if (before == NULL)
		return 0;
	before++;
	return is_lure(before, len - (size_t)(before - name->text));
}

static void
look(struct names *names, const char *at, size_t len)
{
	struct name name = decoded(at, len);

	if (name.len == 0)
		return;
	if (has_double_extension(&name))
		names->odd |= ODD_DOUBLE_EXTENSION;
	if (turns_round(&name))
		names->odd |= ODD_RIGHT_TO_LEFT;
	names->group = type_group_named(name.text, without_end(name.text,
	    name.len, " ."));
	names->groups |= GROUP_BIT(names->group);
}

/* Browsers take ";" for the end of a name. */
static void
look_at_last(struct names *names, const char *at, size_t len)
{
	const char *end = memchr(at, ';', len);

	if (end != NULL)
		look(names, at, (size_t)(end - at));
	look(names, at, len);
}

static void
look_at_url(struct names *names, const char *url)
{
	const char *path = strstr(url, "://"), *slash;
	size_t len;

	path = path != NULL ? strchr(path + 3, '/') : url;
	if (path == NULL)
		return;
	len = strcspn(path, "?#");
	slash = memrchr(path, '/', len);
	if (slash == NULL)
		return;
	slash++;
	look_at_last(names, slash, len - (size_t)(slash - path));
}

/* A value behind "=": in quotes, or up to the next ";". Returns its end. */
static const char *
look_at_value(struct names *names, const char *at)
{
	const char *end, *quote;

	at += strspn(at, " \t");
	if (*at == '"') {
		for (end = ++at; *end != '\0' && *end != '"'; end++)
			end += *end == '\\' && end[1] != '\0';
	} else {
		end = at + strcspn(at, ";");
		/* filename*=utf-8'en'... */
		quote = memrchr(at, '\'', (size_t)(end - at));
		if (quote != NULL)
			at = quote + 1;
	}
	look(names, at, without_end(at, (size_t)(end - at), " \t"));
	return end;
}

void
names_add(struct names *names, const char *disposition)
{
	static const char word[] = "filename";
	const char *at = disposition;

	while (at != NULL && (at = strcasestr(at, word)) != NULL) {
		at += sizeof word - 1;
		at += *at == '*';
		at += strspn(at, " \t");
		if (*at == '=')
			at = look_at_value(names, at + 1);
	}
}

struct names
names_look(const char *url, const char *disposition)
{
	struct names names = { .odd = 0, .group = GROUP_NONE };

	if (url != NULL)
		look_at_url(&names, url);
	names_add(&names, disposition);
	return names;
}

const char *
name_oddities(unsigned odd)
{
	static const char *const words[] = { "-", "double-extension",
		"right-to-left", "double-extension,right-to-left" };

	return words[odd & (ODD_DOUBLE_EXTENSION | ODD_RIGHT_TO_LEFT)];
}
