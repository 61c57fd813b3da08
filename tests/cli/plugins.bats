#!/usr/bin/env bats
# `docmill plugins`: the list, what was left out, and the page of a stage.

load common

setup() {
    enter_scratch
}

@test "the list has every stage with its kind" {
    run -0 --separate-stderr "$DOCMILL" plugins
    [[ "${lines[0]}" =~ ^stage\ +kind\ +version\ +what\ it\ does$ ]]
    grep -Eq '^extract-text +extractor +[0-9.]+ +[A-Z]' <<<"$output"
    grep -Eq '^clean-unicode +cleaner ' <<<"$output"
    grep -Eq '^output-jsonl +output ' <<<"$output"
    is "$stderr" ""
}

@test "plugins that were left out stand below, with the reason" {
    mkdir plugins
    echo "not a shared object" >plugins/broken.so
    run -0 "$DOCMILL" plugins --plugin-dir plugins
    has "$output" "left out" "plugins/broken.so"
    grep -Eq '^extract-text ' <<<"$output"
}

@test "a plugin that crashes while it is loaded is left out, and no more" {
    build_plugin crash <<'END'
#include <docmill/plugin.h>
#include <stdlib.h>
__attribute__((constructor)) static void crash(void) { abort(); }
DM_EXPORT const dm_plugin docmill_plugin_v1 = {0};
END
    run -0 "$DOCMILL" plugins --plugin-dir plugins
    has "$output" "plugins/crash.so"
    grep -Eq '^extract-text ' <<<"$output"
    run -0 "$DOCMILL" plugins --plugin-dir plugins --json
    has "$output" '"left_out"' 'plugins/crash.so'
}

@test "a stage is described by its full or its short name" {
    run -0 --separate-stderr "$DOCMILL" plugins clean-unicode
    has "$output" "clean-unicode: " "cleaner of the plugin " "in a pipeline:  - clean: unicode" "Rules"
    is "$("$DOCMILL" plugins unicode)" "$output"
}

@test "a name that several stages have is refused with all of them" {
    run -2 --separate-stderr "$DOCMILL" plugins text
    is "$stderr" 'docmill: error: "text" may be any of: extract-text, output-text'
}

@test "a name that no stage has is refused with what there is" {
    run -2 --separate-stderr "$DOCMILL" plugins xyzzy
    has "$stderr" 'docmill: error: no stage "xyzzy"; there are: ' extract-text clean-unicode output-jsonl
}

@test "a plugin that is called like none of its stages: its stages" {
    run -0 --separate-stderr "$DOCMILL" plugins output-files
    [[ "${lines[0]}" =~ ^the\ plugin\ output-files\ [0-9.]+\ \(MIT\)$ ]]
    [[ "${lines[1]}" =~ ^in\ /.*/output-files.so$ ]]
    is "$(awk 'NR > 3 { print $1 }' <<<"$output" | xargs)" "stage output-markdown output-text"
    "$DOCMILL" plugins output-files --json | says '[.stages[].stage] == ["output-markdown", "output-text"]'
    run -2 "$DOCMILL" plugins output-files --markdown
    has "$output" "one stage"
}

@test "a stage that is not found may be in a plugin that was left out" {
    mkdir plugins
    echo "not a shared object" >plugins/xyzzy.so
    run -2 --separate-stderr "$DOCMILL" plugins --plugin-dir plugins xyzzy
    has "$stderr" 'no stage "xyzzy"' "the plugin plugins/xyzzy.so is left out: "
}

@test "--json can be read by programs" {
    "$DOCMILL" plugins --json >all.json
    says '.stages | any(.stage == "clean-unicode" and .kind == "cleaner" and (.rules | length > 0))' <all.json
    says '[.stages[].options[]] | all(.help != "" and .type != "")' <all.json
    says '.left_out == []' <all.json
    "$DOCMILL" plugins clean-unicode --json | says '.stage == "clean-unicode"'
}

@test "--path prints the folders in the order in which they are searched" {
    mkdir a b
    export DOCMILL_PLUGIN_PATH="$PWD/b"
    run -0 "$DOCMILL" plugins --path --plugin-dir a
    [[ "${lines[0]}" == *a ]]
    is "${lines[1]}" "$PWD/b"
    [ "${#lines[@]}" -eq 3 ]
}

@test "a folder of --plugin-dir that is not there is refused" {
    run -2 --separate-stderr "$DOCMILL" plugins --plugin-dir nowhere
    has "$stderr" "nowhere: error: "
}

@test "what a plugin says of itself cannot move the cursor" {
    build_plugin evil <<'END'
#include <docmill/plugin.h>
static dm_status clean(const void *s, dm_task *t, dm_doc *d) { (void)s; (void)t; (void)d; return DM_OK; }
static const dm_cleaner_ops ops = {.size = sizeof ops, .clean = clean};
static const dm_stage stage = {.size = sizeof(dm_stage), .kind = DM_CLEANER, .name = "evil",
                               .summary = "Red \033[31m and back \xE2\x80\xAE.", .ops.cleaner = &ops};
static const dm_stage *const stages[] = {&stage, NULL};
DM_PLUGIN(.name = "evil", .version = "1\033[2J", .license = "MIT", .stages = stages);
END
    esc=$'\e'
    for words in "plugins" "plugins evil"; do
        # shellcheck disable=SC2086
        run "$DOCMILL" $words --plugin-dir plugins
        [[ "$output" != *"$esc"* ]]
    done
}

@test "the reference pages are current: docmill plugins NAME --markdown" {
    pages=$DOCMILL_SOURCE/docs/reference
    stages=$("$DOCMILL" plugins --json | jq -r '.stages[].stage')
    for stage in $stages; do
        "$DOCMILL" plugins "$stage" --markdown >page.md
        diff -u "$pages/$stage.md" page.md || {
            echo "write it anew: docmill plugins $stage --markdown > docs/reference/$stage.md"
            return 1
        }
    done
    # and none is left of a stage that is gone
    for page in "$pages"/extract-*.md "$pages"/clean-*.md "$pages"/output-*.md; do
        grep -qx "$(basename "$page" .md)" <<<"$stages"
    done
}

@test "--markdown needs a name" {
    run -2 --separate-stderr "$DOCMILL" plugins --markdown
    has "$stderr" "docmill plugins NAME --markdown"
}
