/* A stage at work on documents: the same result always, whatever came before; edits that lead back; and
 * no harm when memory runs out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text/str.h"
#include "core/trial/trial.h"

/* Beyond this many allocations the next one to fail is found by longer steps. */
enum { EVERY_ALLOCATION = 200 };

/* ---- transcripts ------------------------------------------------------------------------------ */

struct watch {
    struct dm_trial *t;
    struct dm_buffer *out;
};

static void print_str(struct dm_buffer *b, const char *name, dm_str s)
{
    dm__trial_buffer_print(b, "%s %zu:", name, s.ptr != NULL ? s.len : SIZE_MAX);
    if (s.ptr != NULL)
        dm__trial_buffer_add(b, s);
    dm__trial_buffer_add(b, DM_LIT("\n"));
}

static void print_edit(struct dm_buffer *b, const dm_edit_record *e)
{
    dm__trial_buffer_print(b, "edit %u %u %u [%zu %zu] [%zu %zu] %.17g\n", e->target, e->stage, e->flags,
                           e->at.begin, e->at.end, e->to.begin, e->to.end, e->confidence);
    print_str(b, "rule", e->rule);
    print_str(b, "before", e->before);
    print_str(b, "after", e->after);
    print_str(b, "key", e->key);
    print_str(b, "evidence", e->evidence);
}

static void see_part(void *owner, const dm_doc *d, dm_status status, dm_str rendered)
{
    const struct watch *const w = owner;
    struct dm_buffer *const b = w->out;
    dm__trial_buffer_print(b, "part %u status %d\n", d->identity.part, status);
    print_str(b, "name", d->identity.part_name);
    print_str(b, "cursor", d->identity.cursor);
    print_str(b, "text", d->text);
    for (size_t i = 0; i < d->mark_count; i++) {
        const dm_mark *const m = &d->marks[i];
        dm__trial_buffer_print(b, "mark %u %u [%zu %zu]\n", m->kind, m->level, m->at.begin, m->at.end);
        print_str(b, "value", m->value);
    }
    for (size_t i = 0; i < d->meta_count; i++) {
        print_str(b, "key", d->metas[i].key);
        print_str(b, "value", d->metas[i].value);
    }
    for (size_t i = 0; i < d->edit_count; i++)
        print_edit(b, &d->edits[i]);
    print_str(b, "rendered", rendered);
    const char *const fault = status == DM_OK ? dm__bench_fault(d) : NULL;
    if (fault != NULL)
        dm__trial_find(w->t, DM_RULE_SOUND, "%s", fault);
}

static bool is_one_line(const char *why)
{
    return why[0] != '\0' && strchr(why, '\n') == NULL;
}

struct dm_buffer dm__trial_run(struct dm_trial *t, struct dm_bench *b, const struct dm_trial_document *d,
                               struct dm_outcome *out)
{
    struct dm_buffer transcript = {0};
    struct watch w = {t, &transcript};
    dm__bench_run(b, &d->in, see_part, &w, out);
    dm__trial_buffer_print(&transcript, "status %d step %d\n", out->status, out->step);
    print_str(&transcript, "why", dm__str(out->why));
    if (out->status < DM_OK && !is_one_line(out->why))
        dm__trial_find(t, DM_RULE_WHY, "document \"%s\": status %d and the message `%s`", d->name,
                       out->status, out->why);
    if (out->status == DM_EBUG || out->status == DM_ECONFIG)
        dm__trial_find(t, DM_RULE_STATUS, "document \"%s\": status %d: %s", d->name, out->status, out->why);
    return transcript;
}

/* ---- the same result -------------------------------------------------------------------------- */

static void compare(struct dm_trial *t, struct dm_bench *b, const struct dm_trial_document *d,
                    const struct dm_buffer *expected, const char *when)
{
    struct dm_outcome out;
    dm__trial_doing(t, "document \"%s\" %s", d->name, when);
    struct dm_buffer found = dm__trial_run(t, b, d, &out);
    if (!dm__trial_buffer_equal(expected, &found))
        dm__trial_find(t, DM_RULE_SAME, "document \"%s\" comes out differently %s", d->name, when);
    free(found.ptr);
}

static void compare_all(struct dm_trial *t, struct dm_bench *b, const struct dm_buffer *expected,
                        const char *when)
{
    for (size_t i = t->document_count; i-- > 0;)
        if (dm__trial_takes(t, &t->documents[i]))
            compare(t, b, &t->documents[i], &expected[i], when);
}

/* ---- memory that runs out --------------------------------------------------------------------- */

