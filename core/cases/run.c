/* Of each cleaner's case it is also checked, without being told, that the edits lead back to the input, that marks
 * lie within the text, and that a second pass changes nothing (`idempotent: no` where that is not so). */
#include "core/cases/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cases/whole.h"
#include "core/text/escape.h"
#include "core/text/str.h"

/* How a part came out. */
struct part {
    dm_str name, text, marks, metas, edits, bytes;
    const char *fault;
    dm_mark *mark_items;
    dm_pair *meta_items;
    size_t mark_count, meta_count, made;
};

struct run {
    const struct dm_case_run *order;
    struct dm_arena *arena;
    struct dm_case_file c;
    FILE *out; /* problems */
    bool bad, must_not_update;
    uint32_t kind; /* of the stage; 0: a pipeline */
    struct dm_outcome outcome;
    struct part *parts;
    size_t part_count, part_cap;
};

/* ---- telling ---------------------------------------------------------------------------------- */

DM_PRINTF(2, 3)
static void complain(struct run *r, const char *fmt, ...)
{
    r->bad = true;
    va_list ap;
    va_start(ap, fmt);
    vfprintf(r->out, fmt, ap);
    va_end(ap);
    fputc('\n', r->out);
}

/* What new expectations cannot mend. */
DM_PRINTF(2, 3)
static void refuse(struct run *r, const char *fmt, ...)
{
    r->bad = r->must_not_update = true;
    va_list ap;
    va_start(ap, fmt);
    vfprintf(r->out, fmt, ap);
    va_end(ap);
    fputc('\n', r->out);
}

static bool compare(struct run *r, const struct dm_case_section *s, dm_str expected, dm_str found)
{
    if (dm__str_eq(expected, found))
        return true;
    complain(r, "%.*s:%u: %.*s differs", (int)r->c.path.len, r->c.path.ptr, s->line, (int)s->name.len,
             s->name.ptr);
    dm__escape_print_difference(r->out, "  ", expected, found);
    return false;
}

/* ---- how a document comes out ----------------------------------------------------------------- */

static void *keep(struct dm_arena *arena, const void *items, size_t size)
{
    void *const p = dm__arena_alloc(arena, size + 1, 16);
    if (p == NULL)
        abort();
    return size != 0 ? memcpy(p, items, size) : p;
}

/* Marks and metadata outlive the document, to be given again. */
static void keep_lists(struct dm_arena *arena, struct part *r, const dm_doc *d)
{
    r->mark_items = keep(arena, d->marks, d->mark_count * sizeof *d->marks);
    r->mark_count = d->mark_count;
    for (size_t i = 0; i < d->mark_count; i++)
        r->mark_items[i].value = dm__arena_str(arena, d->marks[i].value);
    r->meta_items = keep(arena, d->metas, d->meta_count * sizeof *d->metas);
    r->meta_count = d->meta_count;
    for (size_t i = 0; i < d->meta_count; i++)
        r->meta_items[i] =
            (dm_pair){dm__arena_str(arena, d->metas[i].key), dm__arena_str(arena, d->metas[i].value)};
}

static void see_part(void *owner, const dm_doc *d, dm_status status, dm_str rendered)
{
    struct run *const r = owner;
    r->parts = dm__arena_grow(r->arena, r->parts, r->part_count, &r->part_cap, sizeof *r->parts);
    if (r->parts == NULL)
        abort();
    struct part *const p = &r->parts[r->part_count++];
    *p = (struct part){.name = dm__arena_str(r->arena, d->identity.part_name),
                       .text = dm__arena_str(r->arena, d->text),
                       .bytes = dm__arena_str(r->arena, rendered),
                       .marks = dm__case_write_marks(r->arena, d->marks, d->mark_count),
                       .metas = dm__case_write_metas(r->arena, d->metas, d->meta_count),
                       .edits = dm__case_write_edits(r->arena, d->edits, d->edit_count, r->kind == 0),
                       .fault = status == DM_OK ? dm__bench_fault(d) : NULL};
    p->metas = dm__case_sort_lines(r->arena, p->metas);
    for (size_t i = 0; i < d->edit_count; i++)
        p->made += !(d->edits[i].flags & DM_EDIT_FLAGGED);
    keep_lists(r->arena, p, d);
}

