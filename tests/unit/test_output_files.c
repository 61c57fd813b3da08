/* output-files as the writer holds it: which file a document gets, when it has its name, what resume()
 * goes back to, what is refused.  What is in the files is shown by plugins/output-files/cases/. */
#include <errno.h>
#include <signal.h>

#include "fixture_output.h"

static struct dm_sink *open_output(void)
{
    return fixture_open("output-files", "text", "{ directory: out }");
}

static struct dm_sink *open_named(const char *template)
{
    const dm_str with = dm__arena_printf(&fixture_arena, "{ directory: out, name: '%s' }", template);
    return fixture_open("output-files", "text", with.ptr);
}

static struct dm_sink *start(struct dm_sink *s)
{
    assert_string_equal(fixture_resume(s, "", 0), "");
    return s;
}

static const char *repeat(char c, size_t n)
{
    char *const s = dm__arena_raw(&fixture_arena, n + 1);
    memset(s, c, n);
    s[n] = '\0';
    return s;
}

static const char *join(const char *a, const char *b)
{
    return dm__arena_printf(&fixture_arena, "%s%s", a, b).ptr;
}

/* ---- names ---------------------------------------------------------------------------------- */

static void templates_give_names(void **unused)
{
    static const struct {
        const char *template, *source;
        uint32_t part;
        const char *file;
    } rows[] = {
        {"{path}.md", "a/b.html", 0, "a/b.html.md"},
        {"{name}.md", "a/b.html", 0, "b.html.md"},
        {"{stem}.md", "a/b.html", 0, "b.md"},
        {"{stem}.md", "a/b.tar.gz", 0, "b.tar.md"},
        {"{stem}.md", "README", 0, "README.md"},
        {"{stem}.md", "a/.profile", 0, ".profile.md"},
        {"{stem}.md", "...html", 0, "...html.md"},
        {"{id}", "a/b.html", 0, "00112233445566778899aabbccddeeff"},
        {"{stem}/{id}.txt", "a/b.html", 0, "b/00112233445566778899aabbccddeeff.txt"},
        {"all/{path}/text.md", "a/b.html", 0, "all/a/b.html/text.md"},
        {"{path}.md", "mail.mbox", 3, "mail.mbox~3.md"},
        {"{path}.md", "mail.mbox~3", 0, "mail.mbox~3~0.md"},
        {"{path}.md", "mail.mbox~3", 1, "mail.mbox~3~1.md"},
        {"{path}.md", "mail~3.mbox", 0, "mail~3.mbox.md"},
        {"{path}.md", "mail~", 0, "mail~.md"},
        {"{path}.md", "2024", 0, "2024.md"},
        {"{path}/text.md", "a", 4294967295, "a~4294967295/text.md"},
        {"{path}.md", "caf\xE9/\xFF", 0, "caf\xE9/\xFF.md"},
        {"{path}.md", "a b?c*d\\e\n\"", 0, "a b?c*d\\e\n\".md"},
        {"{path}.md", ".docmill", 0, ".docmill.md"},
        {"{path}", "..a/...", 0, "..a/..."},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(fixture_run("rm -rf out"), 0);
        struct dm_sink *const s = start(open_named(rows[i].template));
        dm_record r = fixture_record(rows[i].source, "x");
        dm_status status;
        r.part = rows[i].part;
        assert_string_equal(fixture_write_record(s, &r, &status), "");
        fixture_commit(s);
        dm__sink_close(s);
        assert_string_equal(fixture_read(join("out/", rows[i].file)), "x");
    }
}

static void bad_templates_are_refused(void **unused)
{
    static const char *const rows[][2] = {
        {"", "name must hold at least one of {path}, {name}, {stem} and {id}"},
        {"all.md", "name must hold at least one of {path}, {name}, {stem} and {id}"},
        {"{title}.md", "name has an unknown placeholder {title}: known are {path}, {name}, {stem} and {id}"},
        {"{}.md", "name has an unknown placeholder {}: known are {path}, {name}, {stem} and {id}"},
        {"{path", "name has a { without a }"},
        {"path}", "name has a } without a {"},
        {"{path}}", "name has a } without a {"},
        {"/{path}", "name starts with /, but is a name below the directory"},
        {"../{path}", "name ../{path} would lead out of the folder"},
        {"{path}/../x", "name {path}/../x would lead out of the folder"},
        {"./{path}", "name ./{path} would lead out of the folder"},
        {"{path}/", "name {path}/ would lead out of the folder"},
        {"a//{path}", "name a//{path} would lead out of the folder"},
        {".docmill-{path}", "name .docmill-{path} is kept for docmill's own files"},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct dm_outcome why;
        const dm_str with = dm__arena_printf(&fixture_arena, "{ directory: out, name: '%s' }", rows[i][0]);
        assert_null(fixture_open_or("output-files", "markdown", with.ptr, &why));
        assert_string_equal(why.why, rows[i][1]);
        assert_int_equal(why.status, DM_ECONFIG);
    }
}

