#!/usr/bin/env bats
# Every fenced block of README.md and docs/ is what it claims to be.  What is behind its fence says how it is tested:
#
#   c       a whole plugin (DM_PLUGIN) is built and put through `docmill plugins check`; the rest is compiled
#   cpp     compiled
#   yaml    `docmill check`, completed to a pipeline where it is a part of one, with the scripts of the page
#   lua     cleans a document in a pipeline; one that is named in a pipeline of the same page is that file there
#   sh      run in a copy of what a clone holds; on README.md and in docs/tutorial/ docs.bats does that, and compares
#   json    jq
#   python  compiled
#   cmake   parsed
#   case    `docmill test`
#   text    is shown, not tested; docs.bats compares it where it stands behind a sh block that it runs
#
# Any other language, and none, is a mistake.  What cannot be tested says so on the line before its fence:
#
#   <!-- not run: WHY -->      of sh: it is parsed, and the programs that it names must be there
#   <!-- not checked: WHY -->  of all others

load common

setup() {
    enter_scratch
    mkdir -p blocks tests build articles more
    cp -r "$DOCMILL_SOURCE/pipelines" "$DOCMILL_SOURCE/include" .
    cp -r "$DOCMILL_SOURCE/tests/samples" tests/
    ln -s "$DOCMILL_BUILD" build/release
    : >more/a.txt
    export HOME=$PWD/home PATH="$DOCMILL_BUILD/bin:$PATH"
}

# split PAGE NAME: blocks/NNNN.LANGUAGE, numbered over all pages, with NNNN.where (NAME:LINE) and NNNN.mark (the comment
# before the fence)
split() {
    local last
    last=$(cd blocks && ls | sed 's/\..*//' | sort -u | tail -n 1)
    awk -v page="$2" -v count="$((10#${last:-0}))" '
        !inside && /^ *(```|~~~)/ {
            inside = 1
            fence = $0
            sub(/[^`~ ].*/, "", fence)
            kind = substr($0, length(fence) + 1)
            base = sprintf("blocks/%04d", ++count)
            file = base "." (kind ~ /^[a-z]+$/ ? kind : "unknown")
            printf "" >file
            print page ":" NR ": " (kind == "" ? "no language" : kind) >(base ".where")
            print mark >(base ".mark")
            close(base ".where")
            close(base ".mark")
            mark = ""
            next
        }
        inside && $0 == fence { inside = 0; close(file); next }
        inside { print >file; next }
        /^<!-- .* -->$/ { mark = $0; next }
        NF { mark = "" }
        END { if (inside) print "it has no end" >(base ".unknown") }
    ' "$1"
}

split_all() {
    local page
    while IFS= read -r page; do
        split "$DOCMILL_SOURCE/$page" "$page"
    done < <(cd "$DOCMILL_SOURCE" && echo README.md && find docs -name '*.md' | sort)
}