/* return  whether the allocation was reached */
static bool fail_once(struct dm_trial *t, struct dm_bench *b, const struct dm_trial_document *d, size_t nth,
                      const struct dm_buffer *expected)
{
    struct dm_outcome out;
    dm__trial_doing(t, "document \"%s\" with allocation %zu failing", d->name, nth);
    dm__bench_fail(b, nth);
    struct dm_buffer found = dm__trial_run(t, b, d, &out);
    dm__bench_fail(b, 0);
    const bool unreached = dm__trial_buffer_equal(expected, &found);
    free(found.ptr);
    if (unreached)
        return false;
    if (out.status != DM_ELIMIT)
        dm__trial_find(t, DM_RULE_MEMORY, "document \"%s\" ends in status %d (%s), not in %d", d->name,
                       out.status, out.why, DM_ELIMIT);
    compare(t, b, d, expected, "after memory ran out");
    return out.status == DM_ELIMIT;
}

static void run_out_of_memory(struct dm_trial *t, struct dm_bench *b, const struct dm_buffer *expected)
{
    for (size_t i = 0; i < t->document_count; i++) {
        const struct dm_trial_document *const d = &t->documents[i];
        if (!dm__trial_is_small(d) || !dm__trial_takes(t, d))
            continue;
        for (size_t nth = 1; fail_once(t, b, d, nth, &expected[i]);)
            nth += nth < EVERY_ALLOCATION ? 1 : nth / 4;
    }
}

/* ---- probe ------------------------------------------------------------------------------------ */

/* 0 to 100 for any head, those that are cut within a character too, with a name or without. */
static void probe_all(struct dm_trial *t, const void *state)
{
    const dm_extractor_ops *const ops = t->stage->ops.extractor;
    for (size_t i = 0; i < t->document_count && ops->probe != NULL; i++) {
        const dm_str bytes = t->documents[i].in.bytes;
        for (size_t len = 0; len <= bytes.len && len <= 4096; len += len < 40 ? 1 : 500) {
            dm__trial_doing(t, "probing \"%s\", its first %zu bytes", t->documents[i].name, len);
            char *const head = malloc(len + 1); /* of exactly that size, for the sanitizers */
            if (head == NULL)
                abort();
            memcpy(head, bytes.ptr, len);
            const int32_t sure = ops->probe(state, (dm_str){head, len}, DM_LIT("x.txt"));
            const int32_t again = ops->probe(state, (dm_str){head, len}, DM_LIT("x.txt"));
            const int32_t nameless = ops->probe(state, (dm_str){head, len}, DM_LIT(""));
            free(head);
            if (sure < 0 || sure > 100 || nameless < 0 || nameless > 100 || sure != again)
                dm__trial_find(t, DM_RULE_PROBE, "it answers %d, %d, %d", sure, again, nameless);
        }
    }
}

/* ---- a second pass ---------------------------------------------------------------------------- */

struct second {
    struct dm_arena arena;
    struct dm_bench_document in; /* the first pass's result */
    unsigned made;
    char rule[128]; /* that made the first change */
};

static void *keep(struct dm_arena *arena, const void *items, size_t size)
{
    void *const p = dm__arena_alloc(arena, size + 1, 16);
    if (p == NULL)
        abort();
    return size != 0 ? memcpy(p, items, size) : p;
}

static void keep_result(void *owner, const dm_doc *d, dm_status status, dm_str rendered)
{
    struct second *const s = owner;
    (void)status, (void)rendered;
    dm_mark *const marks = keep(&s->arena, d->marks, d->mark_count * sizeof *marks);
    dm_pair *const metas = keep(&s->arena, d->metas, d->meta_count * sizeof *metas);
    for (size_t i = 0; i < d->mark_count; i++)
        marks[i].value = dm__arena_str(&s->arena, d->marks[i].value);
    for (size_t i = 0; i < d->meta_count; i++)
        metas[i] =
            (dm_pair){dm__arena_str(&s->arena, d->metas[i].key), dm__arena_str(&s->arena, d->metas[i].value)};
    s->in.text = dm__arena_str(&s->arena, d->text);
    s->in.marks = marks;
    s->in.mark_count = d->mark_count;
    s->in.metas = metas;
    s->in.meta_count = d->meta_count;
}

