# What the command-line tests share.  DOCMILL, DOCMILL_SOURCE and DOCMILL_TEST_PLUGINS come from ctest.

bats_require_minimum_version 1.5.0

# A folder of our own, no colours, a cache that nobody else fills.
enter_scratch() {
    mkdir "$BATS_TEST_TMPDIR/here" && cd "$BATS_TEST_TMPDIR/here" || return
    export NO_COLOR=1 XDG_CACHE_HOME="$BATS_FILE_TMPDIR/cache"
    unset DOCMILL_PLUGIN_PATH
}

# says FILTER < JSON: every value of the input satisfies the jq filter
says() {
    jq -es "all($1)" >/dev/null || {
        echo "not so: $1"
        return 1
    }
}

# is TEXT EXPECTED: compare, and show what differs
is() {
    diff -u <(printf '%s\n' "$2") <(printf '%s\n' "$1")
}

# has TEXT WORDS...: TEXT holds all of them
has() {
    local text=$1 words
    shift
    for words in "$@"; do
        [[ "$text" == *"$words"* ]] || {
            printf 'not there: %s\nin: %s\n' "$words" "$text"
            return 1
        }
    done
}

# pipeline STAGE...: a pipeline.yaml of these lines below `stages:`
pipeline() {
    {
        printf 'docmill: 1\nvars: { out: out }\nrun: { state: "${out}/.docmill" }\nstages:\n'
        printf '  %s\n' "$@"
    } >pipeline.yaml
}

# build_plugin NAME < SOURCE: a shared object in ./plugins, from C that sees the header only
build_plugin() {
    mkdir -p plugins
    cat >"plugins/$1.c"
    "${CC:-cc}" -std=c11 -shared -fPIC -I "$DOCMILL_SOURCE/include" -o "plugins/$1.so" "plugins/$1.c"
}
