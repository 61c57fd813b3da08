/* Descriptions: what is written comes back, and nothing else is taken for one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/pipeline/plugin.h"
#include "core/text/str.h"

#include <cmocka.h>

static struct dm_arena arena;

static int set_up(void **unused)
{
    (void)unused;
    dm__arena_init(&arena, 0);
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    dm__arena_fini(&arena);
    return 0;
}

static const char *const choices[] = {"null", "true", "a \"quoted\" one", NULL};
static const dm_option options[] = {
    {.name = "number",
     .type = DM_INT,
     .def = "7",
     .min = -1e300,
     .max = 0.1,
     .unit = "words",
     .help = "One."},
    {.name = "choice",
     .type = DM_CHOICE,
     .flags = DM_SECRET,
     .offset = 8,
     .def = "\"null\"",
     .choices = choices,
     .help = "Two: # with YAML in it, [a, b]."},
    {.name = "required", .type = DM_TEXT, .offset = 16, .help = "Größe \\ 漢字 😀."},
};
static const dm_rule rules[] = {{"one", "One.", DM_FIX, 0}, {"two", "Two.", DM_OFF, 1.0 / 3}};
static const dm_metric metrics[] = {{"one", "words", "One."}, {"two", NULL, "Two."}};
static const dm_stage first = {.size = sizeof(dm_stage),
                               .kind = DM_CLEANER,
                               .flags = DM_NEEDS_EXEC,
                               .state_size = 32,
                               .name = "first",
                               .summary = "A cleaner.",
                               .doc = "# Title\n\n- a: b\n\t'quoted'\n",
                               .options = DM_ARRAY(options),
                               .rules = DM_ARRAY(rules),
                               .metrics = DM_ARRAY(metrics)};
static const dm_stage second = {
    .size = sizeof(dm_stage), .kind = DM_OUTPUT, .name = "second", .summary = "An output."};
static const dm_stage *const stages[] = {&first, &second, NULL};
static const dm_plugin sample = {sizeof(dm_plugin), 3, 168, 0, "sample", "1.0", "MIT", stages};

static void assert_same_text(const char *a, const char *b)
{
    assert_string_equal(a != NULL ? a : "(absent)", b != NULL ? b : "(absent)");
}

static void assert_same_option(const dm_option *a, const dm_option *b)
{
    assert_same_text(a->name, b->name);
    assert_int_equal(a->type, b->type);
    assert_int_equal(a->flags, b->flags);
    assert_int_equal(a->offset, b->offset);
    assert_same_text(a->def, b->def);
    assert_memory_equal(&a->min, &b->min, sizeof a->min);
    assert_memory_equal(&a->max, &b->max, sizeof a->max);
    assert_same_text(a->unit, b->unit);
    assert_same_text(a->help, b->help);
    for (size_t i = 0; b->choices != NULL && b->choices[i] != NULL; i++)
        assert_same_text(a->choices[i], b->choices[i]);
}

static void test_there_and_back(void **unused)
{
    (void)unused;
    const dm_str text = dm__describe_write(&arena, &sample, (dm_str){0});
    assert_non_null(text.ptr);
    dm_plugin back;
    dm_str problem;
    assert_true(dm__describe_read(&arena, text, &back, &problem));
    assert_int_equal(problem.len, 0);
    assert_int_equal(back.size, sizeof(dm_plugin));
    assert_int_equal(back.abi_minor, 3);
    assert_int_equal(back.host_size, 168);
    assert_same_text(back.name, "sample");
    assert_same_text(back.version, "1.0");
    assert_same_text(back.license, "MIT");
    const dm_stage *const s = back.stages[0];
    assert_int_equal(s->kind, DM_CLEANER);
    assert_int_equal(s->flags, DM_NEEDS_EXEC);
    assert_int_equal(s->state_size, 32);
    assert_same_text(s->name, first.name);
    assert_same_text(s->summary, first.summary);
    assert_same_text(s->doc, first.doc);
    assert_null(s->ops.any);
    assert_int_equal(s->options.count, 3);
    for (uint32_t i = 0; i < 3; i++)
        assert_same_option(DM_AT(dm_option, s->options, i), &options[i]);
    for (uint32_t i = 0; i < 2; i++) {
        const dm_rule *const r = DM_AT(dm_rule, s->rules, i);
        assert_same_text(r->id, rules[i].id);
        assert_same_text(r->help, rules[i].help);
        assert_int_equal(r->mode, rules[i].mode);
        assert_memory_equal(&r->threshold, &rules[i].threshold, sizeof r->threshold);
        const dm_metric *const m = DM_AT(dm_metric, s->metrics, i);
        assert_same_text(m->id, metrics[i].id);
        assert_same_text(m->unit, metrics[i].unit);
        assert_same_text(m->help, metrics[i].help);
    }
    assert_int_equal(s->rules.count, 2);
    assert_int_equal(s->metrics.count, 2);
    assert_same_text(back.stages[1]->name, "second");
    assert_int_equal(back.stages[1]->options.count, 0);
    assert_null(back.stages[2]);
}

static void test_refusal(void **unused)
{
    (void)unused;
    const dm_str why = DM_LIT("bad table: it says \"no\": #1");
    const dm_str text = dm__describe_write(&arena, NULL, why);
    dm_plugin back;
    dm_str problem;
    assert_true(dm__describe_read(&arena, text, &back, &problem));
    assert_true(dm__str_eq(problem, why));
    assert_null(back.stages);

    /* it is for a terminal, and the cache is a file that anybody may have written to */
    assert_true(
        dm__describe_read(&arena, DM_LIT("{\"problem\":\"a\\u001b[31m\\n\\u0085b\"}"), &back, &problem));
    assert_string_equal(problem.ptr, "a?[31m???b");
}