/* ---- expectations ----------------------------------------------------------------------------- */

static bool is(const struct dm_case_section *s, const char *name)
{
    return dm__str_eq(s->name, dm__str(name));
}

/* Whether a section says what goes in, or only where a part begins. */
static bool is_setting(const struct run *r, const struct dm_case_section *s)
{
    return is(s, "input") || is(s, "part") ||
           ((is(s, "marks") || is(s, "meta")) && dm__case_is_given(&r->c, s));
}

static bool compare_lists(struct run *r, const struct dm_case_section *s, const struct part *p)
{
    struct dm_bench_document expected = {0};
    dm_str problem;
    const bool marks = is(s, "marks");
    if (!(marks ? dm__case_marks : dm__case_metas)(r->arena, s, &expected, &problem)) {
        complain(r, "%.*s", (int)problem.len, problem.ptr);
        return false;
    }
    if (marks)
        return compare(r, s, dm__case_write_marks(r->arena, expected.marks, expected.mark_count), p->marks);
    const dm_str lines = dm__case_write_metas(r->arena, expected.metas, expected.meta_count);
    return compare(r, s, dm__case_sort_lines(r->arena, lines), p->metas);
}

/* return  whether it is as expected */
static bool check_section(struct run *r, const struct dm_case_section *s)
{
    if (is(s, "fails"))
        return compare(r, s, s->text, dm__str(r->outcome.why));
    const bool is_part = is(s, "part") && s->title.ptr != NULL;
    if (is(s, "drops") || (is_setting(r, s) && !is_part))
        return true;
    if (s->part >= r->part_count)
        return false; /* told before */
    const struct part *const p = &r->parts[s->part];
    if (is_part)
        return compare(r, s, s->title, p->name);
    if (is(s, "marks") || is(s, "meta"))
        return compare_lists(r, s, p);
    if (is(s, "edits"))
        return compare(r, s, dm__case_sort_lines(r->arena, s->text), p->edits);
    return compare(r, s, s->text, is(s, "text") ? p->text : p->bytes);
}

/* Whether the document ends as the case says, in as many parts.
 * return  false: the expectations are about something else */
static bool check_shape(struct run *r)
{
    const bool fails = dm__case_find(&r->c, "fails") != NULL, drops = dm__case_find(&r->c, "drops") != NULL;
    const dm_status status = r->outcome.status;
    size_t expected = 1, expectations = 0;
    for (size_t i = 0; i < r->c.count; i++) {
        expected = r->c.sections[i].part + 1;
        expectations += !is_setting(r, &r->c.sections[i]);
    }
    if (status < DM_OK && !fails)
        complain(r, "it fails: %s", r->outcome.why);
    else if (status == DM_DROP && !drops)
        complain(r, "it drops the document");
    else if (status == DM_OK && (fails || drops))
        complain(r, "it was to %s, and did not", fails ? "fail" : "drop the document");
    else if (status == DM_OK && r->part_count != expected)
        complain(r, "the input has %zu parts, and the case is about %zu", r->part_count, expected);
    else if (expectations == 0)
        complain(r, "the case expects nothing");
    return !r->bad;
}

static void check_faults(struct run *r)
{
    for (size_t i = 0; i < r->part_count; i++)
        if (r->parts[i].fault != NULL)
            refuse(r, "%s", r->parts[i].fault);
}

/* ---- writing expectations anew ------------------------------------------------------------------ */

