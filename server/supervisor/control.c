/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/control.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/proc.h"
#include "wire/packet.h"

#define ASK_MS 5000
#define PAUSE_MS 1000
#define ANCESTORS_MAX 64

static void
drop(struct control_client *client)
{
	struct loop *loop = client->control->house->loop;

	loop_cancel(loop, &client->timer);
	loop_unwatch(loop, client->fd);
	close_fd(&client->fd);
	client->waits = false;
}

static void
answer(struct control_client *client, const struct control_answer *what)
{
	uint8_t packet[CONTROL_PACKET_MAX];
	struct err err;
	ssize_t len = control_answer_pack(what, packet, sizeof(packet), &err);

	if (len == -1 || packet_send(client->fd, packet, (size_t)len, -1,
	    &err) == -1)
		log_debug("administrator gone", "reason=\"%s\"", err.text);
	drop(client);
}

static void
on_silence(void *ctx)
{
	struct control_client *client = ctx;

	client->timer = 0;
	drop(client);
}

static void
refuse_message(struct control_client *client, const char *reason)
{
	struct control *control = client->control;

	log_warn("bad message", "from=administrator reason=\"%s\"", reason);
	metrics_add(&control->house->segment->metrics, METRIC_BAD_MESSAGES, 1);
	drop(client);
}

/* One question; what comes after it is an end, or no question. */
static void
on_ask(void *ctx, int fd, short revents)
{
	struct control_client *client = ctx;
	struct control *control = client->control;
	struct control_answer what = { 0 };
	uint8_t packet[CONTROL_PACKET_MAX];
	struct control_ask ask;
	struct err err = { "a second question" };
	ssize_t len = packet_recv(fd, packet, sizeof(packet), NULL, &err);

	(void)revents;
	if (len == -1 && errno == EAGAIN)
		return;
	if (len == 0) {
		drop(client);
		return;
	}
	if (len == -1 || client->waits ||
	    control_ask_unpack(&ask, packet, (size_t)len, &err) == -1) {
		refuse_message(client, err.text);
		return;
	}
	loop_cancel(control->house->loop, &client->timer);
	client->run = client->use = 0;
	client->waits = true;
	if (control->handle(control->ctx, client, &ask, &what) ==
	    CONTROL_ANSWERED)
		answer(client, &what);
}

/* Not started as root, all of us are one user: whoever captured c-icap must not
 * order the supervisor about, however deep it forks. */
static bool
is_of_ours(pid_t pid)
{
	int depth;

	for (depth = 0; pid > 1 && depth < ANCESTORS_MAX; depth++) {
		if (pid == getpid())
			return true;
		pid = proc_parent(pid);
	}
	return pid > 1;
}

/* The socket's mode says the same of users; this holds, too, if somebody
 * changes it. */
static bool
may_ask(int fd)
{
	struct ucred who;
	socklen_t size = sizeof(who);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 &&
	    (who.uid == 0 || who.uid == geteuid()) && !is_of_ours(who.pid);
}

static void on_administrator(void *ctx, int listening, short revents);

static void
on_pause_over(void *ctx)
{
	struct control *control = ctx;

	control->pause = 0;
	loop_watch(control->house->loop, control->fd, POLLIN, on_administrator,
	    control);
}

/* Who waits stays readable; the loop shall not spin. */
static void
not_accepted(struct control *control, int why)
{
	struct loop *loop = control->house->loop;

	if (why == EAGAIN || why == ECONNABORTED || why == EINTR)
		return;
	log_error("accept failed", "socket=%s reason=\"%s\"", CONTROL_SOCKET,
	    strerror(why));
	loop_unwatch(loop, control->fd);
	control->pause = loop_at(loop, clock_ms() + PAUSE_MS, on_pause_over,
	    control);
}

static void
on_administrator(void *ctx, int listening, short revents)
{
	struct control *control = ctx;
	AUTO_CLOSE int fd = accept4(listening, NULL, NULL,
	    SOCK_CLOEXEC | SOCK_NONBLOCK);
	size_t i;

	(void)revents;
	if (fd == -1) {
		not_accepted(control, errno);
		return;
	}
	if (!may_ask(fd)) {
		log_warn("stranger refused", "socket=%s", CONTROL_SOCKET);
		return;
	}
	for (i = 0; i < CONTROL_CLIENTS; i++) {
		struct control_client *client = &control->clients[i];

		if (client->fd != -1)
			continue;
		client->fd = steal_fd(&fd);
		client->timer = loop_at(control->house->loop,
		    clock_ms() + ASK_MS, on_silence, client);
		loop_watch(control->house->loop, client->fd, POLLIN, on_ask,
		    client);
		return;
	}
}

static int
listen_at(const char *runtime, int *fd_out, struct err *err)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	AUTO_CLOSE int fd = socket(AF_UNIX,
	    SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd == -1)
		return err_sys(err, "socket");
	if (snprintf(name.sun_path, sizeof(name.sun_path), "%s/%s", runtime,
	    CONTROL_SOCKET) >= (int)sizeof(name.sun_path))
		return err_set(err, "%s: the path is too long", runtime);
	if (bind(fd, (struct sockaddr *)&name, sizeof(name)) == -1 ||
	    chmod(name.sun_path, 0600) == -1 ||
	    listen(fd, CONTROL_CLIENTS) == -1)
		return err_sys(err, name.sun_path);
	*fd_out = steal_fd(&fd);
	return 0;
}

int
control_open(struct control *control, struct house *house, control_fn *handle,
    void *ctx, struct err *err)
{
	size_t i;

	*control = (struct control){
		.house = house,
		.fd = -1,
		.handle = handle,
		.ctx = ctx,
	};
	for (i = 0; i < CONTROL_CLIENTS; i++)
		control->clients[i] = (struct control_client){
			.control = control,
			.fd = -1,
		};
	if (listen_at(house->runtime.path, &control->fd, err) == -1)
		return -1;
	loop_watch(house->loop, control->fd, POLLIN, on_administrator, control);
	return 0;
}

void
control_over(struct control *control, uint32_t run, uint32_t use, bool good,
    const char *text)
{
	struct control_answer what = { .good = good };
	size_t i;

	snprintf(what.text, sizeof(what.text), "%s", text);
	for (i = 0; i < CONTROL_CLIENTS; i++)
		if (control->clients[i].waits &&
		    control->clients[i].run == run &&
		    (use == 0 || control->clients[i].use == use))
			answer(&control->clients[i], &what);
}

void
control_close(struct control *control)
{
	size_t i;

	for (i = 0; i < CONTROL_CLIENTS; i++)
		if (control->clients[i].fd != -1)
			drop(&control->clients[i]);
	loop_cancel(control->house->loop, &control->pause);
	loop_unwatch(control->house->loop, control->fd);
	close_fd(&control->fd);
}
