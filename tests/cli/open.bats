#!/usr/bin/env bats
# Stages that refuse to open, or crash: `check` and `run` say so with the place, and start nothing.

load common

setup() {
    enter_scratch
    build_plugin opens <<'END'
#include <docmill/plugin.h>
#include <stdlib.h>
static dm_status clean(const void *s, dm_task *t, dm_doc *d) { (void)s; (void)t; (void)d; return DM_OK; }
static dm_status refuse(dm_task *t, void *s) { (void)s; return dm_fail(t, DM_ECONFIG, "no words were given"); }
static dm_status die(dm_task *t, void *s) { (void)t; (void)s; abort(); }
static dm_status leave(dm_task *t, void *s) { (void)t; (void)s; exit(0); }
static const dm_cleaner_ops ops = {.size = sizeof ops, .clean = clean};
#define STAGE(n, f) {.size = sizeof(dm_stage), .kind = DM_CLEANER, .name = n, .summary = "X.", .open = f, .ops.cleaner = &ops}
static const dm_stage a = STAGE("refuses", refuse), b = STAGE("dies", die), c = STAGE("leaves", leave);
static const dm_stage *const stages[] = {&a, &b, &c, NULL};
DM_PLUGIN(.name = "opens", .version = "1", .license = "MIT", .stages = stages);
END
}

@test "a good pipeline is ok" {
    pipeline '- extract: text' '- clean: unicode' '- output: jsonl' '  with: { path: "${out}/a.jsonl" }'
    run -0 --separate-stderr "$DOCMILL" check pipeline.yaml
    is "$output" "ok: 3 stages, 1 output"
    is "$stderr" ""
    [ ! -e out ]
    run -0 "$DOCMILL" check --quiet pipeline.yaml
    is "$output" ""
}

@test "every refusal is told, with its place" {
    pipeline '- extract: text' '- clean: refuses' '- clean: unicode' '- clean: refuses'
    run -2 --separate-stderr "$DOCMILL" check --plugin-dir plugins pipeline.yaml
    is "$output" ""
    is "$stderr" "pipeline.yaml:6:5: error: clean-refuses: no words were given
    6 |   - clean: refuses
      |     ^
pipeline.yaml:8:5: error: clean-refuses: no words were given
    8 |   - clean: refuses
      |     ^"
}

@test "a plugin that crashes when it is opened is named" {
    pipeline '- extract: text' '- clean: dies'
    run -2 --separate-stderr "$DOCMILL" check --plugin-dir plugins pipeline.yaml
    has "$stderr" "pipeline.yaml:6:5: error: clean-dies: the plugin crashed: Aborted when it was opened"
}

@test "a plugin that ends the process is no success" {
    pipeline '- extract: text' '- clean: leaves'
    run -2 --separate-stderr "$DOCMILL" check --plugin-dir plugins pipeline.yaml
    has "$stderr" "pipeline.yaml:6:5: error: clean-leaves: the plugin ended the process with status 0 when it was opened"
}

@test "run refuses in the same words" {
    pipeline '- extract: text' '- clean: refuses' '- output: jsonl' '  with: { path: "${out}/a.jsonl" }'
    echo text >a.txt
    run -2 --separate-stderr "$DOCMILL" check --plugin-dir plugins pipeline.yaml
    checked=$stderr
    run -2 --separate-stderr "$DOCMILL" run --plugin-dir plugins pipeline.yaml a.txt
    is "$stderr" "$checked"
    [ ! -e out ]
}

@test "--log json: one object for each problem" {
    pipeline '- extract: text' '- clean: refuses'
    run -2 --separate-stderr "$DOCMILL" check --log json --plugin-dir plugins pipeline.yaml
    says '.event == "problem" and .level == "error" and .line == 6 and .column == 5' <<<"$stderr"
    says '.message == "clean-refuses: no words were given"' <<<"$stderr"
}

@test "a pipeline that is not there" {
    run -2 --separate-stderr "$DOCMILL" check nowhere.yaml
    [[ "$stderr" =~ ^nowhere\.yaml:\ error:\ cannot\ be\ read:\ [Nn]o\ such\ file\ or\ directory$ ]]
}
