#!/usr/bin/env bats
# Help pages, the version, and what is said about mistakes on the command line.

load common

setup() {
    enter_scratch
}

commands="run watch audit try test undo check status failures why retry verify forget plugins new graph schema"

@test "--help lists every command" {
    run -0 --separate-stderr "$DOCMILL" --help
    for command in $commands; do
        grep -q "^  $command " <<<"$output"
    done
    is "$stderr" ""
    is "$("$DOCMILL" help)" "$output"
    is "$("$DOCMILL" -h)" "$output"
}

@test "each command has a page with usage, options, examples and exit statuses" {
    for command in $commands; do
        run -0 --separate-stderr "$DOCMILL" help "$command"
        has "$output" "usage: docmill $command " "Common options" "--plugin-dir DIR" "Examples" "Exit status"
        is "$("$DOCMILL" "$command" --help)" "$output"
        is "$("$DOCMILL" "$command" nonsense more nonsense -h)" "$output"
        is "$("$DOCMILL" --help "$command")" "$output"
    done
}

@test "no help page is wider than 100 columns" {
    for command in "" $commands; do
        run -0 "$DOCMILL" help $command
        [ "$(wc -L <<<"$output")" -le 100 ]
    done
}

@test "every example of the help pages takes the options that it shows" {
    # an unknown option is refused before anything else, so that --help behind it would not be reached
    for command in $commands; do
        "$DOCMILL" help "$command" | sed -n '/^Examples/,/^Exit/s/^  \(.*docmill '"$command"'.*\)/\1/p' >examples
        [ -s examples ]
        while read -r line; do
            words=$command${line#*docmill "$command"}
            words=${words%%[|<>]*}
            run bash -c "\"$DOCMILL\" $words --help"
            [ "$status" -eq 0 ] || { echo "$line: $output"; return 1; }
        done <examples
    done
}

@test "--version" {
    run -0 "$DOCMILL" --version
    [[ "$output" =~ ^docmill\ [0-9]+\.[0-9]+\.[0-9]+\ \(plugin\ ABI\ 1\.[0-9]+\)$ ]]
}

@test "mistakes are refused, with what was meant" {
    while IFS='|' read -r words problem hint; do
        # shellcheck disable=SC2086  # these are words
        run -2 --separate-stderr "$DOCMILL" $words
        is "$output" ""
        is "${stderr_lines[0]}" "docmill: error: $problem"
        if [ -n "$hint" ]; then is "${stderr_lines[1]}" "  $hint"; fi
    done <<'END'
rum|unknown command "rum"|did you mean run?
xyzzy|unknown command "xyzzy"|see: docmill --help
help rum|unknown command "rum"|did you mean run?
|which command?|see: docmill --help
--quite run|unknown option --quite|did you mean --quiet?
run --dry-rum p.yaml|unknown option --dry-rum|did you mean --dry-run?
run|missing operand: docmill run PIPELINE [PATH...]|see: docmill help run
try p.yaml|missing operand: docmill try PIPELINE FILE|
check a.yaml b.yaml|too many operands: docmill check PIPELINE|
run --limit 0 p.yaml|--limit takes a number from 1, not '0'|
run --workers many p.yaml|--workers takes a number from 1 or auto, not 'many'|
run --color sometimes p.yaml|--color takes auto, always or never, not 'sometimes'|
run --log jsn p.yaml|--log takes text or json, not 'jsn'|did you mean json?
check --set|--set needs a value: --set NAME=VALUE|
check --set out p.yaml|--set takes NAME=VALUE, not "out"|
plugins --set a=b|unknown option --set|
END
}

@test "control characters of the command line do not reach the terminal" {
    run -2 --separate-stderr "$DOCMILL" $'\e[31mrun'
    is "${stderr_lines[0]}" 'docmill: error: unknown command "\x1B[31mrun"'
    run -2 --separate-stderr "$DOCMILL" run $'--\e[31m'
    is "${stderr_lines[0]}" 'docmill: error: unknown option --\x1B[31m'
}

@test "colours: never by NO_COLOR or to a file, always when asked" {
    esc=$'\e'
    unset NO_COLOR
    run -0 "$DOCMILL" --help
    [[ "$output" != *"$esc"* ]]
    run -0 "$DOCMILL" --color always --help
    [[ "$output" == *"$esc"* ]]
    [ -e /dev/pts/ptmx ] || skip "no pseudo-terminals here"
    run -0 script -qec "TERM=xterm '$DOCMILL' --help" /dev/null
    [[ "$output" == *"$esc"* ]]
    run -0 script -qec "TERM=xterm NO_COLOR=1 '$DOCMILL' --help" /dev/null
    [[ "$output" != *"$esc"* ]]
}

@test "a full disk behind standard output is no success" {
    run -1 --separate-stderr bash -c '"$DOCMILL" --help >/dev/full'
    is "$stderr" "docmill: error: standard output cannot be written: No space left on device"
}

@test "a reader that goes away is no success, and no noise" {
    mkfifo pipe
    # a writer that opened the pipe while somebody read, and writes when nobody does
    run -1 --separate-stderr bash -c 'exec 4<>pipe 3>pipe 4<&-; exec "$DOCMILL" --help >&3'
    is "$stderr" ""
}
