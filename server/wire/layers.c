/* SPDX-License-Identifier: GPL-2.0-only */
#include "wire/layers.h"

#include <string.h>

static const char kernel[] =
    "Linux 6.1 or newer with seccomp and Landlock (lsm=landlock,...)";
static const char proc[] =
    "/proc without hidepid (systemd: without ProtectProc), or with gid= of "
    "the group of scan.user";

static const struct {
	const char *name, *remedy;
} rows[LAYER_COUNT] = {
	[LAYER_SECCOMP] = { "seccomp", kernel },
	[LAYER_LANDLOCK] = { "landlock", kernel },
	[LAYER_USER] = { "user", NULL },
	[LAYER_NAMESPACES] = { "namespaces", NULL },
	[LAYER_TMPFS] = { "tmpfs", NULL },
	[LAYER_MEMORY] = { "memory", proc },
};

const char *
layer_name(enum layer layer)
{
	return (unsigned)layer < LAYER_COUNT ? rows[layer].name : "unknown";
}

static void
add(char *out, const char *between, const char *text)
{
	if (*out != '\0')
		strcat(out, between);
	strcat(out, text);
}

const char *
layers_text(uint32_t layers, char out[LAYERS_TEXT])
{
	unsigned i;

	*out = '\0';
	for (i = 0; i < LAYER_COUNT; i++)
		if ((layers & LAYER_BIT(i)) != 0)
			add(out, ",", rows[i].name);
	return *out != '\0' ? out : strcpy(out, "none");
}

const char *
layers_remedy(uint32_t missing, char out[LAYERS_REMEDY])
{
	const char *last = NULL;
	unsigned i;

	*out = '\0';
	for (i = 0; i < LAYER_COUNT; i++)
		if ((missing & LAYER_BIT(i)) != 0 && rows[i].remedy != last &&
		    rows[i].remedy != NULL) {
			last = rows[i].remedy;
			add(out, "; ", last);
		}
	return out;
}
