#!/usr/bin/env bats
# `docmill new`: what it writes builds against the header alone, and its case passes.

load common

setup() {
    enter_scratch
    export PATH="$PWD/bin:$PATH"
    # pkg-config knows installed programs only; the package tests have one
    mkdir bin
    cat >bin/pkg-config <<END
#!/bin/sh
case \$1 in
--cflags) echo "-I$DOCMILL_SOURCE/include" ;;
--variable=bindir) dirname "$DOCMILL" ;;
--variable=pluginsdir) echo /plugins ;;
esac
END
    chmod +x bin/pkg-config
    # a sanitized program loads plugins that were built without
    export CFLAGS="-O1 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"
}

builds_and_passes() {
    run -0 --separate-stderr "$DOCMILL" new "$1" my-plugin
    has "$output" "my-plugin holds the $1 my-plugin"
    cd my-plugin
    if ! command -v make >/dev/null; then skip "no make here"; fi
    make
    run make test
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    has "$output" "ok 1 - " "first.case"
    run -0 "$DOCMILL" plugins --plugin-dir build
    has "$output" "my-plugin"
}

@test "a cleaner builds, and its case passes" { builds_and_passes cleaner; }
@test "an extractor builds, and its case passes" { builds_and_passes extractor; }
@test "an output builds, and its case passes" { builds_and_passes output; }

@test "a cleaner in Lua passes its case, and has at most fifteen lines" {
    run -0 --separate-stderr "$DOCMILL" new cleaner my-script --lang lua
    has "$output" "cd my-script && docmill test example.yaml"
    cd my-script
    run -0 "$DOCMILL" test example.yaml
    has "$output" "ok 1 - " "first.case"
    [ "$(wc -l <my-script.lua)" -le 15 ]
    sed -i 's/"  +"/"   +"/' my-script.lua
    run -1 "$DOCMILL" test example.yaml
    cd ..
    run -2 --separate-stderr "$DOCMILL" new output my-output --lang lua
    is "$stderr" "docmill: error: what is written in lua can only be a cleaner"
}

@test "a cleaner in Python passes its case, and has at most fifteen lines" {
    command -v python3 >/dev/null || skip "there is no python3"
    "$DOCMILL" plugins --json | jq -e '.stages[] | select(.stage == "clean-exec")' >/dev/null || skip "there is no clean-exec"
    "$DOCMILL" new --quiet cleaner my-program --lang python
    cd my-program
    run -0 "$DOCMILL" test example.yaml
    has "$output" "ok 1 - " "first.case"
    [ "$(wc -l <my-program.py)" -le 15 ]
    sed -i 's/"  +"/"   +"/' my-program.py
    run -1 "$DOCMILL" test example.yaml
}

@test "a cleaner in C has at most forty lines, with its table" {
    "$DOCMILL" new --quiet cleaner my-cleaner
    [ "$(wc -l <my-cleaner/my-cleaner.c)" -le 40 ]
}

@test "the example pipeline of each is good" {
    for kind in cleaner extractor output; do
        "$DOCMILL" new --quiet $kind my-$kind
        make -C my-$kind >/dev/null
        (cd my-$kind && "$DOCMILL" check --plugin-dir build example.yaml)
    done
}

@test "the new output runs, and goes on where it stopped" {
    "$DOCMILL" new --quiet output my-output
    make -C my-output >/dev/null
    echo "Some text." >a.txt
    "$DOCMILL" run --quiet --plugin-dir my-output/build my-output/example.yaml a.txt
    is "$(cat out.txt)" "== a.txt
Some text."
}

@test "a case that does not hold fails the tests" {
    "$DOCMILL" new --quiet cleaner my-cleaner
    cd my-cleaner
    make >/dev/null
    printf 'stage: clean-my-cleaner\nwith: { keep: 2 }\n--- input\na\\u{AD}b   c\\x41\\u{1F33E}\\n\n--- text\na\\u{AD}b  c\\x41\\u{1F33E}\\n\n' >cases/escapes.case
    "$DOCMILL" test --plugin-dir build cases
    sed 's/space-run 2/space-run 3/' cases/first.case >cases/edits.case
    run -1 "$DOCMILL" test --plugin-dir build cases
    has "$output" "not ok 1 - cases/edits.case" "ok 2 - cases/escapes.case" "ok 3 - cases/first.case"
    sed 's/One word, then/One word,  then/' cases/first.case >cases/edits.case
    run -1 "$DOCMILL" test --plugin-dir build cases
    has "$output" "not ok 1 - cases/edits.case"
}

@test "--dir writes elsewhere" {
    "$DOCMILL" new --quiet cleaner my-cleaner --dir other
    [ -f other/my-cleaner.c ]
    [ ! -e my-cleaner ]
}

@test "what exists is never overwritten" {
    "$DOCMILL" new --quiet cleaner my-cleaner
    echo mine >my-cleaner/my-cleaner.c
    run -2 --separate-stderr "$DOCMILL" new cleaner my-cleaner
    is "$stderr" "docmill: error: my-cleaner holds a plugin already: File exists"
    is "$(cat my-cleaner/my-cleaner.c)" mine
    mkdir half
    echo mine >half/Makefile
    run -2 --separate-stderr "$DOCMILL" new cleaner half
    is "$stderr" "docmill: error: half/Makefile cannot be made: File exists"
    is "$(cat half/Makefile)" mine
}

@test "bad kinds and names are refused" {
    run -2 --separate-stderr "$DOCMILL" new cleener x
    has "$stderr" 'not "cleener"; did you mean cleaner?'
    for name in Big 1st a--b a- ../x "a b" a_b "" "$(printf 'a%.0s' {1..41})"; do
        run -2 --separate-stderr "$DOCMILL" new cleaner "$name"
        has "$stderr" "is no name for a plugin"
    done
    is "$(ls)" bin
}
