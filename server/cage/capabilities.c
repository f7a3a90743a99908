/* SPDX-License-Identifier: GPL-2.0-only */
#include "cage/capabilities.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define WORDS 2

static int
read_sets(struct __user_cap_data_struct sets[WORDS], struct err *err)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3,
		0 };

	if (syscall(SYS_capget, &head, sets) == -1)
		return err_sys(err, "capget");
	return 0;
}

static int
write_sets(const struct __user_cap_data_struct sets[WORDS], struct err *err)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3,
		0 };

	if (syscall(SYS_capset, &head, sets) == -1)
		return err_sys(err, "capset");
	return 0;
}

static int
bound(uint64_t keep, struct err *err)
{
	int cap;

	for (cap = 0; prctl(PR_CAPBSET_READ, cap) >= 0; cap++)
		if ((keep & CAPABILITY(cap)) == 0 &&
		    prctl(PR_CAPBSET_DROP, cap) == -1)
			return err_sys(err, "PR_CAPBSET_DROP");
	return 0;
}

int
capabilities_keep(uint64_t keep, struct err *err)
{
	struct __user_cap_data_struct sets[WORDS];
	int word;

	if (read_sets(sets, err) == -1)
		return -1;
	if ((sets[CAP_SETPCAP / 32].effective & (1u << CAP_SETPCAP)) != 0 &&
	    bound(keep, err) == -1)
		return -1;
	for (word = 0; word < WORDS; word++) {
		sets[word].permitted &= (uint32_t)(keep >> (32 * word));
		sets[word].effective = sets[word].permitted;
		sets[word].inheritable = 0;
	}
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == -1)
		return err_sys(err, "PR_CAP_AMBIENT");
	return write_sets(sets, err);
}
