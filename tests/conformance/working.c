/* A stage at work on documents: the same result always, whatever came before; edits that lead back; and
 * no harm when memory runs out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text/str.h"
#include "tests/conformance/trial.h"

/* Beyond this many allocations the next one to fail is found by longer steps. */
enum { EVERY_ALLOCATION = 200 };

static const char rule_same[] =
    "the same document gives the same result, whatever came before it and in whichever process";
static const char rule_memory[] =
    "dm_alloc() that gives NULL, and any other service that gives DM_ELIMIT, has failed the task: return at "
    "once; the next call is a new one";

/* ---- transcripts ------------------------------------------------------------------------------ */

struct watch {
    struct trial *t;
    struct dm_buffer *out;
};

static void print_str(struct dm_buffer *b, const char *name, dm_str s)
{
    buffer_print(b, "%s %zu:", name, s.ptr != NULL ? s.len : SIZE_MAX);
    if (s.ptr != NULL)
        buffer_add(b, s);
    buffer_add(b, DM_LIT("\n"));
}

static void print_edit(struct dm_buffer *b, const dm_edit_record *e)
{
    buffer_print(b, "edit %u %u %u [%zu %zu] [%zu %zu] %.17g\n", e->target, e->stage, e->flags, e->at.begin,
                 e->at.end, e->to.begin, e->to.end, e->confidence);
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
    buffer_print(b, "part %u status %d\n", d->identity.part, status);
    print_str(b, "name", d->identity.part_name);
    print_str(b, "cursor", d->identity.cursor);
    print_str(b, "text", d->text);
    for (size_t i = 0; i < d->mark_count; i++) {
        const dm_mark *const m = &d->marks[i];
        buffer_print(b, "mark %u %u [%zu %zu]\n", m->kind, m->level, m->at.begin, m->at.end);
        print_str(b, "value", m->value);
    }
    for (size_t i = 0; i < d->meta_count; i++) {
        print_str(b, "key", d->metas[i].key);
        print_str(b, "value", d->metas[i].value);
    }
    for (size_t i = 0; i < d->edit_count; i++)
        print_edit(b, &d->edits[i]);
    print_str(b, "rendered", rendered);
    const char *const fault = status == DM_OK ? bench_fault(d) : NULL;
    if (fault != NULL)
        trial_find(w->t, "text + edits = what was extracted, in valid UTF-8, with marks inside", "%s", fault);
}

static bool is_one_line(const char *why)
{
    return why[0] != '\0' && strchr(why, '\n') == NULL;
}

struct dm_buffer trial_run(struct trial *t, struct bench *b, const struct trial_document *d,
                           struct dm_outcome *out)
{
    struct dm_buffer transcript = {0};
    struct watch w = {t, &transcript};
    t->runs++;
    bench_run(b, &d->in, see_part, &w, out);
    buffer_print(&transcript, "status %d step %d\n", out->status, out->step);
    print_str(&transcript, "why", dm__str(out->why));
    if (out->status < DM_OK && !is_one_line(out->why))
        trial_find(t, "a failure says why, in one line", "document \"%s\": status %d and the message `%s`",
                   d->name, out->status, out->why);
    if (out->status == DM_EBUG || out->status == DM_ECONFIG)
        trial_find(t, "a bad document is DM_EDOC; DM_EBUG and DM_ECONFIG stop the whole run",
                   "document \"%s\": status %d: %s", d->name, out->status, out->why);
    return transcript;
}

/* ---- the same result -------------------------------------------------------------------------- */

static void compare(struct trial *t, struct bench *b, const struct trial_document *d,
                    const struct dm_buffer *expected, const char *when)
{
    struct dm_outcome out;
    trial_doing(t, "document \"%s\" %s", d->name, when);
    struct dm_buffer found = trial_run(t, b, d, &out);
    if (!buffer_equal(expected, &found))
        trial_find(t, rule_same, "document \"%s\" comes out differently %s", d->name, when);
    free(found.ptr);
}

static void compare_all(struct trial *t, struct bench *b, const struct dm_buffer *expected, const char *when)
{
    for (size_t i = t->document_count; i-- > 0;)
        if (trial_takes(t, &t->documents[i]))
            compare(t, b, &t->documents[i], &expected[i], when);
}

