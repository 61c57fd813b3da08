#!/bin/sh
# One command from a fresh clone on Debian 12 to a result.  See usage() below.
set -eu

top=$(cd "$(dirname "$0")" && pwd)
cd "$top"

usage() {
    cat <<'EOF'
usage: ./setup.sh COMMAND [ARGUMENT...]

  run [ARGUMENT...]   install what is needed, build, and run pipelines/news.yaml over the sample
                      articles of tests/samples/news.  Arguments go to `docmill run`
  test [-DNAME=VALUE...]
                      install what is needed, build with the sanitizers, run all tests.  Arguments
                      go to cmake
  build               install what is needed and build build/release/bin/docmill
  deps                install what `build` and `test` need
  deps-ci             install what .ci/run needs: clang and its tools too

Packages come from apt-get, as root or through sudo, and only those that are missing.  With everything
installed no network is needed.  Everything else stays in build/ and out/.
EOF
}

# What the program and its plugins are built from; what the tests add; what .ci/run adds.
build_packages="cmake ninja-build gcc libc6-dev pkg-config
    libuv1-dev libyaml-dev libpcre2-dev libseccomp-dev libsqlite3-dev libxxhash-dev libutf8proc-dev
    libuchardet-dev g++ libcld2-dev libluajit-5.1-dev libjansson-dev"
test_packages="make bats jq python3 libcmocka-dev libxml2-dev"
ci_packages="systemd clang clang-tidy clang-format libclang-rt-14-dev git chromium"

say() {
    printf '== %s\n' "$*"
}

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "setup.sh: packages are missing; run this as root, or install sudo" >&2
        return 1
    fi
}

# A chroot may come without /proc, through which docmill finds its plugins.  Ours ends with us.
need_proc() {
    if [ -e /proc/self/exe ]; then
        return
    fi
    say "mounting /proc, which is missing, for as long as this takes"
    as_root mount -t proc proc /proc
    trap 'as_root umount --lazy /proc' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

# quietly NAME COMMAND...: its output goes to build/NAME.log, and to the terminal if it fails
quietly() {
    mkdir -p build
    log=build/$1.log
    shift
    if ! "$@" >"$log" 2>&1 </dev/null; then
        tail -n 100 "$log"
        echo "setup.sh: failed: $* (the output is in $log)" >&2
        return 1
    fi
}

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@"
}

install_packages() {
    if ! command -v apt-get >/dev/null; then
        say "no apt-get here; these packages, by Debian's names, must be there: $*"
        return
    fi
    missing=
    for package in "$@"; do
        is_installed "$package" || missing="$missing $package"
    done
    if [ -z "$missing" ]; then
        return
    fi
    say "installing$missing"
    quietly apt-update apt update
    # shellcheck disable=SC2086  # names are words
    quietly apt-install apt install --no-install-recommends $missing
}

# build_preset PRESET [ARGUMENT OF CMAKE...]
build_preset() {
    preset=$1
    shift
    say "building build/$preset"
    quietly "configure-$preset" cmake --preset "$preset" "$@"
    grep -e '^-- plugins:' "build/configure-$preset.log" | sed 's/^-- //'
    quietly "build-$preset" cmake --build --preset "$preset" --parallel "$(nproc)"
}

# shellcheck disable=SC2086  # lists of packages are words
case ${1-} in
run)
    shift
    need_proc
    install_packages $build_packages
    build_preset release -DBUILD_TESTING=OFF
    say "docmill run pipelines/news.yaml"
    build/release/bin/docmill run pipelines/news.yaml "$@"
    ;;
test)
    shift
    need_proc
    install_packages $build_packages $test_packages
    build_preset dev "$@"
    say "running the tests"
    ctest --preset dev --parallel "$(nproc)"
    ;;
build)
    install_packages $build_packages
    build_preset release -DBUILD_TESTING=OFF
    ;;
deps)
    install_packages $build_packages $test_packages
    ;;
deps-ci)
    install_packages $build_packages $test_packages $ci_packages
    ;;
'' | -h | --help | help)
    usage
    ;;
*)
    echo "setup.sh: no command '$1'" >&2
    usage >&2
    exit 2
    ;;
esac
