#!/bin/sh
# coverage.sh SOURCE_DIR BUILD_DIR: print how much of each file of core/ and plugins/ the tests have
# executed, the least first, and the sum.
set -eu
source=$1
build=$2
notes=$(mktemp -d)
trap 'rm -rf "$notes"' EXIT

find "$build/core" "$build/plugins" -name '*.gcno' >"$notes/list"
if [ ! -s "$notes/list" ]; then
    echo "nothing is compiled for coverage in $build: build the preset coverage, then its target coverage" >&2
    exit 1
fi

cd "$notes"
# gcov says "File 'PATH'", then "Lines executed:PERCENT% of COUNT"
xargs gcov --no-output <"$notes/list" 2>/dev/null | awk -v top="$source/" '
    /^File / {
        name = substr($0, 7, length($0) - 7)
        wanted = index(name, top) == 1 && name ~ /\.c$/
        name = substr(name, length(top) + 1)
    }
    /^Lines executed:/ && wanted {
        split(substr($0, 16), part, "% of ")
        lines[name] = part[2]
        reached[name] = part[1] / 100 * part[2]
        wanted = 0
    }
    END {
        for (name in lines) {
            printf "%6.1f %%  %5d lines  %s\n", 100 * reached[name] / lines[name], lines[name], name | "sort -n"
            all += lines[name]
            done += reached[name]
        }
        close("sort -n")
        printf "%6.1f %%  %5d lines  in all\n", 100 * done / all, all
    }'
