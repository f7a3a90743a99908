/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/suspect.h"

#include "base/clock.h"

struct suspect
suspect_of(struct poison_list *list, struct body *body)
{
	return (struct suspect){ .list = list, .body = body };
}

static int
key_of(struct poison_key *key_out, struct body *body)
{
	uint8_t digest[BODY_DIGEST];
	struct err err;

	if (body_digest(body, digest, &err) == -1)
		return -1;
	*key_out = poison_key(digest, body_total(body));
	return 0;
}

static bool
identify(struct suspect *suspect)
{
	if (suspect->body == NULL)
		return false;
	if (!suspect->has_key)
		suspect->has_key = key_of(&suspect->key, suspect->body) == 0;
	return suspect->has_key;
}

bool
suspect_is_guilty(struct suspect *suspect)
{
	return poison_may_know(suspect->list, body_total(suspect->body)) &&
	    identify(suspect) &&
	    poison_deaths(suspect->list, &suspect->key) >= POISON_DEATHS;
}

bool
suspect_killed(struct suspect *suspect)
{
	return identify(suspect) && poison_add(suspect->list, &suspect->key,
	    clock_ms()) >= POISON_DEATHS;
}

void
suspect_cleared(struct suspect *suspect)
{
	if (suspect->has_key)
		poison_forgive(suspect->list, &suspect->key);
}
