#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs a cmocka test and mends its TAP: cmocka 1.1.7 calls a skipped test "not
# ok", which counts as failed. What was not tried here (as root, in a mount of
# its own) is tried by script/test.
set -o pipefail
"$@" | sed -u 's/^not \(ok .*# SKIP\)/\1/'
