/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * origin - a web site on loopback: GET /T/N gives out body N of template T of
 * the corpus. One thread, kept connections.
 *
 * usage: origin CORPUS
 * Prints its port, and ends when its standard input does.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bench/corpus.h"

#define REQUEST 8192
#define EVENTS 64

struct client {
	int fd;
	char in[REQUEST], head[256];
	size_t in_len;
	char *body;
	size_t room;
	const struct template *in_body;
	struct iovec out[2];
};

static int
listen_any(unsigned *port_out)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd == -1 || bind(fd, (struct sockaddr *)&at, sizeof(at)) == -1 ||
	    listen(fd, 512) == -1 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) == -1)
		return -1;
	*port_out = ntohs(at.sin_port);
	return fd;
}

static void
watch(int epoll, int fd, void *ptr)
{
	struct epoll_event event = {
		.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = ptr,
	};

	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == -1)
		abort();
}

static void
accept_all(int epoll, int listener)
{
	struct client *client;
	int fd, on = 1;

	while ((fd = accept4(listener, NULL, NULL,
	    SOCK_NONBLOCK | SOCK_CLOEXEC)) != -1) {
		client = calloc(1, sizeof(*client));
		if (client == NULL)
			abort();
		client->fd = fd;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		watch(epoll, fd, client);
	}
}

static void
leave(struct client *client)
{
	close(client->fd);
	free(client->body);
	free(client);
}

/* What it has already is not copied again: of 100 MB that takes as long as a
 * part of the download. */
static void
fill_body(struct client *client, const struct template *t, uint64_t number)
{
	if (client->room < t->len) {
		free(client->body);
		client->room = t->len;
		client->body = malloc(client->room);
		client->in_body = NULL;
		if (client->body == NULL)
			abort();
	}
	if (client->in_body != t)
		memcpy(client->body, t->bytes, t->len);
	client->in_body = t;
	corpus_number(t, client->body, number);
}

static int
answer(struct client *client, const struct corpus *corpus)
{
	unsigned long long number;
	struct template *t;
	size_t which;

	if (sscanf(client->in, "GET /%zu/%llx ", &which, &number) != 2 ||
	    which >= corpus->count)
		return -1;
	t = &corpus->templates[which];
	if (corpus_fetch(corpus, t) == -1)
		return -1;
	fill_body(client, t, number);
	client->out[0].iov_base = client->head;
	client->out[0].iov_len = (size_t)snprintf(client->head,
	    sizeof(client->head), "HTTP/1.1 200 OK\r\nServer: bench\r\n"
	    "Date: Thu, 01 Jan 2026 10:00:00 GMT\r\nContent-Type: %s\r\n"
	    "Content-Length: %zu\r\n\r\n", t->type, t->len);
	client->out[1].iov_base = client->body;
	client->out[1].iov_len = t->len;
	return 0;
}

/* 1: all is out, 0: not yet, -1: it left. */
static int
send_out(struct client *client)
{
	ssize_t sent;
	size_t n;
	int i;

	while (client->out[0].iov_len + client->out[1].iov_len > 0) {
		sent = writev(client->fd, client->out, 2);
		if (sent == -1)
			return errno == EAGAIN ? 0 : -1;
		for (i = 0; i < 2; i++) {
			n = client->out[i].iov_len < (size_t)sent ?
			    client->out[i].iov_len : (size_t)sent;
			client->out[i].iov_base =
			    (char *)client->out[i].iov_base + n;
			client->out[i].iov_len -= n;
			sent -= (ssize_t)n;
		}
	}
	return 1;
}

/* Whatever the kernel has of one client. -1: it left. */
static int
serve(struct client *client, const struct corpus *corpus)
{
	ssize_t got;
	char *end;
	int out;

	for (;;) {
		out = send_out(client);
		if (out != 1)
			return out;
		got = recv(client->fd, client->in + client->in_len,
		    REQUEST - 1 - client->in_len, 0);
		if (got == -1 && errno == EAGAIN)
			return 0;
		if (got <= 0)
			return -1;
		client->in_len += (size_t)got;
		client->in[client->in_len] = '\0';
		end = strstr(client->in, "\r\n\r\n");
		if (end == NULL)
			continue;
		if (answer(client, corpus) == -1)
			return -1;
		client->in_len = 0;
	}
}

int
main(int argc, char **argv)
{
	struct epoll_event events[EVENTS];
	struct corpus corpus;
	int epoll = epoll_create1(EPOLL_CLOEXEC), listener, i, n;
	unsigned port;
	char byte;

	if (argc != 2 || corpus_open(&corpus, argv[1]) == -1)
		return 2;
	listener = listen_any(&port);
	if (epoll == -1 || listener == -1)
		return 2;
	watch(epoll, listener, NULL);
	watch(epoll, STDIN_FILENO, &byte);
	printf("%u\n", port);
	fflush(stdout);
	for (;;) {
		n = epoll_wait(epoll, events, EVENTS, -1);
		for (i = 0; i < n; i++) {
			if (events[i].data.ptr == &byte) {
				corpus_close(&corpus);
				return 0;
			}
			if (events[i].data.ptr == NULL)
				accept_all(epoll, listener);
			else if (serve(events[i].data.ptr, &corpus) == -1)
				leave(events[i].data.ptr);
		}
	}
}
