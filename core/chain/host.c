/* The host table: every service that a plugin can ask for.  Arguments come from code that we did not
 * write, so each is checked, and a service that is called where it does not belong is the plugin's
 * bug, not ours. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/chain/task.h"
#include "core/pipeline/programs.h"
#include "core/pipeline/regex.h"
#include "core/text/classes.h"
#include "core/text/str.h"
#include "core/text/utf8.h"

enum { LOG_LINE_MAX = 1024, CURSOR_MAX = 4096, ALIGN_MAX = 64 };

static struct dm_call *call_of(dm_task *t)
{
    return (struct dm_call *)(void *)t; /* the task is the first member */
}

dm_status dm__call_fail(struct dm_call *c, dm_status code, const char *why)
{
    if (c->status == DM_OK) {
        c->status = code;
        snprintf(c->why, sizeof c->why, "%s", why);
    }
    return c->status;
}

/* Tests let the nth service call fail as if memory had run out. */
static bool runs_dry(struct dm_call *c)
{
    if (c->fail_nth == 0 || --c->fail_nth != 0)
        return false;
    dm__call_fail(c, DM_ELIMIT, "out of memory (injected)");
    return true;
}

/* Whether a service may be used in this call. */
static bool belongs(struct dm_call *c, enum dm_phase phase, const char *service)
{
    if (c->phase == phase)
        return true;
    char why[128];
    snprintf(why, sizeof why, "%s was called where it does not belong", service);
    dm__call_fail(c, DM_EBUG, why);
    return false;
}

/* ---- any call --------------------------------------------------------------------------------- */

static void *host_alloc(dm_task *t, size_t size, size_t align)
{
    struct dm_call *const c = call_of(t);
    if (runs_dry(c))
        return NULL;
    if (align == 0 || (align & (align - 1)) != 0 || align > ALIGN_MAX) {
        dm__call_fail(c, DM_EBUG, "memory was asked for with an alignment that is no power of two up to 64");
        return NULL;
    }
    void *const p = dm__arena_alloc(c->scratch, size, align);
    if (p == NULL) {
        char why[128];
        snprintf(why, sizeof why, "asked for %zu bytes beyond the memory that the document may take", size);
        dm__call_fail(c, DM_ELIMIT, why);
    }
    return p;
}

static dm_status host_fail(dm_task *t, dm_status code, dm_str why)
{
    struct dm_call *const c = call_of(t);
    if (c->status != DM_OK)
        return c->status;
    if (code >= DM_OK || code < DM_EBUG)
        return dm__call_fail(c, DM_EBUG, "failed with a code that is none");
    char line[DM_WHY_MAX];
    size_t n = 0;
    for (size_t i = 0; i < why.len && n + 1 < sizeof line; i++)
        line[n++] = why.ptr[i] == '\0' || why.ptr[i] == '\n' || why.ptr[i] == '\r' ? ' ' : why.ptr[i];
    if (n + 1 == sizeof line) /* cut: not within a code point */
        n = dm__utf8_check((dm_str){line, n});
    line[n] = '\0';
    return dm__call_fail(c, code, line);
}

/* The greatest length up to `most` that does not end within a code point. */
static size_t cut_before(dm_str s, size_t most)
{
    size_t n = most;
    while (n != 0 && most - n < 3 && ((unsigned char)s.ptr[n] & 0xC0) == 0x80)
        n--;
    return ((unsigned char)s.ptr[n] & 0xC0) == 0x80 ? most : n;
}

static void host_log(dm_task *t, int32_t level, dm_str line)
{
    const struct dm_call *const c = call_of(t);
    if (c->log == NULL)
        return;
    const int32_t known = level < DM_LOG_DEBUG ? DM_LOG_DEBUG : level > DM_LOG_ERROR ? DM_LOG_ERROR : level;
    if (line.len > LOG_LINE_MAX) /* cut: not within a code point */
        line.len = cut_before(line, LOG_LINE_MAX);
    c->log(c->log_owner, c->step, known, line);
}

static void host_count(dm_task *t, uint32_t metric, uint64_t n)
{
    struct dm_call *const c = call_of(t);
    if (metric >= c->stage->metrics.count)
        dm__call_fail(c, DM_EBUG, "counted a metric that the stage does not declare");
    else if (c->metrics != NULL)
        c->metrics[metric] += n;
}

static int32_t host_match(dm_task *t, const dm_regex *re, dm_str subject, size_t from, dm_span *groups,
                          uint32_t cap)
{
    struct dm_call *const c = call_of(t);
    if (re == NULL || from > subject.len)
        return dm__call_fail(c, DM_EBUG, "matched without an expression, or from beyond the subject");
    const int32_t n = dm__regex_match(re, subject, from, groups, cap);
    return n >= 0 ? n : dm__call_fail(c, DM_ELIMIT, "a regular expression took too many steps");
}

