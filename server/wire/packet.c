/* SPDX-License-Identifier: GPL-2.0-only */
#include "wire/packet.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/cleanup.h"

/* CMSG_SPACE(one int) has room for two on 64 bits, so a peer may send two: room
 * for many, and whatever is more than allowed is closed. */
#define CONTROL_FDS 16

union control {
	char bytes[CMSG_SPACE(CONTROL_FDS * sizeof(int)) +
	    CMSG_SPACE(sizeof(struct ucred))];
	struct cmsghdr align;
};

int
packet_send(int socket, const void *data, size_t len, int fd, struct err *err)
{
	union control control;
	struct iovec part = { .iov_len = len };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	struct cmsghdr *head;
	ssize_t sent;

	memcpy(&part.iov_base, &data, sizeof data);
	if (fd >= 0) {
		memset(&control, 0, sizeof control);
		message.msg_control = &control;
		message.msg_controllen = CMSG_SPACE(sizeof fd);
		head = CMSG_FIRSTHDR(&message);
		head->cmsg_level = SOL_SOCKET;
		head->cmsg_type = SCM_RIGHTS;
		head->cmsg_len = CMSG_LEN(sizeof fd);
		memcpy(CMSG_DATA(head), &fd, sizeof fd);
	}
	do
		sent = sendmsg(socket, &message, MSG_NOSIGNAL);
	while (sent == -1 && errno == EINTR);
	if (sent == -1)
		return err_sys(err, "send");
	return 0;
}

static pid_t
sender_of(struct msghdr *message)
{
	struct cmsghdr *head;
	struct ucred who;

	for (head = CMSG_FIRSTHDR(message); head != NULL;
	    head = CMSG_NXTHDR(message, head)) {
		if (head->cmsg_level != SOL_SOCKET ||
		    head->cmsg_type != SCM_CREDENTIALS ||
		    head->cmsg_len != CMSG_LEN(sizeof who))
			continue;
		memcpy(&who, CMSG_DATA(head), sizeof who);
		return who.pid;
	}
	return 0;
}

/* Keeps the first descriptor, closes the others; returns how many came. */
static size_t
take_fds(struct msghdr *message, int *first)
{
	struct cmsghdr *head;
	size_t count = 0, i, n;
	int fd;

	for (head = CMSG_FIRSTHDR(message); head != NULL;
	    head = CMSG_NXTHDR(message, head)) {
		if (head->cmsg_level != SOL_SOCKET ||
		    head->cmsg_type != SCM_RIGHTS)
			continue;
		n = (head->cmsg_len - CMSG_LEN(0)) / sizeof fd;
		for (i = 0; i < n; i++, count++) {
			memcpy(&fd, CMSG_DATA(head) + i * sizeof fd, sizeof fd);
			if (count == 0)
				*first = fd;
			else
				close_fd(&fd);
		}
	}
	return count;
}

static int
refuse(struct err *err, const char *why)
{
	err_set(err, "bad packet: %s", why);
	errno = EBADMSG;
	return -1;
}

static ssize_t
receive(int socket, void *data, size_t cap, int *fd_out, pid_t *sender_out,
    struct err *err)
{
	union control control;
	struct iovec part = { .iov_base = data, .iov_len = cap };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof control,
	};
	AUTO_CLOSE int fd = -1;
	size_t fds;
	ssize_t len;

	do
		len = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
	while (len == -1 && errno == EINTR);
	if (len == -1)
		return err_sys(err, "receive");
	fds = take_fds(&message, &fd);
	if (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC))
		return refuse(err, "too long");
	if (fds > (fd_out != NULL ? 1U : 0U))
		return refuse(err, "a descriptor that nobody asked for");
	if (len == 0 && fds > 0)
		return refuse(err, "a descriptor without a message");
	if (fd_out != NULL)
		*fd_out = steal_fd(&fd);
	if (sender_out != NULL)
		*sender_out = sender_of(&message);
	return len;
}

ssize_t
packet_recv(int socket, void *data, size_t cap, int *fd_out, struct err *err)
{
	return receive(socket, data, cap, fd_out, NULL, err);
}

ssize_t
packet_recv_from(int socket, void *data, size_t cap, pid_t *sender_out,
    struct err *err)
{
	return receive(socket, data, cap, NULL, sender_out, err);
}
