/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/answer.h"

#include <c-icap.h>
#include <request.h>
#include <simple_api.h>
#include <string.h>
#include <time.h>

#include "icap/headers.h"
#include "icap/take.h"

#define WHEN_MAX 64

static void
date_for_people(char *out, size_t size, time_t now)
{
	struct tm tm;

	if (localtime_r(&now, &tm) == NULL ||
	    strftime(out, size, "%Y-%m-%d %H:%M:%S %Z", &tm) == 0)
		out[0] = '\0';
}

static const char *
or_none(const char *text)
{
	return text[0] != '\0' ? text : NULL;
}

static int
render(struct request *request, const char *accept_language, time_t now,
    const char **language_out, struct err *err)
{
	const struct policy_row *row = policy_row(request->verdict.outcome);
	const struct module *module = request->module;
	char when[WHEN_MAX];
	struct page_values values = {
		.title = row->title,
		.text = row->text,
		.name = verdict_threat(&request->verdict),
		.url = request->origin.shown_url,
		.client = request->origin.client,
		.user = or_none(request->origin.user),
		.when = when,
		.id = request->id,
		.contact = or_none(module->settings.page_contact),
	};

	date_for_people(when, sizeof when, now);
	if (page_render(module->pages, accept_language, &values,
	    &request->page, &request->page_len, language_out) == -1)
		return err_set(err, "page: no memory");
	return 0;
}

static int
add_icap_headers(ci_request_t *req, const struct header_list *list,
    struct err *err)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (ci_icap_add_xheader(req, list->line[i]) == NULL)
			return err_set(err, "ICAP header: no memory");
	return 0;
}

static int
add_page_headers(ci_request_t *req, const struct header_list *list,
    struct err *err)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (ci_http_response_add_header(req, list->line[i]) == NULL)
			return err_set(err, "HTTP header: no memory");
	return 0;
}

/* What a cache keeps it gives out without asking us again. */
static int
keep_nowhere(ci_request_t *req, struct err *err)
{
	ci_headers_list_t *head = take_head(req, ICAP_RES_HDR);

	if (head == NULL)
		return 0;
	while (ci_headers_remove(head, "Cache-Control"))
		continue;
	if (ci_headers_add(head, "Cache-Control: no-store") == NULL)
		return err_set(err, "HTTP header: no memory");
	return 0;
}

int
answer_error(ci_request_t *req, const struct request *request, struct err *err)
{
	struct header_list list;

	headers_error(&list, &request->verdict);
	return add_icap_headers(req, &list, err);
}

int
answer_marks(ci_request_t *req, struct request *request, struct err *err)
{
	struct header_list list;

	if (request->is_marked || request->is_begun)
		return 0;
	if (request->facts.pass_all)
		headers_unscanned(&list);
	else if (request->is_watched)
		headers_watched(&list);
	else if (request->is_allowed)
		headers_allowed(&list);
	else
		return 0;
	request->is_marked = true;
	if (add_icap_headers(req, &list, err) == -1)
		return -1;
	return request->has_new_head ? keep_nowhere(req, err) : 0;
}

/* An answer to HEAD has the headers of a page and no page. */
int
answer_page(ci_request_t *req, struct request *request, struct err *err)
{
	bool has_body = strcmp(request->origin.method, "HEAD") != 0;
	const char *language = "en";
	struct header_list list;
	time_t now = time(NULL);

	if (render(request, ci_http_request_get_header(req, "Accept-Language"),
	    now, &language, err) == -1)
		return -1;
	if (!ci_http_response_create(req, 1, has_body))
		return err_set(err, "page: no memory");
	headers_icap(&list, &request->verdict);
	if (add_icap_headers(req, &list, err) == -1)
		return -1;
	headers_page(&list, &request->verdict, request->page_len, language,
	    now);
	return add_page_headers(req, &list, err);
}
