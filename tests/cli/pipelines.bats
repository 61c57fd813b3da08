#!/usr/bin/env bats
# Each file of pipelines/ is run over the sample articles.  A test's name begins with its file's.

load common

setup() {
    enter_scratch
    mkdir tests
    cp -r "$DOCMILL_SOURCE/tests/samples" tests/samples
    samples=tests/samples/news
    count=$(printf '%s\n' "$samples"/*.txt | wc -l)
}

run_pipeline() {
    "$DOCMILL" run "$@" >summary
    has "$(cat summary)" "$count done, 0 failed, 0 dropped, 0 pending"
}

# decoded NAME: a sample as UTF-8 without a byte order mark; the table of tests/samples/README.md knows the
# encodings
decoded() {
    local charset
    charset=$(sed -nE "s/^\| \`$1\` \| ([A-Za-z0-9_-]+).*/\1/p" tests/samples/README.md)
    [ -n "$charset" ] || { echo "$1 has no encoding in tests/samples/README.md"; return 1; }
    iconv -f "$charset" -t UTF-8 "$samples/$1" | sed '1s/^\xEF\xBB\xBF//'
}

# one_line_each JSONL: an object for each sample, in the order of their names
one_line_each() {
    is "$(jq -r .source "$1")" "$(cd "$samples" && LC_ALL=C ls -- *.txt)"
    is "$(wc -l <"$1")" "$count"
    says '(.id | test("^[0-9a-f]{32}$")) and .part == 0 and .revision == 1' <"$1"
    says '(.title | length > 0) and (.metadata.mime == "text/plain")' <"$1"
    says '(.text | utf8bytelength) as $size
          | [.marks[].at | 0 <= .[0] and .[0] < .[1] and .[1] <= $size] | length > 0 and all' <"$1"
}

# one_file_each FOLDER ENDING: a file for each sample, none of them empty, all of them UTF-8
one_file_each() {
    local file
    is "$(LC_ALL=C ls -A "$1")" "$(cd "$samples" && LC_ALL=C ls -- *.txt | sed "s/\$/$2/")"
    for file in "$1"/*; do
        [ -s "$file" ] && iconv -f UTF-8 -t UTF-8 "$file" >/dev/null || { echo "$file"; return 1; }
    done
}

# same_again PIPELINE: another run leaves all alone, one that starts over and one with other workers write the same
# bytes, and none of them says where it ran
same_again() {
    cp -r out first
    rm -rf first/.docmill
    "$DOCMILL" run "$1" >summary
    has "$(cat summary)" "0 done, 0 failed, 0 dropped, 0 pending, $count unchanged"
    run_pipeline --overwrite "$1"
    rm -rf out/.docmill
    diff -r first out
    run_pipeline --workers 3 --set out=other "$1"
    rm -rf other/.docmill
    diff -r first other
    run ! grep -rqF "$PWD" first
}

@test "each pipeline has a run below" {
    local file name
    for file in "$DOCMILL_SOURCE"/pipelines/*.yaml; do
        name=${file##*/}
        grep -q "^@test \"$name: " "$BATS_TEST_FILENAME" || { echo "no test is called '$name: ...'"; return 1; }
        grep -q "pipelines/$name\"" "$BATS_TEST_FILENAME" || { echo "nothing runs $name"; return 1; }
    done
}

@test "news.yaml: JSON Lines with every change, and Markdown" {
    news="$DOCMILL_SOURCE/pipelines/news.yaml"
    run_pipeline "$news"
    has "$(cat summary)" "written       out/news.jsonl" "written       out/markdown"
    one_line_each out/news.jsonl
    one_file_each out/markdown .md
    is "$(ls -A out/.docmill/dead-letters)" ""

    # every change names its rule, and the table counts what the lines hold
    for stage in $("$DOCMILL" plugins --json | jq -r '.stages[].stage | select(startswith("clean-"))'); do
        "$DOCMILL" plugins "$stage" --json
    done | jq -r '.stage as $stage | .rules[] | "\($stage) \(.id)"' | sort >rules
    jq -n '[inputs.edits[]] | length > 100 and all(.before != .after and
        (.target == "metadata" or ((.at | length == 2) and (.to | length == 2))))' out/news.jsonl >good
    is "$(cat good)" true
    jq -r '.edits[] | select(.flagged | not) | "\(.stage) \(.rule)"' out/news.jsonl | sort >made
    is "$(sort -u made | comm -23 - rules)" ""
    is "$(uniq -c made | awk '{ print $2, $3, $1 }')" \
        "$(awk '/^edits by rule/ { on = 1 } /^time by stage/ { on = 0 }
                on && /^  clean-/ && $3 > 0 { print $1, $2, $3 }' summary | sort)"

    # nothing is wrong with one sample, and nothing of the other may be changed
    for name in 17-town-clock-wager.txt 18-station-notes.txt; do
        jq -j "select(.source == \"$name\").text" out/news.jsonl | cmp - "$samples/$name"
    done
    # what hides in the others is gone
    run ! grep -qP '\xC2\xAD|\xEF\xAC\x81|\r' out/markdown/03-glacier-survey.txt.md out/markdown/04-*.md
    grep -q 'Inspector Adelaide Crumb' out/markdown/16-museum-thieves.txt.md
    # a title is a heading
    is "$(head -1 out/markdown/17-town-clock-wager.txt.md)" \
        "# $(jq -r 'select(.source | startswith("17")).title' out/news.jsonl)"

    same_again "$news"
}

