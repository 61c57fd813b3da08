#!/usr/bin/env bats
# `docmill watch` and `docmill audit`.  The watcher itself is tested in tests/unit/test_watcher.c, killing in
# tests/crash/watch.c.

load common

setup() {
    enter_scratch
    mkdir in
    watch_pipeline 'settle: 100ms'
    WATCH=
}

teardown() {
    [ -z "$WATCH" ] || kill -KILL "$WATCH" 2>/dev/null || true
}

# watch_pipeline SETTINGS: a pipeline.yaml with these settings of `watch:`
watch_pipeline() {
    printf 'docmill: 1\nwatch: { %s }\nrun: { state: out/.docmill, workers: 1 }\nstages:\n  - extract: text\n  - output: jsonl\n    with: { path: out/a.jsonl }\n' "$1" >pipeline.yaml
}

# start WORDS...: a watch in the background, ready
start() {
    "$DOCMILL" watch "$@" pipeline.yaml in >log 2>&1 3>&- &
    WATCH=$!
    eventually grep -q '^docmill: watching' log
}

# eventually COMMAND...: true within ten seconds
eventually() {
    for _ in $(seq 200); do
        "$@" && return
        sleep 0.05
    done
    echo "not so after ten seconds: $*"
    cat log
    return 1
}

# within a minute; one that does not hear is told apart from one that fails by its log
stop() {
    local killer
    kill -TERM "$WATCH"
    { sleep 60; kill -QUIT "$WATCH"; } >/dev/null 2>&1 3>&- &
    killer=$!
    wait "$WATCH" || { cat log; kill "$killer"; return 1; }
    kill "$killer"
    WATCH=
}

sources() {
    jq -r .source out/a.jsonl | sort
}

has_sources() {
    [ -e out/a.jsonl ] && [ "$(sources 2>/dev/null)" = "$(printf '%s\n' "$@")" ]
}

done_with() {
    grep -q "^done: $1\$" log
}

@test "takes what lies there and what comes, and stops when told to" {
    echo one >in/1.txt
    start
    echo two >in/2.txt
    mkdir -p in/a/b && echo three >in/a/b/3.txt
    eventually has_sources 1.txt 2.txt a/b/3.txt
    stop
    has "$(cat log)" "done: in/1.txt" "stopped: 3 done, 0 failed, 0 dropped"
    run -0 --separate-stderr "$DOCMILL" audit pipeline.yaml in
    is "$output" "$(printf 'done      in/%s\n' 1.txt 2.txt a/b/3.txt)"
}

@test "a restart repeats nothing and leaves nothing out" {
    echo one >in/1.txt
    start
    eventually done_with in/1.txt
    kill -KILL "$WATCH"
    wait "$WATCH" || true
    echo two >in/2.txt
    run -1 --separate-stderr "$DOCMILL" audit --missing pipeline.yaml in
    is "$output" "none      in/2.txt  (new)"
    start
    eventually done_with in/2.txt
    stop
    has_sources 1.txt 2.txt
}

@test "a file that is being written waits" {
    start
    exec 5>in/slow.txt
    printf 'first half, ' >&5
    sleep 0.5
    [ ! -s out/a.jsonl ]
    printf 'second half\n' >&5
    exec 5>&-
    eventually done_with in/slow.txt
    is "$(jq -r .text out/a.jsonl)" "first half, second half"
    stop
}

@test "ignored names are nobody's, and audit says so" {
    start
    touch in/a.part in/.b 'in/~$c.txt'
    echo new >in/d.tmp
    mv in/d.tmp in/d.txt
    eventually done_with in/d.txt
    stop
    has_sources d.txt
    run -0 --separate-stderr "$DOCMILL" audit --json pipeline.yaml in
    echo "$output" | jq -es 'map(.state) | sort == ["done", "ignored", "ignored"]'
}

@test "a changed file is processed again, with the next revision" {
    start
    echo one >in/1.txt
    eventually done_with in/1.txt
    echo another one >in/1.txt
    eventually test "$(wc -l <out/a.jsonl)" -ge 1
    eventually grep -q another out/a.jsonl
    stop
    is "$(jq -r .revision out/a.jsonl)" "$(printf '1\n2')"
}

@test "after: move keeps sub-folders and numbers names that are taken" {
    watch_pipeline 'after: move, done: done, settle: 100ms'
    start
    mkdir in/a && echo one >in/a/1.txt
    eventually test -e done/a/1.txt
    echo two >in/a/1.txt
    eventually test -e done/a/1.2.txt
    is "$(cat done/a/1.txt done/a/1.2.txt)" "$(printf 'one\ntwo')"
    stop
    [ -z "$(find in -type f)" ]
    is "$(wc -l <out/a.jsonl)" 2
}

@test "after: delete deletes what was done, and keeps what failed" {
    watch_pipeline 'after: delete, settle: 100ms'
    printf 'bad \0\1\2\3\0\0\0\0 bytes' >in/bad.txt
    start
    echo one >in/1.txt
    eventually test ! -e in/1.txt
    has_sources 1.txt
    eventually grep -q '^failed: in/bad.txt' log
    stop
    [ -e in/bad.txt ]
    run -0 --separate-stderr "$DOCMILL" audit pipeline.yaml in
    is "$output" "failed    in/bad.txt"
}

@test "marker files say what is complete" {
    watch_pipeline 'marker: .done, after: delete, settle: 100ms'
    start
    echo one >in/1.txt
    echo two >in/2.txt
    touch in/2.txt.done
    eventually test ! -e in/2.txt
    eventually test ! -e in/2.txt.done
    [ -e in/1.txt ]
    stop
    run -0 --separate-stderr "$DOCMILL" audit pipeline.yaml in
    is "$output" "unmarked  in/1.txt"
}

