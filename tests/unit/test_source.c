/* Where documents come from: which files, in which order, each once, and what is refused unread. */
#include "fixture_folder.h"

#include "core/engine/source.h"
#include "core/text/str.h"

enum { LIST_MAX = 300 };

static struct dm_input_settings input;
static dm_str paths[LIST_MAX], include[8], exclude[8];
static char why[DM_WHY_MAX];

/* What came out. */
static struct found {
    char path[PATH_MAX], source[PATH_MAX], refused[128];
} found[LIST_MAX];
static size_t found_count;

static int set_up(void **state)
{
    input = (struct dm_input_settings){.paths = paths, .include = include, .exclude = exclude};
    return folder_enter(state);
}

static void ask(const char *path)
{
    paths[input.path_count++] = dm__str(path);
}

static void set_input(const char *const *asked)
{
    input.path_count = 0;
    for (; *asked != NULL; asked++)
        ask(*asked);
}

static void list(const char *from0)
{
    struct dm_source *const s = dm__source_open(&input, from0, why);
    if (s == NULL)
        fail_msg("cannot be opened: %s", why);
    struct dm_source_item item;
    int got;
    for (found_count = 0; (got = dm__source_next(s, &item, why)) == 1; found_count++) {
        assert_in_range(found_count, 0, LIST_MAX - 1);
        struct found *const f = &found[found_count];
        assert_int_equal(item.path.ptr[item.path.len], '\0');
        assert_ptr_equal(item.source.ptr + item.source.len, item.path.ptr + item.path.len); /* its end */
        snprintf(f->path, sizeof f->path, "%s", item.path.ptr);
        snprintf(f->source, sizeof f->source, "%s", item.source.ptr);
        snprintf(f->refused, sizeof f->refused, "%s", item.refused != NULL ? item.refused : "");
    }
    assert_int_equal(got, 0);
    dm__source_close(s);
}

/* Paths and sources as "path|source", in that order; a refused one ends in "|reason". */
static void assert_list(const char *const *expected)
{
    size_t n = 0;
    while (expected[n] != NULL)
        n++;
    for (size_t i = 0; i < n && i < found_count; i++) {
        char line[3 * PATH_MAX];
        snprintf(line, sizeof line, "%s|%s%s%s", found[i].path, found[i].source,
                 found[i].refused[0] != '\0' ? "|" : "", found[i].refused);
        assert_string_equal(line, expected[i]);
    }
    assert_int_equal(found_count, n);
}

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})
#define NOTHING   ((const char *const[]){NULL})

/* Bytewise order, each path once: whatever else is asked for. */
static void assert_in_order(void)
{
    for (size_t i = 1; i < found_count; i++)
        if (strcmp(found[i - 1].path, found[i].path) >= 0)
            fail_msg("%s comes before %s", found[i - 1].path, found[i].path);
}

/* ---- folders ---------------------------------------------------------------------------------- */

static void make_tree(void)
{
    static const char *const files[] = {"in/b.txt",     "in/a/z.txt", "in/a/b/c.txt", "in/a.txt",
                                        "in/a-b/x.txt", "in/a0.txt",  "in/B.txt",     "in/\xFF.txt",
                                        "in/a/b.txt",   "in/ .txt",   "in/new\nline", "in/a/b/a"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        folder_touch(files[i]);
}

static void test_order(void **unused)
{
    (void)unused;
    make_tree();
    set_input(LIST("in"));
    list(NULL);
    assert_list(LIST("in/ .txt| .txt", "in/B.txt|B.txt", "in/a-b/x.txt|a-b/x.txt", "in/a.txt|a.txt",
                     "in/a/b.txt|a/b.txt", "in/a/b/a|a/b/a", "in/a/b/c.txt|a/b/c.txt", "in/a/z.txt|a/z.txt",
                     "in/a0.txt|a0.txt", "in/b.txt|b.txt", "in/new\nline|new\nline", "in/\xFF.txt|\xFF.txt"));
    assert_in_order();
}

static void test_ways_to_say_it(void **unused)
{
    (void)unused;
    folder_touch("in/a.txt");
    static const char *const ways[] = {"in", "in/", "./in", "./in//", "in/.", ".//./in/./"};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        set_input(LIST(ways[i]));
        list(NULL);
        assert_list(LIST("in/a.txt|a.txt"));
    }
    assert_int_equal(chdir("in"), 0);
    set_input(LIST("."));
    list(NULL);
    assert_list(LIST("a.txt|a.txt"));
    set_input(LIST("../in"));
    list(NULL);
    assert_list(LIST("../in/a.txt|a.txt"));
    assert_int_equal(chdir(".."), 0);
}

