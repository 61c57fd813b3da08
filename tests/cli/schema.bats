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

# validate FILE: against schema.json, with Python's yaml and jsonschema.  They are for this test only, and no
# package that the project needs
validate() {
    python3 - "$1" <<'END'
import json, sys, yaml, jsonschema
schema = json.load(open("schema.json", encoding="utf-8"))
try:
    jsonschema.validate(yaml.safe_load(open(sys.argv[1], encoding="utf-8")), schema)
except jsonschema.ValidationError as error:
    sys.exit(f"{sys.argv[1]}: {error.json_path}: {error.message}")
END
}

needs_validator() {
    python3 -c 'import yaml, jsonschema' 2>/dev/null ||
        skip "needs python3 with yaml and jsonschema (python3-yaml and python3-jsonschema)"
    "$DOCMILL" schema >schema.json
}

@test "the schema is one, and takes every pipeline that docmill brings" {
    needs_validator
    python3 -c 'import json, jsonschema
schema = json.load(open("schema.json"))
jsonschema.validators.validator_for(schema).check_schema(schema)'
    for file in "$DOCMILL_SOURCE"/pipelines/*.yaml; do validate "$file"; done
    awk '/^```yaml$/ { on = 1; next } /^```$/ { if (on) exit } on' "$DOCMILL_SOURCE/README.md" >readme.yaml
    validate readme.yaml
    awk '/^```yaml$/ { on = 1; next } /^```$/ { if (on) exit } on' \
        "$DOCMILL_SOURCE/docs/design/pipeline-file.md" >page.yaml
    grep -q '^docmill: 1$' page.yaml
    validate page.yaml
}

@test "the schema refuses what check refuses by the tables" {
    needs_validator
    for name in keys no-version order stages units version; do
        run -1 validate "$DOCMILL_SOURCE/tests/cases/check/$name.yaml"
        has "$output" "$name.yaml: \$"
    done
}