static void long_names_are_shortened_and_stay_apart(void **unused)
{
    (void)unused;
    const char *const a = join(repeat('x', 251), "/one"), *const b = join(repeat('x', 252), "/one"),
                      *const c = join(repeat('x', 300), "/one"), *const d = repeat('y', 248),
                      *const e = repeat('y', 252),
                      *const f = join(repeat('y', 240), "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9");
    struct dm_sink *s = start(open_output());
    assert_string_equal(fixture_write(s, a, "a"), "");
    assert_string_equal(fixture_write(s, b, "b"), "");
    assert_string_equal(fixture_write(s, c, "c"), "");
    assert_string_equal(fixture_write(s, d, "d"), "");
    assert_string_equal(fixture_write(s, e, "e"), "");
    assert_string_equal(fixture_write(s, f, "f"), "");
    const char *const token = fixture_commit(s);
    dm__sink_close(s);
    assert_int_equal(fixture_run("test $(find out -name '*.txt' | wc -l) = 6"), 0);
    assert_int_equal(fixture_run("find out -name '*.txt' -printf '%f\\n' | iconv -f UTF-8 > /dev/null"), 0);
    assert_string_equal(fixture_read(join(join("out/", a), ".txt")), "a");

    /* Again, for the same documents. */
    s = open_output();
    assert_string_equal(fixture_resume(s, token, 0), "");
    assert_string_equal(fixture_write(s, c, "C"), "");
    fixture_commit(s);
    dm__sink_close(s);
    assert_int_equal(fixture_run("test $(find out -name '*.txt' | wc -l) = 6"), 0);
    assert_int_equal(fixture_run("test \"$(cat $(find out -name '*.txt') | LC_ALL=C fold -w1 | LC_ALL=C sort "
                                 "| tr -d '\\n')\" = Cabdef"),
                     0);
}

/* ---- names that are taken ------------------------------------------------------------------- */

static void files_and_folders_may_want_one_name(void **unused)
{
    (void)unused;
    dm_status status;
    struct dm_sink *const s = start(open_output());
    assert_string_equal(fixture_write(s, "a", "file"), "");
    dm_record r = fixture_record("a.txt/b", "needs a folder");
    assert_string_equal(fixture_write_record(s, &r, &status),
                        "name taken: a part of out/a.txt/b.txt is there and is not a folder");
    assert_int_equal(status, DM_EDOC);
    fixture_commit(s);
    assert_string_equal(fixture_write_record(s, &r, &status),
                        "name taken: a part of out/a.txt/b.txt is there and is not a folder");
    assert_string_equal(fixture_write(s, "c.txt/d", "folder"), "");
    r = fixture_record("c", "file");
    assert_string_equal(fixture_write_record(s, &r, &status), "name taken: out/c.txt is a folder");
    assert_int_equal(status, DM_EDOC);
    assert_string_equal(fixture_commit(s), "files 2 0");
    dm__sink_close(s);
    assert_string_equal(fixture_files(), "./out/a.txt\n./out/c.txt/d.txt\n");
}

