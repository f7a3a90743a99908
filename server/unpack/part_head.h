/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * part_head - what the headers of a part say of its body. Worker only.
 */
#ifndef UNPACK_PART_HEAD_H
#define UNPACK_PART_HEAD_H

#include "unpack/slice.h"

#define PART_NAME_MAX 256

/* Content-Transfer-Encoding: what was said, each of them once. */
enum transfer {
	TRANSFER_PLAIN = 1,	/* 7bit, 8bit, binary */
	TRANSFER_BASE64 = 2,
	TRANSFER_QUOTED = 4,
	TRANSFER_UNKNOWN = 8
};

struct part_head {
	unsigned transfer;		/* 0: nothing was said */
	struct slice type;		/* of the first Content-Type; "" */
	bool multipart;			/* any Content-Type says so */
	bool has_file;			/* a file name was given */
	char name[PART_NAME_MAX];	/* the file's, else the field's, else
					 * ""; without folders, cut */
};

/* Headers in any letter case, folded or not, LF or CRLF; what is no header is
 * passed over. */
void part_head_read(struct part_head *head_out, struct slice head);

#endif
