#!/usr/bin/env bats
# Cleaners that are scripts.

load common

setup() {
    enter_scratch
    "$DOCMILL" plugins --json | jq -e '.stages[] | select(.stage == "clean-lua")' >/dev/null || skip "there is no clean-lua"
    pipeline '- extract: text' '- clean: lua' '  with: { file: a.lua }' '- output: jsonl' \
        '  with: { path: "${out}/a.jsonl", edits: full }'
    cat >a.lua <<'END'
-- docmill rule teh: A typing mistake.
function clean(doc)
  for from, to, word in doc:words() do
    if word == "teh" then doc:edit(from, to, "the", "teh") end
    if word == "bad" then error("a bad word") end
    if word == "loop" then while true do end end
    if word == "big" then local s = ("x"):rep(1e9) end
  end
end
END
    mkdir in
    echo 'In teh end.' >in/a.txt
}

@test "a record names the script's rule, and undo takes it" {
    "$DOCMILL" run --quiet pipeline.yaml in
    says '.text == "In the end.\n" and .edits[0].rule == "teh" and .edits[0].stage == "clean-lua"' <out/a.jsonl
    run -0 "$DOCMILL" try --explain pipeline.yaml in/a.txt
    has "$output" clean-lua/teh
    "$DOCMILL" undo --quiet --rule teh pipeline.yaml in/a.txt | cmp - in/a.txt
}

@test "rules of the script are set in the pipeline file, and checked" {
    sed -i 's/file: a.lua/file: a.lua, rules: { teh: flag }/' pipeline.yaml
    "$DOCMILL" try pipeline.yaml in/a.txt | cmp - in/a.txt
    sed -i 's/teh: flag/the: flag/' pipeline.yaml
    run -2 --separate-stderr "$DOCMILL" check pipeline.yaml
    has "$stderr" "pipeline.yaml:7:" "has no rule 'the'" "did you mean 'teh'?"
}

@test "a rule that is declared badly is told with its line" {
    printf -- '-- docmill rule Big one: X.\nfunction clean() end\n' >a.lua
    run -2 --separate-stderr "$DOCMILL" check pipeline.yaml
    has "$stderr" "a.lua:1: a rule's id is small letters"
    printf -- '-- docmill rule a: X.\n-- docmill rule a: Y.\nfunction clean() end\n' >a.lua
    run -2 --separate-stderr "$DOCMILL" check pipeline.yaml
    has "$stderr" "a.lua:2: that rule is there already"
    printf -- '-- docmill rule a\nfunction clean() end\n' >a.lua
    run -2 --separate-stderr "$DOCMILL" check pipeline.yaml
    has "$stderr" "a.lua:1: expected 'docmill rule ID:"
}

@test "check tells what is wrong with a script, with file and line" {
    printf 'function clean(doc)\n  x = = 1\nend\n' >a.lua
    run -2 --separate-stderr "$DOCMILL" check pipeline.yaml
    has "$stderr" "a.lua:2:" "unexpected symbol near '='"
    echo 'x = 1' >a.lua
    run -2 --separate-stderr "$DOCMILL" check pipeline.yaml
    has "$stderr" "a.lua: has no function clean(doc)"
    printf '\033LJ\002\002' >a.lua
    run -2 --separate-stderr "$DOCMILL" check pipeline.yaml
    has "$stderr" "attempt to load"
}

@test "one bad document is one dead letter: an error, a loop, too much memory" {
    echo 'a bad one' >in/b.txt
    echo 'a loop' >in/c.txt
    echo 'a big one' >in/d.txt
    echo 'teh last' >in/e.txt
    sed -i 's/^run: {/run: { timeout: 1s, attempts: 1,/' pipeline.yaml
    run --separate-stderr "$DOCMILL" run pipeline.yaml in
    [ "$status" -ne 0 ]
    jq -r .text out/a.jsonl | grep -v '^$' >got
    is "$(cat got)" $'In the end.\nthe last'
    run "$DOCMILL" status pipeline.yaml
    has "$output$stderr" "a.lua:5: a bad word"
}

@test "a script that changes makes another pipeline" {
    "$DOCMILL" run --quiet pipeline.yaml in
    sed -i 's/"the"/"THE"/' a.lua
    "$DOCMILL" run --quiet pipeline.yaml in
    says '.text == "In THE end.\n"' <out/a.jsonl
}
