/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/service.h"

#include <c-icap.h>
#include <cfg_param.h>
#include <commands.h>
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <request.h>
#include <service.h>
#include <signal.h>
#include <simple_api.h>
#include <stats.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "icap/confine.h"
#include "icap/handlers.h"
#include "icap/live.h"
#include "icap/statistics.h"
#include "icap/threads.h"
#include "segment/budget.h"

#define TIMER "glassgate_timer"
#define BEAT "glassgate_beat"
#define STATISTICS_GROUP "Glassgate"

static int on_init(ci_service_xdata_t *, struct ci_server_conf *);
static int on_post_init(ci_service_xdata_t *, struct ci_server_conf *);
static int on_runtime(const char *directive, const char **argv, void *data);
static int on_segment(const char *directive, const char **argv, void *data);

static struct self {
	struct module module;
	ci_service_xdata_t *xdata;
	_Atomic uint32_t status_seen;	/* status_seq of the ISTag we told */
	bool odd;			/* see each_second() */
	void (*next_term)(int);		/* c-icap's own handler */
} self = { .module.segment_fd = -1, .status_seen = UINT32_MAX };

static char runtime_directive[] = "Runtime", segment_directive[] = "Segment";

/* c-icap reads on until the row of NULLs. */
static struct ci_conf_entry directives[] = {
	{ runtime_directive, NULL, on_runtime, NULL },
	{ segment_directive, NULL, on_segment, NULL },
	{ NULL, NULL, NULL, NULL },
};

CI_DECLARE_MOD_DATA ci_service_module_t service = {
	.mod_name = "glassgate",
	.mod_short_descr = "Glassgate antivirus",
	.mod_type = ICAP_RESPMOD | ICAP_REQMOD,
	.mod_init_service = on_init,
	.mod_post_init_service = on_post_init,
	.mod_init_request_data = on_request,
	.mod_release_request_data = on_release,
	.mod_check_preview_handler = on_preview,
	.mod_end_of_data_handler = on_end_of_data,
	.mod_service_io = on_io,
	.mod_conf_table = directives,
};

/* Only the process that serves can set its ISTag. */
static void
refresh_istag(void)
{
	struct segment *segment = self.module.segment;
	uint32_t seq = atomic_load(&segment->status_seq);
	struct status status;

	if (seq == atomic_load(&self.status_seen))
		return;
	if (segment_status_copy(segment, &status) == -1)
		return;
	ci_service_set_istag(self.xdata, status.istag);
	atomic_store(&self.status_seen, seq);
}

void
service_refresh(void)
{
	refresh_istag();
	live_refresh();
}

static int
on_runtime(const char *directive, const char **argv, void *data)
{
	(void)data;
	if (argv == NULL || argv[0] == NULL || argv[1] != NULL ||
	    strlen(argv[0]) >= sizeof self.module.runtime) {
		log_error("bad directive", "name=%s wants=one-path", directive);
		return 0;
	}
	strcpy(self.module.runtime, argv[0]);
	return 1;
}

/* glassgated started this c-icap: it hands in the segment. */
static int
on_segment(const char *directive, const char **argv, void *data)
{
	char *end;
	long fd;

	(void)data;
	errno = 0;
	fd = argv != NULL && argv[0] != NULL ? strtol(argv[0], &end, 10) : -1;
	if (errno != 0 || fd < 3 || fd > 9 || *end != '\0' ||
	    argv[1] != NULL) {
		log_error("bad directive", "name=%s wants=one-descriptor",
		    directive);
		return 0;
	}
	self.module.segment_fd = (int)fd;
	return 1;
}

/* At c-icap's next look, which it takes once a second. Not by the clock: set
 * back by an hour it would stop us for as long. c-icap drops a job of the very
 * time of one that is there, so that two moments take turns. */
static void
each_second(const char *name)
{
	self.odd = !self.odd;
	ci_command_schedule_on(name, NULL, self.odd ? 1 : 2);
}

/* In the monitor. */
static void
on_beat(const char *name, int type, void *data)
{
	(void)type;
	(void)data;
	atomic_fetch_add(&self.module.segment->monitor_beat, 1);
	each_second(name);
}

/* In the main thread of a child: what changed while no request came. */
static void
on_timer(const char *name, int type, void *data)
{
	struct segment *segment = self.module.segment;

	(void)type;
	(void)data;
	budget_show(segment);
	publish(&segment->metrics, &segment->published, self.module.tell);
	publish_policies(&segment->policies, statistics_tell_policy);
	service_refresh();
	threads_beat(&self.module);
	each_second(name);
}

/* No callback of c-icap announces its end; waits of ours must not last. */
static void
on_term(int signo)
{
	atomic_store(&module_is_ending, true);
	if (self.next_term != NULL)
		self.next_term(signo);
}

static void
chain_term(void)
{
	struct sigaction mine, old;

	if (sigaction(SIGTERM, NULL, &old) == -1)
		return;
	if (old.sa_handler == SIG_IGN || old.sa_handler == SIG_DFL)
		return;
	self.next_term = old.sa_handler;
	mine = old;
	mine.sa_handler = on_term;
	sigaction(SIGTERM, &mine, NULL);
}

/* After c-icap set its handlers, before the child accepts. */
static void
on_child_start(const char *name, int type, void *data)
{
	(void)name;
	(void)type;
	(void)data;
	if (self.module.segment == NULL)
		return;
	chain_term();
	threads_join(&self.module, getpid());
	threads_layers(&self.module, confine_layers());
	live_begin(&self.module);
	service_refresh();
	each_second(TIMER);
}

/* The monitor has reaped a child. */
static void
on_child_end(const char *name, process_pid_t pid, int reason, void *data)
{
	(void)name;
	(void)reason;
	(void)data;
	if (self.module.segment != NULL)
		threads_ended(self.module.segment, pid);
}