static void test_absolute(void **unused)
{
    (void)unused;
    char path[PATH_MAX + 8], expected[2 * PATH_MAX];
    folder_touch("in/a.txt");
    snprintf(path, sizeof path, "%s/in", folder);
    set_input(LIST(path));
    list(NULL);
    snprintf(expected, sizeof expected, "%s/in/a.txt|a.txt", folder);
    assert_list(LIST(expected));
    folder_touch("b.txt");
    set_input(LIST(path, "b.txt")); /* one absolute path makes all of them absolute */
    list(NULL);
    assert_int_equal(found_count, 2);
    assert_string_equal(found[0].source, "b.txt");
    assert_string_equal(found[1].source, "in/a.txt");
    assert_int_equal(found[0].path[0], '/');
    assert_in_order();
}

static void test_hidden(void **unused)
{
    (void)unused;
    folder_touch("in/a.txt");
    folder_touch("in/.hidden");
    folder_touch("in/.git/config");
    folder_touch("in/a/.b/c.txt");
    set_input(LIST("in"));
    list(NULL);
    assert_list(LIST("in/a.txt|a.txt"));
    set_input(LIST("in/.hidden", "in/.git")); /* who asks for one by name gets it */
    list(NULL);
    assert_list(LIST("in/.git/config|.git/config", "in/.hidden|.hidden"));
}

static void test_empty(void **unused)
{
    (void)unused;
    assert_int_equal(mkdir("in", 0777), 0);
    assert_int_equal(mkdir("in/a", 0777), 0);
    set_input(LIST("in"));
    list(NULL);
    assert_list(NOTHING);
    input.path_count = 0;
    list(NULL);
    assert_list(NOTHING);
}

static void test_filters(void **unused)
{
    (void)unused;
    folder_touch("in/a.txt");
    folder_touch("in/b.html");
    folder_touch("in/sub/c.txt");
    folder_touch("in/sub/deep/d.txt");
    folder_touch("in/drafts/e.txt");
    set_input(LIST("in"));
    include[0] = DM_LIT("*.txt");
    input.include_count = 1;
    list(NULL);
    assert_list(LIST("in/a.txt|a.txt", "in/drafts/e.txt|drafts/e.txt", "in/sub/c.txt|sub/c.txt",
                     "in/sub/deep/d.txt|sub/deep/d.txt"));
    exclude[0] = DM_LIT("drafts");
    exclude[1] = DM_LIT("sub/*/d.txt");
    input.exclude_count = 2;
    list(NULL);
    assert_list(LIST("in/a.txt|a.txt", "in/sub/c.txt|sub/c.txt"));
    include[0] = DM_LIT("sub/**");
    list(NULL);
    assert_list(LIST("in/sub/c.txt|sub/c.txt"));
    set_input(LIST("in/b.html")); /* a file that is asked for by name is taken */
    list(NULL);
    assert_list(LIST("in/b.html|b.html"));
}

/* ---- several inputs --------------------------------------------------------------------------- */

