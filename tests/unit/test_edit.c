/* Changes: which are taken, which refused, which left out; how a batch is applied; what is recorded. */
#include <math.h>

#include "fixture_edits.h"

/* ---- text ----------------------------------------------------------------------------------- */

static void test_order_is_free(void **unused)
{
    (void)unused;
    static const struct {
        size_t begin, end;
        const char *with;
    } changes[] = {{0, 1, "A"}, {2, 2, "<ins>"}, {2, 4, ""}, {4, 4, "+"}, {9, 10, "JJJ"}};
    enum { COUNT = sizeof changes / sizeof changes[0] };
    for (size_t shift = 0; shift < COUNT; shift++) {
        for (size_t stride = 1; stride < COUNT; stride++) {
            start("abcdefghij");
            for (size_t i = 0; i < COUNT; i++) {
                const size_t k = (shift + i * stride) % COUNT;
                edit(changes[k].begin, changes[k].end, changes[k].with);
            }
            assert_becomes("Ab<ins>+efghiJJJ");
            assert_int_equal(doc.edit_count, COUNT);
            for (size_t i = 0; i < COUNT; i++) { /* recorded in text order */
                assert_span(doc.edits[i].at, changes[i].begin, changes[i].end);
                assert_str(doc.edits[i].after, changes[i].with);
                assert_str(dm__str_slice(doc.text, doc.edits[i].to), changes[i].with);
            }
        }
    }
}

static void test_record(void **unused)
{
    (void)unused;
    start("one two");
    dm_change c = text_change(4, 7, "three");
    c.confidence = 0.75;
    char evidence[] = "seen before", with[] = "three";
    c.evidence = dm__str(evidence);
    c.with = dm__str(with);
    c.rule = DOUBTFUL;
    assert_int_equal(ask(c), DM_OK);
    evidence[0] = with[0] = '?'; /* all was copied */
    assert_becomes("one three");
    const dm_edit_record *const r = &doc.edits[0];
    assert_int_equal(r->size, sizeof *r);
    assert_int_equal(r->target, DM_CHANGE_TEXT);
    assert_int_equal(r->stage, 1);
    assert_int_equal(r->flags, 0);
    assert_str(r->stage_name, "clean-test");
    assert_str(r->version, "1");
    assert_str(r->rule, "doubtful");
    assert_span(r->at, 4, 7);
    assert_span(r->to, 4, 9);
    assert_str(r->before, "two");
    assert_str(r->after, "three");
    assert_str(r->key, "");
    assert_true(r->confidence == 0.75);
    assert_str(r->evidence, "seen before");
}

static void test_whole_and_empty(void **unused)
{
    (void)unused;
    start("");
    edit(0, 0, "from nothing");
    assert_becomes("from nothing");
    edit(0, 12, "");
    assert_becomes("");
    edit(0, 0, "\xF0\x9F\x98\x80");
    assert_becomes("\xF0\x9F\x98\x80");
    assert_int_equal(doc.edit_count, 3);
    assert_int_equal(apply(), DM_OK); /* an empty batch is no change */
    assert_int_equal(doc.edit_count, 3);
}

static void test_overlaps(void **unused)
{
    (void)unused;
    static const struct {
        size_t begin, end, begin2, end2;
        bool good;
    } cases[] = {
        {2, 4, 4, 6, true},  /* side by side */
        {2, 4, 3, 5, false}, /* across */
        {2, 6, 3, 4, false}, /* within */
        {2, 4, 2, 4, false}, /* the same */
        {2, 4, 2, 3, false}, /* the same beginning */
        {3, 3, 3, 3, false}, /* two insertions at one place have no order */
        {2, 4, 2, 2, true},  /* before */
        {2, 4, 4, 4, true},  /* behind */
        {2, 4, 3, 3, false}, /* inside */
        {0, 0, 10, 10, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int turn = 0; turn < 2; turn++) {
            start("abcdefghij");
            if (turn == 0)
                edit(cases[i].begin, cases[i].end, "XY");
            edit(cases[i].begin2, cases[i].end2, "Z");
            if (turn == 1)
                edit(cases[i].begin, cases[i].end, "XY");
            const dm_status status = apply();
            assert_int_equal(status, cases[i].good ? DM_OK : DM_EBUG);
            if (!cases[i].good) {
                assert_string_equal(why, "two changes of one call overlap");
                assert_str(doc.text, "abcdefghij");
                assert_int_equal(doc.edit_count, 0);
            }
            assert_undoes();
        }
    }
}

