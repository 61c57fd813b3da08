/* YAML: the tree and its places, what is refused and in which words, the bounds, no memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdlib.h>
#include <string.h>

#include "core/pipeline/yaml.h"
#include "core/text/str.h"
#include "fixture_report.h"

#include <cmocka.h>

static struct dm_arena arena;
static struct dm_report report;

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

static struct dm_yaml *read_bytes(dm_str bytes)
{
    dm__report_init(&report, &arena);
    return dm__yaml_read(&report, DM_LIT("a.yaml"), bytes);
}

static struct dm_yaml *read_text(const char *text)
{
    struct dm_yaml *const root = read_bytes(dm__str(text));
    if (root == NULL || report.errors != 0)
        fail_msg("%s: %s", text, fixture_report_text(&arena, &report));
    return root;
}

/* The tree in one line: "{a@1:1: [x@1:5]}", places behind scalars and brackets. */
static dm_str show(const struct dm_yaml *n)
{
    if (n->kind == DM_YAML_SCALAR)
        return dm__arena_printf(&arena, "%s%.*s@%u:%u", n->plain ? "" : "'", (int)n->value.len, n->value.ptr,
                                n->line, n->column);
    const bool map = n->kind == DM_YAML_MAPPING;
    dm_str all = map ? DM_LIT("{") : DM_LIT("[");
    for (size_t i = 0; i < n->count; i++) {
        const dm_str item = show(n->items[i]);
        all = dm__arena_printf(&arena, "%.*s%s%s%s%.*s", (int)all.len, all.ptr, i != 0 ? ", " : "",
                               map ? show(n->keys[i]).ptr : "", map ? ": " : "", (int)item.len, item.ptr);
    }
    return dm__arena_printf(&arena, "%.*s%s@%u:%u", (int)all.len, all.ptr, map ? "}" : "]", n->line,
                            n->column);
}

