# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# gateway - the parts of script/run that build, start, check and stop.
# shellcheck disable=SC2154,SC2034 # variables of script/run

binaries=$top/build
modules=$top/build/.libs
templates=$top/etc/templates

check_arguments() {
    case $top in
    *[[:space:]]*) die "the path of this checkout has blanks ($top), with which autoconf and libtool do not build: move it" ;;
    esac
    [ -z "$signatures" ] || [ -d "$signatures" ] ||
        die "$signatures: no such folder (--signatures)" 2
    case $signatures in
    *,*) die "$signatures: a comma ends a name in the list of folders: rename it (--signatures)" 2 ;;
    esac
    [ -z "$settings" ] || [ -r "$settings" ] ||
        die "$settings: cannot be read (--settings)" 2
    [ -z "$signatures" ] || signatures=$(cd "$signatures" && pwd -P)
}

# --- build -----------------------------------------------------------------

build() {
    local log=$top/build/run.log
    # Two at the same time build one after the other. The lock is on a file
    # that everybody may read.
    exec 8<"$top/configure.ac" || die "$top: not readable"
    flock 8
    if [ ! -w "$top" ] || { [ -e "$top/build" ] && [ ! -w "$top/build" ]; }; then
        [ -x "$binaries/glassgated" ] ||
            die "$top is not yours to build in, and is not built: run it once as $(stat -c %U "$top")"
        say "using what is built ($top is not yours to build in)"
    else
        mkdir -p "$top/build"
        make_all 4>&2 >"$log" 2>&1 || {
            tail -n 20 "$log" >&2
            die "the build failed, see $log"
        }
    fi
    exec 8<&-
}

# What it does stands in the log; what a person waits for is said, too.
make_all() {
    if [ ! -x "$top/configure" ]; then
        say "preparing the build" 2>&4
        (cd "$top" && autoreconf -fi) || return 1
    fi
    if [ ! -f "$top/build/Makefile" ]; then
        say "configuring" 2>&4
        (cd "$top/build" && ../configure --silent) || return 1
    fi
    [ -x "$binaries/glassgated" ] || say "building" 2>&4
    make -C "$top/build" -s -j"$(nproc)" all
}

# --- a place ---------------------------------------------------------------

mark=made-by-script-run

make_private() {
    if [ -n "$state" ]; then
        [ -d "$state" ] || { mkdir -p "$state" && made_state=1; } ||
            die "$state: cannot be made (--state)" 2
        state=$(cd "$state" && pwd -P)
        [ -w "$state" ] || die "$state: cannot be written to (--state)" 2
        exec 7<"$state"
        flock -n 7 || die "$state: another script/run uses it (--state)" 2
        private=$state/glassgate
        # What a killed script/run left is ours to remove; nothing else is.
        if [ -e "$private" ]; then
            [ -f "$private/$mark" ] && [ ! -L "$private" ] || {
                private=
                die "$state/glassgate: is there and not from script/run: move it, or use another --state" 2
            }
            rm -rf "$private"
        fi
        mkdir "$private" || die "$private: cannot be made (--state)" 2
        : >"$private/$mark"
    else
        private=$(mktemp -d "$(temporary)/glassgate.XXXXXX") ||
            die "no folder for temporary files can be made in $(temporary)"
    fi
    runtime=$private/run
    # As root the children run as other users, who must come through.
    [ "$(id -u)" -ne 0 ] || as_root
}

# Root's own folder in /run/user is closed to the users of the children.
temporary() {
    if [ "$(id -u)" -ne 0 ] && [ -w "${XDG_RUNTIME_DIR:-/nonexistent}" ]; then
        echo "$XDG_RUNTIME_DIR"
    else
        echo "${TMPDIR:-/tmp}"
    fi
}

as_root() {
    chmod 755 "$private"
    choose_users
    if as_child test ! -x "$private"; then
        die "$private: users that are not root cannot get there: use another --state"
    fi
    if as_child test ! -r "$modules/srv_glassgate.so" ||
        as_child test ! -x "$binaries/glassgate-keeper" ||
        as_child test ! -r "$templates/en/blocked.html"; then
        say "users that are not root cannot reach $top: using a copy"
        copy_built
    fi
}

as_child() {
    setpriv --reuid "$scan_number" --regid "$scan_number" --clear-groups \
        -- "$@" 2>/dev/null
}

