/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * magic_checks - what must also be so of some rows in magics.c, whose bytes are
 * there already. Pure.
 */
#ifndef ENGINES_MAGIC_CHECKS_H
#define ENGINES_MAGIC_CHECKS_H

#include <stddef.h>
#include <stdint.h>

int is_arc(const uint8_t *bytes, size_t len);
int is_ext(const uint8_t *bytes, size_t len);
int is_firmware(const uint8_t *bytes, size_t len);
int is_hfs(const uint8_t *bytes, size_t len);
int is_jffs2(const uint8_t *bytes, size_t len);
int is_lzfse(const uint8_t *bytes, size_t len);
int is_lzh(const uint8_t *bytes, size_t len);
int is_minix(const uint8_t *bytes, size_t len);
int is_minix2(const uint8_t *bytes, size_t len);
int is_minix3(const uint8_t *bytes, size_t len);
int is_ntfs(const uint8_t *bytes, size_t len);
int is_pack(const uint8_t *bytes, size_t len);
int is_whole_vcdiff(const uint8_t *bytes, size_t len);

int is_garbled(const uint8_t *bytes, size_t len);	/* ARJ */
int has_encrypted_package(const uint8_t *bytes, size_t len);

#endif
