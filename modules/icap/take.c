/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/take.h"

#include <c-icap.h>
#include <request.h>
#include <simple_api.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "icap/listed.h"
#include "icap/live.h"
#include "icap/ranges.h"
#include "segment/pass_all.h"

ci_headers_list_t *
take_head(ci_request_t *req, int type)
{
	size_t i;

	for (i = 0; i < 4 && req->entities[i] != NULL; i++) {
		ci_headers_list_t *list = req->entities[i]->entity;

		if (req->entities[i]->type == type && list != NULL &&
		    list->used > 0)
			return list;
	}
	return NULL;
}

/* ownCloud sends the request line in the response headers. */
static const char *
request_line(ci_request_t *req)
{
	ci_headers_list_t *list = take_head(req, ICAP_REQ_HDR);

	if (list == NULL)
		list = take_head(req, ICAP_RES_HDR);
	if (list == NULL || strncasecmp(list->headers[0], "HTTP/", 5) == 0)
		return NULL;
	return list->headers[0];
}

static bool
is_piece(const ci_headers_list_t *list)
{
	int i;

	for (i = 1; list != NULL && i < list->used; i++)
		if (range_piece(list->headers[i]))
			return true;
	return false;
}

static bool
is_partial(ci_request_t *req, const struct packed_text *type)
{
	ci_headers_list_t *list = take_head(req, ICAP_RES_HDR);

	if (ci_req_type(req) == ICAP_REQMOD)
		return is_piece(take_head(req, ICAP_REQ_HDR));
	return list != NULL &&
	    fact_is_partial(list->headers[0], type->at, type->len);
}

static bool
is_range_asked(ci_request_t *req)
{
	ci_headers_list_t *asked = take_head(req, ICAP_REQ_HDR);
	int i;

	for (i = 1; asked != NULL && i < asked->used; i++)
		if (range_header(asked->headers[i]))
			return true;
	return asked == NULL;
}

/* A GET may have a body, too. */
static bool
is_asked_by_body(ci_request_t *req)
{
	ci_headers_list_t *asked = take_head(req, ICAP_REQ_HDR);

	return asked != NULL &&
	    (ci_headers_value(asked, "Transfer-Encoding") != NULL ||
	    fact_length(ci_headers_value(asked, "Content-Length")) > 0);
}

static bool
is_fetched(ci_request_t *req)
{
	ci_headers_list_t *asked = take_head(req, ICAP_REQ_HDR);

	return asked == NULL || fact_is_fetched(ci_headers_value(asked,
	    "Sec-Fetch-Dest"));
}

static const char *
icap_header(ci_request_t *req, const char *name)
{
	return ci_headers_value(req->request_header, name);
}

static uint64_t
declared_length(ci_request_t *req)
{
	ci_headers_list_t *list = take_head(req,
	    ci_req_type(req) == ICAP_REQMOD ? ICAP_REQ_HDR : ICAP_RES_HDR);

	if (list == NULL)
		return 0;
	return fact_length(ci_headers_value(list, "Content-Length"));
}

/* Both kinds of lines, each from the message where it means something. */
static int
take_packing(ci_request_t *req, struct packing *packing, struct err *err)
{
	ci_headers_list_t *asked = take_head(req, ICAP_REQ_HDR);
	ci_headers_list_t *body = ci_req_type(req) == ICAP_REQMOD ? asked :
	    take_head(req, ICAP_RES_HDR);
	int i;

	for (i = 1; body != NULL && i < body->used; i++)
		if (packing_header(packing, body->headers[i], err) == -1)
			return -1;
	for (i = 1; asked != NULL && i < asked->used; i++)
		if (packing_asked(packing, asked->headers[i], err) == -1)
			return -1;
	return 0;
}

/* c-icap takes out only what has its colon right behind the name; some servers
 * read on over blanks. */
static int
count_ranges(ci_headers_list_t *head)
{
	int i, count = 0;

	for (i = 1; i < head->used; i++) {
		if (!range_header(head->headers[i]))
			continue;
		head->headers[i][strcspn(head->headers[i], " \t:")] = ':';
		count++;
	}
	return count;
}

