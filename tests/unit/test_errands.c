/* SPDX-License-Identifier: GPL-2.0-only */
/* What each errand of the supervisor may do in its cage, and what it may not,
 * tried from within, as somebody could who captured it. With --tell: what
 * becomes of each attempt in each of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "supervisor/errand.h"
#include "supervisor/prove.h"
#include "supervisor/selfcheck.h"
#include "supervisor/sets.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static char folder[64];
static char in_tmp[64];			/* a file there */
static struct house house;
static struct sets sets;
static struct proof proof;
static struct selfcheck selfcheck;
static struct sockaddr_in port;		/* somebody listens there */
static uint64_t told;			/* capabilities */
static int inherited;			/* a descriptor of the supervisor's */

static const char *
in_folder(const char *name)
{
	static char path[2][128];
	static unsigned turn;

	turn = !turn;
	snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
	return path[turn];
}

static void
make(const char *name)
{
	int fd = open(in_folder(name), O_WRONLY | O_CREAT, 0600);

	assert_int_equal(write(fd, "text", 4), 4);
	close(fd);
}

static int
listen_somewhere(void)
{
	socklen_t len = sizeof port;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	port = (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	return bind(fd, (struct sockaddr *)&port, sizeof port) == -1 ||
	    listen(fd, 8) == -1 ||
	    getsockname(fd, (struct sockaddr *)&port, &len) == -1;
}

static int
setup(void **state)
{
	(void)state;
	strcpy(folder, "/var/tmp/glassgate-errands.XXXXXX");
	if (mkdtemp(folder) == NULL || listen_somewhere() ||
	    mkdir(in_folder("state"), 0700) == -1 ||
	    mkdir(in_folder("signatures"), 0700) == -1)
		return -1;
	snprintf(in_tmp, sizeof in_tmp, "/tmp/glassgate-errands.%d",
	    (int)getpid());
	make("state/kept");
	make("signatures/test.ndb");
	make("good");
	make("other");
	inherited = open(in_folder("other"), O_RDWR | O_CLOEXEC);
	house.settings.test_seccomp = 1;
	snprintf(house.store.folder, sizeof house.store.folder, "%s",
	    in_folder("state"));
	sets.house = &house;
	sets.from.count = 1;
	snprintf(sets.from.item[0], sizeof sets.from.item[0], "%s",
	    in_folder("signatures"));
	proof.settings = &house.settings;
	house.settings.must_pass.count = 1;
	snprintf(house.settings.must_pass.item[0], SETTING_TEXT, "%s",
	    in_folder("good"));
	selfcheck.address = port;
	house.listen = port;
	return 0;
}

static int
teardown(void **state)
{
	char line[128];

	(void)state;
	unlink(in_tmp);
	snprintf(line, sizeof line, "rm -r %s", folder);
	return system(line);
}

/* --- attempts: 0, or the errno --- */

static int
opens(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd == -1)
		return errno;
	close(fd);
	return 0;
}

static int
read_the_signatures(void)
{
	return opens(in_folder("signatures/test.ndb"), O_RDONLY);
}

static int
write_the_signatures(void)
{
	return opens(in_folder("signatures/test.ndb"), O_WRONLY);
}

static int
read_the_state(void)
{
	return opens(in_folder("state/kept"), O_RDONLY);
}

static int
write_the_state(void)
{
	int made = opens(in_folder("state/new"), O_WRONLY | O_CREAT | O_TRUNC);

	return made != 0 ? made :
	    unlink(in_folder("state/new")) == -1 ? errno : 0;
}

static int
read_a_known_good_file(void)
{
	return opens(in_folder("good"), O_RDONLY);
}

static int
read_another_file(void)
{
	return opens(in_folder("other"), O_RDONLY);
}

static int
read_what_everybody_may(void)
{
	return opens("/etc/passwd", O_RDONLY);
}

static int
make_a_file_in_tmp(void)
{
	int made = opens("/tmp/glassgate-errand", O_WRONLY | O_CREAT);

	unlink("/tmp/glassgate-errand");
	return made;
}

static int
rename_another_file(void)
{
	return rename(in_folder("other"), in_folder("another")) == -1 ? errno :
	    0;
}

static int
unlink_another_file(void)
{
	return unlink(in_folder("other")) == -1 ? errno : 0;
}

static int
unlink_in_tmp(void)
{
	return unlink(in_tmp) == -1 ? errno : 0;
}

static int
on_port(int (*call)(int, const struct sockaddr *, socklen_t), in_port_t number)
{
	struct sockaddr_in at = port;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd == -1)
		return errno;
	at.sin_port = number;
	return call(fd, (struct sockaddr *)&at, sizeof at) == -1 ? errno : 0;
}

static int
connect_to_our_port(void)
{
	return on_port(connect, port.sin_port);
}

static int
connect_to_another_port(void)
{
	return on_port(connect, htons(9));
}

static int
bind_any_port(void)
{
	return on_port(bind, 0);
}

/* In use: that is told behind the cage. */
static int
bind_our_port(void)
{
	return on_port(bind, port.sin_port) == EADDRINUSE ? 0 : EACCES;
}

