# Pages of the manual, run and compared: the sh blocks of a page are run from its top to its end in one shell, in
# the folder ./clone, and each text block behind one is compared with what was printed.
#
#   - Figures that differ from run to run (times, rates, shares, folders) count as equal.
#   - A block in another language whose first line is a comment that names a file (`/* shout.c: ... */`,
#     `# shout.yaml: ...`) is that file from there on.
#   - A line of nothing but `...` in a text block stands for any number of lines.  A block that does not follow
#     at once is the end of what was printed.
#
# `prologue` holds commands that come before the first block; ./blocks is there and empty.

# split_page PAGE: its blocks, numbered from 001: blocks/N.sh (what writes a file is one too), and what N.sh prints in
# N.text or, with words between them, N.end
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
        printf '%s\n' "$prologue"
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
    local block shown any
    compared=0
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
