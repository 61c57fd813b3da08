/* Loading: what is served, what is refused, in which words; and the folders that are searched.  The
 * plugins are those of tests/abi/, which know nothing of each other and of this. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/pipeline/plugin.h"
#include "core/text/str.h"

#include <cmocka.h>

#define TEXT_OF(n) #n
#define TEXT(n)    TEXT_OF(n)
#define MINOR      TEXT(DM_ABI_MINOR)

static struct dm_arena arena;

static int set_up(void **unused)
{
    (void)unused;
    dm__arena_init(&arena, 0);
    return getenv("DOCMILL_BUILD") != NULL ? 0 : -1;
}

static int tear_down(void **unused)
{
    (void)unused;
    dm__arena_fini(&arena);
    return 0;
}

static dm_str abi_path(const char *name)
{
    return dm__arena_printf(&arena, "%s/tests/abi/%s.so", getenv("DOCMILL_BUILD"), name);
}

static struct dm_plugin_file load(dm_str path)
{
    struct dm_plugin_file file = {.path = path};
    const bool ok = dm__plugin_load(&arena, &file);
    assert_int_equal(ok, file.problem.len == 0);
    return file;
}

static void assert_refused(const char *name, const char *problem)
{
    const struct dm_plugin_file file = load(abi_path(name));
    assert_string_equal(file.problem.ptr != NULL ? file.problem.ptr : "it was loaded", problem);
}

/* ---- what is served ------------------------------------------------------------------------- */

struct heard {
    uint32_t size, rule;
    dm_str with;
    double confidence;
};
static struct heard heard;

static dm_status hear_change(dm_task *t, dm_doc *d, const dm_change *c)
{
    (void)t, (void)d;
    heard = (struct heard){c->size, c->rule, c->with, c->confidence};
    return DM_DROP;
}

static void test_older_plugin(void **unused)
{
    (void)unused;
    const struct dm_plugin_file file = load(abi_path("older"));
    assert_string_equal(file.problem.ptr != NULL ? file.problem.ptr : "", "");
    assert_true(file.loaded);
    assert_int_equal(file.about.size, sizeof(dm_plugin));

    const dm_stage *const cleaner = file.about.stages[0];
    assert_int_equal(cleaner->rules.stride, sizeof(dm_rule));
    assert_string_equal(DM_AT(dm_rule, cleaner->rules, 1)->id, "second");
    assert_int_equal(DM_AT(dm_rule, cleaner->rules, 1)->mode, DM_FLAG);
    assert_true(DM_AT(dm_rule, cleaner->rules, 1)->threshold == 0);
    const dm_stage *const output = file.about.stages[1];
    assert_int_equal(output->ops.output->size, sizeof(dm_output_ops));
    assert_non_null(output->ops.output->commit);
    assert_null(output->ops.output->finish);

    /* its code meets today's host */
    const dm_host host = {.size = sizeof host, .change = hear_change};
    dm_task task = {sizeof task, &host};
    assert_int_equal(cleaner->ops.cleaner->clean(NULL, &task, NULL), DM_DROP);
    assert_int_equal(heard.size, offsetof(dm_change, evidence));
    assert_int_equal(heard.rule, 1);
    assert_true(heard.confidence == 1);
    assert_true(dm__str_eq(heard.with, DM_LIT("older")));
}

static void test_newer_plugin(void **unused)
{
    (void)unused;
    const struct dm_plugin_file file = load(abi_path("newer"));
    assert_string_equal(file.problem.ptr != NULL ? file.problem.ptr : "", "");
    assert_int_equal(file.about.abi_minor, DM_ABI_MINOR + 7);
    assert_int_equal(file.about.size, sizeof(dm_plugin));
    const dm_stage *const stage = file.about.stages[0];
    assert_int_equal(stage->size, sizeof(dm_stage));
    assert_int_equal(stage->options.stride, sizeof(dm_option));
    assert_int_equal(stage->options.count, 2);
    assert_string_equal(DM_AT(dm_option, stage->options, 1)->name, "second");
    assert_true(DM_AT(dm_rule, stage->rules, 1)->threshold == 0.75);
    assert_null(file.about.stages[1]);
}

