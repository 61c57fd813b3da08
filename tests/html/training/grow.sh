#!/bin/sh
# Grow the trees of extract-html anew from labelled pages: grow.sh BUILD SETS FOLDER
#
# BUILD is a build folder with html-dump and html-train (`cmake --build BUILD --target html-dump html-train`), SETS holds
# SET/*.html and SET/ground-truth.json, and FOLDER takes what lies between.  Some minutes on one core.
set -eu
build=$1 sets=$2 folder=$3
here=$(dirname "$0")
content=$here/../../../plugins/extract-html/content
mkdir -p "$folder"
for page in "$sets"/*/*.html; do
    set=$(basename "$(dirname "$page")")
    echo "$set/$(basename "$page" .html) $page"
done > "$folder/list.txt"

"$build/tests/html-dump" "$folder" < "$folder/list.txt"
python3 "$here/label.py" "$sets" "$folder"
"$build/tests/html-train" "$folder/labels.txt" "$folder/pages.txt" "$folder/first" 160 5 0.08 10 0.25 "$folder/blocks"
"$build/tests/html-dump" --judged "$folder/first.p" "$folder" < "$folder/list.txt"
"$build/tests/html-train" "$folder/labels.txt" "$folder/pages.txt" "$folder/second" 120 5 0.06 10 0.25 \
    "$folder/blocks" "$folder/judged"
for kind in article forum listing documentation product other; do
    "$build/tests/html-train" "$folder/type-$kind.txt" "$folder/types.txt" "$folder/type-$kind" 30 3 0.15 2000 0.5 \
        "$folder/pages" >&2
    echo "static const struct page_tree ${kind}_trees[] = {"
    cat "$folder/type-$kind.inc"
    echo "};"
done > "$folder/pagetype.inc"
cp "$folder/pagetype.inc" "$content/model_pagetype.inc"
cp "$folder/first.inc" "$content/model_first.inc"
cp "$folder/second.inc" "$content/model_second.inc"