static void test_each_path_once(void **unused)
{
    (void)unused;
    make_tree();
    static const char *const asked[][6] = {
        {"in", "in", NULL},
        {"in", "in/a", NULL},
        {"in/a", "in", NULL},
        {"in/a/b", "in/a", "in", NULL},
        {"in", "in/a.txt", "in/a/b/c.txt", NULL},
        {"in/a.txt", "in/a.txt", "in", NULL},
        {"in/", "./in", "in//a/", "in/a/b/", NULL},
        {"in/a", "in/a-b", "in/a.txt", "in/a0.txt", "in", NULL},
    };
    set_input(LIST("in"));
    list(NULL);
    const size_t all = found_count;
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        set_input(asked[i]);
        list(NULL);
        assert_int_equal(found_count, all);
        assert_in_order();
    }
}

/* The current folder holds all that is asked for by a relative path. */
static void test_current_folder_and_more(void **unused)
{
    (void)unused;
    folder_touch("(a).txt");
    folder_touch("b.txt");
    folder_touch("sub/c.txt");
    folder_touch("zz.txt");
    static const char *const asked[][5] = {
        {".", NULL},
        {".", "b.txt", NULL},
        {"(a).txt", ".", NULL},
        {"zz.txt", "sub", ".", "b.txt", NULL},
    };
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        set_input(asked[i]);
        list(NULL);
        assert_list(LIST("(a).txt|(a).txt", "b.txt|b.txt", "sub/c.txt|sub/c.txt", "zz.txt|zz.txt"));
    }
}

/* What a walk leaves out, and what lies between two folders, comes in its place. */
static void test_order_of_several(void **unused)
{
    (void)unused;
    folder_touch("in/a.txt");
    folder_touch("in/m/.hidden/x.txt");
    folder_touch("in/m/.one");
    folder_touch("in/m/a.txt");
    folder_touch("in/m/z.txt");
    folder_touch("in/z.txt");
    folder_touch("in-2/b.txt");
    folder_touch("other/b.txt");
    set_input(LIST("in", "in/m/.one", "in/m/.hidden", "other", "in-2"));
    list(NULL);
    assert_list(LIST("in-2/b.txt|in-2/b.txt", "in/a.txt|in/a.txt", "in/m/.hidden/x.txt|in/m/.hidden/x.txt",
                     "in/m/.one|in/m/.one", "in/m/a.txt|in/m/a.txt", "in/m/z.txt|in/m/z.txt",
                     "in/z.txt|in/z.txt", "other/b.txt|other/b.txt"));
    assert_int_equal(chdir("in"), 0);
    set_input(LIST(".", "../in-2", "m/.one"));
    list(NULL);
    assert_int_equal(found_count, 6);
    assert_in_order();
    assert_int_equal(chdir(".."), 0);
}

static void test_base(void **unused)
{
    (void)unused;
    folder_touch("data/one/a.txt");
    folder_touch("data/two/a.txt");
    folder_touch("data/twofold/a.txt");
    set_input(LIST("data/one", "data/two"));
    list(NULL);
    assert_list(LIST("data/one/a.txt|one/a.txt", "data/two/a.txt|two/a.txt"));
    set_input(LIST("data/two", "data/twofold")); /* names that begin alike are not folders in each other */
    list(NULL);
    assert_list(LIST("data/two/a.txt|two/a.txt", "data/twofold/a.txt|twofold/a.txt"));
    set_input(LIST("data/one/a.txt"));
    list(NULL);
    assert_list(LIST("data/one/a.txt|a.txt"));
    set_input(LIST("data/one/a.txt", "data/one"));
    list(NULL);
    assert_list(LIST("data/one/a.txt|a.txt"));
    input.base = DM_LIT("data");
    list(NULL);
    assert_list(LIST("data/one/a.txt|one/a.txt"));
    input.base = DM_LIT("./data//two/");
    set_input(LIST("data/two", "data/twofold/a.txt"));
    list(NULL);
    assert_list(LIST("data/two/a.txt|a.txt",
                     "data/twofold/a.txt|data/twofold/a.txt|does not lie below the base folder"));
}

