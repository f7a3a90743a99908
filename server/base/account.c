/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/account.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

static int
find_number(const char *user, struct account *account_out, struct err *err)
{
	unsigned long number;
	char *end;

	errno = 0;
	number = strtoul(user, &end, 10);
	if (errno != 0 || *end != '\0' || number == 0 || number > 0x7fffffff)
		return err_set(err, "\"%s\" is no user number", user);
	account_out->uid = (uid_t)number;
	account_out->gid = (gid_t)number;
	return 0;
}

int
account_find(const char *user, struct account *account_out, struct err *err)
{
	struct passwd entry, *found;
	char strings[16384];

	if (*user >= '0' && *user <= '9')
		return find_number(user, account_out, err);
	if (getpwnam_r(user, &entry, strings, sizeof strings, &found) != 0 ||
	    found == NULL)
		return err_set(err,
		    "there is no user \"%s\"; make it with: useradd --system "
		    "--no-create-home %s", user, user);
	if (entry.pw_uid == 0 || entry.pw_gid == 0)
		return err_set(err, "user \"%s\" is root", user);
	account_out->uid = entry.pw_uid;
	account_out->gid = entry.pw_gid;
	return 0;
}

static int
is_already(const struct account *account)
{
	uid_t real, effective, saved;

	if (getresuid(&real, &effective, &saved) == -1)
		return 0;
	return real == account->uid && effective == account->uid &&
	    saved == account->uid;
}

int
account_become(const struct account *account, struct err *err)
{
	if (is_already(account))
		return 0;
	if (setgroups(0, NULL) == -1)
		return err_sys(err, "setgroups");
	if (setresgid(account->gid, account->gid, account->gid) == -1)
		return err_sys(err, "setresgid");
	if (setresuid(account->uid, account->uid, account->uid) == -1)
		return err_sys(err, "setresuid");
	if (setresuid((uid_t)-1, 0, (uid_t)-1) == 0)
		return err_set(err, "root came back after setresuid");
	return 0;
}
