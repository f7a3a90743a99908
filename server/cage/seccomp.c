/* SPDX-License-Identifier: GPL-2.0-only */
#include "cage/seccomp.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

bool
seccomp_possible(void)
{
	uint32_t action = SECCOMP_RET_KILL_PROCESS;

	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

static int
refused(int result, const char *what, struct err *err)
{
	errno = -result;
	return err_sys(err, what);
}

static int
add(scmp_filter_ctx ctx, const struct seccomp_call *call)
{
	const struct seccomp_test *test = call->test;
	struct scmp_arg_cmp compare[2];
	unsigned count = 0;

	for (; test < call->test + 2 && test->how != 0; test++)
		compare[count++] = (struct scmp_arg_cmp){ test->arg,
			test->how, test->a, test->b };
	return seccomp_rule_add_array(ctx, call->action, call->call, count,
	    compare);
}

static int
fill(scmp_filter_ctx ctx, const struct seccomp_filter *filter, struct err *err)
{
	const struct seccomp_call *call = filter->calls;
	int result;

	/* Calls of another architecture are another table. */
	result = seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH,
	    SCMP_ACT_KILL_PROCESS);
	if (result == 0)
		result = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	for (; result == 0 && call < filter->calls + filter->count; call++)
		if (call->action != filter->otherwise)
			result = add(ctx, call);
	if (result == 0)
		result = seccomp_load(ctx);
	return result == 0 ? 0 : refused(result, "seccomp", err);
}

int
seccomp_enter(const struct seccomp_filter *filter, struct err *err)
{
	scmp_filter_ctx ctx = seccomp_init(filter->otherwise);
	int failed;

	if (ctx == NULL)
		return err_set(err, "seccomp: no filter");
	failed = fill(ctx, filter, err);
	seccomp_release(ctx);
	return failed;
}
