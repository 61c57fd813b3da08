/* The services that plugins call: what each does, where it belongs, and what it makes of arguments that
 * no one in his right mind would pass. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/chain/task.h"
#include "core/document/edit.h"
#include "core/pipeline/regex.h"
#include "core/text/str.h"
#include "core/text/utf8.h"

#include <cmocka.h>
#undef fail /* the host has a service of that name */

static const dm_rule rules[] = {{.id = "rule", .help = "A rule."}};
static const dm_metric metrics[] = {{.id = "words", .unit = "words", .help = "Words."}};
static const dm_stage stage = {
    .size = sizeof stage, .name = "stage", .rules = DM_ARRAY(rules), .metrics = DM_ARRAY(metrics)};
static const struct dm_rule_mode modes[] = {{DM_FIX, 0}};

static struct dm_arena document, scratch;
static struct dm_doc doc;
static struct dm_edit_batch batch;
static struct dm_buffer out;
static struct dm_call call;
static dm_task *const t = &call.task;

static int set_up(void **unused)
{
    (void)unused;
    dm__arena_init(&document, 0);
    dm__arena_init(&scratch, 0);
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    dm__arena_fini(&document);
    dm__arena_fini(&scratch);
    free(out.ptr);
    return 0;
}

/* A call of that phase on a document of the bytes "0123456789" and the text "text". */
static void begin(enum dm_phase phase)
{
    const dm_identity who = {.size = sizeof who, .source = DM_LIT("a.txt"), .revision = 3};
    dm__arena_reset(&document);
    dm__arena_reset(&scratch);
    scratch.limit = 0;
    dm__doc_begin(&doc, &document, &who, DM_LIT("0123456789"));
    assert_int_equal(dm__doc_append(&doc, DM_LIT("text"), (dm_span){0, 0}), DM_OK);
    dm__call_begin(&call, phase, &stage, &scratch);
    dm__edit_begin(&batch, &document, 0, DM_LIT("stage"), DM_LIT("1"), stage.rules, modes);
    call.doc = &doc;
    call.batch = &batch;
    out.len = 0;
    call.out = phase >= DM_PHASE_RENDER ? &out : NULL; /* as whoever makes the call says */
}

static void assert_fails(dm_status status, const char *why)
{
    assert_int_equal(call.status, status);
    assert_string_equal(call.why, why);
    assert_int_equal(dm__call_end(&call, DM_OK), status);
}

/* ---- failing ---------------------------------------------------------------------------------- */

static void test_first_failure_stays(void **unused)
{
    (void)unused;
    begin(DM_PHASE_CLEAN);
    assert_int_equal(dm_fail(t, DM_EDOC, "the first, %d", 1), DM_EDOC);
    assert_int_equal(dm_fail(t, DM_ECONFIG, "the second"), DM_EDOC);
    assert_int_equal(dm__call_end(&call, DM_EBUG), DM_EDOC);
    assert_string_equal(call.why, "the first, 1");
    struct dm_outcome outcome;
    dm__call_outcome(&call, 7, &outcome);
    assert_int_equal(outcome.status, DM_EDOC);
    assert_int_equal(outcome.step, 7);
    assert_string_equal(outcome.why, "the first, 1");
}

