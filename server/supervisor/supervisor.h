/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * supervisor - starts and watches keeper and c-icap, says when all is ready,
 * and takes everything away again at the end. State x news.
 */
#ifndef SUPERVISOR_SUPERVISOR_H
#define SUPERVISOR_SUPERVISOR_H

#include "supervisor/behind.h"
#include "supervisor/breaches.h"
#include "supervisor/control.h"
#include "supervisor/emergency.h"
#include "supervisor/generations.h"
#include "supervisor/house.h"
#include "supervisor/icap_child.h"
#include "supervisor/overtime.h"
#include "supervisor/owner.h"
#include "supervisor/pulse.h"
#include "supervisor/readiness.h"
#include "supervisor/watch.h"

struct supervisor {
	struct house house;		/* first: news come with its address */
	struct generations generations;
	struct behind behind;
	struct breaches breaches;
	struct control control;
	struct emergency emergency;
	struct owner owner;
	struct watch watch;
	struct icap_child icap;
	struct pulse pulse;
	struct readiness readiness;
	struct overtime overtime;
	enum service_state state;
	unsigned wrong_checks;		/* in a row, until ready */
	int exit_status;
};

/* house.settings and the accounts are set. Returns the exit status; nothing of
 * ours is left then. */
int supervisor_run(struct supervisor *, const char *runtime);

#endif
