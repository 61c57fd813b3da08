#!/usr/bin/env bats
# One document never costs another: crashes, hangs, leaks, signals, and the order of what is written.

load common

setup() {
    enter_scratch
    mkdir in
    seq -f 'Document %04g greets the world.' 0 999 | split -l 1 -a 4 --numeric-suffixes=0 --additional-suffix=.txt - in/
    printf 'The poison is here.\n' >>in/0500.txt
}

# faulty MODE [RUN-SETTING...]: a pipeline that does MODE to the document with the poison
faulty() {
    cat >"$1.yaml" <<END
docmill: 1
stages:
  - extract: text
  - clean: fault
    with: { mode: $1, match: ${match:-poison} }
  - output: jsonl
    with: { path: $1.jsonl }
run: { workers: ${workers:-2}, state: state, timeout: ${timeout:-1s}, memory: ${memory:-192MiB} }
END
}

mill() {
    "$DOCMILL" run --quiet --plugin-dir "$DOCMILL_TEST_PLUGINS" "$@"
}

# What a run writes that nothing disturbs, but for the document with the poison.
undisturbed() {
    faulty none
    mill none.yaml in
    grep -v poison none.jsonl >undisturbed.jsonl
}

# costs_one MODE REASON
costs_one() {
    undisturbed
    faulty "$1"
    run -1 --separate-stderr mill "$1.yaml" in
    is "$stderr" "failed: in/0500.txt: clean-fault: $2 (2 attempts)"
    cmp "$1.jsonl" undisturbed.jsonl
    is "$(jq -r .reason state/dead-letters/*.json)" "$2"
}

@test "a plugin that crashes costs the document that it met" {
    costs_one crash "crashed: Segmentation fault"
}

@test "a plugin that loops for ever costs the document that it met" {
    costs_one hang "took longer than 1 s"
}

@test "a plugin that allocates without end costs the document that it met" {
    timeout=60s costs_one leak "took more than 192 MiB of memory"
}

@test "a plugin that ends the process costs the document that it met" {
    costs_one exit "ended its process with exit status 0"
}

@test "a document that is refused costs one attempt" {
    undisturbed
    faulty fail
    run -1 --separate-stderr mill fail.yaml in
    is "$stderr" "failed: in/0500.txt: clean-fault: a bad document, as asked"
    cmp fail.jsonl undisturbed.jsonl
}

@test "trying again: two attempts, then a dead letter" {
    costs_one retry "try again, as asked"
}

@test "a flood of log lines is cut" {
    faulty flood
    run -0 --separate-stderr "$DOCMILL" run --plugin-dir "$DOCMILL_TEST_PLUGINS" flood.yaml in
    (($(grep -c 'far too many' <<<"$stderr") == 20))
    has "$stderr" "more lines were left out"
}

@test "a plugin with a bug stops the run, and nothing is written for its document" {
    faulty bug
    run -1 --separate-stderr mill bug.yaml in
    has "$stderr" "in/0500.txt: clean-fault: a bug, as asked"
    run ! grep -q 0500.txt bug.jsonl
}

@test "a stage that kills everything stops the run" {
    match='""' faulty crash
    run -1 --separate-stderr mill crash.yaml in
    has "$stderr" "clean-fault: 20 of the last 50 documents died in it"
    [ ! -s crash.jsonl ]
}

@test "the outcome does not depend on the number of workers" {
    for n in 1 2 8; do
        workers=$n faulty none
        mill none.yaml in
        mv none.jsonl "$n.jsonl"
        rm -r state
    done
    cmp 1.jsonl 2.jsonl
    cmp 1.jsonl 8.jsonl
    (($(wc -l <1.jsonl) == 1000))
}

@test "documents that wait for a slow one spill, and come out in order" {
    head -c 100000 /dev/zero | tr '\0' x >long
    for n in 0{600..999}; do cat long >>"in/$n.txt"; done # 40 MB
    mv in/0500.txt in/0000.txt
    faulty hang
    run -1 mill hang.yaml in
    is "$(jq -r .source hang.jsonl)" "$(cd in && ls | grep -v 0000)"
}

# start MODE: in the background, and wait until the first worker is at work
start() {
    "$DOCMILL" run --plugin-dir "$DOCMILL_TEST_PLUGINS" "$1.yaml" in >out 2>err 3>&- &
    supervisor=$!
    for _ in {1..200}; do
        (($(pgrep -c -P "$supervisor" || true) >= 3)) && break
        sleep 0.05
    done
}

# Twice, with time between them: the first drains, the second stops at once.
interrupt() {
    kill "-$1" "$supervisor"
    sleep 0.3
    kill "-$1" "$supervisor"
}

ends() {
    local status=0
    wait "$supervisor" || status=$?
    is "$status" "$1"
}

@test "SIGINT: what is at work is finished, and the status says so" {
    timeout=3s match=Document faulty hang
    start hang
    sleep 0.5 # or nothing is at work yet
    kill -INT "$supervisor"
    sleep 0.2
    kill -0 "$supervisor"
    kill -INT "$supervisor"
    ends 130
    has "$(<err)" "stopping after the documents at work"
    has "$(<out)" "pending"
    [ ! -s hang.jsonl ]
}

@test "SIGTERM gives 143" {
    timeout=3s match=Document faulty hang
    start hang
    sleep 0.5
    interrupt TERM
    ends 143
}

@test "a worker that is killed from outside costs no attempt" {
    timeout=20s faulty hang
    start hang
    sleep 0.5 # all but the poison is done, and one worker hangs
    pkill -KILL -P "$supervisor" -f __worker
    sleep 0.5
    pkill -KILL -P "$supervisor" -f __worker
    sleep 0.5
    kill -0 "$supervisor" # two attempts would have ended it
    interrupt INT
    ends 130
}

@test "the writer's death stops the run" {
    timeout=20s faulty hang
    start hang
    sleep 0.5
    pkill -KILL -P "$supervisor" -f __writer
    ends 1
    has "$(<err)" "the writer died (Killed)"
}

@test "no process outlives the supervisor" {
    timeout=20s faulty hang
    start hang
    children=$(pgrep -P "$supervisor")
    kill -KILL "$supervisor"
    ends 137
    for child in $children; do
        for _ in {1..100}; do
            kill -0 "$child" 2>/dev/null || continue 2
            [ "$(awk '{print $3}' "/proc/$child/stat" 2>/dev/null)" = Z ] && continue 2
            sleep 0.05
        done
        echo "process $child is still there"
        return 1
    done
}
