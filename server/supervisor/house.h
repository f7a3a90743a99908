/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * house - what the parts of the supervisor share, and the news that they tell
 * it. Everything here is set before the first child starts.
 */
#ifndef SUPERVISOR_HOUSE_H
#define SUPERVISOR_HOUSE_H

#include <netinet/in.h>

#include "base/account.h"
#include "base/loop.h"
#include "config/settings.h"
#include "segment/segment.h"
#include "signatures/store.h"
#include "supervisor/granted.h"
#include "supervisor/runtime.h"

/* What the supervisor is told; it alone decides what follows. */
enum news {
	NEWS_KEEPER_UP,		/* signatures loaded, generation serves */
	NEWS_KEEPER_DOWN,
	NEWS_KEEPER_REFUSED,	/* its first start failed for a reason */
	NEWS_KEEPER_ENDED,	/* all of them, for good, as we wished */
	NEWS_ICAP_DOWN,
	NEWS_ICAP_REFUSED,	/* it never came up, several times */
	NEWS_ICAP_ENDED,
	NEWS_CHECK_RIGHT,	/* our own requests came back right */
	NEWS_CHECK_WRONG,
	NEWS_TERM,		/* SIGTERM, SIGINT */
	NEWS_COUNT
};

struct house {
	struct settings settings;	/* in use */
	uint32_t settings_n;		/* their snapshot */
	uint32_t generations;		/* started so far */
	struct account scan_account, icap_account;
	const struct account *scan, *icap;	/* NULL: all as we are */
	struct sockaddr_in listen;

	struct runtime runtime;
	struct granted templates;	/* to the c-icap that runs */
	struct store store;		/* of signatures */
	bool bodies_on_disk;		/* body.folder is there */
	struct segment *segment;
	char istag[ISTAG_LEN + 1];	/* of what scans; "": nothing yet */
	char istag_lists[ISTAG_LEN + 1];	/* of the owner's list */
	char token[TOKEN_LEN + 1];
	struct loop *loop;

	/* Reads and checks them anew; the reason names file and line. */
	int (*load_settings)(struct settings *settings_out, struct err *);
	void (*tell)(struct house *, enum news);
};

/* In the status; without its end. */
void house_show_istag(const struct house *);

/* Our own log, as the settings in use say: open_house.c. */
void house_log_level(const struct house *);

#endif
