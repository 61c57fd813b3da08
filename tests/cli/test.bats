#!/usr/bin/env bats
# docmill test: cases of stages and pipelines.

load common

setup() {
    enter_scratch
}

# a_case NAME < TEXT
a_case() {
    mkdir -p cases && cat >"cases/$1.case"
}

spaces() {
    a_case spaces <<'END'
# A comment that stays.
stage: clean-unicode
--- input
a\u{A0}b
--- text
a b
--- edits
space 1
END
}

@test "a case that holds, as TAP" {
    spaces
    run -0 --separate-stderr "$DOCMILL" test cases
    is "$output" $'ok 1 - cases/spaces.case\n1..1'
    is "$stderr" ""
}

@test "a case that does not hold says what differs, and where" {
    spaces
    sed -i 's/^a b$/a  b/' cases/spaces.case
    run -1 "$DOCMILL" test cases/spaces.case
    has "$output" "not ok 1 - cases/spaces.case" "cases/spaces.case:5: text differs" "expected  a  b" "# 1 of 1 failed"
}

@test "--update writes what came out, shows it, and leaves the rest to the byte" {
    spaces
    cp cases/spaces.case good
    sed -i 's/^a b$/a  b/' cases/spaces.case
    run -0 "$DOCMILL" test --update cases
    has "$output" "ok 1 - cases/spaces.case # updated" "#   -a  b" "#   +a b" "# 1 of 1 updated"
    cmp good cases/spaces.case
    run -0 "$DOCMILL" test --update cases
    [[ "$output" != *updated* ]]
}

@test "--update fills in a case that expects nothing, and turns a success into a failure" {
    a_case new <<<$'stage: clean-unicode\n--- input\na\\u{200B}b\\\\ --- c'
    "$DOCMILL" test --update cases
    is "$(tail -n 4 cases/new.case)" $'--- text\nab\\\\ --- c\n--- edits\nzero-width 1'
    a_case new <<<$'stage: extract-text\n--- input\n\\x00\\x01\n--- text\nwrong'
    "$DOCMILL" test -u cases
    [ "$(sed -n 4p cases/new.case)" = "--- fails" ]
    run -0 "$DOCMILL" test cases
}

@test "--update refuses what is no case, and what breaks the contract" {
    a_case bad <<<$'stage: clean-unicode\n--- input\na\\qb\n--- text\nx'
    a_case none <<<$'stage: clean-nothing\n--- input\na\n--- text\nx'
    cp -r cases before
    run -1 "$DOCMILL" test --update cases
    has "$output" "cases/bad.case: line 3: not an escape: \\q" "no plugin has a stage 'clean-nothing'"
    diff -r before cases
}

@test "a case that expects a failure and a text, where nothing comes out" {
    a_case both <<<$'stage: clean-unicode\nwith: { nothing: 1 }\n--- input\na\n--- text\na\n--- fails\nwrong'
    run -1 "$DOCMILL" test cases
    has "$output" "cases/both.case:7: fails differs"
    run -0 "$DOCMILL" test --update cases
    has "$(cat cases/both.case)" $'--- text\na\n--- fails\nunknown key'
}

@test "mistakes are told with their lines" {
    while IFS='|' read -r text problem; do
        printf -- "$text" | a_case x
        run -1 "$DOCMILL" test cases
        has "$output" "$problem"
    done <<'END'
stage: clean-unicode\ncolour: red\n--- input\n|line 2: 'colour: red' is no header line of a case
stage: clean-unicode\n--- inputs\n|line 2: no section is called 'inputs'
stage: clean-unicode\n|a case needs '--- input'
--- input\n|a case needs 'stage: NAME' or 'pipeline: FILE'
stage: clean-unicode\npipeline: x\n--- input\n|not both
stage: clean-unicode\n--- input\n--- text\n--- text\n|line 4: there is a section 'text' before
stage: clean-unicode\n--- input\n--- part 2\n|line 3: expected '--- part 1'
END
}

@test "a pipeline's cases: text, edits with their stages, an output's bytes" {
    pipeline "- extract: text" "- clean: unicode" "- output: jsonl" "  with: { path: out.jsonl }" \
        "- output: markdown" "  with: { directory: out }"
    echo "tests: cases" >>pipeline.yaml
    a_case one <<<$'name: x.txt\noutput: output-markdown\n--- input\na\xC2\xA0b\n--- text\na b\n--- edits\nclean-unicode/space 1\n--- bytes\na b\n'
    run -0 "$DOCMILL" test pipeline.yaml
    is "$output" $'ok 1 - ./cases/one.case\n1..1'
    sed -i '1i pipeline: ../pipeline.yaml' cases/one.case
    run -0 "$DOCMILL" test cases
    [ ! -e out ] && [ ! -e out.jsonl ]
}