/* Against the plain way: from the last to the first, each by itself. */
static void test_one_pass_is_as_one_by_one(void **unused)
{
    (void)unused;
    uint32_t seed = 7;
    for (size_t round = 0; round < 3000; round++) {
        char text[64], expected[512];
        size_t from[32], to[32], count = 0, at = 0;
        const char *with[32];
        static const char *const words[] = {"", "x", "yz", "a longer one", "\xC3\xA9"};
        const size_t len = round % 60;
        for (size_t i = 0; i < len; i++)
            text[i] = (char)('a' + (seed = seed * 1103515245 + 12345) / 65536 % 26);
        text[len] = '\0';
        start(text);
        snprintf(expected, sizeof expected, "%s", text);
        while (count < 20) {
            seed = seed * 1103515245 + 12345;
            from[count] = at + (seed >> 16) % 6;
            to[count] = from[count] + (seed >> 20) % 4;
            with[count] = words[(seed >> 24) % 5];
            if (to[count] > len)
                break;
            at = to[count] + 1;
            count++;
        }
        for (size_t i = 0; i < count; i++) {
            const size_t k = (i * 7 + round) % count; /* in some order, perhaps some twice */
            if (count % 7 != 0)
                edit(from[k], to[k], with[k]);
        }
        for (size_t i = count; i-- > 0 && count % 7 != 0;) {
            char rest[512];
            snprintf(rest, sizeof rest, "%s", expected + to[i]);
            snprintf(expected + from[i], sizeof expected - from[i], "%s%s", with[i], rest);
        }
        assert_becomes(expected);
    }
}

/* ---- what is refused, what is left out -------------------------------------------------------- */

static void assert_refused(dm_change c, const char *expected)
{
    assert_int_equal(ask(c), DM_EBUG);
    assert_string_equal(why, expected);
    assert_int_equal(batch.count, 0);
}

static void test_refusals(void **unused)
{
    (void)unused;
    start("a\xC3\xA9z");
    add_mark(DM_PARAGRAPH, 0, 4);
    static const char outside[] = "a change lies outside the text or splits a code point";
    assert_refused(text_change(0, 5, ""), outside);
    assert_refused(text_change(3, 1, ""), outside);
    assert_refused(text_change(2, 3, ""), outside);
    assert_refused(text_change(0, 2, ""), outside);
    assert_refused(text_change(2, 2, "x"), outside);
    assert_refused(text_change(SIZE_MAX - 1, SIZE_MAX, ""), outside);
    assert_refused(text_change(0, 1, "\xFF"), "the replacement of a change is not UTF-8");
    assert_refused(text_change(0, 1, "\xC3"), "the replacement of a change is not UTF-8");
    dm_change c = text_change(0, 1, "x");
    c.rule = RULES;
    assert_refused(c, "a change names a rule that the stage does not declare");
    c = text_change(0, 1, "x");
    c.confidence = 1.01;
    assert_refused(c, "a change has a confidence outside 0 to 1");
    c.confidence = -0.01;
    assert_refused(c, "a change has a confidence outside 0 to 1");
    c.confidence = (double)NAN;
    assert_refused(c, "a change has a confidence outside 0 to 1");
    c = text_change(0, 1, "x");
    c.evidence = DM_LIT("\xFF");
    assert_refused(c, "the evidence of a change is not UTF-8");
    c = text_change(0, 1, "x");
    c.target = 99;
    assert_refused(c, "a change has an unknown target");
}

