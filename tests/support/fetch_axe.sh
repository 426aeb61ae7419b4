#!/bin/sh
# Fetches axe-core, which judges how well a page serves people who do not see it or use no mouse, from the npm registry
# with npm, and unpacks the one file that is needed at DEST: nothing is installed. Does nothing where DEST has it already.
#   fetch_axe.sh DEST         DEST/axe.min.js is the script
set -eu

[ $# -eq 1 ] || { echo "usage: $0 DEST" >&2; exit 2; }
version=4.14.1
sum=e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745

mkdir -p "$1"
dest=$(cd "$1" && pwd)
[ -s "$dest/axe.min.js" ] && exit 0
command -v npm > /dev/null || { echo "npm is not installed" >&2; exit 1; }

work="$dest/work"
rm -rf "$work"
mkdir -p "$work"
# With a cache of its own, and without what npm likes to say and ask besides.
(cd "$work" && npm pack --silent --no-audit --no-fund --no-update-notifier --cache "$work/cache" \
    --fetch-retries=1 --fetch-timeout=60000 "axe-core@$version" > /dev/null)
echo "$sum  $work/axe-core-$version.tgz" | sha256sum --check --quiet
tar -xzf "$work/axe-core-$version.tgz" -C "$work" package/axe.min.js
# Last, and at one stroke: what is at DEST is whole.
mv "$work/package/axe.min.js" "$dest/axe.min.js"
rm -rf "$work"
