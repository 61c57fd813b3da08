#!/usr/bin/env bats
# `docmill try`: one document, in this process.

load common

setup() {
    enter_scratch
    pipeline '- extract: text' '- clean: unicode' '- output: jsonl' '  with: { path: "${out}/a.jsonl" }'
    printf 'A title\n\nThe min\xE2\x80\x8Bister said so.\n' >a.txt
}

@test "prints the clean text, byte for byte, and writes nothing" {
    "$DOCMILL" try pipeline.yaml a.txt >got 2>errors
    printf 'A title\n\nThe minister said so.\n' | cmp - got
    [ ! -s errors ]
    [ ! -e out ]
}

@test "reads standard input" {
    "$DOCMILL" try pipeline.yaml - <a.txt >got
    printf 'A title\n\nThe minister said so.\n' | cmp - got
}

@test "--as renders by any output, by the start of its name" {
    run -0 --separate-stderr "$DOCMILL" try --as markdown pipeline.yaml a.txt
    has "$output" "A title" "The minister said so."
    "$DOCMILL" try --as json pipeline.yaml a.txt |
        says '.source == "a.txt" and .text == "A title\n\nThe minister said so.\n"'
    run -2 --separate-stderr "$DOCMILL" try --as word pipeline.yaml a.txt
    has "$stderr" 'docmill: error: no output "word"; there are: ' output-text output-jsonl output-markdown
}

@test "--stage stops behind a stage" {
    "$DOCMILL" try --stage extract-text pipeline.yaml a.txt | cmp - a.txt
    "$DOCMILL" try --stage 1 pipeline.yaml a.txt | cmp - a.txt
    run -0 "$DOCMILL" try --stage unicode pipeline.yaml a.txt
    has "$output" "The minister said so."
    run -2 --separate-stderr "$DOCMILL" try --stage quotes pipeline.yaml a.txt
    is "$stderr" 'docmill: error: the pipeline has no stage "quotes"; it has: 1 extract-text, 2 clean-unicode, 3 output-jsonl'
}

@test "--explain names the stage and the rule of each change" {
    run -0 --separate-stderr "$DOCMILL" try --explain pipeline.yaml a.txt
    has "$output" "1 change: clean-unicode 1" "     3 │ The min[-‹U+200B›-]ister said so." \
        "clean-unicode/" '"min\u200Bister" -> "minister"'
    is "$stderr" ""
}

@test "--explain in colour: red and struck through, green, no markers" {
    run -0 "$DOCMILL" try --explain --color always pipeline.yaml a.txt
    has "$output" $'\e[9;31m‹U+200B›\e[0mister'
    [[ "$output" != *"[-"* ]]
}

@test "--explain of what no stage changed" {
    echo "All is well." >good.txt
    run -0 "$DOCMILL" try --explain pipeline.yaml good.txt
    is "$output" "no changes"
}

@test "--explain lets no control character of the text through" {
    printf 'a\x1B[31mb \xE2\x80\xAEc\xE2\x80\x8B\n' >evil.txt
    run -0 "$DOCMILL" try --explain pipeline.yaml evil.txt
    [[ "$output" != *$'\e'* ]]
    [[ "$output" != *$'\xE2\x80\xAE'* ]]
}

@test "--explain has what is true of repeats as their evidence" {
    pipeline '- extract: text' '- clean: repeats'
    echo "It was at the the end, and it was of of of use. They shut roads and roads and roads to all." >twice.txt
    run -0 "$DOCMILL" try --explain pipeline.yaml twice.txt
    has "$output" '" the" -> "" (confidence 0.98, 2 times the same 1 word)' "3 times the same 1 word)" \
        '" and roads and roads" -> "" (confidence 0.80, 3 times the same 1 word)'
}

@test "--explain and --as exclude each other" {
    run -2 --separate-stderr "$DOCMILL" try --explain --as text pipeline.yaml a.txt
    has "$stderr" "give one of them"
}