static void test_other_refusals(void **unused)
{
    (void)unused;
    start("a\xC3\xA9z");
    add_mark(DM_PARAGRAPH, 0, 4);
    const dm_mark good = {DM_LINK, 0, {0, 1}, DM_LIT("")}, split = {DM_LINK, 0, {0, 2}, DM_LIT("")},
                  bad_value = {DM_LINK, 0, {0, 1}, DM_LIT("\xFF")};
    assert_refused((dm_change){.target = DM_CHANGE_META, .with = DM_LIT("x")},
                   "a metadata change has no key");
    assert_refused((dm_change){.target = DM_CHANGE_META, .key = "", .with = DM_LIT("x")},
                   "a metadata change has no key");
    assert_refused((dm_change){.target = DM_CHANGE_META, .key = "a", .with = DM_LIT("\xFF")},
                   "the value of a metadata change is not UTF-8");
    assert_refused((dm_change){.target = DM_CHANGE_META, .key = "\xFF", .with = DM_LIT("x")},
                   "the key of a metadata change is not UTF-8");
    assert_refused((dm_change){.target = DM_CHANGE_MARK_DROP, .index = 1},
                   "a change names a mark that is not there");
    assert_refused((dm_change){.target = DM_CHANGE_MARK_SET, .index = 1, .mark = &good},
                   "a change names a mark that is not there");
    assert_refused((dm_change){.target = DM_CHANGE_MARK_SET, .index = 0}, "a change of a mark holds no mark");
    assert_refused((dm_change){.target = DM_CHANGE_MARK_ADD}, "a change of a mark holds no mark");
    assert_refused((dm_change){.target = DM_CHANGE_MARK_ADD, .mark = &split},
                   "a mark lies outside the text or splits a code point");
    assert_refused((dm_change){.target = DM_CHANGE_MARK_ADD, .mark = &bad_value},
                   "the value of a mark is not UTF-8");
}

static void test_left_out(void **unused)
{
    (void)unused;
    start("one two three");
    dm_change c = text_change(0, 3, "1");
    c.rule = OFF;
    assert_int_equal(ask(c), DM_OK);
    edit(4, 7, "two"); /* is there already */
    edit(5, 5, "");
    assert_int_equal(ask((dm_change){.target = DM_CHANGE_META, .key = "absent", .confidence = 1}), DM_OK);
    assert_int_equal(dm__doc_set_meta(&doc, "here", DM_LIT("x")), DM_OK);
    c = (dm_change){.target = DM_CHANGE_META, .key = "here", .with = DM_LIT("x"), .confidence = 1};
    assert_int_equal(ask(c), DM_OK);
    assert_int_equal(batch.count, 0);
    assert_becomes("one two three");
    assert_int_equal(doc.edit_count, 0);
    /* but a rule that is off is checked all the same */
    c = text_change(0, 99, "1");
    c.rule = OFF;
    assert_int_equal(ask(c), DM_EBUG);
}

static void test_flags(void **unused)
{
    (void)unused;
    start("one two three");
    dm_change c = text_change(0, 3, "1");
    c.rule = FLAG;
    assert_int_equal(ask(c), DM_OK);
    c = text_change(1, 2, "?"); /* flagged changes may overlap, they move nothing */
    c.rule = FLAG;
    assert_int_equal(ask(c), DM_OK);
    c = text_change(4, 7, "2");
    c.rule = DOUBTFUL;
    c.confidence = 0.49;
    assert_int_equal(ask(c), DM_OK);
    c = text_change(8, 13, "3");
    c.rule = DOUBTFUL;
    c.confidence = 0.5; /* at the threshold is sure enough */
    assert_int_equal(ask(c), DM_OK);
    edit(0, 1, "O");
    uint64_t made[RULES] = {0}, flagged[RULES] = {0};
    dm__edit_count(&batch, made, flagged);
    assert_int_equal(made[FIX], 1);
    assert_int_equal(made[DOUBTFUL], 1);
    assert_int_equal(flagged[FLAG], 2);
    assert_int_equal(flagged[DOUBTFUL], 1);
    assert_becomes("One two 3");
    assert_int_equal(doc.edit_count, 5);
    for (size_t i = 0; i < 5; i++) {
        const dm_edit_record *const r = &doc.edits[i];
        const bool is_made = r->flags == 0;
        assert_int_equal(is_made, dm__str_eq(r->after, DM_LIT("3")) || dm__str_eq(r->after, DM_LIT("O")));
        assert_true(r->to.end <= doc.text.len);
        if (!is_made)
            assert_int_equal(r->to.begin, r->to.end);
        assert_true(dm__str_eq(r->before, dm__str_slice(doc.extracted, r->at)));
    }
}

static void test_protected(void **unused)
{
    (void)unused;
    /* 0123[4567]89, and a stretch that two marks make up */
    for (size_t begin = 0; begin <= 10; begin++) {
        for (size_t end = begin; end <= 10; end++) {
            start("0123456789");
            add_mark(DM_PROTECTED, 4, 6);
            add_mark(DM_PARAGRAPH, 0, 10);
            add_mark(DM_PROTECTED, 5, 8);
            edit(begin, end, "x");
            const bool touches = begin == end ? begin > 4 && begin < 8 : begin < 8 && end > 4;
            assert_int_equal(batch.count, touches ? 0 : 1);
            assert_int_equal(apply(), DM_OK);
            assert_int_equal(doc.edit_count, touches ? 0 : 1);
            assert_undoes();
        }
    }
    /* two stretches that touch protect the place between them no more than any edge */
    start("0123456789");
    add_mark(DM_PROTECTED, 2, 4);
    add_mark(DM_PROTECTED, 6, 8);
    edit(4, 6, "");
    edit(2, 2, "<");
    edit(8, 8, ">");
    edit(3, 7, "lost");
    assert_becomes("01<2367>89");
}