copy_built() {
    mkdir "$private/bin" &&
        cp "$binaries/glassgated" "$binaries/glassgate-keeper" \
            "$binaries/glassgate" "$modules/srv_glassgate.so" "$private/bin" &&
        cp -R "$templates" "$private/bin/templates" &&
        chmod -R a+rX "$private/bin" || die "$private: cannot copy the programs"
    binaries=$private/bin modules=$private/bin templates=$private/bin/templates
}

names_users() {
    printf '%s\n' ${sets[@]+"${sets[@]}"} | grep -qE '^(icap|scan)\.user=' ||
        { [ -n "$settings" ] && sed 's,#.*,,; s,//.*,,' "$settings" |
            grep -qE '(^|[^_[:alnum:]])user[[:space:]]*[=:]'; }
}

# Who names a folder for the sets of signatures wants them to stay.
names_state() {
    [ -n "$settings" ] &&
        sed 's,#.*,,; s,//.*,,' "$settings" | grep -qw state_folder
}

names_bodies() {
    [ -n "$settings" ] && sed 's,#.*,,; s,//.*,,' "$settings" |
        grep -qE '(^|[^_[:alnum:]])folder[[:space:]]*[=:]'
}

# Numbers that no user, group or process has.
free_number() {
    local n=$1
    while getent passwd "$n" >/dev/null || getent group "$n" >/dev/null ||
        stat -c %u /proc/[0-9]* 2>/dev/null | grep -qx "$n"; do
        n=$((n + 1))
    done
    echo "$n"
}

users=()
choose_users() {
    local icap_number
    if names_users || { getent passwd glassgate-icap &&
        getent passwd glassgate-scan; } >/dev/null; then
        scan_number=$(id -u glassgate-scan 2>/dev/null || echo 65534)
        return
    fi
    icap_number=$(free_number 61771)
    scan_number=$(free_number $((icap_number + 1)))
    users=(-s "icap.user=$icap_number" -s "scan.user=$scan_number")
    say "the users glassgate-icap and glassgate-scan are not there: c-icap and scanner run as the unused numbers $icap_number and $scan_number"
}

# --- the gateway -----------------------------------------------------------

# A name of the private folder that may stand in the settings: those take no
# blanks in paths.
plain=
plain_name() {
    [ -z "$plain" ] || return 0
    case $private in
    *[!A-Za-z0-9._/+:@%=,-]*) ;;
    *) plain=$private; return ;;
    esac
    link=$(mktemp -d "$(temporary)/glassgate.XXXXXX") &&
        chmod 755 "$link" && ln -s "$private" "$link/state" ||
        die "no folder for temporary files can be made in $(temporary)"
    plain=$link/state
}

gateway_start() {
    local command=("$binaries/glassgated" -r "$runtime") pair
    [ -z "$settings" ] || command+=(-c "$settings")
    if ! names_state; then
        plain_name
        command+=(-s "signatures.state_folder=$plain/signatures")
    fi
    if ! names_bodies; then
        plain_name
        command+=(-s "body.folder=$plain/bodies")
    fi
    command+=(-s "scan.program=$binaries/glassgate-keeper"
        -s "icap.module=$modules/srv_glassgate.so"
        -s "page.templates=$templates" ${users[@]+"${users[@]}"})
    [ -z "$icap" ] || command+=(-s "icap.listen=$icap")
    [ -z "$signatures" ] || command+=(-s "signatures.folders=$signatures")
    for pair in ${sets[@]+"${sets[@]}"}; do command+=(-s "$pair"); done

    mkfifo "$private/log.pipe" || die "$private: cannot make a pipe"
    if [ -n "$demo" ]; then
        cat "$private/log.pipe" >"$private/log" &
    else
        tee -i "$private/log" <"$private/log.pipe" >&2 &
    fi
    logger=$!
    # Should this script be killed, the supervisor ends, and all with it.
    setpriv --pdeathsig TERM -- "${command[@]}" 2>"$private/log.pipe" &
    gateway=$!
    started+=("$gateway")
}

# A word of the status, by its name in the JSON form.
fact() {
    "$binaries/glassgate" -r "$runtime" status --json 2>/dev/null |
        sed -n "s/^  \"$1\": \"\\{0,1\\}\\([^\",]*\\).*/\\1/p"
}

