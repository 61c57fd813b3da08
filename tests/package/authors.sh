#!/usr/bin/env bash
# authors.sh [FOLDER]: do what the tutorials for authors of stages say, command by command, in a bare Debian 12 that has
# docmill only as it is installed: a cleaner in C, one in Lua, one in Python, each written, tested, installed, and used
# by `docmill run`.  What is printed must be what the pages show.
#
# FOLDER (default: a temporary one, removed afterwards) becomes the root of that Debian.  The program is the release
# build of this clone.  Needs what bare.bash does.  Takes some minutes, so it is no part of .ci/run;
# tests/cli/docs.bats does the same with the build folder in a scratch folder.
set -euo pipefail
. "$(dirname "$0")/bare.bash"

# what the program and its plugins load, and what an author needs
also=libuv1,libyaml-0-2,libpcre2-8-0,libseccomp2,libsqlite3-0,libutf8proc2,libuchardet0,libcld2-0,libluajit-5.1-2
also+=,libjansson4,libstdc++6,gcc,libc6-dev,cmake,ninja-build,make,pkg-config,python3
"$top/setup.sh" build
bare_debian "$@"
rm -rf "$root/usr/local" "$root/root/author"
DESTDIR=$root cmake --install "$top/build/release" --prefix /usr/local >/dev/null
mkdir -p "$root/root/author/clone/tests" "$root/root/author/clone/build" "$root/root/author/blocks"
cp -r "$top/docs/tutorial" "$top/tests/cli/pages.bash" "$root/root/author/"
cp -r "$top/tests/samples" "$root/root/author/clone/tests/" # of all that the pages name, the one thing not installed
cat >"$root/root/author/run" <<'END'
set -euo pipefail
cd /root/author
. ./pages.bash
ln -sfn /usr/local clone/build/installed # what the first block of a page would have made
printf '#!/bin/sh\necho "== building build/release"\necho "plugins: %s"\n' \
    "$(cd /usr/local/lib*/docmill/plugins && ls -- *.so | sed 's/\.so$//' | paste -sd , | sed 's/,/, /g')" >clone/setup.sh
chmod +x clone/setup.sh
prologue='cmake() { case $* in "--install build/release"*) ;; *) command cmake "$@" ;; esac; }'
for page in first-plugin extractor-and-output other-languages; do
    rm -f blocks/*
    split_page "tutorial/$page.md"
    run_page
    compare_page
    echo "$page: $(ls blocks/*.sh | wc -l) blocks run, $compared outputs as shown"
done
END
heading "the tutorials, in $root"
proc=yes inside -- bash /root/author/run
echo "passed"
