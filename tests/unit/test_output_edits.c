/* output-jsonl: how changes are told.  The document and the host are the test's own, as no cleaner makes
 * changes of every kind. */
#include "fixture_output.h"

static const dm_mark title = {DM_TITLE, 0, {0, 5}, {"", 0}};

#define TEXT(rule_, at_, to_, before_, after_)                                                               \
    {                                                                                                        \
        .size = sizeof(dm_edit_record), .stage_name = DM_LIT("clean-a"), .rule = DM_LIT(rule_), .at = at_,   \
        .to = to_, .before = DM_LIT(before_), .after = DM_LIT(after_), .confidence = 1                       \
    }
#define SPAN(b, e) ((dm_span){b, e})

static dm_edit_record edits[8];

static void fill_edits(void)
{
    const dm_edit_record all[] = {
        TEXT("space", SPAN(0, 2), SPAN(0, 1), "  ", " "), TEXT("space", SPAN(5, 6), SPAN(4, 4), "\n", ""),
        TEXT("quote", SPAN(6, 6), SPAN(4, 5), "", "\""),  TEXT("space", SPAN(7, 8), SPAN(0, 0), "x", "y"),
        TEXT("meta", SPAN(0, 0), SPAN(0, 0), "", "en"),   TEXT("mark", SPAN(0, 4), SPAN(0, 5), "", "title 0"),
        TEXT("space", SPAN(1, 2), SPAN(1, 1), "\t", ""),  TEXT("space", SPAN(2, 3), SPAN(1, 2), "a", "b"),
    };
    memcpy(edits, all, sizeof all);
    edits[1].confidence = 0.75;
    edits[1].evidence = DM_LIT("line 1: \"x\"");
    edits[3].flags = DM_EDIT_FLAGGED;
    edits[3].confidence = 0.9999999;
    edits[4].target = DM_CHANGE_META;
    edits[4].key = DM_LIT("language");
    edits[4].before = (dm_str){NULL, 0};
    edits[5].target = DM_CHANGE_MARK_ADD;
    edits[5].before = (dm_str){NULL, 0};
    edits[6].stage_name = edits[7].stage_name = DM_LIT("clean-b");
    edits[6].after = (dm_str){NULL, 0};
    edits[7].confidence = 0;
}

/* ---- the host ------------------------------------------------------------------------------- */

static char rendered[4096];

static void *host_alloc(dm_task *t, size_t size, size_t align)
{
    (void)t;
    return dm__arena_alloc(&fixture_arena, size, align);
}

static const dm_identity *host_identity(const dm_doc *d)
{
    static const dm_identity identity = {
        .size = sizeof identity, .revision = 1, .id = {"00", 2}, .source = {"a", 1}};
    (void)d;
    return &identity;
}

static dm_str host_text(const dm_doc *d)
{
    (void)d;
    return DM_LIT("Title");
}

static dm_str host_meta(const dm_doc *d, const char *key)
{
    (void)d;
    return strcmp(key, "language") == 0 ? DM_LIT("en") : (dm_str){NULL, 0};
}

static dm_array host_metas(const dm_doc *d)
{
    (void)d;
    return (dm_array){NULL, 0, sizeof(dm_pair)};
}

static dm_array host_marks(const dm_doc *d)
{
    (void)d;
    return (dm_array){&title, 1, sizeof title};
}

static dm_array host_edits(const dm_doc *d)
{
    (void)d;
    return (dm_array)DM_ARRAY(edits);
}

static dm_status host_put(dm_task *t, dm_str bytes)
{
    (void)t;
    strncat(rendered, bytes.ptr, bytes.len);
    return DM_OK;
}

static const dm_host host = {.size = sizeof host,
                             .alloc = host_alloc,
                             .identity = host_identity,
                             .text = host_text,
                             .meta = host_meta,
                             .metas = host_metas,
                             .marks = host_marks,
                             .edits = host_edits,
                             .put = host_put};

static const char *render(const char *with)
{
    struct dm_report report;
    struct dm_instance instance;
    dm_task task = {sizeof task, &host};
    dm__report_init(&report, &fixture_arena);
    const struct dm_stage_ref ref = fixture_stage("output-jsonl", "jsonl");
    const struct dm_yaml *const options = dm__yaml_read(&report, DM_LIT("test"), dm__str(with));
    assert_true(dm__instance_make(&fixture_arena, ref, options, DM_LIT("test"), &report, &instance));
    fill_edits();
    rendered[0] = '\0';
    assert_int_equal(ref.stage->ops.output->render(instance.state, &task, NULL), DM_OK);
    return rendered;
}

/* ---- tests ---------------------------------------------------------------------------------- */

#define HEAD                                                                                                 \
    "{\"id\":\"00\",\"part\":0,\"revision\":1,\"source\":\"a\",\"title\":\"Title\",\"language\":\"en\","

static void a_summary_counts_by_rule(void **unused)
{
    (void)unused;
    assert_string_equal(render("{ path: x, text: false, marks: false, metadata: false }"),
                        HEAD "\"edits\":{\"clean-a/space\":2,\"clean-a/quote\":1,\"clean-a/meta\":1,"
                             "\"clean-a/mark\":1,\"clean-b/space\":2},"
                             "\"flagged\":{\"clean-a/space\":1}}\n");
}

static void a_full_record_tells_each_change(void **unused)
{
    (void)unused;
    assert_string_equal(
        render("{ path: x, edits: full, text: false, marks: false, metadata: false }"),
        HEAD "\"edits\":["
             "{\"stage\":\"clean-a\",\"rule\":\"space\",\"at\":[0,2],\"to\":[0,1],\"before\":\"  "
             "\",\"after\":\" \"},"
             "{\"stage\":\"clean-a\",\"rule\":\"space\",\"at\":[5,6],\"to\":[4,4],\"before\":\"\\n\","
             "\"after\":\"\","
             "\"confidence\":0.75,\"evidence\":\"line 1: \\\"x\\\"\"},"
             "{\"stage\":\"clean-a\",\"rule\":\"quote\",\"at\":[6,6],\"to\":[4,5],\"before\":\"\",\"after\":"
             "\"\\\"\"},"
             "{\"stage\":\"clean-a\",\"rule\":\"space\",\"at\":[7,8],\"before\":\"x\",\"after\":\"y\","
             "\"confidence\":0.999999,\"flagged\":true},"
             "{\"stage\":\"clean-a\",\"rule\":\"meta\",\"target\":\"metadata\",\"key\":\"language\","
             "\"before\":null,\"after\":\"en\"},"
             "{\"stage\":\"clean-a\",\"rule\":\"mark\",\"target\":\"mark-add\",\"at\":[0,4],\"to\":[0,5],"
             "\"before\":null,\"after\":\"title 0\"},"
             "{\"stage\":\"clean-b\",\"rule\":\"space\",\"at\":[1,2],\"to\":[1,1],\"before\":\"\\t\","
             "\"after\":\"\"},"
             "{\"stage\":\"clean-b\",\"rule\":\"space\",\"at\":[2,3],\"to\":[1,2],\"before\":\"a\",\"after\":"
             "\"b\","
             "\"confidence\":0.0}"
             "]}\n");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fixture_set_up, fixture_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_summary_counts_by_rule),
        TEST(a_full_record_tells_each_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
