#!/usr/bin/env bats
# What the manual shows is what happens: the sh blocks of a page are run from its top to its end in one shell,
# in a copy of what a clone holds, and each text block behind one is compared with what was printed.
#
#   - ./setup.sh is replaced by one that takes the program that was built already; so is `cmake --preset`.
#   - Figures that differ from run to run (times, rates, shares, folders) count as equal.
#   - A block in another language whose first line is a comment that names a file (`/* shout.c: ... */`,
#     `# shout.yaml: ...`) is that file from there on.
#   - A line of nothing but `...` in a text block stands for any number of lines.  A block that does not follow
#     at once is the end of what was printed.

load common

setup() {
    enter_scratch
    mkdir -p clone/tests clone/build blocks
    cp -r "$DOCMILL_SOURCE/pipelines" "$DOCMILL_SOURCE/include" clone/
    cp -r "$DOCMILL_SOURCE/tests/samples" clone/tests/
    ln -s "$DOCMILL_BUILD" clone/build/release
    cat >clone/setup.sh <<'END'
#!/bin/sh
case $1 in
build)
    echo "== building build/release"
    echo "plugins: $(cd build/release/lib*/docmill/plugins && ls *.so | sed 's/\.so$//' | paste -sd , | sed 's/,/, /g')"
    ;;
run) exec build/release/bin/docmill run pipelines/news.yaml ;;
test) ;;
*) exit 2 ;;
esac
END
    chmod +x clone/setup.sh
    export HOME=$PWD/home PATH="$DOCMILL_BUILD/bin:$PATH"
}