static void count_changes(void *owner, const dm_doc *d, dm_status status, dm_str rendered)
{
    struct second *const s = owner;
    (void)status, (void)rendered;
    for (size_t i = 0; i < d->edit_count; i++)
        if (!(d->edits[i].flags & DM_EDIT_FLAGGED) && s->made++ == 0)
            snprintf(s->rule, sizeof s->rule, "%.*s", (int)d->edits[i].rule.len, d->edits[i].rule.ptr);
}

static void run_again(struct dm_trial *t, struct dm_bench *b, const struct dm_trial_document *d)
{
    struct dm_outcome out;
    struct second s = {.in = d->in};
    dm__arena_init(&s.arena, 0);
    dm__trial_doing(t, "document \"%s\", a second pass over its result", d->name);
    dm__bench_run(b, &d->in, keep_result, &s, &out);
    if (out.status == DM_OK)
        dm__bench_run(b, &s.in, count_changes, &s, &out);
    if (s.made != 0 && t->order->idempotent)
        dm__trial_find(t, DM_RULE_AGAIN,
                       "document \"%s\": a second pass makes %u change%s, the first by rule %s", d->name,
                       s.made, s.made == 1 ? "" : "s", s.rule);
    else if (s.made != 0)
        dm__trial_note(t, "%.*s: not idempotent: document \"%s\", rule %s", (int)t->stage_name.len,
                       t->stage_name.ptr, d->name, s.rule);
    dm__arena_fini(&s.arena);
}

static void run_all_again(struct dm_trial *t, struct dm_bench *b)
{
    for (size_t i = 0; i < t->document_count; i++)
        if (dm__trial_takes(t, &t->documents[i]))
            run_again(t, b, &t->documents[i]);
}

/* ---- all of it -------------------------------------------------------------------------------- */

/* The results that all others are held against.
 * return  false: it dies of them */
static bool learn(struct dm_trial *t, struct dm_bench *b, struct dm_buffer *expected)
{
    struct dm_outcome out;
    const bool now = dm__trial_begin(t, "works on %zu documents", t->document_count);
    if (dm__trial_died(t))
        return false;
    t->silent = !now;
    for (size_t i = 0; i < t->document_count; i++) {
        dm__trial_doing(t, "document \"%s\"", t->documents[i].name);
        if (dm__trial_takes(t, &t->documents[i]))
            expected[i] = dm__trial_run(t, b, &t->documents[i], &out);
    }
    t->silent = false;
    return true;
}

static void open_anew(struct dm_trial *t, const struct dm_yaml *with, const struct dm_buffer *expected)
{
    struct dm_outcome out;
    if (!dm__trial_begin(t, "gives the same results when it is opened anew"))
        return;
    struct dm_bench *const b =
        dm__bench_open((struct dm_stage_ref){&t->file, t->stage}, with, DM_LIT("conformance.yaml"), &out);
    if (b == NULL)
        dm__trial_find(t, DM_RULE_SAME, "it opens once, and not again: %s", out.why);
    else
        compare_all(t, b, expected, "when it is opened anew");
    dm__bench_close(b);
}

static void work(struct dm_trial *t, struct dm_bench *b, const struct dm_buffer *expected)
{
    if (dm__trial_begin(t, "gives the same results after other documents"))
        compare_all(t, b, expected, "after other documents");
    if (dm__trial_begin(t, "fails in order when memory runs out"))
        run_out_of_memory(t, b, expected);
    if (t->stage->kind == DM_EXTRACTOR && dm__trial_begin(t, "answers 0 to 100 when it is asked"))
        probe_all(t, dm__bench_state(b));
    if (t->stage->kind == DM_CLEANER && dm__trial_begin(t, "leaves its own result alone"))
        run_all_again(t, b);
}

bool dm__trial_working(struct dm_trial *t)
{
    bool invented;
    const struct dm_yaml *const with = dm__trial_with(t, &invented);
    struct dm_outcome out;
    struct dm_bench *const b =
        dm__bench_open((struct dm_stage_ref){&t->file, t->stage}, with, DM_LIT("conformance.yaml"), &out);
    if (b == NULL) {
        if (t->number >= t->skip)
            dm__trial_note(t, "%.*s: not put to work, as it does not open: %s", (int)t->stage_name.len,
                           t->stage_name.ptr, out.why);
        return false;
    }
    struct dm_buffer *const expected = calloc(t->document_count, sizeof *expected);
    if (expected == NULL)
        abort();
    const bool alive = learn(t, b, expected);
    if (alive) {
        work(t, b, expected);
        open_anew(t, with, expected);
    }
    dm__bench_close(b);
    for (size_t i = 0; i < t->document_count; i++)
        free(expected[i].ptr);
    free(expected);
    return alive;
}
