#!/usr/bin/env bats
# `docmill graph`: what it prints is what the pipeline says, and Graphviz and Mermaid take it.

load common

setup() {
    enter_scratch
    mkdir in
    pipeline '- extract: text' '- clean: unicode' '  when: { language: [en, de], metadata: { title: { matches: "a\"b" } } }' \
        '- output: jsonl' '  with: { path: "${out}/a.jsonl" }' '  when: { mime: text/html }' '- clean: quotes' \
        '- output: text' '  with: { directory: "${out}" }'
    sed -i '1a input: { paths: [in] }' pipeline.yaml
}

@test "Mermaid: stages in order, a choice with two ways, outputs at the side" {
    run -0 --separate-stderr "$DOCMILL" graph pipeline.yaml
    is "$output" 'flowchart TD
    input(["input<br/>in"])
    stage1["extract-text"]
    input --> stage1
    when2{"language is en or de?<br/>title matches a#34;b?"}
    stage1 --> when2
    stage2["clean-unicode"]
    when2 -->|yes| stage2
    when3{"mime is text/html?"}
    stage2 --> when3
    when2 -->|no| when3
    stage3[("output-jsonl<br/>out/a.jsonl")]
    when3 -->|yes| stage3
    stage4["clean-quotes"]
    stage2 --> stage4
    when2 -->|no| stage4
    stage5[("output-text<br/>out")]
    stage4 --> stage5'
    is "$stderr" ""
}

@test "DOT, which Graphviz takes" {
    run -0 --separate-stderr "$DOCMILL" graph --as dot pipeline.yaml
    has "$output" 'digraph pipeline {' '    stage1 [shape=box, label="extract-text"];' \
        '    when2 [shape=diamond, label="language is en or de?\ntitle matches a\"b?"];' \
        '    when2 -> stage2 [label="yes"];' '    when2 -> stage4 [label="no"];' \
        '    stage3 [shape=cylinder, label="output-jsonl\nout/a.jsonl"];'
    command -v dot >/dev/null || skip "Graphviz is not installed: its part is not tested"
    dot -Tsvg <<<"$output" | grep -q 'output-jsonl'
}

@test "extract: auto names those it chooses from, --set replaces variables" {
    sed -i 's/extract: text/extract: auto/' pipeline.yaml
    run -0 "$DOCMILL" graph --set out=else pipeline.yaml
    has "$output" 'stage1["extract-auto<br/>the surest of extract-' 'else/a.jsonl'
}

@test "a wrong pipeline is refused as by check" {
    sed -i 's/quotes/quotez/' pipeline.yaml
    run -2 --separate-stderr "$DOCMILL" graph pipeline.yaml
    is "$output" ""
    has "$stderr" "pipeline.yaml:12" "did you mean"
}
