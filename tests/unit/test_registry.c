/* The registry: order, shadowing, what is cached, and that a worker loads what was described.  This
 * program is the child that describes: see main(). */
#include <dirent.h>
#include <ftw.h>
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

static struct dm_arena arena;
static char root[40];

static const char *below_root(const char *path)
{
    return dm__arena_printf(&arena, "%s/%s", root, path).ptr;
}

/* Each test has folders `a` and `b` and an empty cache. */
static int set_up(void **unused)
{
    (void)unused;
    dm__arena_init(&arena, 0);
    strcpy(root, "/tmp/docmill-test-registry-XXXXXX");
    if (getenv("DOCMILL_BUILD") == NULL || mkdtemp(root) == NULL)
        return -1;
    unsetenv("DOCMILL_DESCRIBE_EXE");
    setenv("XDG_CACHE_HOME", root, 1);
    return mkdir(below_root("a"), 0700) == 0 && mkdir(below_root("b"), 0700) == 0 ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *at)
{
    (void)st, (void)flag, (void)at;
    return remove(path);
}

static int tear_down(void **unused)
{
    (void)unused;
    dm__arena_fini(&arena);
    return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void write_file(const char *path, const char *bytes, size_t len)
{
    FILE *const file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

/* Put a plugin of tests/abi/ below root, as a new file of that name. */
static void install(const char *plugin, const char *path)
{
    static char bytes[1 << 20];
    const char *const from =
        dm__arena_printf(&arena, "%s/tests/abi/%s.so", getenv("DOCMILL_BUILD"), plugin).ptr;
    FILE *const file = fopen(from, "rb");
    assert_non_null(file);
    const size_t len = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    assert_in_range(len, 1, sizeof bytes - 1);
    unlink(below_root(path));
    write_file(below_root(path), bytes, len);
}

static struct dm_registry scan(dm_status expected)
{
    const char *const path[] = {below_root("a"), below_root("b"), NULL};
    struct dm_registry r;
    struct dm_report report;
    dm__report_init(&report, &arena);
    assert_int_equal(dm__registry_scan(&r, &arena, path, &report), expected);
    assert_int_equal(report.errors > 0, expected != DM_OK);
    return r;
}

static void assert_file(const struct dm_registry *r, size_t at, const char *path, const char *problem)
{
    assert_in_range(at, 0, r->count - 1);
    assert_string_equal(r->files[at].path.ptr, below_root(path));
    assert_string_equal(r->files[at].problem.ptr != NULL ? r->files[at].problem.ptr : "", problem);
}

static size_t count_cached(void)
{
    DIR *const dir = opendir(below_root("docmill/describe"));
    assert_non_null(dir);
    size_t count = 0;
    for (const struct dirent *e; (e = readdir(dir)) != NULL;)
        count += e->d_name[0] != '.';
    closedir(dir);
    return count;
}

/* ---- scanning ------------------------------------------------------------------------------- */

static void test_order_and_problems(void **unused)
{
    (void)unused;
    install("plain", "b/A.so");
    install("newer", "a/z.so");
    install("older", "a/Z.so");
    install("at-load-crash", "a/c.so");
    write_file(below_root("a/b.so"), "just text\n", 10);
    write_file(below_root("a/README"), "no plugin\n", 10);
    write_file(below_root("a/.so"), "", 0);
    write_file(below_root("a/.hidden.so"), "", 0);
    assert_int_equal(mkdir(below_root("a/folder.so"), 0700), 0);
    assert_int_equal(symlink("/is/not/there", below_root("a/link.so")), 0);

    const struct dm_registry r = scan(DM_OK);
    assert_int_equal(r.count, 7);
    assert_file(&r, 0, "a/Z.so", "");
    assert_file(&r, 1, "a/b.so", "not a shared object");
    assert_file(&r, 2, "a/c.so", "crashes while it is loaded: SIGSEGV; it wrote: it ?[31mhurts");
    assert_file(&r, 3, "a/folder.so", "not a regular file");
    assert_file(&r, 4, "a/link.so", "cannot be read: No such file or directory");
    assert_file(&r, 5, "a/z.so", "");
    assert_file(&r, 6, "b/A.so", "");
    assert_false(r.files[0].loaded);
}

static void test_find_and_shadow(void **unused)
{
    (void)unused;
    install("plain", "a/plain.so");
    install("plain-changed", "b/plain.so");
    install("plain-other", "b/other.so");
    const struct dm_registry r = scan(DM_OK);
    assert_int_equal(r.count, 3);
    assert_false(r.files[0].shadowed);
    assert_false(r.files[1].shadowed);
    assert_true(r.files[2].shadowed);

    const struct dm_stage_ref plain = dm__registry_find(&r, DM_CLEANER, DM_LIT("plain"));
    assert_ptr_equal(plain.file, &r.files[0]);
    assert_string_equal(plain.stage->summary, "Do nothing.");
    assert_ptr_equal(dm__registry_find(&r, DM_CLEANER, DM_LIT("other")).file, &r.files[1]);
    assert_null(dm__registry_find(&r, DM_CLEANER, DM_LIT("plai")).stage);
    assert_null(dm__registry_find(&r, DM_OUTPUT, DM_LIT("plain")).stage);
}

/* What is left out casts no shadow. */
static void test_broken_shadows_nothing(void **unused)
{
    (void)unused;
    install("bad-ops", "a/plain.so");
    install("plain", "b/plain.so");
    const struct dm_registry r = scan(DM_OK);
    assert_file(&r, 0, "a/plain.so", "bad table: stage 'bad': ops is NULL");
    assert_false(r.files[1].shadowed);
    assert_ptr_equal(dm__registry_find(&r, DM_CLEANER, DM_LIT("plain")).file, &r.files[1]);
}

static void test_folders(void **unused)
{
    (void)unused;
    install("plain", "a/plain.so");
    assert_int_equal(symlink("a", below_root("same")), 0);
    const char *const twice[] = {below_root("a"), below_root("same"), NULL};
    struct dm_registry r;
    struct dm_report report;
    dm__report_init(&report, &arena);
    assert_int_equal(dm__registry_scan(&r, &arena, twice, &report), DM_OK);
    assert_int_equal(r.count, 1);

    const char *const missing[] = {below_root("none"), below_root("a"), NULL};
    assert_int_equal(dm__registry_scan(&r, &arena, missing, &report), DM_ECONFIG);
    assert_int_equal(report.errors, 1);
    assert_string_equal(report.items[0].file.ptr, below_root("none"));
    assert_string_equal(report.items[0].message.ptr,
                        "plugin folder cannot be read: No such file or directory");
    assert_int_equal(r.count, 1);
}

/* ---- the cache ------------------------------------------------------------------------------ */

/* /bin/false describes nothing: what a scan knows then, it has from the cache. */
static void test_cached(void **unused)
{
    (void)unused;
    install("plain", "a/1.so");
    install("bad-ops", "a/2.so");
    install("at-load-leave", "a/3.so");
    install("unresolved", "a/4.so");
    scan(DM_OK);
    assert_int_equal(count_cached(), 2);

    setenv("DOCMILL_DESCRIBE_EXE", "/bin/false", 1);
    const struct dm_registry r = scan(DM_OK);
    assert_file(&r, 0, "a/1.so", "");
    assert_string_equal(r.files[0].about.stages[0]->summary, "Do nothing.");
    assert_file(&r, 1, "a/2.so", "bad table: stage 'bad': ops is NULL");
    assert_file(&r, 2, "a/3.so", "ends the program while it is loaded: exit status 1");
    assert_file(&r, 3, "a/4.so", "ends the program while it is loaded: exit status 1");

    install("plain-changed", "a/1.so");
    const struct dm_registry changed = scan(DM_OK);
    assert_file(&changed, 0, "a/1.so", "ends the program while it is loaded: exit status 1");
}

static void test_corrupt_cache(void **unused)
{
    (void)unused;
    install("plain", "a/plain.so");
    const struct dm_registry first = scan(DM_OK);
    const char *const kept = dm__arena_printf(&arena, "%s/docmill/describe/%s-1.%d-" DOCMILL_VERSION ".json",
                                              root, first.files[0].hash.ptr, DM_ABI_MINOR)
                                 .ptr;
    assert_int_equal(access(kept, F_OK), 0);
    static const char *const damages[] = {"", "{\"name\":", "[]", "{\"problem\":\"\"}", "\xff\xff"};
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        write_file(kept, damages[i], strlen(damages[i]));
        const struct dm_registry again = scan(DM_OK);
        assert_file(&again, 0, "a/plain.so", "");
        struct stat st;
        assert_int_equal(stat(kept, &st), 0);
        assert_true((size_t)st.st_size > strlen(damages[i]));
    }
    assert_int_equal(count_cached(), 1);
}

static void test_without_cache(void **unused)
{
    (void)unused;
    setenv("XDG_CACHE_HOME", "/proc/no/such", 1);
    install("plain", "a/plain.so");
    const struct dm_registry r = scan(DM_OK);
    assert_file(&r, 0, "a/plain.so", "");
}

/* ---- loading -------------------------------------------------------------------------------- */

static void test_load(void **unused)
{
    (void)unused;
    install("plain", "a/1.so");
    install("bad-ops", "a/2.so");
    install("plain-changed", "b/1.so");
    const struct dm_registry scanned = scan(DM_OK);
    struct dm_registry r;
    struct dm_report report;
    dm__report_init(&report, &arena);
    assert_int_equal(dm__registry_load(&r, &arena, scanned.files, scanned.count, &report), DM_OK);
    assert_int_equal(report.count, 0);
    assert_int_equal(r.count, 3);
    assert_true(r.files[0].loaded);
    assert_non_null(r.files[0].about.stages[0]->ops.cleaner->clean);
    assert_true(dm__str_eq(r.files[0].hash, scanned.files[0].hash));
    assert_false(r.files[1].loaded);
    assert_file(&r, 1, "a/2.so", "bad table: stage 'bad': ops is NULL");
    assert_false(r.files[2].loaded);
    assert_ptr_equal(dm__registry_find(&r, DM_CLEANER, DM_LIT("plain")).file, &r.files[0]);
}

static void test_load_replaced(void **unused)
{
    (void)unused;
    install("plain", "a/1.so");
    install("plain-other", "a/2.so");
    const struct dm_registry scanned = scan(DM_OK);
    install("plain-changed", "a/1.so");
    assert_int_equal(unlink(below_root("a/2.so")), 0);
    struct dm_registry r;
    struct dm_report report;
    dm__report_init(&report, &arena);
    assert_int_equal(dm__registry_load(&r, &arena, scanned.files, scanned.count, &report), DM_ECONFIG);
    assert_int_equal(report.errors, 2);
    assert_string_equal(report.items[0].file.ptr, below_root("a/1.so"));
    assert_string_equal(report.items[0].message.ptr,
                        "was replaced since it was described: start again to use the new one");
    assert_string_equal(report.items[1].message.ptr, "cannot be read: No such file or directory");
    assert_false(r.files[0].loaded);
    assert_null(dm__registry_find(&r, DM_CLEANER, DM_LIT("plain")).stage);
}

static void test_kind_verb(void **unused)
{
    (void)unused;
    assert_string_equal(dm__kind_verb(DM_EXTRACTOR), "extract");
    assert_string_equal(dm__kind_verb(DM_CLEANER), "clean");
    assert_string_equal(dm__kind_verb(DM_OUTPUT), "output");
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "__describe") == 0)
        return dm__describe_child(argv[2]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_order_and_problems, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_find_and_shadow, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_broken_shadows_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_folders, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cached, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_corrupt_cache, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_without_cache, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_load, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_load_replaced, set_up, tear_down),
        cmocka_unit_test(test_kind_verb),
    };
    return cmocka_run_group_tests_name("registry", tests, NULL, NULL);
}
