#!/usr/bin/env bats
# What the world does to a run: full disks, folders that cannot be written, broken ledgers and outputs, inputs
# that vanish or change, no descriptors, clocks that jump.  Each time: a clear message, an exit status that is
# not 0, nothing lost, and the next run goes on to the bytes of an undisturbed one.

load common

setup() {
    enter_scratch
    mkdir in
    seq -f 'Document %04g greets the world, which is as large as a line of text can be.' 0 299 |
        split -l 1 -a 3 --numeric-suffixes=0 --additional-suffix=.txt - in/
    head -c 300000 /dev/urandom | base64 -w 76 >in/999.txt
    out=out
}

teardown() {
    umount small 2>/dev/null || true
}

# write_pipeline [RUN-SETTING...]: three outputs below $out, the state in $state
write_pipeline() {
    cat >p.yaml <<END
docmill: 1
input: { paths: [in] }
stages:
  - extract: text
  - output: jsonl
    with: { path: $out/all.jsonl }
  - output: markdown
    with: { directory: $out/markdown }
run: { workers: 2, state: ${state:-$out/.docmill}${1:+, $1} }
END
}

mill() {
    "$DOCMILL" run --quiet "$@" p.yaml
}

# What nothing disturbs; then the same again, for the test to disturb.
undisturbed() {
    write_pipeline
    mill
    mkdir expected
    cp -r "$out/all.jsonl" "$out/markdown" expected/
    rm -rf "${out:?}"/* "$out/.docmill" "${state:-nowhere}"
}

same_bytes() {
    cmp "$out/all.jsonl" expected/all.jsonl
    diff -r "$out/markdown" expected/markdown
    is "$(find "$out" -name '*.new' -o -name '*docmill-new')" ""
}

# small_disk SIZE: mount a file system of that size at ./small
small_disk() {
    mkdir -p small
    mount -t tmpfs -o "size=$1" tmpfs small 2>/dev/null || skip "no file system can be mounted here"
}

@test "a full disk under the outputs stops the run; with room it goes on" {
    undisturbed
    small_disk 1m
    out=small state=state
    write_pipeline
    run -1 --separate-stderr mill
    has "$stderr" "small" "No space left on device"
    mount -o remount,size=64m small
    mill
    same_bytes
}

@test "a full disk under the ledger stops the run; with room it goes on" {
    undisturbed
    small_disk 64k
    state=small/state
    write_pipeline
    run --separate-stderr mill
    ((status == 1 || status == 2))
    has "$stderr" "small/state/ledger.db"
    mount -o remount,size=64m small
    mill
    same_bytes
}

@test "an output folder that is read-only refuses the run, and is named" {
    undisturbed
    small_disk 16m
    out=small state=state
    write_pipeline
    mount -o remount,ro small
    run -2 --separate-stderr mill
    has "$stderr" "small" "Read-only file system"
    mount -o remount,rw small
    mill
    same_bytes
}

@test "a state folder that is read-only refuses the run, and is named" {
    undisturbed
    small_disk 16m
    state=small/state
    write_pipeline
    mount -o remount,ro small
    run -2 --separate-stderr mill
    has "$stderr" "small/state" "Read-only file system"
    [ ! -e out/all.jsonl ]
}

@test "an input that vanishes is a dead letter, the others are done" {
    write_pipeline
    printf '%s\0' in/*.txt in/gone.txt >list
    run -1 --separate-stderr mill --from0 list
    is "$stderr" "failed: in/gone.txt: input: cannot be opened: No such file or directory"
    is "$(wc -l <out/all.jsonl)" 301
    printf 'It is back.\n' >in/gone.txt
    mill --from0 list
    is "$(wc -l <out/all.jsonl)" 302
}

@test "a ledger that is damaged refuses the run, and says what to do" {
    undisturbed
    write_pipeline
    mill
    cp out/.docmill/ledger.db kept
    for damage in garbage truncated; do
        if [ "$damage" = garbage ]; then
            head -c 50000 /dev/urandom >out/.docmill/ledger.db
        else
            head -c 9000 kept >out/.docmill/ledger.db
        fi
        run -2 --separate-stderr mill
        has "$stderr" "out/.docmill/ledger.db is damaged; move it away"
        same_bytes
    done
    mv out/.docmill/ledger.db elsewhere
    run -2 --separate-stderr mill
    has "$stderr" "docmill has no record of"
    same_bytes
    mill --overwrite
    same_bytes
}

@test "what a killed run left behind the last commit is cut off" {
    undisturbed
    DOCMILL_FAILPOINT=w-after-commit:1 run -1 --separate-stderr mill
    has "$stderr" "the writer died"
    printf '{"half of a rec' >>out/all.jsonl
    printf 'half' >out/markdown/.docmill-0000000000000009.new
    mill
    same_bytes
}

@test "an output that is shorter than its record refuses the run and is not touched" {
    undisturbed
    write_pipeline
    mill
    printf 'One more.\n' >in/more.txt
    truncate -s 1000 out/all.jsonl
    run -2 --separate-stderr mill
    has "$stderr" "out/all.jsonl holds 1000 bytes, fewer than the"
    is "$(stat -c %s out/all.jsonl)" 1000
    rm out/all.jsonl
    run -2 --separate-stderr mill
    has "$stderr" "out/all.jsonl is gone, although"
    rm in/more.txt
    mill --overwrite
    same_bytes
}

@test "no descriptors left: a clear message, and the next run goes on" {
    undisturbed
    write_pipeline
    for most in 8 10 12 14 16 18; do
        run --separate-stderr bash -c "ulimit -n $most; exec \"$DOCMILL\" run --quiet p.yaml"
        ((status == 0)) && break
        ((status == 1 || status == 2))
        [ -n "$stderr" ]
    done
    mill
    same_bytes
}

@test "clocks that jump: times to come and long past do not hide a change, nor make one" {
    undisturbed
    touch -d 2038-01-01 in/000.txt
    touch -d 1970-01-01 in/001.txt
    touch -d 1960-01-01 in/002.txt
    mill
    same_bytes
    has "$("$DOCMILL" run p.yaml)" "301 unchanged"
    printf 'Document 9999 greets the world, which is as large as a line of text can be.\n' >in/000.txt
    touch -d 2038-01-01 in/000.txt
    has "$("$DOCMILL" run p.yaml)" "1 done, 0 failed, 0 dropped, 0 pending, 300 unchanged"
    grep -q 9999 out/markdown/000.txt.md
}