/* ---- memory that runs out --------------------------------------------------------------------- */

/* return  whether the allocation was reached */
static bool fail_once(struct trial *t, struct bench *b, const struct trial_document *d, size_t nth,
                      const struct dm_buffer *expected)
{
    struct dm_outcome out;
    trial_doing(t, "document \"%s\" with allocation %zu failing", d->name, nth);
    bench_fail(b, nth);
    struct dm_buffer found = trial_run(t, b, d, &out);
    bench_fail(b, 0);
    const bool unreached = buffer_equal(expected, &found);
    free(found.ptr);
    if (unreached)
        return false;
    if (out.status != DM_ELIMIT)
        trial_find(t, rule_memory, "document \"%s\" ends in status %d (%s), not in %d", d->name, out.status,
                   out.why, DM_ELIMIT);
    compare(t, b, d, expected, "after memory ran out");
    return out.status == DM_ELIMIT;
}

static void run_out_of_memory(struct trial *t, struct bench *b, const struct dm_buffer *expected)
{
    for (size_t i = 0; i < t->document_count; i++) {
        const struct trial_document *const d = &t->documents[i];
        if (!trial_is_small(d) || !trial_takes(t, d))
            continue;
        for (size_t nth = 1; fail_once(t, b, d, nth, &expected[i]);)
            nth += nth < EVERY_ALLOCATION ? 1 : nth / 4;
    }
}

/* ---- probe ------------------------------------------------------------------------------------ */

/* 0 to 100 for any head, those that are cut within a character too, with a name or without. */
static void probe_all(struct trial *t, const void *state)
{
    const dm_extractor_ops *const ops = t->stage->ops.extractor;
    for (size_t i = 0; i < t->document_count && ops->probe != NULL; i++) {
        const dm_str bytes = t->documents[i].in.bytes;
        for (size_t len = 0; len <= bytes.len && len <= 4096; len += len < 40 ? 1 : 500) {
            trial_doing(t, "probing \"%s\", its first %zu bytes", t->documents[i].name, len);
            char *const head = malloc(len + 1); /* of exactly that size, for the sanitizers */
            if (head == NULL)
                abort();
            memcpy(head, bytes.ptr, len);
            const int32_t sure = ops->probe(state, (dm_str){head, len}, DM_LIT("x.txt"));
            const int32_t again = ops->probe(state, (dm_str){head, len}, DM_LIT("x.txt"));
            const int32_t nameless = ops->probe(state, (dm_str){head, len}, DM_LIT(""));
            free(head);
            if (sure < 0 || sure > 100 || nameless < 0 || nameless > 100 || sure != again)
                trial_find(t, "probe() is pure and answers 0 to 100", "it answers %d, %d, %d", sure, again,
                           nameless);
        }
    }
}

void trial_working(struct trial *t)
{
    bool invented;
    const struct dm_yaml *const with = trial_with(t, &invented);
    const struct dm_stage_ref ref = {&t->file, t->stage};
    struct dm_outcome out;
    struct bench *b = bench_open(ref, with, DM_LIT("conformance.yaml"), &out);
    if (b == NULL) {
        printf("NOTE  %.*s: not put to work, as it does not open: %s\n", (int)t->stage_name.len,
               t->stage_name.ptr, out.why);
        return;
    }
    struct dm_buffer *const expected = calloc(t->document_count, sizeof *expected);
    if (expected == NULL)
        abort();
    for (size_t i = 0; i < t->document_count; i++) {
        trial_doing(t, "document \"%s\"", t->documents[i].name);
        if (trial_takes(t, &t->documents[i]))
            expected[i] = trial_run(t, b, &t->documents[i], &out);
    }
    compare_all(t, b, expected, "after other documents");
    run_out_of_memory(t, b, expected);
    if (t->stage->kind == DM_EXTRACTOR)
        probe_all(t, bench_state(b));
    bench_close(b);
    b = bench_open(ref, with, DM_LIT("conformance.yaml"), &out);
    if (b == NULL)
        trial_find(t, rule_same, "it opens once, and not again: %s", out.why);
    else
        compare_all(t, b, expected, "when it is opened anew");
    bench_close(b);
    for (size_t i = 0; i < t->document_count; i++)
        free(expected[i].ptr);
    free(expected);
}
