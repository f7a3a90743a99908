#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Of the calls into libc with which this machine's libclamav reads and writes
# files: each stands behind one of ours (server/worker/strict_*.c), or below
# with the reason why it need not. A new one in a new libclamav fails this test.
# Speaks TAP.
keeper=${builddir:-.}/glassgate-keeper
[ ! -f "${builddir:-.}/.libs/glassgate-keeper" ] ||
    keeper=${builddir:-.}/.libs/glassgate-keeper
command -v nm >/dev/null || { echo "1..0 # SKIP no nm"; exit 0; }
library=$(ldd "$keeper" | awk '/libclamav\.so/ { print $3 }')
[ -n "$library" ] || { echo "1..0 # SKIP no shared libclamav"; exit 0; }

# What reads, writes, makes or opens, whatever its variant.
pattern='^(__)?(p?(write|read)v?(64)?(v2)?|(f|vf|d|vd)?printf(_chk)?'
pattern=$pattern'|(f|un)?(put|get)[cws]?(char|line)?(_unlocked)?|putchar|puts'
pattern=$pattern'|f(read|write)(_unlocked)?|getdelim|f?truncate(64)?'
pattern=$pattern'|(posix_)?fallocate(64)?|copy_file_range|sendfile(64)?'
pattern=$pattern'|splice|tee|vmsplice|send(to|msg|mmsg)?|recv(from|msg|mmsg)?'
pattern=$pattern'|open(at)?(64)?(_2)?|creat(64)?|f(d|re|mem)?open(64)?'
pattern=$pattern'|tmpfile(64)?|mko?s?temps?(64)?|mk(dir|fifo|nod)(at)?'
pattern=$pattern'|(sym)?link(at)?|rename(at)?2?|dup[23]?|pipe2?|fcntl(64)?'
pattern=$pattern'|memfd_create|f?d?opendir|mmap(64)?|mremap|fflush|fclose'
pattern=$pattern'|f(data)?sync|msync|shm_open|aio_.*|pthread_create)$'

# "name - why it needs no wrapper"
fine='
__fprintf_chk - its failure stays in the file: fclose
__printf_chk - words for nobody: standard output is no file of the scan
printf - as __printf_chk
fprintf - as __fprintf_chk
putchar - as __printf_chk
puts - as __printf_chk
fputs - as __fprintf_chk
fputc - as __fprintf_chk
putc - as __fprintf_chk
fread - as __fprintf_chk
fgetc - as __fprintf_chk
fgets - as __fprintf_chk
getc - as __fprintf_chk
fdopen - fails for want of memory alone, which ends a worker
fdopendir - as fdopen
fsync - what is in the page cache is read back whole
fdatasync - as fsync
linkat - a worker may not: the cage kills
symlink - as linkat
mkfifo - as linkat
rename - as linkat
send - no socket in the cage
sendto - as send
sendmsg - as send
recv - as send
recvfrom - as send
recvmsg - as send
'
n=0
bad=0
say() {
    n=$((n + 1))
    [ "$1" = ok ] || bad=1
    echo "$1 $n - $2"
}
ours=$(nm -D --defined-only "$keeper" | awk '{ print $3 }' | sed 's/@.*//')
for call in $(nm -D --undefined-only "$library" | awk '{ print $2 }' |
    sed 's/@.*//' | sort -u | grep -E "$pattern"); do
    if printf '%s\n' "$ours" | grep -qx "$call"; then
        say ok "$call stands behind ours"
    elif printf '%s' "$fine" | grep -q "^$call - "; then
        say ok "$call needs no wrapper:$(printf '%s' "$fine" |
            sed -n "s/^$call - / /p")"
    else
        say "not ok" "$call of $library has a wrapper or a reason here"
    fi
done
[ "$n" -gt 20 ] && say ok "$n calls were found" ||
    say "not ok" "more than $n calls were found"
echo "1..$n"
exit $bad
