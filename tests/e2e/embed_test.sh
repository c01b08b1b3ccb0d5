#!/usr/bin/env bash
# Installs the package, builds examples/embed against it, and lets it provision itself from our
# server. Usage: embed_test.sh SOURCE_DIR BUILD_DIR (of a build that is complete)
set -euo pipefail
source=$1 build=$2
work=$(mktemp -d "${TMPDIR:-/tmp}/onhook-embed.XXXXXX")
server=
trap '[[ -n $server ]] && kill "$server" && wait "$server" || true; rm -rf "$work"' EXIT

cmake --install "$build" --prefix "$work/prefix" >"$work/install.log"
[[ -x $work/prefix/bin/onhook && -f $work/prefix/lib/systemd/system/onhook.service ]]
sanitize=$(sed -n 's/^ONHOOK_SANITIZE:STRING=//p' "$build/CMakeCache.txt")
# A copy: what it needs must come from the package, not from beside it.
cp -r "$source/examples/embed" "$work/embed"
cmake -S "$work/embed" -B "$work/build" -DCMAKE_PREFIX_PATH="$work/prefix" \
      -DCMAKE_CXX_FLAGS="${sanitize:+-fsanitize=$sanitize}" >"$work/configure.log"
cmake --build "$work/build" >"$work/build.log" || { cat "$work/build.log"; exit 1; }

export PATH="$work/prefix/bin:$PATH"
onhook serve --data "$work/server" --http 127.0.0.1:0 --https off --tftp off --syslog off \
       --admin 127.0.0.1:0 >"$work/serve.log" &
server=$!
for _ in $(seq 200); do
    grep -q 'ready: ' "$work/serve.log" && break
    sleep 0.1
done
port=$(sed -n 's/.*ready: http \([0-9]*\),.*/\1/p' "$work/serve.log")
onhook admin group add lobby --data "$work/server"
onhook admin set Display_Name_1_=Reception --group lobby --data "$work/server"
onhook admin device add 000e08aabbcc --model 8841 --group lobby --data "$work/server"

timeout 60 "$work/build/embed" 000e08aabbcc "http://127.0.0.1:$port/\$MA.xml" "$work/state" |
    tee "$work/embed.log"
grep -q '^resync-succeeded: ' "$work/embed.log"
grep -qx 'Display_Name_1_ is Reception' "$work/embed.log"
