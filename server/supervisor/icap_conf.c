/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/icap_conf.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "segment/segment.h"
#include "supervisor/address.h"

#define THREADS_PER_CHILD 128

/* What other antivirus services are called: a proxy that was set up for one of
 * them works with us. */
static const char *const aliases[] = {
	"avscan", "virus_scan", "srv_clamav", "squidclamav", "squid_clamav",
	"reqmod", "respmod", ICAP_EVENTS,
};

struct icap_threads
icap_threads_of(uint64_t wanted)
{
	struct icap_threads threads = { .children = 2 };

	if (wanted > 2 * THREADS_PER_CHILD)
		threads.children = (unsigned)
		    ((wanted + THREADS_PER_CHILD - 1) / THREADS_PER_CHILD);
	threads.per_child = (unsigned)
	    ((wanted + threads.children - 1) / threads.children);
	if (threads.per_child == 0)
		threads.per_child = 1;
	return threads;
}

int
icap_conf_check_path(const char *path, struct err *err)
{
	const unsigned char *p;

	if (*path != '/')
		return err_set(err, "must be an absolute path");
	for (p = (const unsigned char *)path; *p != '\0'; p++)
		if (*p < ' ' || *p == 0x7f || *p == '"' || *p == '\\')
			return err_set(err, "quotes, backslashes and control "
			    "characters are not allowed in a path");
	return 0;
}

static void
print_processes(FILE *out, const struct settings *settings)
{
	struct icap_threads threads = icap_threads_of(settings->icap_threads);

	/* As many children as ever: none is added or taken away under load,
	 * c-icap only replaces one that died. */
	fprintf(out,
	    "StartServers %u\n"
	    "MaxServers %u\n"
	    "ThreadsPerChild %u\n"
	    "MinSpareThreads 0\n"
	    "MaxSpareThreads %u\n"
	    "MaxRequestsPerChild 0\n",
	    threads.children, threads.children, threads.per_child,
	    threads.children * threads.per_child + 1);
}

static void
print_connections(FILE *out, const struct settings *settings)
{
	fprintf(out,
	    "Timeout %llu\n"
	    "KeepAliveTimeout %llu\n"
	    "MaxKeepAliveRequests 10000\n",
	    (unsigned long long)settings->icap_timeout,
	    (unsigned long long)settings->icap_keepalive);
}

/* mmap: nothing in /dev/shm. file: a dead child gives its lock back (neither
 * "posix" does that, nor does "sysv" clean up after a kill). */
static void
print_paths(FILE *out, const char *runtime)
{
	fprintf(out,
	    "PidFile \"%s/icap/pid\"\n"
	    "CommandsSocket \"%s/icap/commands\"\n"
	    "ServerLog \"%s/icap/log\"\n"
	    "TmpDir \"%s/icap\"\n"
	    "InterProcessSharedMemScheme mmap\n"
	    "InterProcessLockingScheme file\n"
	    "DebugLevel 1\n",
	    runtime, runtime, runtime, runtime);
}

static void
print_service(FILE *out, const struct settings *settings, const char *runtime)
{
	size_t i;

	fprintf(out, "Service glassgate \"%s\"\n", settings->icap_module);
	fprintf(out, "glassgate.Runtime \"%s\"\n", runtime);
	fprintf(out, "glassgate.Segment %d\n", ICAP_SEGMENT_FD);
	for (i = 0; i < sizeof(aliases) / sizeof(*aliases); i++)
		fprintf(out, "ServiceAlias %s glassgate\n", aliases[i]);
}

static void
print_network(FILE *out, struct in_addr address, struct in_addr mask)
{
	char text[2][INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &address, text[0], sizeof(text[0]));
	inet_ntop(AF_INET, &mask, text[1], sizeof(text[1]));
	fprintf(out, "acl clients src %s/%s\n", text[0], text[1]);
}

static int
print_clients(FILE *out, const struct settings *settings, struct err *err)
{
	struct network client;
	uint32_t i;
	int kind;

	for (i = 0; i < settings->icap_clients.count; i++) {
		kind = address_parse_client(settings->icap_clients.item[i],
		    &client, err);
		if (kind == -1)
			return err_wrap(err, "icap.clients");
		if (kind == 0)
			print_network(out, client.address, client.mask);
	}
	return 0;
}

/* c-icap's rules fail open: a rule whose list does not exist never matches, and
 * no match means yes. So: own lists only, and a denial for all at the end.
 * client_access turns a stranger away before a byte of his is parsed. */
static int
print_access(FILE *out, const struct settings *settings,
    const struct sockaddr_in *self, struct err *err)
{
	static const struct in_addr host = { UINT32_MAX };

	fputs("acl all src 0.0.0.0/0.0.0.0\n", out);
	print_network(out, self->sin_addr, host);
	if (print_clients(out, settings, err) == -1)
		return -1;
	fputs("client_access allow clients\n"
	    "client_access deny all\n"
	    "icap_access allow clients\n"
	    "icap_access deny all\n", out);
	return 0;
}

int
icap_conf_print(FILE *out, const struct settings *settings,
    const char *runtime, struct err *err)
{
	struct sockaddr_in at, self;
	char host[INET_ADDRSTRLEN];

	if (address_parse_listen(settings->icap_listen, &at, err) == -1)
		return err_wrap(err, "icap.listen");
	if (icap_conf_check_path(settings->icap_module, err) == -1)
		return err_wrap(err, "icap.module");
	if (icap_conf_check_path(runtime, err) == -1)
		return err_wrap(err, "%s", runtime);
	self = address_of_self(&at);
	inet_ntop(AF_INET, &at.sin_addr, host, sizeof(host));
	fputs("# made by glassgated at each start; changes are lost\n", out);
	fprintf(out, "Port %s:%u\n", host, ntohs(at.sin_port));
	print_paths(out, runtime);
	print_processes(out, settings);
	print_connections(out, settings);
	print_service(out, settings, runtime);
	return print_access(out, settings, &self, err);
}

int
icap_conf_write(const struct settings *settings, const char *runtime,
    struct err *err)
{
	char path[PATH_MAX + 32];
	AUTO_FILE FILE *out = NULL;
	int fd;

	snprintf(path, sizeof(path), "%s/c-icap.conf", runtime);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		return err_sys(err, path);
	out = fdopen(fd, "w");
	if (out == NULL) {
		err_sys(err, path);
		close(fd);
		return -1;
	}
	if (icap_conf_print(out, settings, runtime, err) == -1)
		return -1;
	errno = 0;
	if (fflush(out) != 0 || ferror(out) || fchmod(fd, 0644) == -1)
		return err_sys(err, path);
	return 0;
}