static void test_returned_status(void **unused)
{
    (void)unused;
    static const struct {
        enum dm_phase phase;
        dm_status returned, expected;
    } cases[] = {
        {DM_PHASE_OPEN, DM_OK, DM_OK},          {DM_PHASE_OPEN, DM_ECONFIG, DM_ECONFIG},
        {DM_PHASE_OPEN, DM_DROP, DM_EBUG},      {DM_PHASE_EXTRACT, DM_DROP, DM_DROP},
        {DM_PHASE_CLEAN, DM_DROP, DM_DROP},     {DM_PHASE_RENDER, DM_DROP, DM_EBUG},
        {DM_PHASE_WRITE, DM_DROP, DM_EBUG},     {DM_PHASE_COMMIT, DM_DROP, DM_EBUG},
        {DM_PHASE_CLEAN, DM_ERETRY, DM_ERETRY}, {DM_PHASE_CLEAN, DM_EDOC, DM_EDOC},
        {DM_PHASE_CLEAN, 2, DM_EBUG},           {DM_PHASE_CLEAN, -6, DM_EBUG},
        {DM_PHASE_CLEAN, INT32_MIN, DM_EBUG},   {DM_PHASE_CLEAN, INT32_MAX, DM_EBUG},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(cases[i].phase);
        assert_int_equal(dm__call_end(&call, cases[i].returned), cases[i].expected);
        assert_int_equal(call.why[0] != '\0', cases[i].expected < DM_OK);
    }
}

static void test_codes_that_are_none(void **unused)
{
    (void)unused;
    static const dm_status codes[] = {DM_OK, DM_DROP, -6, INT32_MIN, INT32_MAX};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        begin(DM_PHASE_CLEAN);
        assert_int_equal(dm_fail(t, codes[i], "why"), DM_EBUG);
        assert_fails(DM_EBUG, "failed with a code that is none");
    }
}

/* One line, whatever it was; cut between characters. */
static void test_messages(void **unused)
{
    (void)unused;
    begin(DM_PHASE_CLEAN);
    t->host->fail(t, DM_EDOC, DM_LIT("two\nlines\rand a\0NUL"));
    assert_fails(DM_EDOC, "two lines and a NUL");
    for (size_t shift = 0; shift < 4; shift++) {
        char words[2000] = "";
        memset(words, 'a', shift);
        for (size_t n = shift; n + 3 < sizeof words; n += 3)
            memcpy(words + n, "\xE4\xB8\xAD", 4);
        begin(DM_PHASE_CLEAN);
        t->host->fail(t, DM_EDOC, dm__str(words));
        const dm_str kept = dm__str(call.why);
        assert_in_range(kept.len, DM_WHY_MAX - 4, DM_WHY_MAX - 1);
        assert_int_equal(dm__utf8_check(kept), kept.len);
        assert_memory_equal(kept.ptr, words, kept.len);
    }
    begin(DM_PHASE_CLEAN);
    assert_int_equal(t->host->fail(t, DM_EDOC, (dm_str){NULL, 0}), DM_EDOC);
}

/* ---- memory ----------------------------------------------------------------------------------- */

static void test_memory(void **unused)
{
    (void)unused;
    begin(DM_PHASE_CLEAN);
    char *const p = dm_alloc(t, 100);
    assert_non_null(p);
    assert_int_equal((uintptr_t)p % (2 * sizeof(void *)), 0);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(p[i], 0);
    assert_non_null(dm_alloc(t, 0));
    assert_int_equal((uintptr_t)t->host->alloc(t, 1, 64) % 64, 0);
    assert_int_equal(call.status, DM_OK);
    static const size_t aligns[] = {0, 3, 24, 128, SIZE_MAX};
    for (size_t i = 0; i < sizeof aligns / sizeof aligns[0]; i++) {
        begin(DM_PHASE_CLEAN);
        assert_null(t->host->alloc(t, 8, aligns[i]));
        assert_fails(DM_EBUG, "memory was asked for with an alignment that is no power of two up to 64");
    }
}

static void test_memory_limit(void **unused)
{
    (void)unused;
    begin(DM_PHASE_CLEAN);
    scratch.limit = 1000;
    assert_non_null(dm_alloc(t, 900));
    assert_null(dm_alloc(t, 101));
    assert_fails(DM_ELIMIT, "asked for 101 bytes beyond the memory that the document may take");
    static const size_t aligns[] = {1, 16, 64};
    for (size_t i = 0; i < 3; i++) {
        begin(DM_PHASE_CLEAN);
        assert_null(t->host->alloc(t, SIZE_MAX - i, aligns[i]));
        assert_int_equal(call.status, DM_ELIMIT);
    }
}

