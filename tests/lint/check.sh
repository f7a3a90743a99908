#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The lint as TAP, for `make check`.
command -v python3 >/dev/null || { echo "1..0 # SKIP no python3"; exit 0; }
exec python3 "${srcdir:-.}/tests/lint/lint" --tap "${srcdir:-.}"
