/* SPDX-License-Identifier: GPL-2.0-only */
/* Settings that are words: text, path, word, choice, user, action. */
#include "config/settings_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"
/* Paths go into c-icap's settings file: nothing there may end a word. */
#define PATH_SIGNS LETTERS DIGITS "._/+:@%=-"
#define PATH_ALLOWED "A-Z a-z 0-9 . _ / + : @ % = -"

static void
print_text(const struct setting *row, const void *field, FILE *out)
{
	(void)row;
	fputs(field, out);
}

static void
store_text(const struct setting *row, void *field, const char *value)
{
	memset(field, 0, row->size);
	memcpy(field, value, strlen(value));
}

static int
set_text(const struct setting *row, void *field, const char *value,
    struct err *err)
{
	size_t len = strlen(value), at = 0, n;
	uint32_t code;

	if (len == 0)
		return value_bad(err, value, "is empty");
	if (len >= row->size)
		return value_bad(err, value, "is too long");
	for (; at < len; at += n) {
		n = utf8_next(value + at, len - at, &code);
		if (n == 0)
			return value_bad(err, value, "is no UTF-8 text");
		if (!utf8_printable(code))
			return value_bad(err, value,
			    "has a character that cannot be printed");
	}
	store_text(row, field, value);
	return 0;
}

static void
allowed_text(const struct setting *row, FILE *out)
{
	fprintf(out, "1 to %zu bytes of printable UTF-8 text", row->size - 1);
}

static int
path_check(const char *value, const char *signs, struct err *err)
{
	if (*value != '/')
		return value_bad(err, value, "is no absolute path");
	if (strlen(value) >= SETTING_TEXT)
		return value_bad(err, value, "is too long");
	if (value[strspn(value, signs)] != '\0')
		return value_bad(err, value,
		    "has a character that a path here may not have");
	return 0;
}

static int
set_path(const struct setting *row, void *field, const char *value,
    struct err *err)
{
	if (path_check(value, PATH_SIGNS ",", err) == -1)
		return -1;
	store_text(row, field, value);
	return 0;
}

static void
allowed_path(const struct setting *row, FILE *out)
{
	fprintf(out, "an absolute path of at most %zu of %s ,", row->size - 1,
	    PATH_ALLOWED);
}

static int
one_path(char *item, struct err *err)
{
	return path_check(item, PATH_SIGNS, err);
}

static int
set_paths(const struct setting *row, void *field, const char *value,
    struct err *err)
{
	(void)row;
	return list_set(field, value, one_path, err);
}

static void
print_list(const struct setting *row, const void *field, FILE *out)
{
	(void)row;
	list_print(field, out);
}

static void
allowed_paths(const struct setting *row, FILE *out)
{
	(void)row;
	fprintf(out, "1 to %d absolute paths of at most %d of %s", LIST_MAX,
	    SETTING_TEXT - 1, PATH_ALLOWED);
}

/* As paths, but there may be none. */
static int
set_files(const struct setting *row, void *field, const char *value,
    struct err *err)
{
	if (*value != '\0')
		return set_paths(row, field, value, err);
	memset(field, 0, row->size);
	return 0;
}

static void
allowed_files(const struct setting *row, FILE *out)
{
	(void)row;
	fprintf(out, "up to %d absolute paths of at most %d of %s", LIST_MAX,
	    SETTING_TEXT - 1, PATH_ALLOWED);
}

/* Which of "one|two|three" the value is, or -1. */
static int
word_index(const char *words, const char *value)
{
	size_t len = strlen(value), n;
	int i;

	for (i = 0;; i++, words += n + 1) {
		n = strcspn(words, "|");
		if (n == len && memcmp(words, value, n) == 0)
			return i;
		if (words[n] == '\0')
			return -1;
	}
}

static int
set_word(const struct setting *row, void *field, const char *value,
    struct err *err)
{
	if (word_index(row->words, value) == -1)
		return value_bad(err, value, "is none of the words");
	store_text(row, field, value);
	return 0;
}

static int
set_choice(const struct setting *row, void *field, const char *value,
    struct err *err)
{
	int i = word_index(row->words, value);
	uint64_t number = (uint64_t)i;

	if (i == -1)
		return value_bad(err, value, "is none of the words");
	memcpy(field, &number, sizeof number);
	return 0;
}

static void
print_choice(const struct setting *row, const void *field, FILE *out)
{
	const char *words = row->words;
	uint64_t number;

	memcpy(&number, field, sizeof number);
	while (number-- > 0)
		words += strcspn(words, "|") + 1;
	fwrite(words, 1, strcspn(words, "|"), out);
}

static void
allowed_words(const struct setting *row, FILE *out)
{
	const char *at;

	for (at = row->words; *at != '\0'; at++)
		if (*at == '|')
			fputs(", ", out);
		else
			fputc(*at, out);
}

static bool
is_user_number(const char *value)
{
	return strlen(value) <= 10 && value[strspn(value, DIGITS)] == '\0' &&
	    strtoull(value, NULL, 10) > 0 &&
	    strtoull(value, NULL, 10) <= INT32_MAX;
}

static bool
is_user_name(const char *value)
{
	return strlen(value) <= 32 && strspn(value, LETTERS "_") > 0 &&
	    value[strspn(value, LETTERS DIGITS "_.-")] == '\0' &&
	    strcmp(value, "root") != 0;
}

static int
set_user(const struct setting *row, void *field, const char *value,
    struct err *err)
{
	if (!is_user_number(value) && !is_user_name(value))
		return value_bad(err, value, "cannot be the user");
	store_text(row, field, value);
	return 0;
}

static void
allowed_user(const struct setting *row, FILE *out)
{
	(void)row;
	fputs("the name of a user, or its number; not root", out);
}

static int
set_action(const struct setting *row, void *field, const char *value,
    struct err *err)
{
	struct policy probe;
	enum action action;

	if (action_parse(value, &action) == -1)
		return value_bad(err, value, "is no action");
	if (policy_set(&probe, (enum outcome)row->least, action) == -1)
		return value_bad(err, value, "may not be for this outcome");
	memcpy(field, &action, sizeof action);
	return 0;
}

static void
print_action(const struct setting *row, const void *field, FILE *out)
{
	enum action action;

	(void)row;
	memcpy(&action, field, sizeof action);
	fputs(action_name(action), out);
}

static void
allowed_action(const struct setting *row, FILE *out)
{
	fputs(policy_choices((enum outcome)row->least), out);
}

const struct kind kind_text = { set_text, print_text, allowed_text, false,
	false };
const struct kind kind_path = { set_path, print_text, allowed_path, false,
	false };
const struct kind kind_paths = { set_paths, print_list, allowed_paths, false,
	true };
const struct kind kind_files = { set_files, print_list, allowed_files, false,
	true };
const struct kind kind_word = { set_word, print_text, allowed_words, false,
	false };
const struct kind kind_choice = { set_choice, print_choice, allowed_words,
	false, false };
const struct kind kind_user = { set_user, print_text, allowed_user, true,
	false };
const struct kind kind_action = { set_action, print_action, allowed_action,
	false, false };