# complete FILE: a whole pipeline of a part of one
complete() {
    awk '
        { lines[NR] = $0 }
        !first && !/^ *(#|$)/ { first = NR; indent = match($0, /[^ ]/) - 1 }
        END {
            start = lines[first]
            if (start !~ /^docmill:/) print "docmill: 1"
            if (start ~ /^ *- /) print "stages:"
            if (start ~ /^ *- (clean|output):/) print "  - extract: auto"
            for (i = 1; i <= NR; i++) {
                print start ~ /^ *- / ? "  " substr(lines[i], indent + 1) : lines[i]
                if (lines[i] ~ /^stages:/ && lines[i + 1] !~ /- extract:/) print "  - extract: auto"
            }
            if (start !~ /^(docmill|stages):/ && start !~ /^ *- /) print "stages:\n  - extract: auto"
        }
    ' "$1"
}

# ---- a block of each language: its file, without a message if all is well ---------------------------

check_c() {
    local warnings="-std=c11 -Wall -Wextra -Werror -Wno-unused"
    if grep -q '^DM_PLUGIN(' "$1"; then
        # shellcheck disable=SC2086
        "${CC:-cc}" $warnings -shared -fPIC -I include -o "${1%.c}.so" "$1" &&
            "$DOCMILL" plugins check "${1%.c}.so" >checked || { grep -v '^ok' checked; return 1; }
    else
        { echo '#include <docmill/plugin.h>'; cat "$1"; } >part.c
        # shellcheck disable=SC2086
        "${CC:-cc}" $warnings -fsyntax-only -I include part.c
    fi
}

check_cpp() {
    command -v "${CXX:-c++}" >/dev/null || return 0
    { echo '#include <docmill/plugin.h>'; cat "$1"; } >part.cpp
    "${CXX:-c++}" -std=c++17 -Wall -Wextra -Werror -Wno-unused -fsyntax-only -I include part.cpp
}

# The scripts of the page are there under the names by which its pipelines call them.
check_yaml() {
    local script name page
    page=$(sed 's/:.*//' "${1%.yaml}.where")
    name=$(sed -n 's/.*file: *\([a-z-]*\.lua\).*/\1/p' "$1")
    for script in blocks/*.lua; do
        [ -n "$name" ] && [ "$(sed 's/:.*//' "${script%.lua}.where")" = "$page" ] && cp "$script" "$name"
    done
    name=$(sed -n 's/.*python3, *\([a-z-]*\.py\).*/\1/p' "$1")
    for script in blocks/*.python; do
        [ -n "$name" ] && [ "$(sed 's/:.*//' "${script%.python}.where")" = "$page" ] && cp "$script" "$name"
    done
    # what the program is is left open there
    complete "$1" | sed "s/^\( *command: \)\.\.\.$/\1[echo, '{\"docmill\": 1, \"positions\": \"bytes\"}']/" >part.yaml
    # one of two options is needed there, which no table can say
    [ "$(<"$1")" = '- clean: lua' ] && echo '    with: { script: "function clean() end" }' >>part.yaml
    "$DOCMILL" check --quiet part.yaml
}

check_lua() {
    [ -e "$DOCMILL_BUILD/lib/docmill/plugins/clean-lua.so" ] || return 0
    cp "$1" part.lua
    printf 'docmill: 1\nstages:\n  - extract: text\n  - clean: lua\n    with: { file: part.lua }\n' >lua.yaml
    "$DOCMILL" try lua.yaml tests/samples/news/04-teachers-strike.txt >/dev/null
}

check_json() {
    jq -e . "$1" >/dev/null
}

check_python() {
    command -v python3 >/dev/null || return 0
    python3 -c 'import ast, sys; ast.parse(open(sys.argv[1]).read())' "$1"
}

check_cmake() {
    { echo 'if(FALSE)'; cat "$1"; echo 'endif()'; } >part.cmake
    cmake -P part.cmake
}

check_case() {
    cp "$1" part.case
    "$DOCMILL" test part.case
}

check_text() {
    :
}

check_sh() {
    bash -n "$1" || return 1
    case $(<"${1%.sh}.where") in
    README.md:* | docs/tutorial/*) ;; # docs.bats
    *) timeout 20 bash -e "$1" </dev/null ;; # longer ones are marked
    esac
}

# The programs that a block would run are there.
check_unrun() {
    local word
    bash -n "$1" || return 1
    for word in $(grep -oE '(build/[a-z-]+|\$b|tests)/[A-Za-z0-9_./-]+' "$1"); do
        case $word in
        build/*/*) word=$DOCMILL_BUILD/${word#build/*/} ;;
        '$b'/*) word=$DOCMILL_BUILD/tests/bench/${word#\$b/} ;;
        *) word=$DOCMILL_SOURCE/$word ;;
        esac
        [ "${word##*/}" != crash-power ] || ! nm "$DOCMILL" | grep -q __asan_init || continue # such a build has none
        [ -e "$word" ] || { echo "there is no $word"; return 1; }
    done
}

# ---------------------------------------------------------------------------------------------------

# check FILE: a block, by its language and its mark
check() {
    local language=${1##*.} mark
    mark=$(<"${1%.*}.mark")
    case $mark in
    '<!-- not run: '?*' '?*' -->') [ "$language" = sh ] && check_unrun "$1" && return ;;
    '<!-- not checked: '?*' '?*' -->') [ "$language" != sh ] && return ;;
    '' | '<!-- '[!n]*)
        if declare -F "check_$language" >/dev/null; then
            "check_$language" "$1"
            return
        fi
        echo "no test knows that language: write one, or say <!-- not checked: WHY -->"
        ;;
    *) echo "not understood: $mark" ;;
    esac
    return 1
}

