/* The files of a new plugin, as they stand in the program. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include "core/cli/templates.h"
#include "core/pipeline/yaml.h"
#include "core/text/str.h"

#include <cmocka.h>

static const struct dm_template *find(const struct dm_template_set *set, const char *path)
{
    for (const struct dm_template *t = set->files; t->path != NULL; t++)
        if (strcmp(t->path, path) == 0)
            return t;
    fail_msg("no %s for the %s", path, set->kind);
    return NULL;
}

/* `new` and its help page name these. */
static void test_sets(void **unused)
{
    (void)unused;
    static const struct {
        const char *kind, *language, *source, *build;
    } sets[] = {{"cleaner", "c", "@NAME@.c", "Makefile"},   {"cleaner", "cpp", "@NAME@.cc", "Makefile"},
                {"cleaner", "lua", "@NAME@.lua", NULL},     {"cleaner", "python", "@NAME@.py", NULL},
                {"extractor", "c", "@NAME@.c", "Makefile"}, {"extractor", "cpp", "@NAME@.cc", "Makefile"},
                {"output", "c", "@NAME@.c", "Makefile"},    {"output", "cpp", "@NAME@.cc", "Makefile"}};
    size_t count = 0;
    for (const struct dm_template_set *set = dm__template_sets; set->kind != NULL; set++, count++) {
        assert_in_range(count, 0, sizeof sets / sizeof sets[0] - 1);
        assert_string_equal(set->kind, sets[count].kind);
        assert_string_equal(set->language, sets[count].language);
        find(set, sets[count].source), find(set, "README.md");
        if (sets[count].build != NULL)
            find(set, sets[count].build), find(set, "CMakeLists.txt");
        assert_int_equal(find(set, "cases/first.case")->mode, 0666);
    }
    assert_int_equal(count, sizeof sets / sizeof sets[0]);
}

/* Files are made with O_EXCL below a folder that has `cases` only: a path twice, or in another folder,
 * would fail. */
static void test_paths(void **unused)
{
    (void)unused;
    for (const struct dm_template_set *set = dm__template_sets; set->kind != NULL; set++)
        for (const struct dm_template *t = set->files; t->path != NULL; t++) {
            const char *const slash = strchr(t->path, '/');
            assert_true(slash == NULL || strncmp(t->path, "cases/", 6) == 0);
            assert_ptr_equal(find(set, t->path), t);
        }
}

/* Each placeholder is one that is filled in; each text ends with a line break, and no line with a space. */
static void test_texts(void **unused)
{
    (void)unused;
    static const char *const words[] = {"@NAME@", "@KIND@", "@VERB@", "@WITH@", "@VERSION@"};
    enum { WORDS = sizeof words / sizeof words[0] };
    for (const struct dm_template_set *set = dm__template_sets; set->kind != NULL; set++)
        for (const struct dm_template *t = set->files; t->path != NULL; t++) {
            assert_null(strstr(t->text, " \n"));
            assert_null(strchr(t->text, '\r'));
            assert_int_equal(t->text[strlen(t->text) - 1], '\n');
            for (const char *at = t->text; (at = strchr(at, '@')) != NULL; at++) {
                size_t len = 1 + strspn(at + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
                if (len == 1 || at[len] != '@')
                    continue;
                size_t i = 0;
                while (i < WORDS && strncmp(at, words[i], len + 1) != 0)
                    i++;
                if (i == WORDS)
                    fail_msg("%s: %.*s", t->path, (int)len + 1, at);
                at += len;
            }
        }
}

/* The example uses the stage, and the case tests it; `@` cannot start a value, so it is taken away. */
static void test_stage(void **unused)
{
    (void)unused;
    struct dm_arena arena;
    struct dm_report report;
    dm__arena_init(&arena, 0);
    for (const struct dm_template_set *set = dm__template_sets; set->kind != NULL; set++) {
        const char *const verb = set->kind[0] == 'c' ? "clean" : set->kind[0] == 'e' ? "extract" : "output";
        if (strcmp(set->language, "c") != 0 && strcmp(set->language, "cpp") != 0)
            continue; /* a pipeline and its cases are about the stage that runs it */
        char yaml[2048];
        snprintf(yaml, sizeof yaml, "%s", find(set, "example.yaml")->text);
        for (char *at = yaml; (at = strchr(at, '@')) != NULL;)
            *at = 'x';
        dm__report_init(&report, &arena);
        const struct dm_yaml *const stages =
            dm__yaml_find(dm__yaml_read(&report, DM_LIT("example"), dm__str(yaml)), "stages");
        assert_int_equal(report.errors, 0);
        assert_non_null(stages);
        const struct dm_yaml *const stage = dm__yaml_find(stages->items[stages->count - 1], verb);
        assert_non_null(stage);
        assert_string_equal(stage->value.ptr, "xNAMEx");
        const dm_str head = dm__arena_printf(&arena, "stage: %s-@NAME@\n", verb);
        assert_int_equal(strncmp(find(set, "cases/first.case")->text, head.ptr, head.len), 0);
    }
    dm__arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sets),
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_stage),
    };
    return cmocka_run_group_tests_name("templates", tests, NULL, NULL);
}
