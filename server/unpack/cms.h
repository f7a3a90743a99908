/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cms - what is signed, digested or compressed by CMS (RFC 5652, PKCS #7), with
 * its content in it: .p7m. Worker only.
 */
#ifndef UNPACK_CMS_H
#define UNPACK_CMS_H

#include "unpack/sink.h"
#include "unpack/slice.h"

bool cms_likely(struct slice);

/* Visits the content. False: the sink wants no more. */
bool cms_walk(struct slice, const char *path, const struct sink *);

#endif
