#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# script/bootstrap against a folder in the place of / and an apt-get of ours,
# which does what packages with services do.
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$here/../..
# shellcheck source=tap.sh
. "$here/tap.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/glassgate-bootstrap.XXXXXX")
trap 'rm -rf "$work"' EXIT
export GLASSGATE_BOOTSTRAP_ROOT=$work/root
root=$GLASSGATE_BOOTSTRAP_ROOT
export PATH=$work/bin:$PATH

# A machine that has all but the packages named in $work/absent.
machine() {
    rm -rf "${root:?}" "${work:?}/bin" "$work/apt.log"
    mkdir -p "$root"/{usr/sbin,run,var/lib,etc/rc2.d,etc/rc0.d} \
        "$root/etc/systemd/system/multi-user.target.wants" "$work/bin"
    ln -s ../init.d/old "$root/etc/rc2.d/S01old"
    ln -s /lib/old.service \
        "$root/etc/systemd/system/multi-user.target.wants/old.service"
    printf '%s\n' "$@" >"$work/absent"
    cat >"$work/bin/dpkg-query" <<'FAKE'
#!/bin/bash
for name in "${@:4}"; do
    grep -qx -- "$name" "${0%/bin/*}/absent" || echo "$name installed"
done
FAKE
    cat >"$work/bin/apt-get" <<'FAKE'
#!/bin/bash
work=${0%/bin/*} root=$GLASSGATE_BOOTSTRAP_ROOT
echo "$*" >>"$work/apt.log"
case $* in *" update"*) [ ! -e "$work/offline" ]; exit ;; esac
"$root/usr/sbin/policy-rc.d" new.service start
echo "policy $?" >>"$work/apt.log"
ln -s /lib/new.service "$root/etc/systemd/system/multi-user.target.wants/"
ln -s ../init.d/new "$root/etc/rc2.d/S01new"
ln -s ../init.d/new "$root/etc/rc0.d/K01new"
[ ! -e "$work/slow" ] || sleep 2
: >"$work/absent"
FAKE
    chmod +x "$work/bin/"*
}

wants() { ls "$root/etc/systemd/system/multi-user.target.wants"; }
bootstrap() { "$top/script/bootstrap" "$@" </dev/null >"$work/out" 2>&1; }
same() { [ "$1" = "$2" ] || { echo "got: $1"; echo "not: $2"; return 1; }; }
nothing_stays() {
    gone "$root/var/lib/glassgate-bootstrap" &&
        gone "$root/usr/sbin/policy-rc.d.before-glassgate" &&
        gone "$root/usr/sbin/policy-rc.d.new-glassgate"
}
links_as_before() {
    same "$(wants)" old.service &&
        same "$(cd "$root/etc/rc2.d" && echo *)" "K01new S01old"
}

machine
bootstrap run
ok "a machine that has all is left alone" gone "$work/apt.log"

machine c-icap make
ok "missing packages are installed without asking when there is no terminal" \
    bootstrap run
ok "only what is missing, without recommendations" \
    holds "$work/apt.log" "install --no-install-recommends --no-remove make c-icap"
ok "no service may start meanwhile" holds "$work/apt.log" "policy 101"
ok "a new service is not enabled, an old one stays" links_as_before
ok "no policy stays" gone "$root/usr/sbin/policy-rc.d"
ok "no trace stays" nothing_stays
ok "the lists of packages are fetched first" \
    holds <(head -n 1 "$work/apt.log") update

machine c-icap
touch "$work/offline"
ok "old lists will do when there are no new ones" bootstrap run
rm "$work/offline"

machine c-icap
printf '#!/bin/sh\nexit 104\n' >"$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"
bootstrap run
ok "the machine's own policy does not rule meanwhile" \
    holds "$work/apt.log" "policy 101"
ok "the machine's own policy is back" \
    holds "$root/usr/sbin/policy-rc.d" "exit 104"
ok "no trace of it stays" nothing_stays

machine c-icap
touch "$work/slow"
"$top/script/bootstrap" run </dev/null >"$work/out" 2>&1 &
sleep 1
kill -TERM $!
wait $!
ok "an interrupted one fails" same $? 143
ok "an interrupted one takes the links back" links_as_before
ok "an interrupted one leaves no trace" nothing_stays
ok "an interrupted one leaves no policy" gone "$root/usr/sbin/policy-rc.d"
rm -f "$work/slow"

machine c-icap
touch "$work/slow"
"$top/script/bootstrap" run </dev/null >"$work/out" 2>&1 &
sleep 1
kill -KILL $!
wait $! 2>/dev/null
leftover=$root/usr/sbin/policy-rc.d
ok "while apt of a killed one works, its policy forbids" fails "$leftover" a start
sleep 2
ok "then the policy that it left behind allows" "$leftover" a start
rm -f "$work/slow"
echo make >"$work/absent"
bootstrap run
ok "the next one takes the policy away" gone "$leftover"
ok "the next one leaves no trace" nothing_stays

machine no-such-thing squid squid-openssl
rm "$work/bin/apt-get"
printf '#!/bin/sh\nexit 100\n' >"$work/bin/apt-get"
chmod +x "$work/bin/apt-get"
ok "a failing apt-get is told" fails bootstrap demo
ok "in one clear last line" holds <(tail -n 1 "$work/out") \
    "apt-get could not install: squid"
ok "and leaves no trace" nothing_stays

machine squid
bootstrap demo
ok "an alternative is enough" gone "$work/apt.log"
ok "an unknown word is refused" fails bootstrap everything
tap_end
