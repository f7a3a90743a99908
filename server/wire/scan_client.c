/* SPDX-License-Identifier: GPL-2.0-only */
#include "wire/scan_client.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/cleanup.h"
#include "wire/packet.h"

int
scan_socket_path(char *out, size_t size, const char *runtime,
    uint32_t generation, enum lane lane, struct err *err)
{
	int len = snprintf(out, size, "%s/gen-%u/%s", runtime, generation,
	    lane_name(lane));

	if (len < 0 || (size_t)len >= size)
		return err_set(err, "%s: path too long for a socket", runtime);
	return 0;
}

/* SO_SNDBUF so that the largest job fits in one packet whatever the system's
 * default is; SO_PASSCRED to know who answers. */
static int
open_socket(struct err *err)
{
	int size = 4 * PACKET_MAX, on = 1;
	int fd = socket(AF_UNIX,
	    SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd == -1)
		return err_sys(err, "socket");
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size) == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == -1) {
		err_sys(err, "setsockopt");
		close_fd(&fd);
	}
	return fd;
}

static enum submit
join_queue(int fd, const char *path, struct err *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	memcpy(address.sun_path, path, strlen(path) + 1);
	if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
		return SUBMIT_OK;
	if (errno == EAGAIN) {
		err_set(err, "%s: queue full", path);
		return SUBMIT_OVERLOAD;
	}
	err_sys(err, path);
	return SUBMIT_FAILED;
}

enum submit
scan_submit(const char *runtime, uint32_t generation, enum lane lane,
    const struct job *job, int body_fd, int *fd_out, struct err *err)
{
	char path[sizeof ((struct sockaddr_un *)0)->sun_path];
	uint8_t packet[JOB_PACKET_MAX];
	AUTO_CLOSE int fd = -1;
	enum submit joined;
	ssize_t len;

	if (scan_socket_path(path, sizeof path, runtime, generation, lane,
	    err) == -1)
		return SUBMIT_FAILED;
	len = job_pack(job, packet, sizeof packet, err);
	if (len == -1 || (fd = open_socket(err)) == -1)
		return SUBMIT_FAILED;
	joined = join_queue(fd, path, err);
	if (joined != SUBMIT_OK)
		return joined;
	if (packet_send(fd, packet, (size_t)len, body_fd, err) == -1)
		return SUBMIT_FAILED;
	*fd_out = steal_fd(&fd);
	return SUBMIT_OK;
}

/* The peer of our socket is who listens at the lane: the keeper. A worker has
 * the connection, but not that name. */
static enum sender
sender_is(int fd, pid_t sender)
{
	struct ucred keeper = { 0 };
	socklen_t size = sizeof keeper;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &keeper, &size) == -1 ||
	    sender <= 0 || sender != keeper.pid)
		return FROM_WORKER;
	return FROM_KEEPER;
}

enum collect
scan_collect(int fd, struct verdict *verdict_out, struct err *err)
{
	uint8_t packet[VERDICT_PACKET_MAX];
	struct verdict verdict;
	enum sender from;
	pid_t sender = 0;
	ssize_t len = packet_recv_from(fd, packet, sizeof packet, &sender, err);
	bool unread = len == -1 && errno == ECONNRESET;

	/* The kernel tells first that the job was not read, and then what was
	 * said all the same: REFUSED by the keeper. */
	if (unread)
		len = packet_recv_from(fd, packet, sizeof packet, &sender, err);
	if (len == -1 && errno == EAGAIN)
		return COLLECT_NOTHING;
	if (len == -1 && errno == EBADMSG)
		return COLLECT_BROKEN;
	if (len <= 0) {
		err_set(err, "no answer");
		return unread ? COLLECT_UNREAD : COLLECT_SILENT;
	}
	from = sender_is(fd, sender);
	if (verdict_unpack(&verdict, packet, (size_t)len, from, err) == -1)
		return COLLECT_BROKEN;
	if (from == FROM_WORKER && sender > 0)
		verdict.worker = (uint32_t)sender;
	if (verdict.died) {
		err_set(err, "the worker is gone");
		return COLLECT_DIED;
	}
	*verdict_out = verdict;
	return COLLECT_VERDICT;
}
