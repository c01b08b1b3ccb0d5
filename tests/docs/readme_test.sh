#!/usr/bin/env bash
# Runs the commands of the README's "Five minutes" in their order and in an empty folder: the
# server, what the administrator says, the phone, and the two looks at the result.
set -euo pipefail
root=$1
work=$(mktemp -d "${TMPDIR:-/tmp}/onhook-readme.XXXXXX")
mkdir -p "$work/build"
ln -s "$root/build/release" "$work/build/release"
cd "$work"
pids=()
finish() {
    local pid
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
    rm -rf "$work"
}
trap finish EXIT

# Block N (from 1) of the shell blocks behind the heading.
block() {
    awk -v wanted="$1" '
        /^## Five minutes/ { on = 1 }
        on && /^```$/ { inside = 0 }
        inside && n == wanted { print }
        on && /^```sh$/ { ++n; inside = 1 }' "$root/README.md"
}
for n in 1 2 3 4; do
    [[ -n $(block $n) ]] || { echo "the README's block $n is gone"; exit 1; }
done
wait_until() {
    local i
    for ((i = 0; i < 300; ++i)); do
        if "$@" >/dev/null 2>&1; then return 0; fi
        sleep 0.1
    done
    echo "gave up waiting for: $*"
    return 1
}

# The first block ends with "&": what it starts is this shell's child.
eval "$(block 1)" >server.log 2>&1
pids+=($!)
wait_until onhook admin group list --data try/server
eval "$(block 2)"
(eval "exec $(block 3)") >phone.log 2>&1 &
pids+=($!)
wait_until grep -q 'report sent to' phone.log || { cat phone.log server.log; exit 1; }
eval "$(block 4)" | tee look.log
grep -q 'Customization *Acquired' look.log
grep -q 'Display_Name_1_ *group/lobby' look.log
grep -q 'Last report' look.log
