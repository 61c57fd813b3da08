#!/usr/bin/env bats
# `docmill run` as a command: what it takes, what it says, how it ends.  What it does is tested elsewhere.

load common

setup() {
    enter_scratch
    pipeline '- extract: text' '- clean: unicode' '- output: jsonl' '  with: { path: "${out}/a.jsonl" }'
    mkdir in
    for n in 1 2 3; do printf 'Text\xE2\x80\x8B number %d.\n' $n >in/$n.txt; done
}

# The sources of a JSON Lines file, in its order.
sources() {
    jq -r .source "${1:-out/a.jsonl}"
}

@test "runs over a folder and ends with tables" {
    run -0 --separate-stderr "$DOCMILL" run pipeline.yaml in
    is "$(sources)" "$(printf '%s\n' 1.txt 2.txt 3.txt)"
    has "$output" "3 done, 0 failed, 0 dropped, 0 pending" "edits by rule" "time by stage" "written" "out/a.jsonl"
    grep -Eq '^  clean-unicode +[a-z-]+ +3 +0$' <<<"$output"
    grep -Eq '^  extract-text +3 ' <<<"$output"
    is "$stderr" ""
}

@test "--quiet says nothing of a run that went well" {
    run -0 "$DOCMILL" run --quiet pipeline.yaml in
    is "$output" ""
}

@test "--set replaces a variable, PATH the inputs" {
    "$DOCMILL" run --quiet --set out=else pipeline.yaml in/2.txt
    is "$(sources else/a.jsonl)" 2.txt
    [ ! -e out ]
}

@test "--limit takes the first N" {
    "$DOCMILL" run --quiet --limit 2 pipeline.yaml in
    is "$(sources)" "$(printf '%s\n' 1.txt 2.txt)"
}

@test "--from0 reads names from a file and from standard input" {
    printf 'in/3.txt\0in/1.txt\0' >list
    "$DOCMILL" run --quiet --from0 list pipeline.yaml
    is "$(sources | sort)" "$(printf '%s\n' 1.txt 3.txt)"
    find in -name '2*' -print0 | "$DOCMILL" run --quiet --from0 - --set out=other pipeline.yaml
    is "$(sources other/a.jsonl)" 2.txt
    run -2 --separate-stderr "$DOCMILL" run --from0 list pipeline.yaml in
    has "$stderr" "from --from0 or from PATH, not from both"
}

@test "--workers: the outcome is the same" {
    for workers in 1 3 auto; do
        "$DOCMILL" run --quiet --workers $workers --set out=out-$workers pipeline.yaml in
        cmp out-1/a.jsonl out-$workers/a.jsonl
    done
    run -0 "$DOCMILL" run --workers 3 --set out=again pipeline.yaml in
    has "$output" "with 3 workers"
}

@test "a document that fails is named with the reason, and counts" {
    printf 'abc\0\001\002defgh' >$'in/b\e[31m\xFF.txt'
    run -1 --separate-stderr "$DOCMILL" run pipeline.yaml in
    [[ "$stderr" =~ ^failed:\ in/b\\x1B\[31m\\xFF\.txt:\ extract-text:\ not\ text ]]
    [ "${#stderr_lines[@]}" -eq 1 ]
    has "$output" "3 done, 1 failed, 0 dropped, 0 pending" "dead letters"
    [[ "$output$stderr" != *$'\e'* ]]
}

@test "--verbose tells of every document" {
    run -0 --separate-stderr "$DOCMILL" run --verbose pipeline.yaml in
    grep -qx 'done: in/2.txt' <<<"$stderr"
}

@test "--log json: events on standard error, the summary on standard output" {
    printf 'abc\0\001\002defgh' >$'in/b\xFF.txt'
    run -1 --separate-stderr "$DOCMILL" run --log json pipeline.yaml in
    printf '%s\n' "$stderr" >events
    says '.time | endswith("Z")' <events
    head -1 events | says '.event == "start" and .stages[0] == "extract-text"'
    tail -1 events | says '.event == "end" and .status == 1 and .done == 3 and .failed == 1'
    [ "$(grep -c '"event":"failed"' events)" -eq 1 ]
    grep '"event":"failed"' events |
        says '.stage == "extract-text" and (.reason | startswith("not text")) and .path_hex == "696e2f62ff2e747874"'
    says '.done == 3 and .failed == 1 and .pending == 0 and .status == 1' <<<"$output"
    says '.rules | any(.stage == "clean-unicode" and .made == 3)' <<<"$output"
    says '.written == ["out/a.jsonl"]' <<<"$output"
}

@test "--dry-run says what would be done, and writes nothing" {
    mkfifo in/pipe.txt
    run -0 --separate-stderr "$DOCMILL" run --dry-run pipeline.yaml in
    has "$output" "    1  extract-text" "    2  clean-unicode" "    3  output-jsonl" 'path: "out/a.jsonl"' \
        "  process  in/1.txt" "  refuse   in/pipe.txt: is a FIFO" \
        "3 documents (" "would be processed, 1 refused; nothing was written" "  output-jsonl: out/a.jsonl"
    is "$(ls)" "$(printf '%s\n' in pipeline.yaml)"
    run -0 "$DOCMILL" run --dry-run --limit 1 pipeline.yaml in
    has "$output" "1 document ("
}

@test "--dry-run --log json" {
    "$DOCMILL" run --dry-run --log json pipeline.yaml in >plan
    is "$(jq -r 'select(.kind == "stage").stage' plan | xargs)" "extract-text clean-unicode output-jsonl"
    is "$(jq -r 'select(.kind == "input" and .process).path' plan | xargs)" "in/1.txt in/2.txt in/3.txt"
    is "$(jq -r 'select(.kind == "output").path' plan)" out/a.jsonl
    tail -1 plan | says '.kind == "total" and .process == 3'
}

@test "an input that is not there: refused, nothing is written" {
    run -2 --separate-stderr "$DOCMILL" run pipeline.yaml nowhere
    has "$stderr" nowhere
    [ ! -e out/a.jsonl ]
}

@test "a bad document of every kind: one clear line each, and no loss of the others" {
    : >in/empty.txt
    printf '\xC3\x28 \xA0\xA1 plain\n\xF0\x28\x8C\x28' >in/invalid.txt
    truncate -s 3G in/huge.txt
    mkfifo in/pipe.txt
    run -1 --separate-stderr "$DOCMILL" run pipeline.yaml in
    grep -q '^failed: in/huge.txt: ' <<<"$stderr"
    grep -q '^failed: in/pipe.txt: ' <<<"$stderr"
    [ "$(grep -c '^failed: ' <<<"$stderr")" -eq "${#stderr_lines[@]}" ]
    sources >got
    for n in 1 2 3; do grep -qx "$n.txt" got; done
}

@test "on a terminal: a bar that goes away, the tables behind it" {
    [ -e /dev/pts/ptmx ] || skip "no pseudo-terminals here"
    run script -qec "stty cols 70; TERM=xterm '$DOCMILL' run pipeline.yaml in" /dev/null
    [ "$status" -eq 0 ]
    has "$output" "3 done, 0 failed"
    # whatever was drawn was cleared before the tables
    before=${output%%3 done*}
    [[ "$before" != *━* || "$before" == *$'\r\e[K' ]]
}

@test "a full disk behind the tables is no success" {
    run -1 --separate-stderr bash -c '"$DOCMILL" run pipeline.yaml in >/dev/full'
    has "$stderr" "standard output cannot be written"
    is "$(sources | wc -l)" 3
}
