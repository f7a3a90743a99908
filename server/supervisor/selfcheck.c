/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/selfcheck.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"

/* EICAR backwards: this program must not be found to be a virus. */
static const char backwards[] =
    "*H+H$!ELIF-TSET-SURIVITNA-DRADNATS-RACIE$}7)CC7)^P(45XZP\\4[PA@%P!O5X";

_Static_assert(sizeof(backwards) == SAMPLE_LEN + 1, "EICAR has 68 bytes");

/* With a NUL behind it. */
static void
make_infected(char *out)
{
	size_t i;

	for (i = 0; i < SAMPLE_LEN; i++)
		out[i] = backwards[SAMPLE_LEN - 1 - i];
	out[SAMPLE_LEN] = '\0';
}

void
selfcheck_make_clean(char *out)
{
	memset(out, '.', SAMPLE_LEN);
	memcpy(out, "Glassgate checks itself", 23);
	out[SAMPLE_LEN] = '\0';
}

static int
ask_options(char *out, size_t size, const struct selfcheck *check)
{
	return snprintf(out, size,
	    "OPTIONS icap://localhost/glassgate ICAP/1.0\r\n"
	    "Host: localhost\r\n"
	    "X-Glassgate-Check: %s\r\n"
	    "\r\n", check->token);
}

static int
ask_respmod(char *out, size_t size, const struct selfcheck *check,
    const char *body)
{
	static const char request[] =
	    "GET http://selfcheck.invalid/ HTTP/1.1\r\n"
	    "Host: selfcheck.invalid\r\n"
	    "\r\n";
	char response[128];

	snprintf(response, sizeof(response),
	    "HTTP/1.1 200 OK\r\n"
	    "Content-Type: application/octet-stream\r\n"
	    "Content-Length: %d\r\n"
	    "\r\n", SAMPLE_LEN);
	return snprintf(out, size,
	    "RESPMOD icap://localhost/glassgate ICAP/1.0\r\n"
	    "Host: localhost\r\n"
	    "X-Glassgate-Check: %s\r\n"
	    "Allow: 204\r\n"
	    "Encapsulated: req-hdr=0, res-hdr=%zu, res-body=%zu\r\n"
	    "\r\n"
	    "%s%s"
	    "%x\r\n"
	    "%s\r\n"
	    "0\r\n"
	    "\r\n", check->token, strlen(request),
	    strlen(request) + strlen(response), request, response, SAMPLE_LEN,
	    body);
}

static int
ask_clean(char *out, size_t size, const struct selfcheck *check)
{
	char body[SAMPLE_LEN + 1];

	selfcheck_make_clean(body);
	return ask_respmod(out, size, check, body);
}

static int
ask_infected(char *out, size_t size, const struct selfcheck *check)
{
	char body[SAMPLE_LEN + 1];

	make_infected(body);
	return ask_respmod(out, size, check, body);
}

int
selfcheck_judge_options(const struct answer *answer, struct err *err)
{
	if (answer->icap_status == 200)
		return 0;
	return err_set(err, "OPTIONS was answered with ICAP %d",
	    answer->icap_status);
}

int
selfcheck_judge_clean(const struct answer *answer, struct err *err)
{
	if (answer->icap_status == 204)
		return 0;
	return err_set(err, "a clean file was answered with ICAP %d, HTTP %d, "
	    "threat %s", answer->icap_status, answer->http_status,
	    *answer->threat != '\0' ? answer->threat : "none");
}

/* Type 2 is a block page, too, but says "could not be checked". */
int
selfcheck_judge_infected(const struct answer *answer, struct err *err)
{
	if (answer->icap_status == 200 && answer->http_status == 403 &&
	    answer->found_type == 0)
		return 0;
	return err_set(err, "the EICAR test file was answered with ICAP %d, "
	    "HTTP %d, type %d, threat %s", answer->icap_status,
	    answer->http_status, answer->found_type,
	    *answer->threat != '\0' ? answer->threat : "none");
}

static const struct step {
	int (*ask)(char *, size_t, const struct selfcheck *);
	int (*judge)(const struct answer *, struct err *);
} steps[] = {
	{ ask_options, selfcheck_judge_options },
	{ ask_clean, selfcheck_judge_clean },
	{ ask_infected, selfcheck_judge_infected },
};

/* From the address itself: that one is always among the allowed clients. */
static int
dial(const struct selfcheck *check, int *fd_out, struct err *err)
{
	struct sockaddr_in from = check->address;
	AUTO_CLOSE int fd = -1;

	from.sin_port = 0;
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1 || bind(fd, (struct sockaddr *)&from, sizeof(from)) == -1)
		return err_sys(err, "self-check");
	if (connect(fd, (const struct sockaddr *)&check->address,
	    sizeof(check->address)) == -1)
		return err_sys(err, "connecting to our own ICAP address");
	*fd_out = steal_fd(&fd);
	return 0;
}

static int
hear(int fd, struct answer *answer_out, struct err *err)
{
	char text[8192];
	size_t len = 0;
	ssize_t got;

	while (!answer_complete(text, len)) {
		if (len == sizeof(text))
			return err_set(err, "an answer without end");
		got = read(fd, text + len, sizeof(text) - len);
		if (got == -1)
			return err_sys(err,
			    "reading from our own ICAP address");
		if (got == 0)
			return err_set(err, "our own ICAP address closed the "
			    "connection without an answer");
		len += (size_t)got;
	}
	return answer_parse(answer_out, text, len, err);
}

static int
take_step(int fd, const struct selfcheck *check, const struct step *step,
    struct err *err)
{
	struct answer answer;
	char text[2048];
	int len = step->ask(text, sizeof(text), check);

	if (len < 0 || (size_t)len >= sizeof(text))
		return err_set(err, "question too long");
	if (send(fd, text, (size_t)len, MSG_NOSIGNAL) != len)
		return err_sys(err, "writing to our own ICAP address");
	if (hear(fd, &answer, err) == -1)
		return -1;
	return step->judge(&answer, err);
}

static bool
is_void(const struct selfcheck *check, const struct step *step)
{
	return (step->ask == ask_infected && check->infected_passes) ||
	    (step->ask == ask_clean && check->clean_blocks);
}

/* No body is read, so each question has its own connection; the time limit is
 * the errand's. */
int
selfcheck_run(const void *ctx, struct err *err)
{
	const struct selfcheck *check = ctx;
	size_t i;

	for (i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		AUTO_CLOSE int fd = -1;

		if (is_void(check, &steps[i]))
			continue;
		if (dial(check, &fd, err) == -1 ||
		    take_step(fd, check, &steps[i], err) == -1)
			return -1;
	}
	return 0;
}