static void test_headers(void **unused)
{
    (void)unused;
    const struct dm_plugin_file c = load(abi_path("header-c11"));
    assert_string_equal(c.problem.ptr != NULL ? c.problem.ptr : c.about.name, "header-c11");
    assert_string_equal(c.about.stages[2]->summary, "An output.");
    assert_int_equal(c.about.stages[1]->options.count, 12);
    const dm_str cxx_path = abi_path("header-cxx17");
    if (access(cxx_path.ptr, F_OK) != 0)
        skip(); /* built without a C++ compiler */
    const struct dm_plugin_file cxx = load(cxx_path);
    assert_string_equal(cxx.problem.ptr != NULL ? cxx.problem.ptr : cxx.about.name, "header-cxx17");
    assert_string_equal(cxx.about.stages[0]->name, "cxx");
}

/* Without a slash, dlopen() would look in the system's folders. */
static void test_plain_file_name(void **unused)
{
    (void)unused;
    char before[4096];
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(dm__arena_printf(&arena, "%s/tests/abi", getenv("DOCMILL_BUILD")).ptr), 0);
    const struct dm_plugin_file here = load(DM_LIT("plain.so"));
    const struct dm_plugin_file system = load(DM_LIT("libc.so.6"));
    assert_int_equal(chdir(before), 0);
    assert_string_equal(here.problem.ptr != NULL ? here.problem.ptr : here.about.name, "plain");
    assert_string_equal(system.problem.ptr, "cannot be read: No such file or directory");
}

/* ---- what is refused ------------------------------------------------------------------------ */

static void test_no_plugin(void **unused)
{
    (void)unused;
    assert_refused("no-symbol", "no docmill_plugin_v1 symbol: not a docmill plugin");
    assert_refused("abi-v2", "built for docmill ABI v2, this is v1");
    assert_refused("unresolved", "cannot be loaded: undefined symbol: docmill_test_nobody_has_this");
    assert_refused("is-not-there", "cannot be read: No such file or directory");
    assert_true(load(abi_path("no-symbol")).loaded);
    assert_false(load(abi_path("unresolved")).loaded);
}

static void test_bad_tables(void **unused)
{
    (void)unused;
    assert_int_equal(load(abi_path("bad-nothing")).problem.len, 0);
    assert_refused("bad-size", "bad table: the plugin has a size of 8 bytes, expected 48 to 4096");
    assert_refused("bad-host-size",
                   "needs host services of docmill ABI 1.0 or newer (host table of 9999 bytes, "
                   "this one has 184 and is 1." MINOR ")");
    assert_refused("bad-kind", "bad table: stage 'bad': kind 9 is unknown to this docmill");
    assert_refused("bad-name-missing", "bad table: stage 1: name is missing");
    assert_refused("bad-name",
                   "bad table: stage 1: name 'Not_Kebab' is not kebab-case, such as 'keep-captions'");
    assert_refused("bad-summary", "bad table: stage 'bad': summary is missing");
    assert_refused("bad-stage-twice", "bad table: stage 'bad': declared twice");
    assert_refused("bad-option-twice", "bad table: stage 'bad': option 'first': declared twice");
    assert_refused("bad-offset",
                   "bad table: stage 'bad': option 'second': offset 4096 lies outside the state of 16 bytes");
    assert_refused("bad-ops", "bad table: stage 'bad': ops is NULL");
    assert_refused("bad-stages-endless", "bad table: more than 64 stages, or no NULL at their end");
}

/* A copy of a sound plugin, changed at one byte, cut at `len`. */
static dm_str write_changed(const char *folder, size_t at, char byte, size_t len)
{
    static char bytes[1 << 20];
    FILE *const from = fopen(abi_path("plain").ptr, "rb");
    assert_non_null(from);
    const size_t size = fread(bytes, 1, sizeof bytes, from);
    fclose(from);
    assert_in_range(size, 100, sizeof bytes - 1);
    bytes[at] = byte;
    const dm_str path = dm__arena_printf(&arena, "%s/changed-%zu-%zu.so", folder, at, len);
    FILE *const to = fopen(path.ptr, "wb");
    assert_non_null(to);
    const size_t kept = len < size ? len : size;
    assert_int_equal(fwrite(bytes, 1, kept, to), kept);
    assert_int_equal(fclose(to), 0);
    return path;
}

