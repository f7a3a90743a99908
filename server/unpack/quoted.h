/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * quoted - quoted-printable. Worker only.
 */
#ifndef UNPACK_QUOTED_H
#define UNPACK_QUOTED_H

#include "unpack/slice.h"

/* Bytes written to out, which has room for s.len. Hex in any case; "=" before a
 * line end, also with blanks between, joins lines; what is no escape stays. */
size_t quoted_decode(struct slice s, uint8_t *out);

#endif
