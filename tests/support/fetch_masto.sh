#!/bin/sh
# Fetches masto.js, a client library for Mastodon's API, from npm's registry into DEST/node_modules, and ws, the
# WebSocket that it listens by where node has none of its own. Does nothing where DEST has them already.
#   fetch_masto.sh DEST
set -eu

[ $# -eq 1 ] || { echo "usage: $0 DEST" >&2; exit 2; }
mkdir -p "$1"
cd "$1"
[ -e node_modules/masto/package.json ] && [ -e node_modules/ws/package.json ] && exit 0
command -v npm > /dev/null || { echo "there is no npm" >&2; exit 1; }
rm -rf fetching
mkdir fetching
npm install --silent --no-audit --no-fund --ignore-scripts --prefix fetching masto@8 ws@8 >&2
# Last, and at one stroke: what is there is whole.
rm -rf node_modules
mv fetching/node_modules node_modules
rm -rf fetching
