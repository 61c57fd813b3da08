/* Lines that are a page's by their shape: `News | Sport | Weather`, `1 2 3 Next`, `0:00 / 3:45`, `#port #velmora`. */
#ifndef CLEAN_BOILERPLATE_SHAPES_H
#define CLEAN_BOILERPLATE_SHAPES_H

#include "lines.h"

enum shape {
    SHAPE_NONE,
    SHAPE_MENU,     /* four and more short parts between strokes; three may be a table's row or a byline */
    SHAPE_PAGES,    /* numbers of pages with a word such as Next, `Page 1 of 3`, `« 1 2 »` */
    SHAPE_PLAYER,   /* times of a player that stands at its beginning: `0:00 / 3:45` */
    SHAPE_HASHTAGS, /* two and more, and nothing else */
    SHAPE_NUMBER    /* a number alone, as at the foot of a printed page: says nothing by itself */
};

/* line  the line's text: a short line */
enum shape shape_of(dm_str line, const struct line *l);

/* How many of | · • a line has.  bars: set to whether the first of these is among them */
size_t shape_strokes(dm_str s, bool *bars);

/* Whether a line says when: a year, a time of day. */
bool shape_has_date(dm_str line);

/* The foot of a comment or its head: `Reply`, `Mara says:`, `2 hours ago` */
bool shape_is_of_thread(dm_str folded);

#endif
