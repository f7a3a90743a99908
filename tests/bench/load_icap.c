/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RESPMOD as Squid 5.7 does it: a preview as long as the service asked for,
 * "Allow: 204" only for a body that it could give out itself (less than 64 KB),
 * so that a larger one comes back as 200 with the whole of it.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/load.h"

#define KEPT_BY_SQUID 65536	/* Squid's SQUID_TCP_SO_RCVBUF */
#define PREVIEW_MOST 65536L
#define CHUNK 16384U

static const char last_chunk[] = "\r\n0\r\n\r\n";
static const char last_of_preview[] = "\r\n0\r\n\r\n";
static const char all_in_preview[] = "\r\n0; ieof\r\n\r\n";

/* --- OPTIONS ----------------------------------------------------------- */

static int
ask_options(struct load *load, struct conn *c)
{
	ssize_t got = 1;
	size_t len;

	len = (size_t)snprintf(c->head, sizeof(c->head),
	    "OPTIONS icap://127.0.0.1:%u/%s ICAP/1.0\r\n"
	    "Host: 127.0.0.1:%u\r\n\r\n", load->port, load->service,
	    load->port);
	if (send(c->fd, c->head, len, MSG_NOSIGNAL) != (ssize_t)len)
		return -1;
	while (conn_head(c) == 0 && got > 0) {
		got = recv(c->fd, c->in + c->in_len, LOAD_IN - c->in_len, 0);
		c->in_len += got > 0 ? (size_t)got : 0;
	}
	return got > 0 && strncmp(c->in, "ICAP/1.0 200", 12) == 0 ? 0 : -1;
}

static int
prepare(struct load *load)
{
	struct conn *c = calloc(1, sizeof(*c));
	const char *value;
	int result = -1;

	if (c == NULL)
		return -1;
	c->fd = load_connect(load->port);
	if (c->fd != -1 && ask_options(load, c) == 0) {
		value = conn_header(c, conn_head(c), "Preview:");
		load->preview = value != NULL ? strtol(value, NULL, 10) : -1;
		if (load->preview > PREVIEW_MOST)
			load->preview = PREVIEW_MOST;
		value = conn_header(c, conn_head(c), "Allow:");
		load->allow_204 = value != NULL &&
		    strncmp(value, "204", 3) == 0;
		result = 0;
	}
	if (c->fd != -1)
		close(c->fd);
	free(c);
	return result;
}

/* --- the request ------------------------------------------------------- */

static size_t
write_http(const struct conn *c, char *text, size_t size, size_t *answer_at)
{
	int asked, answered;

	asked = snprintf(text, size,
	    "GET http://origin.test/%s/%llx HTTP/1.1\r\n"
	    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0)\r\n"
	    "Accept: */*\r\nAccept-Language: en\r\nHost: origin.test\r\n"
	    "Via: 1.1 squid.test (squid/5.7)\r\n"
	    "X-Forwarded-For: 127.0.0.1\r\nCache-Control: max-age=259200\r\n"
	    "Connection: keep-alive\r\n\r\n",
	    c->template->kind, (unsigned long long)c->what.number);
	answered = snprintf(text + asked, size - (size_t)asked,
	    "HTTP/1.1 200 OK\r\nServer: bench\r\n"
	    "Date: Thu, 01 Jan 2026 10:00:00 GMT\r\n"
	    "Content-Type: %s\r\nContent-Length: %zu\r\n\r\n",
	    c->template->type, c->template->len);
	*answer_at = (size_t)asked;
	return (size_t)(asked + answered);
}

static size_t
first_part(const struct conn *c)
{
	size_t preview = c->load->preview >= 0 ? (size_t)c->load->preview :
	    CHUNK;

	return c->template->len < preview ? c->template->len : preview;
}

