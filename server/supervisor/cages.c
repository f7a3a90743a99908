/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/cages.h"

#include <arpa/inet.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/log.h"
#include "cage/landlock.h"

#define ABI_NEEDED 2		/* Linux 6.1 */

int
cages_check(const struct house *house, struct err *err)
{
	int abi = landlock_abi();
	bool seccomp = prctl(PR_GET_SECCOMP) != -1;

	if (abi >= ABI_NEEDED && seccomp)
		return 0;
	err_set(err, "this kernel has %s and Landlock ABI %d of %d: boot Linux "
	    "6.1 or newer with lsm=landlock, or set sandbox to "
	    "best-effort", seccomp ? "seccomp" : "no seccomp", abi, ABI_NEEDED);
	if (house->settings.sandbox == SANDBOX_REQUIRED)
		return err_wrap(err, "sandbox");
	log_warn("sandbox is weak", "reason=\"%s\"", err->text);
	return 0;
}

void
cages_prefix(char out[PATH_MAX], const char *program)
{
	char *slash;
	int level;

	snprintf(out, PATH_MAX, "%s", program);
	for (level = 0; level < 2; level++)
		if ((slash = strrchr(out, '/')) != NULL && slash != out)
			*slash = '\0';
}

/* /etc: what libc and OpenSSL look for, and c-icap's own. /proc: what checkers
 * of memory need; /tmp: c-icap's locks. */
int
cages_icap(const void *ctx, struct err *err)
{
	const struct house *house = ctx;
	const struct settings *settings = &house->settings;
	char prefix[PATH_MAX], own[PATH_MAX + 8];
	const struct landlock_rule rules[] = {
		{ "/usr", FILES_READ | FILES_EXECUTE, false },
		{ "/lib", FILES_READ | FILES_EXECUTE, true },
		{ "/lib64", FILES_READ | FILES_EXECUTE, true },
		{ "/bin", FILES_READ | FILES_EXECUTE, true },
		{ prefix, FILES_READ | FILES_EXECUTE, false },
		{ "/etc/ld.so.cache", FILES_READ, true },
		{ "/etc/ld.so.preload", FILES_READ, true },
		{ "/etc/nsswitch.conf", FILES_READ, true },
		{ "/etc/resolv.conf", FILES_READ, true },
		{ "/etc/hosts", FILES_READ, true },
		{ "/etc/host.conf", FILES_READ, true },
		{ "/etc/ssl/openssl.cnf", FILES_READ, true },
		{ "/etc/c-icap", FILES_READ, true },
		{ "/dev/null", FILES_READ | FILES_WRITE, false },
		{ "/proc", FILES_READ, true },
		{ "/sys/devices/system/cpu", FILES_READ, true },
		{ "/tmp", FILES_READ | FILES_WRITE | FILES_MAKE |
		    FILES_REMOVE, false },
		{ settings->icap_module, FILES_READ, false },
		{ settings->page_templates, FILES_READ, false },
		{ settings->body_folder, FILES_READ | FILES_WRITE, true },
		{ house->runtime.path, FILES_READ, false },
		{ own, FILES_READ | FILES_WRITE | FILES_MAKE | FILES_REMOVE,
		    false },
	};
	const struct landlock_port port = {
		ntohs(house->listen.sin_port), PORT_BIND,
	};
	const struct landlock_cage cage = {
		.rules = rules,
		.count = sizeof(rules) / sizeof(*rules),
		.ports = &port,
		.port_count = 1,
		.abi_max = (int)settings->test_landlock_abi,
	};

	if (landlock_abi() == 0)	/* cages_check() has told it */
		return 0;
	cages_prefix(prefix, settings->icap_program);
	snprintf(own, sizeof(own), "%s/icap", house->runtime.path);
	if (landlock_enter(&cage, err) == -1)
		return -1;
	/* It could have been replaced since it was noted, a moment ago. */
	return granted_check(&house->templates, settings->page_templates, err);
}
