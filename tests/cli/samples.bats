#!/usr/bin/env bats
# What the cleaners make of tests/samples/cleanup, beside what an editor made of it.

load common

setup() {
    enter_scratch
    samples=$DOCMILL_SOURCE/tests/samples/cleanup
}

# missing GOLD: how many lines of it the cleaned text on standard input lacks
missing() {
    diff - "$1" | grep -c '^>' || :
}

@test "each sample becomes its gold text; two lines of all are known to differ" {
    total=0
    for noisy in "$samples"/*.noisy.txt; do
        gold=${noisy%.noisy.txt}.gold.txt
        lines=$("$DOCMILL" try "$DOCMILL_SOURCE/pipelines/news.yaml" "$noisy" | missing "$gold")
        [ "$lines" -le 1 ] || { echo "$noisy: $lines lines differ"; return 1; }
        total=$((total + lines))
    done
    [ "$total" -le 2 ]
}

@test "nothing changes in a gold text" {
    for gold in "$samples"/*.gold.txt; do
        "$DOCMILL" try "$DOCMILL_SOURCE/pipelines/news.yaml" "$gold" >again.txt
        cmp again.txt "$gold"
    done
}
