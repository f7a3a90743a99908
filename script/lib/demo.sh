# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# demo - what script/run --demo shows: real Squid, a small web site, curl.
# shellcheck disable=SC2154 # variables of script/run

demo_failed=0

# see "sentence" COMMAND...: prints whether it is true.
see() {
    local sentence=$1 output
    shift
    if output=$("$@" 2>&1); then
        printf '  yes  %s\n' "$sentence"
    else
        demo_failed=1
        printf '  NO   %s\n' "$sentence"
        printf '%s\n' "$output" | head -n 20 | sed 's/^/       | /'
    fi
}

# Ports that were free a moment ago.
demo_ports() {
    local icap_port
    read -r squid_port origin_port icap_port < <(python3 -c 'import socket
s = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
print(*[x.getsockname()[1] for x in s])')
    icap=${icap:-127.0.0.1:$icap_port}
}

origin_start() {
    setpriv --pdeathsig TERM -- python3 "$top/script/lib/origin.py" "$origin_port" "$private/uploads" &
    started+=($!)
}

squid_start() {
    local squid_folder=$private/squid user=
    mkdir "$squid_folder"
    # Squid gives up root, and writes as this user then.
    if [ "$(id -u)" -eq 0 ]; then
        user="cache_effective_user proxy"
        chown proxy "$squid_folder"
    fi
    cat >"$squid_folder/squid.conf" <<CONF
http_port 127.0.0.1:$squid_port
visible_hostname glassgate-demo
pid_filename $squid_folder/pid
cache_log $squid_folder/cache.log
access_log stdio:$squid_folder/access.log
cache_store_log none
coredump_dir $squid_folder
cache deny all
cache_mem 8 MB
pinger_enable off
shutdown_lifetime 0 seconds
$user
# The web site of the demo is on loopback, which else is out of reach.
acl demo_site port $origin_port
http_access allow localhost demo_site
$(squid_lines)
http_access deny all
CONF
    setpriv --pdeathsig TERM -- squid -N -n "glassgate$$" \
        -f "$squid_folder/squid.conf" >"$squid_folder/out" 2>&1 &
    squid=$!
    started+=("$squid")
}

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

wait_port() {
    local tries
    for ((tries = 0; tries < 600; tries++)); do
        if listens "$2"; then return; fi
        sleep 0.05
    done
    cat "$private/squid/out" "$private/squid/cache.log" 2>/dev/null |
        tail -n 15 >&2
    die "demo: $1 does not answer on port $2"
}

browse() {
    printf '  curl -x http://127.0.0.1:%s %s\n' "$squid_port" "$*"
    curl -sS --max-time 60 --noproxy '' -x "http://127.0.0.1:$squid_port" \
        -D "$private/headers" -o "$private/body" \
        -w '%{http_code}' "$@" >"$private/code"
}

code_is() {
    [ "$(cat "$private/code")" = "$1" ] ||
        { echo "HTTP status $(cat "$private/code"), not $1"; return 1; }
}

body_holds() { grep -qF -- "$1" "$private/body"; }
names_threat() {
    local name
    name=$(sed -n 's/^X-Infection-Found:.*Threat=\([^;]*\);.*/\1/p' \
        "$private/headers")
    [ -n "$name" ] && body_holds "$name"
}
same_page() { cmp "$private/direct" "$private/body"; }
no_upload() { [ ! -s "$private/uploads" ]; }

demo_show() {
    local site=http://127.0.0.1:$origin_port

    origin_start
    squid_start
    wait_port "the web site" "$origin_port"
    wait_port Squid "$squid_port"
    printf 'demo: Squid on 127.0.0.1:%s, Glassgate on %s, a web site on 127.0.0.1:%s\n' \
        "$squid_port" "$address" "$origin_port"

    echo "1. a clean page"
    curl -sS --noproxy '*' -o "$private/direct" "$site/page.html"
    browse "$site/page.html"
    see "HTTP status 200" code_is 200
    see "the page is the same as without proxy, byte for byte" same_page

    echo "2. EICAR, the test virus, as a download"
    browse "$site/eicar.com"
    see "HTTP status 403" code_is 403
    see "the block page stands in its place" body_holds "<html"
    see "it names what the X-Infection-Found header names" names_threat

    echo "3. EICAR as an upload"
    eicar | browse --data-binary @- "$site/upload"
    see "HTTP status 403" code_is 403
    see "nothing of it reached the web site" no_upload

    echo "4. a clean upload"
    echo harmless | browse --data-binary @- "$site/upload"
    see "HTTP status 200" code_is 200
    [ "$demo_failed" -eq 0 ] || {
        tail -n 20 "$private/log" >&2
        die "demo: not all of it was seen"
    }
    echo "demo: all of it was seen"
}
