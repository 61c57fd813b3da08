# A bare Debian 12 in a folder, for scripts that try docmill as on a new machine.  Needs root, debootstrap, util-linux and
# a mirror (MIRROR=http://...).

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

heading() {
    printf '\n==== %s\n' "$*"
}

# bare_debian [FOLDER]: $root is FOLDER, or a temporary one that is removed in the end; it becomes a Debian of the least
# packages and of those in `also` (with commas), unless it is one
bare_debian() {
    local log
    root=${1:-}
    if [ -z "$root" ]; then
        root=$(mktemp -d "/var/tmp/docmill-bare.$$.XXXXXX")
        trap 'rm -rf "$root"' EXIT
    fi
    [ ! -e "$root/etc/debian_version" ] || return 0
    heading "debootstrap into $root"
    log=$(mktemp)
    debootstrap --variant=minbase ${also:+--include="$also"} bookworm "$root" \
        "${MIRROR:-http://deb.debian.org/debian}" >"$log" || { tail -n 20 "$log"; exit 1; }
    rm "$log"
    # how this machine reaches its mirror; apt's hooks stay behind
    grep -lsE '^ *Acquire::' /etc/apt/apt.conf /etc/apt/apt.conf.d/* |
        xargs -r cp -t "$root/etc/apt/apt.conf.d" || true
}

# inside [OPTION OF unshare...] -- COMMAND...: in $root, with processes and mounts that end with it, and nothing of our
# environment but the way to the mirror.  Without /proc, unless $proc is set
inside() {
    local options=()
    while [ "$1" != -- ]; do
        options+=("$1")
        shift
    done
    shift
    # shellcheck disable=SC2016  # expands inside
    unshare --mount --pid --fork --kill-child "${options[@]}" bash -c '
        root=$1; shift
        cd "$root"
        [ -z "$0" ] || mount -t proc proc proc
        exec env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb NO_COLOR=1 \
            ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
            chroot "$root" "$@"' "${proc:-}" "$root" "$@" </dev/null
}
