/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * address - IPv4 addresses as numbers, so that what a person wrote can never
 * reach a generated file as text. Debian's c-icap 0.5.10 is built without
 * IPv6: it cannot listen there, and no IPv6 client ever arrives. Supervisor.
 */
#ifndef SUPERVISOR_ADDRESS_H
#define SUPERVISOR_ADDRESS_H

#include <netinet/in.h>

#include "base/err.h"

/* "127.0.0.1:1344" */
int address_parse_listen(const char *text, struct sockaddr_in *out,
    struct err *);

struct network {
	struct in_addr address, mask;
};

/* "10.0.0.0/8", "192.168.1.7", "10.0.0.0/255.0.0.0". 1: an IPv6 address, which
 * is of no use here. */
int address_parse_client(const char *text, struct network *out, struct err *);

/* The address to reach ourselves at: 127.0.0.1 for the wildcard. */
struct sockaddr_in address_of_self(const struct sockaddr_in *listen);

#endif