static void a_name_is_never_overwritten(void **unused)
{
    (void)unused;
    static const char why[] = "name taken: a.txt was written for docs/a.html";
    dm_status status;
    struct dm_sink *s = start(open_named("{stem}.txt"));
    assert_string_equal(fixture_write(s, "docs/a.html", "first"), "");
    dm_record r = fixture_record("docs/a.pdf", "second");
    assert_string_equal(fixture_write_record(s, &r, &status), why);
    assert_int_equal(status, DM_EDOC);
    r = fixture_record("docs/a.html", "part");
    r.part = 1;
    assert_string_equal(fixture_write_record(s, &r, &status), "");
    assert_string_equal(fixture_write(s, "docs/a.html", "revised"), "");
    const char *const token = fixture_commit(s);
    assert_string_equal(fixture_write(s, "docs/b.html", "not on record"), "");
    fixture_commit(s);
    dm__sink_close(s);

    s = open_named("{stem}.txt");
    assert_string_equal(fixture_resume(s, token, 0), "");
    assert_string_equal(fixture_write(s, "docs/a.pdf", "second"), why);
    assert_string_equal(fixture_write(s, "docs/b.pdf", "now the first"), "");
    fixture_commit(s);
    dm__sink_close(s);
    assert_string_equal(fixture_files(), "./out/.docmill-names\n./out/a.txt\n./out/a~1.txt\n./out/b.txt\n");
    assert_string_equal(fixture_read("out/a.txt"), "revised");
    assert_string_equal(fixture_read("out/b.txt"), "now the first");
}

static void many_names_are_remembered(void **unused)
{
    enum { MANY = 2000 };
    (void)unused;
    char source[32], why[64];
    struct dm_sink *s = start(open_named("{name}"));
    for (int i = 0; i < MANY; i++) {
        snprintf(source, sizeof source, "a/%d", i);
        assert_string_equal(fixture_write(s, source, ""), "");
    }
    const char *const token = fixture_commit(s);
    dm__sink_close(s);
    s = open_named("{name}");
    assert_string_equal(fixture_resume(s, token, 0), "");
    for (int i = 0; i < MANY; i++) {
        snprintf(source, sizeof source, "b/%d", i);
        snprintf(why, sizeof why, "name taken: %d was written for a/%d", i, i);
        assert_string_equal(fixture_write(s, source, ""), why);
    }
    dm__sink_close(s);
}

/* ---- nothing outside the folder ------------------------------------------------------------- */

static void hostile_sources_are_refused(void **unused)
{
    static const char *const rows[][2] = {
        {"..", "would lead out of the folder"},
        {"../a", "would lead out of the folder"},
        {"a/../../b", "would lead out of the folder"},
        {"./a", "would lead out of the folder"},
        {"/etc/passwd", "would lead out of the folder"},
        {"a//b", "would lead out of the folder"},
        {"a/", "would lead out of the folder"},
        {"", "would lead out of the folder"},
        {".docmill-open", "is kept for docmill's own files"},
        {"a/.docmill-0000000000000000.new", "is kept for docmill's own files"},
    };
    (void)unused;
    struct dm_sink *const s = start(open_named("{path}"));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dm_record r = fixture_record(rows[i][0], "x");
        dm_status status;
        assert_string_equal(fixture_write_record(s, &r, &status),
                            join("the name of its output file ", rows[i][1]));
        assert_int_equal(status, DM_EDOC);
    }
    dm_record r = fixture_record("", "x");
    dm_status status;
    r.source = DM_LIT("a\0b");
    assert_string_equal(fixture_write_record(s, &r, &status), "the name of its output file holds a NUL byte");
    dm__sink_close(s);
}

static void links_are_not_followed(void **unused)
{
    (void)unused;
    assert_int_equal(fixture_run("mkdir elsewhere && echo safe > elsewhere/file.txt"), 0);
    struct dm_sink *const s = start(open_output());
    assert_int_equal(fixture_run("ln -s ../elsewhere out/folder && ln -s ../elsewhere/file.txt out/file.txt"),
                     0);
    assert_string_equal(fixture_write(s, "folder/x", "x"),
                        "name taken: a part of out/folder/x.txt is there and is not a folder");
    assert_string_equal(fixture_write(s, "file", "replaces the link"), "");
    fixture_commit(s);
    dm__sink_close(s);
    assert_string_equal(fixture_read("elsewhere/file.txt"), "safe\n");
    assert_string_equal(fixture_read("out/file.txt"), "replaces the link");
    assert_int_equal(fixture_run("test $(ls elsewhere | wc -l) = 1"), 0);
}

/* ---- commit and resume ---------------------------------------------------------------------- */

