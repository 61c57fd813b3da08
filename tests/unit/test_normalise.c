/* Tables of other sizes than ours: what is missing becomes zero, what is more is cut, what cannot be
 * served is refused.  See tests/abi/ for the same with plugins that were compiled so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/pipeline/plugin.h"

#include <cmocka.h>

static dm_status sample_clean(const void *state, dm_task *t, dm_doc *d)
{
    (void)state, (void)t, (void)d;
    return DM_OK;
}

static dm_status sample_render(const void *state, dm_task *t, const dm_doc *d)
{
    (void)state, (void)t, (void)d;
    return DM_OK;
}

static dm_status sample_resume(void *state, dm_task *t, const dm_resume *r)
{
    (void)state, (void)t, (void)r;
    return DM_OK;
}

static dm_status sample_write(void *state, dm_task *t, const dm_record *r)
{
    (void)state, (void)t, (void)r;
    return DM_OK;
}

static dm_status sample_commit(void *state, dm_task *t)
{
    (void)state, (void)t;
    return DM_OK;
}

/* A sound plugin of one cleaner and one output, in memory that a test may change. */
struct sample {
    dm_plugin plugin;
    dm_stage cleaner, output;
    const dm_stage *stages[3];
    dm_cleaner_ops cleaner_ops;
    dm_output_ops output_ops;
    dm_option options[2];
    dm_rule rules[2];
    dm_metric metrics[2];
};

static void make_sample(struct sample *s)
{
    *s = (struct sample){
        .plugin = {sizeof(dm_plugin), DM_ABI_MINOR, 0, 0, "sample", "1.0.0", "MIT", s->stages},
        .cleaner = {.size = sizeof(dm_stage),
                    .kind = DM_CLEANER,
                    .state_size = 16,
                    .name = "sample",
                    .summary = "A cleaner.",
                    .options = DM_ARRAY(s->options),
                    .rules = DM_ARRAY(s->rules),
                    .metrics = DM_ARRAY(s->metrics),
                    .ops.cleaner = &s->cleaner_ops},
        .output = {.size = sizeof(dm_stage),
                   .kind = DM_OUTPUT,
                   .name = "sample",
                   .summary = "An output.",
                   .ops.output = &s->output_ops},
        .stages = {&s->cleaner, &s->output, NULL},
        .cleaner_ops = {sizeof(dm_cleaner_ops), sample_clean},
        .output_ops = {sizeof(dm_output_ops), "text/plain", sample_render, sample_resume, sample_write,
                       sample_commit, sample_commit, NULL},
        .options = {{.name = "one", .type = DM_INT, .def = "1", .help = "One."},
                    {.name = "two", .type = DM_INT, .offset = 8, .def = "2", .help = "Two."}},
        .rules = {{"one", "One.", DM_FIX, 0.5}, {"two", "Two.", DM_FLAG, 0.75}},
        .metrics = {{"one", "words", "One."}, {"two", NULL, "Two."}},
    };
}

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

/* Today's table comes out as it went in, in other places. */
static void test_same_size(void **unused)
{
    (void)unused;
    struct sample s;
    make_sample(&s);
    dm_plugin out;
    dm_str problem;
    assert_true(dm__plugin_normalise(&arena, &s.plugin, &out, &problem));
    assert_int_equal(problem.len, 0);
    assert_string_equal(out.name, "sample");
    assert_ptr_not_equal(out.stages, s.plugin.stages);
    const dm_stage *const cleaner = out.stages[0];
    assert_ptr_not_equal(cleaner, &s.cleaner);
    assert_memory_equal(cleaner->options.items, s.options, sizeof s.options);
    assert_memory_equal(cleaner->rules.items, s.rules, sizeof s.rules);
    assert_memory_equal(cleaner->metrics.items, s.metrics, sizeof s.metrics);
    assert_memory_equal(cleaner->ops.any, &s.cleaner_ops, sizeof s.cleaner_ops);
    assert_memory_equal(out.stages[1]->ops.any, &s.output_ops, sizeof s.output_ops);
    assert_null(out.stages[2]);
}

static void test_older(void **unused)
{
    (void)unused;
    struct sample s;
    make_sample(&s);
    /* what lies behind the size belongs to somebody else */
    s.output_ops.size = offsetof(dm_output_ops, finish);
    struct old_rule {
        const char *id, *help;
        uint32_t mode;
    } rules[2] = {{"one", "One.", DM_FLAG}, {"two", "Two.", DM_OFF}};
    s.cleaner.rules = (dm_array)DM_ARRAY(rules);
    dm_plugin out;
    dm_str problem;
    assert_true(dm__plugin_normalise(&arena, &s.plugin, &out, &problem));
    assert_null(out.stages[1]->ops.output->finish);
    assert_non_null(out.stages[1]->ops.output->commit);
    assert_int_equal(out.stages[1]->ops.output->size, sizeof(dm_output_ops));
    const dm_array copy = out.stages[0]->rules;
    assert_int_equal(copy.stride, sizeof(dm_rule));
    assert_string_equal(DM_AT(dm_rule, copy, 1)->id, "two");
    assert_int_equal(DM_AT(dm_rule, copy, 1)->mode, DM_OFF);
    assert_true(DM_AT(dm_rule, copy, 0)->threshold == 0);
}

