/* run-cases PLUGIN.so FILE-OR-FOLDER...: put cases through the stages of a plugin and compare.  case.h says
 * what a case looks like.
 *
 * Of each cleaner's case it is also checked, without being told, that the edits lead back to the input,
 * that marks lie within the text, and that a second pass changes nothing (`idempotent: no` in the header
 * where that is not so).
 *
 * Prints TAP.  Exit status: 0 all cases passed, 1 some did not, or there were none. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/text/str.h"
#include "core/cases/case.h"
#include "core/text/escape.h"

struct run {
    const struct dm_plugin_file *plugin;
    struct dm_arena arena; /* of one case */
    const struct dm_case_file *c;
    unsigned number, failed;
    bool bad; /* the present case has failed */
    /* how the document came out */
    unsigned parts;
    dm_status status;
    dm_str text, marks, metas, edits, bytes;
    const char *fault;
    dm_mark *mark_items;
    dm_pair *meta_items;
    size_t mark_count, meta_count, made;
};

/* ---- telling ---------------------------------------------------------------------------------- */

static void fail_case(struct run *r)
{
    if (!r->bad)
        printf("not ok %u - %.*s\n", r->number, (int)r->c->path.len, r->c->path.ptr);
    r->bad = true;
}

DM_PRINTF(2, 3)
static void complain(struct run *r, const char *fmt, ...)
{
    fail_case(r);
    printf("#   ");
    va_list ap;
    va_start(ap, fmt);
    vprintf(fmt, ap);
    va_end(ap);
    printf("\n");
}

