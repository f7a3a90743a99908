/* SPDX-License-Identifier: GPL-2.0-only */
#include "worker/inside_layers.h"

#include <stdlib.h>
#include <string.h>

#include "unpack/arj.h"
#include "unpack/contents.h"
#include "unpack/others.h"
#include "unpack/packed.h"
#include "unpack/place_search.h"
#include "unpack/texts.h"
#include "worker/inside.h"

void
found_layer_free(struct found_layer *layer)
{
	free(layer->bytes);
	free(layer);
}

static void
keep(struct inside *inside, const struct engine_layer *from,
    const struct digest *it)
{
	struct found_layer *layer;

	/* The budget has noted why. */
	if (!inside->scan->spend(inside->scan->ctx, from->len))
		return;
	layer = calloc(1, sizeof *layer);
	if (layer != NULL)
		layer->bytes = malloc(from->len);
	if (layer == NULL || layer->bytes == NULL) {
		free(layer);
		inside->scan->note(inside->scan->ctx, OUTCOME_ENGINE_ERROR,
		    "Container.Memory", from->path);
		return;
	}
	memcpy(layer->bytes, from->bytes, from->len);
	layer->len = from->len;
	layer->closed = from->closed;
	layer->digest = *it;
	texts_path(layer->path, sizeof layer->path, inside->path, from->path);
	layer->next = inside->layers;
	inside->layers = layer;
}

/* Something may begin in it, at its first byte or behind. In a member that is
 * looked for when its archive is read: else honest ones would be kept and paid
 * twice. */
static bool
is_wanted(const struct engine_layer *layer)
{
	const struct slice s = slice_on(layer->bytes, layer->len);
	struct place_search marks = places_in(s);
	struct place place;

	return layer->closed || contents_likely(s.at, s.len) ||
	    arj_begins(s) || others_likely(s) || texts_likely(s) ||
	    (!layer->member && (packed_begins(s) || place_of_pdf(s) < s.len ||
	    place_next(&marks, &place)));
}

/* The body itself is there after the scan, too, and who scans it knows that it
 * was. */
void
inside_layer(struct inside *inside, const struct engine_layer *layer)
{
	struct digest digest;

	if (layer->level == 0) {
		inside->body_closed = layer->closed;
		return;
	}
	if (layer->digest != NULL)
		memcpy(digest.bytes, layer->digest, sizeof digest.bytes);
	else
		digest = digest_of(layer->bytes, layer->len);
	if (seen_has(&inside->scanned, &digest))
		return;
	if (!layer->forced)
		seen_add(&inside->scanned, &digest);
	if (is_wanted(layer))
		keep(inside, layer, &digest);
}