/* Statistics have memory only if they are known before the children are. */
static int
name_statistic(const char *name)
{
	char label[192], group[] = STATISTICS_GROUP;

	snprintf(label, sizeof label, "%s", name);
	return ci_stat_entry_register(label, STAT_INT64_T, group);
}

static void
add_to_statistic(int id, int difference)
{
	ci_stat_uint64_inc(id, difference);
}

/* The monitor, when it reads the Service line; perhaps still as root. */
static int
on_init(ci_service_xdata_t *xdata, struct ci_server_conf *conf)
{
	static const struct icap_statistics statistics = {
		.name = name_statistic,
		.add = add_to_statistic,
	};

	(void)conf;
	self.xdata = xdata;
	self.module.tell = statistics_tell;
	if (statistics_name(&statistics) == -1) {
		log_error("module refused", "reason=no memory for statistics");
		return CI_ERROR;
	}
	ci_service_enable_204(xdata);
	/* These differ by the name that is asked for: options.c. */
	ci_service_set_preview(xdata, -1);
	ci_service_set_max_connections(xdata, -1);
	ci_service_set_xopts(xdata, CI_XCLIENTIP | CI_XAUTHENTICATEDUSER);
	ci_command_register_action("glassgate_child_start",
	    CI_CMD_CHILD_START, NULL, on_child_start);
	ci_command_register_child_cleanup("glassgate_child_end", NULL,
	    on_child_end);
	ci_command_register_action(TIMER, CI_CMD_ONDEMAND, NULL, on_timer);
	ci_command_register_action(BEAT, CI_CMD_MONITOR_ONDEMAND, NULL,
	    on_beat);
	return CI_OK;
}

/* c-icap's structs differ between its versions, and nothing else would notice.
 * The library beside the server has the version in its file name. */
static int
check_icap_version(struct err *err)
{
	char path[PATH_MAX];
	const char *name;
	Dl_info info;

	if (dladdr((void *)ci_headers_create, &info) == 0 ||
	    realpath(info.dli_fname, path) == NULL)
		return err_set(err, "c-icap's library cannot be found");
	name = strrchr(path, '/');
	name = name != NULL ? name + 1 : path;
	if (strcmp(name, ICAP_LIBRARY) != 0)
		return err_set(err, "this c-icap is %s, the module was built "
		    "with %s (c-icap %s)", name, ICAP_LIBRARY, ICAP_VERSION);
	return 0;
}

static int
attach(struct module *module, struct err *err)
{
	if (module->segment_fd == -1)
		return segment_attach(&module->segment, module->runtime, err);
	return segment_attach_fd(&module->segment, module->segment_fd, err);
}

/* Of the folder's owner, like the segment that it lies behind. */
static int
attach_verdicts(struct module *module, struct err *err)
{
	AUTO_CLOSE int opened = -1;
	int fd = module->segment_fd;
	struct stat st;

	if (stat(module->runtime, &st) == -1)
		return err_sys(err, module->runtime);
	if (fd == -1)
		fd = opened = segment_open(module->runtime, err);
	return fd == -1 ? -1 : verdicts_attach(&module->verdicts, fd,
	    SEGMENT_END, st.st_uid, err);
}

/* Nothing is wrong without them, only slower. */
static void
find_verdicts(struct module *module)
{
	struct err err;

	verdicts_detach(&module->verdicts);
	if (atomic_load(&module->segment->verdicts) != 0 &&
	    attach_verdicts(module, &err) == -1)
		log_warn("no verdict cache", "reason=\"%s\" remedy=\"restart "
		    "glassgated\"", err.text);
}

static int
load(struct module *module, struct err *err)
{
	page_set_free(&module->pages);
	segment_detach(&module->segment);
	if (check_icap_version(err) == -1)
		return -1;
	if (module->runtime[0] == '\0')
		return err_set(err, "glassgate.Runtime is not set");
	if (attach(module, err) == -1)
		return -1;
	find_verdicts(module);
	module->settings_n = atomic_load(&module->segment->settings);
	if (settings_load(&module->settings, module->runtime,
	    module->settings_n, err) == -1)
		return -1;
	if (statistics_name_policies(&module->settings.rules) == -1)
		return err_set(err, "no memory for statistics");
	return page_set_load(&module->pages, module->settings.page_templates,
	    err);
}

/* The monitor, before it forks: no thread, no socket. After a refusal c-icap
 * answers every request with 500. */
static int
on_post_init(ci_service_xdata_t *xdata, struct ci_server_conf *conf)
{
	const struct settings *settings = &self.module.settings;
	enum log_level level = LOG_INFO;
	struct err err;

	(void)conf;
	log_setup("icap", LOG_INFO);
	if (load(&self.module, &err) == -1) {
		log_error("module refused", "reason=%s", err.text);
		segment_detach(&self.module.segment);
		return CI_ERROR;
	}
	if (log_level_parse(settings->log_level, &level) == 0)
		log_setup("icap", level);
	threads_forget(self.module.segment);
	publish_forget(&self.module.segment->published,
	    &self.module.segment->policies);
	ci_service_set_options_ttl(xdata, (int)settings->icap_options_ttl);
	atomic_store(&self.status_seen, UINT32_MAX);
	refresh_istag();
	each_second(BEAT);
	if (self.module.segment_fd == -1)
		return CI_OK;
	if (confine_monitor(&self.module, &err) == 0) {
		atomic_store(&self.module.segment->monitor_layers,
		    confine_layers());
		return CI_OK;
	}
	log_error("module refused", "reason=%s", err.text);
	return CI_ERROR;
}