/* True: the request is another one now. A tunnel has no file, and what passes
 * unscanned may come in parts. */
static bool
take_ranges_out(ci_request_t *req, const struct request *request)
{
	ci_headers_list_t *head = take_head(req, ICAP_REQ_HDR);
	size_t i;

	if (!request->is_upload || request->facts.is_connect ||
	    request->facts.pass_all || head == NULL ||
	    range_is_allowed(&request->module->settings,
	    request->origin.url) || count_ranges(head) == 0)
		return false;
	for (i = 0; range_headers[i] != NULL; i++)
		while (ci_headers_remove(head, range_headers[i]))
			continue;
	metrics_add(&request->module->segment->metrics, METRIC_RANGES, 1);
	return true;
}

/* The URL counts, a Host line only where the URL names no host. */
static void
choose_policy(ci_request_t *req, struct request *request)
{
	const struct origin *origin = &request->origin;
	const struct packed_text *type = &request->packing.type;
	ci_headers_list_t *asked = take_head(req, ICAP_REQ_HDR);
	struct subject subject = {
		.client = origin->client,
		.user = origin->user,
		.method = origin->method,
		.is_upload = request->is_upload,
	};

	subject_host(&subject, origin->url, asked != NULL ?
	    ci_headers_value(asked, "Host") : NULL);
	subject_type(&subject, type->at, type->cut ? 0 : type->len);
	request_choose(request, &subject);
}

static void
take_names(ci_request_t *req, struct request *request)
{
	const struct packed_text *type = &request->packing.type;
	ci_headers_list_t *list = take_head(req, request->is_upload ?
	    ICAP_REQ_HDR : ICAP_RES_HDR);
	int i;

	/* That of a program which takes it is no name of what is posted. */
	request->names = names_look(request->is_upload &&
	    strcmp(request->origin.method, "POST") == 0 ? NULL :
	    request->origin.url, NULL);
	for (i = 1; list != NULL && i < list->used; i++)
		names_add(&request->names, packing_value(list->headers[i],
		    "Content-Disposition"));
	request->declared = type->at == NULL ? GROUP_NONE :
	    type_group_declared(type->at, type->len);
}

static void
take_client(ci_request_t *req, struct origin *origin)
{
	char peer[64] = "";

	if (origin_client(origin, icap_header(req, "X-Client-IP")))
		return;
	ci_conn_remote_ip(req->connection, peer);
	origin_peer(origin, peer);
}

int
take_facts(ci_request_t *req, struct request *request, struct err *err)
{
	struct origin *origin = &request->origin;
	struct facts *facts = &request->facts;

	if (origin_line(origin, request_line(req), err) == -1)
		return -1;
	if (take_packing(req, &request->packing, err) == -1)
		return -1;
	request->is_upload = ci_req_type(req) == ICAP_REQMOD;
	request->is_partial = is_partial(req, &request->packing.type);
	request->is_range_asked = is_range_asked(req);
	request->is_asked_by_body = is_asked_by_body(req);
	request->is_fetched = is_fetched(req);
	take_names(req, request);
	take_client(req, origin);
	origin_user(origin, icap_header(req, "X-Authenticated-User"),
	    icap_header(req, "X-Client-Username"));
	request->is_selfcheck = fact_token_equal(
	    icap_header(req, "X-Glassgate-Check"),
	    request->module->segment->token);
	request->is_refused = live_refused() ||
	    listed_refresh(request->module) == -1;
	choose_policy(req, request);
	facts->pass_all = !request->is_selfcheck && pass_all_is_on(
	    request->module->segment, request->module->runtime, clock_ms());
	facts->has_body = ci_req_hasbody(req) != 0;
	request->has_new_head = facts->pass_all && facts->has_body &&
	    !request->is_upload;
	facts->content_length = declared_length(req);
	facts->is_connect = !facts->has_body &&
	    strcmp(origin->method, "CONNECT") == 0;
	if (take_ranges_out(req, request))
		request->has_new_head = true;
	return 0;
}
