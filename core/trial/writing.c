/* The writer's half of an output, as the writer calls it: resume, then a first commit, so that there is a
 * token whatever happens, then writes with a commit after every few.
 *
 * A crash is a child process that leaves without a word.  Whatever happened, going on from the last token
 * must end in the bytes of an undisturbed run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/text/hash.h"
#include "core/text/str.h"
#include "core/trial/trial.h"

enum { TOKEN_MAX = 4096, RECORDS_MAX = 128, FEW = 6 };

/* What one life of the writer does. */
struct session {
    const dm_record *records;
    size_t from, to; /* of the records: these are written */
    size_t every;    /* records to a commit */
    size_t lost;     /* records written behind the last commit, before a crash */
    uint32_t flags;
    bool crash;
    unsigned fail_call; /* of the calls, from 1: this one gets no memory; 0: none */
    size_t fail_nth;
};

/* How far it came; also where the next life starts. */
struct progress {
    struct dm_outcome why;
    size_t committed; /* records */
    size_t token_len;
    unsigned calls;
    char token[TOKEN_MAX];
};

/* ---- one life --------------------------------------------------------------------------------- */

struct life {
    struct dm_arena arena;
    struct dm_instance instance;
    struct dm_sink *sink;
    const struct session *session;
    struct progress *progress;
};

static bool begin_call(struct life *l)
{
    const struct session *const s = l->session;
    dm__sink_fail_alloc(l->sink, ++l->progress->calls == s->fail_call ? s->fail_nth : 0);
    return true;
}

static bool resume(struct life *l)
{
    struct progress *const p = l->progress;
    const dm_resume from = {sizeof from, l->session->flags, {p->token, p->token_len}};
    return begin_call(l) && dm__sink_resume(l->sink, &from, &p->why) == DM_OK;
}

static bool commit(struct life *l, size_t upto)
{
    dm_str token;
    struct progress *const p = l->progress;
    if (!begin_call(l) || dm__sink_commit(l->sink, &token, &p->why) != DM_OK)
        return false;
    memcpy(p->token, token.ptr, token.len);
    p->token_len = token.len;
    p->committed = upto;
    return true;
}

/* A record that is refused is a dead letter, and the run goes on. */
static bool write_record(struct life *l, size_t i)
{
    struct dm_outcome *const why = &l->progress->why;
    if (!begin_call(l))
        return false;
    dm_str place;
    const dm_status status = dm__sink_write(l->sink, &l->session->records[i], &place, why);
    return status == DM_OK || status == DM_EDOC;
}

static bool live(struct life *l)
{
    const struct session *const s = l->session;
    if (!resume(l) || !commit(l, s->from))
        return false;
    for (size_t i = s->from; i < s->to; i++)
        if (!write_record(l, i) || ((i + 1 - s->from) % s->every == 0 && !commit(l, i + 1)))
            return false;
    if (!commit(l, s->to))
        return false;
    if (!s->crash)
        return begin_call(l) && dm__sink_finish(l->sink, &l->progress->why) == DM_OK;
    for (size_t i = s->to; i < s->to + s->lost; i++)
        if (!write_record(l, i))
            break;
    _exit(0);
}

/* return  false: p->why */
static bool run(struct dm_trial *t, const struct session *s, struct progress *p)
{
    struct life l = {.session = s, .progress = p};
    struct dm_report report;
    bool invented, ok = false;
    dm__arena_init(&l.arena, 0);
    dm__report_init(&report, &l.arena);
    p->calls = 0;
    p->why = (struct dm_outcome){.status = DM_ECONFIG, .why = "its options cannot be read"};
    const struct dm_stage_ref ref = {&t->file, t->stage};
    if (dm__instance_make(&l.arena, ref, dm__trial_with(t, &invented), DM_LIT("conformance.yaml"), &report,
                          &l.instance)) {
        l.sink = dm__sink_open(&l.instance, &p->why);
        ok = l.sink != NULL && live(&l);
        dm__sink_close(l.sink);
    }
    dm__arena_fini(&l.arena);
    return ok;
}