static void test_newer(void **unused)
{
    (void)unused;
    struct sample s;
    make_sample(&s);
    struct {
        dm_option known;
        char more[40];
    } options[2] = {{s.options[0], "new"}, {s.options[1], "new"}};
    s.cleaner.options = (dm_array)DM_ARRAY(options);
    struct {
        dm_plugin known;
        char more[40];
    } plugin = {s.plugin, "new"};
    plugin.known.size = sizeof plugin;
    plugin.known.abi_minor = 99;
    dm_plugin out;
    dm_str problem;
    assert_true(dm__plugin_normalise(&arena, &plugin.known, &out, &problem));
    assert_int_equal(out.size, sizeof(dm_plugin));
    assert_int_equal(out.abi_minor, 99);
    assert_memory_equal(DM_AT(dm_option, out.stages[0]->options, 1), &s.options[1], sizeof(dm_option));
}

/* ---- refusals ------------------------------------------------------------------------------- */

#define BREAK(name, what)                                                                                    \
    static void name(struct sample *s)                                                                       \
    {                                                                                                        \
        what;                                                                                                \
    }
BREAK(plugin_small, s->plugin.size = 8)
BREAK(plugin_huge, s->plugin.size = 1u << 30)
BREAK(host_large, s->plugin.host_size = sizeof(dm_host) + 8; s->plugin.abi_minor = 7)
BREAK(stages_null, s->plugin.stages = NULL)
BREAK(stages_none, s->stages[0] = NULL)
BREAK(stage_small, s->output.size = offsetof(dm_stage, ops))
BREAK(options_null, s->cleaner.options.items = NULL)
BREAK(options_many, s->cleaner.options.count = 1000)
BREAK(options_narrow, s->cleaner.options.stride = offsetof(dm_option, help))
BREAK(rules_narrow, s->cleaner.rules.stride = 8)
BREAK(metrics_wide, s->cleaner.metrics.stride = 5000)
BREAK(ops_null, s->output.ops.any = NULL)
BREAK(ops_small, s->output_ops.size = offsetof(dm_output_ops, commit))
BREAK(clean_null, s->cleaner_ops.clean = NULL)
BREAK(render_null, s->output_ops.render = NULL)
BREAK(resume_null, s->output_ops.resume = NULL)
BREAK(write_null, s->output_ops.write = NULL)
BREAK(commit_null, s->output_ops.commit = NULL)
BREAK(extract_null, s->cleaner.kind = DM_EXTRACTOR; static const dm_extractor_ops ops = {.size = sizeof ops};
      s->cleaner.ops.extractor = &ops)
BREAK(default_bad, s->options[1].def = "many")
BREAK(default_yaml, s->options[1].def = "{a}.md")
BREAK(default_far, s->options[1].min = 1; s->options[1].max = 9; s->options[1].def = "10")
#undef BREAK

static void test_refused(void **unused)
{
    (void)unused;
    static const struct {
        void (*change)(struct sample *s);
        const char *problem; /* its beginning */
    } cases[] = {
        {plugin_small, "bad table: the plugin has a size of 8 bytes, expected 48 to 4096"},
        {plugin_huge, "bad table: the plugin has a size of 1073741824 bytes, expected 48 to 4096"},
        {host_large,
         "needs host services of docmill ABI 1.7 or newer (host table of 192 bytes, this one has 184"},
        {stages_null, "bad table: no stages"},
        {stages_none, "bad table: no stages"},
        {stage_small, "bad table: a stage has a size of 104 bytes, expected 112 to 4096"},
        {options_null, "bad table: 2 options at NULL"},
        {options_many, "bad table: 1000 options, at most 256"},
        {options_narrow, "bad table: options with a stride of 56 bytes, expected 64 to 4096"},
        {rules_narrow, "bad table: rules with a stride of 8 bytes, expected 20 to 4096"},
        {metrics_wide, "bad table: metrics with a stride of 5000 bytes, expected 24 to 4096"},
        {ops_null, "bad table: stage 'sample': ops is NULL"},
        {ops_small, "bad table: a stage's ops has a size of 40 bytes, expected 48 to 4096"},
        {clean_null, "bad table: stage 'sample': function clean is missing"},
        {render_null, "bad table: stage 'sample': function render is missing"},
        {resume_null, "bad table: stage 'sample': function resume is missing"},
        {write_null, "bad table: stage 'sample': function write is missing"},
        {commit_null, "bad table: stage 'sample': function commit is missing"},
        {extract_null, "bad table: stage 'sample': function extract is missing"},
        {default_bad, "bad table: stage 'sample': option 'two': default `many` cannot be read: expected "},
        {default_far, "bad table: stage 'sample': option 'two': default `10` cannot be read: expected "},
        {default_yaml, "bad table: stage 'sample': option 'two': default `{a}.md` cannot be read: "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sample s;
        make_sample(&s);
        cases[i].change(&s);
        dm_plugin out;
        dm_str problem;
        assert_false(dm__plugin_normalise(&arena, &s.plugin, &out, &problem));
        char start[256];
        snprintf(start, sizeof start, "%.*s", (int)strlen(cases[i].problem), problem.ptr);
        assert_string_equal(start, cases[i].problem);
    }
}

static void test_no_memory(void **unused)
{
    (void)unused;
    struct sample s;
    make_sample(&s);
    bool done = false;
    for (size_t n = 1; !done; n++) {
        assert_in_range(n, 1, 1000);
        struct dm_arena small;
        dm__arena_init(&small, 0);
        small.fail_after = n;
        dm_plugin out;
        dm_str problem;
        done = dm__plugin_normalise(&small, &s.plugin, &out, &problem);
        assert_int_equal(done, problem.len == 0);
        dm__arena_fini(&small);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_size), cmocka_unit_test(test_older),     cmocka_unit_test(test_newer),
        cmocka_unit_test(test_refused),   cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests_name("normalise", tests, set_up, tear_down);
}
