/* Shell patterns: what matches, what does not, what is none, and that none takes for ever. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdlib.h>
#include <string.h>

#include "core/text/glob.h"
#include "core/text/str.h"

#include <cmocka.h>

static void test_matches(void **unused)
{
    (void)unused;
    static const struct {
        const char *pattern, *yes, *no; /* texts, separated by blanks */
    } cases[] = {
        {"*.txt", "a.txt .txt a.b.txt", "a.txt.gz a/b.txt txt"},
        {"?.txt", "a.txt \xC3\xA9.txt \xF0\x9F\x8C\xBE.txt \xFF.txt", "ab.txt .txt /.txt"},
        {"a?c", "abc", "a/c ac abbc"},
        {"*", "a abc", "a/b /"},
        {"**", "a a/b /a/b/", ""},
        {"**/x.txt", "x.txt a/x.txt a/b/x.txt", "ax.txt a/bx.txt x.txt/a"},
        {"a/**/b", "a/b a/x/b a/x/y/b", "ab a/xb a/x a/b/c"},
        {"a/**", "a/b a/b/c a/", "a b/a"},
        {"a**b", "ab axb a/x/b", "a b ba"},
        {"a***b", "ab a/b", "a"},
        {"[abc]x", "ax bx cx", "dx x abx"},
        {"[a-c]x", "ax bx cx", "dx -x"},
        {"[!a-c]x", "dx -x \xC3\xA9x", "ax /x"},
        {"[^a-c]x", "dx", "ax"},
        {"[]a]x", "]x ax", "bx"},
        {"[!]a]x", "bx", "]x ax"},
        {"[a-]x", "ax -x", "bx"},
        {"[-a]x", "ax -x", "bx"},
        {"[\\]a]x", "]x ax", "\\x"},
        {"[\xC3\xA0-\xC3\xBF]x", "\xC3\xA9x", "ex \xC3\xB7 \xC5\x93x"},
        {"[/]x", "", "/x"},
        {"\\*\\?\\[\\\\", "*?[\\", "abc"},
        {"\\a", "a", "\\a"},
        {"{a,b}.txt", "a.txt b.txt", "c.txt a,b.txt .txt"},
        {"{a,b{c,d}}e", "ae bce bde", "be abe bcde"},
        {"{,x}y", "y xy", "x xxy"},
        {"x{}y", "xy", "x y"},
        {"{*.txt,*.html}", "a.txt a.html", "a.pdf a/b.txt"},
        {"{a/b,c}/d", "a/b/d c/d", "a/d b/d"},
        {"a{[,}],b}", "a, a} ab", "a"},
        {"a{\\,,\\}}", "a, a}", "ab a"},
        {"{{a,b},{c,d}}", "a b c d", "e ac"},
        {"a}b", "a}b", "ab"},
        {"a,b", "a,b", "a b"},
        {"", "", "a"},
        {"text/*", "text/html text/plain", "text text/a/b image/png"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int want = 0; want < 2; want++) {
            char texts[128];
            snprintf(texts, sizeof texts, "%s", want ? cases[i].yes : cases[i].no);
            for (char *rest = NULL, *text = strtok_r(texts, " ", &rest); text != NULL;
                 text = strtok_r(NULL, " ", &rest)) {
                if (dm__glob_match(dm__str(cases[i].pattern), dm__str(text)) != (want != 0))
                    fail_msg("'%s' %s '%s'", cases[i].pattern, want ? "does not match" : "matches", text);
            }
        }
    }
    assert_true(dm__glob_match(DM_LIT(""), DM_LIT("")));
    assert_true(dm__glob_match(DM_LIT("*"), DM_LIT("")));
    assert_true(dm__glob_match(DM_LIT("a b*"), DM_LIT("a b c")));
    assert_true(dm__glob_match(DM_LIT("a\xFF*"), DM_LIT("a\xFF\xFE")));
}

static void test_check(void **unused)
{
    (void)unused;
    static const struct {
        const char *pattern, *wrong;
    } cases[] = {
        {"[a", "'[' without ']'"},
        {"[]", "'[' without ']'"},
        {"[!]", "'[' without ']'"},
        {"{a", "'{' without '}'"},
        {"{a,{b}", "'{' without '}'"},
        {"{[}", "'[' without ']'"},
        {"a\\", "'\\' at the end, where it quotes nothing"},
        {"}", NULL},
        {"a]b", NULL},
        {"**/*.{txt,md}", NULL},
        {"", NULL},
        {"{{{{{{{{{{{{{{{{{a}}}}}}}}}}}}}}}}}", "'{' nested too deeply"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *const wrong = dm__glob_check(dm__str(cases[i].pattern));
        assert_string_equal(wrong != NULL ? wrong : "fine", cases[i].wrong != NULL ? cases[i].wrong : "fine");
        if (wrong != NULL)
            assert_false(dm__glob_match(dm__str(cases[i].pattern), dm__str(cases[i].pattern)));
    }
    char longest[1026];
    memset(longest, ',', sizeof longest);
    longest[0] = '{';
    longest[1023] = '}';
    assert_null(dm__glob_check((dm_str){longest, 1024}));
    assert_true(dm__glob_match((dm_str){longest, 1024}, DM_LIT("")));
    assert_string_equal(dm__glob_check((dm_str){longest, 1025}), "longer than 1024 bytes");
}

/* Backtracking would need some 10^20 steps for these. */
static void test_no_exponential_patterns(void **unused)
{
    (void)unused;
    char text[201];
    memset(text, 'a', 200);
    text[200] = '\0';
    assert_false(dm__glob_match(DM_LIT("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b"), dm__str(text)));
    assert_false(dm__glob_match(DM_LIT("**a**a**a**a**a**a**a**a**a**a**a**a**a**b"), dm__str(text)));
    assert_false(
        dm__glob_match(DM_LIT("{a,a}{a,a}{a,a}{a,a}{a,a}{a,a}{a,a}{a,a}{a,a}{a,a}{a,a}{a,a}{a,a}{a,a}"
                              "{a,a}{a,a}{a,a}{a,a}{a,a}{a,a}{a,a}{a,a}{a,a}{a,a}{a,a}{a,a}{a,a}*b"),
                       dm__str(text)));
}

static void test_is_pattern(void **unused)
{
    (void)unused;
    assert_true(dm__glob_is_pattern(DM_LIT("a*")));
    assert_true(dm__glob_is_pattern(DM_LIT("a[b]")));
    assert_true(dm__glob_is_pattern(DM_LIT("{a,b}")));
    assert_true(dm__glob_is_pattern(DM_LIT("?")));
    assert_false(dm__glob_is_pattern(DM_LIT("samples/news-1.txt")));
    assert_false(dm__glob_is_pattern(DM_LIT("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_matches),
        cmocka_unit_test(test_check),
        cmocka_unit_test(test_no_exponential_patterns),
        cmocka_unit_test(test_is_pattern),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
