/* Which changes made which stretch: small cases by hand, and many by chance. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdlib.h>
#include <string.h>

#include "core/cli/provenance.h"
#include "core/document/edit.h"
#include "core/text/str.h"

#include <cmocka.h>

/* A document and stages that change it, for the real records. */
struct fixture {
    struct dm_arena arena;
    struct dm_doc doc;
    uint32_t stage;
};

static const dm_rule rules[] = {{"fix", "", DM_FIX, 0}, {"flag", "", DM_FLAG, 0}};
static const struct dm_rule_mode modes[] = {{DM_FIX, 0}, {DM_FLAG, 0}};

static void begin(struct fixture *f, const char *text)
{
    static const dm_identity identity = {.size = sizeof identity, .revision = 1};
    dm__arena_init(&f->arena, 0);
    dm__doc_begin(&f->doc, &f->arena, &identity, dm__str(text));
    assert_int_equal(dm__doc_append(&f->doc, dm__str(text), (dm_span){0, strlen(text)}), DM_OK);
    f->doc.extracted = f->doc.text;
    f->stage = 0;
}

struct ask {
    size_t begin, end;
    const char *with;
    uint32_t rule;
};

/* One stage; the last change has `with` NULL. */
static void run_stage(struct fixture *f, const struct ask *asks)
{
    static const dm_array all = DM_ARRAY(rules);
    struct dm_edit_batch batch;
    const char *why = NULL;
    dm__edit_begin(&batch, &f->arena, f->stage++, DM_LIT("clean-x"), DM_LIT("1"), all, modes);
    for (; asks->with; asks++) {
        const dm_change c = {.size = sizeof c,
                             .rule = asks->rule,
                             .at = {asks->begin, asks->end},
                             .with = dm__str(asks->with),
                             .confidence = 1};
        assert_int_equal(dm__edit_add(&batch, &f->doc, &c, &why), DM_OK);
    }
    assert_int_equal(dm__edit_apply(&batch, &f->doc, &why), DM_OK);
}

/* "[old|new|stage,stage]" for each stretch, with what lies between. */
static void describe(const struct fixture *f, const struct dm_stretches *s, char *out, size_t size)
{
    size_t len = 0, at = 0;
    for (size_t i = 0; i < s->count; i++) {
        const struct dm_stretch *one = &s->items[i];
        len += (size_t)snprintf(out + len, size - len, "%.*s[%.*s|%.*s|", (int)(one->now.begin - at),
                                f->doc.text.ptr + at, (int)(one->old.end - one->old.begin),
                                f->doc.extracted.ptr + one->old.begin, (int)(one->now.end - one->now.begin),
                                f->doc.text.ptr + one->now.begin);
        for (const struct dm_cause *c = one->first; c; c = c->next)
            len += (size_t)snprintf(out + len, size - len, "%u%s", c->edit->stage, c->next ? "," : "");
        len += (size_t)snprintf(out + len, size - len, "%s]", one->made ? "" : "?");
        at = one->now.end;
    }
    snprintf(out + len, size - len, "%.*s", (int)(f->doc.text.len - at), f->doc.text.ptr + at);
}

static void assert_traced(struct fixture *f, const char *expected)
{
    struct dm_stretches s;
    char got[512];
    assert_true(dm__provenance_trace(&f->arena, f->doc.edits, f->doc.edit_count, &s));
    describe(f, &s, got, sizeof got);
    assert_string_equal(got, expected);
    dm__arena_fini(&f->arena);
}

static void test_one_stage(void **unused)
{
    (void)unused;
    struct fixture f;
    begin(&f, "one two three");
    run_stage(&f, (struct ask[]){{0, 3, "1", 0}, {7, 8, "", 0}, {13, 13, "!", 0}, {0, 0, NULL, 0}});
    assert_traced(&f, "[one|1|0] two[ ||0]three[|!|0]");
}

static void test_apart(void **unused)
{
    (void)unused;
    struct fixture f;
    begin(&f, "one two three");
    run_stage(&f, (struct ask[]){{0, 3, "first", 0}, {0, 0, NULL, 0}});
    run_stage(&f, (struct ask[]){{10, 15, "3", 0}, {0, 0, NULL, 0}});
    assert_traced(&f, "[one|first|0] two [three|3|1]");
}

static void test_a_change_of_a_change(void **unused)
{
    (void)unused;
    struct fixture f;
    begin(&f, "a minister left");
    run_stage(&f, (struct ask[]){{2, 10, "secretary", 0}, {0, 0, NULL, 0}});
    run_stage(&f, (struct ask[]){{2, 3, "S", 0}, {0, 0, NULL, 0}});
    assert_traced(&f, "a [minister|Secretary|0,1] left");
}

static void test_a_change_around_a_change(void **unused)
{
    (void)unused;
    struct fixture f;
    begin(&f, "the min.ister left");
    run_stage(&f, (struct ask[]){{7, 8, "", 0}, {0, 0, NULL, 0}});
    run_stage(&f, (struct ask[]){{4, 12, "secretary", 0}, {0, 0, NULL, 0}});
    assert_traced(&f, "the [min.ister|secretary|0,1] left");
}

