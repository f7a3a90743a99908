/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What of the workers' cage is made once, before the load: the namespaces, a
 * scratch in memory for each slot, no capability. Here it is found out which
 * layers this kernel has; each worker then puts on exactly those, or dies.
 */
#include "keeper/keeper.h"

#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cage/capabilities.h"
#include "cage/landlock.h"
#include "cage/namespaces.h"
#include "cage/seccomp.h"
#include "worker/scratch.h"
#include "worker/worker.h"

/* One file of a container is at most a file and a folder here. */
#define INODES_EACH 2
#define INODES_MORE 1024

static void
have(struct keeper *k, enum layer layer)
{
	k->cage.layers |= LAYER_BIT(layer);
}

static void
probe(struct keeper *k)
{
	uint32_t most = (uint32_t)k->settings.test_landlock_abi;
	int abi = landlock_abi();
	struct stat st;

	k->cage.landlock_abi = (uint32_t)abi;
	if (most != 0 && k->cage.landlock_abi > most)
		k->cage.landlock_abi = most;
	if (k->cage.landlock_abi >= LANDLOCK_ABI_REQUIRED)
		have(k, LAYER_LANDLOCK);
	if (k->settings.test_seccomp && seccomp_possible())
		have(k, LAYER_SECCOMP);
	if (stat(k->runtime, &st) == 0 && st.st_uid != geteuid())
		have(k, LAYER_USER);
}

static int
mount_one(struct slot *slot, uint64_t bytes, uint64_t inodes, struct err *err)
{
	struct stat st;

	if (scratch_make(slot->scratch, err) == -1 ||
	    namespaces_tmpfs(slot->scratch, bytes, inodes, err) == -1)
		return -1;
	if (stat(slot->scratch, &st) == -1)
		return err_sys(err, slot->scratch);
	slot->device = st.st_dev;
	slot->in_memory = true;
	return 0;
}

/* Who removes the folder in another mount namespace takes away the mount. */
int
cage_check(const struct slot *slot, struct err *err)
{
	struct stat st;

	if (!slot->in_memory ||
	    (stat(slot->scratch, &st) == 0 && st.st_dev == slot->device))
		return 0;
	return err_set(err, "%s: no longer in memory", slot->scratch);
}

static int
mount_all(struct keeper *k, struct err *err)
{
	uint64_t bytes = 2 * worker_scratch_max(k->settings.scan_max);
	uint64_t inodes = k->settings.scan_files * INODES_EACH + INODES_MORE;
	unsigned i;

	for (i = 0; i < k->slot_count; i++)
		if (mount_one(&k->slots[i], bytes, inodes, err) == -1)
			return -1;
	return 0;
}

/* Not everywhere: containers and some distributions refuse it. */
static void
try_namespaces(struct keeper *k)
{
	struct err err = { "" };

	if (!k->settings.test_namespaces)
		return;
	if (namespaces_enter(&err) == -1) {
		log_info("no namespaces", "reason=\"%s\"", err.text);
		return;
	}
	have(k, LAYER_NAMESPACES);
	if (mount_all(k, &err) == -1)
		log_info("no scratch in memory", "reason=\"%s\"", err.text);
	else
		have(k, LAYER_TMPFS);
}

static int
require(const struct keeper *k, struct err *err)
{
	uint32_t missing = LAYERS_REQUIRED & ~k->cage.layers;
	char text[LAYERS_TEXT], remedy[LAYERS_REMEDY];

	if (missing == 0 || k->settings.sandbox != SANDBOX_REQUIRED)
		return 0;
	return err_set(err, "this machine cannot build the cage: %s is "
	    "missing; remedy: %s; or sandbox = \"best-effort\"",
	    layers_text(missing, text), layers_remedy(missing, remedy));
}

/* With the rights that stay: a capability could see what is hidden. */
static void
probe_memory(struct keeper *k)
{
	struct err err = { "" };

	if (memory_try(&err) == -1)
		log_info("memory of workers not seen", "reason=\"%s\"",
		    err.text);
	else
		have(k, LAYER_MEMORY);
}

int
keeper_cage(struct keeper *k, struct err *err)
{
	probe(k);
	try_namespaces(k);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return err_sys(err, "PR_SET_NO_NEW_PRIVS");
	if (capabilities_keep(0, err) == -1)
		return -1;
	probe_memory(k);
	if (require(k, err) == -1)
		return -1;
	report_cage(k);
	return 0;
}
