#!/usr/bin/env bats
# `docmill try --report`: a page of one document's changes.

load common

setup() {
    enter_scratch
    pipeline '- extract: text' '- clean: unicode' '- output: jsonl' '  with: { path: "${out}/a.jsonl" }'
    printf 'A <title> & "more"\n\nThe min\xE2\x80\x8Bister said so.\n' >a.txt
}

@test "--report writes the page, prints one line, and leaves nothing else" {
    run -0 --separate-stderr "$DOCMILL" try --report page.html pipeline.yaml a.txt
    is "$output" "1 change: page.html"
    is "$stderr" ""
    page=$(cat page.html)
    has "$page" '‹U+200B›' 'clean-unicode/' 'A &lt;title&gt; &amp; &quot;more&quot;' '</html>'
    [ "$(echo page.html*)" = page.html ]
    [[ "$page" != *http* ]]
}

@test "--report replaces a page, but not the input, nor what is no file" {
    echo old >page.html
    "$DOCMILL" try --report page.html pipeline.yaml a.txt
    grep -q 200B page.html
    cp a.txt before.txt
    run -2 --separate-stderr "$DOCMILL" try --report a.txt pipeline.yaml a.txt
    has "$stderr" "a.txt is the input, or no regular file"
    cmp a.txt before.txt
    run -2 --separate-stderr "$DOCMILL" try --report . pipeline.yaml a.txt
    run -2 --separate-stderr "$DOCMILL" try --report none/page.html pipeline.yaml a.txt
    has "$stderr" "none/page.html cannot be written: No such file or directory"
}

@test "--report of a document that fails leaves the page that was there" {
    echo old >page.html
    printf 'abc\0\001\002defgh' >bad.txt
    run -1 "$DOCMILL" try --report page.html pipeline.yaml bad.txt
    is "$(cat page.html)" old
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        [ "$(echo page.html*)" = page.html ] && return
        sleep 0.1
    done
    false
}

@test "--report excludes --explain and --as" {
    run -2 --separate-stderr "$DOCMILL" try --report page.html --explain pipeline.yaml a.txt
    has "$stderr" "leave out --explain and --as"
    [ ! -e page.html ]
}

@test "a browser runs the page's script" {
    command -v chromium >/dev/null || skip "no chromium here"
    "$DOCMILL" try --report page.html pipeline.yaml a.txt
    HOME=$BATS_TEST_TMPDIR timeout 60 chromium --headless=new --no-sandbox --disable-gpu \
        --user-data-dir="$BATS_TEST_TMPDIR/profile" --dump-dom "file://$PWD/page.html" >dom 2>errors
    has "$(cat dom)" 'data-changes="1"' 'type="checkbox"'
}
