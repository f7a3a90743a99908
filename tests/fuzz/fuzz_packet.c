/* SPDX-License-Identifier: GPL-2.0-only */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "fuzz.h"
#include "wire/packet.h"
#include "wire/scan_client.h"

#define FDS_MAX 3

static void
send_raw(int socket, const uint8_t *data, size_t size, int fd, size_t count)
{
	uint8_t bytes[8192];
	char control[CMSG_SPACE(FDS_MAX * sizeof(int))] = { 0 };
	struct iovec iov = { bytes, size };
	struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *head = (struct cmsghdr *)control;
	int fds[FDS_MAX] = { fd, fd, fd };

	if (size > sizeof bytes)
		return;
	memcpy(bytes, data, size);
	if (count > 0) {
		head->cmsg_level = SOL_SOCKET;
		head->cmsg_type = SCM_RIGHTS;
		head->cmsg_len = CMSG_LEN(count * sizeof(int));
		memcpy(CMSG_DATA(head), fds, count * sizeof(int));
		message.msg_control = control;
		message.msg_controllen = CMSG_SPACE(count * sizeof(int));
	}
	(void)sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* The lowest number that is free: higher than before when one is left open. */
static int
next_free(int fd)
{
	int next = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	close(next);
	return next;
}

static void
receive(int socket, unsigned how)
{
	uint8_t packet[4096];
	struct verdict verdict;
	struct err err;
	int fd = -1;

	if (how % 3 == 0)
		scan_collect(socket, &verdict, &err);
	else if (how % 3 == 1)
		packet_recv(socket, packet, sizeof packet, NULL, &err);
	else if (packet_recv(socket, packet, sizeof packet / 4, &fd,
	    &err) == -1 && fd != -1)
		abort();
	close_fd(&fd);
}

/* The first byte: how many descriptors come with the message, and who
 * receives it. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_CLOSE int ours = -1;
	AUTO_CLOSE int theirs = -1;
	int pair[2], before;

	if (size == 0 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    0, pair) == -1)
		return 0;
	ours = pair[0];
	theirs = pair[1];
	before = next_free(ours);
	send_raw(theirs, data + 1, size - 1, ours, data[0] % (FDS_MAX + 1));
	receive(ours, data[0] / (FDS_MAX + 1));
	if (next_free(ours) != before)
		abort();
	return 0;
}
