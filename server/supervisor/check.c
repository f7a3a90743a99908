/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/check.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "page/page.h"
#include "supervisor/address.h"
#include "supervisor/cages.h"
#include "supervisor/errand.h"
#include "supervisor/icap_conf.h"

static int
find_account(const char *key, const char *user, struct account *account,
    const struct account **account_out, struct err *err)
{
	if (account_find(user, account, err) == -1)
		return err_wrap(err, "%s", key);
	*account_out = account;
	return 0;
}

/* Without root nobody can be anybody else, and nobody need be. */
static int
check_accounts(struct house *house, struct err *err)
{
	const struct settings *settings = &house->settings;

	if (geteuid() != 0)
		return 0;
	if (find_account("icap.user", settings->icap_user,
	    &house->icap_account, &house->icap, err) == -1 ||
	    find_account("scan.user", settings->scan_user,
	    &house->scan_account, &house->scan, err) == -1)
		return -1;
	if (house->icap->uid == house->scan->uid)
		return err_set(err, "scan.user: must be another user than "
		    "icap.user");
	return 0;
}

static int
check_listen(struct house *house, struct err *err)
{
	if (address_parse_listen(house->settings.icap_listen, &house->listen,
	    err) == -1)
		return err_wrap(err, "icap.listen");
	return 0;
}

static int
check_clients(struct house *house, struct err *err)
{
	const struct text_list *clients = &house->settings.icap_clients;
	struct network network;
	uint32_t i;
	int kind;

	for (i = 0; i < clients->count; i++) {
		kind = address_parse_client(clients->item[i], &network, err);
		if (kind == -1)
			return err_wrap(err, "icap.clients");
		/* ::1 is among the defaults: nobody need hear of it */
		if (kind == 1 && strcmp(clients->item[i], "::1") != 0)
			log_warn("client ignored", "address=%s reason=\"c-icap "
			    ICAP_VERSION " is built without IPv6\"",
			    clients->item[i]);
	}
	return 0;
}

static int
read_templates(const void *ctx, struct err *err)
{
	struct page_set *set;

	if (page_set_load(&set, ctx, err) == -1)
		return -1;
	page_set_free(&set);
	return 0;
}

/* As c-icap's user: what root can read says nothing. */
static int
check_templates(struct house *house, struct err *err)
{
	struct errand errand = {
		.name = "reading the templates",
		.fn = read_templates,
		.ctx = house->settings.page_templates,
		.account = house->icap,
		.seconds = 5,
		.cage = &cage_of_templates,
		.settings = &house->settings,
		.segment = house->segment,
	};

	if (errand_run(&errand, err) == -1)
		return err_wrap(err, "page.templates");
	return 0;
}

/* That it is there, settings_check() has seen. */
static int
check_module(struct house *house, struct err *err)
{
	if (icap_conf_check_path(house->settings.icap_module, err) == -1)
		return err_wrap(err, "icap.module");
	return 0;
}

static int
check_sandbox(struct house *house, struct err *err)
{
	return cages_check(house, err);
}

static _Noreturn void
exec_version(const char *program, int out)
{
	/* Not longer than the errand. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != -1 &&
	    dup2(out, STDOUT_FILENO) != -1)
		execl(program, "c-icap", "-V", (char *)NULL);
	_exit(127);
}

/* An errand, as c-icap's user. Of what it prints only the first word counts. */
static int
compare_version(const void *ctx, struct err *err)
{
	const char *program = ctx;
	char text[64] = "";
	size_t len = 0;
	ssize_t got;
	int ends[2];
	pid_t pid;

	if (pipe(ends) == -1 || (pid = fork()) == -1)
		return err_sys(err, program);
	if (pid == 0)
		exec_version(program, ends[1]);
	close(ends[1]);
	while (len < sizeof(text) - 1 &&
	    (got = read(ends[0], text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)got;
	waitpid(pid, NULL, 0);
	text[strcspn(text, " \r\n")] = '\0';
	if (strcmp(text, ICAP_VERSION) == 0)
		return 0;
	return err_set(err, "%s: is c-icap \"%s\", but our module was built "
	    "for %s: install that one, or build glassgate anew", program, text,
	    ICAP_VERSION);
}

static int
check_version(struct house *house, struct err *err)
{
	struct errand errand = {
		.name = "c-icap -V",
		.fn = compare_version,
		.ctx = house->settings.icap_program,
		.account = house->icap,
		.seconds = 5,
		.cage = &cage_of_version,
		.settings = &house->settings,
		.segment = house->segment,
	};

	if (errand_run(&errand, err) == -1)
		return err_wrap(err, "icap.program");
	return 0;
}

int
check_settings(struct house *house, struct err *err)
{
	static int (*const checks[])(struct house *, struct err *) = {
		check_listen, check_clients, check_module, check_accounts,
		check_templates, check_sandbox, check_version,
	};
	size_t i;

	for (i = 0; i < sizeof(checks) / sizeof(*checks); i++)
		if (checks[i](house, err) == -1)
			return -1;
	return 0;
}
