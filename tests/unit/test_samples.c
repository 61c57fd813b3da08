/* The promise, held over every file of tests/samples/news: the extracted text is the file's, whatever its
 * encoding, and the text behind the cleaners and their edits give it back byte for byte.  The edits go the
 * other way too: applied to the extracted text they give the result. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <dirent.h>
#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bench/bench.h"
#include "core/text/str.h"
#include "core/text/utf8.h"
#include "tests/harness/mill.h"

#include <cmocka.h>

/* Only those that are not UTF-8: tests/samples/README.md says so, not the extractor that is tested. */
static const struct {
    const char *prefix, *charset;
} legacy[] = {{"07-", "UTF-16"},
              {"09-", "WINDOWS-1252"},
              {"10-", "WINDOWS-1251"},
              {"12-", "SHIFT_JIS"},
              {"13-", "GB18030"}};

enum { EXTRACT, CLEAN, STEPS };

/* What the chain tells of the document that is running. */
struct seen {
    struct dm_arena arena;
    const char *name;
    dm_str expected; /* of the extractor */
    size_t texts[STEPS], edits;
};

static dm_str folder_path(struct dm_arena *arena, const char *name)
{
    const char *const source = getenv("DOCMILL_SOURCE");
    if (source == NULL)
        fail_msg("DOCMILL_SOURCE does not say where docmill's source is");
    return dm__arena_printf(arena, "%s/tests/samples/news/%s", source, name);
}

static dm_str read_sample(struct dm_arena *arena, const char *name)
{
    struct dm_report report;
    dm__report_init(&report, arena);
    dm_str bytes;
    if (!dm__pipeline_slurp(arena, folder_path(arena, name).ptr, 1 << 20, &bytes, &report))
        fail_msg("%s: %s", name, report.items[0].message.ptr);
    return bytes;
}

static dm_str decode(struct dm_arena *arena, const char *charset, dm_str bytes)
{
    const iconv_t cd = iconv_open("UTF-8", charset);
    assert_true(cd != (iconv_t)-1);
    char *in = (char *)(uintptr_t)bytes.ptr, *out = dm__arena_raw(arena, bytes.len * 4);
    size_t in_left = bytes.len, out_left = bytes.len * 4;
    char *const begin = out;
    assert_int_equal(iconv(cd, &in, &in_left, &out, &out_left), 0);
    iconv_close(cd);
    return (dm_str){begin, (size_t)(out - begin)};
}

static dm_str expect(struct dm_arena *arena, const char *name, dm_str bytes)
{
    for (size_t i = 0; i < sizeof legacy / sizeof legacy[0]; i++)
        if (strncmp(name, legacy[i].prefix, strlen(legacy[i].prefix)) == 0)
            return decode(arena, legacy[i].charset, bytes);
    const size_t mark = bytes.len >= 3 && memcmp(bytes.ptr, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    return (dm_str){bytes.ptr + mark, bytes.len - mark};
}

static void assert_same(const struct seen *s, const char *what, dm_str found, dm_str expected)
{
    if (dm__str_eq(found, expected))
        return;
    size_t at = 0;
    while (at < found.len && at < expected.len && found.ptr[at] == expected.ptr[at])
        at++;
    fail_msg("%s: %s: %zu bytes instead of %zu, the first difference is at %zu", s->name, what, found.len,
             expected.len, at);
}

/* From the extracted text forward: the stretch before each edit, then what the edit put there. */
static dm_str redo(struct dm_arena *arena, const dm_doc *d)
{
    size_t size = d->extracted.len, from = 0, to = 0;
    for (size_t i = 0; i < d->edit_count; i++)
        size += d->edits[i].after.len;
    char *const text = dm__arena_raw(arena, size + 1);
    for (size_t i = 0; i < d->edit_count; i++) {
        const dm_edit_record *const e = &d->edits[i];
        if (e->target != DM_CHANGE_TEXT || (e->flags & DM_EDIT_FLAGGED) != 0)
            continue;
        assert_true(e->at.begin >= from);
        memcpy(text + to, d->extracted.ptr + from, e->at.begin - from);
        to += e->at.begin - from;
        assert_int_equal(to, e->to.begin);
        memcpy(text + to, e->after.ptr, e->after.len);
        to += e->after.len;
        from = e->at.end;
    }
    memcpy(text + to, d->extracted.ptr + from, d->extracted.len - from);
    return (dm_str){text, to + d->extracted.len - from};
}

static bool after_step(void *owner, int32_t step, const dm_doc *d)
{
    struct seen *const s = owner;
    if (step >= STEPS)
        return true;
    const char *const fault = dm__bench_fault(d);
    if (fault != NULL)
        fail_msg("%s: after stage %d: %s", s->name, (int)step + 1, fault);
    if (step == EXTRACT)
        assert_same(s, "the extracted text", d->text, s->expected);
    assert_same(s, "text and edits, undone", dm__edit_undo(&s->arena, d->text, d->edits, d->edit_count, 0),
                s->expected);
    assert_same(s, "extracted text and edits", redo(&s->arena, d), d->text);
    s->texts[step]++;
    s->edits = d->edit_count;
    return true;
}

static void test_samples(void **unused)
{
    (void)unused;
    struct seen s = {.name = ""};
    dm__arena_init(&s.arena, 0);
    struct dm_outcome out;
    const struct dm_chain_events events = {.owner = &s, .after_step = after_step};
    struct mill *const mill =
        mill_open("docmill: 1\nstages: [{extract: text}, {clean: unicode}]\n", &events, &out);
    if (mill == NULL)
        fail_msg("%s", out.why);
    DIR *const folder = opendir(folder_path(&s.arena, "").ptr);
    assert_non_null(folder);
    size_t samples = 0, edits = 0;
    for (const struct dirent *e; (e = readdir(folder)) != NULL;) {
        if (e->d_name[0] == '.')
            continue;
        s.name = e->d_name;
        s.edits = 0;
        const dm_str bytes = read_sample(&s.arena, s.name);
        s.expected = expect(&s.arena, s.name, bytes);
        assert_true(dm__utf8_check(s.expected) == s.expected.len);
        mill_run(mill, dm__str(s.name), bytes, &out);
        if (out.status != DM_OK)
            fail_msg("%s: %s", s.name, out.why);
        samples++;
        edits += s.edits;
        assert_int_equal(s.texts[EXTRACT], samples);
        assert_int_equal(s.texts[CLEAN], samples);
    }
    closedir(folder);
    assert_in_range(samples, 18, 1000);
    assert_in_range(edits, 100, 100000);
    mill_close(mill);
    dm__arena_fini(&s.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_samples)};
    return cmocka_run_group_tests_name("samples", tests, NULL, NULL);
}
