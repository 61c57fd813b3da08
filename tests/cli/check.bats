#!/usr/bin/env bats
# `docmill check`: what it prints for each file of tests/cases/check/, and its exit status.

bats_require_minimum_version 1.5.0

setup() {
  cd "$DOCMILL_SOURCE/tests/cases/check"
  export NO_COLOR=1
}

@test "each bad pipeline file is refused in the words beside it" {
  count=0
  for file in *.yaml; do
    run --separate-stderr "$DOCMILL" check "$file"
    [ "$status" -eq 2 ] || { echo "$file: status $status"; return 1; }
    [ -z "$output" ] || { echo "$file: printed $output"; return 1; }
    # shellcheck disable=SC2154
    diff -u "${file%.yaml}.expected" <(printf '%s\n' "$stderr" | grep -v '^docmill: note: the plugin') || {
      echo "$file: other words"
      return 1
    }
    count=$((count + 1))
  done
  [ "$count" -ge 15 ]
}

@test "run refuses what check refuses, in the same words" {
  for file in keys order units outputs variables; do
    run --separate-stderr "$DOCMILL" check "$file.yaml"
    checked=$stderr
    run --separate-stderr "$DOCMILL" run "$file.yaml"
    [ "$status" -eq 2 ]
    [ "$stderr" = "$checked" ] || { printf '%s\n--- but run says\n%s\n' "$checked" "$stderr"; return 1; }
  done
}

@test "a variable that the pipeline does not declare is named without a place" {
  run --separate-stderr "$DOCMILL" check --set ouy=x "$DOCMILL_SOURCE/pipelines/news.yaml"
  [ "$status" -eq 2 ]
  [[ "$stderr" == *"--set ouy: the pipeline declares no such variable"*"did you mean 'out'?"* ]]
}

@test "--verbose shows the stages as they were understood, and what auto chooses from" {
  cd "$DOCMILL_SOURCE"
  run -0 --separate-stderr "$DOCMILL" check --verbose --set out=there pipelines/news.yaml
  # shellcheck disable=SC2154
  [ "${lines[1]}" = "    1  extract-auto" ]
  [[ "${lines[2]}" =~ ^\ +the\ surest\ of\ extract- ]]
  [[ "$output" == *'path: "there/news.jsonl"'*"ok: 14 stages, 2 outputs" ]]
  run -0 "$DOCMILL" check pipelines/news.yaml
  [ "$output" = "ok: 14 stages, 2 outputs" ]
}