static size_t host_check_utf8(dm_task *t, dm_str s)
{
    struct dm_call *const c = call_of(t);
    const size_t valid = dm__utf8_check(s);
    if (valid == s.len && c->doc != NULL)
        c->doc->valid = s;
    return valid;
}

/* ---- programs --------------------------------------------------------------------------------- */

static dm_status programs_start(dm_task *t, const char *option, dm_program *out)
{
    struct dm_call *const c = call_of(t);
    const bool known = c->instance != NULL && c->programs != NULL;
    const size_t order = known ? dm__programs_lookup(c->programs, c->instance, option) : SIZE_MAX;
    if (runs_dry(c))
        return c->status;
    if (order == SIZE_MAX)
        return dm__call_fail(c, DM_EBUG, "a program was to be started by an option that holds no command");
    if (c->programs->launcher == NULL)
        return dm__call_fail(c, DM_ECONFIG, "no program can be started here");
    char why[DM_LAUNCH_WHY_MAX];
    dm_program p = {.size = sizeof p};
    const dm_status status = dm__launcher_start(c->programs->launcher, order, &p, why);
    if (status != DM_OK) /* what started once is no mistake of the pipeline */
        return dm__call_fail(c, c->phase == DM_PHASE_OPEN ? status : DM_ERETRY, why);
    const uint32_t size = out->size;
    memcpy(out, &p, size < sizeof p ? size : sizeof p);
    out->size = size;
    return DM_OK;
}

static int32_t programs_stop(dm_task *t, dm_program *p, uint32_t grace)
{
    const struct dm_call *const c = call_of(t);
    return c->programs != NULL && c->programs->launcher != NULL
               ? dm__launcher_stop(c->programs->launcher, p, grace)
               : -1;
}

static const dm_programs programs = {
    .size = sizeof(dm_programs), .start = programs_start, .stop = programs_stop};

static const void *host_extension(dm_task *t, const char *id)
{
    const struct dm_call *const c = call_of(t);
    if (strcmp(id, DM_EXTENSION_PROGRAMS) == 0)
        return &programs;
    return strcmp(id, DM_EXTENSION_RULES) == 0 ? &c->stage->rules : NULL;
}

/* ---- reading a document ----------------------------------------------------------------------- */

static const dm_identity *host_identity(const dm_doc *d)
{
    return &d->identity;
}

static dm_str host_bytes(const dm_doc *d)
{
    return d->bytes;
}

static dm_str host_text(const dm_doc *d)
{
    return d->text;
}

static dm_str host_meta(const dm_doc *d, const char *key)
{
    return dm__doc_meta(d, key);
}

static dm_array host_metas(const dm_doc *d)
{
    return (dm_array){d->metas, (uint32_t)d->meta_count, sizeof *d->metas};
}

static dm_array host_marks(const dm_doc *d)
{
    return (dm_array){d->marks, (uint32_t)d->mark_count, sizeof *d->marks};
}

static dm_array host_edits(const dm_doc *d)
{
    return (dm_array){d->edits, (uint32_t)d->edit_count, sizeof *d->edits};
}

static dm_array host_classify(dm_task *t, const dm_doc *d)
{
    struct dm_call *const c = call_of(t);
    const dm_array none = {NULL, 0, sizeof(dm_classes)};
    if (d != c->doc) {
        dm__call_fail(c, DM_EBUG, "asked for the classes of another document's bytes");
        return none;
    }
    const dm_classes *const all = runs_dry(c) ? NULL : dm__doc_classify(c->doc);
    if (all == NULL) {
        dm__call_fail(c, DM_ELIMIT, "the document takes more memory than it may");
        return none;
    }
    return (dm_array){all, (uint32_t)(d->text.len / DM_CLASSES_BYTES + 1), sizeof *all};
}

/* ---- extract() -------------------------------------------------------------------------------- */

static dm_status settle(struct dm_call *c, dm_status status, const char *bug)
{
    if (status == DM_OK)
        return c->status;
    return dm__call_fail(c, status, status == DM_EBUG ? bug : "the document takes more memory than it may");
}

static dm_status host_append(dm_task *t, dm_doc *d, dm_str text, dm_span from)
{
    struct dm_call *const c = call_of(t);
    if (!belongs(c, DM_PHASE_EXTRACT, "dm_append()") || runs_dry(c))
        return c->status;
    if (from.begin > from.end || from.end > d->bytes.len)
        return dm__call_fail(c, DM_EBUG, "appended text from beyond the input");
    return settle(c, dm__doc_append(d, text, from), "appended text that is not UTF-8");
}

static dm_status host_add_mark(dm_task *t, dm_doc *d, const dm_mark *m)
{
    struct dm_call *const c = call_of(t);
    if (!belongs(c, DM_PHASE_EXTRACT, "dm_add_mark()") || runs_dry(c))
        return c->status;
    return settle(c, dm__doc_add_mark(d, m),
                  "a mark lies outside the text, splits a code point or is not UTF-8");
}