@test "--explain tells as many changes as the document records, for each sample" {
    pipeline '- extract: text' '- clean: unicode'
    for file in "$DOCMILL_SOURCE"/tests/samples/news/*.txt; do
        made=$("$DOCMILL" try --as jsonl pipeline.yaml "$file" | jq '[.edits[]] | add // 0')
        "$DOCMILL" try --explain pipeline.yaml "$file" >explained
        told=$(head -1 explained | sed -e 's/ .*//' -e 's/no/0/' -e 's/,//')
        [ "$told" -eq "$made" ] || { echo "$file: $told of $made"; return 1; }
        listed=$(grep -c '^         clean-unicode/' explained || :)
        [ "$listed" -ge "$made" ] || { echo "$file: $listed listed of $made"; return 1; }
    done
}

@test "a document that fails: one line, status 1" {
    printf 'abc\0\001\002defgh' >bad.txt
    run -1 --separate-stderr "$DOCMILL" try pipeline.yaml bad.txt
    is "$output" ""
    [[ "$stderr" =~ ^failed:\ bad\.txt:\ extract-text:\ not\ text ]]
    run -1 --separate-stderr "$DOCMILL" try pipeline.yaml nowhere.txt
    is "$stderr" "failed: nowhere.txt: cannot be opened: No such file or directory"
    run -1 --separate-stderr "$DOCMILL" try pipeline.yaml .
    has "$stderr" "failed: .: is a folder"
    run -1 --separate-stderr "$DOCMILL" try --log json pipeline.yaml bad.txt
    says '.event == "log" and .level == "error" and .stage == "extract-text"' <<<"$stderr"
}

@test "an input above max-size is refused, from a file and from standard input" {
    sed -i 's/^run:/input: { max-size: 10B }\nrun:/' pipeline.yaml
    run -1 --separate-stderr "$DOCMILL" try pipeline.yaml a.txt
    has "$stderr" "failed: a.txt: " "max-size"
    run -1 --separate-stderr bash -c '"$DOCMILL" try pipeline.yaml - <a.txt'
    has "$stderr" "failed: -: " "max-size"
}

@test "a bad pipeline: status 2, as check says it" {
    pipeline '- extract: text' '- clean: unicod'
    run -2 --separate-stderr "$DOCMILL" try pipeline.yaml a.txt
    has "$stderr" "pipeline.yaml:6:12: error: " "did you mean 'unicode'?"
}

@test "what a stage logs goes to standard error" {
    pipeline '- extract: text' '- clean: fault' '  with: { mode: flood }'
    "$DOCMILL" try --plugin-dir "$DOCMILL_TEST_PLUGINS" pipeline.yaml a.txt >got 2>errors
    cmp a.txt got
    head -1 errors | grep -qx 'warning: clean-fault: a line of which there are far too many'
    "$DOCMILL" try --quiet --plugin-dir "$DOCMILL_TEST_PLUGINS" pipeline.yaml a.txt 2>errors >got
    [ ! -s errors ]
}

@test "a full disk is no success" {
    run -1 --separate-stderr bash -c '"$DOCMILL" try pipeline.yaml a.txt >/dev/full'
    has "$stderr" "standard output cannot be written"
}

@test "--trace prints each call with its time and what it did, and what was not called" {
    pipeline '- extract: text' '- clean: unicode' '- clean: quotes' '  when: { language: fi }' '- output: jsonl' \
        '  with: { path: "${out}/a.jsonl" }'
    run -0 --separate-stderr "$DOCMILL" try --trace pipeline.yaml a.txt
    has "$output" "The minister said so."
    sed -E -e '1s/^ +//' -e 's/ +[0-9.]+ (ns|µs|ms|s)$/ TIME/' -e 's/ +[0-9.]+ (ns|µs|ms|s) / TIME /' <<<"$stderr" >got
    printf '%s\n' 'all stages            open TIME' '  1  extract-text          extract TIME  34 B of text, 2 marks' \
        '  2  clean-unicode         clean TIME  1 edit: zero-width 1' \
        '  3  clean-quotes          -                   its `when` does not hold' >expected
    diff -u expected <(head -n 4 got)
    grep -qx '  4  output-jsonl          render TIME  [0-9]* B' got
    grep -qx '  5  output-text           render TIME  31 B' got
    [ "$(wc -l <got)" -eq 6 ]
}

@test "--trace says which call failed" {
    printf '\0\1\2\3' >b.txt
    run -1 --separate-stderr "$DOCMILL" try --trace pipeline.yaml b.txt
    has "$stderr" "  1  extract-text          extract             failed"
}
