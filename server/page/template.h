/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * template - one HTML file with {{names}} in it. Any process; a loaded one is
 * not changed any more.
 */
#ifndef PAGE_TEMPLATE_H
#define PAGE_TEMPLATE_H

#include <stddef.h>
#include <stdio.h>

#include "base/err.h"
#include "page/page.h"

#define TEMPLATE_MAX (64 * 1024)

struct template;

/* The reason begins with "FILE: " or "FILE:LINE: ". */
int template_load(struct template **template_out, const char *path,
    struct err *);
/* `file` is for the reasons only; the text is copied. */
int template_parse(struct template **template_out, const char *file,
    const char *text, size_t len, struct err *);
void template_free(struct template **);

void template_fill(const struct template *, const struct page_values *, FILE *);

#endif