@test "SIGHUP takes a changed pipeline up, and keeps the old one if it is wrong" {
    start
    echo one >in/1.txt
    eventually done_with in/1.txt
    echo 'nonsense: 1' >>pipeline.yaml
    kill -HUP "$WATCH"
    eventually grep -q 'the old one goes on' log
    echo two >in/2.txt
    eventually done_with in/2.txt
    watch_pipeline 'settle: 100ms'
    sed -i 's/  - output/  - clean: unicode\n  - output/' pipeline.yaml
    kill -HUP "$WATCH"
    eventually grep -q 'taking up' log
    printf 'thr\xE2\x80\x8Bee\n' >in/3.txt
    eventually done_with in/3.txt
    stop
    has_sources 1.txt 2.txt 3.txt
    is "$(tail -n 1 out/a.jsonl | jq -r .text)" three
}

@test "reload: auto takes it up by itself" {
    watch_pipeline 'reload: auto, settle: 100ms'
    start
    sed -i 's/  - output/  - clean: unicode\n  - output/' pipeline.yaml
    eventually grep -q 'taking up' log
    stop
}

@test "reload: auto takes up a changed data file, too" {
    watch_pipeline 'reload: auto, settle: 100ms'
    sed -i 's/  - output/  - clean: lua\n    with: { file: a.lua }\n  - output/' pipeline.yaml
    printf 'function clean(doc) end\n' >a.lua
    "$DOCMILL" plugins --json | jq -e '.stages[] | select(.stage == "clean-lua")' >/dev/null || skip "there is no clean-lua"
    start
    printf 'function clean(doc) doc:meta("now", "yes") end\n' >a.lua
    eventually grep -q 'taking up' log
    echo one >in/1.txt
    eventually done_with in/1.txt
    stop
    is "$(jq -r .metadata.now out/a.jsonl)" yes
}

@test "what failed is tried again under the pipeline that is taken up" {
    watch_pipeline 'reload: auto, settle: 100ms'
    sed -i 's/  - output/  - clean: lua\n    with: { file: a.lua }\n  - output/' pipeline.yaml
    printf 'function clean(doc) error("not yet") end\n' >a.lua
    "$DOCMILL" plugins --json | jq -e '.stages[] | select(.stage == "clean-lua")' >/dev/null || skip "there is no clean-lua"
    start
    echo one >in/1.txt
    eventually grep -q 'failed: in/1.txt' log
    printf 'function clean(doc) end\n' >a.lua
    eventually done_with in/1.txt
    stop
    has_sources 1.txt
}

@test "a folder that is deleted and comes back" {
    start
    rmdir in
    eventually grep -q 'is gone' log
    mkdir in && echo one >in/1.txt
    eventually done_with in/1.txt
    stop
}

@test "a file that is taken away before it is read is no failure" {
    start
    children=$(pgrep -P "$WATCH")
    kill -STOP $children
    echo one >in/1.txt
    sleep 0.5
    rm in/1.txt
    kill -CONT $children
    eventually grep -q '^dropped: in/1.txt: gone before it was read' log
    echo two >in/1.txt
    eventually done_with in/1.txt
    stop
    [ -z "$(ls -A out/.docmill/dead-letters)" ]
}

@test "workers that are killed cost nothing" {
    start
    for n in $(seq 40); do
        echo "number $n" >in/$n.txt
        [ $((n % 10)) != 0 ] || for worker in $(pgrep -P "$WATCH"); do kill -KILL "$worker" 2>/dev/null || true; done
        sleep 0.02
    done
    lines() { [ "$(wc -l <out/a.jsonl)" = 40 ]; }
    eventually lines
    stop
    is "$(sources | uniq | wc -l)" 40
    run -0 --separate-stderr "$DOCMILL" audit --missing pipeline.yaml in
}

@test "status shows a watch that is under way" {
    echo one >in/1.txt
    start
    eventually done_with in/1.txt
    figures() { "$DOCMILL" status --json pipeline.yaml | jq -e '.watch.done == 1 and .watch.folders == 1' >/dev/null; }
    eventually figures
    stop
    "$DOCMILL" status --json pipeline.yaml | jq -e 'has("watch") | not'
}

@test "--log json: one object a document" {
    echo one >in/1.txt
    "$DOCMILL" watch --log json pipeline.yaml in >log 2>&1 3>&- &
    WATCH=$!
    eventually grep -q '"event":"ready"' log
    eventually grep -q '"event":"document"' log
    stop
    jq -es 'map(select(.event == "document")) | length == 1 and .[0].source == "1.txt"' log
}

@test "refuses what cannot be watched" {
    echo x >file
    run -2 "$DOCMILL" watch pipeline.yaml file
    has "$output" "only folders can be watched: file"
    watch_pipeline 'after: move'
    run -2 "$DOCMILL" watch pipeline.yaml in
    has "$output" "needs a folder to move to"
    watch_pipeline 'after: move, done: in/done'
    run -2 "$DOCMILL" watch pipeline.yaml in
    has "$output" "inside the input"
}

@test "a signal to all processes, as service managers send it, ends a watch in order" {
    local i children
    start
    for i in $(seq 50); do echo "text $i" >"in/$i.txt"; done
    eventually test -s out/a.jsonl
    children=$(cat "/proc/$WATCH/task/$WATCH/children")
    [ -n "$children" ]
    # shellcheck disable=SC2086  # numbers are words
    kill -TERM $children
    sleep 0.1
    # shellcheck disable=SC2086
    kill -TERM "$WATCH" $children
    wait "$WATCH" || { echo "it ended with $?"; cat log; return 1; }
    WATCH=
    run ! grep -e died -e 'starting again' log
}
