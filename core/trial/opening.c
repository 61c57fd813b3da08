/* Options: each at its default, its least and its greatest value. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/pipeline/options.h"
#include "core/text/str.h"
#include "core/trial/trial.h"

/* Bounds that would only cost time: lists of more entries, texts of more bytes are not built. */
enum { ENTRIES_MAX = 1000, TEXT_MAX = 1 << 16 };

/* ---- nodes ------------------------------------------------------------------------------------ */

static void *new (struct dm_trial *t, size_t size)
{
    void *const p = dm__arena_alloc(&t->arena, size, 16);
    if (p == NULL)
        abort();
    return p;
}

static struct dm_yaml *scalar(struct dm_trial *t, dm_str value)
{
    struct dm_yaml *const n = new (t, sizeof *n);
    *n = (struct dm_yaml){.kind = DM_YAML_SCALAR, .plain = true, .value = dm__arena_str(&t->arena, value)};
    return n;
}

/* A text is quoted, so that "" and "null" are texts. */
static struct dm_yaml *text(struct dm_trial *t, size_t len)
{
    char *const bytes = new (t, len + 1);
    memset(bytes, 'x', len);
    struct dm_yaml *const n = scalar(t, (dm_str){bytes, len});
    n->plain = false;
    return n;
}

static struct dm_yaml *collection(struct dm_trial *t, enum dm_yaml_kind kind, size_t room)
{
    struct dm_yaml *const n = new (t, sizeof *n);
    *n = (struct dm_yaml){.kind = kind,
                          .items = new (t, (room + 1) * sizeof *n->items),
                          .keys = new (t, (room + 1) * sizeof *n->keys)};
    return n;
}

static void add(struct dm_trial *t, struct dm_yaml *n, const char *key, struct dm_yaml *value)
{
    n->keys[n->count] = scalar(t, dm__str(key));
    n->items[n->count++] = value;
}

static struct dm_yaml *entries(struct dm_trial *t, const dm_option *o, size_t count)
{
    struct dm_yaml *const n = collection(t, o->type == DM_LIST ? DM_YAML_SEQUENCE : DM_YAML_MAPPING, count);
    for (size_t i = 0; i < count; i++) {
        char key[32];
        snprintf(key, sizeof key, "entry-%zu", i);
        add(t, n, key, text(t, 4));
    }
    return n;
}

static struct dm_yaml *number(struct dm_trial *t, const dm_option *o, double n)
{
    const char *const unit = o->type == DM_TIME ? "ms" : o->type == DM_SIZE ? "B" : "";
    const char *const format = o->type == DM_REAL ? "%.17g%s" : "%.0f%s";
    char value[64];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(value, sizeof value, format, n, unit);
#pragma GCC diagnostic pop
    return scalar(t, dm__str(value));
}

/* ---- values ----------------------------------------------------------------------------------- */

static bool is_bounded(const dm_option *o)
{
    return o->min < 0 || o->min > 0 || o->max < 0 || o->max > 0;
}

/* A value at a bound, or any value that can be thought of.  NULL: none can */
static struct dm_yaml *value_at(struct dm_trial *t, const dm_option *o, double n)
{
    switch (o->type) {
    case DM_BOOL:
        return scalar(t, n > 0 ? DM_LIT("true") : DM_LIT("false"));
    case DM_INT:
    case DM_REAL:
    case DM_SIZE:
    case DM_TIME:
        return number(t, o, n);
    case DM_TEXT:
        return n <= TEXT_MAX ? text(t, (size_t)n) : NULL;
    case DM_CHOICE:
        return scalar(t, dm__str(o->choices[(size_t)n]));
    case DM_LIST:
    case DM_MAP:
        return n <= ENTRIES_MAX ? entries(t, o, (size_t)n) : NULL;
    case DM_PATH_IN:
        return scalar(t, DM_LIT("/dev/null"));
    case DM_PATH_OUT:
        return scalar(t, dm__str(t->target));
    case DM_REGEX:
        return scalar(t, DM_LIT("x+"));
    default:
        return NULL;
    }
}

static double least_of(const dm_option *o)
{
    const double one = o->type == DM_TEXT || o->type == DM_LIST || o->type == DM_MAP;
    return is_bounded(o) && (o->min > one || o->type == DM_INT || o->type == DM_REAL) ? o->min : one;
}

static const struct dm_yaml *given_to(struct dm_trial *t)
{
    for (size_t i = 0; i < t->order->given_count; i++)
        if (dm__str_eq(t->order->given[i].stage, t->stage_name))
            return t->order->given[i].with;
    return NULL;
}

bool dm__trial_is_given(struct dm_trial *t, const char *name)
{
    return dm__yaml_find(given_to(t), name) != NULL;
}

struct dm_yaml *dm__trial_with(struct dm_trial *t, bool *invented)
{
    const struct dm_yaml *const given = given_to(t);
    const dm_array options = t->stage->options;
    struct dm_yaml *const with =
        collection(t, DM_YAML_MAPPING, options.count + (given != NULL ? given->count : 0) + 1);
    *invented = false;
    for (size_t i = 0; given != NULL && i < given->count; i++)
        add(t, with, given->keys[i]->value.ptr, given->items[i]);
    for (uint32_t i = 0; i < options.count; i++) {
        const dm_option *const o = DM_AT(dm_option, options, i);
        if (dm__yaml_find(with, o->name) != NULL || (o->def != NULL && o->type != DM_PATH_OUT))
            continue;
        add(t, with, o->name, value_at(t, o, least_of(o)));
        *invented = *invented || o->type != DM_PATH_OUT;
    }
    return with;
}

