# What `cmake --install` leaves behind, and plugins built against nothing else.

bats_require_minimum_version 1.5.0

setup_file() {
    export ROOT="$BATS_FILE_TMPDIR"
    export OUTSIDE="$DOCMILL_SOURCE/tests/package/outside"
    DESTDIR="$ROOT/destination" cmake --install "$DOCMILL_BUILD" >/dev/null
    cmake --install "$DOCMILL_BUILD" --prefix "$ROOT/first" >/dev/null
    mv "$ROOT/first" "$ROOT/moved" # all that follows must not mind
    export PREFIX="$ROOT/moved"
    PKG_CONFIG_PATH=$(dirname "$(find "$PREFIX" -name docmill.pc)")
    export PKG_CONFIG_PATH
}

# The compilers to try; one that is not installed is skipped by name.
need() {
    command -v "$1" >/dev/null || skip "no $1 here"
}

@test "every part lies where distributions expect it" {
    cd "$PREFIX"
    [ -x bin/docmill ]
    [ -f include/docmill/plugin.h ]
    [ -f share/doc/docmill/LICENSE ]
    [ -f share/doc/docmill/README.md ]
    [ -f share/docmill/pipelines/news.yaml ]
    [ -f "$PKG_CONFIG_PATH/docmill.pc" ]
    [ -f "$PKG_CONFIG_PATH/../cmake/docmill/docmillConfig.cmake" ]
    [ -f "$(pkg-config --variable=pluginsdir docmill)/output-jsonl.so" ]
}

@test "DESTDIR gets the same files as a prefix" {
    diff <(cd "$ROOT/destination" && find . -type f -name '*.so' -printf '%f\n' | sort) \
         <(cd "$PREFIX" && find . -type f -name '*.so' -printf '%f\n' | sort)
    [ -n "$(find "$ROOT/destination" -path '*/bin/docmill')" ]
}

@test "nothing that is meant for tests is installed" {
    # the cases of the pipelines are: they are examples, and `docmill test` runs them for whoever changes one
    run find "$PREFIX" -path '*/pipelines/tests' -prune -o \
        \( -name 'test*' -o -name 'fault*' -o -name '*.a' \) -print
    [ "$output" = "" ]
}

@test "no installed file names the build folder or the prefix" {
    run grep -rlF -e "$ROOT" "$PREFIX" --include='*.cmake' --include='*.pc'
    [ "$output" = "" ]
    run grep -rlF -e "$DOCMILL_BUILD" "$PREFIX" --include='*.cmake' --include='*.pc'
    [ "$output" = "" ]
}

@test "the moved program finds its plugins" {
    run -0 "$PREFIX/bin/docmill" plugins
    [[ "$output" == *extract-text* ]]
    [[ "$output" == *clean-unicode* ]]
    [[ "$output" == *output-jsonl* ]]
}

@test "plugins export docmill_plugin_v1 and nothing else" {
    for plugin in "$(pkg-config --variable=pluginsdir docmill)"/*.so; do
        # __odr_asan and its like are the sanitizers' own
        run bash -c "nm -D --defined-only '$plugin' | awk '\$3 !~ /^__/ { print \$3 }'"
        echo "$plugin: $output"
        [ "$output" = docmill_plugin_v1 ]
    done
}

one_line() {
    need "$1"
    folder="$ROOT/$1-line"
    mkdir "$folder"
    # shellcheck disable=SC2046  # the flags are words
    "$@" -Wall -Wextra -Wpedantic -Werror -shared -fPIC $(pkg-config --cflags docmill) \
        -o "$folder/shout.so" "$OUTSIDE/shout.c"
    run -0 "$PREFIX/bin/docmill" plugins --plugin-dir "$folder"
    [[ "$output" == *shout* ]]
}

@test "one compiler line builds a plugin: gcc" { one_line gcc -std=c11; }
@test "one compiler line builds a plugin: clang" { one_line clang -std=c11; }

by_cmake() {
    need "$1"
    folder="$ROOT/$1-cmake"
    cmake -S "$OUTSIDE" -B "$folder/build" -G Ninja -DCMAKE_C_COMPILER="$1" \
        -DCMAKE_PREFIX_PATH="$PREFIX" -DCMAKE_INSTALL_PREFIX="$folder/installed"
    cmake --build "$folder/build"
    cmake --install "$folder/build"
    plugin=$(find "$folder/installed" -path '*/docmill/plugins/shout.so')
    run bash -c "nm -D --defined-only '$plugin' | awk '{ print \$3 }'"
    [ "$output" = docmill_plugin_v1 ]
    run -0 "$PREFIX/bin/docmill" plugins --plugin-dir "$(dirname "$plugin")"
    [[ "$output" == *shout* ]]
}

