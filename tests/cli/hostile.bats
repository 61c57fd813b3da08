#!/usr/bin/env bats
# Plugins that do to their process what no plugin should: the run ends, and nothing but one document is lost.

load common

setup() {
    enter_scratch
    mkdir in
    for i in {100..199}; do printf 'Document %d.\n' "$i" >"in/$i.txt"; done
    printf 'The poison.\n' >in/150.txt
}

# hostile: a cleaner `hostile` from the C on standard input, whose clean() calls act() for the document with
# the poison, and a pipeline with it.  allow=exec: outside of the sandbox where it matters to the engine
hostile() {
    {
        if [ "${allow-}" = exec ]; then echo '#define NEEDS DM_NEEDS_EXEC'; fi
        cat <<'END'
#define _GNU_SOURCE
#include <docmill/plugin.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
END
        cat
        cat <<'END'
static dm_status clean(const void *state, dm_task *t, dm_doc *d)
{
    (void)state;
    const dm_str text = dm_text(t, d);
    if (memmem(text.ptr, text.len, "poison", 6) != NULL)
        act(t);
    return DM_OK;
}
#ifndef CLOSE
#define CLOSE NULL
#endif
#ifndef NEEDS
#define NEEDS 0
#endif
static const dm_stage hostile = {
    .size = sizeof(dm_stage),
    .kind = DM_CLEANER,
    .flags = NEEDS,
    .state_size = 16,
    .name = "hostile",
    .summary = "Do what no plugin should.",
    .close = CLOSE,
    .ops.cleaner = &(const dm_cleaner_ops){.size = sizeof(dm_cleaner_ops), .clean = clean},
};
DM_PLUGIN(.name = "hostile", .version = "1.0.0", .license = "MIT",
          .stages = (const dm_stage *const[]){&hostile, NULL});
END
    } | build_plugin hostile
    cat >p.yaml <<END
docmill: 1
stages:
  - extract: text
  - clean: hostile
    allow: [${allow-}]
  - output: jsonl
    with: { path: out.jsonl }
run: { workers: ${workers:-2}, state: state, timeout: ${timeout:-2s}${attempts:+, attempts: $attempts} }
END
}

# Within a session of its own, and never for more than a minute.
mill() {
    timeout -s KILL 60 setsid --wait "$DOCMILL" run --quiet --plugin-dir plugins p.yaml "${@:-in}"
}

# written COUNT: so many documents, in order
written() {
    is "$(wc -l <out.jsonl)" "$1"
    sort -c <(jq -r .source out.jsonl)
}

# costs_one REASON
costs_one() {
    run -1 --separate-stderr mill
    has "$stderr" "failed: in/150.txt: " "$1"
    is "$(grep -c '^failed: ' <<<"$stderr")" 1
    written 99
}

@test "what a plugin prints is heard, and disturbs no pipe" {
    hostile <<<'static void act(dm_task *t) { (void)t; printf("hello from within\n"); close(0); }'
    run -0 --separate-stderr timeout -s KILL 60 "$DOCMILL" run --plugin-dir plugins p.yaml in
    has "$stderr" "hello from within"
    written 100
}

@test "rubbish on the pipe to the writer costs the document" {
    hostile <<'END'
static void act(dm_task *t)
{
    char rubbish[4096];
    memset(rubbish, 0x5A, sizeof rubbish);
    (void)t;
    if (write(4, rubbish, sizeof rubbish) < 0)
        abort();
}
END
    costs_one "sent something that no worker sends"
}

# FRAME: a frame's head, and what can be told of a fate
fate='
struct frame { uint32_t size, type; uint64_t number; };
struct fate { uint64_t bytes, edits, hash[2]; int32_t status, step; uint32_t counts, steps, why, attempts; };
static void send_fate(int fd, uint32_t type, uint64_t number, struct fate f, uint32_t size)
{
    struct { struct frame head; struct fate fate; } m = {{size, type, number}, f};
    if (write(fd, &m, sizeof m) < 0)
        abort();
}'

@test "a fate with absurd lengths costs the document" {
    hostile <<<"$fate
static void act(dm_task *t)
{
    (void)t;
    send_fate(4, 8, 51, (struct fate){.counts = UINT32_MAX, .steps = UINT32_MAX, .why = UINT32_MAX}, 72);
}"
    costs_one "sent something that no worker sends"
}

@test "a fate of a document beyond all numbers costs the document" {
    for number in 0 UINT64_MAX '1ULL << 40'; do
        hostile <<<"$fate
static void act(dm_task *t) { (void)t; send_fate(4, 8, $number, (struct fate){.status = 0}, 72); }"
        costs_one "sent something that no worker sends"
    done
}

@test "a fate that is given twice is taken once, and loses nothing" {
    hostile <<<"$fate
static void act(dm_task *t)
{
    (void)t;
    for (int i = 0; i < 50; i++)
        send_fate(4, 8, 51, (struct fate){.status = DM_EDOC}, 72);
    raise(SIGSEGV);
}"
    costs_one ""
}

