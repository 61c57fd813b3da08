/* Positions as a program counts them, and as bytes. */
#ifndef EXEC_POSITIONS_H
#define EXEC_POSITIONS_H

#include <docmill/plugin.h>

enum position_unit {
    POSITION_BYTES,      /* of UTF-8: C, Go, Rust */
    POSITION_CHARACTERS, /* code points: Python, Ruby, Perl */
    POSITION_UTF16       /* units of UTF-16: JavaScript, Java, C# */
};

/* return  false: it is none of "bytes", "characters", "utf-16" */
bool position_unit_of(const char *word, enum position_unit *out);

/* A text, with a mark for every so many units.  Both ways cost no more than the distance to the mark before. */
struct positions {
    dm_str text;
    enum position_unit unit;
    size_t length; /* of the text, in units */
    struct position_mark {
        size_t byte, unit;
    } * marks; /* NULL: units are bytes, by choice or as all is ASCII */
    size_t mark_count;
};

/* text    borrowed, UTF-8
 * return  false: no memory, and the task has failed */
bool positions_of(struct positions *p, dm_task *t, dm_str text, enum position_unit unit);

/* The unit that byte `byte`, the first of a character or the text's end, is. */
size_t positions_unit(const struct positions *p, size_t byte);

/* The byte that unit `unit` is.  return  false: beyond the text, or within a character */
bool positions_byte(const struct positions *p, size_t unit, size_t *byte);

#endif
