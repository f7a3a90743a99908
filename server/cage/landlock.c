/* SPDX-License-Identifier: GPL-2.0-only */
#include "cage/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"

/* Younger than Debian 12's headers. */
#define FS_TRUNCATE (1ULL << 14)
#define FS_IOCTL_DEV (1ULL << 15)
#define NET_BIND_TCP (1ULL << 0)
#define NET_CONNECT_TCP (1ULL << 1)
#define SCOPE_ABSTRACT_UNIX_SOCKET (1ULL << 0)
#define SCOPE_SIGNAL (1ULL << 1)
#define RULE_NET_PORT 2
#define ABI_PORTS 4

#define ON_FILES (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | \
    LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE | FS_IOCTL_DEV)

struct ruleset_attr {
	uint64_t fs, net, scoped;
};

struct net_port_attr {
	uint64_t allowed, port;
};

static const struct {
	unsigned right;
	uint64_t fs;
} meaning[] = {
	{ FILES_READ, LANDLOCK_ACCESS_FS_READ_FILE |
	    LANDLOCK_ACCESS_FS_READ_DIR },
	{ FILES_EXECUTE, LANDLOCK_ACCESS_FS_EXECUTE },
	{ FILES_WRITE, LANDLOCK_ACCESS_FS_WRITE_FILE },
	{ FILES_MAKE, LANDLOCK_ACCESS_FS_MAKE_REG |
	    LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_FIFO |
	    LANDLOCK_ACCESS_FS_MAKE_SOCK },
	{ FILES_REMOVE, LANDLOCK_ACCESS_FS_REMOVE_FILE |
	    LANDLOCK_ACCESS_FS_REMOVE_DIR },
	{ FILES_CUT, FS_TRUNCATE },
	{ FILES_MOVE, LANDLOCK_ACCESS_FS_REFER },
};

/* What each ABI can keep; the row of ABI n is n - 1. */
static const struct ruleset_attr known[] = {
	{ (1ULL << 13) - 1, 0, 0 },
	{ (1ULL << 14) - 1, 0, 0 },
	{ (1ULL << 15) - 1, 0, 0 },
	{ (1ULL << 15) - 1, NET_BIND_TCP | NET_CONNECT_TCP, 0 },
	{ (1ULL << 16) - 1, NET_BIND_TCP | NET_CONNECT_TCP, 0 },
	{ (1ULL << 16) - 1, NET_BIND_TCP | NET_CONNECT_TCP,
	    SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL },
};
#define KNOWN_MAX ((int)(sizeof known / sizeof *known))

int
landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);

	return abi > 0 ? (int)abi : 0;
}

static int
abi_of(const struct landlock_cage *cage)
{
	int abi = landlock_abi();

	return cage->abi_max > 0 && abi > cage->abi_max ? cage->abi_max : abi;
}

/* Keeps nothing that would have to be allowed everywhere. */
static int
make_ruleset(const struct landlock_cage *cage, struct ruleset_attr *kept,
    struct err *err)
{
	int abi = abi_of(cage);
	long fd;

	if (abi == 0)
		return err_set(err, "this kernel has no Landlock");
	*kept = known[abi < KNOWN_MAX ? abi - 1 : KNOWN_MAX - 1];
	if (cage->only_ports)
		kept->fs = kept->scoped = 0;
	if (cage->may_signal)
		kept->scoped &= ~SCOPE_SIGNAL;
	/* An older kernel does not know the longer struct. */
	fd = syscall(SYS_landlock_create_ruleset, kept,
	    abi >= 6 ? sizeof *kept : abi >= 4 ? 2 * sizeof(uint64_t) :
	    sizeof(uint64_t), 0);
	if (fd == -1)
		return err_sys(err, "landlock_create_ruleset");
	return (int)fd;
}

static uint64_t
rights_of(const struct landlock_rule *rule)
{
	uint64_t fs = 0;
	size_t i;

	for (i = 0; i < sizeof meaning / sizeof *meaning; i++)
		if ((rule->rights & meaning[i].right) != 0)
			fs |= meaning[i].fs;
	return fs;
}

static int
add_rule(int ruleset, const struct landlock_rule *rule,
    const struct ruleset_attr *kept, struct err *err)
{
	AUTO_CLOSE int fd = open(rule->path, O_PATH | O_CLOEXEC);
	struct landlock_path_beneath_attr beneath = { .parent_fd = fd };
	struct stat st;

	if (fd == -1 && errno == ENOENT && rule->may_be_missing)
		return 0;
	if (fd == -1 || fstat(fd, &st) == -1)
		return err_sys(err, rule->path);
	beneath.allowed_access = rights_of(rule) & kept->fs;
	if (!S_ISDIR(st.st_mode))
		beneath.allowed_access &= ON_FILES;
	if (syscall(SYS_landlock_add_rule, ruleset,
	    LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == -1)
		return err_sys(err, rule->path);
	return 0;
}

static int
add_port(int ruleset, const struct landlock_port *port,
    const struct ruleset_attr *kept, struct err *err)
{
	struct net_port_attr allowed = { 0, port->number };

	if ((port->rights & PORT_BIND) != 0)
		allowed.allowed |= NET_BIND_TCP & kept->net;
	if ((port->rights & PORT_CONNECT) != 0)
		allowed.allowed |= NET_CONNECT_TCP & kept->net;
	if (allowed.allowed != 0 && syscall(SYS_landlock_add_rule, ruleset,
	    RULE_NET_PORT, &allowed, 0) == -1)
		return err_sys(err, "landlock: TCP port");
	return 0;
}

static int
add_all(int ruleset, const struct landlock_cage *cage,
    const struct ruleset_attr *kept, struct err *err)
{
	size_t i;

	for (i = 0; i < cage->count; i++)
		if (add_rule(ruleset, &cage->rules[i], kept, err) == -1)
			return -1;
	for (i = 0; i < cage->port_count; i++)
		if (add_port(ruleset, &cage->ports[i], kept, err) == -1)
			return -1;
	return 0;
}

int
landlock_enter(const struct landlock_cage *cage, struct err *err)
{
	struct ruleset_attr kept = { 0 };
	AUTO_CLOSE int ruleset = -1;

	if (cage->only_ports && abi_of(cage) < ABI_PORTS)
		return 0;
	ruleset = make_ruleset(cage, &kept, err);
	if (ruleset == -1 || add_all(ruleset, cage, &kept, err) == -1)
		return -1;
	if (syscall(SYS_landlock_restrict_self, ruleset, 0) == -1)
		return err_sys(err, "landlock_restrict_self");
	return 0;
}