static dm_status host_set_meta(dm_task *t, dm_doc *d, const char *key, dm_str value)
{
    struct dm_call *const c = call_of(t);
    if (!belongs(c, DM_PHASE_EXTRACT, "dm_set_meta()") || runs_dry(c))
        return c->status;
    return settle(c, dm__doc_set_meta(d, key, value), "a metadata key is empty, or its value is not UTF-8");
}

static dm_status host_next(dm_task *t, dm_doc *d, dm_str name, dm_str cursor)
{
    struct dm_call *const c = call_of(t);
    if (!belongs(c, DM_PHASE_EXTRACT, "dm_next()") || runs_dry(c))
        return c->status;
    if (cursor.len > CURSOR_MAX || name.len > CURSOR_MAX)
        return dm__call_fail(c, DM_EBUG, "a part's name or cursor is longer than 4 KiB");
    d->next_name = dm__arena_str(d->arena, name);
    d->next_cursor = dm__arena_str(d->arena, cursor);
    d->more = true;
    return d->next_name.ptr != NULL && d->next_cursor.ptr != NULL ? c->status : settle(c, DM_ELIMIT, NULL);
}

/* ---- clean(), render(), commit() -------------------------------------------------------------- */

static dm_status host_change(dm_task *t, dm_doc *d, const dm_change *change)
{
    struct dm_call *const c = call_of(t);
    if (!belongs(c, DM_PHASE_CLEAN, "dm_change_doc()") || runs_dry(c))
        return c->status;
    const char *why;
    const dm_status status = dm__edit_add(c->batch, d, change, &why);
    return status == DM_OK ? c->status : dm__call_fail(c, status, why);
}

bool dm__buffer_add(struct dm_buffer *b, dm_str bytes)
{
    if (bytes.len > b->cap - b->len) {
        size_t cap = b->cap != 0 ? b->cap * 2 : 16 * 1024;
        if (cap < b->len + bytes.len)
            cap = b->len + bytes.len;
        char *const p = realloc(b->ptr, cap);
        if (p == NULL)
            return false;
        b->ptr = p;
        b->cap = cap;
    }
    if (bytes.len != 0)
        memcpy(b->ptr + b->len, bytes.ptr, bytes.len);
    b->len += bytes.len;
    return true;
}

static dm_status host_put(dm_task *t, dm_str bytes)
{
    struct dm_call *const c = call_of(t);
    if (c->out == NULL)
        return dm__call_fail(c, DM_EBUG, "dm_put() was called where it does not belong");
    if (runs_dry(c))
        return c->status;
    if ((c->out_max != 0 && bytes.len > c->out_max - c->out->len) || !dm__buffer_add(c->out, bytes))
        return dm__call_fail(c, DM_ELIMIT,
                             c->phase == DM_PHASE_COMMIT ? "a token is longer than 4 KiB"
                             : c->phase == DM_PHASE_WRITE
                                 ? "a record's place is longer than 4 KiB"
                                 : "the rendered document takes more memory than it may");
    return c->status;
}

static const dm_host host = {.size = sizeof(dm_host),
                             .abi_minor = DM_ABI_MINOR,
                             .version = DOCMILL_VERSION,
                             .alloc = host_alloc,
                             .fail = host_fail,
                             .log = host_log,
                             .count = host_count,
                             .match = host_match,
                             .check_utf8 = host_check_utf8,
                             .extension = host_extension,
                             .identity = host_identity,
                             .bytes = host_bytes,
                             .text = host_text,
                             .meta = host_meta,
                             .metas = host_metas,
                             .marks = host_marks,
                             .edits = host_edits,
                             .append = host_append,
                             .add_mark = host_add_mark,
                             .set_meta = host_set_meta,
                             .next = host_next,
                             .change = host_change,
                             .put = host_put,
                             .classify = host_classify};

/* ---- a call's beginning and end --------------------------------------------------------------- */

void dm__call_begin(struct dm_call *c, enum dm_phase phase, const dm_stage *stage, struct dm_arena *scratch)
{
    memset(c, 0, offsetof(struct dm_call, why) + 1);
    c->task = (dm_task){sizeof(dm_task), &host};
    c->phase = phase;
    c->stage = stage;
    c->scratch = scratch;
    c->step = -1;
}

dm_status dm__call_end(struct dm_call *c, dm_status returned)
{
    if (c->status != DM_OK || returned == DM_OK)
        return c->status;
    if (returned == DM_DROP && (c->phase == DM_PHASE_EXTRACT || c->phase == DM_PHASE_CLEAN))
        return c->status = DM_DROP;
    if (returned > DM_OK || returned < DM_EBUG)
        return dm__call_fail(c, DM_EBUG, "returned a status that is none");
    return dm__call_fail(c, returned, "failed without saying why");
}

void dm__call_outcome(const struct dm_call *c, int32_t step, struct dm_outcome *out)
{
    out->status = c->status;
    out->step = step;
    snprintf(out->why, sizeof out->why, "%s", c->why);
}
