#!/usr/bin/env bash
# chroot.sh [FOLDER]: make a bare Debian 12 in FOLDER (default: a temporary one, removed afterwards), put
# this clone into it as git sees it, and reach both results there: ./setup.sh run, ./setup.sh test.  Then
# run again without a network.
#
# Needs what bare.bash does.  Takes some minutes, so it is no part of .ci/run.
set -euo pipefail
. "$(dirname "$0")/bare.bash"

bare_debian "$@"
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