static void write_section(const struct run *r, FILE *to, const char *name, dm_str text)
{
    const bool lines = strcmp(name, "marks") == 0 || strcmp(name, "meta") == 0 || strcmp(name, "edits") == 0;
    const dm_str shown = lines ? text : dm__case_write_text(r->arena, text);
    fprintf(to, "--- %s\n%.*s%s", name, (int)shown.len, shown.ptr, shown.len != 0 ? "\n" : "");
}

static void write_part_fence(const struct run *r, FILE *to, size_t i)
{
    const dm_str name = dm__escape_encode(r->arena, r->parts[i].name);
    fprintf(to, "--- part %zu%s%.*s\n", i, name.len != 0 ? " " : "", (int)name.len, name.ptr);
}

/* The value that a section should have; ptr NULL: it stays. */
static dm_str found_of(const struct run *r, const struct dm_case_section *s)
{
    if (is(s, "fails"))
        return dm__str(r->outcome.why);
    const struct part *const p = &r->parts[s->part];
    return is(s, "text")    ? p->text
           : is(s, "marks") ? p->marks
           : is(s, "meta")  ? p->metas
           : is(s, "edits") ? p->edits
                            : p->bytes;
}

static void write_part(const struct run *r, FILE *to, size_t i)
{
    const struct part *const p = &r->parts[i];
    if (i != 0)
        write_part_fence(r, to, i);
    if (r->kind == DM_OUTPUT) {
        write_section(r, to, "bytes", p->bytes);
        return;
    }
    write_section(r, to, "text", p->text);
    if (r->kind != DM_EXTRACTOR)
        write_section(r, to, "edits", p->edits);
}

/* Sections that are about what did not happen make way for the plainest ones about what did. */
static void write_others(const struct run *r, FILE *to)
{
    for (size_t i = 0; i < r->c.count; i++) {
        const struct dm_case_section *const s = &r->c.sections[i];
        if (is_setting(r, s) && !is(s, "part"))
            fprintf(to, "%.*s", (int)(s->whole.end - s->whole.begin), r->c.file.ptr + s->whole.begin);
    }
    if (r->c.file.len != 0 && r->c.file.ptr[r->c.file.len - 1] != '\n')
        fputc('\n', to);
    if (r->outcome.status < DM_OK)
        write_section(r, to, "fails", dm__str(r->outcome.why));
    else if (r->outcome.status == DM_DROP)
        fputs("--- drops\n", to);
    for (size_t i = 0; r->outcome.status == DM_OK && i < r->part_count; i++)
        write_part(r, to, i);
}

/* return  the whole file; what is as expected stays to the byte */
static dm_str write_anew(const struct run *r, bool shape, const bool *good)
{
    char *bytes = NULL;
    size_t len = 0;
    FILE *const to = open_memstream(&bytes, &len);
    if (to == NULL)
        abort();
    fprintf(to, "%.*s", (int)r->c.body, r->c.file.ptr);
    for (size_t i = 0; shape && i < r->c.count; i++) {
        const struct dm_case_section *const s = &r->c.sections[i];
        const bool nothing = s->part >= r->part_count && !is(s, "fails"); /* came out that it could hold */
        if (good[i] || nothing)
            fwrite(r->c.file.ptr + s->whole.begin, 1, s->whole.end - s->whole.begin, to);
        else if (is(s, "part"))
            write_part_fence(r, to, s->part);
        else
            write_section(r, to, s->name.ptr, found_of(r, s));
    }
    if (!shape)
        write_others(r, to);
    fclose(to);
    const dm_str out = dm__arena_str(r->arena, (dm_str){bytes, len});
    free(bytes);
    return out;
}

static size_t line_end(dm_str s, size_t at)
{
    const char *const end = at < s.len ? memchr(s.ptr + at, '\n', s.len - at) : NULL;
    return end != NULL ? (size_t)(end - s.ptr) + 1 : s.len;
}

static void write_lines(FILE *to, char sign, dm_str s, size_t from, size_t until)
{
    for (size_t end; from < until; from = end) {
        end = line_end(s, from);
        fprintf(to, "%c%.*s%s", sign, (int)(end - from), s.ptr + from, s.ptr[end - 1] == '\n' ? "" : "\n");
    }
}

