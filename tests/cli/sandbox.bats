#!/usr/bin/env bats
# What a plugin may not do, tried from inside of one: in a worker and in the writer.

load common

setup() {
    enter_scratch
    mkdir in elsewhere secret
    echo secret >secret/file
    echo kept >elsewhere/file
}

# need_landlock [VERSION]: or say that this kernel has none, and skip what only Landlock denies
need_landlock() {
    run -0 "$DOCMILL" check --verbose --plugin-dir "$DOCMILL_TEST_PLUGINS" p.yaml
    [[ "$output" == *"no Landlock: "* ]] && skip "this kernel has no Landlock"
    [[ "$output" =~ "Landlock, version "([0-9]+) ]]
    ((BASH_REMATCH[1] >= ${1:-1})) || skip "this needs version $1 of Landlock"
}

# sandbox_pipeline [STAGE-LINE...]: a pipeline whose documents say what is to be tried
sandbox_pipeline() {
    {
        printf 'docmill: 1\nrun: { workers: 2, state: none }\ninput: { paths: [in] }\nstages:\n'
        printf '  %s\n' '- extract: text' "${@:-- clean: sandbox}"
    } >p.yaml
}

# tried ACT...: run it, each act in a document of its own; the answers, sorted, in $answers
tried() {
    rm -rf in
    mkdir in
    local i=100 act
    for act; do printf '%s\n' "$act" >"in/$((i++)).txt"; done
    run --separate-stderr timeout -s KILL 60 "$DOCMILL" run --plugin-dir "$DOCMILL_TEST_PLUGINS" p.yaml
    # shellcheck disable=SC2154
    answers=$(sed -En 's/^warning: ([0-9]+\.txt: )?(input|clean-[a-z-]*): //p' <<<"$stderr")
    is "$(wc -l <<<"$answers")" "$#" || { echo "$stderr"; false; }
}

# denied ACT...: neither of them can be done
denied() {
    tried "$@"
    is "$(grep -vE ': (Operation not permitted|Permission denied)$' <<<"$answers")" ""
}

# can ACT...: all of them can be done
can() {
    tried "$@"
    is "$(grep -v ': done$' <<<"$answers")" ""
}

no_network=(socket unix-socket connect)
no_programs=(fork exec "exec $BASH" spawn)
no_others=(ptrace trace-me kill-parent kill-all kill-thread signal-owner outlive session read-memory)
no_kernel=(namespace bpf keys type-into-terminal raise-limit memfd chdir)
no_changes=("write elsewhere/file" "append elsewhere/file" "create elsewhere/new" "cut-open elsewhere/file"
    "unnamed elsewhere" "old-creat elsewhere/new" "truncate elsewhere/file" "unlink elsewhere/file"
    "rename elsewhere/file" "link elsewhere/file" "symlink elsewhere/file" "mkdir elsewhere/file"
    "mkfifo elsewhere/file" "chmod elsewhere/file" "touch elsewhere/file" "write in/100.txt" "write /dev/null")

# whole: nothing was changed
whole() {
    is "$(ls elsewhere)" file
    is "$(<elsewhere/file)" kept
}

# The leak check of a sanitizer needs a few of these calls.
unless_sanitized() {
    local act
    for act; do [[ -v sanitized && "$act" == @(outlive|read-memory) ]] || printf '%s\n' "$act"; done
}
nm -D "$DOCMILL" 2>/dev/null | grep -q __asan_init && sanitized=

@test "a worker has no network" {
    sandbox_pipeline
    denied "${no_network[@]}"
}

@test "a worker starts no process and no program" {
    sandbox_pipeline
    denied "${no_programs[@]}"
}

@test "a worker reaches no other process, and neither leaves its session nor outlives the supervisor" {
    sandbox_pipeline
    mapfile -t acts < <(unless_sanitized "${no_others[@]}")
    denied "${acts[@]}"
}

@test "a worker has nothing of the kernel that a document does not need" {
    sandbox_pipeline
    denied "${no_kernel[@]}"
}

@test "a worker changes no file" {
    sandbox_pipeline
    denied "${no_changes[@]}" temporary
    whole
}

@test "calls that libc has a fallback for do not exist" {
    sandbox_pipeline
    tried clone3 io-uring pidfd
    is "$(grep -v ': Function not implemented$' <<<"$answers")" ""
}

