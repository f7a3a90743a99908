/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The cages of the errands, one row each: files, ports, calls, capabilities.
 * All may do what C code does anyway (errand_cage.c); calls without a row are
 * refused. Which errand may what stands in server/README.md, too.
 *
 * As root two capabilities are left: dac_override, as what it must read may be
 * readable for nobody but its owner, and for copies chown, as the keeper's
 * group reads them.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/socket.h>

#include "cage/capabilities.h"
#include "supervisor/cages.h"
#include "supervisor/errand_cage.h"
#include "supervisor/prove.h"
#include "supervisor/selfcheck.h"
#include "supervisor/sets.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define CALLS(table) .calls = (table), .call_count = COUNT(table)

/* libcrypto reads it at its first use. */
#define CRYPTO_SETTINGS "/etc/ssl/openssl.cnf"

#define READ_ONLY ARG_BITS(2, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY)

static void
add_port(struct errand_doors *doors, unsigned number, unsigned rights)
{
	doors->port[doors->port_count++] = (struct landlock_port){ number,
		rights };
}

static void
add_list(struct errand_doors *doors, const struct text_list *paths)
{
	uint32_t i;

	for (i = 0; i < paths->count; i++)
		errand_doors_add(doors, paths->item[i], FILES_READ);
}

/* --- copying the signatures: reads the folders, writes the sets --- */

static const struct seccomp_call calls_of_copy[] = {
	CALL_ALLOW(openat),
	CALL_ALLOW(newfstatat),
	CALL_ALLOW(statx),
	CALL_ALLOW(access),
	CALL_ALLOW(faccessat),
	CALL_ALLOW(faccessat2),
	CALL_ALLOW(getdents64),
	CALL_ALLOW(fadvise64),
	CALL_ALLOW(mkdir),
	CALL_ALLOW(mkdirat),
	CALL_ALLOW(fchmod),
	CALL_ALLOW(fchown),
	CALL_ALLOW(utimensat),
	CALL_ALLOW(fsync),
	CALL_ALLOW(rename),
	CALL_ALLOW(renameat),
	CALL_ALLOW(renameat2),
	CALL_ALLOW(unlink),
	CALL_ALLOW(unlinkat),
};

static void
open_for_copy(const void *ctx, struct errand_doors *doors)
{
	const struct sets *sets = ctx;

	add_list(doors, &sets->from);
	errand_doors_add(doors, CRYPTO_SETTINGS, FILES_READ);
	errand_doors_add(doors, sets->house->store.folder, FILES_READ |
	    FILES_WRITE | FILES_MAKE | FILES_REMOVE | FILES_CUT);
}

const struct errand_cage cage_of_copy = {
	.capabilities = CAPABILITY(CAP_CHOWN) | CAPABILITY(CAP_DAC_OVERRIDE),
	CALLS(calls_of_copy),
	.open = open_for_copy,
};

/* --- verifying a kept set: reads it --- */

static const struct seccomp_call calls_of_verify[] = {
	CALL_ALLOW_IF(openat, READ_ONLY),
	CALL_ALLOW(getdents64),
	CALL_ALLOW(newfstatat),
	CALL_ALLOW(statx),
	CALL_ALLOW(access),
	CALL_ALLOW(faccessat),
	CALL_ALLOW(faccessat2),
};

static void
open_for_verify(const void *ctx, struct errand_doors *doors)
{
	const struct sets *sets = ctx;

	errand_doors_add(doors, CRYPTO_SETTINGS, FILES_READ);
	errand_doors_add(doors, sets->house->store.folder, FILES_READ);
}

const struct errand_cage cage_of_verify = {
	.capabilities = CAPABILITY(CAP_DAC_OVERRIDE),
	CALLS(calls_of_verify),
	.open = open_for_verify,
};

/* --- the templates of the block page: reads them --- */

static const struct seccomp_call calls_of_templates[] = {
	CALL_ALLOW_IF(openat, READ_ONLY),
	CALL_ALLOW(getdents64),
	CALL_ALLOW(newfstatat),
	CALL_ALLOW(statx),
	CALL_ALLOW(access),
};

static void
open_for_templates(const void *ctx, struct errand_doors *doors)
{
	errand_doors_add(doors, ctx, FILES_READ);
}

const struct errand_cage cage_of_templates = {
	CALLS(calls_of_templates),
	.open = open_for_templates,
};

/* --- proof of a generation: reads the known-good files, asks the lanes --- */

