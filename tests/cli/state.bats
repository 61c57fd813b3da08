#!/usr/bin/env bats
# What earlier runs left: second runs, and the commands that ask the ledger and repair what failed.

load common

setup() {
    enter_scratch
    mkdir in
    printf 'First article\n\nThe mini\xC2\xADster came\xC2\xA0home.\n' >in/a.txt
    printf 'Second article\n\nNothing is wrong with it.\n' >in/b.txt
    : >in/empty.txt
    pipeline '- extract: text' '- clean: unicode' \
        '- output: jsonl' '  with: { path: "${out}/all.jsonl", edits: full }' \
        '- output: markdown' '  with: { directory: "${out}/markdown" }'
    sed -i '1a input: { paths: [in] }' pipeline.yaml
}

mill() {
    "$DOCMILL" run "$@" pipeline.yaml
}

first_run() {
    run -1 --separate-stderr mill --quiet
}

# revisions: SOURCE REVISION of each line of the JSONL
revisions() {
    jq -r '[.source, .revision] | join(" ")' out/all.jsonl
}

@test "a second run leaves all alone, and what failed still counts" {
    first_run
    cp -r out before
    run -1 --separate-stderr mill
    has "$output" "0 done, 1 failed, 0 dropped, 0 pending, 2 unchanged" \
        "1 failed in an earlier run and is unchanged: see \`docmill failures\`"
    diff -r before/markdown out/markdown
    cmp before/all.jsonl out/all.jsonl
}

@test "what changed gets the next revision; another time of change alone does nothing" {
    first_run
    touch -d 2001-01-01 in/a.txt
    printf 'Second article, corrected.\n' >in/b.txt
    run -1 mill --quiet
    is "$(revisions)" "$(printf '%s\n' 'a.txt 1' 'b.txt 1' 'b.txt 2')"
    has "$(cat out/markdown/b.txt.md)" "corrected"
}

@test "--force processes what is unchanged again" {
    first_run
    run -1 mill --quiet --force
    is "$(revisions)" "$(printf '%s\n' 'a.txt 1' 'b.txt 1' 'a.txt 2' 'b.txt 2')"
}

@test "another option builds everything anew; a comment or another order does not" {
    first_run
    cp out/all.jsonl before
    sed -i 's/edits: full/edits: none/; s/^stages:/# a comment\nstages:/' pipeline.yaml
    run -1 --separate-stderr mill
    has "$output" "2 done, 1 failed" "3 are new to what the pipeline, its plugins and data files are now"
    is "$(revisions)" "$(printf '%s\n' 'a.txt 1' 'b.txt 1')"
    says 'has("edits") | not' <out/all.jsonl
    sed -i 's/{ path: "${out}\/all.jsonl", edits: none }/{ edits: none, path: "${out}\/all.jsonl" }/' pipeline.yaml
    run -1 mill
    has "$output" "2 unchanged"
    is "$(ls -A out | grep new || true)" ""
}

@test "a limit during a rebuild does not make documents vanish" {
    first_run
    cp out/all.jsonl before
    sed -i 's/edits: full/edits: none/' pipeline.yaml
    run -0 mill --quiet --limit 1
    cmp before out/all.jsonl
    run -1 mill --quiet
    is "$(revisions)" "$(printf '%s\n' 'a.txt 1' 'b.txt 1')"
    says 'has("edits") | not' <out/all.jsonl
}

@test "nobody's file is ever cut" {
    mkdir out
    printf 'mine\n' >out/all.jsonl
    run -2 --separate-stderr mill
    has "$stderr" "out/all.jsonl exists and docmill has no record of writing it"
    is "$(cat out/all.jsonl)" mine
    sed -i 's/state: .*docmill"/state: none/' pipeline.yaml
    run -2 --separate-stderr mill
    is "$(cat out/all.jsonl)" mine
    run -1 mill --quiet --overwrite
    is "$(revisions)" "$(printf '%s\n' 'a.txt 1' 'b.txt 1')"
}

@test "a path that earlier runs did not write to is not replaced by a rebuild" {
    first_run
    printf 'mine\n' >mine.jsonl
    sed -i 's/"${out}\/all.jsonl"/mine.jsonl/' pipeline.yaml
    run -2 --separate-stderr mill
    has "$stderr" "mine.jsonl exists and docmill has no record of writing it"
    is "$(cat mine.jsonl)" mine
}

@test "a second docmill on a state folder is refused, and told who holds it" {
    first_run
    exec 9<>out/.docmill/lock
    flock 9
    run -2 --separate-stderr mill
    has "$stderr" "the state folder out/.docmill is in use by another docmill"
    run -2 --separate-stderr "$DOCMILL" forget pipeline.yaml
    has "$stderr" "in use by another docmill"
    exec 9>&-
}

@test "--dry-run says what would be done, and why" {
    first_run
    printf 'More.\n' >in/c.txt
    printf 'Second article, corrected.\n' >in/b.txt
    run -0 mill --dry-run
    has "$output" "leave    in/a.txt" "process  in/b.txt" "changed since it was processed" \
        "process  in/c.txt" "leave    in/empty.txt" "unchanged, and it failed" "2 left alone"
}

