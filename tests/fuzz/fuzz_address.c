/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "fuzz.h"
#include "supervisor/address.h"

/* The input is what a person gave as icap.listen, and as one of
 * icap.clients. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_FREE char *text = malloc(size + 1);
	struct sockaddr_in listen;
	struct network network;
	struct err err;

	if (text == NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (address_parse_listen(text, &listen, &err) == 0 &&
	    (listen.sin_family != AF_INET ||
	    address_of_self(&listen).sin_addr.s_addr == INADDR_ANY))
		abort();
	if (address_parse_client(text, &network, &err) == 1 &&
	    strchr(text, ':') == NULL)
		abort();
	return 0;
}
