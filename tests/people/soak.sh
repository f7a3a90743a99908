#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# script/soak as a person uses it: what it refuses, what it reports, what stays.
# usage: tests/people/soak.sh [BUILD-TREE]
set -u
here=$(cd "$(dirname "$0")" && pwd -P)
top=$(cd "$here/../.." && pwd -P)
# shellcheck source=tap.sh
. "$here/tap.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/glassgate-soak.XXXXXX")
trap 'rm -rf "$work"' EXIT
build=${1:+--build=$1}
place=$work/tmp
mkdir "$place"
chmod 1777 "$work/tmp"
chmod 755 "$work"

soak() { TMPDIR=$place "$top/script/soak" --yes ${build:+--build "${build#*=}"} "$@"; }

# refused TEXT ARGUMENT...: status 2, and its last line holds TEXT.
refused() {
    local text=$1 status
    shift
    timeout 20 "$top/script/soak" "$@" >"$work/out" 2>&1
    status=$?
    [ "$status" -eq 2 ] && tail -n 1 "$work/out" | grep -qF -- "$text" ||
        { echo "status $status"; cat "$work/out"; return 1; }
}
same() { [ "$1" = "$2" ] || { echo "$1, not $2"; return 1; }; }
says() { grep -qE -- "$1" "$work/report" || { cat "$work/report"; return 1; }; }
nothing_left() { same "$(ls -A "$place")" ""; }
# Every program of it stands, or has its files, in the folder.
no_process() { ! ps axww -o pid=,args= | grep -F "$place/" | grep -v grep; }

ok "--help tells the options" bash -c "'$top/script/soak' --help | grep -q -- --seed"
ok "a time of nothing is refused" refused "not a value for --for" --for 0
ok "a time in other units is refused" refused "not a value for --for" --for 2d
ok "a seed that is no number is refused" refused "not a value for --seed" --seed x
ok "an option without its value is refused" refused "needs a value" --for
ok "a folder without a build is refused" refused "nothing is built there" \
    --build "$work"

soak --for 12s --seed 8 --pause 0.3 >"$work/report" 2>"$work/err"
status=$?
ok "12 s of it pass" says '^soak: passed$'
ok "and the exit status says so" same "$status" 0
ok "the seed is told" says 'seed 8, 12 s'
ok "what the clients got is told" says 'traffic: [0-9]+ requests: .*[0-9]+ found'
ok "each fault's recovery is told" says ' killed +[0-9]+ +[0-9.]+ s$'
ok "memory, descriptors, processes and files are told over time" \
    says 'seconds +supervisor +c-icap +keeper +worker .*processes +descr. +files'
ok "the growth of each is told" says '  descriptors +-?[0-9.]+ +[0-9.]+'
ok "the last line is the verdict" same "$(tail -n 1 "$work/report")" "soak: passed"
ok "no file is left" nothing_left

setsid env --default-signal=INT TMPDIR="$place" "$top/script/soak" --yes \
    ${build:+--build "${build#*=}"} --for 1h >"$work/report" 2>"$work/err" \
    </dev/null &
pid=$!
for ((i = 0; i < 300; i++)); do
    [ -z "$(find "$place" -name cache.log)" ] || break
    sleep 0.1
done
sleep 2
kill -TERM "$pid"
wait "$pid"
ok "one that is stopped did not pass" same "$?" 1
ok "and says why" says 'ended early'
ok "none of its processes is left" no_process
ok "nor one of its files" nothing_left
tap_end
