#!/usr/bin/env bats
# What the manual shows is what happens, in a copy of what a clone holds; see pages.bash for how.  ./setup.sh is replaced by
# one that takes the program that was built already; so is `cmake --preset`.

load common
load pages

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
    prologue='cmake() { case $* in --preset*|"--build --preset"*) ;; *) command cmake "$@" ;; esac; }'
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

@test "docs/tutorial/extractor-and-output.md" {
    page docs/tutorial/extractor-and-output.md
}

@test "docs/tutorial/recipes.md" {
    page docs/tutorial/recipes.md
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