/* ---- where services belong -------------------------------------------------------------------- */

static dm_status use_append(void)
{
    return dm_append(t, &doc, DM_LIT("x"), (dm_span){0, 0});
}
static dm_status use_add_mark(void)
{
    const dm_mark m = {DM_PARAGRAPH, 0, {0, 1}, DM_LIT("")};
    return dm_add_mark(t, &doc, &m);
}
static dm_status use_set_meta(void)
{
    return dm_set_meta(t, &doc, "key", DM_LIT("value"));
}
static dm_status use_next(void)
{
    return dm_next(t, &doc, DM_LIT("name"), DM_LIT("cursor"));
}
static dm_status use_edit(void)
{
    return dm_edit(t, &doc, (dm_span){0, 1}, DM_LIT("T"), 0);
}
static dm_status use_put(void)
{
    return dm_put(t, DM_LIT("bytes"));
}

static void test_where_services_belong(void **unused)
{
    (void)unused;
    static const struct {
        dm_status (*use)(void);
        const char *name;
        unsigned phases;
    } services[] = {
        {use_append, "dm_append()", 1U << DM_PHASE_EXTRACT},
        {use_add_mark, "dm_add_mark()", 1U << DM_PHASE_EXTRACT},
        {use_set_meta, "dm_set_meta()", 1U << DM_PHASE_EXTRACT},
        {use_next, "dm_next()", 1U << DM_PHASE_EXTRACT},
        {use_edit, "dm_change_doc()", 1U << DM_PHASE_CLEAN},
        {use_put, "dm_put()",
         1U << DM_PHASE_RENDER | 1U << DM_PHASE_WRITE | 1U << DM_PHASE_COMMIT | 1U << DM_PHASE_RECALL},
    };
    for (size_t i = 0; i < sizeof services / sizeof services[0]; i++) {
        for (unsigned phase = DM_PHASE_OPEN; phase <= DM_PHASE_RECALL; phase++) {
            begin((enum dm_phase)phase);
            const bool belongs = (services[i].phases >> phase & 1) != 0;
            assert_int_equal(services[i].use(), belongs ? DM_OK : DM_EBUG);
            char why[128];
            snprintf(why, sizeof why, "%s was called where it does not belong", services[i].name);
            assert_fails(belongs ? DM_OK : DM_EBUG, belongs ? "" : why);
        }
    }
}

static void test_nth_failure(void **unused)
{
    (void)unused;
    for (size_t nth = 1; nth <= 6; nth++) {
        begin(DM_PHASE_EXTRACT);
        call.fail_nth = nth;
        const bool ok[] = {dm_alloc(t, 1) != NULL, use_append() == DM_OK, use_add_mark() == DM_OK,
                           use_set_meta() == DM_OK, use_next() == DM_OK};
        for (size_t i = 0; i < 5; i++)
            assert_int_equal(ok[i], i == 0 ? nth != 1 : i + 1 < nth); /* a failure sticks */
        assert_int_equal(call.status, nth <= 5 ? DM_ELIMIT : DM_OK);
    }
}

/* ---- reading ---------------------------------------------------------------------------------- */

static void test_reading(void **unused)
{
    (void)unused;
    begin(DM_PHASE_EXTRACT);
    assert_int_equal(t->host->size, sizeof(dm_host));
    assert_int_equal(t->host->abi_minor, DM_ABI_MINOR);
    assert_non_null(t->host->version);
    assert_true(dm__str_eq(dm_bytes(t, &doc), DM_LIT("0123456789")));
    assert_true(dm__str_eq(dm_text(t, &doc), DM_LIT("text")));
    assert_int_equal(dm_identify(t, &doc)->revision, 3);
    assert_null(dm_meta(t, &doc, "key").ptr);
    assert_int_equal(dm_metas(t, &doc).count, 0);
    assert_int_equal(dm_marks(t, &doc).count, 0);
    assert_int_equal(dm_edits(t, &doc).count, 0);
    assert_int_equal(use_set_meta(), DM_OK);
    assert_int_equal(use_add_mark(), DM_OK);
    assert_true(dm__str_eq(dm_meta(t, &doc, "key"), DM_LIT("value")));
    assert_true(dm__str_eq(DM_AT(dm_pair, dm_metas(t, &doc), 0)->key, DM_LIT("key")));
    assert_int_equal(DM_AT(dm_mark, dm_marks(t, &doc), 0)->at.end, 1);
    assert_null(t->host->extension(t, "nobody.knows.this"));
}

