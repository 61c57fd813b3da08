#!/bin/bash
# A watch over a long time: files are created, changed, moved and deleted in its folder, and every ten seconds the
# memory and the descriptors of its processes are written down. A file lives for about 4,000 others, so that what lies
# there stays the same, as it would in a drop folder that is used for months.
#
#   soak.sh DOCMILL [MINUTES]     prints a table; the folder that it names is left
set -u
docmill=$(realpath "$1")
minutes=${2:-30}
here=$(mktemp -d /tmp/docmill-soak-XXXXXX)
cd "$here" || exit 1
mkdir in
cat >p.yaml <<'END'
docmill: 1
watch: { settle: 500ms, audit: 1m }
run: { state: state, workers: 2 }
stages:
  - extract: text
  - clean: unicode
  - output: jsonl
    with: { path: out.jsonl }
END
"$docmill" watch --quiet p.yaml in 2>log &
watch=$!

# supervisor, writer and workers, with resident KiB, those of them that no file backs, and descriptors
figures() {
    local pid
    for pid in "$watch" $(cat "/proc/$watch/task/$watch/children"); do
        awk -v fds="$(ls "/proc/$pid/fd" 2>/dev/null | wc -l)" \
            '/^VmRSS/ { rss = $2 } /^RssAnon/ { own = $2 } END { printf " %8d %6d %3d", rss, own, fds }' \
            "/proc/$pid/status" 2>/dev/null
    done
}

# what came 4,000 files ago goes: ten files, wherever they are by now
forget_ten() {
    local i old=$(($1 - 4000))
    for ((i = old; i < old + 10; i++)); do
        rm -f "in/$((i % 50))/$i.txt" "in/$((i % 50))/$i-moved.txt"
    done
}

end=$((SECONDS + minutes * 60))
next=$SECONDS
n=0
echo "in $here"
echo "seconds   files  there |  then resident KiB, without files, and descriptors of supervisor, writer, workers"
while [ $SECONDS -lt $end ]; do
    n=$((n + 1))
    folder=in/$((n % 50))
    [ -d "$folder" ] || mkdir "$folder"
    echo "text number $n, written once" >"$folder/$n.txt"
    case $((n % 10)) in
    1) echo "changed $n" >>"$folder/$((n - 50)).txt" ;;
    3) echo "other $n" >"$folder/.new" && mv "$folder/.new" "$folder/$n-moved.txt" ;;
    5) mv "$folder" "in/moved-$n" && mkdir "$folder" ;;
    9) [ $n -le 4000 ] || forget_ten $n ;;
    7) [ $n -le 3000 ] || rm -rf "in/moved-$((n - 3000 - (n - 3000) % 10 + 5))" ;;
    esac
    [ $((n % 20)) != 0 ] || sleep 0.1
    [ $SECONDS -lt $next ] || {
        next=$((SECONDS + 10))
        printf '%7d %8d %6d %s\n' $SECONDS $n "$(find in -type f | wc -l)" "$(figures)"
    }
done
sleep 5
"$docmill" audit --missing p.yaml in | head -20
"$docmill" status p.yaml
kill "$watch"
wait "$watch"
echo "the watch ended with $?"
