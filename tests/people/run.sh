#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# script/run as a person uses it: what it prints, what it refuses, what stays.
set -u
here=$(cd "$(dirname "$0")" && pwd -P)
top=$(cd "$here/../.." && pwd -P)
# shellcheck source=tap.sh
. "$here/tap.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/glassgate-people.XXXXXX")
chmod 755 "$work"
sessions=()

clean_up() {
    local s
    for s in ${sessions[@]+"${sessions[@]}"}; do
        pkill -KILL -s "$s" 2>/dev/null
    done
    rm -rf "$work"
}
trap clean_up EXIT

free_port() {
    python3 -c 'import socket
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1])'
}

# begin NAME ARGUMENT...: script/run in a session of its own, output in NAME.
begin() {
    local name=$1
    shift
    setsid env --default-signal=INT "$top/script/run" --yes "$@" </dev/null >"$work/$name" \
        2>"$work/$name.log" &
    pid=$!
    sessions+=("$pid")
}

is_ready() {
    local tries
    for ((tries = 0; tries < 600; tries++)); do
        if grep -q '^glassgate: ready' "$1"; then return 0; fi
        kill -0 "$2" 2>/dev/null || break
        sleep 0.1
    done
    cat "$1" "$1.log"
    return 1
}

# refused STATUS TEXT ARGUMENT...: its last line holds TEXT.
refused() {
    local want=$1 text=$2 status
    shift 2
    timeout 60 "$top/script/run" --yes "$@" </dev/null >"$work/out" 2>&1
    status=$?
    tail -n 1 "$work/out" | grep -qF -- "$text" && [ "$status" -eq "$want" ] ||
        { echo "status $status, not $want:"; tail -n 5 "$work/out"; return 1; }
}

# env_refused TEXT: refused 1, with programs of ours before all others.
env_refused() {
    local PATH=$work/bin:$PATH
    refused 1 "$1" --icap "127.0.0.1:$(free_port)"
}

same() { [ "$1" = "$2" ] || { echo "$1, not $2"; return 1; }; }
no_session() { ! ps -o pid=,args= -s "$1"; }
no_files() { same "$(find "$1" -mindepth 1 | head -n 5)" ""; }
squid_parses() {
    { echo "http_port 127.0.0.1:3128"
      sed -n '/for squid.conf/,/to stop/s/^    //p' "$1"
      echo "http_access deny all"; } >"$work/squid.conf"
    grep -q icap_service "$work/squid.conf" &&
        squid -k parse -f "$work/squid.conf" >"$work/parse" 2>&1 &&
        ! grep -E 'WARNING|ERROR|FATAL' "$work/parse"
}
# The command that README tells, with the port of this test.
readme_info() {
    local line
    line=$(grep -m 1 '^c-icap-client .*info' "$top/README.md") || return 1
    line=${line/-p 1344/-p $1}
    timeout 20 bash -c "$line" >"$work/info" 2>&1
    grep -E "glassgate_requests_total *:? *[0-9]" "$work/info" ||
        { head -n 40 "$work/info"; return 1; }
}

ok "an unknown option is refused" fails "$top/script/run" --nothing
ok "a signature folder that is not there is refused" \
    refused 2 "$work/none: no such folder (--signatures)" \
    --signatures "$work/none"
ok "a settings file that is not there is refused" \
    refused 2 "$work/none: cannot be read (--settings)" --settings "$work/none"
mkdir "$work/a b"
cp -R "$top/script" "$work/a b"
ok "a checkout with blanks in its path is refused in words" \
    holds <("$work/a b/script/run" 2>&1) "has blanks"

one=$(free_port)
two=$(free_port)
begin one --icap "127.0.0.1:$one" --state "$work/state one"
first=$pid
ok "it gets ready" is_ready "$work/one" "$first"
begin two --icap "127.0.0.1:$two"
second=$pid
ok "a second one gets ready beside it" is_ready "$work/two" "$second"
ok "the ready block comes first" \
    same "$(head -n 1 "$work/one")" "glassgate: ready"
ok "it names the ICAP address" \
    holds "$work/one" "icap://127.0.0.1:$one/glassgate"