static void names_come_with_the_commit(void **unused)
{
    (void)unused;
    char source[32];
    struct dm_sink *const s = start(open_output());
    assert_string_equal(fixture_commit(s), "files 0 0");
    assert_string_equal(fixture_write(s, "a/one", "1"), "");
    assert_string_equal(fixture_write(s, "a/one", "one"), "");
    assert_string_equal(fixture_read("out/a/one.txt"), "(no file)");
    assert_string_equal(fixture_commit(s), "files 2 0");
    assert_string_equal(fixture_read("out/a/one.txt"), "one");
    for (int i = 0; i < 50; i++) {
        snprintf(source, sizeof source, "%d/b/%d", i % 7, i);
        assert_string_equal(fixture_write(s, source, source), "");
    }
    assert_string_equal(fixture_read("out/3/b/3.txt"), "(no file)");
    assert_string_equal(fixture_commit(s), "files 52 0");
    assert_string_equal(fixture_read("out/3/b/3.txt"), "3/b/3");
    /* A file system might refuse this name, which must show while the document can be refused. */
    assert_string_equal(fixture_write(s, "what?", "at once"), "");
    assert_string_equal(fixture_read("out/what?.txt"), "at once");
    assert_string_equal(fixture_commit(s), "files 53 0");
    dm__sink_close(s);
    assert_int_equal(fixture_run("test -z \"$(find out -name '.docmill*')\""), 0);
}

static void what_was_not_committed_is_removed(void **unused)
{
    (void)unused;
    struct dm_sink *const s = start(open_output());
    assert_string_equal(fixture_write(s, "a", "committed"), "");
    fixture_commit(s);
    assert_string_equal(fixture_write(s, "b/c", "interrupted"), "");
    dm__sink_close(s);
    assert_string_equal(fixture_files(), "./out/a.txt\n");
}

static void write_and_die(void)
{
    struct dm_sink *const s = start(open_output());
    assert_string_equal(fixture_write(s, "a", "committed"), "");
    fixture_commit(s);
    assert_string_equal(fixture_write(s, "b/c/d", "lost"), "");
    assert_string_equal(fixture_write(s, "e", "lost"), "");
}

static void leftovers_of_a_killed_run_are_removed(void **unused)
{
    (void)unused;
    fixture_killed(write_and_die);
    assert_int_equal(fixture_run("test $(find out -name '.docmill-*.new' | wc -l) = 2"), 0);
    fixture_make("out/b/.docmill-0000000000000000.newer", "somebody else's");
    struct dm_sink *const s = open_output();
    assert_string_equal(fixture_resume(s, "files 1 0", 0), "");
    assert_string_equal(fixture_files(),
                        "./out/.docmill-open\n./out/a.txt\n./out/b/.docmill-0000000000000000.newer\n");
    dm__sink_close(s);
    assert_string_equal(fixture_files(), "./out/a.txt\n./out/b/.docmill-0000000000000000.newer\n");
}

static void resume_refuses(void **unused)
{
    static const struct {
        const char *before, *token, *why;
    } rows[] = {
        {"mkdir out && echo x > out/x", "", "out is not empty and docmill has no record of writing it"},
        {"mkdir -p out/a/b && echo x > out/a/b/x", "",
         "out is not empty and docmill has no record of writing it"},
        {"echo x > out", "", "out is not a folder"},
        {"true", "files 3 0", "out is gone, although 3 files are on record"},
        {"mkdir out", "files 3 0", "out is empty, although 3 files are on record"},
        {"echo x > out", "files 3 0", "out is not a folder"},
        {"mkdir out && echo x > out/x", "files 1 10",
         "cannot open .docmill-names: No such file or directory"},
        {"mkdir out && echo x > out/x && echo x > out/.docmill-names", "files 1 10",
         ".docmill-names holds 2 bytes, fewer than the 10 on record"},
        {"mkdir out && echo x > out/x && echo 12345678901 > out/.docmill-names", "files 1 10",
         ".docmill-names is damaged"},
        {"true", "files 1", "the record of out is not one of this output"},
        {"true", "append 100", "the record of out is not one of this output"},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(fixture_run(join("rm -rf out; ", rows[i].before)), 0);
        struct dm_sink *const s = open_output();
        assert_string_equal(fixture_resume(s, rows[i].token, 0), rows[i].why);
        dm__sink_close(s);
    }
}

