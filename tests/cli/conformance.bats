#!/usr/bin/env bats
# docmill plugins check: each sin of tests/conformance/unsound.c is found, and what has none conforms.

load common

setup() {
    enter_scratch
    export TMPDIR=$PWD
}

# check SIN OPTION...: the plugin with that sin
check() {
    "$DOCMILL" plugins check "${@:2}" "$DOCMILL_BUILD/tests/unsound/unsound-$1.so"
}

@test "a sound plugin conforms, and nothing is left behind" {
    run -0 --separate-stderr check none
    has "$output" "ok 1 - plugin: can be loaded" "output-lines: can finish twice" "unsound-none.so: conforms" "1..36"
    [[ "$output" != *"not ok"* ]]
    is "$(ls)" ""
}

@test "each sin is found, explained, and makes the status 1" {
    # the sanitizers end the program where the kernel would kill it
    while IFS='|' read -r sin title found; do
        run -1 check "$sin" --timeout 2
        grep -Eq "^not ok [0-9]+ - $title" <<<"$output" || { echo "$sin: $output"; return 1; }
        grep -Eq "^#   found: $found" <<<"$output" || { echo "$sin: $output"; return 1; }
        has "$output" "#   while: " "#   means: " "#   do:    " "does not conform"
    done <<'END'
remembers|clean-capital: gives the same results after other documents|document "one letter" comes out differently after other documents
ignores-null|clean-capital: fails in order when memory runs out|(killed by SIGSEGV|it ends the program with status 1)
mumbles|output-lines: is described for people|the help of option path does not end in a full stop
refuses-defaults|clean-capital: opens with its defaults|it is refused: not with these options
edits-beyond|clean-capital: works on|document "one letter": status -5: a change lies outside the text
too-sure|extract-ascii: answers 0 to 100|it answers 200
cuts-files|output-lines: writes records, and refuses|it is not refused
goes-on-behind|output-lines: goes on after a crash|the target differs from that of an undisturbed run
hangs|extract-ascii: opens with its defaults|not done after 2 s
exits|extract-ascii: opens with its defaults|it ends the program with status 3
END
}

@test "what is not given back is found" {
    "$DOCMILL" plugins check "$DOCMILL_BUILD/tests/unsound/unsound-none.so" # as any build may
    [ -z "$(nm "$DOCMILL" | grep __asan_init)" ] || skip "the sanitizer's allocator does not tell"
    run -1 check leaks
    grep -Eq '^not ok [0-9]+ - extract-ascii: gives back what it took for a document' <<<"$output"
    grep -Eq '^#   found: [0-9]+ bytes are not given back in 3 rounds' <<<"$output"
}

@test "the checks go on behind a crash" {
    run -1 check ignores-null
    has "$output" "ok 36 - output-lines: goes on after memory ran out while it wrote"
}

@test "idempotence is held against a plugin that claims it" {
    run -0 check never-done
    has "$output" "# note: clean-capital: not idempotent: document \"one letter\", rule capital"
    run -1 check never-done --idempotent
    has "$output" "found: document \"one letter\": a second pass makes 1 change, the first by rule capital"
    run -0 check none --idempotent
}

@test "--json: an object for each check" {
    "$DOCMILL" plugins check --json "$DOCMILL_BUILD/tests/unsound/unsound-none.so" | says '.ok and .findings == []'
    check mumbles --json >found || true
    jq -es 'map(select(.ok | not)) | length == 1 and .[0].findings[0].rule == "described"' found
}

@test "what is no plugin is a finding; what is not there is refused" {
    echo nonsense >x.so
    run -1 "$DOCMILL" plugins check x.so
    has "$output" "not ok 1 - plugin: can be loaded"
    run -2 "$DOCMILL" plugins check nothing.so
    run -2 "$DOCMILL" plugins check
    mkdir empty
    run -2 "$DOCMILL" plugins check empty
    run -2 "$DOCMILL" plugins check --with nonsense x.so
}

@test "the help page" {
    run -0 "$DOCMILL" plugins check --help
    is "$("$DOCMILL" help plugins check)" "$output"
    has "$output" "usage: docmill plugins check " "--valgrind" "--idempotent" "Exit status" "TAP"
    [ "$(wc -L <<<"$output")" -le 100 ]
}
