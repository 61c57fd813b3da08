/* Colours of a stream, or none. */
#ifndef DOCMILL_CLI_STYLE_H
#define DOCMILL_CLI_STYLE_H

#include <stdbool.h>

enum dm_tone {
    DM_TONE_PLAIN = 0, /* end what was begun */
    DM_TONE_STRONG,    /* headings */
    DM_TONE_FAINT,     /* what may be passed over */
    DM_TONE_BAD,
    DM_TONE_WARNING,
    DM_TONE_GOOD,
    DM_TONE_NAME, /* stages, options */
    DM_TONE_GONE, /* deleted text */
    DM_TONE_NEW   /* inserted text */
};

enum dm_colour { DM_COLOUR_AUTO = 0, DM_COLOUR_ALWAYS, DM_COLOUR_NEVER };

struct dm_style {
    bool colour;
    bool terminal;
    unsigned columns; /* of the terminal; 80 where it does not say */
};

/* How to write to a file descriptor.  AUTO: in colour on a terminal that has some, unless NO_COLOR
 * is set to anything. */
struct dm_style dm__style_of(int fd, enum dm_colour wish);

/* The escape sequence; "" without colour. */
const char *dm__tone(const struct dm_style *style, enum dm_tone tone);

/* How wide running text is written: at most 90 columns, as nobody reads longer lines with ease, and 80
 * into files and pipes. */
unsigned dm__style_columns(const struct dm_style *style);

/* Columns of the terminal behind a file descriptor; 80 where it does not say. */
unsigned dm__terminal_columns(int fd);

#endif