/* ---- extracting ------------------------------------------------------------------------------- */

static void test_append(void **unused)
{
    (void)unused;
    begin(DM_PHASE_EXTRACT);
    assert_int_equal(dm_append(t, &doc, DM_LIT("!"), (dm_span){9, 10}), DM_OK);
    assert_true(dm__str_eq(doc.text, DM_LIT("text!")));
    assert_int_equal(dm_append(t, &doc, DM_LIT("!"), (dm_span){9, 11}), DM_EBUG);
    assert_fails(DM_EBUG, "appended text from beyond the input");
    begin(DM_PHASE_EXTRACT);
    assert_int_equal(dm_append(t, &doc, DM_LIT("!"), (dm_span){3, 2}), DM_EBUG);
    begin(DM_PHASE_EXTRACT);
    assert_int_equal(dm_append(t, &doc, DM_LIT("\xFF"), (dm_span){0, 0}), DM_EBUG);
    assert_fails(DM_EBUG, "appended text that is not UTF-8");
    begin(DM_PHASE_EXTRACT);
    document.limit = document.used + 10;
    char many[5000];
    memset(many, 'a', sizeof many);
    assert_int_equal(dm_append(t, &doc, (dm_str){many, sizeof many}, (dm_span){0, 0}), DM_ELIMIT);
    assert_fails(DM_ELIMIT, "the document takes more memory than it may");
    document.limit = 0;
}

static void test_marks_and_metas(void **unused)
{
    (void)unused;
    begin(DM_PHASE_EXTRACT);
    const dm_mark outside = {DM_PARAGRAPH, 0, {0, 5}, DM_LIT("")};
    assert_int_equal(dm_add_mark(t, &doc, &outside), DM_EBUG);
    assert_fails(DM_EBUG, "a mark lies outside the text, splits a code point or is not UTF-8");
    begin(DM_PHASE_EXTRACT);
    assert_int_equal(dm_set_meta(t, &doc, "", DM_LIT("x")), DM_EBUG);
    assert_fails(DM_EBUG, "a metadata key is empty, or its value is not UTF-8");
}

static void test_next(void **unused)
{
    (void)unused;
    static char long_name[4097];
    memset(long_name, 'n', sizeof long_name);
    begin(DM_PHASE_EXTRACT);
    char cursor[] = "at 7";
    assert_int_equal(dm_next(t, &doc, (dm_str){long_name, 4096}, dm__str(cursor)), DM_OK);
    cursor[0] = '?';
    assert_true(doc.more);
    assert_int_equal(doc.next_name.len, 4096);
    assert_true(dm__str_eq(doc.next_cursor, DM_LIT("at 7")));
    begin(DM_PHASE_EXTRACT);
    assert_int_equal(dm_next(t, &doc, (dm_str){long_name, 4097}, DM_LIT("")), DM_EBUG);
    begin(DM_PHASE_EXTRACT);
    assert_int_equal(dm_next(t, &doc, DM_LIT(""), (dm_str){long_name, 4097}), DM_EBUG);
    assert_fails(DM_EBUG, "a part's name or cursor is longer than 4 KiB");
    assert_false(doc.more);
}

/* ---- cleaning and rendering ------------------------------------------------------------------- */