static void compare(struct run *r, const struct dm_case_section *s, dm_str expected, dm_str found)
{
    if (dm__str_eq(expected, found))
        return;
    complain(r, "%.*s:%u: %.*s differs", (int)r->c->path.len, r->c->path.ptr, s->line, (int)s->name.len,
             s->name.ptr);
    dm__escape_print_difference(stdout, "#     ", expected, found);
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
static void keep_lists(struct run *r, const dm_doc *d)
{
    r->mark_items = keep(&r->arena, d->marks, d->mark_count * sizeof *d->marks);
    r->mark_count = d->mark_count;
    for (size_t i = 0; i < d->mark_count; i++)
        r->mark_items[i].value = dm__arena_str(&r->arena, d->marks[i].value);
    r->meta_items = keep(&r->arena, d->metas, d->meta_count * sizeof *d->metas);
    r->meta_count = d->meta_count;
    for (size_t i = 0; i < d->meta_count; i++)
        r->meta_items[i] =
            (dm_pair){dm__arena_str(&r->arena, d->metas[i].key), dm__arena_str(&r->arena, d->metas[i].value)};
}

static void see_part(void *owner, const dm_doc *d, dm_status status, dm_str rendered)
{
    struct run *const r = owner;
    r->parts++;
    r->status = status;
    r->text = dm__arena_str(&r->arena, d->text);
    r->bytes = dm__arena_str(&r->arena, rendered);
    r->marks = dm__case_write_marks(&r->arena, d->marks, d->mark_count);
    r->metas = dm__case_write_metas(&r->arena, d->metas, d->meta_count);
    r->edits = dm__case_write_edits(&r->arena, d->edits, d->edit_count);
    r->fault = status == DM_OK ? dm__bench_fault(d) : NULL;
    r->made = 0;
    for (size_t i = 0; i < d->edit_count; i++)
        r->made += !(d->edits[i].flags & DM_EDIT_FLAGGED);
    keep_lists(r, d);
}

/* ---- expectations ----------------------------------------------------------------------------- */

/* Both sides of marks and metadata as the same words. */
static void compare_marks(struct run *r, const struct dm_case_section *s)
{
    struct dm_bench_document expected = {0};
    dm_str problem;
    if (!dm__case_marks(&r->arena, s, &expected, &problem))
        complain(r, "%.*s", (int)problem.len, problem.ptr);
    else
        compare(r, s, dm__case_write_marks(&r->arena, expected.marks, expected.mark_count), r->marks);
}

static void compare_metas(struct run *r, const struct dm_case_section *s)
{
    struct dm_bench_document expected = {0};
    dm_str problem;
    if (!dm__case_metas(&r->arena, s, &expected, &problem)) {
        complain(r, "%.*s", (int)problem.len, problem.ptr);
        return;
    }
    const dm_str lines = dm__case_write_metas(&r->arena, expected.metas, expected.meta_count);
    compare(r, s, dm__case_sort_lines(&r->arena, lines), dm__case_sort_lines(&r->arena, r->metas));
}

/* return  whether the section expects something */
static bool check_section(struct run *r, const struct dm_case_section *s, const struct dm_outcome *out)
{
    const bool is_marks = dm__str_eq(s->name, DM_LIT("marks")), is_meta = dm__str_eq(s->name, DM_LIT("meta"));
    if (dm__str_eq(s->name, DM_LIT("input")) || ((is_marks || is_meta) && dm__case_is_given(r->c, s)))
        return false;
    if (dm__str_eq(s->name, DM_LIT("fails")))
        compare(r, s, s->text, dm__str(out->why));
    else if (is_marks)
        compare_marks(r, s);
    else if (is_meta)
        compare_metas(r, s);
    else if (dm__str_eq(s->name, DM_LIT("text")))
        compare(r, s, s->text, r->text);
    else if (dm__str_eq(s->name, DM_LIT("edits")))
        compare(r, s, dm__case_sort_lines(&r->arena, s->text), r->edits);
    else if (dm__str_eq(s->name, DM_LIT("bytes")))
        compare(r, s, s->text, r->bytes);
    return true;
}

static void check_sections(struct run *r, const struct dm_outcome *out)
{
    const bool fails = dm__case_find(r->c, "fails") != NULL, drops = dm__case_find(r->c, "drops") != NULL;
    if (out->status < DM_OK && !fails)
        complain(r, "it fails: %s", out->why);
    else if (out->status == DM_DROP && !drops)
        complain(r, "it drops the document");
    else if (out->status == DM_OK && (fails || drops))
        complain(r, "it was to %s, and did not", fails ? "fail" : "drop the document");
    bool expected = false;
    for (size_t i = 0; i < r->c->count && !r->bad; i++)
        expected = check_section(r, &r->c->sections[i], out) || expected;
    if (!expected && !r->bad)
        complain(r, "the case expects nothing");
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
    const struct dm_case_file *const c = r->c;
    unsigned long long part, revision;
    if (!read_count(c->part, &part) || !read_count(c->revision, &revision)) {
        complain(r, "part and revision are numbers");
        return false;
    }
    const dm_str input = dm__case_find(c, "input")->text;
    *in = (struct dm_bench_document){.source = c->name,
                                  .part = (uint32_t)part,
                                  .part_name = c->part_name,
                                  .revision = revision,
                                  .bytes = input,
                                  .text = input};
    dm_str problem;
    for (size_t i = 0; i < c->count; i++) {
        const struct dm_case_section *const s = &c->sections[i];
        const bool marks = dm__str_eq(s->name, DM_LIT("marks")), meta = dm__str_eq(s->name, DM_LIT("meta"));
        if (!(marks || meta) || !dm__case_is_given(c, s))
            continue;
        if (!(marks ? dm__case_marks : dm__case_metas)(&r->arena, s, in, &problem)) {
            complain(r, "%.*s", (int)problem.len, problem.ptr);
            return false;
        }
    }
    return true;
}

static struct dm_bench *open_stage(struct run *r, struct dm_outcome *out)
{
    const struct dm_stage_ref ref = dm__bench_find(r->plugin, r->c->stage);
    if (ref.stage == NULL) {
        complain(r, "the plugin has no stage '%.*s'", (int)r->c->stage.len, r->c->stage.ptr);
        return NULL;
    }
    struct dm_report report;
    dm__report_init(&report, &r->arena);
    const struct dm_yaml *const with =
        r->c->with.ptr != NULL ? dm__yaml_read(&report, r->c->path, r->c->with) : NULL;
    if (report.errors != 0) {
        complain(r, "with: %.*s", (int)report.items[0].message.len, report.items[0].message.ptr);
        return NULL;
    }
    struct dm_bench *const b = dm__bench_open(ref, with, r->c->path, out);
    if (b == NULL)
        check_sections(r, out); /* a case may be about that */
    return b;
}

/* What must hold for every cleaner. */
static void check_again(struct run *r, struct dm_bench *b, const struct dm_bench_document *first)
{
    struct dm_bench_document again = *first;
    struct dm_outcome out;
    again.text = r->text;
    again.marks = r->mark_items;
    again.mark_count = r->mark_count;
    again.metas = r->meta_items;
    again.meta_count = r->meta_count;
    const dm_str once = r->text;
    dm__bench_run(b, &again, see_part, r, &out);
    if (out.status != DM_OK)
        complain(r, "a second pass fails: %s", out.why);
    else if (r->made != 0) {
        complain(r, "a second pass changes something: %.*s", (int)r->edits.len, r->edits.ptr);
        dm__escape_print_difference(stdout, "#     ", once, r->text);
    }
}

static void run_case(struct run *r)
{
    struct dm_bench_document in;
    struct dm_outcome out;
    if (!read_document(r, &in))
        return;
    struct dm_bench *const b = open_stage(r, &out);
    if (b == NULL)
        return;
    r->parts = 0;
    dm__bench_run(b, &in, see_part, r, &out);
    if (r->parts > 1)
        complain(r, "the input has %u parts; a case is about one", r->parts);
    else
        check_sections(r, &out);
    if (!r->bad && r->fault != NULL)
        complain(r, "%s", r->fault);
    if (!r->bad && out.status == DM_OK && dm__bench_find(r->plugin, r->c->stage).stage->kind == DM_CLEANER &&
        !dm__str_eq(r->c->idempotent, DM_LIT("no")))
        check_again(r, b, &in);
    dm__bench_close(b);
}

static void run_file(struct run *r, const char *path)
{
    struct dm_case_file c = {.path = dm__str(path)};
    dm_str problem;
    dm__arena_init(&r->arena, 0);
    r->c = &c;
    r->bad = false;
    r->number++;
    if (!dm__case_read(&r->arena, dm__str(path), &c, &problem))
        complain(r, "%.*s", (int)problem.len, problem.ptr);
    else
        run_case(r);
    if (!r->bad)
        printf("ok %u - %s\n", r->number, path);
    r->failed += r->bad;
    dm__arena_fini(&r->arena);
}

/* ---- finding cases ---------------------------------------------------------------------------- */

static int is_case(const struct dirent *e)
{
    const size_t len = strlen(e->d_name);
    return len > 5 && e->d_name[0] != '.' && strcmp(e->d_name + len - 5, ".case") == 0;
}

static bool run_folder(struct run *r, const char *folder)
{
    struct dirent **entries;
    const int count = scandir(folder, &entries, is_case, alphasort);
    if (count < 0) {
        perror(folder);
        return false;
    }
    for (int i = 0; i < count; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        run_file(r, path);
        free(entries[i]);
    }
    free(entries);
    return true;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: %s PLUGIN.so FILE-OR-FOLDER...\n", argv[0]);
        return 1;
    }
    struct dm_arena arena;
    struct dm_plugin_file plugin;
    dm__arena_init(&arena, 0);
    struct run r = {.plugin = &plugin};
    bool ok = dm__bench_load(&arena, argv[1], &plugin);
    if (!ok)
        printf("# %s: %.*s\n", argv[1], (int)plugin.problem.len, plugin.problem.ptr);
    for (int i = 2; ok && i < argc; i++) {
        struct stat st;
        if (stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode))
            ok = run_folder(&r, argv[i]);
        else
            run_file(&r, argv[i]);
    }
    printf("1..%u\n", r.number);
    if (r.failed != 0)
        printf("# %u of %u failed\n", r.failed, r.number);
    dm__arena_fini(&arena);
    return ok && r.failed == 0 && r.number != 0 ? 0 : 1;
}
