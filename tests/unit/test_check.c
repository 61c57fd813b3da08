/* What a plugin may declare, and the line that says why not. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/pipeline/inspect.h"

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

/* A sound table in memory that a test may change. */
struct sample {
    dm_plugin plugin;
    dm_stage first, second;
    const dm_stage *stages[3];
    dm_option options[2];
    const char *choices[3];
    dm_rule rules[2];
    dm_metric metrics[2];
};

static void make_sample(struct sample *s)
{
    *s = (struct sample){
        .plugin = {sizeof(dm_plugin), 0, 0, 0, "sample", "1.0.0", "MIT", s->stages},
        .first = {.size = sizeof(dm_stage),
                  .kind = DM_CLEANER,
                  .flags = DM_NEEDS_NETWORK | DM_NEEDS_WRITE,
                  .state_size = 16,
                  .name = "a-1",
                  .summary = "Ein Satz, Größe 1.",
                  .doc = "# Title\n\n\ttwo lines\n",
                  .options = DM_ARRAY(s->options),
                  .rules = DM_ARRAY(s->rules),
                  .metrics = DM_ARRAY(s->metrics)},
        .second = {.size = sizeof(dm_stage), .kind = DM_OUTPUT, .name = "a-1", .summary = "An output."},
        .stages = {&s->first, &s->second, NULL},
        .options = {{.name = "number", .type = DM_INT, .def = "1", .max = 9, .unit = "words", .help = "One."},
                    {.name = "choice",
                     .type = DM_CHOICE,
                     .offset = 8,
                     .def = "one",
                     .choices = s->choices,
                     .help = "Two."}},
        .choices = {"one", "two", NULL},
        .rules = {{"one", "One.", DM_FIX, 0}, {"two", "Two.", DM_OFF, 1}},
        .metrics = {{"one", "words", "One."}, {"two", NULL, "Two."}},
    };
}

static void test_sound(void **unused)
{
    (void)unused;
    struct sample s;
    make_sample(&s);
    dm_str problem = DM_LIT("nothing");
    if (!dm__plugin_check(&arena, &s.plugin, &problem))
        fail_msg("refused: %s", problem.ptr);
    if (!dm__plugin_check_defaults(&arena, &s.plugin, &problem))
        fail_msg("refused: %s", problem.ptr);
}

#define BREAK(name, what)                                                                                    \
    static void name(struct sample *s)                                                                       \
    {                                                                                                        \
        what;                                                                                                \
    }
#define LONG_WORD "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghij"
BREAK(name_null, s->plugin.name = NULL)
BREAK(name_empty, s->plugin.name = "")
BREAK(name_long, s->plugin.name = LONG_WORD)
BREAK(name_digit, s->plugin.name = "1st")
BREAK(name_two_dashes, s->plugin.name = "a--b")
BREAK(name_last_dash, s->plugin.name = "a-")
BREAK(name_escape, s->plugin.name = "\033[31mred")
BREAK(version_null, s->plugin.version = NULL)
BREAK(license_lines, s->plugin.license = "MIT\nand more")
BREAK(stage_kind, s->second.kind = 4)
BREAK(stage_twice, s->second.kind = DM_CLEANER)
BREAK(stage_needs, s->first.flags = 1u << 9)
BREAK(stage_state, s->first.state_size = (1u << 20) + 1)
BREAK(summary_utf8, s->first.summary = "bad \xff byte")
BREAK(summary_separator, s->first.summary = "two\xe2\x80\xa8lines")
BREAK(doc_control, s->first.doc = "a\bc")
BREAK(doc_mark, s->first.doc = "\xef\xbb\xbf# Title")
BREAK(option_rules, s->options[0].name = "rules")
BREAK(option_twice, s->options[1].name = "number")
BREAK(option_type, s->options[0].type = 77)
BREAK(option_offset, s->options[0].offset = 9)
BREAK(option_wrap, s->options[0].offset = UINT32_MAX - 7)
BREAK(option_aligned, s->options[0].offset = 4; s->options[1].offset = 12)
BREAK(option_overlap, s->options[1].offset = 4)
BREAK(option_range, s->options[0].min = 10)
BREAK(option_nan, s->options[0].max = NAN)
BREAK(option_infinite, s->options[0].max = INFINITY)
BREAK(option_help, s->options[0].help = NULL)
BREAK(option_unit, s->options[0].unit = "")
BREAK(option_default, s->options[0].def = "\x80")
BREAK(choices_null, s->options[1].choices = NULL)
BREAK(choices_none, s->choices[0] = NULL)
BREAK(choices_twice, s->choices[1] = "one")
BREAK(rule_id, s->rules[0].id = "Rule")
BREAK(rule_twice, s->rules[1].id = "one")
BREAK(rule_mode, s->rules[0].mode = 3)
BREAK(rule_threshold, s->rules[0].threshold = 1.5)
BREAK(rule_nan, s->rules[0].threshold = NAN)
BREAK(rule_help, s->rules[0].help = "")
BREAK(metric_twice, s->metrics[1].id = "one")
BREAK(metric_help, s->metrics[1].help = NULL)
#undef BREAK