/* The same in a process that dies.  p lies in shared memory. */
static void crash(struct dm_trial *t, const struct session *s, struct progress *p)
{
    const pid_t child = fork();
    if (child == 0) {
        run(t, s, p);
        _exit(1);
    }
    int status = 1;
    waitpid(child, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        dm__trial_find(t, DM_RULE_RESUMES, "it fails or crashes (wait status %d): %s", status, p->why.why);
}

/* ---- what is written -------------------------------------------------------------------------- */

struct rendering {
    struct dm_trial *t;
    dm_record *record;
};

static void keep_record(void *owner, const dm_doc *d, dm_status status, dm_str rendered)
{
    const struct rendering *const r = owner;
    struct dm_arena *const a = &r->t->arena;
    if (status == DM_OK)
        *r->record = (dm_record){.size = sizeof(dm_record),
                                 .revision = d->identity.revision,
                                 .id = dm__arena_str(a, d->identity.id),
                                 .source = dm__arena_str(a, d->identity.source),
                                 .part_name = DM_LIT(""),
                                 .bytes = dm__arena_str(a, rendered)};
}

static size_t render_records(struct dm_trial *t, dm_record *records)
{
    bool invented;
    struct dm_outcome out;
    const struct dm_stage_ref ref = {&t->file, t->stage};
    struct dm_bench *const b =
        dm__bench_open(ref, dm__trial_with(t, &invented), DM_LIT("conformance.yaml"), &out);
    size_t count = 0;
    for (size_t i = 0; b != NULL && i < t->document_count && count < RECORDS_MAX; i++) {
        struct rendering r = {t, &records[count]};
        if (!dm__trial_takes(t, &t->documents[i]))
            continue;
        dm__bench_run(b, &t->documents[i].in, keep_record, &r, &out);
        count += out.status == DM_OK;
    }
    dm__bench_close(b);
    return count;
}

/* The same documents with other bytes: what an earlier run wrote. */
static const dm_record *older(struct dm_trial *t, const dm_record *records, size_t count)
{
    dm_record *const old = dm__arena_raw(&t->arena, count * sizeof *old);
    if (old == NULL)
        abort();
    for (size_t i = 0; i < count; i++) {
        old[i] = records[i];
        old[i].bytes = DM_LIT("what an earlier run wrote\n");
    }
    return old;
}

/* ---- expectations ----------------------------------------------------------------------------- */

static void expect_tree(struct dm_trial *t, const struct dm_buffer *expected, enum dm_trial_rule_id rule)
{
    struct dm_buffer found = dm__trial_tree_read(t->target);
    if (!dm__trial_buffer_equal(expected, &found)) {
        const dm_str how = dm__trial_tree_difference(&t->arena, expected, &found);
        dm__trial_find(t, rule, "the target differs from that of an undisturbed run: %.*s", (int)how.len,
                       how.ptr);
    }
    free(found.ptr);
}

static void expect_done(struct dm_trial *t, const struct session *s, struct progress *p,
                        enum dm_trial_rule_id rule)
{
    if (!run(t, s, p))
        dm__trial_find(t, rule, "it fails with status %d: %s", p->why.status, p->why.why);
}

/* It must refuse to start, and leave alone what is there. */
static void expect_refusal(struct dm_trial *t, const struct session *s, struct progress *p,
                           enum dm_trial_rule_id rule)
{
    struct dm_buffer before = dm__trial_tree_read(t->target);
    if (run(t, s, p))
        dm__trial_find(t, rule, "it is not refused");
    else if (p->why.status != DM_ECONFIG || p->why.why[0] == '\0')
        dm__trial_find(t, rule, "it is refused with status %d, expected %d: %s", p->why.status, DM_ECONFIG,
                       p->why.why);
    else
        expect_tree(t, &before, rule);
    free(before.ptr);
}

/* ---- the trials ------------------------------------------------------------------------------- */

struct course {
    struct dm_trial *t;
    const dm_record *records, *old;
    size_t count;
    struct dm_buffer expected; /* the tree of an undisturbed run */
    struct progress *progress; /* in shared memory */
};

static struct session all_of(const struct course *c)
{
    return (struct session){.records = c->records, .to = c->count, .every = 5};
}

static void restart(const struct course *c)
{
    memset(c->progress, 0, sizeof *c->progress);
}

/* return  false: it dies of that */
static bool undisturbed(struct course *c)
{
    struct session s = all_of(c);
    const bool now = dm__trial_begin(c->t, "writes records, and refuses to write over them");
    if (dm__trial_died(c->t))
        return false;
    dm__trial_doing(c->t, "writing %zu records", c->count);
    c->t->silent = !now;
    expect_done(c->t, &s, c->progress, DM_RULE_WRITES);
    c->t->silent = false;
    c->expected = dm__trial_tree_read(c->t->target);
    if (!now)
        return true;

    dm__trial_doing(c->t, "starting again over what it has written, without a token");
    restart(c);
    expect_refusal(c->t, &s, c->progress, DM_RULE_REFUSES);

    dm__trial_new_target(c->t);
    dm__trial_doing(c->t, "writing them with a single commit");
    restart(c);
    s.every = SIZE_MAX;
    expect_done(c->t, &s, c->progress, DM_RULE_WRITES);
    expect_tree(c->t, &c->expected, DM_RULE_WRITES);

    dm__trial_new_target(c->t);
    dm__trial_doing(c->t, "writing nothing");
    restart(c);
    s.to = 0;
    expect_done(c->t, &s, c->progress, DM_RULE_WRITES);
    return true;
}

static void write_old(const struct course *c)
{
    const struct session old = {.records = c->old, .to = c->count, .every = SIZE_MAX};
    dm__trial_new_target(c->t);
    restart(c);
    expect_done(c->t, &old, c->progress, DM_RULE_WRITES);
    restart(c);
}

static void replaced(const struct course *c)
{
    static const uint32_t flags[] = {DM_RESUME_REPLACE, DM_RESUME_REPLACE | DM_RESUME_VOLATILE};
    for (size_t i = 0; i < 2; i++) {
        struct session s = all_of(c);
        s.flags = flags[i];
        dm__trial_doing(c->t, "replacing what an earlier run wrote (flags %u)", flags[i]);
        write_old(c);
        expect_done(c->t, &s, c->progress, DM_RULE_REPLACES);
        expect_tree(c->t, &c->expected, DM_RULE_REPLACES);
        dm__trial_new_target(c->t);
        dm__trial_doing(c->t, "replacing nothing (flags %u)", flags[i]);
        restart(c);
        expect_done(c->t, &s, c->progress, DM_RULE_REPLACES);
        expect_tree(c->t, &c->expected, DM_RULE_REPLACES);
    }
}

/* Die behind `at` records and `lost` more, then go on. */
static void crash_at(const struct course *c, uint32_t flags, size_t at, size_t lost)
{
    struct session s = all_of(c);
    if (flags & DM_RESUME_REPLACE) {
        write_old(c);
    } else {
        dm__trial_new_target(c->t);
        restart(c);
    }
    dm__trial_doing(c->t, "dying behind %zu records that were committed and %zu that were not (flags %u)", at,
                    lost, flags);
    s.flags = flags;
    s.crash = true;
    s.to = at;
    s.lost = lost;
    crash(c->t, &s, c->progress);
    dm__trial_doing(c->t, "going on behind %zu records, after %zu were lost (flags %u)", at, lost, flags);
    s.crash = false;
    s.from = at;
    s.to = c->count;
    expect_done(c->t, &s, c->progress, DM_RULE_RESUMES);
    expect_tree(c->t, &c->expected, DM_RULE_RESUMES);
}

static void crashes(const struct course *c)
{
    static const uint32_t flags[] = {0, DM_RESUME_REPLACE};
    for (size_t i = 0; i < 2; i++) {
        crash_at(c, flags[i], 0, 0);
        crash_at(c, flags[i], 0, c->count);
        crash_at(c, flags[i], 1, 1);
        crash_at(c, flags[i], c->count / 2, c->count - c->count / 2);
        crash_at(c, flags[i], c->count - 1, 1);
        crash_at(c, flags[i], c->count, 0);
    }
}

/* The run is over and its last token on record, but the process died before anyone knew. */
static void finished_twice(const struct course *c)
{
    static const uint32_t flags[] = {0, DM_RESUME_REPLACE};
    for (size_t i = 0; i < 2; i++) {
        struct session s = all_of(c);
        s.flags = flags[i];
        dm__trial_new_target(c->t);
        restart(c);
        dm__trial_doing(c->t, "finishing (flags %u)", flags[i]);
        expect_done(c->t, &s, c->progress, DM_RULE_WRITES);
        dm__trial_doing(c->t, "going on behind finish() (flags %u)", flags[i]);
        s.from = s.to;
        expect_done(c->t, &s, c->progress, DM_RULE_RESUMES);
        expect_tree(c->t, &c->expected, DM_RULE_RESUMES);
    }
}

static void bad_tokens(const struct course *c)
{
    const dm_str tokens[] = {DM_LIT("x"), DM_LIT("no token of anybody"), DM_LIT("\0\0\0\0"),
                             DM_LIT("append -1"), DM_LIT("\xFF\xFE 18446744073709551616")};
    struct session s = all_of(c);
    dm__trial_new_target(c->t);
    restart(c);
    dm__trial_doing(c->t, "writing %zu records", c->count);
    expect_done(c->t, &s, c->progress, DM_RULE_WRITES);
    const struct progress good = *c->progress;
    for (size_t i = 0; i <= sizeof tokens / sizeof tokens[0]; i++) {
        restart(c);
        memset(c->progress->token, 'x', TOKEN_MAX);
        c->progress->token_len = TOKEN_MAX;
        if (i < sizeof tokens / sizeof tokens[0]) {
            memcpy(c->progress->token, tokens[i].ptr, tokens[i].len);
            c->progress->token_len = tokens[i].len;
        }
        dm__trial_doing(c->t, "going on from a token that is none (%zu)", i);
        expect_refusal(c->t, &s, c->progress, DM_RULE_TOKEN);
    }
    dm__trial_doing(c->t, "going on from a target that was cut or removed");
    if (!dm__trial_tree_shorten(c->t->target))
        return;
    *c->progress = good;
    s.from = s.to;
    expect_refusal(c->t, &s, c->progress, DM_RULE_SHORTER);
}

/* Each allocation of each call fails once; the next life goes on from the last token. */
static void without_memory(struct course *c)
{
    struct session s = all_of(c);
    s.to = c->count < FEW ? c->count : FEW;
    s.every = 2;
    dm__trial_new_target(c->t);
    restart(c);
    expect_done(c->t, &s, c->progress, DM_RULE_WRITES);
    const unsigned calls = c->progress->calls;
    struct dm_buffer expected = dm__trial_tree_read(c->t->target);
    for (unsigned call = 1; call <= calls; call++) {
        bool failed = true;
        for (size_t nth = 1; failed; nth++) {
            s.fail_call = call;
            s.fail_nth = nth;
            s.from = 0;
            dm__trial_new_target(c->t);
            restart(c);
            dm__trial_doing(c->t, "writing with allocation %zu of call %u failing", nth, call);
            failed = !run(c->t, &s, c->progress);
            if (failed && c->progress->why.status != DM_ELIMIT)
                dm__trial_find(c->t, DM_RULE_WRITER_MEMORY, "it ends in status %d, expected %d: %s",
                               c->progress->why.status, DM_ELIMIT, c->progress->why.why);
            s.fail_call = 0;
            s.from = c->progress->committed;
            if (failed)
                expect_done(c->t, &s, c->progress, DM_RULE_WRITER_MEMORY);
            expect_tree(c->t, &expected, DM_RULE_WRITER_MEMORY);
        }
    }
    free(expected.ptr);
}

static void disturbed(struct course *c)
{
    if (dm__trial_begin(c->t, "replaces what an earlier run wrote"))
        replaced(c);
    if (dm__trial_begin(c->t, "goes on after a crash as if there had been none"))
        crashes(c);
    if (dm__trial_begin(c->t, "can finish twice"))
        finished_twice(c);
    if (dm__trial_begin(c->t, "refuses bad tokens and targets that were cut"))
        bad_tokens(c);
    if (dm__trial_begin(c->t, "goes on after memory ran out while it wrote"))
        without_memory(c);
}

void dm__trial_writing(struct dm_trial *t)
{
    dm_record records[RECORDS_MAX];
    struct course c = {.t = t, .records = records};
    dm__trial_doing(t, "rendering records");
    c.count = render_records(t, records);
    if (c.count < FEW) {
        if (t->number >= t->skip)
            dm__trial_note(t, "%.*s: nothing is written, as it renders %zu of %zu documents",
                           (int)t->stage_name.len, t->stage_name.ptr, c.count, t->document_count);
        return;
    }
    c.old = older(t, records, c.count);
    c.progress = mmap(NULL, sizeof *c.progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (c.progress == MAP_FAILED)
        abort();
    restart(&c);
    dm__trial_new_target(t);
    if (undisturbed(&c))
        disturbed(&c);
    free(c.expected.ptr);
    munmap(c.progress, sizeof *c.progress);
}
