/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "wire/frame.h"
#include "wire/job.h"
#include "wire/keeper_msg.h"
#include "wire/layers.h"
#include "wire/outcome.h"
#include "wire/packet.h"
#include "wire/scan_client.h"
#include "wire/verdict.h"

/* How many descriptors this process has. */
static int
open_fds(void)
{
	int fd, count = 0;

	for (fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) != -1;
	return count;
}

static void
make_pair(int ends[2])
{
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
}

static void
packet_carries_one_descriptor(void **state)
{
	struct stat sent, got;
	int ends[2], fd = -1;
	struct err err;
	char data[8];

	(void)state;
	make_pair(ends);
	assert_int_equal(packet_send(ends[0], "abc", 3, 0, &err), 0);
	assert_int_equal(packet_recv(ends[1], data, sizeof data, &fd, &err), 3);
	assert_memory_equal(data, "abc", 3);
	assert_int_equal(fstat(0, &sent), 0);
	assert_int_equal(fstat(fd, &got), 0);
	assert_int_equal(sent.st_ino, got.st_ino);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	close(fd);
	close(ends[0]);
	assert_int_equal(packet_recv(ends[1], data, sizeof data, &fd, &err), 0);
	assert_int_equal(fd, -1);
	close(ends[1]);
}

static void
send_fds(int socket, size_t count, const char *data, size_t len)
{
	union {
		char bytes[CMSG_SPACE(8 * sizeof(int))];
		struct cmsghdr align;
	} control = { { 0 } };
	char copy[128];
	struct iovec part = { copy, len };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = CMSG_SPACE(count * sizeof(int)) };
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);
	size_t i;

	memcpy(copy, data, len);
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(count * sizeof(int));
	for (i = 0; i < count; i++)
		memset(CMSG_DATA(head) + i * sizeof(int), 0, sizeof(int));
	assert_int_equal(sendmsg(socket, &message, 0), len);
}

static void
second_descriptor_is_closed_and_the_message_refused(void **state)
{
	int ends[2], fd = -1, before;
	struct err err;
	char data[8];

	(void)state;
	make_pair(ends);
	before = open_fds();
	send_fds(ends[0], 2, "abc", 3);
	assert_int_equal(
	    packet_recv(ends[1], data, sizeof data, &fd, &err), -1);
	assert_int_equal(errno, EBADMSG);
	send_fds(ends[0], 8, "abc", 3);
	assert_int_equal(
	    packet_recv(ends[1], data, sizeof data, &fd, &err), -1);
	send_fds(ends[0], 1, "abc", 3);
	assert_int_equal(
	    packet_recv(ends[1], data, sizeof data, NULL, &err), -1);
	assert_int_equal(errno, EBADMSG);
	send_fds(ends[0], 1, "too long!", 9);
	assert_int_equal(
	    packet_recv(ends[1], data, sizeof data, &fd, &err), -1);
	assert_int_equal(errno, EBADMSG);
	assert_int_equal(fd, -1);
	assert_int_equal(open_fds(), before);
	close(ends[0]);
	close(ends[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packet_carries_one_descriptor),
		cmocka_unit_test(
		    second_descriptor_is_closed_and_the_message_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
