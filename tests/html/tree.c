/* The tree of a page: what ends without an end tag, what ends what, what is there though nobody wrote it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/extract-html/tree/tree.h"

#include <cmocka.h>

/* ---- a host that has memory, and nothing else -------------------------------------------------- */

static void *blocks[1 << 16];
static size_t block_count;

static void *allocate(dm_task *t, size_t size, size_t align)
{
    (void)t, (void)align;
    assert_in_range(block_count, 0, sizeof blocks / sizeof blocks[0] - 1);
    return blocks[block_count++] = calloc(1, size + 1);
}

static dm_status fail_with(dm_task *t, dm_status code, dm_str why)
{
    (void)t, (void)why;
    return code;
}

static const dm_host host = {.size = sizeof host, .alloc = allocate, .fail = fail_with};
static dm_task task = {.size = sizeof task, .host = &host};

static int free_all(void **unused)
{
    (void)unused;
    while (block_count > 0)
        free(blocks[--block_count]);
    return 0;
}

/* ---- trees ------------------------------------------------------------------------------------- */

static struct html_names names;

static struct html_tree build(const char *html, size_t len)
{
    struct html_tree tree;
    free_all(NULL);
    assert_int_equal(html_tree_build(&task, &names, (dm_str){html, len}, &tree), DM_OK);
    return tree;
}

static struct html_tree build_text(const char *html)
{
    return build(html, strlen(html));
}

static const char *name_of(const struct html_node *n, char room[32])
{
    static const char *const tags[] = {"root", "", "",
#define X(tag, name) name,
                                       HTML_TAGS(X)
#undef X
    };
    if (n->tag != HTML_OTHER)
        return tags[n->tag];
    snprintf(room, 32, "%.*s", (int)n->text.len, n->text.ptr);
    return room;
}

/* `(p 'text' (b 'bold'))`, without the root. */
static char *outline(const struct html_tree *tree)
{
    char *out = NULL, room[32];
    size_t size, ends[HTML_DEPTH_MAX + 2], depth = 0;
    FILE *const f = open_memstream(&out, &size);
    for (uint32_t i = 1; i < tree->count; i++) {
        const struct html_node *const n = &tree->nodes[i];
        while (depth > 0 && ends[depth - 1] <= i) {
            fputc(')', f);
            depth--;
        }
        if (i > 1)
            fputc(' ', f);
        if (n->tag == HTML_TEXT) {
            fprintf(f, "'%.*s'", (int)n->text.len, n->text.ptr);
            continue;
        }
        fprintf(f, "(%s", name_of(n, room));
        ends[depth++] = n->end;
    }
    while (depth-- > 0)
        fputc(')', f);
    fclose(f);
    return out;
}

static const struct html_node *find(const struct html_tree *tree, enum html_tag tag)
{
    for (uint32_t i = 0; i < tree->count; i++)
        if (tree->nodes[i].tag == tag)
            return &tree->nodes[i];
    fail_msg("it is not there");
    return NULL;
}

static void assert_str(dm_str s, const char *wanted)
{
    assert_int_equal(s.len, strlen(wanted));
    assert_memory_equal(s.ptr, wanted, s.len);
}

/* What holds of every tree. */
static void assert_sound(const struct html_tree *tree)
{
    assert_int_equal(tree->nodes[0].end, tree->count);
    for (uint32_t i = 1; i < tree->count; i++) {
        const struct html_node *const n = &tree->nodes[i], *const parent = &tree->nodes[n->parent];
        if (n->parent >= i || n->end <= i || n->end > parent->end || n->depth != parent->depth + 1 ||
            n->depth > HTML_DEPTH_MAX + 1 || n->link_len > n->text_len || n->text_len > parent->text_len ||
            (n->tag == HTML_TEXT && (n->text.len == 0 || n->end != i + 1)) ||
            n->attr + n->attrs > tree->attr_count)
            fail_msg("node %u of %u is wrong", i, tree->count);
    }
}

