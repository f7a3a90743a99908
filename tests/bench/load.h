/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * load - asks a server on loopback about bodies, over kept connections, and
 * checks each answer. One thread. A protocol is one table of functions.
 */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/uio.h>

#include "bench/reader.h"
#include "bench/samples.h"
#include "bench/sequence.h"

#define LOAD_IN (64U << 10)
#define LOAD_PIECES 3

struct load;

enum heard { HEARD_MORE, HEARD_END, HEARD_BROKEN };
enum said { SAID_NOTHING, SAID_PASS, SAID_BLOCK };
enum stage { STAGE_HEAD, STAGE_INNER_HEAD, STAGE_BODY };

struct conn {
	struct load *load;
	int fd;			/* -1: closed */
	bool busy, fresh;	/* fresh: no request before this one */
	bool heard, close_after;
	struct body what;
	const struct template *template;
	int64_t due;		/* its latency counts from then */

	char *body;		/* a copy of the template in it, numbered */
	size_t room;
	const struct template *in_body;

	struct iovec out[LOAD_PIECES];	/* to be sent; empty ones are done */
	char head[2048], frame[32];
	size_t sent;		/* of the body, or handed to out */
	bool sending;		/* more of the body follows */

	char in[LOAD_IN];
	size_t in_len;
	enum stage stage;
	enum said said;
	struct reader reader;
};

struct protocol {
	const char *name;

	/* What must be known of the server first. */
	int (*prepare)(struct load *);

	/* Fills out[] with the beginning of a request. */
	void (*begin)(struct conn *);

	/* Fills out[] with what follows. Called while sending. */
	void (*more)(struct conn *);

	/* Takes from in[] what it can. */
	enum heard (*hear)(struct conn *);
};

extern const struct protocol protocol_icap, protocol_http;

struct load {
	/* What is wanted. */
	const struct protocol *protocol;
	const char *service, *folder, *samples_path;
	bool unjudged;
	unsigned port, origin_port, connections, limit_seconds;
	uint64_t requests;
	double rate;		/* a second; 0: the next as soon as one ended */
	struct sequence_rules rules;

	/* What OPTIONS told. */
	long preview;		/* -1: none */
	bool allow_204;

	struct corpus corpus;
	struct sequence sequence;
	struct conn *conns;
	int epoll;
	int64_t begin;
	uint64_t issued, ended, bytes;

	struct samples samples;
	FILE *samples_file;
	uint64_t wrong, altered, broken, again;
	char first_error[200];
};

int64_t	load_now(void);
int	load_connect(unsigned port);

/* Until all that were wanted have ended. */
int	load_run(struct load *);

/* The end of a head in in[], or 0: not there yet. */
size_t	conn_head(const struct conn *);

/* In the head of that length: the value of a header, or NULL. The name with
 * its colon, in any case. */
const char *conn_header(const struct conn *, size_t head, const char *name);

void	conn_eat(struct conn *, size_t len);
enum heard conn_hear_body(struct conn *);
void	conn_say(struct conn *, const void *data, size_t len);

#endif
