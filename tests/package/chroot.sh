#!/usr/bin/env bash
# chroot.sh [FOLDER]: make a bare Debian 12 in FOLDER (default: a temporary one, removed afterwards), put
# this clone into it as git sees it, and reach both results there: ./setup.sh run, ./setup.sh test.  Then
# run again without a network.
#
# Needs root, debootstrap, util-linux and a Debian mirror (MIRROR=http://...).  Takes some minutes, so
# it is no part of .ci/run.
set -euo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
mirror=${MIRROR:-http://deb.debian.org/debian}
if [ $# -gt 0 ]; then
    root=$1
else
    root=$(mktemp -d /var/tmp/docmill-chroot.XXXXXX)
    trap 'rm -rf "$root"' EXIT
fi

heading() {
    printf '\n==== %s\n' "$*"
}

# inside [OPTION OF unshare...] -- COMMAND...: in the chroot as it is, even without /proc; with processes and
# mounts that end with it, and nothing of our environment but the way to the mirror
inside() {
    options=()
    while [ "$1" != -- ]; do
        options+=("$1")
        shift
    done
    shift
    # shellcheck disable=SC2016  # expands inside
    unshare --mount --pid --fork --kill-child "${options[@]}" bash -c '
        root=$1; shift
        cd "$root"
        exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb \
            ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
            chroot "$root" "$@"' inside "$root" "$@" </dev/null
}

if [ ! -e "$root/etc/debian_version" ]; then
    heading "debootstrap into $root"
    log=$(mktemp)
    debootstrap --variant=minbase bookworm "$root" "$mirror" >"$log" || { tail -n 20 "$log"; exit 1; }
    rm "$log"
    # how this machine reaches its mirror; apt's hooks stay behind
    grep -lsE '^ *Acquire::' /etc/apt/apt.conf /etc/apt/apt.conf.d/* |
        xargs -r cp -t "$root/etc/apt/apt.conf.d" || true
fi

rm -rf "$root/docmill"
mkdir "$root/docmill"
(cd "$top" && git ls-files -z --cached --others --exclude-standard | tar -c --null -T - -f -) |
    tar -x --no-same-owner -C "$root/docmill"

heading "./setup.sh run, from another folder"
inside -- /docmill/setup.sh run
heading "./setup.sh test"
inside -- /docmill/setup.sh test
heading "./setup.sh run, without a network"
inside --net -- /docmill/setup.sh run
