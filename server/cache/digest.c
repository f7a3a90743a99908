/* SPDX-License-Identifier: GPL-2.0-only */
#include "cache/digest.h"

#include <pthread.h>

#define SPARE_MAX 64		/* as many as digest at the same time, mostly */

static struct stock {
	pthread_mutex_t lock;
	EVP_MD_CTX *spare[SPARE_MAX];
	size_t count;
} stock = { .lock = PTHREAD_MUTEX_INITIALIZER };

static EVP_MD_CTX *
take_spare(void)
{
	EVP_MD_CTX *context = NULL;

	pthread_mutex_lock(&stock.lock);
	if (stock.count > 0)
		context = stock.spare[--stock.count];
	pthread_mutex_unlock(&stock.lock);
	return context;
}

EVP_MD_CTX *
digest_begin(void)
{
	EVP_MD_CTX *context = take_spare();
	const EVP_MD *same = NULL;	/* that of its last digest */

	if (context == NULL) {
		context = EVP_MD_CTX_new();
		same = EVP_sha256();
	}
	if (context == NULL || EVP_DigestInit_ex(context, same, NULL) == 1)
		return context;
	EVP_MD_CTX_free(context);
	return NULL;
}

void
digest_end(EVP_MD_CTX **context)
{
	pthread_mutex_lock(&stock.lock);
	if (*context != NULL && stock.count < SPARE_MAX) {
		stock.spare[stock.count++] = *context;
		*context = NULL;
	}
	pthread_mutex_unlock(&stock.lock);
	EVP_MD_CTX_free(*context);
	*context = NULL;
}

int
digest_of(const void *data, size_t len,
    uint8_t digest_out[static DIGEST_LEN])
{
	EVP_MD_CTX *context = digest_begin();
	int fine = context != NULL &&
	    EVP_DigestUpdate(context, data, len) == 1 &&
	    EVP_DigestFinal_ex(context, digest_out, NULL) == 1;

	digest_end(&context);
	return fine ? 0 : -1;
}
