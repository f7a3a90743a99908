/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/open_house.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "cache/verdicts.h"
#include "config/settings_rows.h"
#include "supervisor/bodies.h"
#include "supervisor/errand.h"
#include "supervisor/icap_conf.h"
#include "supervisor/istag.h"
#include "supervisor/policies_told.h"

#define DESCRIPTORS_MAX 65536
#define STALE_WAIT_MS 15000	/* orphaned children of c-icap leave one by
				 * one, a second or two apart */

void
house_log_level(const struct house *house)
{
	enum log_level level;

	if (log_level_parse(house->settings.log_level, &level) == 0)
		log_setup("supervisor", level);
}

void
house_show_istag(const struct house *house)
{
	if (house->istag[0] != '\0')
		istag_join(segment_status_edit(house->segment)->istag,
		    house->istag, house->istag_lists);
}

/* Bodies must not end up in core files; each connection needs descriptors. */
static int
set_process(struct err *err)
{
	static const struct rlimit no_core = { 0, 0 };
	static const struct rlimit nice_0 = { 20, 20 };
	struct rlimit files;

	umask(022);
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) == -1)
		return err_sys(err, "PR_SET_CHILD_SUBREAPER");
	if (setrlimit(RLIMIT_CORE, &no_core) == -1 ||
	    getrlimit(RLIMIT_NOFILE, &files) == -1)
		return err_sys(err, "resource limits");
	/* For keepers, which load behind all others (keeper/gently.c). */
	if (geteuid() == 0)
		(void)setrlimit(RLIMIT_NICE, &nice_0);
	files.rlim_cur = files.rlim_max < DESCRIPTORS_MAX ? files.rlim_max :
	    DESCRIPTORS_MAX;
	if (setrlimit(RLIMIT_NOFILE, &files) == -1)
		return err_sys(err, "resource limits");
	return 0;
}

static int
make_token(char out[TOKEN_LEN + 1], struct err *err)
{
	unsigned char bytes[TOKEN_LEN / 2];
	size_t i;

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return err_sys(err, "getrandom");
	for (i = 0; i < sizeof(bytes); i++)
		snprintf(out + 2 * i, 3, "%02x", bytes[i]);
	return 0;
}

/* An errand, as c-icap's user: it binds after it has dropped root. */
static int
try_address(const void *ctx, struct err *err)
{
	const struct house *house = ctx;
	const char *name = house->settings.icap_listen;
	AUTO_CLOSE int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int on = 1;

	if (fd == -1 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on,
	    sizeof(on)) == -1)
		return err_sys(err, "socket");
	if (bind(fd, (const struct sockaddr *)&house->listen,
	    sizeof(house->listen)) == 0 && listen(fd, 1) == 0)
		return 0;
	if (errno == EADDRINUSE)
		return err_set(err, "icap.listen: %s is in use: stop what "
		    "listens there (ss -ltnp shows it), or set icap.listen to "
		    "another port", name);
	if (errno == EADDRNOTAVAIL)
		return err_set(err, "icap.listen: %s is no address of this "
		    "machine (ip addr shows them)", name);
	if (errno == EACCES)
		return err_set(err, "icap.listen: %s: the user of c-icap may "
		    "not listen there: set a port above 1023", name);
	return err_sys(err, name);
}

static int
is_told_to_stop(void)
{
	sigset_t set;

	return sigpending(&set) == 0 &&
	    (sigismember(&set, SIGTERM) || sigismember(&set, SIGINT));
}

/* After a predecessor was killed, its c-icap may live on for seconds. */
static int
await_address(const struct house *house, struct err *err)
{
	static const struct timespec nap = { .tv_nsec = 200 * 1000 * 1000 };
	int64_t until = clock_ms() + (house->runtime.stale ? STALE_WAIT_MS : 0);
	struct errand errand = {
		.name = "icap.listen",
		.fn = try_address,
		.ctx = house,
		.account = house->icap,
		.seconds = 5,
		.cage = &cage_of_address,
		.settings = &house->settings,
	};

	while (errand_run(&errand, err) == -1) {
		if (clock_left(until) == 0 || is_told_to_stop())
			return -1;
		nanosleep(&nap, NULL);
	}
	return 0;
}