/* The lines between the first and the last that differ. */
static dm_str write_diff(struct dm_arena *arena, dm_str old, dm_str now)
{
    size_t head = 0, tail = 0;
    for (size_t end; head < old.len && head < now.len; head = end) {
        end = line_end(old, head);
        if (end != line_end(now, head) || memcmp(old.ptr + head, now.ptr + head, end - head) != 0)
            break;
    }
    const size_t most = (old.len < now.len ? old.len : now.len) - head;
    size_t same = 0;
    while (same < most && old.ptr[old.len - 1 - same] == now.ptr[now.len - 1 - same]) {
        same++;
        if (old.ptr[old.len - same] == '\n' && same > 1)
            tail = same - 1;
    }
    char *bytes = NULL;
    size_t len = 0;
    FILE *const to = open_memstream(&bytes, &len);
    if (to == NULL)
        abort();
    write_lines(to, '-', old, head, old.len - tail);
    write_lines(to, '+', now, head, now.len - tail);
    fclose(to);
    const dm_str out = dm__arena_str(arena, (dm_str){bytes, len});
    free(bytes);
    return out;
}

static void check_all(struct run *r, struct dm_case_verdict *out)
{
    bool good[DM_CASE_SECTIONS_MAX];
    check_faults(r);
    const bool shape = !r->must_not_update && check_shape(r);
    for (size_t i = 0; shape && i < r->c.count; i++)
        good[i] = check_section(r, &r->c.sections[i]);
    if (r->must_not_update || !r->bad)
        return;
    const dm_str anew = write_anew(r, shape, good);
    out->diff = write_diff(r->arena, r->c.file, anew);
    if (r->order->update)
        out->updated = anew;
}

/* ---- one case --------------------------------------------------------------------------------- */

static bool read_count(dm_str s, unsigned long long *out)
{
    char *end;
    *out = s.ptr != NULL && s.len != 0 ? strtoull(s.ptr, &end, 10) : 0;
    return s.ptr == NULL || (s.len != 0 && end == s.ptr + s.len);
}

static bool read_document(struct run *r, struct dm_bench_document *in)
{
    const struct dm_case_file *const c = &r->c;
    unsigned long long part, revision;
    dm_str problem;
    if (!read_count(c->part, &part) || !read_count(c->revision, &revision)) {
        refuse(r, "part and revision are numbers");
        return false;
    }
    const dm_str input = dm__case_find(c, "input")->text;
    *in = (struct dm_bench_document){.source = c->name,
                                     .part = (uint32_t)part,
                                     .part_name = c->part_name,
                                     .revision = revision,
                                     .bytes = input,
                                     .text = input};
    for (size_t i = 0; i < c->count; i++) {
        const struct dm_case_section *const s = &c->sections[i];
        if (!(is(s, "marks") || is(s, "meta")) || !dm__case_is_given(c, s))
            continue;
        if (!(is(s, "marks") ? dm__case_marks : dm__case_metas)(r->arena, s, in, &problem)) {
            refuse(r, "%.*s", (int)problem.len, problem.ptr);
            return false;
        }
    }
    return true;
}

/* return  false: why was told */
static bool read_with(struct run *r, const struct dm_yaml **with)
{
    struct dm_report report;
    dm__report_init(&report, r->arena);
    *with = r->c.with.ptr != NULL ? dm__yaml_read(&report, r->c.path, r->c.with) : NULL;
    if (report.errors == 0)
        return true;
    refuse(r, "with: %.*s", (int)report.items[0].message.len, report.items[0].message.ptr);
    return false;
}

