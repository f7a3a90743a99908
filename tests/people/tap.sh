# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# tap - to be sourced: counts and prints the results of a test in shell.
tap_count=0
tap_failed=0

# ok "sentence" COMMAND...: true when the command succeeds; its output is shown
# when it does not.
ok() {
    local sentence=$1 output
    shift
    tap_count=$((tap_count + 1))
    if output=$("$@" 2>&1); then
        echo "ok $tap_count - $sentence"
    else
        tap_failed=$((tap_failed + 1))
        echo "not ok $tap_count - $sentence"
        printf '%s\n' "$output" | tail -n 20 | sed 's/^/# /'
    fi
}

tap_end() {
    echo "1..$tap_count"
    exit $((tap_failed > 0))
}

# For ok: COMMAND... fails / the file holds the text / there is no such file.
fails() { ! "$@"; }
holds() { grep -qF -- "$2" "$1" || { cat "$1"; return 1; }; }
gone() { [ ! -e "$1" ] && [ ! -L "$1" ]; }
