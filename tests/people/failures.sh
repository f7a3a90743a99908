#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What script/test shows of the log of a failed step: the reason of each failed
# test, wherever in the log it stands.
set -u
top=$(cd "${srcdir:-.}" && pwd -P)
# shellcheck source=tap.sh
. "$top/tests/people/tap.sh"

# is "the log" "what is shown"
is() { diff <(awk -f "$top/script/lib/failures.awk" <<<"$1") <(echo "$2"); }
numbers() { seq -f "$1%g" "$2" "$3"; }

integration='# the topic
ok one thing
what its gateway said
not ok another thing
#   test_this.py:9 self.assertTrue()
#   AssertionError: False
ok a third
# the next topic
ok a fourth'
ok "the reason of an integration test, and what was said before it" \
    is "$integration" 'what its gateway said
not ok another thing
#   test_this.py:9 self.assertTrue()
#   AssertionError: False'

check='FAIL: unit/a 2 - two
ERROR: unit/a - exited with status 1
ERROR: unit/b - exited with status 7
# FAIL:  1
.. contents:: :depth: 2

ERROR: unit/a
=============

1..2
ok 1 - one
PASS: unit/a 1 - one
not ok 2 - two
FAIL: unit/a 2 - two
# "a" != "b"
# a.c:78: error: Failure!
# not ok - tests
ERROR: unit/a - exited with status 1

ERROR: unit/b
=============

runtime error: what
1..5
ok 1 - one
PASS: unit/b 1 - one
ERROR: unit/b - too few tests run (expected 5, got 1)
ERROR: unit/b - exited with status 7'
ok "the assertion of a unit test, and what one said that died" is "$check" \
    'not ok 2 - two
# "a" != "b"
# a.c:78: error: Failure!
# not ok - tests
runtime error: what
ERROR: unit/b - too few tests run (expected 5, got 1)'

ok "the first 40 lines of a reason" is "not ok it
$(numbers "# " 1 99)" "not ok it
$(numbers "# " 1 40)"
ok "the last 40 lines of what was before" is "ok one
$(numbers "line " 1 99)
not ok two" "$(numbers "line " 60 99)
not ok two"
ok "five tests, and how many more failed" is "$(numbers "not ok " 1 7)" \
    "$(numbers "not ok " 1 5)
... and 2 more"
ok "nothing of what passed" is "words
ok one
not ok two" "not ok two"
tap_end
