/* The content of a page: the words of class names, addresses, what becomes of the text, and that no page costs
 * more than its length. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/extract-html/content/address.h"
#include "plugins/extract-html/content/content.h"
#include "plugins/extract-html/tree/tree.h"

#include <cmocka.h>

/* ---- a host that has memory, and takes text ------------------------------------------------------ */

enum { POOL = 1 << 29 };

static char *pool;
static size_t used;
static char *text;
static size_t text_len;
static char type[32];
static double confidence;

static void *allocate(dm_task *t, size_t size, size_t align)
{
    (void)t, (void)align;
    used = (used + 63) & ~(size_t)63;
    assert_in_range(size, 0, POOL - used);
    void *const p = pool + used;
    used += size;
    return memset(p, 0, size);
}

static dm_status append(dm_task *t, dm_doc *d, dm_str s, dm_span from)
{
    (void)t, (void)d, (void)from;
    text = realloc(text, text_len + s.len + 1);
    memcpy(text + text_len, s.ptr, s.len);
    text_len += s.len;
    text[text_len] = 0;
    return DM_OK;
}

static dm_status add_mark(dm_task *t, dm_doc *d, const dm_mark *m)
{
    (void)t, (void)d;
    assert_in_range(m->at.end, m->at.begin + 1, text_len);
    return DM_OK;
}

static dm_status set_meta(dm_task *t, dm_doc *d, const char *key, dm_str value)
{
    (void)t, (void)d;
    if (!strcmp(key, "page-type"))
        snprintf(type, sizeof type, "%.*s", (int)value.len, value.ptr);
    else
        confidence = strtod(value.ptr, NULL);
    return DM_OK;
}

static dm_status fail_with(dm_task *t, dm_status code, dm_str why)
{
    (void)t, (void)why;
    return code;
}

static const dm_host host = {.size = sizeof host,
                             .alloc = allocate,
                             .fail = fail_with,
                             .append = append,
                             .add_mark = add_mark,
                             .set_meta = set_meta};
static dm_task task = {.size = sizeof task, .host = &host};
static struct html_names names;
static struct content_vocabulary vocabulary;

static int start(void **unused)
{
    (void)unused;
    pool = malloc(POOL);
    html_names_open(&names);
    content_vocabulary_init(&vocabulary);
    return pool ? 0 : -1;
}

static int stop(void **unused)
{
    (void)unused;
    free(pool);
    free(text);
    return 0;
}

static dm_status extract(dm_str html, int32_t favor)
{
    const struct content_options o = {.favor = favor, .tables = true};
    struct html_tree tree;
    used = text_len = 0;
    assert_int_equal(html_tree_build(&task, &names, html, &tree), DM_OK);
    struct content_page page;
    return content_extract(&task, NULL, &vocabulary, &tree, &o, 0, &page);
}

static const char *content_of(const char *html)
{
    assert_int_equal(extract((dm_str){html, strlen(html)}, FAVOR_BALANCED), DM_OK);
    return text;
}

/* ---- words of class names ------------------------------------------------------------------------ */

static void class_names_are_read_by_word_and_as_a_whole(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        uint32_t topics;
    } cases[] = {
        {"entry-content", CONTENT_TOPIC(BODY) | CONTENT_TOPIC(ARTICLE) | CONTENT_TOPIC(CONTENT)},
        {"articleBody", CONTENT_TOPIC(BODY) | CONTENT_TOPIC(ARTICLE) | CONTENT_TOPIC(CONTENT)},
        {"share-bar", CONTENT_TOPIC(SHARE)},
        {"NAV", CONTENT_TOPIC(NAV)},
        {"navigable", 0},
        {"x  sidebar\n y", CONTENT_TOPIC(SIDEBAR)},
        {"", 0},
        {"-_-", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const dm_str name = {cases[i].name, strlen(cases[i].name)};
        assert_int_equal(content_topics(&vocabulary, name), cases[i].topics);
    }
}

static void phrases_are_looked_for_at_the_start(void **unused)
{
    (void)unused;
    assert_int_equal(content_phrases(&vocabulary, DM_LIT("read more about it")), 1u << PHRASE_RELATED);
    assert_int_equal(content_phrases(&vocabulary, DM_LIT("lesen sie auch")), 1u << PHRASE_RELATED);
    assert_int_equal(content_phrases(&vocabulary, DM_LIT("the advertisement")), 0);
    assert_int_equal(content_phrases(&vocabulary, DM_LIT("")), 0);
}

/* ---- addresses ----------------------------------------------------------------------------------- */

static void references_are_resolved(void **unused)
{
    (void)unused;
    static const char base[] = "http://a/b/c/d;p?q";
    static const char *const cases[][2] = {
        /* RFC 3986, 5.4 */
        {"g", "http://a/b/c/g"},
        {"./g", "http://a/b/c/g"},
        {"g/", "http://a/b/c/g/"},
        {"/g", "http://a/g"},
        {"//g", "http://g"},
        {"?y", "http://a/b/c/d;p?y"},
        {"g?y#s", "http://a/b/c/g?y#s"},
        {"..", "http://a/b/"},
        {"../g", "http://a/b/g"},
        {"../../g", "http://a/g"},
        {"../../../g", "http://a/g"},
        {"g?y/../x", "http://a/b/c/g?y/../x"},
        {"https://x/y", "https://x/y"},
        {"mailto:a@b", "mailto:a@b"},
        {" g\n", "http://a/b/c/g"},
        {"#s", NULL},
        {"javascript:void(0)", NULL},
        {"", NULL},
    };
    used = 0;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const dm_str got =
            content_resolve(&task, (dm_str){base, strlen(base)}, (dm_str){cases[i][0], strlen(cases[i][0])});
        char room[64];
        snprintf(room, sizeof room, "%.*s", (int)got.len, got.ptr ? got.ptr : "");
        assert_string_equal(room, cases[i][1] ? cases[i][1] : "");
    }
    assert_int_equal(content_resolve(&task, (dm_str){NULL, 0}, DM_LIT("../x")).len, 4);
}