static int
listen_anywhere(void)
{
	return listen(socket(AF_INET, SOCK_STREAM, 0), 1) == -1 ? errno : 0;
}

static int
send_by_udp(void)
{
	return socket(AF_INET, SOCK_DGRAM, 0) == -1 ? errno : 0;
}

/* Nobody is there: that is told behind the cage. */
static int
ask_a_lane(void)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	if (fd == -1)
		return errno;
	snprintf(to.sun_path, sizeof to.sun_path, "%s", in_folder("small"));
	return connect(fd, (struct sockaddr *)&to, sizeof to) == -1 &&
	    errno == ENOENT ? 0 : errno;
}

static int
execute(void)
{
	execl("/bin/true", "true", (char *)NULL);
	return errno;
}

static int
start_a_process(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid == -1 ? errno : 0;
}

static int
signal_the_supervisor(void)
{
	return kill(getppid(), 0) == -1 ? errno : 0;
}

static int
become_nobody(void)
{
	return setresuid(65534, 65534, 65534) == -1 ? errno : 0;
}

static int
give_a_file_away(void)
{
	int fd = open(in_folder("state/kept"), O_RDONLY);

	return fchown(fd, (uid_t)-1, 12345) == -1 ? errno : 0;
}

static int
use_an_inherited_descriptor(void)
{
	return write(inherited, "x", 1) == -1 ? errno : 0;
}

/* --- what becomes of them --- */

static int (*attempted)(void);

static int
attempt(const void *ctx, struct err *err)
{
	int number = attempted();

	(void)ctx;
	return number == 0 ? 0 : err_set(err, "errno %d", number);
}

enum fate { DONE, REFUSED, DEAD };

static enum fate
fate_of(const struct errand_cage *cage, const void *ctx, int (*fn)(void))
{
	struct errand errand = { .name = "test", .fn = attempt, .ctx = ctx,
		.seconds = 10, .cage = cage, .settings = &house.settings };
	struct err err;
	int number;

	attempted = fn;
	close(open(in_tmp, O_WRONLY | O_CREAT, 0600));
	if (errand_run(&errand, &err) == 0)
		return DONE;
	if (strstr(err.text, "died with status 0x1f") != NULL ||
	    strstr(err.text, "died with status 0x9f") != NULL)
		return DEAD;
	if (sscanf(err.text, "errno %d", &number) != 1 ||
	    (number != EACCES && number != EPERM && number != EBADF))
		fail_msg("%s", err.text);
	return REFUSED;
}

struct attempt {
	const char *name;
	int (*fn)(void);
	enum fate want;
	int abi;		/* of Landlock, which alone is enough; 0: it
				 * takes seccomp, too */
};
#define MAY(what) { #what, what, DONE, 1 }
#define CLOSED(what) { #what, what, REFUSED, 1 }
#define NO_CALL(what) { #what, what, REFUSED, 0 }
#define DEADLY(what) { #what, what, DEAD, 0 }
#define NO_PORT(what) { #what, what, REFUSED, 4 }

static const struct attempt of_all[] = {
	CLOSED(read_what_everybody_may),
	CLOSED(read_another_file),
	CLOSED(make_a_file_in_tmp),
	CLOSED(write_the_signatures),
	CLOSED(rename_another_file),
	CLOSED(unlink_another_file),
	CLOSED(use_an_inherited_descriptor),
	DEADLY(signal_the_supervisor),
};

static const struct attempt of_all_but_programs[] = {
	DEADLY(execute),
	DEADLY(start_a_process),
	DEADLY(become_nobody),
};

static const struct attempt of_copy[] = {
	MAY(read_the_signatures),
	MAY(read_the_state),
	MAY(write_the_state),
	CLOSED(read_a_known_good_file),
	DEADLY(connect_to_our_port),
	DEADLY(send_by_udp),
	DEADLY(ask_a_lane),
};

static const struct attempt of_verify[] = {
	MAY(read_the_state),
	CLOSED(write_the_state),
	CLOSED(read_the_signatures),
	NO_CALL(give_a_file_away),
	DEADLY(connect_to_our_port),
	DEADLY(ask_a_lane),
};

static const struct attempt of_templates[] = {
	MAY(read_the_state),
	CLOSED(write_the_state),
	CLOSED(read_the_signatures),
	DEADLY(connect_to_our_port),
	DEADLY(ask_a_lane),
};

static const struct attempt of_proof[] = {
	MAY(read_a_known_good_file),
	MAY(ask_a_lane),
	CLOSED(read_the_signatures),
	CLOSED(read_the_state),
	CLOSED(write_the_state),
	NO_CALL(connect_to_our_port),
	NO_CALL(send_by_udp),
};

static const struct attempt of_selfcheck[] = {
	MAY(connect_to_our_port),
	MAY(bind_any_port),
	NO_PORT(connect_to_another_port),
	NO_PORT(bind_our_port),
	CLOSED(read_the_signatures),
	CLOSED(read_the_state),
	DEADLY(listen_anywhere),
	NO_CALL(send_by_udp),
	NO_CALL(ask_a_lane),
};

