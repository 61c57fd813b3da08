#!/usr/bin/env bats
# Growth of the plugin ABI: what was built against the header of minor 0 does what it did, what was built against a
# header of tomorrow is served as far as it can be, and what needs more than there is is refused with that reason.

load common

setup() {
    enter_scratch
    mkdir in
    printf 'Two texts\nteh  cat  sat\n\fteh second\nteh end' >in/two.old
    printf 'nothing\ngoes' >in/dropped.old
    printf 'Bad\nunwanted here' >in/unwanted.old
    printf 'Bad\n\xFF' >in/not-utf8.old
    : >in/empty.old
    echo unwanted >word.txt
    cat >pipeline.yaml <<'END'
docmill: 1
vars: { out: out }
input: { paths: [in] }
stages:
  - extract: auto
  - clean: whole
    with:
      most: 50
      size: 1MiB
      time: 1m
      sure: 0.75
      language: en-GB
      file: word.txt
      drop: [nothing, nobody]
      words: { teh: the, sat: lay }
      spaces: " ( +)"
      rules: { spaces: fix }
  - output: whole
    with: { path: "${out}/all.txt" }
run: { state: "${out}/.docmill", workers: 1 }
END
}

# take NAME: the plugin of tests/abi/ of that name is the only one in ./NAME
take() {
    mkdir "$1"
    cp "$DOCMILL_BUILD/tests/abi/$1.so" "$1/whole.so"
}

# goes_through NAME: a run with that plugin, and what is known of it, in ./NAME.out
goes_through() {
    take "$1"
    mkdir "$1.out"
    run -1 "$DOCMILL" run --quiet --plugin-dir "$1" --set out="$1.out" pipeline.yaml
    is "$(sort <<<"$output")" 'failed: in/empty.old: extract-auto: empty input
failed: in/not-utf8.old: extract-auto: byte 4 is not UTF-8
failed: in/unwanted.old: clean-whole: unwanted word at byte 4'
    run -0 "$DOCMILL" verify --plugin-dir "$1" --set out="$1.out" pipeline.yaml
    has "$output" "2 records read back from the outputs"
    "$DOCMILL" plugins --plugin-dir "$1" --json | jq '.stages[] | select(.plugin == "whole") | del(.path, .hash)' \
        >"$1.out/tables"
    for kind in extract clean output; do
        "$DOCMILL" plugins --plugin-dir "$1" "$kind-whole" --markdown
    done >"$1.out/pages"
}

@test "a plugin that was built at minor 0 does what it did: an extractor, a cleaner, an output" {
    goes_through whole-minor-0
    diff -u - whole-minor-0.out/all.txt <<'END'
two.old 0 ''
meta language=en-GB
meta title=Two texts
mark 4 0 0-22
mark 2 2 0-9
edit 0 1 clean-whole/word 10-13 10-13 'teh' 'the'  0.75 'teh'
edit 0 1 clean-whole/spaces 14-15 14-14 ' ' ''  1.00 ''
edit 0 1 clean-whole/spaces 19-20 18-18 ' ' ''  1.00 ''
edit 0 1 clean-whole/word 20-23 18-21 'sat' 'lay'  0.75 'sat'
edit 1 1 clean-whole/language 0-0 0-0 '' 'en-GB' language 1.00 ''
edit 4 1 clean-whole/marks 0-9 0-9 'title 0' 'heading 2'  1.00 ''
edit 2 1 clean-whole/marks 0-24 0-22 '' 'quote 0'  1.00 ''
edit 3 1 clean-whole/marks 10-24 10-22 'paragraph 0' ''  1.00 ''
Two texts
the cat lay

two.old 1 'next'
meta language=en-GB
meta title=teh second
mark 4 0 0-18
mark 2 2 0-10
edit 0 1 clean-whole/word 0-3 0-0 'teh' 'the'  0.25 'teh' flagged
edit 0 1 clean-whole/word 11-14 11-14 'teh' 'the'  0.75 'teh'
edit 1 1 clean-whole/language 0-0 0-0 '' 'en-GB' language 1.00 ''
edit 4 1 clean-whole/marks 0-10 0-10 'title 0' 'heading 2'  1.00 ''
edit 2 1 clean-whole/marks 0-18 0-18 '' 'quote 0'  1.00 ''
edit 3 1 clean-whole/marks 11-18 11-18 'paragraph 0' ''  1.00 ''
teh second
the end
END
    goes_through whole-now
    for file in all.txt tables pages; do
        diff -u "whole-minor-0.out/$file" "whole-now.out/$file"
    done
}

