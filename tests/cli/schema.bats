#!/usr/bin/env bats
# `docmill schema`: JSON that knows the plugins.

load common

setup() {
    enter_scratch
}

@test "the schema is JSON and names the stages and their options" {
    "$DOCMILL" schema >schema.json
    says 'type == "object"' <schema.json
    for word in extract clean output unicode jsonl edits max-size attempts; do
        grep -q "\"$word\"" schema.json
    done
}

@test "plugins of --plugin-dir are in it" {
    run -0 "$DOCMILL" schema
    [[ "$output" != *'"fault"'* ]]
    run -0 "$DOCMILL" schema --plugin-dir "$DOCMILL_TEST_PLUGINS"
    has "$output" '"fault"' '"edit-overlap"'
}
