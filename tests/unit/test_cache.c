/* The cache of descriptions: where it is, what it gives back, and that its failures are no matter. */
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

#include "core/pipeline/inspect.h"
#include "core/text/str.h"

#include <cmocka.h>

#define TEXT_OF(n) #n
#define TEXT(n)    TEXT_OF(n)
#define MINOR      TEXT(DM_ABI_MINOR)

static struct dm_arena arena;
static char root[32];

static int set_up(void **unused)
{
    (void)unused;
    dm__arena_init(&arena, 0);
    strcpy(root, "/tmp/docmill-test-cache-XXXXXX");
    return mkdtemp(root) != NULL ? 0 : -1;
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

static const char *below_root(const char *path)
{
    return dm__arena_printf(&arena, "%s/%s", root, path).ptr;
}

static void test_folder(void **unused)
{
    (void)unused;
    setenv("HOME", below_root("home/of/mine"), 1);
    setenv("XDG_CACHE_HOME", below_root("xdg"), 1);
    assert_string_equal(dm__cache_folder(&arena), below_root("xdg/docmill/describe"));
    assert_int_equal(access(below_root("xdg/docmill/describe"), W_OK), 0);

    setenv("XDG_CACHE_HOME", "relative", 1);
    assert_string_equal(dm__cache_folder(&arena), below_root("home/of/mine/.cache/docmill/describe"));
    unsetenv("XDG_CACHE_HOME");
    assert_string_equal(dm__cache_folder(&arena), below_root("home/of/mine/.cache/docmill/describe"));

    setenv("XDG_CACHE_HOME", "/proc/no/such", 1);
    assert_null(dm__cache_folder(&arena));
    unsetenv("XDG_CACHE_HOME");
    unsetenv("HOME");
    assert_null(dm__cache_folder(&arena));
}

static void test_there_and_back(void **unused)
{
    (void)unused;
    const dm_str hash = DM_LIT("0123"), other = DM_LIT("4567");
    assert_int_equal(dm__cache_read(&arena, root, hash).len, 0);
    dm__cache_write(&arena, root, hash, DM_LIT("one"));
    assert_true(dm__str_eq(dm__cache_read(&arena, root, hash), DM_LIT("one")));
    dm__cache_write(&arena, root, hash, DM_LIT("another"));
    assert_true(dm__str_eq(dm__cache_read(&arena, root, hash), DM_LIT("another")));
    assert_int_equal(dm__cache_read(&arena, root, other).len, 0);
    assert_int_equal(access(below_root("0123-1." MINOR "-" DOCMILL_VERSION ".json"), F_OK), 0);
}

static void test_unusable(void **unused)
{
    (void)unused;
    const dm_str hash = DM_LIT("89ab");
    const char *const file = below_root("89ab-1." MINOR "-" DOCMILL_VERSION ".json");
    /* a folder by that name: neither read nor replaced, and no temporary file stays behind */
    assert_int_equal(mkdir(file, 0700), 0);
    dm__cache_write(&arena, root, hash, DM_LIT("one"));
    assert_int_equal(dm__cache_read(&arena, root, hash).len, 0);
    assert_int_equal(rmdir(file), 0);
    dm__cache_write(&arena, below_root("is-not-there"), hash, DM_LIT("one"));
    assert_int_equal(dm__cache_read(&arena, below_root("is-not-there"), hash).len, 0);
    /* larger than any description */
    FILE *const large = fopen(file, "wb");
    assert_non_null(large);
    assert_int_equal(ftruncate(fileno(large), DM_DESCRIBE_MAX + 1), 0);
    fclose(large);
    assert_int_equal(dm__cache_read(&arena, root, hash).len, 0);
}

static void assert_no_hash(const char *path, const char *why)
{
    dm_str hash, problem;
    assert_false(dm__plugin_hash(&arena, path, &hash, &problem));
    assert_string_equal(problem.ptr, why);
}

static void test_hash(void **unused)
{
    (void)unused;
    const char *const file = below_root("empty.so");
    fclose(fopen(file, "wb"));
    dm_str hash, problem;
    assert_true(dm__plugin_hash(&arena, file, &hash, &problem));
    assert_string_equal(hash.ptr, "99aa06d3014798d86001c324468d497f");

    const char *const pipe = below_root("pipe.so");
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_no_hash(pipe, "not a regular file");
    assert_no_hash(root, "not a regular file");
    assert_no_hash(below_root("none.so"), "cannot be read: No such file or directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_folder),
        cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_unusable),
        cmocka_unit_test(test_hash),
    };
    return cmocka_run_group_tests_name("cache", tests, set_up, tear_down);
}