/* ---- what pages rely on ------------------------------------------------------------------------ */

static void assert_tree(const char *html, const char *wanted)
{
    struct html_tree tree = build(html, strlen(html));
    char *const got = outline(&tree);
    assert_string_equal(got, wanted);
    free(got);
}

/* What is in the body. */
static void assert_body(const char *html, const char *wanted)
{
    struct html_tree tree = build(html, strlen(html));
    char *const got = outline(&tree), *const body = strstr(got, "body");
    assert_non_null(body);
    if (strcmp(wanted, "") == 0)
        assert_string_equal(body, "body))");
    else {
        got[strlen(got) - 2] = 0; /* of body and html */
        assert_string_equal(body + strlen("body "), wanted);
    }
    free(got);
}

static void test_frame(void **unused)
{
    (void)unused;
    assert_tree("", "(html (head) (body))");
    assert_tree("x", "(html (head) (body 'x'))");
    assert_tree("<title>t</title>x", "(html (head (title 't')) (body 'x'))");
    assert_tree("<html><head><title>t</title></head> <body>x</body></html>y",
                "(html (head (title 't')) (body 'x' 'y'))");
    assert_tree("<p>a<title>b</title>", "(html (head) (body (p 'a' (title 'b'))))");
    assert_tree("<meta><noscript><link></noscript><div>",
                "(html (head (meta) (noscript (link))) (body (div)))");
}

static void test_implied_ends(void **unused)
{
    (void)unused;
    assert_body("<p>a<p>b", "(p 'a') (p 'b')");
    assert_body("<p>a<div>b</div>c", "(p 'a') (div 'b') 'c'");
    assert_body("<p>a<b>b<ul><li>c", "(p 'a' (b 'b')) (ul (li 'c'))");
    assert_body("<p><button><p>a</button>", "(p (button (p 'a')))");
    assert_body("<ul><li>a<li>b<ul><li>c</ul><li>d</ul>", "(ul (li 'a') (li 'b' (ul (li 'c'))) (li 'd'))");
    assert_body("<li>a<div><li>b", "(li 'a' (div)) (li 'b')");
    assert_body("<dl><dt>a<dd>b<dt>c</dl>", "(dl (dt 'a') (dd 'b') (dt 'c'))");
    assert_body("<h1>a<h2>b</h1>c", "(h1 'a') (h2 'b') 'c'");
    assert_body("<select><option>a<option>b<optgroup><option>c<optgroup>d</select>",
                "(select (option 'a') (option 'b') (optgroup (option 'c')) (optgroup 'd'))");
    assert_body("<a href=x>a<a href=y>b</a>c", "(a 'a') (a 'b') 'c'");
    assert_body("<form>a<form>b</form>c", "(form 'a' 'b') 'c'");
}

static void test_tables(void **unused)
{
    (void)unused;
    assert_body("<table><tr><td>a<td>b<tr><th>c</table>d",
                "(table (tr (td 'a') (td 'b')) (tr (th 'c'))) 'd'");
    assert_body("<table><thead><tr><th>a<tbody><tr><td>b",
                "(table (thead (tr (th 'a'))) (tbody (tr (td 'b'))))");
    assert_body("<table><caption>a<tr><td>b", "(table (caption 'a') (tr (td 'b')))");
    assert_body("<table><tr><td><table><tr><td>a</table>b</table>",
                "(table (tr (td (table (tr (td 'a'))) 'b')))");
    assert_body("<div><table><tr><td>a</div>b</table>c", "(div (table (tr (td 'a' 'b'))) 'c')");
    assert_body("<tr><td>a</td></tr>", "'a'");
}

