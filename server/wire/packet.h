/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * packet - one message over a SOCK_SEQPACKET socket, with at most one
 * descriptor. All processes; blocks as the socket does.
 */
#ifndef WIRE_PACKET_H
#define WIRE_PACKET_H

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

#define PACKET_MAX (96 * 1024)	/* the largest message of PROTOCOL.md */

/* fd -1: none. The descriptor stays the caller's. Never SIGPIPE. -1 with errno
 * kept (EAGAIN on a non-blocking socket). */
int packet_send(int socket, const void *, size_t len, int fd, struct err *);

/* Length of one whole packet (> 0), 0 at the end of the connection, -1 with
 * errno kept. A packet that is longer than cap, is empty or carries two
 * descriptors is refused (EBADMSG) and its descriptors are closed; one that
 * carries a descriptor although fd_out is NULL, too. *fd_out: the descriptor,
 * close-on-exec, now the caller's, or -1. */
ssize_t packet_recv(int socket, void *, size_t cap, int *fd_out, struct err *);

/* Without a descriptor, and which process sent it, as the kernel says; 0: not
 * known. The socket must have had SO_PASSCRED before it was sent. */
ssize_t packet_recv_from(int socket, void *, size_t cap, pid_t *sender_out,
    struct err *);

#endif