static void test_patterns(void **unused)
{
    (void)unused;
    folder_touch("in/a.txt");
    folder_touch("in/b.txt");
    folder_touch("in/c[1].txt");
    folder_touch("in/sub/d.txt");
    set_input(LIST("in/*.txt"));
    list(NULL);
    assert_list(LIST("in/a.txt|a.txt", "in/b.txt|b.txt", "in/c[1].txt|c[1].txt"));
    set_input(LIST("in/{a,b}.txt"));
    list(NULL);
    assert_list(LIST("in/a.txt|a.txt", "in/b.txt|b.txt"));
    set_input(LIST("in/s*")); /* a folder; what is named does not depend on what else matches */
    list(NULL);
    assert_list(LIST("in/sub/d.txt|sub/d.txt"));
    set_input(LIST("in/c[1].txt")); /* there is a file of that name */
    list(NULL);
    assert_list(LIST("in/c[1].txt|c[1].txt"));
    set_input(LIST("in/*.nothing"));
    list(NULL);
    assert_list(NOTHING);
}

/* A path that is not there is an item: the reader says what is wrong with it. */
static void test_missing(void **unused)
{
    (void)unused;
    set_input(LIST("in/nothing.txt", "nowhere"));
    list(NULL);
    assert_list(LIST("in/nothing.txt|in/nothing.txt", "nowhere|nowhere"));
}

/* ---- what is no file -------------------------------------------------------------------------- */

static void test_links(void **unused)
{
    (void)unused;
    folder_touch("in/a.txt");
    folder_touch("in/sub/b.txt");
    folder_touch("outside.txt");
    folder_touch("in-side/c.txt");
    assert_int_equal(symlink("a.txt", "in/l1"), 0);
    assert_int_equal(symlink("../outside.txt", "in/l2"), 0);
    assert_int_equal(symlink("sub", "in/l3"), 0);
    assert_int_equal(symlink("nowhere", "in/l4"), 0);
    assert_int_equal(symlink("l5", "in/l5"), 0);
    assert_int_equal(symlink("../../in/a.txt", "in/sub/l6"), 0);
    assert_int_equal(symlink("/dev/null", "in/l7"), 0);
    assert_int_equal(symlink("../in-side/c.txt", "in/l8"), 0); /* begins alike, and lies elsewhere */
    static const char out[] = "is a symbolic link that leads out of the input folder";
    char l2[256], l8[256];
    snprintf(l2, sizeof l2, "in/l2|l2|%s", out);
    snprintf(l8, sizeof l8, "in/l8|l8|%s", out);
    set_input(LIST("in"));
    list(NULL);
    assert_list(LIST(
        "in/a.txt|a.txt", "in/l1|l1", l2, "in/l3|l3|is a symbolic link to a folder",
        "in/l4|l4|is a symbolic link that leads nowhere", "in/l5|l5|is a symbolic link that leads nowhere",
        "in/l7|l7|is a symbolic link to no regular file", l8, "in/sub/b.txt|sub/b.txt", "in/sub/l6|sub/l6"));
    /* a link that is asked for is followed */
    assert_int_equal(symlink("in", "link"), 0);
    char l6[256];
    snprintf(l6, sizeof l6, "link/sub/l6|link/sub/l6|%s", out); /* out of what was asked for now */
    set_input(LIST("link/sub", "in/l2"));
    list(NULL);
    assert_list(LIST("in/l2|in/l2", "link/sub/b.txt|link/sub/b.txt", l6));
}

static void test_fifo(void **unused)
{
    (void)unused;
    folder_touch("in/a.txt");
    assert_int_equal(mkfifo("in/pipe", 0666), 0);
    set_input(LIST("in"));
    list(NULL); /* must not wait for a writer */
    assert_list(LIST("in/a.txt|a.txt", "in/pipe|pipe|is a FIFO"));
}

static void test_unreadable_folder(void **unused)
{
    (void)unused;
    folder_touch("in/a.txt");
    folder_touch("in/closed/b.txt");
    folder_touch("in/z.txt");
    assert_int_equal(chmod("in/closed", 0), 0);
    if (access("in/closed", R_OK) == 0)
        skip(); /* root reads everything */
    set_input(LIST("in"));
    list(NULL);
    assert_list(LIST("in/a.txt|a.txt", "in/closed|closed|is a folder that cannot be read: Permission denied",
                     "in/z.txt|z.txt"));
}

