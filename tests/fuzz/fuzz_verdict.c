/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "wire/frame.h"
#include "wire/verdict.h"

/* What unpacks is within its alphabets and packs to the same bytes again. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t again[VERDICT_PACKET_MAX];
	struct verdict verdict;
	struct err err;
	ssize_t len;

	if (verdict_unpack(&verdict, data, size, FROM_WORKER, &err) == 0 &&
	    (verdict.lost || verdict.died))
		abort();
	if (verdict_unpack(&verdict, data, size, FROM_KEEPER, &err) == -1)
		return 0;
	if ((verdict.outcome == OUTCOME_NONE) !=
	    (data[7] == FRAME_IDENTIFIED) || verdict.bytes >= GROUP_COUNT)
		abort();
	if (*verdict.name != '\0' &&
	    !verdict_name_valid(verdict.name, strlen(verdict.name)))
		abort();
	if (data[7] == FRAME_REFUSED)
		return 0;
	if (verdict.bytes == GROUP_NONE)
		abort();
	len = data[7] == FRAME_IDENTIFIED ?
	    identified_pack(verdict.bytes, again, sizeof again, &err) :
	    verdict_pack(&verdict, again, sizeof again, &err);
	if (len != (ssize_t)size || memcmp(again, data, size) != 0)
		abort();
	return 0;
}