static void test_trees(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *tree;
    } cases[] = {
        {"a: 1\nb: 'x'\n", "{a@1:1: 1@1:4, b@2:1: 'x@2:4}@1:1"},
        {"- a\n-  b\n- \"c\"", "[a@1:3, b@2:4, 'c@3:3]@1:1"},
        {"{a: [x, y], b: {}}", "{a@1:2: [x@1:6, y@1:9]@1:5, b@1:13: {}@1:16}@1:1"},
        {"{\"a\":\"b\",\"c\":[1,null]}", "{'a@1:2: 'b@1:6, 'c@1:10: [1@1:15, null@1:17]@1:14}@1:1"},
        {"a:\nb: ~\n", "{a@1:1: @1:3, b@2:1: ~@2:4}@1:1"},
        {"a: &x [1]\nb: *x\n", "{a@1:1: [1@1:8]@1:4, b@2:1: [1@1:8]@1:4}@1:1"},
        {"a: &x 1\nb: [*x, *x]", "{a@1:1: 1@1:4, b@2:1: [1@1:4, 1@1:4]@2:4}@1:1"},
        {"a: &x 1\nb: &x 2\nc: *x", "{a@1:1: 1@1:4, b@2:1: 2@2:4, c@3:1: 2@2:4}@1:1"},
        {"a: &x {k: v}\nb: *x", "{a@1:1: {k@1:8: v@1:11}@1:4, b@2:1: {k@1:8: v@1:11}@1:4}@1:1"},
        {"\xC3\xA9: \xE2\x82\xAC \xC3\xA9 # x\n", "{\xC3\xA9@1:1: \xE2\x82\xAC \xC3\xA9@1:4}@1:1"},
        {"# only\n--- # a comment\nx\n...\n", "x@3:1"},
        {"\xEF\xBB\xBF"
         "a: 1",
         "{a@1:1: 1@1:4}@1:1"},
        {"a: |\n  b\n  c\n", "{a@1:1: 'b\nc\n@1:4}@1:1"},
        {"a: b\r\nc: d\r\n", "{a@1:1: b@1:4, c@2:1: d@2:4}@1:1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(show(read_text(cases[i].text)).ptr, cases[i].tree);
}

static void test_exact(void **unused)
{
    (void)unused;
    const struct dm_yaml *const list = read_text("- a b\n- 'a'\n- a\n  b\n- \xC3\xA9[x]\n- \"a\\tb\"\n");
    static const bool exact[] = {true, false, false, true, false};
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(list->items[i]->exact, exact[i]);
}

static void test_find_and_null(void **unused)
{
    (void)unused;
    const struct dm_yaml *const map = read_text("a: 1\nb:\nc: null\nd: ~\ne: 'null'\nf: ''\ng: []\n");
    assert_string_equal(dm__yaml_find(map, "a")->value.ptr, "1");
    assert_null(dm__yaml_find(map, "x"));
    assert_null(dm__yaml_find(NULL, "x"));
    assert_null(dm__yaml_find(dm__yaml_find(map, "a"), "x"));
    static const char *const nulls[] = {"b", "c", "d", "x"}, *const others[] = {"a", "e", "f", "g"};
    for (size_t i = 0; i < 4; i++) {
        assert_true(dm__yaml_is_null(dm__yaml_find(map, nulls[i])));
        assert_false(dm__yaml_is_null(dm__yaml_find(map, others[i])));
    }
}

static void test_refusals(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *problems;
    } cases[] = {
        {"", "1:1 the file is empty"},
        {"# nothing\n\n", "1:1 the file is empty"},
        {"a: 1\nb: 2\na: 3\n", "3:1 duplicate key 'a', which line 1 has already"},
        {"a: {b: 1, 'b': 2}\n", "1:11 duplicate key 'b', which line 1 has already"},
        {"a: 1\na: 2\na: 3\n", "2:1 duplicate key 'a', which line 1 has already\n"
                               "3:1 duplicate key 'a', which line 1 has already"},
        {"a: !!str 1\n",
         "1:4 a tag such as 'tag:yaml.org,2002:str' has no meaning here; put a text that starts with "
         "'!' in quotes"},
        {"a: !wow\n",
         "1:4 a tag such as '!wow' has no meaning here; put a text that starts with '!' in quotes"},
        {"[a]: 1\n", "1:1 a key must be a single word or text"},
        {"? {a: b}\n: 1\n", "1:3 a key must be a single word or text"},
        {"a: &x {}\nb:\n  <<: *x\n", "3:3 merge keys ('<<') are not understood"},
        {"a: *x\n", "1:4 no '&x' comes before this alias; put a text that starts with '*' in quotes"},
        {"a: &x [*x]\n", "1:8 the alias '*x' stands inside what it stands for"},
        {"a: 1\n---\nb: 2\n", "2:1 a second document starts here; a file holds one"},
        {"a: \xC3\xA9\xFF\n", "1:5 the byte 0xFF is no UTF-8; save the file as UTF-8"},
        {"a: 1\nb: \x01\n", "2:4 a control character (0x01) cannot stand in the file"},
        {"a:\n\tb: 1\n", "2:1 a tab cannot indent a line; use spaces"},
        {"a: b: c\n",
         "1:5 a ':' cannot stand here; put the value in quotes if it holds ': ', or check how far the "
         "line is indented"},
        {"a: 1\n  b: 2\n",
         "2:4 a ':' cannot stand here; put the value in quotes if it holds ': ', or check how far "
         "the line is indented"},
        {"a: @b\n", "1:4 a value cannot start with '@'; put it in quotes"},
        {"a: %b\n", "1:4 a value cannot start with '%'; put it in quotes"},
        {"a: 'b\n", "2:1 the file ends inside the quotes that open in line 1"},
        {"a: \"b\\q\"\n",
         "1:6 no escape that is known in double quotes; in single quotes a '\\' stands for itself"},
        {"a: \"\\xZZ\"\n", "1:7 expected hexadecimal digits after '\\x', '\\u' or '\\U'"},
        {"a: [1, 2\nb: 3\n", "2:2 expected ',' or ']' in the list that starts in line 1"},
        {"a: {b: 1\nc: 3\n", "2:2 expected ',' or '}' in the mapping that starts in line 1"},
        {"a: {b: ${out}/x}\n",
         "1:9 expected ',' or '}' in the mapping that starts in line 1; between '{' and '}' put a value "
         "that holds '${...}' in quotes"},
        {"- a\nb: 1\n",
         "2:1 expected a '- ' of the list that starts in line 1; are both lines indented equally?"},
        {"a: 1\n- b\n",
         "2:1 expected a key of the mapping that starts in line 1; are both lines indented equally?"},
        {"a: - b\n", "1:4 a list item ('- ') cannot stand here; a list starts on a line of its own"},
        {"a\nb: 1\n",
         "2:2 a ':' cannot stand here; put the value in quotes if it holds ': ', or check how far the "
         "line is indented"},
        {"a: 1\nb\nc: 2\n", "3:1 expected ':' after the key in line 2"},
        {"a: &\n", "1:5 expected a name after '&' or '*'; put a text that starts with '&' or '*' in quotes"},
        {"%YAML 2.0\n---\na: 1\n", "1:1 this version of YAML is not understood; remove the line"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        read_bytes(dm__str(cases[i].text));
        assert_true(report.errors > 0);
        assert_string_equal(fixture_report_text(&arena, &report), cases[i].problems);
    }
    assert_null(read_bytes(DM_LIT("a: 1\0")));
    assert_string_equal(fixture_report_text(&arena, &report),
                        "1:5 a control character (0x00) cannot stand in the file");
}

static void test_duplicates_are_left_out(void **unused)
{
    (void)unused;
    const struct dm_yaml *const root = read_bytes(DM_LIT("a: 1\nb: 2\na: 3\nc: 4\n"));
    assert_int_equal(report.errors, 1);
    assert_string_equal(show(root).ptr, "{a@1:1: 1@1:4, b@2:1: 2@2:4, c@4:1: 4@4:4}@1:1");
}

/* ---- bounds --------------------------------------------------------------------------------- */

static char *repeat(const char *piece, size_t count, const char *end)
{
    const size_t len = strlen(piece);
    char *const all = dm__arena_raw(&arena, len * count + strlen(end) + 1);
    for (size_t i = 0; i < count; i++)
        memcpy(all + i * len, piece, len);
    memcpy(all + len * count, end, strlen(end) + 1);
    return all;
}

static void test_depth(void **unused)
{
    (void)unused;
    read_text(repeat("[", DM_YAML_MAX_DEPTH, repeat("]", DM_YAML_MAX_DEPTH, "")));
    assert_null(
        read_bytes(dm__str(repeat("[", DM_YAML_MAX_DEPTH + 1, repeat("]", DM_YAML_MAX_DEPTH + 1, "")))));
    assert_string_equal(fixture_report_text(&arena, &report), "1:33 nested more than 32 levels deep");
    assert_null(read_bytes(dm__str(repeat("[", 100000, ""))));
    assert_string_equal(fixture_report_text(&arena, &report), "1:33 nested more than 32 levels deep");
    assert_null(read_bytes(dm__str(repeat("- ", 100000, ""))));
    assert_string_equal(fixture_report_text(&arena, &report), "1:65 nested more than 32 levels deep");
}

/* Depth that only aliases make: each level is shallow, what it stands for is not. */
static void test_depth_through_aliases(void **unused)
{
    (void)unused;
    dm_str text = DM_LIT("- &a0 []\n");
    for (int i = 1; i < 40; i++)
        text = dm__arena_printf(&arena, "%.*s- &a%d [*a%d]\n", (int)text.len, text.ptr, i, i - 1);
    assert_null(read_bytes(text));
    assert_string_equal(fixture_report_text(&arena, &report), "32:9 nested more than 32 levels deep");
}

static void test_billion_laughs(void **unused)
{
    (void)unused;
    dm_str text = DM_LIT("a0: &a0 [x]\n");
    for (int i = 1; i < 12; i++)
        text = dm__arena_printf(&arena, "%.*sa%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n",
                                (int)text.len, text.ptr, i, i, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1,
                                i - 1, i - 1);
    assert_null(read_bytes(text));
    assert_string_equal(fixture_report_text(&arena, &report), "7:10 more than 100000 values");
}

static void test_sizes(void **unused)
{
    (void)unused;
    assert_null(read_bytes(dm__str(repeat("- x\n", DM_YAML_MAX_NODES, ""))));
    assert_string_equal(fixture_report_text(&arena, &report), "100000:3 more than 100000 values");
    assert_null(read_bytes(dm__str(repeat("a", DM_YAML_MAX_BYTES + 1, ""))));
    assert_string_equal(fixture_report_text(&arena, &report), "0:0 the file is larger than 1 MiB");
    assert_non_null(read_bytes(dm__str(repeat("a", DM_YAML_MAX_BYTES, ""))));
    assert_null(read_bytes(dm__str(repeat("- &a\n", DM_YAML_MAX_ANCHORS + 1, ""))));
    assert_string_equal(fixture_report_text(&arena, &report), "1001:3 more than 1000 anchors");
}

/* ---- no memory ------------------------------------------------------------------------------ */

static void test_no_memory(void **unused)
{
    (void)unused;
    static const char text[] = "a: &x {k: [1, 2, {}], 'l': \"m\"}\nb: *x\nc: [*x, *x]\n"
                               "l: [1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9]\n";
    for (size_t n = 1;; n++) {
        dm__arena_reset(&arena);
        arena.fail_after = n;
        const struct dm_yaml *const root = read_bytes(dm__str(text));
        arena.fail_after = 0;
        if (root != NULL) {
            assert_int_equal(report.errors, 0);
            assert_true(n > 50);
            return;
        }
        assert_true(report.errors > 0);
        assert_string_equal(report.items[0].message.ptr, "out of memory");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_trees, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_exact, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_find_and_null, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refusals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_duplicates_are_left_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_depth, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_depth_through_aliases, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_billion_laughs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sizes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_memory, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
