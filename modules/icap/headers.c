/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/headers.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/bug.h"
#include "policy/policy.h"

/* The page is text and loads nothing. The last three have no default. */
#define PAGE_POLICY                                                            \
	"default-src 'none'; base-uri 'none'; form-action 'none'; "            \
	"frame-ancestors 'none'"

static void add(struct header_list *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
add(struct header_list *list, const char *fmt, ...)
{
	va_list ap;
	int len;

	bug_if(list->count == HEADER_LINES);
	va_start(ap, fmt);
	len = vsnprintf(list->line[list->count], HEADER_LEN, fmt, ap);
	va_end(ap);
	bug_if(len < 0 || len >= HEADER_LEN);
	list->count++;
}

const char *
verdict_threat(const struct verdict *verdict)
{
	if (verdict->name[0] != '\0')
		return verdict->name;
	return policy_row(verdict->outcome)->threat;
}

static void
add_infection(struct header_list *list, const struct verdict *verdict)
{
	const char *threat = verdict_threat(verdict);

	add(list, "X-Infection-Found: Type=%d; Resolution=2; Threat=%s;",
	    policy_row(verdict->outcome)->infection_type, threat);
	add(list, "X-Virus-ID: %s", threat);
}

/* X-Violations-Found is a count and four lines per item: file, threat, problem,
 * resolution. The file is "-": its name is the sender's text. */
void
headers_icap(struct header_list *list, const struct verdict *verdict)
{
	list->count = 0;
	add_infection(list, verdict);
	add(list, "X-Violations-Found: 1\r\n\t-\r\n\t%s\r\n\t0\r\n\t0",
	    verdict_threat(verdict));
	add(list, "X-Response-Info: Blocked");
	add(list, "X-Response-Desc: %s", policy_row(verdict->outcome)->title);
}

/* The codes that file stores know, else our own word: to them that is an error
 * like any other. No X-Infection-Found: nothing was found. */
void
headers_error(struct header_list *list, const struct verdict *verdict)
{
	const struct policy_row *row = policy_row(verdict->outcome);

	list->count = 0;
	add(list, "X-Error-Code: %s", row->error_code != NULL ?
	    row->error_code : outcome_name(row->outcome));
	add(list, "X-Response-Info: Blocked");
	add(list, "X-Response-Desc: %s", row->title);
}

void
headers_unscanned(struct header_list *list)
{
	list->count = 0;
	add(list, "X-Response-Info: Allowed");
	add(list, "X-Response-Desc: Not checked, an administrator lets "
	    "everything pass");
}

void
headers_watched(struct header_list *list)
{
	list->count = 0;
	add(list, "X-Response-Info: Allowed");
	add(list, "X-Response-Desc: Passed in watch mode, a policy would "
	    "block it");
}

void
headers_allowed(struct header_list *list)
{
	list->count = 0;
	add(list, "X-Response-Info: Allowed");
	add(list, "X-Response-Desc: Passed by a list of what is allowed, a "
	    "policy would block it");
}

static void
add_date(struct header_list *list, time_t now)
{
	struct tm tm;
	char date[64];

	if (gmtime_r(&now, &tm) == NULL)
		return;
	if (strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &tm) > 0)
		add(list, "Date: %s", date);
}

void
headers_page(struct header_list *list, const struct verdict *verdict,
    size_t page_len, const char *language, time_t now)
{
	list->count = 0;
	add(list, "HTTP/1.1 403 Forbidden");
	add_date(list, now);
	add(list, "Content-Type: text/html; charset=utf-8");
	add(list, "Content-Length: %zu", page_len);
	add(list, "Content-Language: %s", language);
	add(list, "Cache-Control: no-store");
	add(list, "Content-Security-Policy: " PAGE_POLICY);
	add(list, "X-Content-Type-Options: nosniff");
	add(list, "X-Frame-Options: DENY");
	add(list, "Referrer-Policy: no-referrer");
	add_infection(list, verdict);
}
