#!/bin/sh
# header.sh FOLDER: write the pages of the plugin header; after a change of the header
#
#   tests/docs/header.sh docs/reference
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
for page in plugin-header plugin-header-document plugin-header-stages plugin-header-services; do
    awk -v page="$page" -f "$root/tests/docs/header.awk" "$root/include/docmill/plugin.h" | cat -s | sed '${/^$/d;}' >"$1/$page.md"
done
