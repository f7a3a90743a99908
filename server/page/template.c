/* SPDX-License-Identifier: GPL-2.0-only */
#include "page/template.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/utf8.h"
#include "page/html.h"

#define PIECES_MAX 256
#define NO_NAME ((size_t)-1)

static const struct name {
	const char *word;
	size_t offset;			/* in struct page_values */
} names[] = {
	{ "title", offsetof(struct page_values, title) },
	{ "text", offsetof(struct page_values, text) },
	{ "name", offsetof(struct page_values, name) },
	{ "url", offsetof(struct page_values, url) },
	{ "client", offsetof(struct page_values, client) },
	{ "user", offsetof(struct page_values, user) },
	{ "when", offsetof(struct page_values, when) },
	{ "id", offsetof(struct page_values, id) },
	{ "contact", offsetof(struct page_values, contact) },
};
#define NAMES (sizeof names / sizeof *names)

/* Text as it stands, then a value. */
struct piece {
	size_t at, len;
	size_t name;			/* index in names[], or NO_NAME */
};

struct template {
	char *text;
	size_t count;
	struct piece pieces[PIECES_MAX];
};

void
template_free(struct template **template)
{
	if (*template == NULL)
		return;
	free((*template)->text);
	free(steal_ptr(template));
}

static int
line_of(const char *text, size_t at)
{
	int line = 1;
	size_t i;

	for (i = 0; i < at; i++)
		line += text[i] == '\n';
	return line;
}

static int
check_text(const char *file, const char *text, size_t len, struct err *err)
{
	uint32_t code = 0;
	size_t at, used;

	if (len > TEMPLATE_MAX)
		return err_set(err, "%s: is too large; allowed: %d bytes", file,
		    TEMPLATE_MAX);
	for (at = 0; at < len; at += used) {
		used = utf8_next(text + at, len - at, &code);
		if (used != 0 && (utf8_printable(code) || code == '\n' ||
		    code == '\r' || code == '\t'))
			continue;
		return err_set(err, "%s:%d: a character is %s; allowed: "
		    "printable UTF-8", file, line_of(text, at),
		    used == 0 ? "no UTF-8" : "not printable");
	}
	return 0;
}

static size_t
find_name(const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < NAMES; i++)
		if (strlen(names[i].word) == len &&
		    memcmp(names[i].word, word, len) == 0)
			return i;
	return NO_NAME;
}

static const char *
all_names(char *out, size_t size)
{
	size_t used = 0, i;

	for (i = 0; i < NAMES; i++)
		used += (size_t)snprintf(out + used, size - used, "%s%s",
		    i > 0 ? ", " : "", names[i].word);
	return out;
}

static int
bad_name(const char *file, const char *text, size_t at, size_t len,
    struct err *err)
{
	char known[128];

	return err_set(err, "%s:%d: {{%.*s}} is not known; allowed: %s", file,
	    line_of(text, at), len > 32 ? 32 : (int)len, text + at,
	    all_names(known, sizeof known));
}

static int
add_piece(struct template *template, const char *file, struct piece piece,
    struct err *err)
{
	if (template->count == PIECES_MAX)
		return err_set(err, "%s:%d: more than %d values", file,
		    line_of(template->text, piece.at), PIECES_MAX - 1);
	template->pieces[template->count++] = piece;
	return 0;
}

/* From `at` up to and with the next value; *at_io moves behind it. */
static int
cut_piece(struct template *template, const char *file, size_t *at_io,
    struct err *err)
{
	const char *text = template->text, *from = text + *at_io;
	const char *open = strstr(from, "{{");
	struct piece piece = { *at_io, strlen(from), NO_NAME };
	size_t start, len;

	if (open == NULL) {
		*at_io += strlen(from);
		return add_piece(template, file, piece, err);
	}
	start = (size_t)(open + 2 - text);
	len = strcspn(open + 2, "{}\r\n");
	if (strncmp(open + 2 + len, "}}", 2) != 0)
		return err_set(err, "%s:%d: {{ has no }} behind it", file,
		    line_of(text, start));
	piece.len = (size_t)(open - from);
	piece.name = find_name(open + 2, len);
	if (piece.name == NO_NAME)
		return bad_name(file, text, start, len, err);
	*at_io = start + len + 2;
	return add_piece(template, file, piece, err);
}

static int
check_all_there(const struct template *template, const char *file,
    struct err *err)
{
	char all[128];
	size_t name, i;

	for (name = 0; name < NAMES; name++) {
		for (i = 0; i < template->count; i++)
			if (template->pieces[i].name == name)
				break;
		if (i == template->count)
			return err_set(err, "%s:%d: {{%s}} is missing; remedy: "
			    "put it where its value shall stand; each is "
			    "needed: %s", file,
			    line_of(template->text, strlen(template->text)),
			    names[name].word, all_names(all, sizeof all));
	}
	return 0;
}

int
template_parse(struct template **template_out, const char *file,
    const char *text, size_t len, struct err *err)
{
	__attribute__((cleanup(template_free))) struct template *template;
	size_t at = 0;

	template = calloc(1, sizeof *template);
	if (template == NULL)
		return err_sys(err, "calloc");
	if (check_text(file, text, len, err) == -1)
		return -1;
	template->text = strndup(text, len);
	if (template->text == NULL)
		return err_sys(err, "strndup");
	while (at < len)
		if (cut_piece(template, file, &at, err) == -1)
			return -1;
	if (check_all_there(template, file, err) == -1)
		return -1;
	*template_out = steal_ptr(&template);
	return 0;
}

static int
read_file(const char *path, char *text, size_t size, size_t *len_out,
    struct err *err)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	size_t used = 0;
	ssize_t n = 1;

	if (fd == -1 || fstat(fd, &st) == -1)
		return err_sys(err, path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, "%s: is no file", path);
	while (used < size && n > 0) {
		n = read(fd, text + used, size - used);
		if (n == -1)
			return err_sys(err, path);
		used += (size_t)n;
	}
	*len_out = used;
	return 0;
}

int
template_load(struct template **template_out, const char *path,
    struct err *err)
{
	AUTO_FREE char *text = malloc(TEMPLATE_MAX + 1);
	size_t len = 0;

	if (text == NULL)
		return err_sys(err, "malloc");
	if (read_file(path, text, TEMPLATE_MAX + 1, &len, err) == -1)
		return -1;
	return template_parse(template_out, path, text, len, err);
}

void
template_fill(const struct template *template,
    const struct page_values *values, FILE *out)
{
	const char *value;
	size_t i;

	for (i = 0; i < template->count; i++) {
		const struct piece *piece = &template->pieces[i];

		fwrite(template->text + piece->at, 1, piece->len, out);
		if (piece->name == NO_NAME)
			continue;
		memcpy(&value, (const char *)values + names[piece->name].offset,
		    sizeof value);
		html_put(out, value);
	}
}