/* What goes with all that is around it is not changed. */
static void test_protected_removal(void **unused)
{
    (void)unused;
    for (size_t begin = 0; begin <= 10; begin++) {
        for (size_t end = begin + 1; end <= 10; end++) {
            start("0123456789");
            add_mark(DM_PROTECTED, 2, 4);
            add_mark(DM_PROTECTED, 6, 8);
            edit(begin, end, "");
            const bool first = begin < 4 && end > 2, second = begin < 8 && end > 6;
            const bool whole = (!first || (begin <= 2 && end >= 4)) &&
                               (!second || (begin <= 6 && end >= 8)) && !(begin == 2 && end == 4) &&
                               !(begin == 6 && end == 8);
            assert_int_equal(batch.count, whole ? 1 : 0);
            assert_int_equal(apply(), DM_OK);
            assert_undoes();
        }
    }
}

/* A plugin built when the struct was shorter. */
static void test_older_size(void **unused)
{
    (void)unused;
    start("one");
    dm_change c = text_change(0, 1, "O");
    c.evidence = DM_LIT("\xFF never read");
    c.size = (uint32_t)offsetof(dm_change, evidence);
    assert_int_equal(dm__edit_add(&batch, &doc, &c, &why), DM_OK);
    assert_becomes("One");
    assert_str(doc.edits[0].evidence, "");
}

/* ---- metadata ------------------------------------------------------------------------------- */

static void test_metas(void **unused)
{
    (void)unused;
    start("text");
    assert_int_equal(dm__doc_set_meta(&doc, "gone", DM_LIT("old")), DM_OK);
    assert_int_equal(dm__doc_set_meta(&doc, "kept", DM_LIT("old")), DM_OK);
    edit(0, 1, "T");
    dm_change c = {.target = DM_CHANGE_META, .key = "gone", .confidence = 1};
    assert_int_equal(ask(c), DM_OK);
    c = (dm_change){.target = DM_CHANGE_META, .key = "new", .with = DM_LIT("value"), .confidence = 1};
    assert_int_equal(ask(c), DM_OK);
    c = (dm_change){
        .rule = FLAG, .target = DM_CHANGE_META, .key = "kept", .with = DM_LIT("x"), .confidence = 1};
    assert_int_equal(ask(c), DM_OK);
    c = (dm_change){.target = DM_CHANGE_META, .key = "new", .with = DM_LIT("better"), .confidence = 1};
    assert_int_equal(ask(c), DM_OK); /* builds on the one before */
    assert_becomes("Text");
    assert_null(dm__doc_meta(&doc, "gone").ptr);
    assert_str(dm__doc_meta(&doc, "kept"), "old");
    assert_str(dm__doc_meta(&doc, "new"), "better");
    assert_int_equal(doc.edit_count, 5);
    assert_str(doc.edits[1].key, "gone");
    assert_str(doc.edits[1].before, "old");
    assert_null(doc.edits[1].after.ptr);
    assert_str(doc.edits[2].key, "new");
    assert_null(doc.edits[2].before.ptr);
    assert_str(doc.edits[2].after, "value");
    assert_int_equal(doc.edits[3].flags, DM_EDIT_FLAGGED);
    assert_str(doc.edits[3].before, "old");
    assert_str(doc.edits[4].before, "value");
    /* the records lead back, from the last to the first */
    for (size_t i = doc.edit_count; i-- > 0;)
        if (doc.edits[i].target == DM_CHANGE_META && doc.edits[i].flags == 0)
            assert_int_equal(dm__doc_set_meta(&doc, doc.edits[i].key.ptr, doc.edits[i].before), DM_OK);
    assert_int_equal(doc.meta_count, 2);
    assert_str(dm__doc_meta(&doc, "gone"), "old");
    assert_str(dm__doc_meta(&doc, "kept"), "old");
}

/* ---- failures ------------------------------------------------------------------------------- */

