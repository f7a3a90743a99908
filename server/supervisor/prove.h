/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * prove - a new generation is asked about bodies whose verdicts are known,
 * before anybody else's come to it: EICAR must be found (by main or daily, if
 * one is there: it is built in only where none is), the clean samples must
 * pass, and of the administrator's signatures.must_pass none may be found. (Its
 * workers have found Glassgate.Test, too, in their cage before it says READY.)
 * Supervisor; an errand, as root or whoever we are, as the files may be
 * readable for nobody else. Parses none of them.
 */
#ifndef SUPERVISOR_PROVE_H
#define SUPERVISOR_PROVE_H

#include "supervisor/errand.h"
#include "supervisor/house.h"

struct proof {
	struct house *house;
	const struct settings *settings;
	uint32_t generation;
	struct errand errand;
	void (*over)(void *ctx, bool good, const char *reason);
	void *ctx;
};

void proof_init(struct proof *, struct house *,
    void (*over)(void *ctx, bool good, const char *reason), void *ctx);

/* over() follows; the settings stay there until then. */
void proof_start(struct proof *, const struct settings *, uint32_t generation);
void proof_stop(struct proof *);
bool proof_reap(struct proof *, pid_t);

#endif