@test "status: the totals" {
    first_run
    run -0 "$DOCMILL" status pipeline.yaml
    has "$output" "2 done, 1 failed, 0 dropped" "out/all.jsonl" "out/markdown"
    "$DOCMILL" status --json out/.docmill >totals
    says '.done == 2 and .failed == 1 and .finished and (.outputs | length == 2)' <totals
    run -2 --separate-stderr "$DOCMILL" status in
    has "$stderr" "in holds no ledger: \`docmill run\` makes one"
}

@test "failures: what failed, and dead letters that lead to it" {
    first_run
    run -0 "$DOCMILL" failures pipeline.yaml
    has "$output" "in/empty.txt" "extract-text" "empty file"
    "$DOCMILL" failures --json out/.docmill >failures
    says '.source == "empty.txt" and .reason == "empty file" and .attempts == 1' <failures
    letter=$(jq -r .dead_letter failures)
    says '.source == "empty.txt"' <"$letter"
    is "$(readlink "${letter%.json}.input")" "$PWD/in/empty.txt"
    is "$("$DOCMILL" failures --stage input pipeline.yaml)" "nothing failed"
    is "$("$DOCMILL" failures --reason 'another' pipeline.yaml)" "nothing failed"
}

@test "why: the story of one document, by path, source or another way to it" {
    first_run
    for name in in/a.txt a.txt "$PWD/in/a.txt"; do
        run -0 "$DOCMILL" why pipeline.yaml "$name"
        has "$output" "done, revision 1" "written to   out/all.jsonl: 0+" "out/markdown: a.txt.md" "soft-hyphen"
    done
    "$DOCMILL" why --json pipeline.yaml empty.txt >story
    says '.fate == "failed" and .stage == "extract-text" and .results == []' <story
    run -1 --separate-stderr "$DOCMILL" why pipeline.yaml nowhere.txt
    is "$stderr" "docmill: error: nowhere.txt: no run has met this document"
}

@test "retry: what was repaired is done, and its letter goes" {
    first_run
    run -1 "$DOCMILL" retry --quiet pipeline.yaml
    printf 'It is full.\n' >in/empty.txt
    run -0 "$DOCMILL" retry --quiet --stage input pipeline.yaml
    is "$(wc -l <out/all.jsonl)" 2
    run -0 "$DOCMILL" retry pipeline.yaml in/empty.txt
    has "$output" "1 done, 0 failed"
    is "$(revisions | tail -1)" "empty.txt 3"
    is "$(ls -A out/.docmill/dead-letters)" ""
    is "$("$DOCMILL" failures pipeline.yaml)" "nothing failed"
    mill --quiet
}

@test "retry: under another pipeline it says what to do instead, and touches nothing" {
    first_run
    sed -i 's/edits: full/edits: none/' pipeline.yaml
    run -2 --separate-stderr "$DOCMILL" retry pipeline.yaml
    has "$stderr" "is another one than when documents failed: docmill run"
    is "$(revisions)" "$(printf '%s\n' 'a.txt 1' 'b.txt 1')"
}

@test "verify: what is not as it was written is found" {
    first_run
    run -0 "$DOCMILL" verify pipeline.yaml
    has "$output" "2 documents checked, 0 wrong" "4 records read back" "2 run through the chain again"
    printf 'X' | dd of=out/all.jsonl bs=1 seek=40 conv=notrunc 2>/dev/null
    printf 'X' | dd of=out/markdown/b.txt.md bs=1 seek=3 conv=notrunc 2>/dev/null
    run -1 --separate-stderr "$DOCMILL" verify pipeline.yaml
    has "$stderr" "wrong: in/a.txt: output-jsonl: what is at 0+" \
        "wrong: in/b.txt: output-markdown: what is at b.txt.md is not what was written"
    has "$output" "2 wrong"
    rm out/markdown/a.txt.md
    "$DOCMILL" verify --json pipeline.yaml >report || true
    says 'select(.kind == "total").wrong == 2' < <(tail -1 report)
    grep -q 'out/markdown/a.txt.md is gone' report
    sed -i 's/edits: full/edits: none/' pipeline.yaml
    run -2 --separate-stderr "$DOCMILL" verify pipeline.yaml
    has "$stderr" "another one now"
}

@test "forget: inputs that are gone, and nothing else" {
    first_run
    rm in/a.txt in/empty.txt
    run -0 "$DOCMILL" forget --dry-run pipeline.yaml
    is "$output" "$(printf '%s\n' a.txt empty.txt '2 inputs are gone; nothing was forgotten')"
    run -0 "$DOCMILL" forget pipeline.yaml
    is "$output" "2 inputs are gone and forgotten"
    is "$(ls -A out/.docmill/dead-letters)" ""
    run -0 "$DOCMILL" status pipeline.yaml
    has "$output" "1 done, 0 failed"
    is "$("$DOCMILL" forget --json pipeline.yaml)" '{"forgotten":0,"gone":0}'
    is "$(ls out/markdown)" "$(printf '%s\n' a.txt.md b.txt.md)"
}
