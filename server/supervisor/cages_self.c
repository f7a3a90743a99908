/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The supervisor's own cage. All that it starts inherits it, so that it cannot
 * be narrower than the widest of them needs: the keeper loads an engine and
 * makes namespaces, c-icap is not our program. For the same reason Landlock
 * keeps no files: who is under such a one can never mount, and the keeper must.
 * One that keeps nothing but ports does not forbid it (ABI 4).
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "cage/capabilities.h"
#include "cage/landlock.h"
#include "cage/seccomp.h"
#include "supervisor/cages.h"

/* As root: gives folders to the users of its children, becomes them, kills
 * them, and removes what they leave behind. */
#define KEPT                                                                   \
	(CAPABILITY(CAP_CHOWN) | CAPABILITY(CAP_DAC_OVERRIDE) |                \
	    CAPABILITY(CAP_FOWNER) | CAPABILITY(CAP_KILL) |                    \
	    CAPABILITY(CAP_SETUID) | CAPABILITY(CAP_SETGID))

/* What no process of this service ever does. */
static const struct seccomp_call calls[] = {
	CALL_KILL(ptrace),
	CALL_KILL(process_vm_readv),
	CALL_KILL(process_vm_writev),
	CALL_KILL(kcmp),
	CALL_KILL(bpf),
	CALL_KILL(perf_event_open),
	CALL_KILL(userfaultfd),
	CALL_KILL(io_uring_setup),
	CALL_KILL(open_by_handle_at),
	CALL_KILL(add_key),
	CALL_KILL(request_key),
	CALL_KILL(keyctl),
	CALL_KILL(init_module),
	CALL_KILL(finit_module),
	CALL_KILL(delete_module),
	CALL_KILL(kexec_load),
	CALL_KILL(kexec_file_load),
	CALL_KILL(reboot),
	CALL_KILL(swapon),
	CALL_KILL(swapoff),
	CALL_KILL(acct),
	CALL_KILL(quotactl),
	CALL_KILL(settimeofday),
	CALL_KILL(clock_settime),
	CALL_KILL(clock_adjtime),
	CALL_KILL(adjtimex),
	CALL_KILL(sethostname),
	CALL_KILL(setdomainname),
	CALL_KILL(iopl),
	CALL_KILL(ioperm),
	CALL_KILL(modify_ldt),
	CALL_KILL(setns),
	CALL_KILL(chroot),
	CALL_REFUSE_IF(socket, EAFNOSUPPORT, ARG_IS(0, AF_PACKET)),
	CALL_REFUSE_IF(socket, EAFNOSUPPORT, ARG_IS(0, AF_VSOCK)),
	CALL_REFUSE_IF(socket, EAFNOSUPPORT, ARG_IS(0, AF_ALG)),
	CALL_REFUSE_IF(socket, EAFNOSUPPORT, ARG_IS(0, AF_BLUETOOTH)),
	CALL_REFUSE_IF(socket, EAFNOSUPPORT, ARG_IS(0, AF_CAN)),
	CALL_REFUSE_IF(socket, EAFNOSUPPORT, ARG_IS(0, AF_TIPC)),
};

/* c-icap listens on the one; our own check connects to it, from any. */
static int
enter_landlock(const struct house *house, struct err *err)
{
	const struct landlock_port ports[] = {
		{ ntohs(house->listen.sin_port), PORT_BIND | PORT_CONNECT },
		{ 0, PORT_BIND },
	};
	const struct landlock_cage cage = {
		.ports = ports,
		.port_count = sizeof(ports) / sizeof(*ports),
		.only_ports = true,
		.abi_max = (int)house->settings.test_landlock_abi,
	};

	return landlock_enter(&cage, err);
}

static int
enter_seccomp(const struct house *house, struct err *err)
{
	const struct seccomp_filter filter = { SCMP_ACT_ALLOW, calls,
		sizeof(calls) / sizeof(*calls) };

	if (!house->settings.test_seccomp || !seccomp_possible())
		return err_set(err, "seccomp: not there");
	return seccomp_enter(&filter, err);
}

static void
show(const struct house *house, uint32_t layers)
{
	segment_status_edit(house->segment)->own_layers = layers | LAYERS_TOLD;
	segment_status_end(house->segment);
}

int
cages_self(const struct house *house, struct err *err)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return err_sys(err, "PR_SET_NO_NEW_PRIVS");
	if (enter_landlock(house, err) == -1 ||
	    capabilities_keep(geteuid() == 0 ? KEPT : 0, err) == -1)
		return -1;
	if (enter_seccomp(house, err) == 0) {
		show(house, LAYER_BIT(LAYER_SECCOMP));
		return 0;
	}
	if (house->settings.sandbox == SANDBOX_REQUIRED)
		return -1;
	log_warn("sandbox incomplete", "process=supervisor reason=\"%s\"",
	    err->text);
	show(house, 0);
	return 0;
}
