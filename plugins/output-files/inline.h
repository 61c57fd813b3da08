/* One line of running text as Markdown (CommonMark 0.30 and the tables and strikethrough of GitHub's):
 * what would be read as markup is escaped, links and pieces of code are marked up. */
#ifndef OUTPUT_FILES_INLINE_H
#define OUTPUT_FILES_INLINE_H

#include "order.h"
#include "put.h"

enum {
    INLINE_LINE_START = 1u << 0, /* the line starts a line of the output: block markup counts */
    INLINE_HEADING = 1u << 1,    /* a run of # at its end would be dropped */
    INLINE_CELL = 1u << 2        /* | would end the cell */
};

/* Goes through the text from its beginning to its end, line by line. */
struct inline_writer {
    struct put *out;
    dm_str text;
    struct marks marks;
    size_t next;         /* the first mark that begins behind what was written */
    const dm_mark *link; /* that goes on in the next line; NULL: none */
};

/* Take the next line off `rest`, less the white space around it.  false: there is none. */
bool inline_next_line(dm_str text, dm_span *rest, dm_span *line);
/* The same with all its white space. */
bool inline_next_raw_line(dm_str text, dm_span *rest, dm_span *line);

bool inline_is_blank(dm_str text, dm_span at);

/* Go on at `at`, which may lie before what was written last. */
void inline_seek(struct inline_writer *w, size_t at);

/* Write a line without its end. */
void inline_write(struct inline_writer *w, dm_span line, unsigned flags);

/* Length of the longest run of backticks. */
size_t inline_longest_ticks(dm_str s);

#endif
