/* Text inside HTML. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "core/cli/html.h"
#include "core/text/str.h"
#include "fixture_stream.h"

#include <cmocka.h>

static void test_escapes(void **unused)
{
    (void)unused;
    const dm_str text = DM_LIT("<a href=\"x\">'&'\n\xE2\x80\x8B\xC2\xA0\xFF\033");
    struct fixture_stream s;
    fixture_stream_open(&s);
    dm__html_text(s.to, text);
    const char *running = fixture_stream_take(&s);
    assert_non_null(strstr(running, "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;\n‹U+200B›\xC2\xA0‹"));
    assert_null(strchr(running, '\033'));
    dm__html_exact(s.to, text);
    assert_non_null(strstr(fixture_stream_take(&s), "↵‹U+200B›‹U+00A0›"));
    fixture_stream_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_escapes)};
    return cmocka_run_group_tests_name("html", tests, NULL, NULL);
}