static void test_no_shared_object(void **unused)
{
    (void)unused;
    enum { MAGIC = 0, CLASS = 4, MACHINE = 18 }; /* bytes of an ELF header */
    char folder[] = "/tmp/docmill-test-plugin-XXXXXX";
    assert_non_null(mkdtemp(folder));
    static const struct {
        size_t at, len;
        char byte;
        const char *problem;
    } cases[] = {
        {MAGIC, SIZE_MAX, '#', "not a shared object"},
        {MAGIC, 0, '#', "not a shared object"},
        {MAGIC, 10, '\x7f', "not a shared object"},
        {CLASS, SIZE_MAX, 1, "built for another machine than this one (ELF machine "},
        {MACHINE, SIZE_MAX, 22, "built for another machine than this one (ELF machine 22)"},
        {MAGIC, 40, '\x7f', "cannot be loaded: "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const dm_str path = write_changed(folder, cases[i].at, cases[i].byte, cases[i].len);
        const struct dm_plugin_file file = load(path);
        assert_non_null(file.problem.ptr);
        assert_memory_equal(file.problem.ptr, cases[i].problem, strlen(cases[i].problem));
        assert_null(strstr(file.problem.ptr, folder));
        unlink(path.ptr);
    }
    rmdir(folder);
}

/* ---- the search path ------------------------------------------------------------------------ */

static void test_search_path(void **unused)
{
    (void)unused;
    char folder[] = "/tmp/docmill-test-path-XXXXXX";
    assert_non_null(mkdtemp(folder));
    const char *const variable = dm__arena_printf(&arena, "::%s:/is/not/there:/", folder).ptr;
    const char *const dirs[] = {"given", "/is/not/there", NULL};
    assert_int_equal(setenv("DOCMILL_PLUGIN_PATH", variable, 1), 0);
    const char **const path = dm__plugin_path(&arena, dirs);
    assert_non_null(path);
    assert_string_equal(path[0], "given");
    assert_string_equal(path[1], "/is/not/there");
    assert_string_equal(path[2], folder);
    assert_string_equal(path[3], "/");

    assert_int_equal(unsetenv("DOCMILL_PLUGIN_PATH"), 0);
    const char **const without = dm__plugin_path(&arena, NULL);
    assert_non_null(without);
    if (path[4] == NULL)
        assert_null(without[0]);
    else
        assert_string_equal(without[0], path[4]);
    rmdir(folder);
}

static void test_no_memory(void **unused)
{
    (void)unused;
    setenv("DOCMILL_PLUGIN_PATH", "/:/tmp", 1);
    const char *const dirs[] = {"given", NULL};
    bool done = false;
    for (size_t n = 1; !done; n++) {
        assert_in_range(n, 1, 1000);
        struct dm_arena small;
        dm__arena_init(&small, 0);
        small.fail_after = n;
        const dm_str path = abi_path("newer");
        struct dm_plugin_file file = {.path = path};
        const bool loaded = dm__plugin_load(&small, &file);
        assert_int_equal(loaded, file.problem.len == 0);
        const char **const folders = dm__plugin_path(&small, dirs);
        if (folders != NULL)
            assert_string_equal(folders[2], "/tmp");
        done = loaded && folders != NULL;
        dm__arena_fini(&small);
    }
    unsetenv("DOCMILL_PLUGIN_PATH");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_older_plugin),     cmocka_unit_test(test_newer_plugin),
        cmocka_unit_test(test_headers),          cmocka_unit_test(test_plain_file_name),
        cmocka_unit_test(test_no_plugin),        cmocka_unit_test(test_bad_tables),
        cmocka_unit_test(test_no_shared_object), cmocka_unit_test(test_search_path),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests_name("plugin", tests, set_up, tear_down);
}
