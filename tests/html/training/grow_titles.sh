#!/bin/sh
# Grow the trees that choose titles anew: grow_titles.sh BUILD SETS FOLDER, as grow.sh has them; BUILD has html-titles too.
# Half a minute.
set -eu
build=$1 sets=$2 folder=$3
here=$(dirname "$0")
mkdir -p "$folder"
python3 "$here/titles.py" list "$sets" | "$build/tests/html-titles" "$folder"
python3 "$here/titles.py" sites "$sets" "$folder"
"$build/tests/html-train" --one "$folder/labels.txt" "$folder/sites.txt" "$folder/titles" 100 3 0.15 10 0.3 "$folder/titles"
python3 "$here/titles.py" score "$folder"
cp "$folder/titles.inc" "$here/../../../plugins/extract-html/metadata/model_titles.inc"
