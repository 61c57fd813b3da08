/* What a chain told while it ran, and stages that do simple things. */
#ifndef DOCMILL_TESTS_FIXTURE_TOLD_H
#define DOCMILL_TESTS_FIXTURE_TOLD_H

#include "fixture_chain.h"

/* ---- what the chain tells --------------------------------------------------------------------- */

static struct told {
    char steps[64], parts[64], logs[64];
    char rendered[512];
    dm_status status_of_rendered;
    int32_t stop_after;
    char text[256];
    size_t edits;
} told;

static void add(char *list, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static void add(char *list, size_t size, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    const size_t n = strlen(list);
    vsnprintf(list + n, size - n, fmt, ap);
    va_end(ap);
}

static void at_step(void *owner, int32_t step)
{
    assert_ptr_equal(owner, &told);
    add(told.steps, sizeof told.steps, "%d ", step);
}

static void on_log(void *owner, int32_t step, int32_t level, dm_str line)
{
    (void)owner;
    add(told.logs, sizeof told.logs, "%d:%d:%.*s ", step, level, (int)line.len, line.ptr);
}

static bool after_step(void *owner, int32_t step, const dm_doc *d)
{
    (void)owner, (void)d;
    return step != told.stop_after;
}

static dm_status on_rendered(void *owner, int32_t step, const dm_doc *d, dm_str bytes)
{
    (void)owner;
    add(told.rendered, sizeof told.rendered, "%d/%u:%.*s ", step, d->identity.part, (int)bytes.len,
        bytes.ptr);
    return told.status_of_rendered;
}

static void on_part(void *owner, const dm_doc *d, dm_status status)
{
    (void)owner;
    add(told.parts, sizeof told.parts, "%u:%d ", d->identity.part, status);
    snprintf(told.text, sizeof told.text, "%.*s", (int)d->text.len, d->text.ptr);
    told.edits = d->edit_count;
}

static const struct dm_chain_events events = {.owner = &told,
                                              .at_step = at_step,
                                              .log = on_log,
                                              .after_step = after_step,
                                              .rendered = on_rendered,
                                              .part = on_part};

static struct dm_outcome out;

static struct dm_chain *open_chain(uint64_t memory)
{
    struct dm_chain *const c = dm__chain_open(&script_pipeline, memory, &events, &out);
    assert_non_null(c);
    return c;
}

static void run(struct dm_chain *c, const char *bytes)
{
    const dm_identity who = {.size = sizeof who,
                             .revision = 1,
                             .id = DM_LIT("id"),
                             .source = DM_LIT("folder/a.txt"),
                             .part_name = DM_LIT(""),
                             .cursor = DM_LIT("")};
    memset(&told, 0, sizeof told);
    told.stop_after = -1;
    dm__chain_run(c, &who, dm__str(bytes), &out);
}

/* ---- what stages do --------------------------------------------------------------------------- */

static dm_status extract_all(dm_task *t, dm_doc *d, const struct script *s)
{
    (void)s;
    const dm_str bytes = dm_bytes(t, d);
    dm_set_meta(t, d, "language", DM_LIT("en-GB"));
    dm_count(t, 0, 3);
    return dm_append(t, d, bytes, (dm_span){0, bytes.len});
}

/* Put `extra` in front of the text, flag its first byte. */
static dm_status clean_front(dm_task *t, dm_doc *d, const struct script *s)
{
    dm_edit(t, d, (dm_span){0, 0}, dm__str(s->extra), 0);
    dm_edit(t, d, (dm_span){0, 1}, DM_LIT("?"), 1);
    dm_log(t, DM_LOG_INFO, DM_LIT("cleaned"));
    dm_count(t, 0, 1);
    return DM_OK;
}

static dm_status render_text(dm_task *t, dm_doc *d, const struct script *s)
{
    (void)s;
    return dm_put(t, dm_text(t, d));
}

static dm_status drop(dm_task *t, dm_doc *d, const struct script *s)
{
    dm_edit(t, d, (dm_span){0, 0}, DM_LIT("never"), 0);
    (void)s;
    return DM_DROP;
}

static dm_status fail_after_edit(dm_task *t, dm_doc *d, const struct script *s)
{
    dm_edit(t, d, (dm_span){0, 0}, DM_LIT("never"), 0);
    return dm_fail(t, s->sure != 0 ? s->sure : DM_EDOC, "because of %s", (const char *)s->extra);
}

static void add_extractor(void)
{
    script_add(&script_extractor, "extract-scripted")->work = extract_all;
}

static struct script *add_cleaner(const char *front)
{
    struct script *const s = script_add(&script_cleaner, "clean-scripted");
    s->work = clean_front;
    s->extra = front;
    return s;
}

static void add_output(void)
{
    script_add(&script_output, "output-scripted")->work = render_text;
}

static int set_up(void **unused)
{
    (void)unused;
    script_reset();
    add_extractor();
    return 0;
}

#endif