@test "a pipeline without cases, folders without cases" {
    pipeline "- extract: text" "- output: jsonl" "  with: { path: out.jsonl }"
    run -2 "$DOCMILL" test pipeline.yaml
    has "$output" "the pipeline has no \`tests: FOLDER\`"
    mkdir empty
    run -2 "$DOCMILL" test empty
    run -2 "$DOCMILL" test nothing
    echo "tests: []" >>pipeline.yaml
    run -2 "$DOCMILL" check pipeline.yaml
    has "$output" "tests"
}

@test "several documents out of an extractor, and a plugin that dies" {
    mkdir plugin && cd plugin
    build_plugin two <<'END'
#include <docmill/plugin.h>
#include <stdlib.h>
static dm_status extract(const void *state, dm_task *t, dm_doc *d)
{
    (void)state;
    if (dm_bytes(t, d).len == 0)
        abort();
    if (dm_identify(t, d)->part == 0)
        dm_next(t, d, DM_LIT("second"), DM_LIT("x"));
    return dm_append(t, d, dm_identify(t, d)->part == 0 ? DM_LIT("one") : DM_LIT("two"), (dm_span){0, 0});
}
static const dm_stage two = {.size = sizeof(dm_stage), .kind = DM_EXTRACTOR, .name = "two", .summary = "Two documents.",
    .ops.extractor = &(const dm_extractor_ops){.size = sizeof(dm_extractor_ops), .extract = extract}};
DM_PLUGIN(.name = "two", .version = "1.0.0", .license = "MIT", .stages = (const dm_stage *const[]){&two, NULL});
END
    mv plugins build # where `docmill new` has it: found without a word
    a_case a-dies <<<$'stage: extract-two\n--- input\n--- text\nx'
    a_case b-parts <<<$'stage: extract-two\n--- input\nx\n--- text\none\n--- part 1 second\n--- text\ntwo'
    a_case c-one <<<$'stage: extract-two\n--- input\nx\n--- text\none'
    run -1 "$DOCMILL" test cases
    has "$output" "not ok 1 - cases/a-dies.case" "killed by SIGABRT" "ok 2 - cases/b-parts.case" "not ok 3 -" \
        "the input has 2 parts, and the case is about 1"
    run -0 "$DOCMILL" test --update --filter c-one cases
    is "$(tail -n 5 cases/c-one.case)" $'--- text\none\n--- part 1 second\n--- text\ntwo'
    a_case d-name <<<$'stage: extract-two\n--- input\nx\n--- text\none\n--- part 1 third\\n\n--- text\ntwo'
    run -1 "$DOCMILL" test --filter d-name cases
    has "$output" "cases/d-name.case:6: part differs" 'expected  third\n' "second"
    run -0 "$DOCMILL" test --update --filter d-name cases
    is "$(tail -n 3 cases/d-name.case)" $'--- part 1 second\n--- text\ntwo'
    a_case e-escape <<<$'stage: extract-two\n--- input\nx\n--- text\none\n--- part 1 a\\q\n--- text\ntwo'
    run -1 "$DOCMILL" test --filter e-escape cases
    has "$output" "line 6: the part's name holds a bad escape"
}

@test "--filter and --json" {
    spaces
    a_case other <<<$'stage: clean-unicode\n--- input\na\n--- text\nb'
    run -0 "$DOCMILL" test --filter spaces cases
    has "$output" "1..1"
    run -0 "$DOCMILL" test --filter '**/sp*.case' cases
    run -2 "$DOCMILL" test --filter nowhere cases
    run -1 "$DOCMILL" test --json cases
    jq -es 'length == 2 and .[0].case == "cases/other.case" and (.[0].ok | not) and .[1].ok' <<<"$output"
    jq -es '.[0].diff == "-b\n+a\n" and .[1].diff == ""' <<<"$output"
    run -0 "$DOCMILL" test --json --update cases
    jq -es '.[0].updated and .[0].diff == "-b\n+a\n"' <<<"$output"
    a_case none <<<$'stage: clean-nothing\n--- input\na'
    run -1 "$DOCMILL" test --json --filter none cases
    jq -es '.[0].diff == ""' <<<"$output"
}

@test "--set is refused: a case says all that its result hangs on" {
    run -2 --separate-stderr "$DOCMILL" test --set out=else pipeline.yaml
    has "$stderr" "unknown option --set"
}