@test "a worker reads its inputs, the plugins and the system's libraries, and nothing else" {
    sandbox_pipeline
    need_landlock
    echo more >in/../elsewhere/more
    can "read in/100.txt" "list in" "read $DOCMILL_TEST_PLUGINS/sandbox.so" "list /usr/lib" statm random
    denied "read secret/file" "list secret" "read $PWD/secret/file" "read elsewhere/file" "read p.yaml" \
        "list ." "list /" "list $HOME" "read /etc/passwd" "read /etc/shadow" "list /proc" "list /tmp" \
        "read /proc/1/cmdline" "read in/../secret/file"
}

@test "a link does not lead out of what a worker may read" {
    sandbox_pipeline
    need_landlock
    ln -s ../secret elsewhere/link
    tried "read elsewhere/link/file"
    is "$answers" "read elsewhere/link/file: Permission denied"
}

@test "links within the inputs are followed; inputs may be files, globs and a list" {
    sandbox_pipeline
    can statm
    ln -s 100.txt in/link.txt
    run -0 --separate-stderr "$DOCMILL" run --plugin-dir "$DOCMILL_TEST_PLUGINS" p.yaml
    has "$output" "2 done, 0 failed"
    for inputs in in/100.txt "$PWD/in/link.txt" ./in/../in/100.txt; do
        run -0 --separate-stderr "$DOCMILL" run --plugin-dir "$DOCMILL_TEST_PLUGINS" p.yaml "$inputs"
        has "$output" "1 done, 0 failed"
    done
    sed -i 's|\[in\]|["i*/*.txt"]|' p.yaml
    run -0 --separate-stderr "$DOCMILL" run --plugin-dir "$DOCMILL_TEST_PLUGINS" p.yaml
    has "$output" "2 done, 0 failed"
    run -0 --separate-stderr "$DOCMILL" run --plugin-dir "$DOCMILL_TEST_PLUGINS" --from0 <(printf 'in/100.txt\0') p.yaml
    has "$output" "1 done, 0 failed"
}