static void test_wrong_ends(void **unused)
{
    (void)unused;
    assert_body("</div>a</p></b>", "'a'");
    assert_body("<div><span>a</div>b", "(div (span 'a')) 'b'");
    assert_body("<b>a<i>b</b>c</i>d", "(b 'a' (i 'b')) 'c' 'd'");
    assert_body("<b>a<p>b</b>c</p>d", "(b 'a' (p 'b' 'c')) 'd'");
    assert_body("<span>a<p>b</span>c</p>d", "(span 'a' (p 'b' 'c') 'd')");
    assert_body("a</br>b", "'a' (br) 'b'");
    assert_body("<x-a>a<x-b>b</x-a>c", "(x-a 'a' (x-b 'b')) 'c'");
    assert_body("x<template><div>a</template>b", "'x' (template (div 'a')) 'b'");
}

static void test_raw(void **unused)
{
    (void)unused;
    assert_body("x<script>a<b></script><style>c</style>d", "'x' (script) (style) 'd'");
    assert_body("x<script type='application/ld+json'>{\"a\":\"&amp;\"}</script>",
                "'x' (script '{\"a\":\"&amp;\"}')");
    assert_body("<textarea><p>&amp;</textarea>a", "(textarea '<p>&') 'a'");
    assert_body("<iframe><p>a</iframe>b", "(iframe) 'b'");
    assert_body("<svg><title>a</title><path/><g>b</g></svg>c", "(svg (title 'a') (path) (g 'b')) 'c'");
    assert_body("<svg><g><p>a", "(svg (g)) (p 'a')");
    assert_body("<svg><![CDATA[a<b]]></svg>c", "(svg 'a<b') 'c'");
    assert_body("<svg/>a<math/>b", "(svg) 'a' (math) 'b'");
}

static void test_references(void **unused)
{
    (void)unused;
    assert_body("a &lt; b &AMP; c&nbsp;d", "'a < b & c\xC2\xA0"
                                           "d'");
    struct html_tree tree = build_text("<a href='?a=1&copy=2&amp;b' CLASS=' x y ' data-x=1 class=z>a</a>");
    const struct html_node *const a = find(&tree, HTML_A);
    assert_str(*html_attr_value(&tree, (uint32_t)(a - tree.nodes), HTML_NAME_HREF), "?a=1&copy=2&b");
    assert_str(a->class_name, " x y ");
    assert_int_equal(a->attrs, 2);
    assert_null(html_attr_value(&tree, (uint32_t)(a - tree.nodes), HTML_NAME_ID));
}

