/* Colours of a stream, or none. */
#include "core/cli/style.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static bool environment_allows_colour(void)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    return !(no_color && *no_color) && term && *term && strcmp(term, "dumb") != 0;
}

struct dm_style dm__style_of(int fd, enum dm_colour wish)
{
    struct dm_style style = {.terminal = isatty(fd) == 1, .columns = dm__terminal_columns(fd)};
    style.colour =
        wish == DM_COLOUR_ALWAYS || (wish == DM_COLOUR_AUTO && style.terminal && environment_allows_colour());
    return style;
}

const char *dm__tone(const struct dm_style *style, enum dm_tone tone)
{
    static const char *const sequences[] = {
        [DM_TONE_PLAIN] = "\033[0m",  [DM_TONE_STRONG] = "\033[1m",   [DM_TONE_FAINT] = "\033[2m",
        [DM_TONE_BAD] = "\033[1;31m", [DM_TONE_WARNING] = "\033[33m", [DM_TONE_GOOD] = "\033[32m",
        [DM_TONE_NAME] = "\033[36m",  [DM_TONE_GONE] = "\033[9;31m",  [DM_TONE_NEW] = "\033[32m",
    };
    return style->colour ? sequences[tone] : "";
}

unsigned dm__style_columns(const struct dm_style *style)
{
    enum { LEAST = 40, PIPE = 80, MOST = 90 };
    if (!style->terminal)
        return PIPE;
    return style->columns < LEAST ? LEAST : style->columns > MOST ? MOST : style->columns;
}

unsigned dm__terminal_columns(int fd)
{
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}
