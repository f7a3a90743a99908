/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * handlers - c-icap's callbacks for one request, in the order in which they
 * come. Each translates between c-icap and request.h.
 */
#ifndef ICAP_HANDLERS_H
#define ICAP_HANDLERS_H

struct ci_request;

void *on_request(struct ci_request *);		/* also OPTIONS */
int on_preview(char *data, int len, struct ci_request *);
int on_io(char *out, int *out_len, char *in, int *in_len, int at_end,
    struct ci_request *);
int on_end_of_data(struct ci_request *);
void on_release(void *request);

#endif