static void folders_without_files_are_nobodys(void **unused)
{
    (void)unused;
    assert_int_equal(fixture_run("mkdir -p out/a/b out/.docmill && echo x > out/.docmill/ledger"), 0);
    dm__sink_close(start(open_output()));
}

static void a_new_run_replaces_file_by_file(void **unused)
{
    (void)unused;
    assert_int_equal(fixture_run("mkdir out && echo old > out/a.txt && echo old > out/gone.txt && "
                                 "printf 'a.txt\\0a\\0000\\0' > out/.docmill-names"),
                     0);
    struct dm_sink *const s = open_output();
    assert_string_equal(fixture_resume(s, "", DM_RESUME_REPLACE), "");
    assert_string_equal(fixture_write(s, "a", "new"), "");
    assert_string_equal(fixture_commit(s), "files 1 0");
    assert_string_equal(fixture_finish(s), "");
    dm__sink_close(s);
    assert_string_equal(fixture_files(), "./out/a.txt\n./out/gone.txt\n");
    assert_string_equal(fixture_read("out/a.txt"), "new");
}

static void a_volatile_run_names_at_once(void **unused)
{
    (void)unused;
    struct dm_sink *const s = open_output();
    assert_string_equal(fixture_resume(s, "", DM_RESUME_VOLATILE), "");
    assert_string_equal(fixture_write(s, "a", "there"), "");
    assert_string_equal(fixture_read("out/a.txt"), "there");
    assert_string_equal(fixture_commit(s), "files 1 0");
    dm__sink_close(s);
    assert_string_equal(fixture_files(), "./out/a.txt\n");
}

static void two_writers_are_refused(void **unused)
{
    (void)unused;
    struct dm_sink *const first = start(open_output()), *const second = open_output();
    assert_string_equal(fixture_resume(second, "", 0), "out is being written by another process");
    dm__sink_close(first);
    assert_string_equal(fixture_resume(second, "", 0), "");
    dm__sink_close(second);
}

/* ---- accidents ------------------------------------------------------------------------------ */

static void write_too_much(void)
{
    signal(SIGXFSZ, SIG_IGN);
    dm_status status;
    const dm_record r = fixture_record("b", repeat('x', 5000));
    struct dm_sink *const s = start(open_output());
    assert_string_equal(fixture_write(s, "a", "kept"), "");
    fixture_limit_files(4096);
    assert_string_equal(fixture_write_record(s, &r, &status), "cannot write out/b.txt: File too large");
    assert_int_equal(status, DM_ERETRY);
    assert_string_equal(fixture_commit(s), "files 1 0");
    dm__sink_close(s);
}

static void a_full_disk_leaves_whole_files(void **unused)
{
    (void)unused;
    fixture_killed(write_too_much);
    assert_string_equal(fixture_files(), "./out/a.txt\n");
}

static void a_folder_that_vanishes_is_made_again(void **unused)
{
    (void)unused;
    struct dm_sink *const s = start(open_output());
    assert_string_equal(fixture_write(s, "a/b", "1"), "");
    fixture_commit(s);
    assert_int_equal(fixture_run("rm -r out/a"), 0);
    assert_string_equal(fixture_write(s, "a/b", "2"), "");
    assert_string_equal(fixture_commit(s), "files 2 0");
    dm__sink_close(s);
    assert_string_equal(fixture_read("out/a/b.txt"), "2");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fixture_set_up, fixture_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(templates_give_names),
        TEST(bad_templates_are_refused),
        TEST(long_names_are_shortened_and_stay_apart),
        TEST(files_and_folders_may_want_one_name),
        TEST(a_name_is_never_overwritten),
        TEST(many_names_are_remembered),
        TEST(hostile_sources_are_refused),
        TEST(links_are_not_followed),
        TEST(names_come_with_the_commit),
        TEST(what_was_not_committed_is_removed),
        TEST(leftovers_of_a_killed_run_are_removed),
        TEST(resume_refuses),
        TEST(folders_without_files_are_nobodys),
        TEST(a_new_run_replaces_file_by_file),
        TEST(a_volatile_run_names_at_once),
        TEST(two_writers_are_refused),
        TEST(a_full_disk_leaves_whole_files),
        TEST(a_folder_that_vanishes_is_made_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