/* ---- text ---------------------------------------------------------------------------------------- */

static void words_are_neither_glued_nor_split(void **unused)
{
    (void)unused;
    assert_string_equal(content_of("one<br>two"), "one\ntwo");
    assert_string_equal(content_of("<div>one</div><div>two</div>"), "one\n\ntwo");
    assert_string_equal(content_of("<p>o<b>n</b>e \n <i> two</i>&nbsp;</p>"), "one two");
    assert_string_equal(content_of("<table><tr><td>a<td>b<tr><td>c<td>d</table>"), "a\tb\nc\td");
    assert_string_equal(content_of("<pre>\n  a\n\tb \n\n</pre>"), "  a\n\tb");
    assert_string_equal(content_of("<h2>one<br>two</h2>"), "one two");
}

static void a_page_with_text_is_never_empty(void **unused)
{
    (void)unused;
    static const char *const pages[] = {
        "x",
        "<nav><a href=a>Home</a></nav>",
        "<footer>\u00A9 2020</footer>",
        "<div hidden>hidden</div>",
        "<form><label>Name</label></form>",
        "<div class='cookie-consent modal'>We use cookies.</div>",
        "<body><noscript>no script</noscript>",
        "<button>Press</button>",
        "<h1>Title</h1>",
    };
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++)
        for (int32_t favor = FAVOR_BALANCED; favor <= FAVOR_RECALL; favor++) {
            if (extract((dm_str){pages[i], strlen(pages[i])}, favor) != DM_OK)
                fail_msg("%s: nothing", pages[i]);
            assert_true(text_len > 0);
            assert_true(confidence >= 0 && confidence <= 1);
        }
}

static void a_page_without_text_is_refused(void **unused)
{
    (void)unused;
    static const char *const pages[] = {
        "", " \n", "<p>&nbsp;</p>", "<title>x</title>", "<img alt=x>", "<select><option>x</select>"};
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++)
        if (extract((dm_str){pages[i], strlen(pages[i])}, FAVOR_BALANCED) != DM_EDOC)
            fail_msg("%s: %s", pages[i], text);
}

static void precision_keeps_less_and_recall_more(void **unused)
{
    (void)unused;
    static const char page[] =
        "<body><div class=sidebar><p>Some words about us, and about the town, which has a harbour.</p></div>"
        "<article><p>The bridge opens six times a day, and always for longer than the sign says.</p>"
        "<p>It turns on a ring of iron balls, each as large as a head, and is painted red.</p></article>"
        "<div><p>Would you like to write for us? Then send a letter, please.</p></div>";
    size_t len[3];
    for (int32_t favor = FAVOR_BALANCED; favor <= FAVOR_RECALL; favor++) {
        assert_int_equal(extract((dm_str){page, sizeof page - 1}, favor), DM_OK);
        len[favor] = text_len;
    }
    assert_true(len[FAVOR_PRECISION] <= len[FAVOR_BALANCED] && len[FAVOR_BALANCED] <= len[FAVOR_RECALL]);
}

/* ---- hostile pages ------------------------------------------------------------------------------- */

static void extract_many(const char *unit, size_t count)
{
    const size_t len = strlen(unit);
    char *const page = malloc(len * count + 1);
    for (size_t i = 0; i < count; i++)
        memcpy(page + i * len, unit, len);
    extract((dm_str){page, len * count}, FAVOR_BALANCED);
    free(page);
}

/* What costs the square of these pages takes longer than the test may. */
static void hostile_pages_end(void **unused)
{
    (void)unused;
    enum { COUNT = 50000 };
    static const char *const units[] = {
        "<div>",
        "<b>x",
        "<ul><li>x",
        "<table><tr><td>x",
        "<blockquote>x",
        "<p>x, y.",
        "x<br><br>",
        "<a href=x>y</a> ",
        "<div class='article-body share nav'>x</div>",
        "<ol><li>x</ol>",
        "<h1>x</h1>",
        "<pre>x",
        "<td>x",
        "<article><main>x",
        "<script type='application/ld+json'>{\"articleBody\":\"a b\"</script>x",
    };
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        extract_many(units[i], COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(class_names_are_read_by_word_and_as_a_whole),
        cmocka_unit_test(phrases_are_looked_for_at_the_start),
        cmocka_unit_test(references_are_resolved),
        cmocka_unit_test(words_are_neither_glued_nor_split),
        cmocka_unit_test(a_page_with_text_is_never_empty),
        cmocka_unit_test(a_page_without_text_is_refused),
        cmocka_unit_test(precision_keeps_less_and_recall_more),
        cmocka_unit_test(hostile_pages_end),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