static void ask_for_everything(dm_status *worst)
{
    const dm_mark m = {DM_LINK, 0, {0, 3}, DM_LIT("target")};
    const dm_change all[] = {
        text_change(0, 3, "ONE"),
        text_change(4, 7, ""),
        text_change(13, 13, "."),
        {.target = DM_CHANGE_META, .key = "title", .with = DM_LIT("x"), .evidence = DM_LIT("because")},
        {.target = DM_CHANGE_META, .key = "old"},
        {.target = DM_CHANGE_MARK_ADD, .mark = &m},
        {.target = DM_CHANGE_MARK_SET, .index = 0, .mark = &m},
        {.target = DM_CHANGE_MARK_DROP, .index = 1},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        dm_change c = all[i];
        c.confidence = 1;
        const dm_status status = ask(c);
        *worst = *worst == DM_OK ? status : *worst;
    }
}

static void begin_full(void)
{
    start("one two three");
    add_mark(DM_PARAGRAPH, 0, 13);
    add_mark(DM_QUOTE, 4, 7);
    add_mark(DM_PROTECTED, 9, 10);
    assert_int_equal(dm__doc_set_meta(&doc, "old", DM_LIT("value")), DM_OK);
    edit(8, 9, "T");
    assert_int_equal(apply(), DM_OK); /* so that there is a record already */
}

static void assert_untouched(const struct dm_doc *before, const dm_mark *marks, const dm_pair *metas)
{
    assert_true(dm__str_eq(doc.text, before->text));
    assert_str(doc.text, "one two Three");
    assert_int_equal(doc.edit_count, 1);
    assert_int_equal(doc.mark_count, before->mark_count);
    assert_memory_equal(doc.marks, marks, doc.mark_count * sizeof *marks);
    assert_int_equal(doc.meta_count, before->meta_count);
    assert_memory_equal(doc.metas, metas, doc.meta_count * sizeof *metas);
    assert_str(dm__doc_meta(&doc, "old"), "value");
    assert_undoes();
}

/* Whichever allocation fails, the document is as it was. */
static void test_every_allocation_fails(void **unused)
{
    (void)unused;
    for (size_t n = 1;; n++) {
        assert_in_range(n, 1, 1000);
        begin_full();
        const struct dm_doc before = doc;
        dm_mark marks[8];
        dm_pair metas[4];
        memcpy(marks, doc.marks, doc.mark_count * sizeof *marks);
        memcpy(metas, doc.metas, doc.meta_count * sizeof *metas);
        arena.fail_after = n;
        dm_status status = DM_OK;
        ask_for_everything(&status);
        if (status == DM_OK)
            status = apply();
        const bool reached = arena.fail_after == 0;
        arena.fail_after = 0;
        if (!reached) {
            assert_int_equal(status, DM_OK);
            assert_str(doc.text, "ONE  Three.");
            assert_int_equal(doc.edit_count, 9);
            assert_undoes();
            break;
        }
        assert_int_equal(status, DM_ELIMIT);
        assert_non_null(why);
        assert_untouched(&before, marks, metas);
    }
}

static void test_failing_batch_leaves_no_trace(void **unused)
{
    (void)unused;
    begin_full();
    const struct dm_doc before = doc;
    dm_mark marks[8];
    dm_pair metas[4];
    memcpy(marks, doc.marks, doc.mark_count * sizeof *marks);
    memcpy(metas, doc.metas, doc.meta_count * sizeof *metas);
    dm_status status = DM_OK;
    ask_for_everything(&status);
    assert_int_equal(status, DM_OK);
    edit(2, 5, "overlaps");
    assert_int_equal(apply(), DM_EBUG);
    assert_untouched(&before, marks, metas);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_is_free),
        cmocka_unit_test(test_record),
        cmocka_unit_test(test_whole_and_empty),
        cmocka_unit_test(test_overlaps),
        cmocka_unit_test(test_one_pass_is_as_one_by_one),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_other_refusals),
        cmocka_unit_test(test_left_out),
        cmocka_unit_test(test_flags),
        cmocka_unit_test(test_protected),
        cmocka_unit_test(test_protected_removal),
        cmocka_unit_test(test_older_size),
        cmocka_unit_test(test_metas),
        cmocka_unit_test(test_every_allocation_fails),
        cmocka_unit_test(test_failing_batch_leaves_no_trace),
    };
    return cmocka_run_group_tests_name("edit", tests, set_up, tear_down);
}