/* ---- lists ------------------------------------------------------------------------------------ */

static void write_list(const char *bytes, size_t len)
{
    folder_write("list", bytes, len);
}

static void test_list(void **unused)
{
    (void)unused;
    folder_touch("in/a.txt");
    set_input(LIST("never", "read"));
    static const char bytes[] = "in/b.txt\0in/a.txt\0in/new\nline\0in/b.txt\0in//./b.txt\0\0in/\xFF\0in";
    write_list(bytes, sizeof bytes - 1); /* the last without a NUL */
    list("list");
    assert_list(LIST("in|in", "in/a.txt|in/a.txt", "in/b.txt|in/b.txt", "in/new\nline|in/new\nline",
                     "in/\xFF|in/\xFF")); /* a folder in a list is no folder to walk */
    write_list("", 0);
    list("list");
    assert_list(NOTHING);
    write_list("in/*.txt", 8);
    list("list");
    assert_list(LIST("in/*.txt|*.txt")); /* names, no patterns */
    write_list("/x/a\0/x/b\0", 10);
    list("list");
    assert_list(LIST("/x/a|a", "/x/b|b"));
}

static void assert_refused(const char *from0, const char *expected)
{
    assert_null(dm__source_open(&input, from0, why));
    assert_string_equal(why, expected);
}

static void test_bad_lists(void **unused)
{
    (void)unused;
    input.path_count = 0;
    assert_refused("nowhere", "nowhere: No such file or directory");
    assert_int_equal(mkdir("sub", 0777), 0);
    assert_refused("sub", "sub: Is a directory");
    write_list("a.txt\0/b.txt", 12);
    assert_refused("list", "list: absolute and relative paths are mixed: /b.txt");
    static char name[PATH_MAX + 10];
    memset(name, 'n', sizeof name);
    write_list(name, sizeof name);
    assert_refused("list", "an input path is longer than 4096 bytes");
    write_list("./", 2);
    assert_refused("list", "an input path is empty");
}

/* ---- many ------------------------------------------------------------------------------------- */

static void test_deep_and_wide(void **unused)
{
    (void)unused;
    char path[PATH_MAX] = "in";
    for (int i = 0; i < 60; i++) {
        snprintf(path + strlen(path), sizeof path - strlen(path), "/folder-%02d", i);
        char file[PATH_MAX + 16];
        snprintf(file, sizeof file, "%.3000s/file.txt", path);
        folder_touch(file);
    }
    for (int i = 0; i < 200; i++) {
        snprintf(path, sizeof path, "in/%d.txt", i * 7919 % 200);
        folder_touch(path);
    }
    set_input(LIST("in"));
    list(NULL);
    assert_int_equal(found_count, 260);
    assert_in_order();
    /* and an end before the end leaves nothing behind */
    struct dm_source *const s = dm__source_open(&input, NULL, why);
    struct dm_source_item item;
    for (int i = 0; i < 230; i++)
        assert_int_equal(dm__source_next(s, &item, why), 1);
    dm__source_close(s);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, folder_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_order),
        IN_FOLDER(test_ways_to_say_it),
        IN_FOLDER(test_absolute),
        IN_FOLDER(test_hidden),
        IN_FOLDER(test_empty),
        IN_FOLDER(test_filters),
        IN_FOLDER(test_each_path_once),
        IN_FOLDER(test_current_folder_and_more),
        IN_FOLDER(test_order_of_several),
        IN_FOLDER(test_base),
        IN_FOLDER(test_patterns),
        IN_FOLDER(test_missing),
        IN_FOLDER(test_links),
        IN_FOLDER(test_fifo),
        IN_FOLDER(test_unreadable_folder),
        IN_FOLDER(test_list),
        IN_FOLDER(test_bad_lists),
        IN_FOLDER(test_deep_and_wide),
    };
    return cmocka_run_group_tests_name("source", tests, NULL, NULL);
}