struct dm_yaml *dm__trial_with_one(struct dm_trial *t, const char *name, struct dm_yaml *value)
{
    bool invented;
    struct dm_yaml *const with = dm__trial_with(t, &invented);
    for (size_t i = 0; i < with->count; i++) {
        if (!dm__str_eq(with->keys[i]->value, dm__str(name)))
            continue;
        with->items[i] = value;
        return with;
    }
    add(t, with, name, value);
    return with;
}

/* ---- opening ---------------------------------------------------------------------------------- */

static struct dm_stage_ref ref_of(const struct dm_trial *t)
{
    return (struct dm_stage_ref){&t->file, t->stage};
}

/* Open, work on a few documents, close.  must: a refusal is a finding */
static void open_once(struct dm_trial *t, const struct dm_yaml *with, bool must)
{
    struct dm_outcome out;
    char doing[DM_TRIAL_DOING_MAX];
    snprintf(doing, sizeof doing, "%s", dm__ward_doing(t->ward));
    struct dm_bench *const b = dm__bench_open(ref_of(t), with, DM_LIT("conformance.yaml"), &out);
    if (b == NULL) {
        if (out.why[0] == '\0' || out.status != DM_ECONFIG)
            dm__trial_find(t, DM_RULE_OPENS, "it is refused with status %d and the message `%s`", out.status,
                           out.why);
        else if (must)
            dm__trial_find(t, DM_RULE_OPENS, "it is refused: %s", out.why);
        return;
    }
    for (size_t i = 0; i < t->document_count; i++) {
        const struct dm_trial_document *const d = &t->documents[i];
        if (!dm__trial_is_small(d) || !dm__trial_takes(t, d))
            continue;
        dm__trial_doing(t, "%.400s, document \"%s\"", doing, d->name);
        struct dm_buffer transcript = dm__trial_run(t, b, d, &out);
        free(transcript.ptr);
    }
    dm__bench_close(b);
}

static void open_at(struct dm_trial *t, const dm_option *o, double n, const char *which)
{
    if (!dm__trial_begin(t, "opens with %s at its %s", o->name, which))
        return;
    dm__trial_doing(t, "opening it with %s at its %s (%g)", o->name, which, n);
    struct dm_yaml *const value = value_at(t, o, n);
    if (value == NULL)
        return;
    const struct dm_yaml *const with = dm__trial_with_one(t, o->name, value);
    open_once(t, with, false);
}

static void open_option(struct dm_trial *t, const dm_option *o)
{
    if (o->type == DM_BOOL) {
        open_at(t, o, 0, "least");
        open_at(t, o, 1, "greatest");
    }
    for (size_t i = 0; o->type == DM_CHOICE && o->choices[i] != NULL; i++) {
        char which[128];
        snprintf(which, sizeof which, "choice %.100s", o->choices[i]);
        open_at(t, o, (double)i, which);
    }
    const bool sized = o->type == DM_INT || o->type == DM_REAL || o->type == DM_SIZE || o->type == DM_TIME ||
                       o->type == DM_TEXT || o->type == DM_LIST || o->type == DM_MAP;
    if (!sized)
        return;
    open_at(t, o, is_bounded(o) ? o->min : 0, "least");
    if (is_bounded(o))
        open_at(t, o, o->max, "greatest");
}

/* Each allocation of open() fails once. */
static void open_without_memory(struct dm_trial *t)
{
    if (t->stage->open == NULL || !dm__trial_begin(t, "opens, or says so, when memory runs out"))
        return;
    for (size_t nth = 1;; nth++) {
        dm__trial_doing(t, "opening it with allocation %zu failing", nth);
        struct dm_arena arena;
        struct dm_report report;
        struct dm_instance instance;
        struct dm_call call;
        bool invented;
        dm__arena_init(&arena, 0);
        dm__report_init(&report, &arena);
        if (!dm__instance_make(&arena, ref_of(t), dm__trial_with(t, &invented), DM_LIT("conformance.yaml"),
                               &report, &instance)) {
            dm__arena_fini(&arena);
            return;
        }
        dm__call_begin(&call, DM_PHASE_OPEN, t->stage, &arena);
        call.fail_nth = nth;
        const dm_status status = dm__call_end(&call, t->stage->open(&call.task, instance.state));
        if (status == DM_OK && t->stage->close != NULL)
            t->stage->close(instance.state);
        dm__arena_fini(&arena);
        if (status == DM_ELIMIT)
            continue;
        if (call.fail_nth == 0 && status != DM_ELIMIT)
            dm__trial_find(t, DM_RULE_MEMORY, "it ends in status %d, not in %d", status, DM_ELIMIT);
        return;
    }
}

bool dm__trial_opening(struct dm_trial *t)
{
    bool invented;
    const struct dm_yaml *const with = dm__trial_with(t, &invented);
    if (dm__trial_begin(t, "opens with its defaults, twice")) {
        dm__trial_doing(t, "opening it with its defaults");
        open_once(t, with, !invented);
        dm__trial_doing(t, "opening it with its defaults once more");
        open_once(t, with, !invented);
    }
    if (dm__trial_died(t))
        return false;
    for (uint32_t i = 0; i < t->stage->options.count; i++)
        if (!dm__trial_is_given(t, DM_AT(dm_option, t->stage->options, i)->name))
            open_option(t, DM_AT(dm_option, t->stage->options, i));
    open_without_memory(t);
    return true;
}
