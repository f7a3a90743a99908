/* SPDX-License-Identifier: GPL-2.0-only */
#include "page/page.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "page/language.h"
#include "page/template.h"

#define LANGUAGES_MAX 64
#define FALLBACK "en"

struct page_set {
	size_t count, fallback;
	char tags[LANGUAGES_MAX][LANGUAGE_MAX];
	const char *tag_list[LANGUAGES_MAX];
	struct template *templates[LANGUAGES_MAX];
};

void
page_set_free(struct page_set **set)
{
	size_t i;

	if (*set == NULL)
		return;
	for (i = 0; i < (*set)->count; i++)
		template_free(&(*set)->templates[i]);
	free(steal_ptr(set));
}

static int
add_language(struct page_set *set, const char *folder, const char *tag,
    struct err *err)
{
	char path[PATH_MAX];
	size_t at = set->count;

	if (!language_valid(tag))
		return err_set(err, "%s/%s: is no language; allowed: a-z 0-9 -",
		    folder, tag);
	if (at == LANGUAGES_MAX)
		return err_set(err, "%s: more languages than %d", folder,
		    LANGUAGES_MAX);
	snprintf(path, sizeof path, "%s/%s/blocked.html", folder, tag);
	if (template_load(&set->templates[at], path, err) == -1)
		return -1;
	strcpy(set->tags[at], tag);
	set->tag_list[at] = set->tags[at];
	if (strcmp(tag, FALLBACK) == 0)
		set->fallback = at;
	set->count++;
	return 0;
}

static int
is_folder(DIR *dir, const char *name)
{
	struct stat st;

	return *name != '.' && fstatat(dirfd(dir), name, &st, 0) == 0 &&
	    S_ISDIR(st.st_mode);
}

static int
add_all(struct page_set *set, const char *folder, struct err *err)
{
	AUTO_DIR DIR *dir = opendir(folder);
	struct dirent *entry;

	if (dir == NULL)
		return err_sys(err, folder);
	while ((entry = readdir(dir)) != NULL)
		if (is_folder(dir, entry->d_name) &&
		    add_language(set, folder, entry->d_name, err) == -1)
			return -1;
	return 0;
}

int
page_set_load(struct page_set **set_out, const char *folder, struct err *err)
{
	__attribute__((cleanup(page_set_free))) struct page_set *set;

	set = calloc(1, sizeof *set);
	if (set == NULL)
		return err_sys(err, "calloc");
	set->fallback = LANGUAGES_MAX;
	if (add_all(set, folder, err) == -1)
		return -1;
	if (set->fallback == LANGUAGES_MAX)
		return err_set(err, "%s/" FALLBACK "/blocked.html: is missing",
		    folder);
	*set_out = steal_ptr(&set);
	return 0;
}

int
page_render(const struct page_set *set, const char *accept_language,
    const struct page_values *values, char **html_out, size_t *len_out,
    const char **lang_out)
{
	AUTO_FREE char *html = NULL;
	size_t best, len = 0;
	FILE *out;

	best = language_choose(accept_language, set->tag_list, set->count,
	    set->fallback);
	out = open_memstream(&html, &len);
	if (out == NULL)
		return -1;
	template_fill(set->templates[best], values, out);
	if (fclose(out) != 0)
		return -1;
	*html_out = steal_ptr(&html);
	*len_out = len;
	*lang_out = set->tag_list[best];
	return 0;
}