static void test_change(void **unused)
{
    (void)unused;
    begin(DM_PHASE_CLEAN);
    assert_int_equal(use_edit(), DM_OK);
    assert_true(dm__str_eq(dm_text(t, &doc), DM_LIT("text"))); /* until the call has succeeded */
    assert_int_equal(batch.count, 1);
    assert_int_equal(dm_edit(t, &doc, (dm_span){0, 9}, DM_LIT(""), 0), DM_EBUG);
    assert_fails(DM_EBUG, "a change lies outside the text or splits a code point");
    assert_int_equal(use_edit(), DM_EBUG); /* the failure sticks */
}

static void test_put(void **unused)
{
    (void)unused;
    begin(DM_PHASE_RENDER);
    for (size_t i = 0; i < 10000; i++)
        assert_int_equal(use_put(), DM_OK);
    assert_int_equal(out.len, 50000);
    assert_memory_equal(out.ptr + 49990, "bytesbytes", 10);
    assert_int_equal(dm_put(t, (dm_str){NULL, 0}), DM_OK);
    begin(DM_PHASE_RENDER);
    call.out_max = 8;
    assert_int_equal(use_put(), DM_OK);
    assert_int_equal(use_put(), DM_ELIMIT);
    assert_fails(DM_ELIMIT, "the rendered document takes more memory than it may");
    begin(DM_PHASE_COMMIT);
    call.out_max = 5;
    assert_int_equal(use_put(), DM_OK); /* exactly that */
    assert_int_equal(use_put(), DM_ELIMIT);
    assert_fails(DM_ELIMIT, "a token is longer than 4 KiB");
}

/* ---- the rest --------------------------------------------------------------------------------- */

static struct heard {
    int32_t step, level;
    size_t len, lines;
} heard;

static void hear(void *owner, int32_t step, int32_t level, dm_str line)
{
    assert_ptr_equal(owner, &heard);
    heard = (struct heard){step, level, line.len, heard.lines + 1};
}

static void test_log(void **unused)
{
    (void)unused;
    static char line[3000];
    begin(DM_PHASE_CLEAN);
    dm_log(t, DM_LOG_INFO, DM_LIT("nobody listens"));
    call.log = hear;
    call.log_owner = &heard;
    call.step = 4;
    dm_log(t, DM_LOG_WARNING, (dm_str){line, sizeof line});
    assert_int_equal(heard.step, 4);
    assert_int_equal(heard.level, DM_LOG_WARNING);
    assert_int_equal(heard.len, 1024);
    dm_log(t, 99, DM_LIT(""));
    assert_int_equal(heard.level, DM_LOG_ERROR);
    dm_log(t, -99, DM_LIT("x"));
    assert_int_equal(heard.level, DM_LOG_DEBUG);
    assert_int_equal(heard.len, 1);
    assert_int_equal(heard.lines, 3);
    assert_int_equal(call.status, DM_OK);
}

static void test_count(void **unused)
{
    (void)unused;
    uint64_t counts[1] = {0};
    begin(DM_PHASE_CLEAN);
    dm_count(t, 0, 5); /* nobody counts */
    call.metrics = counts;
    dm_count(t, 0, 5);
    dm_count(t, 0, 7);
    assert_int_equal(counts[0], 12);
    assert_int_equal(call.status, DM_OK);
    dm_count(t, 1, 1);
    assert_fails(DM_EBUG, "counted a metric that the stage does not declare");
}

