/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/handlers.h"

#include <c-icap.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <request.h>
#include <service.h>
#include <simple_api.h>
#include <string.h>
#include <sys/socket.h>

#include "base/log.h"
#include "icap/answer.h"
#include "icap/begin.h"
#include "icap/live.h"
#include "icap/options.h"
#include "icap/request.h"
#include "icap/service.h"
#include "icap/skip.h"
#include "icap/take.h"
#include "icap/threads.h"

/* Names that we may send: e2guardian shows "Unknown" without it. */
#define ALLOW_OUT                                                              \
	"X-Allow-Out: X-Infection-Found, X-Virus-ID, X-Violations-Found, "     \
	"X-Response-Info, X-Response-Desc, X-Error-Code"

#define LINE_END 2		/* "\r\n" after a chunk */

static int
fail(const struct request *request, const char *what, const struct err *err)
{
	char reason[sizeof err->text];

	log_error(what, "id=%s reason=%s", request->id,
	    log_quote(reason, sizeof reason, err->text));
	return CI_ERROR;
}

static void
answer_options(ci_request_t *req)
{
	char lines[OPTIONS_LINES][OPTIONS_LINE];
	const struct module *module = live_take();
	size_t i;

	options_tell(&module->settings, req->service, lines);
	live_give(module);
	for (i = 0; i < OPTIONS_LINES; i++)
		ci_icap_add_xheader(req, lines[i]);
	ci_icap_add_xheader(req, ALLOW_OUT);
}

void *
on_request(ci_request_t *req)
{
	struct request *request = NULL;
	const struct module *module;
	struct err err;

	service_refresh();
	if (ci_req_type(req) == ICAP_OPTIONS) {
		answer_options(req);
		return NULL;
	}
	module = live_take();
	if (request_new(&request, module, &err) == -1) {
		live_give(module);
		log_error("request refused", "reason=%s", err.text);
		return NULL;
	}
	if (take_facts(req, request, &err) == -1) {
		fail(request, "request refused", &err);
		request->is_over = true;
		request_free(&request);
		live_give(module);
		return NULL;
	}
	if (ci_req_preview_size(req) > 0 && req->pstrblock_read_len == 0)
		skip_wait(request, req->connection->fd);
	return request;
}

/* Debian's Squid 5.7 calls an answer truncated when its last chunk comes in a
 * read of its own while the browser still takes what came before
 * (Client::resumeBodyStorage()): 1 in 1000 answers without a length. So the
 * last bytes and the end leave together, when all is written. */
static void
cork(struct request *request, int fd)
{
	int on = 1;

	if (request->corked_fd == -1 &&
	    setsockopt(fd, IPPROTO_TCP, TCP_CORK, &on, sizeof on) == 0)
		request->corked_fd = fd;
}

static void
uncork(struct request *request)
{
	int off = 0;

	if (request->corked_fd != -1)
		setsockopt(request->corked_fd, IPPROTO_TCP, TCP_CORK, &off,
		    sizeof off);
	request->corked_fd = -1;
}

void
on_release(void *data)
{
	struct request *request = data;
	const struct module *module = request->module;

	uncork(request);
	request_free(&request);
	live_give(module);
}

/* Begins to answer in the middle of the body. c-icap 0.5.10 then waits for the
 * client alone, and one that waits for us never comes back; an input byte that
 * was left to it makes it go round at once (request.c, get_send_body()). */
static int
begin_answer(ci_request_t *req, struct request *request, int taken)
{
	ci_req_unlock_data(req);
	if (taken == 0)
		return 0;
	request->again = 1;
	return taken - 1;
}

static int
begin_page(ci_request_t *req, struct request *request)
{
	struct err err;

	if (answer_page(req, request, &err) == -1)
		return fail(request, "no block page", &err);
	return CI_OK;
}

static int
mark(ci_request_t *req, struct request *request)
{
	struct err err;

	if (answer_marks(req, request, &err) == -1)
		return fail(request, "not marked", &err);
	return CI_OK;
}

static int
end_with_error(ci_request_t *req, struct request *request)
{
	struct err err;

	if (answer_error(req, request, &err) == -1)
		return fail(request, "no error code", &err);
	return CI_ERROR;
}

/* Nobody shall send the rest of what is blocked. c-icap 0.5.10 leaves out its
 * "100 Continue" for a 206 alone: on_end_of_data() makes that a 200 again. */
static int
end_preview(ci_request_t *req)
{
	req->allow206 = 1;
	return CI_MOD_ALLOW206;
}

/* The answer to a preview, or to a request that has none. */
static int
answer_preview(ci_request_t *req, struct request *request)
{
	bool may_204 = !request->has_new_head &&
	    (ci_req_preview_size(req) >= 0 || ci_req_allow204(req) ||
	    !request->facts.has_body);

	switch (request->phase) {
	case PHASE_ARRIVING:
		return CI_MOD_CONTINUE;
	case PHASE_PASS:
		if (may_204)
			return CI_MOD_ALLOW204;
		break;
	case PHASE_PAGE:
		if (begin_page(req, request) != CI_OK)
			return CI_ERROR;
		if (ci_req_preview_size(req) >= 0 && !ci_req_hasalldata(req))
			return end_preview(req);
		break;
	case PHASE_CUT:
		return CI_ERROR;
	case PHASE_ERROR:
		/* Who is still sending would not read it. */
		if (ci_req_preview_size(req) < 0 && request->facts.has_body)
			return CI_MOD_CONTINUE;
		return end_with_error(req, request);
	}
	/* Out with it while the rest comes in: Squid stalls otherwise. */
	if (!ci_req_hasalldata(req))
		begin_answer(req, request, 0);
	return CI_MOD_CONTINUE;
}