/* What must hold for every cleaner. */
static void check_again(struct run *r, struct dm_bench *b, const struct dm_bench_document *first)
{
    struct dm_bench_document again = *first;
    struct dm_outcome out;
    if (r->bad || r->outcome.status != DM_OK || r->kind != DM_CLEANER ||
        dm__str_eq(r->c.idempotent, DM_LIT("no")))
        return;
    const struct part once = r->parts[0];
    again.text = once.text;
    again.marks = once.mark_items;
    again.mark_count = once.mark_count;
    again.metas = once.meta_items;
    again.meta_count = once.meta_count;
    r->part_count = 0;
    dm__bench_run(b, &again, see_part, r, &out);
    if (out.status != DM_OK) {
        refuse(r, "a second pass fails: %s", out.why);
    } else if (r->parts[0].made != 0) {
        refuse(r, "a second pass changes something: %.*s", (int)r->parts[0].edits.len, r->parts[0].edits.ptr);
        dm__escape_print_difference(r->out, "  ", once.text, r->parts[0].text);
    }
}

static void run_stage(struct run *r, const struct dm_bench_document *in, struct dm_case_verdict *out)
{
    dm_str problem;
    const struct dm_yaml *with;
    const struct dm_stage_ref ref =
        dm__whole_find_stage(r->arena, r->order->registry, r->order->loaded, r->c.stage, &problem);
    if (ref.stage == NULL) {
        refuse(r, "%.*s", (int)problem.len, problem.ptr);
        return;
    }
    r->kind = ref.stage->kind;
    if (!read_with(r, &with))
        return;
    struct dm_bench *const b = dm__bench_open(ref, with, r->c.path, &r->outcome);
    if (b != NULL)
        dm__bench_run(b, in, see_part, r, &r->outcome);
    check_all(r, out); /* a case may be about a refusal */
    if (b != NULL)
        check_again(r, b, in);
    dm__bench_close(b);
}

/* A relative name starts at the case. */
static dm_str beside(struct dm_arena *arena, dm_str file, dm_str name)
{
    size_t folder = file.len;
    while (folder > 0 && file.ptr[folder - 1] != '/')
        folder--;
    return name.len != 0 && name.ptr[0] == '/'
               ? name
               : dm__arena_printf(arena, "%.*s%.*s", (int)folder, file.ptr, (int)name.len, name.ptr);
}

static void run_pipeline(struct run *r, dm_str file, const struct dm_bench_document *in,
                         struct dm_case_verdict *out)
{
    dm_str problem;
    if (!dm__whole_run(r->arena, r->order->registry, r->order->loaded, file, r->c.output, in, see_part, r,
                       &r->outcome, &problem))
        refuse(r, "%.*s", (int)problem.len, problem.ptr);
    else
        check_all(r, out);
}

static void run_case(struct run *r, struct dm_case_verdict *out)
{
    struct dm_bench_document in;
    if (!read_document(r, &in))
        return;
    if (r->c.stage.ptr != NULL)
        run_stage(r, &in, out);
    else if (r->c.pipeline.ptr != NULL)
        run_pipeline(r, beside(r->arena, r->c.path, r->c.pipeline), &in, out);
    else if (r->order->pipeline != NULL)
        run_pipeline(r, dm__str(r->order->pipeline), &in, out);
    else
        refuse(r, "line 1: a case needs 'stage: NAME' or 'pipeline: FILE'");
}

void dm__case_run(struct dm_arena *arena, const struct dm_case_run *order, struct dm_case_verdict *out)
{
    struct run r = {.order = order, .arena = arena};
    char *problems = NULL;
    size_t len = 0;
    dm_str problem;
    *out = (struct dm_case_verdict){.passed = false};
    r.out = open_memstream(&problems, &len);
    if (r.out == NULL)
        abort();
    if (!dm__case_read(arena, dm__str(order->path), &r.c, &problem))
        refuse(&r, "%s: %.*s", order->path, (int)problem.len, problem.ptr);
    else
        run_case(&r, out);
    fclose(r.out);
    out->passed = !r.bad;
    out->problems = dm__arena_str(arena, (dm_str){problems, len});
    if (r.must_not_update)
        out->updated = out->diff = (dm_str){NULL, 0};
    free(problems);
}
