#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Replays each corpus through its target; speaks TAP. A folder in corpus/
# without a target, or a target without a folder, is a failure.
here=${srcdir:-.}/tests/fuzz
built=${builddir:-.}/tests/fuzz
n=0
say() {
    n=$((n + 1))
    echo "$1 $n - $2"
}
for target in "$here"/fuzz_*.c; do
    name=${target##*/fuzz_}
    name=${name%.c}
    if count=$("$built/replay_$name" "$here/corpus/$name" 2>&1); then
        say ok "$name survives its corpus of $count files"
    else
        say "not ok" "$name survives its corpus: $count"
    fi
done
for folder in "$here"/corpus/*/; do
    name=$(basename "$folder")
    [ -f "$here/fuzz_$name.c" ] || say "not ok" "corpus $name has a target"
done
echo "1..$n"