@test "find_package and docmill_add_plugin build a plugin: gcc" { by_cmake gcc; }
@test "find_package and docmill_add_plugin build a plugin: clang" { by_cmake clang; }

# What takes long is done for the optimised build alone; nor can its fuzzers mix the sanitizers of two compilers.
once() {
    ! nm "$PREFIX/bin/docmill" | grep -q __asan_init || skip "a build with sanitizers"
}

# What `docmill new` writes, built and tested in both of its ways, by both compilers.
new_by_cmake() { # KIND LANGUAGE C-COMPILER C++-COMPILER
    once
    need "$3"
    need "$4"
    folder="$ROOT/new-$1-$2-$3"
    flags="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror"
    run -0 "$PREFIX/bin/docmill" new "$1" first-try --dir "$folder" --lang "$2"
    cmake -S "$folder" -B "$folder/build" -G Ninja -DCMAKE_PREFIX_PATH="$PREFIX" -DCMAKE_C_COMPILER="$3" \
        -DCMAKE_CXX_COMPILER="$4" -DCMAKE_C_FLAGS="$flags" -DCMAKE_CXX_FLAGS="$flags"
    cmake --build "$folder/build"
    ctest --test-dir "$folder/build" --output-on-failure --no-tests=error
}

@test "a new cleaner in C11 builds and passes: gcc" { new_by_cmake cleaner c gcc g++; }
@test "a new cleaner in C11 builds and passes: clang" { new_by_cmake cleaner c clang clang++; }
@test "a new cleaner in C++17 builds and passes: g++" { new_by_cmake cleaner cpp gcc g++; }
@test "a new cleaner in C++17 builds and passes: clang++" { new_by_cmake cleaner cpp clang clang++; }
@test "a new extractor in C11 builds and passes: gcc" { new_by_cmake extractor c gcc g++; }
@test "a new extractor in C11 builds and passes: clang" { new_by_cmake extractor c clang clang++; }
@test "a new extractor in C++17 builds and passes: g++" { new_by_cmake extractor cpp gcc g++; }
@test "a new extractor in C++17 builds and passes: clang++" { new_by_cmake extractor cpp clang clang++; }
@test "a new output in C11 builds and passes: gcc" { new_by_cmake output c gcc g++; }
@test "a new output in C11 builds and passes: clang" { new_by_cmake output c clang clang++; }
@test "a new output in C++17 builds and passes: g++" { new_by_cmake output cpp gcc g++; }
@test "a new output in C++17 builds and passes: clang++" { new_by_cmake output cpp clang clang++; }

# The fuzzer of each: two seconds find nothing, and one that is broken is found out.
fuzz() { # KIND LANGUAGE
    need clang++
    need make
    folder="$ROOT/fuzz-$1-$2-$BATS_TEST_NUMBER"
    "$PREFIX/bin/docmill" new --quiet "$1" first-try --dir "$folder" --lang "$2"
    make -C "$folder" fuzz FUZZ_SECONDS=2
}

@test "fuzzers of new plugins find nothing" {
    once
    fuzz cleaner c
    fuzz extractor c
    fuzz output c
    fuzz extractor cpp
}

@test "the fuzzer of a new plugin finds what is wrong" {
    once
    fuzz cleaner c
    sed -i 's/i - run + keep, i}/i - run + keep, i + (text.len > 40)}/' "$folder/first-try.c"
    run make -C "$folder" fuzz FUZZ_SECONDS=20
    [ "$status" -ne 0 ]
    [[ "$output" == *"docmill: "* ]]
}

@test "a new cleaner builds and passes its case: make" {
    need make
    folder="$ROOT/new-by-make"
    run -0 "$PREFIX/bin/docmill" new cleaner first-try --dir "$folder"
    env -u DOCMILL make -C "$folder" test
    env -u DOCMILL make -C "$folder" install DESTDIR="$ROOT/new-installed"
    [ -n "$(find "$ROOT/new-installed" -path '*/docmill/plugins/first-try.so')" ]
}

@test "a plugin whose library is missing is left out, and said to be" {
    folder="$ROOT/left-out"
    mkdir "$folder"
    cp "$OUTSIDE/shout.c" "$folder"
    sed 's/SOURCES shout.c/SOURCES shout.c PKG no-such-library/' "$OUTSIDE/CMakeLists.txt" >"$folder/CMakeLists.txt"
    run -0 cmake -S "$folder" -B "$folder/build" -G Ninja -DCMAKE_PREFIX_PATH="$PREFIX"
    [[ "$output" == *"plugin shout is left out: it needs no-such-library"* ]]
    run -1 cmake -S "$folder" -B "$folder/build" -G Ninja -DCMAKE_PREFIX_PATH="$PREFIX" -DDOCMILL_ALL_PLUGINS=ON
    [[ "$output" == *"plugin shout needs no-such-library"* ]]
}