@test "so many inputs that only their folder is allowed" {
    sandbox_pipeline
    need_landlock
    mkdir many
    for i in {1000..1399}; do echo statm >"many/$i.txt"; done
    run -0 --separate-stderr "$DOCMILL" run --quiet --plugin-dir "$DOCMILL_TEST_PLUGINS" p.yaml many/*
    echo 'read secret/file' >many/1000.txt
    run -0 --separate-stderr "$DOCMILL" run --plugin-dir "$DOCMILL_TEST_PLUGINS" p.yaml many/*
    has "$stderr" "read secret/file: Permission denied"
}

@test "the environment is empty, and no descriptor is inherited" {
    sandbox_pipeline
    exec {extra}</dev/null 60<secret/file
    SECRET=x tried environment descriptors
    exec {extra}<&- 60<&-
    is "$(sort <<<"$answers")" "descriptors: Bad file descriptor
environment: No such file or directory"
    sandbox_pipeline '- output: sandbox'
    exec 60<secret/file
    SECRET=x tried environment descriptors
    exec 60<&-
    has "$answers" "environment: No such file or directory"
}

@test "what plugins need goes on working" {
    sandbox_pipeline
    can iconv thread code own-signal statm random
    sandbox_pipeline '- output: sandbox'
    can iconv thread code own-signal statm random
}

@test "abort() is told as what it is, a call of another machine's code kills" {
    sandbox_pipeline
    echo abort >in/1.txt
    run -1 --separate-stderr "$DOCMILL" run --quiet --plugin-dir "$DOCMILL_TEST_PLUGINS" p.yaml
    has "$stderr" "crashed: Aborted"
    [ "$(uname -m)" = x86_64 ] || return 0
    echo foreign-call >in/1.txt
    run -1 --separate-stderr "$DOCMILL" run --quiet --plugin-dir "$DOCMILL_TEST_PLUGINS" p.yaml
    # a kernel that runs no 32-bit programs does not get so far
    [[ "$stderr" =~ "crashed: "("Bad system call"|"Segmentation fault") ]]
}

@test "regular expressions, which are compiled to machine code, and the samples' encodings" {
    cat >p.yaml <<END
docmill: 1
input: { paths: ["$DOCMILL_SOURCE/tests/samples/news"], include: ["*.txt"] }
stages:
  - extract: text
  - clean: unicode
    when: { metadata: { encoding: { matches: '(?i)^shift.?jis\$' } } }
  - output: jsonl
    with: { path: out/x.jsonl }
run: { state: none }
END
    run -0 "$DOCMILL" run p.yaml
    has "$output" "18 done, 0 failed"
    grep -q shift_jis out/x.jsonl
}

@test "the writer writes its outputs' folders and nothing else" {
    sandbox_pipeline '- output: sandbox' '  with: { path: out/deep/x }'
    need_landlock
    can "create out/deep/new" "write out/deep/new" "truncate out/deep/new" "rename out/deep/new" \
        "mkdir out/deep/a" "symlink out/deep/a" "unnamed out/deep" "set-mode out/deep/new.moved"
    denied "make-suid out/deep/suid" "set-suid out/deep/new.moved" "create out/new" "${no_changes[@]}"
    whole
    is "$(ls out)" deep
}

@test "the writer has no network, no programs and no other processes" {
    sandbox_pipeline '- output: sandbox' '  with: { path: out/x }'
    mapfile -t acts < <(unless_sanitized "${no_others[@]}")
    denied "${no_network[@]}" "${no_programs[@]}" "${acts[@]}" namespace bpf keys type-into-terminal raise-limit chdir
}

@test "the writer reads nothing but its own" {
    sandbox_pipeline '- output: sandbox' '  with: { path: out/x }'
    need_landlock
    denied "read secret/file" "read in/100.txt" "read /etc/passwd" "list ." "list /tmp" temporary
}

@test "check makes no folder" {
    sandbox_pipeline '- output: sandbox' '  with: { path: out/deep/x }'
    run -0 "$DOCMILL" check --verbose --plugin-dir "$DOCMILL_TEST_PLUGINS" p.yaml
    [ ! -e out ]
}

# ---- what a pipeline allows -----------------------------------------------------------------------

@test "a stage that needs something is refused, with the line that would allow it" {
    for need in network exec write; do
        sandbox_pipeline "- clean: sandbox-$need"
        for command in check run; do
            run -2 --separate-stderr "$DOCMILL" "$command" --plugin-dir "$DOCMILL_TEST_PLUGINS" p.yaml
            has "$stderr" "p.yaml:6:12: error: cleaner 'sandbox-$need' needs" "which the pipeline does not allow" \
                "add 'allow: [$need]' to this stage if you trust it"
        done
    done
}

@test "allow: [network]" {
    sandbox_pipeline '- clean: sandbox-network' '  allow: [network]'
    can "${no_network[@]}"
    denied "${no_programs[@]}" "${no_changes[@]}" ptrace kill-parent
}

@test "allow: [exec]" {
    sandbox_pipeline '- clean: sandbox-exec' '  allow: [exec]'
    can fork spawn
    denied "${no_network[@]}" "create elsewhere/new" "write elsewhere/file" "unlink elsewhere/file" bpf
    whole
    need_landlock
    can shell
    denied "exec $PWD/in/100.txt" "read secret/file"
}

@test "allow: [exec] signals nobody else" {
    sandbox_pipeline '- clean: sandbox-exec' '  allow: [exec]'
    need_landlock 6
    denied kill-parent
}

@test "allow: [write]" {
    sandbox_pipeline '- clean: sandbox-write' '  allow: [write]' '  with: { path: cache/x }'
    can "create cache/new"
    need_landlock
    denied "write elsewhere/file" "create new" temporary "${no_network[@]}" "${no_programs[@]}"
    whole
}

@test "docmill plugins says what a stage needs" {
    run -0 "$DOCMILL" plugins --plugin-dir "$DOCMILL_TEST_PLUGINS" clean-sandbox-exec
    has "$output" "needs:  exec" "allow: [exec]"
    run -0 "$DOCMILL" plugins --plugin-dir "$DOCMILL_TEST_PLUGINS" clean-sandbox
    [[ "$output" != *needs:* ]]
}

# ---- other processes that run plugins -------------------------------------------------------------

@test "try: the same sandbox, unless told otherwise" {
    sandbox_pipeline
    printf 'socket\nfork\nwrite elsewhere/file\nenvironment\nread in.txt\n' >in.txt
    SECRET=x run -0 --separate-stderr "$DOCMILL" try --plugin-dir "$DOCMILL_TEST_PLUGINS" p.yaml in.txt
    has "$stderr" "socket: Operation not permitted" "fork: Operation not permitted" \
        "write elsewhere/file: Operation not permitted" "environment: No such file" "read in.txt: done"
    SECRET=x run -0 --separate-stderr "$DOCMILL" try --no-sandbox --plugin-dir "$DOCMILL_TEST_PLUGINS" p.yaml in.txt
    has "$stderr" "socket: done" "fork: done" "write elsewhere/file: done" "environment: done"
}

@test "a constructor and open() are confined where they are looked at" {
    build_plugin nosy <<'END'
#define _GNU_SOURCE
#include <docmill/plugin.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <stdlib.h>
#include <unistd.h>
static char first[64] = "nothing";
__attribute__((constructor)) static void look(void)
{
    if (open("elsewhere/new", O_CREAT | O_WRONLY, 0666) >= 0 || fork() >= 0 || getenv("SECRET") != NULL)
        _exit(9);
    strcpy(first, "confined");
}
static dm_status begin(dm_task *t, void *state)
{
    (void)state;
    const int fd = open("elsewhere/new", O_CREAT | O_WRONLY, 0666);
    return dm_fail(t, DM_ECONFIG, "%s, %s", first, fd < 0 ? strerror(errno) : "free");
}
static dm_status clean(const void *s, dm_task *t, dm_doc *d) { (void)s; (void)t; (void)d; return DM_OK; }
static const dm_cleaner_ops ops = {.size = sizeof ops, .clean = clean};
static const dm_stage stage = {.size = sizeof stage, .kind = DM_CLEANER, .name = "nosy", .summary = "Look around.",
                               .state_size = 8, .open = begin, .ops.cleaner = &ops};
static const dm_stage *const stages[] = {&stage, NULL};
DM_PLUGIN(.name = "nosy", .version = "1.0.0", .license = "MIT", .stages = stages);
END
    sandbox_pipeline '- clean: nosy'
    SECRET=x run -2 --separate-stderr "$DOCMILL" check --plugin-dir plugins p.yaml
    has "$stderr" "clean-nosy: confined, Operation not permitted"
    whole
}

# ---- what is enforced -----------------------------------------------------------------------------

@test "check --verbose says what is enforced on this kernel" {
    sandbox_pipeline '- clean: sandbox-exec' '  allow: [exec]' '- output: sandbox' '  with: { path: out/x }'
    run -0 "$DOCMILL" check --verbose --plugin-dir "$DOCMILL_TEST_PLUGINS" p.yaml
    has "$output" "sandbox" "system calls" "files" "allowed" "exec, for clean-sandbox-exec" "workers read" "writer writes"
    [[ "$output" =~ "writer writes"\ +out ]]
}

@test "without system-call filters, or without Landlock, a run goes on and says so" {
    command -v gcc >/dev/null || skip "no compiler here"
    cat >without.c <<'END'
/* without CALL PROGRAM...: run a program on a kernel that has no such call */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)atoi(argv[1]), 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {4, code};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
    execv(argv[2], argv + 2);
    return argc;
}
END
    gcc -o without without.c
    seccomp=$(printf '#include <sys/syscall.h>\nSYS_seccomp' | gcc -E -P - | tail -1)
    landlock=$(printf '#include <sys/syscall.h>\nSYS_landlock_create_ruleset' | gcc -E -P - | tail -1)
    sandbox_pipeline
    echo statm >in/1.txt
    run -0 ./without "$seccomp" "$DOCMILL" check --verbose --plugin-dir "$DOCMILL_TEST_PLUGINS" p.yaml
    has "$output" "not filtered: Function not implemented"
    run -0 --separate-stderr ./without "$seccomp" "$DOCMILL" run --plugin-dir "$DOCMILL_TEST_PLUGINS" p.yaml
    has "$stderr" "warning" "system calls of plugins are not filtered"
    run -0 ./without "$landlock" "$DOCMILL" check --verbose --plugin-dir "$DOCMILL_TEST_PLUGINS" p.yaml
    has "$output" "no Landlock: Function not implemented"
    run -0 --separate-stderr ./without "$landlock" "$DOCMILL" run --plugin-dir "$DOCMILL_TEST_PLUGINS" p.yaml
    [[ "$stderr" != *Landlock* ]]
}