static const struct seccomp_call calls_of_proof[] = {
	CALL_ALLOW_IF(openat, READ_ONLY),
	CALL_ALLOW(newfstatat),
	CALL_ALLOW(statx),
	CALL_ALLOW(memfd_create),
	CALL_ALLOW_IF(socket, ARG_IS(0, AF_UNIX)),
	CALL_ALLOW(setsockopt),
	CALL_ALLOW(connect),
	CALL_ALLOW(sendmsg),
	CALL_ALLOW(recvmsg),
	CALL_ALLOW(poll),
	CALL_ALLOW(ppoll),
};

static void
open_for_proof(const void *ctx, struct errand_doors *doors)
{
	const struct proof *proof = ctx;

	add_list(doors, &proof->settings->must_pass);
}

const struct errand_cage cage_of_proof = {
	.capabilities = CAPABILITY(CAP_DAC_OVERRIDE),
	CALLS(calls_of_proof),
	.open = open_for_proof,
};

/* --- self-check: one port, no file --- */

#define TCP                                                                    \
	ARG_IS(0, AF_INET),                                                    \
	    ARG_BITS(1, ~(uint64_t)SOCK_CLOEXEC, SOCK_STREAM)

static const struct seccomp_call calls_of_selfcheck[] = {
	CALL_ALLOW_IF(socket, TCP),
	CALL_ALLOW(bind),
	CALL_ALLOW(connect),
	CALL_ALLOW(sendto),
};

static void
open_for_selfcheck(const void *ctx, struct errand_doors *doors)
{
	const struct selfcheck *check = ctx;

	add_port(doors, 0, PORT_BIND);
	add_port(doors, ntohs(check->address.sin_port), PORT_CONNECT);
}

const struct errand_cage cage_of_selfcheck = {
	CALLS(calls_of_selfcheck),
	.open = open_for_selfcheck,
};

/* --- is our address free? one port, no file --- */

static const struct seccomp_call calls_of_address[] = {
	CALL_ALLOW_IF(socket, TCP),
	CALL_ALLOW(setsockopt),
	CALL_ALLOW(bind),
	CALL_ALLOW(listen),
};

static void
open_for_address(const void *ctx, struct errand_doors *doors)
{
	const struct house *house = ctx;

	add_port(doors, ntohs(house->listen.sin_port), PORT_BIND);
}

const struct errand_cage cage_of_address = {
	CALLS(calls_of_address),
	.open = open_for_address,
};

/* --- c-icap's lock files: removes files of its user in /tmp --- */

static const struct seccomp_call calls_of_locks[] = {
	CALL_ALLOW(unlink),
	CALL_ALLOW(unlinkat),
};

static void
open_for_locks(const void *ctx, struct errand_doors *doors)
{
	(void)ctx;
	errand_doors_add(doors, "/tmp", FILES_REMOVE);
}

const struct errand_cage cage_of_locks = {
	CALLS(calls_of_locks),
	.open = open_for_locks,
};

/* --- c-icap -V: a program that prints a line. It loads libraries and starts
 * as any program does: only what it would not do in its wildest version. --- */

static const struct seccomp_call calls_of_version[] = {
	CALL_KILL(socket),
	CALL_KILL(connect),
	CALL_KILL(bind),
	CALL_KILL(listen),
	CALL_KILL(kill),
	CALL_KILL(mount),
	CALL_KILL(umount2),
	CALL_KILL(pivot_root),
	CALL_KILL(unshare),
};

static void
open_for_version(const void *ctx, struct errand_doors *doors)
{
	static const char *const read[] = {
		"/etc/ld.so.cache", "/etc/ld.so.preload", "/proc",
		"/sys/devices/system/cpu", CRYPTO_SETTINGS,
	};
	static const char *const run[] = {
		"/usr", "/lib", "/lib64", "/bin",
	};
	size_t i;

	cages_prefix(doors->text, ctx);
	errand_doors_add(doors, doors->text, FILES_READ | FILES_EXECUTE);
	for (i = 0; i < COUNT(run); i++)
		errand_doors_add(doors, run[i], FILES_READ | FILES_EXECUTE);
	for (i = 0; i < COUNT(read); i++)
		errand_doors_add(doors, read[i], FILES_READ);
	errand_doors_add(doors, "/dev/null", FILES_READ | FILES_WRITE);
}

const struct errand_cage cage_of_version = {
	.is_program = true,
	CALLS(calls_of_version),
	.open = open_for_version,
};