static const struct attempt of_address[] = {
	MAY(bind_our_port),
	NO_PORT(bind_any_port),
	CLOSED(read_the_state),
	DEADLY(connect_to_our_port),
	NO_CALL(send_by_udp),
	NO_CALL(ask_a_lane),
};

static const struct attempt of_locks[] = {
	MAY(unlink_in_tmp),
	CLOSED(read_the_state),
	DEADLY(connect_to_our_port),
	DEADLY(ask_a_lane),
};

static const struct attempt of_version[] = {
	MAY(execute),
	MAY(start_a_process),
	CLOSED(read_the_state),
	DEADLY(connect_to_our_port),
	DEADLY(ask_a_lane),
};

static const struct {
	const char *name;
	const struct errand_cage *cage;
	const void *ctx;
	const struct attempt *attempts;
	size_t count;
} errands[] = {
	{ "copy", &cage_of_copy, &sets, of_copy, COUNT(of_copy) },
	{ "verify", &cage_of_verify, &sets, of_verify, COUNT(of_verify) },
	/* the folder that it is told, here */
	{ "templates", &cage_of_templates, house.store.folder, of_templates,
	    COUNT(of_templates) },
	{ "proof", &cage_of_proof, &proof, of_proof, COUNT(of_proof) },
	{ "selfcheck", &cage_of_selfcheck, &selfcheck, of_selfcheck,
	    COUNT(of_selfcheck) },
	{ "address", &cage_of_address, &house, of_address,
	    COUNT(of_address) },
	{ "locks", &cage_of_locks, NULL, of_locks, COUNT(of_locks) },
	{ "version", &cage_of_version, "/usr/bin/c-icap", of_version,
	    COUNT(of_version) },
};

/* Only what is kept here: by Landlock of this ABI, by seccomp. */
static void
try_all(size_t errand, const struct attempt *a, size_t count, int abi)
{
	enum fate got;

	for (; count > 0; a++, count--) {
		if (a->abi > abi ||
		    (a->abi == 0 && !house.settings.test_seccomp))
			continue;
		got = fate_of(errands[errand].cage, errands[errand].ctx, a->fn);
		if (got != a->want)
			fail_msg("%s: %s: fate %d, not %d",
			    errands[errand].name, a->name, got, a->want);
	}
}

static void
try_errands(int abi)
{
	size_t i;

	house.settings.test_landlock_abi = (uint64_t)abi;
	for (i = 0; i < COUNT(errands); i++) {
		try_all(i, of_all, COUNT(of_all), abi);
		try_all(i, errands[i].attempts, errands[i].count, abi);
		if (!errands[i].cage->is_program)
			try_all(i, of_all_but_programs,
			    COUNT(of_all_but_programs), abi);
	}
}

static void
each_errand_may_do_its_work_and_no_more(void **state)
{
	(void)state;
	if (*SANITIZER_PRELOAD != '\0' || landlock_abi() < 2)
		skip();
	house.settings.test_seccomp = 1;
	try_errands(landlock_abi());
}

static void
landlock_of_linux_6_1_keeps_the_files(void **state)
{
	(void)state;
	if (landlock_abi() < 2)
		skip();
	house.settings.test_seccomp = 0;
	try_errands(2);
}

/* --- capabilities, as root --- */

static int
tell_capabilities(void)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3,
		0 };
	struct __user_cap_data_struct word[2];

	if (syscall(SYS_capget, &head, word) == -1)
		return 1;
	return word[0].effective == told && word[0].permitted == told &&
	    word[1].permitted == 0 ? 0 : EPERM;
}

/* With no seccomp, so that it can be asked. */
static void
a_root_errand_keeps_what_its_row_says(void **state)
{
	size_t i;

	(void)state;
	if (geteuid() != 0)
		skip();
	house.settings.test_seccomp = 0;
	for (i = 0; i < COUNT(errands); i++) {
		told = errands[i].cage->capabilities;
		assert_int_equal(fate_of(errands[i].cage, errands[i].ctx,
		    tell_capabilities), DONE);
	}
}

/* --- for the table of server/README.md --- */

static void
tell(size_t errand, const struct attempt *a, size_t count)
{
	for (; count > 0; a++, count--)
		printf("%s %s %d\n", errands[errand].name, a->name,
		    (int)fate_of(errands[errand].cage, errands[errand].ctx,
		    a->fn));
}

/* All that one of them tries, in each. */
static int
tell_all(void)
{
	size_t i, j;

	if (setup(NULL) == -1)
		return 1;
	for (i = 0; i < COUNT(errands); i++) {
		for (j = 0; j < COUNT(errands); j++)
			tell(i, errands[j].attempts, errands[j].count);
		tell(i, of_all, COUNT(of_all));
		tell(i, of_all_but_programs, COUNT(of_all_but_programs));
	}
	return teardown(NULL);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_errand_may_do_its_work_and_no_more),
		cmocka_unit_test(landlock_of_linux_6_1_keeps_the_files),
		cmocka_unit_test(a_root_errand_keeps_what_its_row_says),
	};

	if (argc == 2 && strcmp(argv[1], "--tell") == 0)
		return tell_all();
	return cmocka_run_group_tests(tests, setup, teardown);
}