# A block of the tutorial that names its file is that file there, built and run by docs.bats with the rest of its page.
is_run_with_page() {
    grep -q '^docs/tutorial/' "${1%.*}.where" && head -n 1 "$1" | grep -qE '^(/\*|#|--) [a-z/-]+\.(c|yaml|lua|case):'
}

# check_all LANGUAGE...: all blocks of these languages; tells of each that is wrong
check_all() {
    local language file bad=0 total=0
    for language in "$@"; do
        for file in blocks/*."$language"; do
            [ -e "$file" ] || continue
            total=$((total + 1))
            is_run_with_page "$file" && continue
            check "$file" >said 2>&1 && continue
            bad=$((bad + 1))
            echo "== $(<"${file%.*}.where")"
            cat said "$file"
        done
    done
    echo "$total blocks, $bad wrong"
    [ "$bad" -eq 0 ] && [ "$total" -gt 0 ]
}

languages() {
    (cd blocks && ls) | sed 's/.*\.//' | grep -vxE 'where|mark|so' | sort -u
}

@test "blocks of C and C++ compile, and plugins conform" {
    split_all
    check_all c cpp
}

@test "blocks of YAML are pipelines, or parts of some" {
    split_all
    check_all yaml
}

@test "blocks of all other languages" {
    split_all
    # shellcheck disable=SC2046
    check_all $(languages | grep -vxE 'c|cpp|yaml')
}

# finds WORDS: the block on standard input is refused with these words
finds() {
    rm -f blocks/*
    cat >page.md
    split page.md page.md
    # shellcheck disable=SC2046
    run ! check_all $(languages)
    has "$output" "$1"
}

@test "a block that is wrong is found out" {
    finds "no language" <<<$'```\nwords\n```'
    finds "no test knows that language" <<<$'```pascal\nbegin\n```'
    finds "not understood" <<<$'<!-- not checked: -->\n```pascal\nbegin\n```'
    finds "not understood" <<<$'<!-- not at all -->\n```json\n{}\n```'
    finds "no test knows" <<<$'<!-- not checked: it is old -->\nwords\n```pascal\nbegin\n```'
    finds "no test knows" <<<$'```json\n{}'
    finds "unknown type name" <<<$'```c\nnothing x;\n```'
    finds "does not conform" <<<$'```c\n#include <docmill/plugin.h>\nstatic const dm_stage *const stages[] = {NULL};\nDM_PLUGIN(.name = "x", .version = "", .license = "MIT", .stages = stages);\n```'
    finds "error" <<<$'```cpp\nint x = "";\n```'
    finds "has no rule" <<<$'```yaml\n- clean: unicode\n  with: { rules: { nothing: off } }\n```'
    finds "unknown key" <<<$'```yaml\nstages:\n  - output: jsonl\n    with: { path: x, colour: red }\n```'
    finds "unknown key" <<<$'```yaml\ntests: x\ntastes: y\n```'
    finds "part.lua:2" <<<$'```lua\nfunction clean(\n```'
    finds "parse error" <<<$'```json\n{"a": }\n```'
    finds "SyntaxError" <<<$'```python\ndef\n```'
    finds "rror" <<<$'```cmake\nif(\n```'
    finds "not ok" <<<$'```case\nstage: clean-unicode\n--- input\na\n--- text\nb\n```'
    finds "1 wrong" <<<$'```sh\ndocmill plugins nothing\n```'
    finds "syntax error" <<<$'<!-- not run: it takes long -->\n```sh\nif\n```'
    finds "there is no" <<<$'<!-- not run: it takes long -->\n```sh\nbuild/release/tests/nothing --all\n```'
}

@test "a block that is right, or says why it is not tested, passes" {
    cat >page.md <<'END'
```text
words
```
<!-- not checked: nobody has a compiler -->
```pascal
begin
```

<!-- not run: it takes long -->

```sh
build/release/bin/docmill no such thing
```
  ```json
  {}
  ```
END
    split page.md page.md
    # shellcheck disable=SC2046
    run -0 check_all $(languages)
    is "$output" "4 blocks, 0 wrong"
}
