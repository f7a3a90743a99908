/* SPDX-License-Identifier: GPL-2.0-only */
#include "wire/layers.h"

#include <string.h>

static const char *const names[LAYER_COUNT] = {
	[LAYER_SECCOMP] = "seccomp",
	[LAYER_LANDLOCK] = "landlock",
	[LAYER_USER] = "user",
	[LAYER_NAMESPACES] = "namespaces",
	[LAYER_TMPFS] = "tmpfs",
};

const char *
layer_name(enum layer layer)
{
	return (unsigned)layer < LAYER_COUNT ? names[layer] : "unknown";
}

const char *
layers_text(uint32_t layers, char out[LAYERS_TEXT])
{
	unsigned i;

	*out = '\0';
	for (i = 0; i < LAYER_COUNT; i++)
		if ((layers & LAYER_BIT(i)) != 0) {
			if (*out != '\0')
				strcat(out, ",");
			strcat(out, names[i]);
		}
	return *out != '\0' ? out : strcpy(out, "none");
}
