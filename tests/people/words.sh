#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A word that picks nothing is told, and is no success.
set -u
top=$(cd "${srcdir:-.}" && pwd -P)
# shellcheck source=tap.sh
. "$top/tests/people/tap.sh"

# The last word is the one that picks nothing.
refused() {
    local said status
    said=$("$@" 2>&1)
    status=$?
    [ "$status" -eq 2 ] && [[ $said == *" that word: ${*: -1}" ]] ||
        { printf '%s\nstatus %d\n' "$said" "$status"; return 1; }
}

ok "tests/evasion/run" refused python3 "$top/tests/evasion/run" nosuchword
ok "tests/evasion/run, beside one that picks some" \
    refused python3 "$top/tests/evasion/run" --list gzip nosuchword
ok "tests/integration/run --only" \
    refused python3 "$top/tests/integration/run" --only nosuchword
ok "tests/integration/run --only, in lanes" refused \
    python3 "$top/tests/integration/run" --jobs 2 --only tool --only nosuchword
ok "tests/integration/run --fault" refused \
    python3 "$top/tests/integration/run" --only test_faults --fault nosuchword
ok "script/bench --only" \
    refused python3 "$top/tests/bench/bench.py" --only nosuchword
ok "script/bench --only, of another set" refused python3 \
    "$top/tests/bench/bench.py" --set large --only bin100m
ok "script/bench --server" \
    refused python3 "$top/tests/bench/bench.py" --server nosuchword
ok "script/test --only" refused bash "$top/script/test" --only nosuchword
tap_end
