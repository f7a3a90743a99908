/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * openpgp_key - the packets that say by which password or key what follows is
 * encrypted (RFC 9580, 5.1 and 5.3). Worker only; pure.
 */
#ifndef UNPACK_OPENPGP_KEY_H
#define UNPACK_OPENPGP_KEY_H

#include "unpack/slice.h"

/* Their bodies, as each version has them. */
bool openpgp_is_password(struct slice body);
bool openpgp_is_key(struct slice body);

#endif
