#!/bin/sh
# Measure pipelines/articles.yaml over sets of pages that are too large for the repository.
#
#   DOCMILL_EXTRACTION_SETS=FOLDER DOCMILL=... DOCMILL_SOURCE=... extraction.sh SCORE [--show title|date|author] [--half 1|2]
#
# FOLDER holds SET/*.html (files: links that lead out of SET are refused) and SET/ground-truth.json for each set; SCORE is the program that score.c describes,
# as it does the numbers, the options, and what is right.
# Ends with 1 if, over all sets together, a title is right on fewer than 95 %, a date on 90 %, an author
# on 80 % of the pages that state one; with 77 (skipped) if there are no sets.
set -eu

score=$1
shift
sets=${DOCMILL_EXTRACTION_SETS-}
if [ -z "$sets" ]; then
    echo "skipped: DOCMILL_EXTRACTION_SETS names no folder with SET/*.html and SET/ground-truth.json"
    exit 77
fi

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

found=0
for truth in "$sets"/*/ground-truth.json; do
    [ -e "$truth" ] || continue
    found=1
    set=$(basename "$(dirname "$truth")")
    # an exit of 1 says that documents failed; which ones, stands below
    "$DOCMILL" run --quiet "$DOCMILL_SOURCE/pipelines/articles.yaml" --set in="$sets/$set" \
        --set out="$out/$set" >"$out/$set.log" 2>&1 || [ $? -eq 1 ] || { cat "$out/$set.log"; exit 1; }
    jq -s 'map({source, title, text, metadata})' "$out/$set/articles.jsonl" >"$out/$set.json"
    "$score" "$set" "$sets/$set" "$out/$set.json" "$@" | tee -a "$out/scores"
    find "$out/$set/.docmill/dead-letters" -name "*.json" -exec cat {} + |
        jq -rs --arg set "$set" 'group_by(.reason)[] | "\($set) failed: \(length) with: \(.[0].reason) (\(.[0:5] | map(.source) | join(", ")))"'
done
if [ "$found" = 0 ]; then
    echo "skipped: no SET/ground-truth.json in $sets"
    exit 77
fi

awk '/ right on [0-9]+ of [0-9]+ pages$/ { right[$2] += $5; stated[$2] += $7 }
    / strictly [0-9]+ of [0-9]+ truths$/ { same[$2] += $4; truths[$2] += $6 }
    END {
        least["title"] = 95; least["date"] = 90; least["author"] = 80
        for (key in least) {
            share = stated[key] ? 100 * right[key] / stated[key] : 0
            printf "all %s %.1f %% of %d pages, at least %d %%; strictly %.1f %% of %d truths\n", key, share, stated[key],
                least[key], truths[key] ? 100 * same[key] / truths[key] : 0, truths[key]
            bad += stated[key] && share < least[key]
        }
        exit bad > 0
    }' "$out/scores"