/* Kept while the text is the same one; the letters of the text that follows are others. */
static void test_classify(void **unused)
{
    (void)unused;
    begin(DM_PHASE_CLEAN);
    const dm_array classes = dm_classify(t, &doc);
    assert_int_equal(classes.count, 1);
    assert_int_equal(DM_AT(dm_classes, classes, 0)->small, 0xF);
    assert_ptr_equal(dm_classify(t, &doc).items, classes.items);
    doc.text = DM_LIT("t2 T");
    assert_int_equal(DM_AT(dm_classes, dm_classify(t, &doc), 0)->small, 1);
    doc.text = DM_LIT("");
    assert_int_equal(DM_AT(dm_classes, dm_classify(t, &doc), 0)->small, 0);
    assert_int_equal(call.status, DM_OK);

    begin(DM_PHASE_CLEAN);
    call.fail_nth = 1;
    assert_null(dm_classify(t, &doc).items);
    assert_fails(DM_ELIMIT, "out of memory (injected)");

    begin(DM_PHASE_CLEAN);
    const struct dm_doc other = doc;
    assert_null(dm_classify(t, &other).items);
    assert_fails(DM_EBUG, "asked for the classes of another document's bytes");
}

static void test_match(void **unused)
{
    (void)unused;
    dm_str error;
    size_t offset;
    begin(DM_PHASE_CLEAN);
    const dm_regex *const re = dm__regex_compile(&document, DM_LIT("(x)?e(.)"), &error, &offset);
    assert_non_null(re);
    dm_span groups[3];
    assert_int_equal(dm_match(t, re, DM_LIT("text"), 0, groups, 3), 3);
    assert_int_equal(groups[0].begin, 1);
    assert_int_equal(groups[0].end, 3);
    assert_true(groups[1].begin == SIZE_MAX && groups[1].end == SIZE_MAX);
    assert_int_equal(groups[2].begin, 2);
    assert_int_equal(dm_match(t, re, DM_LIT("text"), 2, groups, 3), 0);
    assert_int_equal(dm_match(t, re, DM_LIT("text"), 4, groups, 3), 0);
    assert_int_equal(call.status, DM_OK);
    assert_int_equal(dm_match(t, re, DM_LIT("text"), 5, groups, 3), DM_EBUG);
    assert_fails(DM_EBUG, "matched without an expression, or from beyond the subject");
    begin(DM_PHASE_CLEAN);
    assert_int_equal(dm_match(t, NULL, DM_LIT("text"), 0, groups, 3), DM_EBUG);
}

/* An expression that would take for ever is stopped, and the document with it. */
static void test_match_without_end(void **unused)
{
    (void)unused;
    dm_str error;
    size_t offset;
    char subject[400];
    memset(subject, 'a', sizeof subject);
    begin(DM_PHASE_CLEAN);
    const dm_regex *const re =
        dm__regex_compile(&document, DM_LIT("(a+|a+a)*(a|aa)+$(?<!a)b"), &error, &offset);
    assert_non_null(re);
    const int32_t n = dm_match(t, re, (dm_str){subject, sizeof subject}, 0, NULL, 0);
    assert_true(n == 0 || n == DM_ELIMIT); /* 0: PCRE2 saw that there can be no `b` */
    const dm_regex *const worse =
        dm__regex_compile(&document, DM_LIT("(?:(?:a|a)(?:a|a))*c?[^a]"), &error, &offset);
    assert_non_null(worse);
    assert_int_equal(dm_match(t, worse, (dm_str){subject, sizeof subject}, 0, NULL, 0), DM_ELIMIT);
    assert_fails(DM_ELIMIT, "a regular expression took too many steps");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_failure_stays),
        cmocka_unit_test(test_returned_status),
        cmocka_unit_test(test_codes_that_are_none),
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_memory_limit),
        cmocka_unit_test(test_where_services_belong),
        cmocka_unit_test(test_nth_failure),
        cmocka_unit_test(test_reading),
        cmocka_unit_test(test_append),
        cmocka_unit_test(test_marks_and_metas),
        cmocka_unit_test(test_next),
        cmocka_unit_test(test_change),
        cmocka_unit_test(test_put),
        cmocka_unit_test(test_log),
        cmocka_unit_test(test_count),
        cmocka_unit_test(test_classify),
        cmocka_unit_test(test_match),
        cmocka_unit_test(test_match_without_end),
    };
    return cmocka_run_group_tests_name("host", tests, set_up, tear_down);
}