static void test_too_long(void **unused)
{
    (void)unused;
    static char doc[DM_DESCRIBE_MAX];
    memset(doc, 'x', sizeof doc - 1);
    dm_stage stage = second;
    stage.doc = doc;
    const dm_stage *const list[] = {&stage, NULL};
    dm_plugin plugin = sample;
    plugin.stages = list;
    assert_null(dm__describe_write(&arena, &plugin, (dm_str){0}).ptr);
}

/* A description with one stretch replaced. */
static dm_str replaced(dm_str text, const char *what, const char *with)
{
    const char *const at = memmem(text.ptr, text.len, what, strlen(what));
    assert_non_null(at);
    const char *const behind = at + strlen(what);
    return dm__arena_printf(&arena, "%.*s%s%.*s", (int)(at - text.ptr), text.ptr, with,
                            (int)(text.ptr + text.len - behind), behind);
}

static void test_not_a_description(void **unused)
{
    (void)unused;
    const dm_str text = dm__describe_write(&arena, &sample, (dm_str){0});
    static const struct {
        const char *what, *with;
    } cases[] = {
        {"\"abi-minor\":3", "\"abi-minor\":-3"},
        {"\"abi-minor\":3", "\"abi-minor\":3.5"},
        {"\"abi-minor\":3", "\"abi-minor\":4294967296"},
        {"\"abi-minor\":3", "\"abi-minor\":\"3\""},
        {"\"abi-minor\":3", "\"abi-minor\":[3]"},
        {"\"abi-minor\":3,", ""},
        {"\"name\":\"sample\"", "\"name\":sample"},
        {"\"name\":\"sample\"", "\"name\":null"},
        {"\"name\":\"sample\"", "\"name\":\"sam\\u0000ple\""},
        {"\"name\":\"sample\"", "\"name\":\"Sample\""},
        {"\"version\":\"1.0\"", "\"version\":{}"},
        {"\"kind\":2", "\"kind\":9"},
        {"\"state-size\":32", "\"state-size\":8"},
        {"\"type\":2", "\"type\":65538"},
        {"\"min\":-1e", "\"min\":x"},
        {"\"min\":-1e", "\"min\":-1e-1e"},
        {"\"mode\":2", "\"mode\":3"},
        {"\"rules\":[", "\"rules\":["
                        "1,"},
        {"\"rules\":[", "\"rulez\":["},
        {"\"summary\":\"A cleaner.\"", "\"summary\":null"},
        {"\"stages\":[", "\"stages\":7,\"x\":["},
    };
    dm_plugin back;
    dm_str problem;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (dm__describe_read(&arena, replaced(text, cases[i].what, cases[i].with), &back, &problem))
            fail_msg("taken: %s", cases[i].with);
    }
    for (size_t len = 0; len < text.len; len += 7)
        assert_false(dm__describe_read(&arena, (dm_str){text.ptr, len}, &back, &problem));
    assert_false(dm__describe_read(&arena, DM_LIT("{\"problem\":null}"), &back, &problem));
    assert_false(dm__describe_read(&arena, DM_LIT("{\"problem\":\"\"}"), &back, &problem));
    assert_false(dm__describe_read(&arena, DM_LIT("[]"), &back, &problem));
}

static void test_no_memory(void **unused)
{
    (void)unused;
    const dm_str text = dm__describe_write(&arena, &sample, (dm_str){0});
    bool done = false;
    for (size_t n = 1; !done; n++) {
        assert_in_range(n, 1, 10000);
        struct dm_arena small;
        dm__arena_init(&small, 0);
        small.fail_after = n;
        dm_plugin back;
        dm_str problem;
        const bool read = dm__describe_read(&small, text, &back, &problem);
        if (read)
            assert_same_text(back.stages[0]->summary, "A cleaner.");
        const dm_str again = dm__describe_write(&small, &sample, (dm_str){0});
        if (again.ptr != NULL)
            assert_true(dm__str_eq(again, text));
        done = read && again.ptr != NULL;
        dm__arena_fini(&small);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_and_back), cmocka_unit_test(test_refusal),
        cmocka_unit_test(test_too_long),       cmocka_unit_test(test_not_a_description),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests_name("describe", tests, set_up, tear_down);
}