@test "inbox.yaml: what comes into a folder, in JSON Lines and Markdown" {
    cp -r "$samples" inbox
    run_pipeline "$DOCMILL_SOURCE/pipelines/inbox.yaml"
    one_line_each out/inbox.jsonl
    one_file_each out/markdown .md
    "$DOCMILL" audit "$DOCMILL_SOURCE/pipelines/inbox.yaml" >states
    is "$(grep -c '^done ' states)" "$count"
}

@test "minimal.yaml: texts as they are, in JSON Lines" {
    minimal="$DOCMILL_SOURCE/pipelines/minimal.yaml"
    run_pipeline "$minimal"
    one_line_each out/minimal.jsonl
    for file in "$samples"/*.txt; do
        name=${file##*/}
        jq -j "select(.source == \"$name\").text" out/minimal.jsonl | cmp - <(decoded "$name")
    done
    says '.edits == {}' <out/minimal.jsonl
    cp out/minimal.jsonl first.jsonl
    run_pipeline --workers 3 --overwrite "$minimal"
    cmp first.jsonl out/minimal.jsonl
}

@test "text.yaml: a UTF-8 text file each" {
    text="$DOCMILL_SOURCE/pipelines/text.yaml"
    run_pipeline "$text"
    one_file_each out/text .txt
    for name in 12-kiriura-lighthouse.txt 13-qingyan-bridge.txt 18-station-notes.txt; do
        cmp "out/text/$name.txt" <(decoded "$name")
    done
    same_again "$text"
}

@test "articles.yaml: web pages in, the articles as text, Markdown and JSON Lines" {
    articles="$DOCMILL_SOURCE/pipelines/articles.yaml"
    samples=tests/samples/web
    count=6
    run_pipeline "$articles"
    is "$(jq -r '[.source, .metadata["page-type"], .language] | join(" ")' out/articles.jsonl)" \
        "apfelbaum.html article de
frost-manual.html documentation en
harbour-ferry.html article en-GB
kettle-forum.html forum en
storm-lantern.html product en
week-in-town.html listing en"
    is "$(jq -r 'select(.source == "harbour-ferry.html").metadata
                 | [.title, .author, .date, .site, .url, .categories, .tags] | .[]' out/articles.jsonl)" \
        "Night ferry to Ordan sails again after two winters
Marit Hollund; Joss Abernethy
2024-03-19T06:30:00+00:00
The Lantern Post
https://lantern.example.org/2024/03/19/night-ferry
Harbour
ferries; Ordan"
    is "$(jq -r 'select(.source == "apfelbaum.html").metadata | [.title, .author, .date] | join(" / ")' out/articles.jsonl)" \
        "Der Apfelbaum hinter dem Bahnhof / Wibke Sommerfeld / 2019-10-07"

    # the whole body, and nothing of what is around it
    is "$(head -c 30 out/text/harbour-ferry.txt)" "At ten minutes past eleven on "
    is "$(tail -n 1 out/text/harbour-ferry.txt | tail -c 37)" "the ferry will have to carry itself."
    run ! grep -qiE 'cookie|Facebook|Related|scrap|comments|soup is from a tin|Sign up|Imprint|Photo' out/text/harbour-ferry.txt
    run ! grep -qiE 'Kommentare|Schlagworte|Letzte|Gleis Drei' out/text/apfelbaum.txt
    is "$(grep -c . out/text/kettle-forum.txt)" 3
    grep -qxF -- '- Wednesday, 22:45, from Ordan' out/markdown/harbour-ferry.md
    grep -qxF '> I had forgotten how dark it is out there, and how good that is.' out/markdown/harbour-ferry.md
    grep -qxF '## Slower, and with soup' out/markdown/harbour-ferry.md
    grep -qxF '```sh' out/markdown/frost-manual.md
    grep -qxF '| --limit | 10 s | how long to wait for a station |' out/markdown/frost-manual.md
    grep -qxF '2. Some did not: 1.' out/markdown/frost-manual.md
    grep -qF '[Ducks win the right of way at the weir](' out/markdown/week-in-town.md

    same_again "$articles"
}