static void test_a_change_over_several(void **unused)
{
    (void)unused;
    struct fixture f;
    begin(&f, "abcdefgh");
    run_stage(&f, (struct ask[]){{1, 2, "", 0}, {3, 4, "DD", 0}, {6, 7, "G", 0}, {0, 0, NULL, 0}});
    run_stage(&f, (struct ask[]){{0, 3, "-", 0}, {0, 0, NULL, 0}});
    assert_traced(&f, "[abcd|-D|0,0,1]ef[g|G|0]h");
}

static void test_touching_changes_stay_apart(void **unused)
{
    (void)unused;
    struct fixture f;
    begin(&f, "abcd");
    run_stage(&f, (struct ask[]){{1, 2, "B", 0}, {0, 0, NULL, 0}});
    run_stage(&f, (struct ask[]){{0, 1, "A", 0}, {2, 3, "C", 0}, {0, 0, NULL, 0}});
    assert_traced(&f, "[a|A|1][b|B|0][c|C|1]d");
}

static void test_an_insertion_where_something_went(void **unused)
{
    (void)unused;
    struct fixture f;
    begin(&f, "ab");
    run_stage(&f, (struct ask[]){{0, 1, "", 0}, {0, 0, NULL, 0}});
    run_stage(&f, (struct ask[]){{0, 0, "x", 0}, {0, 0, NULL, 0}});
    assert_traced(&f, "[a|x|0,1]b");
}

static void test_flagged(void **unused)
{
    (void)unused;
    struct fixture f;
    begin(&f, "one two");
    run_stage(&f, (struct ask[]){{0, 3, "1", 1}, {4, 7, "2", 0}, {0, 0, NULL, 0}});
    assert_traced(&f, "[one|one|0?] [two|2|0]");
}

/* ---- by chance ---------------------------------------------------------------------------------- */

static uint32_t chance(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525 + 1013904223;
    return (*seed >> 16) % below;
}

/* Some changes in order, none of which overlap. */
static void random_stage(struct fixture *f, uint32_t *seed)
{
    static const char *const with[] = {"", "x", "yz", "www"};
    struct ask asks[12];
    size_t count = 0, at = 0;
    while (count < 11) {
        at += chance(seed, 6);
        const size_t end = at + chance(seed, 4);
        if (end > f->doc.text.len)
            break;
        const size_t min_end = end == at && count > 0 && asks[count - 1].end == at ? at + 1 : end;
        if (min_end > f->doc.text.len)
            break;
        asks[count++] = (struct ask){at, min_end, with[chance(seed, 4)], chance(seed, 5) == 0};
        at = min_end;
    }
    asks[count] = (struct ask){0, 0, NULL, 0};
    run_stage(f, asks);
}

static void check_stretches(const struct fixture *f, const struct dm_stretches *s)
{
    size_t old = 0, now = 0, causes = 0;
    for (size_t i = 0; i <= s->count; i++) {
        const size_t old_end = i < s->count ? s->items[i].old.begin : f->doc.extracted.len;
        const size_t now_end = i < s->count ? s->items[i].now.begin : f->doc.text.len;
        assert_true(old_end >= old && now_end >= now && now_end - now == old_end - old);
        assert_memory_equal(f->doc.extracted.ptr + old, f->doc.text.ptr + now, now_end - now);
        if (i == s->count)
            break;
        bool made = false;
        for (const struct dm_cause *c = s->items[i].first; c; c = c->next, causes++)
            made = made || !(c->edit->flags & DM_EDIT_FLAGGED);
        assert_int_equal(made, s->items[i].made);
        if (!made)
            assert_true(dm__str_eq(dm__str_slice(f->doc.extracted, s->items[i].old),
                                   dm__str_slice(f->doc.text, s->items[i].now)));
        old = s->items[i].old.end;
        now = s->items[i].now.end;
    }
    assert_int_equal(causes, f->doc.edit_count);
}

/* Between stretches both texts are the same, and every change stands behind exactly one stretch. */
static void test_any_changes(void **unused)
{
    (void)unused;
    uint32_t seed = 1;
    for (int round = 0; round < 3000; round++) {
        struct fixture f;
        struct dm_stretches s;
        begin(&f, "abcdefghijklmnopqrstuvwxyz0123456789");
        for (uint32_t n = chance(&seed, 5); n > 0; n--)
            random_stage(&f, &seed);
        assert_true(dm__provenance_trace(&f.arena, f.doc.edits, f.doc.edit_count, &s));
        check_stretches(&f, &s);
        dm__arena_fini(&f.arena);
    }
}

static void test_no_memory(void **unused)
{
    (void)unused;
    struct fixture f;
    begin(&f, "one two three");
    run_stage(&f, (struct ask[]){{0, 3, "1", 0}, {7, 8, "", 0}, {0, 0, NULL, 0}});
    for (size_t n = 1; n <= 2; n++) {
        struct dm_arena small;
        struct dm_stretches s;
        dm__arena_init(&small, 0);
        small.fail_after = n;
        assert_false(dm__provenance_trace(&small, f.doc.edits, f.doc.edit_count, &s));
        dm__arena_fini(&small);
    }
    dm__arena_fini(&f.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_stage),
        cmocka_unit_test(test_apart),
        cmocka_unit_test(test_a_change_of_a_change),
        cmocka_unit_test(test_a_change_around_a_change),
        cmocka_unit_test(test_a_change_over_several),
        cmocka_unit_test(test_touching_changes_stay_apart),
        cmocka_unit_test(test_an_insertion_where_something_went),
        cmocka_unit_test(test_flagged),
        cmocka_unit_test(test_any_changes),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