static void test_refused(void **unused)
{
    (void)unused;
    static const struct {
        void (*change)(struct sample *s);
        const char *problem; /* behind "bad table: " */
    } cases[] = {
        {name_null, "name is missing"},
        {name_empty, "name is empty"},
        {name_long, "name is too long"},
        {name_digit, "name '1st' is not kebab-case, such as 'keep-captions'"},
        {name_two_dashes, "name 'a--b' is not kebab-case, such as 'keep-captions'"},
        {name_last_dash, "name 'a-' is not kebab-case, such as 'keep-captions'"},
        {name_escape, "name is more than one line, or holds a control character"},
        {version_null, "version is missing"},
        {license_lines, "license is more than one line, or holds a control character"},
        {stage_kind, "stage 'a-1': kind 4 is unknown to this docmill"},
        {stage_twice, "stage 'a-1': declared twice"},
        {stage_needs, "stage 'a-1': it needs something that this docmill does not know (flags 0x200)"},
        {stage_state, "stage 'a-1': state of 1048577 bytes, at most 1048576"},
        {summary_utf8, "stage 'a-1': summary is not UTF-8"},
        {summary_separator, "stage 'a-1': summary is more than one line, or holds a control character"},
        {doc_control, "stage 'a-1': doc holds a control character"},
        {doc_mark, "stage 'a-1': doc holds a control character"},
        {option_rules, "stage 'a-1': option 'rules': the name is taken: `rules` sets the modes of rules"},
        {option_twice, "stage 'a-1': option 'number': declared twice"},
        {option_type, "stage 'a-1': option 'number': type 77 is unknown to this docmill"},
        {option_offset, "stage 'a-1': option 'number': offset 9 lies outside the state of 16 bytes"},
        {option_wrap, "stage 'a-1': option 'number': offset 4294967288 lies outside the state of 16 bytes"},
        {option_aligned, "stage 'a-1': option 'number': offset 4 is not aligned for its type"},
        {option_overlap,
         "stage 'a-1': option 'choice': it shares its place in the state with option 'number'"},
        {option_range, "stage 'a-1': option 'number': min 10 and max 9 are no range"},
        {option_nan, "stage 'a-1': option 'number': min 0 and max nan are no range"},
        {option_infinite, "stage 'a-1': option 'number': min 0 and max inf are no range"},
        {option_help, "stage 'a-1': option 'number': help is missing"},
        {option_unit, "stage 'a-1': option 'number': unit is empty"},
        {option_default, "stage 'a-1': option 'number': default is not UTF-8"},
        {choices_null, "stage 'a-1': option 'choice': a choice without choices"},
        {choices_none, "stage 'a-1': option 'choice': a choice without choices"},
        {choices_twice, "stage 'a-1': option 'choice': choice 'one' is declared twice"},
        {rule_id, "stage 'a-1': rule 1: id 'Rule' is not kebab-case, such as 'keep-captions'"},
        {rule_twice, "stage 'a-1': rule 'one': declared twice"},
        {rule_mode, "stage 'a-1': rule 'one': mode 3 is none of DM_FIX, DM_FLAG, DM_OFF"},
        {rule_threshold, "stage 'a-1': rule 'one': threshold 1.5 is not within 0 and 1"},
        {rule_nan, "stage 'a-1': rule 'one': threshold nan is not within 0 and 1"},
        {rule_help, "stage 'a-1': rule 'one': help is empty"},
        {metric_twice, "stage 'a-1': metric 'one': declared twice"},
        {metric_help, "stage 'a-1': metric 'two': help is missing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sample s;
        make_sample(&s);
        cases[i].change(&s);
        dm_str problem;
        if (dm__plugin_check(&arena, &s.plugin, &problem))
            fail_msg("taken, expected: %s", cases[i].problem);
        const size_t head = strlen("bad table: ");
        assert_in_range(problem.len, head, 512);
        assert_string_equal(problem.ptr + head, cases[i].problem);
    }
}

static void test_too_many_choices(void **unused)
{
    (void)unused;
    static char names[65][3];
    const char *choices[66] = {NULL};
    for (size_t i = 0; i < 65; i++) {
        names[i][0] = (char)('a' + i % 26);
        names[i][1] = (char)('a' + i / 26);
        choices[i] = names[i];
    }
    struct sample s;
    make_sample(&s);
    s.options[1].choices = choices;
    dm_str problem;
    assert_false(dm__plugin_check(&arena, &s.plugin, &problem));
    assert_string_equal(problem.ptr,
                        "bad table: stage 'a-1': option 'choice': more than 64 choices, or no NULL "
                        "at their end");
}

/* Whatever a plugin puts into it, a refusal is one line that a terminal can show. */
static void test_refusal_is_a_line(void **unused)
{
    (void)unused;
    static const struct {
        const char *raw, *line;
    } cases[] = {
        {"plain", "plain"},
        {"Größe 7 µm, 漢字", "Größe 7 µm, 漢字"},
        {"two\nlines\ttab\033[1m\x7f", "two?lines?tab?[1m?"},
        {"bad \xff\xfe bytes \xc3", "bad ?? bytes ?"},
        {"C1 \xc2\x9b control", "C1 ?? control"},
        {"\xef\xbb\xbfmark, \xe2\x80\xa8separator", "???mark, ???separator"},
        {"", "out of memory"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        dm_str problem;
        assert_false(dm__refuse(&arena, &problem, "%s", cases[i].raw));
        assert_string_equal(problem.ptr, cases[i].line);
    }
    dm_str problem;
    assert_false(dm__refuse(&arena, &problem, "%01000d", 1));
    assert_int_equal(problem.len, 511);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sound),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_too_many_choices),
        cmocka_unit_test(test_refusal_is_a_line),
    };
    return cmocka_run_group_tests_name("check", tests, set_up, tear_down);
}