@test "a frame that never ends costs the document" {
    hostile <<'END'
static void act(dm_task *t)
{
    const uint32_t head[] = {0x7fffffff, 7, 51, 0};
    (void)t;
    if (write(4, head, sizeof head) < 0)
        abort();
    raise(SIGSEGV);
}
END
    costs_one "clean-hostile: crashed: Segmentation fault"
}

@test "a false report to the supervisor costs the document" {
    # SENT of a million; RETRY of what another worker has; LOG that claims more than there is; no frame
    for frame in '24, 3, 1000000, 0, 0, 0' '72, 4, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0' \
        '24, 99, 0, 0, 0, 0' '0x7fffffff, 6, 0, 0'; do
        hostile <<END
static void act(dm_task *t)
{
    const uint32_t frame[] = {$frame};
    static char more[100000];
    (void)t;
    if (write(3, frame, sizeof frame) < 0 || (frame[0] > 1000 && write(3, more, sizeof more) < 0))
        abort();
    pause();
}
END
        costs_one "sent something that no worker sends"
    done
}

@test "a report of documents that were never sent loses none" {
    hostile <<'END'
static void act(dm_task *t)
{
    const uint32_t sent[] = {16, 3, 1, 0};
    (void)t;
    if (write(3, sent, sizeof sent) < 0)
        abort();
    raise(SIGSEGV);
}
END
    costs_one "clean-hostile: crashed: Segmentation fault"
}

@test "a process that a plugin leaves behind does not keep the run" {
    for session in 'setsid();' ''; do
        allow=exec hostile <<END
static void act(dm_task *t)
{
    (void)t;
    const pid_t pid = fork();
    if (pid == 0) {
        $session
        for (int i = 0; i < 20; i++)
            sleep(1);
        _exit(0);
    }
    raise(pid > 0 ? SIGSEGV : SIGABRT);
}
END
        SECONDS=0
        costs_one "clean-hostile: crashed: Segmentation fault"
        ((SECONDS < 15))
    done
}

@test "so it is when the run goes well" {
    allow=exec hostile <<'END'
static void act(dm_task *t)
{
    (void)t;
    const pid_t pid = fork();
    if (pid == 0) {
        setsid();
        sleep(20);
        _exit(0);
    }
    if (pid < 0)
        abort();
}
END
    SECONDS=0
    run -0 mill
    ((SECONDS < 15))
    written 100
}

@test "an exit with the status of a worker that wants a successor costs the document" {
    hostile <<<'static void act(dm_task *t) { (void)t; exit(75); }'
    costs_one "clean-hostile: ended its process with exit status 75"
}

@test "a close() that never returns does not keep the run" {
    timeout=1s hostile <<'END'
static int met;
static void act(dm_task *t) { (void)t; met = 1; }
static void forever(void *state) { (void)state; while (met) pause(); }
#define CLOSE forever
END
    run -0 mill
    written 100
}

@test "a plugin that kills its own process is given up at last" {
    workers=1 hostile <<<'static void act(dm_task *t) { (void)t; raise(SIGKILL); }'
    costs_one "its worker was killed from outside 20 times"
}

@test "a plugin that closes every descriptor costs documents, not the run" {
    hostile <<<'static void act(dm_task *t) { (void)t; for (int i = 3; i < 64; i++) close(i); }'
    costs_one "input: ended its process with exit status 1"
}

@test "too few descriptors: fewer workers, or a refusal" {
    workers=64 hostile <<<'static void act(dm_task *t) { (void)t; }'
    run -0 --separate-stderr timeout -s KILL 60 setsid --wait prlimit --nofile=60 \
        "$DOCMILL" run --plugin-dir plugins p.yaml in
    has "$stderr" "a worker cannot be started: too many open files; going on with"
    written 100
    for n in {8..36}; do
        run --separate-stderr timeout -s KILL 60 setsid --wait prlimit --nofile="$n" \
            "$DOCMILL" run --quiet --plugin-dir plugins p.yaml in
        ((status <= 2)) || { echo "nofile $n: status $status"; false; }
    done
}

@test "closed standard streams become no worker's socket" {
    hostile <<<'static void act(dm_task *t) { (void)t; printf("hello\n"); }'
    timeout -s KILL 60 "$DOCMILL" run --plugin-dir plugins p.yaml in <&- >&- 2>&- 3>&-
    written 100
}

@test "a list of inputs that comes through a FIFO is read once" {
    hostile <<<'static void act(dm_task *t) { (void)t; }'
    mkfifo list
    find in -type f -print0 >list &
    run -0 --separate-stderr timeout -s KILL 60 "$DOCMILL" run --log json --from0 list --plugin-dir plugins p.yaml
    written 100
}
