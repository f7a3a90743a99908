/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fuzz - the one function that libFuzzer and the replay of a corpus call.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