static void
begin(struct conn *c)
{
	size_t first = first_part(c), answer_at, http_len, len;
	bool previewed = c->load->preview >= 0;
	char http[1024], preview[32] = "";

	http_len = write_http(c, http, sizeof(http), &answer_at);
	if (previewed)
		snprintf(preview, sizeof(preview), "Preview: %zu\r\n", first);
	len = (size_t)snprintf(c->head, sizeof(c->head),
	    "RESPMOD icap://127.0.0.1:%u/%s ICAP/1.0\r\n"
	    "Host: 127.0.0.1:%u\r\nDate: Thu, 01 Jan 2026 10:00:00 GMT\r\n"
	    "Encapsulated: req-hdr=0, res-hdr=%zu, res-body=%zu\r\n"
	    "%sAllow: %strailers\r\nX-Client-IP: 127.0.0.1\r\n\r\n%s",
	    c->load->port, c->load->service, c->load->port, answer_at,
	    http_len, preview, c->load->allow_204 &&
	    c->template->len < KEPT_BY_SQUID ? "204, " : "", http);
	if (first > 0)
		len += (size_t)snprintf(c->head + len, sizeof(c->head) - len,
		    "%zx\r\n", first);
	c->sent = first;
	c->sending = !previewed && first < c->template->len;
	conn_say(c, c->head, len);
	if (first > 0)
		conn_say(c, c->body, first);
	if (previewed && first == c->template->len)
		conn_say(c, all_in_preview + (first > 0 ? 0 : 2),
		    sizeof(all_in_preview) - (first > 0 ? 1 : 3));
	else if (c->sending)
		conn_say(c, last_chunk, 2);
	else
		conn_say(c, last_of_preview + (first > 0 ? 0 : 2),
		    sizeof(last_of_preview) - (first > 0 ? 1 : 3));
}

static void
more(struct conn *c)
{
	size_t left = c->template->len - c->sent;
	size_t len = left < CHUNK ? left : CHUNK;

	conn_say(c, c->frame, (size_t)snprintf(c->frame, sizeof(c->frame),
	    "%zx\r\n", len));
	conn_say(c, c->body + c->sent, len);
	c->sent += len;
	c->sending = c->sent < c->template->len;
	conn_say(c, last_chunk, c->sending ? 2 : sizeof(last_chunk) - 1);
}

/* --- the answer -------------------------------------------------------- */

static bool
closes(const struct conn *c, size_t head)
{
	const char *value = conn_header(c, head, "Connection:");

	return value != NULL && strncasecmp(value, "close", 5) == 0;
}

static enum heard
hear_head(struct conn *c)
{
	size_t head = conn_head(c);
	int status;

	if (head == 0)
		return c->in_len == LOAD_IN ? HEARD_BROKEN : HEARD_MORE;
	status = strncmp(c->in, "ICAP/1.0 ", 9) == 0 ? atoi(c->in + 9) : 0;
	c->close_after = closes(c, head);
	conn_eat(c, head);
	if (status == 100 && c->sent < c->template->len) {
		c->sending = true;
		return HEARD_MORE;
	}
	if (status == 204) {
		c->said = SAID_PASS;
		return HEARD_END;
	}
	c->stage = STAGE_INNER_HEAD;
	return status == 200 ? HEARD_MORE : HEARD_BROKEN;
}

static enum heard
hear_inner_head(struct conn *c)
{
	size_t head = conn_head(c);

	if (head == 0)
		return c->in_len == LOAD_IN ? HEARD_BROKEN : HEARD_MORE;
	c->said = strncmp(c->in, "HTTP/1.1 200", 12) == 0 ||
	    strncmp(c->in, "HTTP/1.0 200", 12) == 0 ? SAID_PASS : SAID_BLOCK;
	conn_eat(c, head);
	reader_start(&c->reader, true, 0, c->body, c->template->len);
	c->stage = STAGE_BODY;
	return HEARD_MORE;
}

static enum heard
hear(struct conn *c)
{
	static enum heard (*const stages[])(struct conn *) = {
		[STAGE_HEAD] = hear_head,
		[STAGE_INNER_HEAD] = hear_inner_head,
		[STAGE_BODY] = conn_hear_body,
	};
	enum heard heard;
	size_t before;

	do {
		before = c->in_len;
		heard = stages[c->stage](c);
	} while (heard == HEARD_MORE && c->in_len > 0 && c->in_len != before);
	if (heard == HEARD_END && c->sent < c->template->len)
		c->close_after = true;	/* it wants no more of it */
	return heard;
}

const struct protocol protocol_icap = {
	.name = "icap",
	.prepare = prepare,
	.begin = begin,
	.more = more,
	.hear = hear,
};
