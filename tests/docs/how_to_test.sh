#!/usr/bin/env bash
# Runs the shell blocks of one page in their order and in an empty folder; each command must succeed.
# Usage: how_to_test.sh PAGE PROGRAM
set -euo pipefail
page=$1 program=$2
work=$(mktemp -d "${TMPDIR:-/tmp}/onhook-how-to.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$program" "$work/bin/onhook"
awk '/^```$/ { inside = 0 } inside { print } /^```sh$/ { inside = 1 }' "$page" >"$work/commands"
[[ -s $work/commands ]] || { echo "$page shows no commands"; exit 1; }
cd "$work"
# What a page starts ends with it, also when one of its commands fails.
PATH="$work/bin:$PATH" bash -euxo pipefail -c 'trap "jobs -p | xargs -r kill" EXIT; . ./commands'