ok "it names the signatures" holds "$work/one" "  signatures "
ok "it shows the self-check" holds "$work/one" "EICAR was blocked ("
ok "it tells how to stop" holds "$work/one" "Ctrl-C"
ok "its lines for squid.conf are those of its own address" \
    holds "$work/one" "icap://127.0.0.1:$one/glassgate bypass=off"
ok "Squid takes its lines without a warning" squid_parses "$work/one"
ok "README's command shows the counters" readme_info "$one"
ok "an address in use is told" \
    refused 1 "127.0.0.1:$one" --icap "127.0.0.1:$one"
ok "a state folder in use is told" \
    refused 2 "another script/run uses it" --state "$work/state one" \
    --icap "127.0.0.1:$(free_port)"
ok "a wrong setting is told" refused 2 "scan.big_workers" \
    --set scan.big_workers=none

kill -TERM "$first"
wait "$first"
ok "SIGTERM ends it well" same $? 0
ok "no process stays" no_session "$first"
ok "no file stays" gone "$work/state one"
kill -INT -- "-$second"
wait "$second"
ok "Ctrl-C ends the other one well" same $? 0
ok "no process of it stays" no_session "$second"

readme_lines() {
    sed '/^#/d; /^$/d' "$top/etc/squid/glassgate.conf" >"$work/lines"
    sed -n '/^```$/,/^```$/p' "$top/README.md" |
        sed -n '/^icap_enable/,/^```/p' | grep -v '^```' |
        diff - "$work/lines"
}
ok "README shows the same lines for squid.conf" readme_lines

mkdir "$work/kept"
begin three --icap "127.0.0.1:$one" --state "$work/kept"
third=$pid
is_ready "$work/three" "$third" >/dev/null
{
    kill -KILL "$third"
    wait "$third"
} 2>/dev/null
for ((i = 0; i < 100; i++)); do
    no_session "$third" >/dev/null && break
    sleep 0.1
done
ok "when it is killed, all that it started ends" no_session "$third"
ok "what that left is no hindrance" refused 2 "scan.big_workers" \
    --state "$work/kept" --set scan.big_workers=none
ok "and is gone then" no_files "$work/kept"

# Where a gateway with a settings file keeps its sets of signatures.
stop() {
    kill -TERM "$pid"
    wait "$pid"
}
default=/var/lib/glassgate
default_sets() { find "$default" -printf '%p %i %T@\n' 2>/dev/null | sort; }
before=$(default_sets)
echo 'scan: { big_workers = 1; }; // for each user
page: { contact = "the user desk"; };' >"$work/plain.conf"
begin four --icap "127.0.0.1:$one" --state "$work/state four" \
    --settings "$work/plain.conf"
ok "it gets ready with a settings file" is_ready "$work/four" "$pid"
ok "and keeps its sets of signatures in the state folder" \
    test -e "$work/state four/glassgate/signatures/current"
stop
ok "nothing of them stays" gone "$work/state four"
ok "nor in the folder of an installed gateway" \
    same "$(default_sets)" "$before"
mkdir "$work/sets"
echo "signatures: { state_folder = \"$work/sets\"; };" >"$work/own.conf"
begin five --icap "127.0.0.1:$one" --settings "$work/own.conf"
ok "it gets ready with a folder for sets of one's own" \
    is_ready "$work/five" "$pid"
stop
ok "who names a folder for sets keeps them" test -e "$work/sets/current"

ok "a demo that shows EICAR passing is a failure" \
    refused 1 "EICAR is not blocked" --demo --set policy.infected=pass
mkdir "$work/bin"
printf '#!/bin/sh\necho nobody there\n' >"$work/bin/c-icap-client"
chmod 755 "$work/bin/c-icap-client"
ok "when its check fails, the reason is the last line" \
    env_refused "self-check: a clean file does not pass: nobody there"
mkdir -p "$work/theirs/glassgate" && echo kept >"$work/theirs/glassgate/file"
ok "a folder of somebody else in the state folder is refused" \
    refused 2 "not from script/run" --state "$work/theirs"
ok "and stays as it was" holds "$work/theirs/glassgate/file" kept
tap_end
