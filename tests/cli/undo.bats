#!/usr/bin/env bats
# `docmill undo`: the text without some of its edits.

load common

setup() {
    enter_scratch
    pipeline '- extract: text' '- clean: unicode' '- output: jsonl' '  with: { path: "${out}/a.jsonl" }'
    printf 'A\n\nThe min\xE2\x80\x8Bister said so\xE2\x80\x8Bon.\n' >a.txt
}

@test "--list numbers the edits, with their places" {
    run -0 --separate-stderr "$DOCMILL" undo --list pipeline.yaml a.txt
    is "$(wc -l <<<"$output")" 2
    has "$output" "1  3:8  clean-unicode/" "2  3:22  clean-unicode/" '"\u200B" -> ""'
    is "$stderr" ""
}

@test "--edit gives one edit back, and says so" {
    "$DOCMILL" undo --edit 2 pipeline.yaml a.txt >got 2>errors
    printf 'A\n\nThe minister said so\xE2\x80\x8Bon.\n' | cmp - got
    has "$(cat errors)" "undone: 2  clean-unicode/"
    "$DOCMILL" undo --quiet --edit 1 --edit 2 pipeline.yaml - <a.txt >got 2>errors
    cmp a.txt got
    [ ! -s errors ]
}

@test "--stage and --rule give all of theirs back" {
    "$DOCMILL" undo --stage unicode pipeline.yaml a.txt 2>errors | cmp - a.txt
    rule=$("$DOCMILL" undo --list pipeline.yaml a.txt | head -1 | awk '{ print $3 }')
    "$DOCMILL" undo --rule "$rule" pipeline.yaml a.txt 2>errors | cmp - a.txt
    "$DOCMILL" undo --rule "${rule#*/}" pipeline.yaml a.txt 2>errors | cmp - a.txt
}

@test "what is not there: status 2, and no text" {
    run -2 --separate-stderr "$DOCMILL" undo --edit 3 pipeline.yaml a.txt
    is "$stderr" "docmill: error: there is no edit 3; the document has 2"
    is "$output" ""
    run -2 --separate-stderr "$DOCMILL" undo --edit x pipeline.yaml a.txt
    has "$stderr" 'the number of an edit, from 1, not "x"'
    run -2 --separate-stderr "$DOCMILL" undo --rule unicode/nothing pipeline.yaml a.txt
    has "$stderr" 'has a rule "unicode/nothing"'
    run -2 --separate-stderr "$DOCMILL" undo --stage quotes pipeline.yaml a.txt
    has "$stderr" 'the pipeline has no stage "quotes"; it has: '
    run -2 --separate-stderr "$DOCMILL" undo pipeline.yaml a.txt
    has "$stderr" "say what to undo"
}

@test "a document that fails: status 1" {
    run -1 --separate-stderr "$DOCMILL" undo --list pipeline.yaml nowhere.txt
    is "$stderr" "failed: nowhere.txt: cannot be opened: No such file or directory"
}
