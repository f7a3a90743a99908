/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * srv_plain - a c-icap service that takes the whole body, keeps it and answers
 * "not modified", or, where the proxy cannot hear that, the body as it came:
 * what any service pays that must see a body before it answers. Only for
 * measuring beside Glassgate.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <c-icap.h>
#include <service.h>
#include <simple_api.h>
#include <debug.h>

#define PLAIN_PREVIEW 16384	/* the default of our icap.preview */

struct plain {
	char *body;
	size_t len, size, given;
	bool whole;
};

static int
plain_init(ci_service_xdata_t *xdata, struct ci_server_conf *conf)
{
	(void)conf;
	ci_service_set_preview(xdata, PLAIN_PREVIEW);
	ci_service_enable_204(xdata);
	ci_service_set_transfer_preview(xdata, "*");
	return CI_OK;
}

static void *
plain_start(ci_request_t *req)
{
	(void)req;
	return calloc(1, sizeof(struct plain));
}

static void
plain_end(void *data)
{
	struct plain *plain = data;

	free(plain->body);
	free(plain);
}

static int
plain_keep(struct plain *plain, const char *data, size_t len)
{
	size_t size = plain->size;
	char *body;

	while (size < plain->len + len)
		size = size > 0 ? 2 * size : PLAIN_PREVIEW;
	if (size != plain->size) {
		body = realloc(plain->body, size);
		if (body == NULL)
			return CI_ERROR;
		plain->body = body;
		plain->size = size;
	}
	if (len > 0)
		memcpy(plain->body + plain->len, data, len);
	plain->len += len;
	return CI_OK;
}

static int
plain_preview(char *data, int len, ci_request_t *req)
{
	struct plain *plain = ci_service_data(req);

	if (plain == NULL || plain_keep(plain, data, (size_t)len) == CI_ERROR)
		return CI_ERROR;
	if (!ci_req_hasbody(req) || ci_req_hasalldata(req))
		return CI_MOD_ALLOW204;
	return CI_MOD_CONTINUE;
}

static int
plain_give(struct plain *plain, char *wbuf, int room)
{
	size_t left = plain->len - plain->given;

	if (!plain->whole)
		return 0;
	if (left == 0)
		return CI_EOF;
	if (left < (size_t)room)
		room = (int)left;
	memcpy(wbuf, plain->body + plain->given, (size_t)room);
	plain->given += (size_t)room;
	return room;
}

static int
plain_io(char *wbuf, int *wlen, char *rbuf, int *rlen, int iseof,
    ci_request_t *req)
{
	struct plain *plain = ci_service_data(req);

	(void)iseof;
	if (rlen != NULL && rbuf != NULL && *rlen > 0 &&
	    plain_keep(plain, rbuf, (size_t)*rlen) == CI_ERROR)
		return CI_ERROR;
	if (wbuf != NULL && wlen != NULL)
		*wlen = plain_give(plain, wbuf, *wlen);
	return CI_OK;
}

static int
plain_done(ci_request_t *req)
{
	struct plain *plain = ci_service_data(req);

	if (ci_req_allow204(req))
		return CI_MOD_ALLOW204;
	plain->whole = true;
	ci_req_unlock_data(req);
	return CI_MOD_DONE;
}

CI_DECLARE_MOD_DATA ci_service_module_t service = {
	.mod_name = "plain",
	.mod_short_descr = "reads the whole body, answers 204",
	.mod_type = ICAP_RESPMOD | ICAP_REQMOD,
	.mod_init_service = plain_init,
	.mod_init_request_data = plain_start,
	.mod_release_request_data = plain_end,
	.mod_check_preview_handler = plain_preview,
	.mod_end_of_data_handler = plain_done,
	.mod_service_io = plain_io,
};
