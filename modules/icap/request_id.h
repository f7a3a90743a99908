/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * request_id - the number of a request, in log and page. Random: one that
 * stands on a page tells nobody any other.
 */
#ifndef ICAP_REQUEST_ID_H
#define ICAP_REQUEST_ID_H

#define REQUEST_ID 17

/* In c-icap's children, any thread. */
void request_id(char id_out[static REQUEST_ID]);

#endif