# split_page PAGE: its blocks, numbered from 001: blocks/N.sh (what writes a file is one too), and what N.sh prints in N.text or, with words
# between them, N.end
split_page() {
    awk '
        /^```/ && !inside {
            inside = 1
            kind = substr($0, 4)
            file = ""
            if (kind == "sh")
                file = sprintf("blocks/%03d.sh", ++count)
            else if (kind ~ /^(c|yaml|lua|case)$/)
                may_name = 1
            else if (kind == "text" && last == "sh")
                file = sprintf("blocks/%03d.%s", count, words ? "end" : "text")
            if (file != "")
                printf "" >file
            next
        }
        /^```$/ {
            if (naming) print "END_OF_FILE" >file
            inside = naming = may_name = words = 0
            last = kind
            next
        }
        may_name {
            may_name = 0
            name = $0
            if (sub(/^(\/\*|#|--) /, "", name) && match(name, /^[a-z\/-]+\.(c|yaml|lua|case)(:|$)/)) {
                sub(/:.*/, "", name)
                naming = 1
                file = sprintf("blocks/%03d.sh", ++count)
                folder = name
                sub(/[^\/]*$/, "", folder)
                print "mkdir -p \"./" folder "\"" >file
                print "cat >" name " <<\047END_OF_FILE\047" >file
            }
        }
        inside && file != "" { print >file }
        !inside && NF { words = 1 }
    ' "$1"
}

# run_page: all blocks in one shell that ends with the first command that fails
run_page() {
    local block
    {
        echo 'set -e'
        echo 'cmake() { case $* in --preset*|"--build --preset"*) ;; *) command cmake "$@" ;; esac; }'
        for block in blocks/*.sh; do
            echo "exec >'$PWD/${block%.sh}.got' 2>&1"
            cat "$block"
        done
    } >page.sh
    (cd clone && bash "$OLDPWD/page.sh" </dev/null) || {
        block=$(ls blocks/*.got | tail -n 1)
        echo "status $? in the block"
        cat "${block%.got}.sh"
        echo "which printed"
        cat "$block"
        return 1
    }
}

# normalise < TEXT: what differs from run to run
normalise() {
    sed -E -e 's,/[^ ]*/docmill/plugins/,PLUGINS/,' \
        -e 's/[0-9.]+ (ns|µs|ms|s|min|sec)\>/TIME/g' -e 's,[0-9.]+ documents/s,RATE,' \
        -e 's,[0-9.]+ [kMG]?B/s,RATE,' -e 's/with [0-9]+ workers?/with N workers/' -e 's/ [0-9]+%$/ SHARE/' \
        -e '/TIME|SHARE/ s/ +/ /g' -e '/^  stage +calls +total/ s/ +/ /g'
}

# compare EXPECTED GOT BEGIN: both normalised; BEGIN 1: GOT may begin with anything
compare() {
    awk -v any="$3" '
        FNR == NR && /^ *\.\.\.$/ { any_before[segments + 1] = 1; open = 0; next }
        FNR == NR {
            if (!open) { open = 1; segments++; if (segments == 1 && any) any_before[1] = 1 }
            lines[segments, ++size[segments]] = $0
            next
        }
        { got[++total] = $0 }
        function fits(s, at,    i) {
            for (i = 1; i <= size[s]; i++)
                if (at + i > total || got[at + i] != lines[s, i]) return 0
            return 1
        }
        END {
            at = 0
            for (s = 1; s <= segments; s++) {
                last = s == segments && !any_before[s + 1]
                if (any_before[s])
                    while (at <= total && !(fits(s, at) && (!last || at + size[s] == total))) at++
                else if (!fits(s, at)) exit 1
                if (at > total) exit 1
                at += size[s]
            }
            exit !(any_before[segments + 1] || at == total)
        }
    ' "$1" "$2"
}

compare_page() {
    local block shown any compared=0
    for shown in blocks/*.text blocks/*.end; do
        [ -e "$shown" ] || continue
        block=${shown%.*}
        [[ "$shown" == *.end ]] && any=1 || any=0
        normalise <"$shown" >expected
        normalise <"$block.got" >got
        compare expected got "$any" || {
            echo "behind the block"
            cat "$block.sh"
            diff -u --label 'the page says' --label 'it printed' expected got
            return 1
        }
        compared=$((compared + 1))
    done
    [ "$compared" -ge 1 ]
}

# page FILE: run it and compare
page() {
    split_page "$DOCMILL_SOURCE/$1"
    run_page
    compare_page
}

# compiles FILE: as strictly as its readers might
compiles() {
    "${CC:-cc}" -std=c11 -Wall -Wextra -Werror -I "$DOCMILL_SOURCE/include" -shared -fPIC -o /dev/null "$1"
}

@test "a page that is wrong is found out" {
    printf '%s\n' '```sh' 'seq 3; echo it took 17 ms' '```' '' '```text' 1 '  ...' 'it took 4 ms' '```' \
        '```sh' 'seq 4' '```' 'It ends with:' '```text' 3 4 '```' >page.md
    split_page page.md
    run_page
    compare_page
    sed -i 's/^4$/5/' blocks/002.end
    run ! compare_page
    printf '1\n3\nit took 4 ms\n' >blocks/001.text
    printf '4\n' >blocks/002.end
    run ! compare_page
    echo 'false; true' >blocks/002.sh
    run ! run_page
}

@test "README.md" {
    page README.md
    awk '/^```c$/ { on = 1; next } /^```$/ { on = 0 } on' "$DOCMILL_SOURCE/README.md" >readme.c
    grep -q DM_PLUGIN readme.c
    compiles readme.c
    [ "$(wc -l <readme.c)" -le 40 ] # a cleaner is no more than that, with its tables
}

@test "docs/tutorial/first-pipeline.md" {
    page docs/tutorial/first-pipeline.md
}

@test "docs/tutorial/drop-folder.md" {
    page docs/tutorial/drop-folder.md
}

@test "docs/tutorial/first-plugin.md" {
    page docs/tutorial/first-plugin.md
    grep -q DM_PLUGIN clone/first/stutter/stutter.c
    compiles clone/first/stutter/stutter.c
}

@test "docs/tutorial/other-languages.md" {
    page docs/tutorial/other-languages.md
}

@test "every page of the tutorial is run above" {
    local file
    for file in "$DOCMILL_SOURCE"/docs/tutorial/*.md; do
        grep -q "^    page docs/tutorial/${file##*/}\$" "$BATS_TEST_FILENAME" || { echo "$file is not run"; return 1; }
    done
}

@test "the Python of the JSON Lines reference gives back the extracted texts" {
    command -v python3 >/dev/null || skip "there is no python3"
    cd clone
    "$DOCMILL" run --quiet pipelines/news.yaml
    "$DOCMILL" run --quiet pipelines/minimal.yaml
    {
        echo 'import json'
        awk '/^```python$/ { on = 1; next } /^```$/ { on = 0 } on' "$DOCMILL_SOURCE/docs/reference/output-jsonl.md"
        echo 'for line in open("out/news.jsonl", encoding="utf-8"):'
        echo '    print(json.dumps(extracted(json.loads(line))))'
    } >extracted.py
    python3 extracted.py | jq . >back
    jq .text out/minimal.jsonl | cmp - back
}

@test "the pages of the plugin header say what it says: tests/docs/header.sh" {
    local page name
    mkdir pages
    "$DOCMILL_SOURCE/tests/docs/header.sh" pages
    for page in pages/*.md; do
        diff -u "$DOCMILL_SOURCE/docs/reference/${page##*/}" "$page" || {
            echo "write them anew: tests/docs/header.sh docs/reference"
            return 1
        }
    done
    [ "$(ls pages | wc -l)" -eq "$(ls "$DOCMILL_SOURCE"/docs/reference/plugin-header*.md | wc -l)" ]
    # nothing is left out: what the compiler sees has a heading, a row, or a line
    "${CC:-cc}" -std=c11 -E -P -dD "$DOCMILL_SOURCE/include/docmill/plugin.h" |
        awk '/^#define _*DOCMILL/ { on = 1 } on' |
        grep -oE '\b(dm|DM)_[A-Za-z0-9][A-Za-z0-9_]*' | sort -u >names
    [ "$(wc -l <names)" -ge 130 ]
    for name in $(grep -vxE 'DM_EXPORT|DM_PRINTF' names); do
        grep -qE "^(#|\||-|\`).*\b$name\b" pages/*.md || { echo "$name is on no page"; return 1; }
    done
}

# anchors_of PAGE: as GitHub makes them of its headings
anchors_of() {
    awk '/^```/ { inside = !inside } !inside && /^#+ / {
        sub(/^#+ /, "")
        $0 = tolower($0)
        gsub(/\]\([^)]*\)/, "")
        gsub(/[^[:alnum:]_ -]/, "")
        gsub(/ /, "-")
        print $0 (seen[$0]++ ? "-" seen[$0] - 1 : "")
    }' "$1"
}

@test "every link leads somewhere" {
    local page link file anchor links=0
    cd "$DOCMILL_SOURCE"
    for page in README.md CHANGELOG.md $(find docs -name '*.md' | sort); do
        while IFS= read -r link; do
            links=$((links + 1))
            file=${link%%#*} anchor=
            [[ "$link" == *'#'* ]] && anchor=${link#*#}
            [ -n "$file" ] && file=$(dirname "$page")/$file || file=$page
            [ -e "$file" ] || { echo "$page: $link: there is no such file"; return 1; }
            [ -z "$anchor" ] || anchors_of "$file" | grep -Fqx -e "$anchor" ||
                { echo "$page: $link: there is no such heading"; return 1; }
        done < <(awk '/^```/ { inside = !inside } !inside { gsub(/`[^`]*`/, "x"); print }' "$page" |
            grep -oE '\]\([^)]+\)' | sed 's/^](//; s/)$//' | grep -vE '^(https?|mailto):' | sort -u)
    done
    [ "$links" -ge 100 ]
}