@test "what stages count is summed over the run, that of documents that fail too" {
    take whole-now
    run -1 "$DOCMILL" run --plugin-dir whole-now --set out=out pipeline.yaml
    has "$output" "counted by stage" "extract-whole  lines   lines" "clean-whole    words   words      4"
    rm -r out
    run -1 "$DOCMILL" run --log json --plugin-dir whole-now --set out=out pipeline.yaml
    has "$output" '{"stage":"clean-whole","metric":"words","total":4,"unit":"words"}'
}

@test "a plugin that was built at minor 0 stands what any plugin must" {
    take whole-minor-0
    run -0 "$DOCMILL" plugins check whole-minor-0/whole.so
}

@test "no member moved since minor 0, no value changed" {
    diff -u <("$DOCMILL_BUILD/tests/abi/layout-minor-0") <("$DOCMILL_BUILD/tests/abi/layout-now")
    [ "$("$DOCMILL_BUILD/tests/abi/layout-minor-0" | wc -l)" -ge 180 ]
}

# tomorrow: ./header/docmill/plugin.h has one service more than ours, one more member in a change and in a rule, and
# the next minor number
tomorrow() {
    mkdir -p header/docmill plugins
    sed -E -e 's/^} dm_host;/    void (*sing)(dm_task *t);\n&/' -e 's/^} dm_change;/    uint64_t weight;\n&/' \
        -e 's/^} dm_rule;/    const char *since;\n&/' -e 's/^(#define DM_ABI_MINOR) .*/\1 77/' \
        "$DOCMILL_SOURCE/include/docmill/plugin.h" >header/docmill/plugin.h
    [ "$(diff "$DOCMILL_SOURCE/include/docmill/plugin.h" header/docmill/plugin.h | grep -c '^>')" -eq 4 ]
    cat >plugins/new.c
    "${CC:-cc}" -std=c11 -shared -fPIC -I header "$@" -o plugins/new.so plugins/new.c
}

new_plugin() {
    tomorrow "$@" <<'END'
#include <docmill/plugin.h>
#ifndef NEEDS
#define NEEDS 0
#endif
static const dm_rule rules[] = {{"first", "One.", DM_FIX, 0, "1.77"}, {"second", "Two.", DM_FIX, 0, "1.77"}};
static dm_status clean(const void *state, dm_task *t, dm_doc *d)
{
    (void)state;
    const dm_change c = {.size = sizeof c, .rule = 1, .at = {0, 1}, .with = DM_LIT("new"), .confidence = 1, .weight = 7};
    const bool sings = t->host->size >= offsetof(dm_host, sing) + sizeof t->host->sing;
    return sings ? DM_EBUG : dm_change_doc(t, d, &c);
}
static const dm_cleaner_ops ops = {.size = sizeof ops, .clean = clean};
static const dm_stage stage = {.size = sizeof stage, .kind = DM_CLEANER, .name = "new", .summary = "Of tomorrow.",
    .rules = DM_ARRAY(rules), .ops.cleaner = &ops};
static const dm_stage *const stages[] = {&stage, NULL};
DM_PLUGIN(.host_size = NEEDS, .name = "new", .version = "1.0.0", .license = "MIT", .stages = stages);
END
    printf 'docmill: 1\nstages:\n  - extract: text\n  - clean: new\n' >new.yaml
    printf 'x is it' >in.txt
}

@test "a plugin that was built tomorrow, and can do without, is served today" {
    new_plugin
    run -0 --separate-stderr "$DOCMILL" try --plugin-dir plugins new.yaml in.txt
    is "$output" "new is it"
    run -0 "$DOCMILL" try --plugin-dir plugins --explain new.yaml in.txt
    has "$output" "clean-new/second"
}

@test "a plugin that needs a newer docmill is refused with that reason" {
    new_plugin -DNEEDS='sizeof(dm_host)'
    reason='needs host services of docmill ABI 1\.77 or newer \(host table of [0-9]+ bytes, this one has [0-9]+ and is 1\.[0-9]+\)'
    run -0 "$DOCMILL" plugins --plugin-dir plugins
    grep -E "plugins/new.so.*$reason" <<<"$output" || grep -Ez "plugins/new.so.*$reason" <<<"$output"
    run -2 "$DOCMILL" check --plugin-dir plugins new.yaml
    has "$output" "new.yaml:4:" "plugins/new.so"
    grep -E "$reason" <<<"$output"
    run -2 "$DOCMILL" run --plugin-dir plugins new.yaml in.txt
    grep -E "$reason" <<<"$output"
    run ! "$DOCMILL" plugins check plugins/new.so
    grep -E "$reason" <<<"$output"
}
