/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "bench/load.h"

size_t
conn_head(const struct conn *c)
{
	const char *end = memmem(c->in, c->in_len, "\r\n\r\n", 4);

	return end != NULL ? (size_t)(end - c->in) + 4 : 0;
}

const char *
conn_header(const struct conn *c, size_t head, const char *name)
{
	const char *at = c->in, *stop = c->in + head;
	size_t len = strlen(name);

	while ((at = memchr(at, '\n', (size_t)(stop - at))) != NULL) {
		at++;
		if ((size_t)(stop - at) < len)
			return NULL;
		if (strncasecmp(at, name, len) == 0)
			return at + len + strspn(at + len, " ");
	}
	return NULL;
}

void
conn_eat(struct conn *c, size_t len)
{
	c->in_len -= len;
	memmove(c->in, c->in + len, c->in_len);
}

enum heard
conn_hear_body(struct conn *c)
{
	enum reader_state state;
	size_t used;

	state = reader_feed(&c->reader, c->in, c->in_len, &used);
	conn_eat(c, used);
	if (state == READER_BAD)
		return HEARD_BROKEN;
	return state == READER_DONE ? HEARD_END : HEARD_MORE;
}

void
conn_say(struct conn *c, const void *data, size_t len)
{
	size_t i;

	for (i = 0; i < LOAD_PIECES && c->out[i].iov_len > 0; i++)
		;
	c->out[i].iov_base = (void *)(uintptr_t)data;
	c->out[i].iov_len = len;
}
