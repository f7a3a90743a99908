#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The manual pages: roff has nothing to say about them, and they name what the
# programs know.
set -u
top=$(cd "${srcdir:-.}" && pwd -P)
# shellcheck source=tap.sh
. "$top/tests/people/tap.sh"
command -v groff >/dev/null || { echo "1..0 # SKIP no groff"; exit 0; }

# roff may know a page's macros and still warn: a word on stderr is a fault.
renders() {
    local said
    said=$(groff -mandoc -Tutf8 -ww -z "$1" 2>&1) && [ -z "$said" ] ||
        { echo "$said"; return 1; }
}
named_in() {
    local word
    for word in "${@:2}"; do
        groff -mandoc -Tascii -P-cbou "$1" 2>/dev/null | grep -qF -- "$word" ||
            { echo "$word is missing"; return 1; }
    done
}
# The keys of the sample, as group.name.
keys() {
    sed -n 's/^#\([a-z_]*\): {$/\1/p; s/^#\t\([a-z_-]*\) = .*/ \1/p
        s/^#\([a-z_]*\) = .*/\1 =/p' \
        etc/glassgate.conf.sample |
        awk '/=$/ { print $1; next }
            /^ / { print group "." $1; next } { group = $1 }'
}
same_keys() {
    local from_manual
    from_manual=$(sed -n '/^\.SH SETTINGS/,$ { /^\.B /{ s/^\.B //; s/\\-/-/g; p } }' \
        etc/man/glassgate.conf.5)
    [ -n "$from_manual" ] && diff <(keys) <(echo "$from_manual")
}
# Which settings the sample says need a restart, and which the manual.
restarts() {
    awk '/^#[a-z_]*: [{]$/ { group = substr($1, 2, length($1) - 2) "." }
        /A change needs a restart/ { marked = 1 }
        /^#\t?[a-z_-]+ = / { sub(/^#\t?/, ""); if (marked) print group $1
            marked = 0 }' etc/glassgate.conf.sample
}
same_restarts() {
    local from_manual
    from_manual=$(awk '/^\.B / { key = $2; gsub(/\\-/, "-", key) }
        /^A change needs a restart/ { print key }' etc/man/glassgate.conf.5)
    grep -qx icap.listen <<<"$from_manual" || return 1
    grep -qx body.max <<<"$from_manual" && return 1
    diff <(restarts) <(echo "$from_manual")
}
# Our own page has them all, or it would not be taken.
values_are_told() {
    local value values
    values=$(grep -o '{{[a-z]*}}' "$top/etc/templates/en/blocked.html" | sort -u)
    [ -n "$values" ] || return 1
    for value in $values; do
        holds "$1" "$value" || return 1
    done
}
# Every comment mark taken away, the sample is a settings file that is fine but
# for programs that are not installed.
sample_is_read() {
    sed '/^##/d; s/^#\t#.*//; s/^#//' etc/glassgate.conf.sample \
        >tests-sample.conf
    ./glassgated -t -c tests-sample.conf -s "icap.module=$PWD/libtool" \
        -s "scan.program=$PWD/libtool" -s "page.templates=$top/etc/templates" \
        -s "signatures.folders=$top" -s icap.user=61771 -s scan.user=61772
    local status=$?
    rm -f tests-sample.conf
    return $status
}

ok "glassgate(8) is sound roff" renders "$top/etc/man/glassgate.8"
ok "glassgated(8) is sound roff" renders "$top/etc/man/glassgated.8"
ok "glassgate.conf(5) is sound roff" renders etc/man/glassgate.conf.5
ok "glassgate(8) names every subcommand" \
    named_in "$top/etc/man/glassgate.8" status reload allow block remove list policy pass-all scan --json
ok "sample and manual have the same settings" same_keys
ok "both say of the same settings that they need a restart" same_restarts
ok "the sample is a settings file" sample_is_read
ok "the sample tells the values of a block page" \
    values_are_told etc/glassgate.conf.sample
ok "the manual does, too" values_are_told etc/man/glassgate.conf.5
tap_end
