/* SPDX-License-Identifier: GPL-2.0-only */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "bench/load.h"

#define SECOND 1000000000LL
#define EVENTS 64

int64_t
load_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * SECOND + now.tv_nsec;
}

int
load_connect(unsigned port)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	if (fd == -1)
		return -1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	close(fd);
	return -1;
}

/* --- one connection ---------------------------------------------------- */

static void
conn_close(struct conn *c)
{
	if (c->fd != -1)
		close(c->fd);
	c->fd = -1;
}

static int
conn_open(struct conn *c)
{
	struct epoll_event event = {
		.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = c,
	};

	c->fd = load_connect(c->load->port);
	if (c->fd == -1 || fcntl(c->fd, F_SETFL, O_NONBLOCK) == -1)
		return -1;
	c->fresh = true;
	return epoll_ctl(c->load->epoll, EPOLL_CTL_ADD, c->fd, &event);
}

static void	count_error(struct conn *, uint64_t *, const char *, ...)
		    __attribute__((format(printf, 3, 4)));

static void
count_error(struct conn *c, uint64_t *counter, const char *format, ...)
{
	struct load *load = c->load;
	size_t len;
	va_list va;

	(*counter)++;
	if (load->first_error[0] != '\0')
		return;
	len = (size_t)snprintf(load->first_error, sizeof(load->first_error),
	    "%s %llx: ", c->template->kind,
	    (unsigned long long)c->what.number);
	va_start(va, format);
	vsnprintf(load->first_error + len, sizeof(load->first_error) - len,
	    format, va);
	va_end(va);
}

static void
check_answer(struct conn *c, enum heard heard)
{
	enum said expected = c->template->infected && !c->load->unjudged ?
	    SAID_BLOCK : SAID_PASS;

	if (heard == HEARD_BROKEN || c->said == SAID_NOTHING)
		count_error(c, &c->load->broken, "no answer: %.40s",
		    c->heard ? c->in : "closed");
	else if (c->said != expected)
		count_error(c, &c->load->wrong, "%s, but it is %s",
		    c->said == SAID_PASS ? "passed" : "blocked",
		    c->template->infected ? "infected" : "clean");
	else if (c->said == SAID_PASS && c->stage == STAGE_BODY &&
	    !reader_same(&c->reader))
		count_error(c, &c->load->altered,
		    "another body came back, the same for %zu bytes",
		    c->reader.seen);
	else
		return;
	c->close_after = true;
}

static void
conn_end(struct conn *c, enum heard heard)
{
	struct load *load = c->load;
	uint64_t bad = load->broken + load->wrong + load->altered;
	int64_t took = load_now() - c->due;

	check_answer(c, heard);
	samples_add(&load->samples, took);
	bad = load->broken + load->wrong + load->altered - bad;
	if (load->samples_file != NULL)
		fprintf(load->samples_file, "%lld %lld %d\n",
		    (long long)c->due, (long long)took, bad == 0);
	load->ended++;
	load->bytes += c->template->len;
	c->busy = false;
	if (c->close_after || heard == HEARD_BROKEN)
		conn_close(c);
}

static void
fill_body(struct conn *c)
{
	const struct template *t = c->template;

	if (c->room < t->len + 1) {
		free(c->body);
		c->room = t->len + 1;
		c->body = malloc(c->room);
		c->in_body = NULL;
		if (c->body == NULL)
			abort();
	}
	if (c->in_body != t)
		memcpy(c->body, t->bytes, t->len);
	c->in_body = t;
	corpus_number(t, c->body, c->what.number);
}

static void
conn_begin(struct conn *c)
{
	memset(c->out, 0, sizeof(c->out));
	c->in_len = 0;
	c->stage = STAGE_HEAD;
	c->said = SAID_NOTHING;
	c->heard = c->close_after = c->sending = false;
	c->load->protocol->begin(c);
}

static void	conn_work(struct conn *);

static void
conn_start(struct conn *c, int64_t due)
{
	c->what = sequence_next(&c->load->sequence);
	c->template = &c->load->corpus.templates[c->what.template];
	c->due = due;
	c->busy = true;
	fill_body(c);
	if (c->fd == -1 && conn_open(c) == -1) {
		conn_end(c, HEARD_BROKEN);
		return;
	}
	conn_begin(c);
	conn_work(c);
}

/* Closed without a word on a kept connection: perhaps it was closed before it
 * came. A proxy asks once more, on a new one. */
static void
conn_lost(struct conn *c)
{
	bool again = c->busy && !c->fresh && !c->heard;

	conn_close(c);
	if (!c->busy)
		return;
	if (!again || conn_open(c) == -1) {
		conn_end(c, HEARD_BROKEN);
		return;
	}
	c->load->again++;
	conn_begin(c);
	conn_work(c);
}

