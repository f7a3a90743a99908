/* SPDX-License-Identifier: GPL-2.0-only */
/* GET through a proxy of what origin.c gives out. */
#include <stdlib.h>
#include <string.h>

#include "bench/load.h"

static int
prepare(struct load *load)
{
	return load->origin_port != 0 ? 0 : -1;
}

static void
begin(struct conn *c)
{
	conn_say(c, c->head, (size_t)snprintf(c->head, sizeof(c->head),
	    "GET http://127.0.0.1:%u/%zu/%llx HTTP/1.1\r\n"
	    "Host: 127.0.0.1:%u\r\n"
	    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0)\r\n"
	    "Accept: */*\r\nAccept-Language: en\r\n\r\n",
	    c->load->origin_port, c->what.template,
	    (unsigned long long)c->what.number, c->load->origin_port));
	c->sent = c->template->len;
}

static void
more(struct conn *c)
{
	c->sending = false;
}

static enum said
says(const char *line)
{
	if (strncmp(line, "HTTP/1.1 200", 12) == 0)
		return SAID_PASS;
	return strncmp(line, "HTTP/1.1 403", 12) == 0 ? SAID_BLOCK :
	    SAID_NOTHING;
}

static enum heard
hear_head(struct conn *c)
{
	const char *length, *coding, *connection;
	size_t head = conn_head(c);

	if (head == 0)
		return c->in_len == LOAD_IN ? HEARD_BROKEN : HEARD_MORE;
	length = conn_header(c, head, "Content-Length:");
	coding = conn_header(c, head, "Transfer-Encoding:");
	connection = conn_header(c, head, "Connection:");
	c->said = says(c->in);
	c->close_after = connection != NULL &&
	    strncasecmp(connection, "close", 5) == 0;
	if (length == NULL && coding == NULL)
		return HEARD_BROKEN;
	reader_start(&c->reader, coding != NULL,
	    length != NULL ? strtoul(length, NULL, 10) : 0, c->body,
	    c->template->len);
	conn_eat(c, head);
	c->stage = STAGE_BODY;
	return conn_hear_body(c);
}

static enum heard
hear(struct conn *c)
{
	return c->stage == STAGE_HEAD ? hear_head(c) : conn_hear_body(c);
}

const struct protocol protocol_http = {
	.name = "http",
	.prepare = prepare,
	.begin = begin,
	.more = more,
	.hear = hear,
};
