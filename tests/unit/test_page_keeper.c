/* A file that appears whole or not at all. */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/cli/page_keeper.h"
#include "core/text/str.h"

#include <cmocka.h>

static void test_commit(void **unused)
{
    (void)unused;
    char folder[] = "/tmp/docmill-keeper-XXXXXX", path[64], text[8] = "";
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/a.html", folder);
    struct dm_page_keeper k;
    assert_int_equal(dm__page_keeper_start(&k, folder, "-"), EEXIST);
    assert_int_equal(dm__page_keeper_start(&k, path, "-"), 0);
    assert_int_not_equal(access(path, F_OK), 0);
    assert_int_equal(dm__page_keeper_commit(&k, DM_LIT("page")), 0);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_int_equal(fread(text, 1, sizeof text, f), 4);
    fclose(f);
    assert_string_equal(text, "page");
    assert_int_equal(dm__page_keeper_start(&k, path, path), EEXIST);
    unlink(path);
    assert_int_equal(rmdir(folder), 0); /* no temporary file is left */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_commit)};
    return cmocka_run_group_tests_name("page keeper", tests, NULL, NULL);
}