/* Sends what it can. -1: the connection is lost for sending. */
static int
conn_send(struct conn *c)
{
	struct msghdr message = { .msg_iov = c->out };
	ssize_t sent;
	size_t i, n;

	for (;;) {
		for (i = 0; i < LOAD_PIECES && c->out[i].iov_len == 0; i++)
			;
		if (i == LOAD_PIECES && !c->sending)
			return 0;
		if (i == LOAD_PIECES) {
			c->load->protocol->more(c);
			continue;
		}
		message.msg_iov = c->out + i;
		message.msg_iovlen = LOAD_PIECES - i;
		sent = sendmsg(c->fd, &message, MSG_NOSIGNAL);
		if (sent == -1)
			return errno == EAGAIN ? 0 : -1;
		for (; sent > 0; i++) {
			n = c->out[i].iov_len < (size_t)sent ?
			    c->out[i].iov_len : (size_t)sent;
			c->out[i].iov_base = (char *)c->out[i].iov_base + n;
			c->out[i].iov_len -= n;
			sent -= (ssize_t)n;
		}
	}
}

/* Reads and sends until the kernel has no more. */
static void
conn_work(struct conn *c)
{
	enum heard heard;
	ssize_t got;

	for (;;) {
		/* An answer may be there all the same: what cannot be sent is
		 * seen by the end of reading. */
		if (c->busy)
			conn_send(c);
		got = recv(c->fd, c->in + c->in_len, LOAD_IN - c->in_len, 0);
		if (got == -1 && errno == EAGAIN)
			return;
		if (got <= 0 || !c->busy) {
			conn_lost(c);
			return;
		}
		c->heard = true;
		c->in_len += (size_t)got;
		heard = c->load->protocol->hear(c);
		if (heard == HEARD_MORE)
			continue;
		conn_end(c, heard);
		if (c->fd == -1)
			return;
		c->fresh = false;
	}
}

/* --- all of them ------------------------------------------------------- */

/* When the next one is due; in the past if it is now. */
static int64_t
next_due(const struct load *load, int64_t now)
{
	if (load->rate == 0)
		return now;
	return load->begin + (int64_t)((double)load->issued / load->rate *
	    (double)SECOND);
}

static struct conn *
idle(struct load *load)
{
	unsigned i;

	for (i = 0; i < load->connections; i++)
		if (!load->conns[i].busy)
			return &load->conns[i];
	return NULL;
}

/* Starts all that are due and have a connection. When to look again. */
static int64_t
start_due(struct load *load)
{
	int64_t now = load_now(), due;
	struct conn *c;

	while (load->issued < load->requests) {
		due = next_due(load, now);
		if (due > now)
			return due;
		c = idle(load);
		if (c == NULL)
			break;
		load->issued++;
		conn_start(c, due);
		now = load_now();
	}
	return now + SECOND;
}

/* Who waits longer than the limit will not be waited for. */
static void
drop_overdue(struct load *load)
{
	int64_t now = load_now();
	unsigned i;

	for (i = 0; i < load->connections; i++)
		if (load->conns[i].busy && now - load->conns[i].due >
		    load->limit_seconds * SECOND)
			conn_end(&load->conns[i], HEARD_BROKEN);
}

static int
wait_for(struct load *load, int64_t until)
{
	struct epoll_event events[EVENTS];
	int64_t left = until - load_now();
	struct timespec wait;
	struct conn *c;
	int i, n;

	if (left < 0)
		left = 0;
	wait.tv_sec = left / SECOND;
	wait.tv_nsec = left % SECOND;
	n = epoll_pwait2(load->epoll, events, EVENTS, &wait, NULL);
	if (n == -1 && errno != EINTR)
		return -1;
	for (i = 0; i < n; i++) {
		c = events[i].data.ptr;
		if (c->fd != -1)
			conn_work(c);
	}
	return 0;
}

/* A copy of 100 MB takes as long as a part of its download: the first one is
 * made before the clock runs. */
static void
fill_first(struct conn *c)
{
	const struct corpus *corpus = &c->load->corpus;
	size_t i = 0;

	while (strcmp(corpus->templates[i].kind, c->load->rules.kind) != 0)
		i++;
	c->template = &corpus->templates[i];
	fill_body(c);
}

int
load_run(struct load *load)
{
	int64_t until;
	unsigned i;

	load->conns = calloc(load->connections, sizeof(*load->conns));
	load->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (load->conns == NULL || load->epoll == -1)
		return -1;
	for (i = 0; i < load->connections; i++) {
		load->conns[i].fd = -1;
		load->conns[i].load = load;
		fill_first(&load->conns[i]);
	}
	load->begin = load_now();
	while (load->ended < load->requests) {
		until = start_due(load);
		if (load->ended == load->requests)
			break;
		if (wait_for(load, until) == -1)
			return -1;
		drop_overdue(load);
	}
	for (i = 0; i < load->connections; i++) {
		conn_close(&load->conns[i]);
		free(load->conns[i].body);
	}
	free(load->conns);
	close(load->epoll);
	return 0;
}
