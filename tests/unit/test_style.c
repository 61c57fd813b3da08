/* Colours: when, and which. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/cli/style.h"

#include <cmocka.h>

/* A terminal to write to.  A bare chroot has none. */
static int open_terminal(int *master)
{
    *master = posix_openpt(O_RDWR | O_NOCTTY);
    if (*master < 0)
        skip();
    assert_int_equal(grantpt(*master), 0);
    assert_int_equal(unlockpt(*master), 0);
    const int fd = open(ptsname(*master), O_RDWR | O_NOCTTY);
    assert_true(fd >= 0);
    return fd;
}

static void test_when(void **unused)
{
    (void)unused;
    int master;
    const int terminal = open_terminal(&master), file = open("/dev/null", O_WRONLY);
    static const struct {
        const char *term, *no_color;
        enum dm_colour wish;
        bool is_terminal, colour;
    } cases[] = {
        {"xterm", NULL, DM_COLOUR_AUTO, true, true},   {"xterm", "", DM_COLOUR_AUTO, true, true},
        {"xterm", "1", DM_COLOUR_AUTO, true, false},   {"dumb", NULL, DM_COLOUR_AUTO, true, false},
        {NULL, NULL, DM_COLOUR_AUTO, true, false},     {"xterm", NULL, DM_COLOUR_AUTO, false, false},
        {"xterm", "1", DM_COLOUR_ALWAYS, false, true}, {"xterm", NULL, DM_COLOUR_NEVER, true, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsetenv("TERM");
        unsetenv("NO_COLOR");
        if (cases[i].term)
            setenv("TERM", cases[i].term, 1);
        if (cases[i].no_color)
            setenv("NO_COLOR", cases[i].no_color, 1);
        const struct dm_style style = dm__style_of(cases[i].is_terminal ? terminal : file, cases[i].wish);
        assert_int_equal(style.colour, cases[i].colour);
        assert_int_equal(style.terminal, cases[i].is_terminal);
    }
    assert_true(dm__terminal_columns(file) == 80);
    close(file);
    close(terminal);
    close(master);
}

static void test_tones(void **unused)
{
    (void)unused;
    const struct dm_style colour = {.colour = true}, plain = {0};
    for (int tone = DM_TONE_PLAIN; tone <= DM_TONE_NEW; tone++) {
        assert_string_equal(dm__tone(&plain, (enum dm_tone)tone), "");
        assert_int_equal(dm__tone(&colour, (enum dm_tone)tone)[0], 033);
    }
    assert_string_equal(dm__tone(&colour, DM_TONE_PLAIN), "\033[0m");
}

static void test_columns(void **unused)
{
    (void)unused;
    static const struct {
        bool terminal;
        unsigned columns, expected;
    } cases[] = {{false, 0, 80}, {false, 200, 80}, {true, 20, 40}, {true, 80, 80}, {true, 200, 90}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct dm_style style = {.terminal = cases[i].terminal, .columns = cases[i].columns};
        assert_int_equal(dm__style_columns(&style), cases[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_when),
        cmocka_unit_test(test_tones),
        cmocka_unit_test(test_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