/* Called without data when there is no preview. */
int
on_preview(char *data, int len, ci_request_t *req)
{
	struct request *request = ci_service_data(req);

	if (request == NULL)
		return CI_ERROR;
	request_consider(request);
	if (data != NULL && len > 0 &&
	    request_add(request, data, (size_t)len) == -1)
		return CI_ERROR;
	if (ci_req_preview_size(req) >= 0 && ci_req_hasalldata(req) &&
	    request_judge(request, req->connection->fd) == -1)
		return CI_ERROR;
	if (mark(req, request) != CI_OK)
		return CI_ERROR;
	return answer_preview(req, request);
}

/* A client that sends and does not read must wait: what is passed through needs
 * a small part of the budget. c-icap has output to write then. */
static bool
must_wait(const struct request *request)
{
	return request->phase == PHASE_PASS && request->is_begun &&
	    body_is_full(request->body);
}

static struct begin_view
input_of(const ci_request_t *req)
{
	size_t due = req->current_chunk_len - req->chunk_bytes_read;

	return (struct begin_view){
		.fd = req->connection->fd,
		.due = due,
		.more_here = req->pstrblock_read_len > 0 || due > LINE_END,
		.at_end = ci_req_hasalldata(req),
		.is_writing = req->remain_send_block_bytes > 0,
	};
}

/* How many of the bytes were taken, or -1. */
static int
take_input(ci_request_t *req, struct request *request, const char *in, int len)
{
	int again = (int)request->again;
	bool was_arriving = request->phase == PHASE_ARRIVING;
	struct begin_view input = input_of(req);

	if (must_wait(request))
		return 0;
	request->again = 0;
	if (request_add(request, in + again, (size_t)(len - again)) == -1)
		return -1;
	switch (request->phase) {
	case PHASE_ARRIVING:
		if (!begin_is_due(request, &input) || request->is_begun)
			return len;
		return begin_answer(req, request, len);
	case PHASE_PASS:
		if (mark(req, request) != CI_OK)
			return -1;
		return was_arriving ? begin_answer(req, request, len) : len;
	case PHASE_PAGE:
		if (was_arriving && begin_page(req, request) != CI_OK)
			return -1;
		return was_arriving ? begin_answer(req, request, len) : len;
	case PHASE_ERROR:
		return len;
	case PHASE_CUT:
		break;
	}
	return -1;
}

/* How many bytes are given, CI_EOF or CI_ERROR. */
static int
give_output(ci_request_t *req, struct request *request, char *out, int len,
    bool all_arrived)
{
	struct begin_view input = input_of(req);
	bool end = false;
	struct err err;
	ssize_t n;

	if (request->phase == PHASE_ARRIVING)
		begin_nudge(request, &input);
	n = request_give(request, out, (size_t)len, all_arrived, &end, &err);
	if (n == -1)
		return fail(request, "answer cut", &err);
	return end ? CI_EOF : (int)n;
}

/* Once all has come: something may be given. */
static bool
is_ready(struct request *request)
{
	return request_await(request) == 0 && request->phase != PHASE_CUT;
}

int
on_io(char *out, int *out_len, char *in, int *in_len, int at_end,
    ci_request_t *req)
{
	struct request *request = ci_service_data(req);

	if (request == NULL)
		return CI_ERROR;
	threads_beat(request->module);
	request->is_begun = ci_req_sent_data(req) != 0;
	if (in != NULL && in_len != NULL && *in_len > 0) {
		int taken = take_input(req, request, in, *in_len);

		if (taken == -1)
			return CI_ERROR;
		*in_len = taken;
	}
	if (out == NULL || out_len == NULL || *out_len <= 0)
		return CI_OK;
	if (at_end && !is_ready(request)) {
		*out_len = CI_ERROR;
		return CI_ERROR;
	}
	if (at_end && request->phase != PHASE_ARRIVING)
		cork(request, req->connection->fd);
	*out_len = give_output(req, request, out, *out_len, at_end != 0);
	return *out_len == CI_ERROR ? CI_ERROR : CI_OK;
}

int
on_end_of_data(ci_request_t *req)
{
	struct request *request = ci_service_data(req);

	if (request == NULL)
		return CI_ERROR;
	if (req->return_code == EC_206)
		req->return_code = EC_200;
	request->is_begun = ci_req_sent_data(req) != 0;
	if (request_judge(request, req->connection->fd) == -1)
		return CI_ERROR;
	if (mark(req, request) != CI_OK)
		return CI_ERROR;
	switch (request->phase) {
	case PHASE_PASS:
		if (ci_req_allow204(req) && !request->is_begun &&
		    !request->has_new_head)
			return CI_MOD_ALLOW204;
		return CI_MOD_DONE;
	case PHASE_PAGE:
		if (request->page == NULL &&
		    begin_page(req, request) != CI_OK)
			return CI_ERROR;
		return CI_MOD_DONE;
	case PHASE_ERROR:
		return end_with_error(req, request);
	case PHASE_ARRIVING:
		return request->beside != NULL ? CI_MOD_DONE : CI_ERROR;
	case PHASE_CUT:
		break;
	}
	return CI_ERROR;
}