static void test_flags(void **unused)
{
    (void)unused;
    static const struct {
        const char *html;
        bool hidden;
    } cases[] = {{"<div hidden>", true},
                 {"<div style='color:red; DISPLAY : none'>", true},
                 {"<div style='visibility:hidden'>", true},
                 {"<div aria-hidden=TRUE>", true},
                 {"<div aria-hidden=false>", false},
                 {"<div style='display:block'>", false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct html_tree tree = build_text(cases[i].html);
        assert_int_equal(find(&tree, HTML_DIV)->flags, HTML_BLOCK | (cases[i].hidden ? HTML_HIDDEN : 0));
    }
}

static void test_sums(void **unused)
{
    (void)unused;
    struct html_tree tree =
        build_text("<div>a  b<p>\xC3\xA4<a href=x>cd<b>e</b></a><a>f</a></p><script>x</script></div>");
    const struct html_node *const div = find(&tree, HTML_DIV), *const p = find(&tree, HTML_P);
    assert_int_equal(div->text_len, 3 + 1 + 3 + 1);
    assert_int_equal(p->text_len, 5);
    assert_int_equal(p->link_len, 3);
    assert_int_equal(div->link_len, 3);
    assert_int_equal(find(&tree, HTML_B)->link_len, 1);
}

/* A link that was closed while a block in it was open holds nothing that comes later. */
static void test_link_ends(void **unused)
{
    (void)unused;
    struct html_tree tree = build_text("<a href=x>a<div>b</a>cd</div>ef");
    assert_int_equal(find(&tree, HTML_BODY)->text_len, 6);
    assert_int_equal(find(&tree, HTML_BODY)->link_len, 2);
    assert_int_equal(find(&tree, HTML_A)->text_len, 4);
}

/* ---- what somebody made to take for ever ------------------------------------------------------- */

static size_t repeat(char *out, size_t cap, const char *what)
{
    const size_t len = strlen(what);
    size_t n = 0;
    for (; n + len <= cap; n += len)
        memcpy(out + n, what, len);
    return n;
}

static void test_hostile(void **unused)
{
    (void)unused;
    static const char *const pieces[] = {"<div>",
                                         "<b>",
                                         "<a href=x>",
                                         "<p>",
                                         "<table>",
                                         "<table><tr><td>",
                                         "</p>",
                                         "<li>",
                                         "</div>",
                                         "<b></i>",
                                         "<!--",
                                         "<script><!--",
                                         "<script><!--</script>",
                                         "&amp",
                                         "<x y=z ",
                                         "<b><p>",
                                         "</b></p>",
                                         "<x-a>",
                                         "<svg>",
                                         "<svg><p>",
                                         "<form>",
                                         "<",
                                         "<a><div>",
                                         "<button><p>",
                                         "<![CDATA[",
                                         "<![CDATA[]]>",
                                         "<title>",
                                         "<template><td>",
                                         "<!DOCTYPE",
                                         "<ul><li><a>",
                                         "\r\n\r",
                                         "&#x",
                                         "<h1><h2></h3>"};
    enum { SIZE = 1 << 20 };
    char *const page = malloc(SIZE);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        struct html_tree tree = build(page, repeat(page, SIZE, pieces[i]));
        assert_sound(&tree);
    }
    /* Sections that hold nothing, where they are no comments. */
    memcpy(page, "<svg>", 5);
    struct html_tree empty = build(page, 5 + repeat(page + 5, SIZE - 5, "<![CDATA[]]>"));
    assert_sound(&empty);
    /* One tag with a million attributes. */
    memcpy(page, "<b", 2);
    const size_t len = repeat(page + 2, SIZE - 3, " a=b") + 2;
    page[len] = '>';
    struct html_tree tree = build(page, len + 1);
    assert_sound(&tree);
    free(page);
}

/* Each script begins a comment that nothing ends: to look for its end anew would take minutes. */
static void test_open_comments(void **unused)
{
    (void)unused;
    enum { SIZE = 4 << 20 };
    char *const page = malloc(SIZE);
    struct html_tree tree = build(page, repeat(page, SIZE, "<script><!--</script>"));
    assert_sound(&tree);
    free(page);
}

/* Cut off anywhere, a page is a page. */
static void test_cut(void **unused)
{
    (void)unused;
    static const char page[] = "<!DOCTYPE html PUBLIC \"a\" 'b'><html lang=en><title>a&amp;b</title><!-- c "
                               "--><body class=\"d e\" id='f'>"
                               "<table><tr><td>g<script type=\"application/ld+json\">{\"h\":1}<!-- <script> "
                               "</script> --></script>&#x41;"
                               "<svg><![CDATA[i]]><path d=\"j\"/></svg><p>k<a "
                               "href=?l&m=n>o</a>\r\np</p></table><textarea>q</textarea>r";
    for (size_t len = 0; len < sizeof page; len++) {
        struct html_tree tree = build(page, len);
        assert_sound(&tree);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frame),     cmocka_unit_test(test_implied_ends),
        cmocka_unit_test(test_tables),    cmocka_unit_test(test_wrong_ends),
        cmocka_unit_test(test_raw),       cmocka_unit_test(test_references),
        cmocka_unit_test(test_flags),     cmocka_unit_test(test_sums),
        cmocka_unit_test(test_link_ends), cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_cut),       cmocka_unit_test(test_open_comments)};
    html_names_open(&names);
    return cmocka_run_group_tests(tests, NULL, free_all);
}