/* Children map it by its path if they are to have it; errands are not. */
static int
make_segment(struct house *house, struct err *err)
{
	gid_t gid = house->icap != NULL ? house->icap->gid : getegid();

	if (segment_create(&house->segment, house->runtime.path, gid, err) ==
	    -1)
		return -1;
	if (madvise(house->segment, sizeof(*house->segment), MADV_DONTFORK) ==
	    -1)
		return err_sys(err, "segment: MADV_DONTFORK");
	return 0;
}

_Static_assert(CACHE_LEAST >= VERDICTS_LEAST, "what is allowed can be made");

/* Without it all is as right, and slower. */
static void
make_verdicts(struct house *house)
{
	size_t size = (size_t)house->settings.cache_size;
	AUTO_CLOSE int fd = -1;
	struct err err;

	if (size == 0)
		return;
	fd = segment_open(house->runtime.path, &err);
	if (fd == -1 || verdicts_make(fd, SEGMENT_END, size, &err) == -1)
		log_warn("no verdict cache", "reason=\"%s\" remedy=\"set "
		    "cache.size to less\"", err.text);
	else
		atomic_store(&house->segment->verdicts, 1);
}

static void
fill_segment(const struct house *house)
{
	struct segment *segment = house->segment;
	struct status *status;

	memcpy(segment->token, house->token, sizeof(segment->token));
	policies_told(segment, &house->settings, NULL);
	bodies_told(house, &house->settings);
	atomic_store(&segment->settings, house->settings_n);
	metrics_set(&segment->metrics, METRIC_SETS_NOT_KEPT,
	    house->store.folder[0] == '\0');
	status = segment_status_edit(segment);
	status->started = clock_unix();
	status->supervisor_pid = getpid();
	status->state = STATE_STARTING;
	snprintf(status->icap_address, sizeof(status->icap_address), "%s",
	    house->settings.icap_listen);
	segment_status_end(segment);
}

/* Whoever names a folder wants it; the default is not everywhere possible. */
static int
open_store(struct house *house, struct err *err)
{
	const char *folder = house->settings.state_folder;
	const struct setting *row = setting_find("signatures.state_folder");
	int failed = store_open(&house->store, folder, house->scan, err);

	if (failed == 0)
		return 0;
	if (failed == STORE_TAKEN || strcmp(folder, row->fallback) != 0)
		return err_wrap(err, "signatures.state_folder");
	log_warn("signature sets are not kept", "reason=\"%s\" remedy=\"set "
	    "signatures.state_folder\"", err->text);
	return 0;
}

int
open_house(struct house *house, const char *runtime, struct err *err)
{
	const char *path;

	if (set_process(err) == -1 || make_token(house->token, err) == -1 ||
	    runtime_open(&house->runtime, runtime, err) == -1)
		return -1;
	path = house->runtime.path;
	house->settings_n = 1;
	if (await_address(house, err) == -1 ||
	    open_store(house, err) == -1 || bodies_open(house, err) == -1 ||
	    settings_save(&house->settings, path, house->settings_n, err) ==
	    -1 ||
	    icap_conf_write(&house->settings, path, err) == -1 ||
	    make_segment(house, err) == -1)
		return -1;
	make_verdicts(house);
	fill_segment(house);
	log_info("started", "runtime=%s icap=%s", path,
	    house->settings.icap_listen);
	return 0;
}

void
close_house(struct house *house)
{
	segment_detach(&house->segment);
	granted_free(&house->templates);
	store_close(&house->store);
	runtime_close(&house->runtime);
}