gateway_wait() {
    local told='' since=$SECONDS
    until [ "$(fact state)" = ready ]; do
        if ! kill -0 "$gateway" 2>/dev/null; then
            gateway_failed
        fi
        if [ -z "$told" ] && [ $((SECONDS - since)) -ge 3 ]; then
            told=1
            say "signatures are being loaded"
        fi
        sleep 0.03
    done
    address=$(fact icap_address)
    host=${address%:*} port=${address##*:}
    host=${host#[} host=${host%]}
    case $host in
    0.0.0.0) host=127.0.0.1 ;;
    ::) host=::1 ;;
    esac
    case $host in
    *:*) host_port="[$host]:$port" ;;
    *) host_port=$host:$port ;;
    esac
}

gateway_failed() {
    local status reason
    wait "$gateway"
    status=$?
    wait "$logger"
    [ -z "$demo" ] || cat "$private/log" >&2
    reason=$(grep -aE ' error |^glassgated: ' "$private/log" | tail -n 1)
    [ -n "$reason" ] || reason=$(tail -n 1 "$private/log")
    die "did not start: ${reason:-no reason given}" "$((status ? status : 1))"
}

# The test virus, never whole in a file of ours.
eicar() {
    printf '%s%s' 'X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD' \
        '-ANTIVIRUS-TEST-FILE!$H+H*'
}

# ask FILE: what the ICAP service answers, headers and all.
ask() {
    c-icap-client -i "$host" -p "$port" -s glassgate -f "$1" \
        -o "$private/answer" -v 2>&1
    rm -f "$private/answer"
}

gateway_check() {
    local reply
    echo "harmless" >"$private/sample"
    reply=$(ask "$private/sample")
    grep -qE '^[[:space:]]*ICAP/1.0 (204|200)' <<<"$reply" &&
        ! grep -q X-Infection-Found <<<"$reply" ||
        die "self-check: a clean file does not pass: $(head -n 3 <<<"$reply" | tr '\n' ' ')"
    eicar >"$private/sample"
    reply=$(ask "$private/sample")
    found=$(sed -n 's/.*X-Infection-Found:.*Threat=\([^;]*\);.*/\1/p' \
        <<<"$reply" | head -n 1)
    rm -f "$private/sample"
    [ -n "$found" ] ||
        die "self-check: EICAR is not blocked: $(head -n 3 <<<"$reply" | tr '\n' ' ')"
}

squid_lines() {
    sed "/^#/d; /^\$/d; s/127\\.0\\.0\\.1:1344/$host_port/" \
        "$top/etc/squid/glassgate.conf"
}

ready_block() {
    local signatures_block
    signatures_block=$("$binaries/glassgate" -r "$runtime" status |
        sed -n '/^signatures/,/^workers/p' | sed '$d; s/^/  /')
    cat <<READY
glassgate: ready
  ICAP        icap://$address/glassgate
$signatures_block
  self-check  a clean file passed, EICAR was blocked ($found)
  status      $binaries/glassgate -r $runtime status

  for squid.conf, before its first "http_access allow":

$(squid_lines | sed 's/^/    /')

  to stop     Ctrl-C, or: kill $$
READY
}

gateway_serve() {
    local status
    stopping=
    trap 'stopping=1; kill -TERM "$gateway" 2>/dev/null' INT TERM HUP
    while kill -0 "$gateway" 2>/dev/null; do
        wait "$gateway"
        status=$?
    done
    [ -n "$stopping" ] || die "glassgated ended by itself, status $status: $(
        tail -n 1 "$private/log")"
    [ "$status" -eq 0 ] || die "glassgated did not stop well, status $status"
    say "stopped"
    exit 0
}

# On every way out: what runs is stopped, last one first, and what was written
# is removed.
finish() {
    local status=$? i
    trap '' INT TERM HUP
    for ((i = ${#started[@]} - 1; i >= 0; i--)); do
        kill -TERM "${started[i]}" 2>/dev/null
        wait "${started[i]}" 2>/dev/null
    done
    [ -z "${logger:-}" ] || wait "$logger" 2>/dev/null
    [ -z "${link:-}" ] || rm -rf "$link"
    [ -z "$private" ] || rm -rf "$private"
    [ -z "$made_state" ] || rmdir "$state" 2>/dev/null
    tell_last_words
    exit "$status"
}
