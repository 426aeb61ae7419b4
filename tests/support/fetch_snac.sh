#!/bin/sh
# Fetches snac2, a small real server with Mastodon's API, from Debian's backports and unpacks it at DEST: nothing is
# installed, and apt's own lists and cache are left alone. Does nothing where DEST has it already. Needs no root.
#   fetch_snac.sh DEST        DEST/usr/bin/snac is the program
# Apt keeps the machine's own settings (proxies, keys); only sources, lists and cache are ours. Another mirror:
# FEDMSGBOT_DEBIAN_MIRROR=http://...
set -eu

[ $# -eq 1 ] || { echo "usage: $0 DEST" >&2; exit 2; }
mkdir -p "$1"
dest=$(cd "$1" && pwd)
[ -x "$dest/usr/bin/snac" ] && exit 0

# The mirror this machine uses: the first Debian archive in either form of a sources file.
mirror() {
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
        sed -n -e 's/^URIs:[[:space:]]*//p' -e 's/^deb[[:space:]]\{1,\}\(\[[^]]*\][[:space:]]*\)\{0,1\}//p' |
        tr -s ' \t' '\n' | grep -E '^(https?|mirror(\+[a-z]+)?)://.*debian/?$' | head -n 1
}
archive=${FEDMSGBOT_DEBIAN_MIRROR:-$(mirror)}
archive=${archive:-http://deb.debian.org/debian}

work="$dest/apt"
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/state" "$work/deb"
: > "$work/state/status"
keys=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb [signed-by=$keys] $archive bookworm-backports main" > "$work/sources.list"
cat > "$work/apt.conf" <<CONF
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::State "$work/state";
Dir::State::lists "$work/lists";
Dir::State::status "$work/state/status";
Dir::Cache "$work/cache";
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::IndexTargets::deb::DEP-11-icons::DefaultEnabled "false";
Acquire::IndexTargets::deb::DEP-11-icons-small::DefaultEnabled "false";
Acquire::IndexTargets::deb::DEP-11-icons-hidpi::DefaultEnabled "false";
Acquire::Retries "3";
CONF

apt-get -qq -c "$work/apt.conf" update
(cd "$work/deb" && apt-get -qq -c "$work/apt.conf" download snac2/bookworm-backports)
dpkg -x "$work"/deb/snac2_*.deb "$dest/unpacking"
# Last, and at one stroke: what is at DEST/usr is whole.
mv "$dest/unpacking/usr" "$dest/usr"
rm -rf "$dest/unpacking" "$work"
